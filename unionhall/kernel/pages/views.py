"""The views of a declared page: list with filters and export, detail with panels and history, acts."""

import inspect
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tables2 import RequestConfig

from unionhall.kernel import actions
from unionhall.kernel.importing.sheets import export
from unionhall.kernel.models import LogEntry
from unionhall.kernel.pages.cases import course
from unionhall.kernel.pages.declared import Act, Fields, Insert, Page, Rel, Table
from unionhall.kernel.pages.forms import ActForm
from unionhall.kernel.pages.history import sentences
from unionhall.kernel.pages.tables import (
    MOST_COUNTED,
    LongPaginator,
    capped_count,
    filter_set,
    label,
    plain,
    table,
    value_of,
)
from unionhall.kernel.rows import Rows
from unionhall.kernel.scope import one, readable
from unionhall.kernel.terms import Refused, Role
from unionhall.kernel.units import tree
from unionhall.kernel.writing import Actor, may

View = Callable[..., HttpResponseBase]
MOST_HISTORY = 20
MOST_EXPORTED = 1_048_575
PANEL_ROWS = 20
WALKED_FROM = 0.01  # of all units: in a smaller part of the tree its own rows are sorted sooner


def urls(page: Page) -> list[URLPattern]:
    """The addresses of a page: list, detail, and one for each act."""
    root = f"{page.module}/{page.path}/"
    found = [path(root, _list_view(page), name=page.code)]
    found += [
        path(f"{root}new/{a.code}/", _act_view(page, a), name=f"{page.code}.{a.code}") for a in page.starts
    ]
    found += [path(f"{root}<int:pk>/", _one_view(page), name=f"{page.code}.one")]
    found += [
        path(f"{root}<int:pk>/{a.code}/", _act_view(page, a), name=f"{page.code}.{a.code}") for a in page.acts
    ]
    return found


def entered(request: HttpRequest, roles: frozenset[Role]) -> Actor | HttpResponseBase:
    """The actor, when her role may be here; a visitor is sent to the log-in."""
    actor: Actor | None = request.actor or None  # type: ignore[attr-defined]
    if not request.user.is_authenticated or actor is None:
        return redirect_to_login(request.get_full_path())
    if actor.role not in roles:
        raise PermissionDenied
    return actor


def guarded(*roles: Role) -> Callable[[View], View]:
    """A plain view that only these roles enter; others are refused, visitors sent to the log-in."""

    def wrap(view: View) -> View:
        def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = entered(request, frozenset(roles))
            return actor if isinstance(actor, HttpResponseBase) else view(request, *args, **kwargs)

        enter.__name__ = view.__name__
        enter.__doc__ = view.__doc__
        return enter

    return wrap


def walks(page: Page, actor: Actor, query: QueryDict) -> bool:
    """Whether the first rows are found sooner along the index of their order than from the units in reach."""
    sort = query.get("sort", "").removeprefix("-")
    column = next((c for c in page.columns if c.name == sort), None)
    order = (column.order or (column.name,)) if column else page.order
    if not page.walked or order[0].removeprefix("-") not in page.walked or not actor.unit:
        return False
    if any(query.get(name) for name in ("q", *(f.name for f in page.filters if isinstance(f, Rel)))):
        return False
    standing = tree(timezone.localdate())
    place = standing.positions.get(actor.unit.pk)
    return place is not None and int(standing.ends[place]) - place > len(standing.units) * WALKED_FROM


def rows_of(page: Page, actor: Actor, *, walk: bool = False) -> "Rows[Any]":
    """The rows of a page in the actor's reach."""
    rows = readable(page.model, actor, walk=walk)
    if page.rows:
        rows = page.rows(rows, actor)
    return rows.select_related(*page.select) if page.select else rows


def _list_view(page: Page) -> View:
    def view(request: HttpRequest) -> HttpResponseBase:
        actor = entered(request, page.roles)
        if isinstance(actor, HttpResponseBase):
            return actor
        chosen = filter_set(page, rows_of(page, actor).order_by(*page.order), request.GET, request)
        if "count" in request.GET:
            return exact_count(chosen.qs)
        rows = chosen.qs
        if walks(page, actor, request.GET):
            walked = rows_of(page, actor, walk=True).order_by(*page.order)
            rows = filter_set(page, walked, request.GET, request).qs
        found = table(rows, page.columns, page.model, page=page.code, order=())
        if request.GET.get("export") in {"xlsx", "csv"}:
            RequestConfig(request, paginate=False).configure(found)
            return exported(actor, page.code, found, request.GET["export"])
        total = capped_count(chosen.qs)
        paginator = partial(LongPaginator, total=total)
        RequestConfig(request, paginate={"per_page": page.per_page, "paginator_class": paginator}).configure(
            found
        )
        query = request.GET.copy()
        query.pop("page", None)
        here = query.urlencode()
        context = {
            "page": page,
            "table": found,
            "filter": chosen if chosen.filters else None,
            "acts": start_buttons(page, actor),
            "exports": [
                {"title": kind, "url": f"?{here}{'&' if here else ''}export={kind}"}
                for kind in ("xlsx", "csv")
            ],
            "count_text": count_text(total),
            "count_url": f"{request.path}?{here}{'&' if here else ''}count=1" if total > MOST_COUNTED else "",
        }
        return render(request, "kernel/list.html", context)

    return view


def exact_count(rows: "Rows[Any]") -> HttpResponse:
    """How many rows there are, however many: what a long list asks for after it is shown."""
    return HttpResponse(format_html("<span>{}</span>", count_text(rows.order_by().count(), exact=True)))


def count_text(total: int, *, exact: bool = False) -> str:
    """How many rows there are, in words; a long list is counted only so far unless `exact`."""
    if total > MOST_COUNTED and not exact:
        return _("more than %(count)s rows") % {"count": f"{MOST_COUNTED:,}"}
    return ngettext("%(count)s row", "%(count)s rows", total) % {"count": f"{total:,}"}


def exported(actor: Actor, code: str, found: Any, kind: str) -> FileResponse:
    """The rows shown, as a file; that it was taken is logged."""
    headers = [column.header for column in found.columns]
    cells = [column.column for column in found.columns]
    rows = ([cell.value(record) for cell in cells] for record in _records(found))
    folder = Path(tempfile.mkdtemp())
    target = folder / f"{code}.{kind}"
    count = export(rows, [str(h) for h in headers], target)
    actions.export(actor, page=code, kind=kind, count=count)
    stream = target.open("rb")
    target.unlink()
    folder.rmdir()
    name = f"{code.replace('.', '-')}-{timezone.localdate().isoformat()}.{kind}"
    return FileResponse(stream, as_attachment=True, filename=name)


def _records(found: Any) -> Any:
    data = found.data.data
    return data[:MOST_EXPORTED].iterator(chunk_size=2000) if hasattr(data, "iterator") else data


def _one_view(page: Page) -> View:
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        actor = entered(request, page.roles)
        if isinstance(actor, HttpResponseBase):
            return actor
        row = one(rows_of(page, actor), pk=pk)
        context = {
            "page": {"title": page.title, "pretitle": page.title},
            "object_title": page.name(row),
            "subtitle": page.subtitle(row) if page.subtitle else "",
            "state": page.state(row) if page.state else None,
            "panels": [panel_context(panel, row) for panel in page.panels if _shown(panel, row)],
            "acts": act_buttons(page, actor, row),
            "timeline": timeline(row) if page.history else [],
            "case": course(page.case(row)) if page.case else None,
        }
        return render(request, "kernel/detail.html", context)

    return view


def _shown(panel: Any, row: Any) -> bool:
    return not (isinstance(panel, Fields) and panel.when and not panel.when(row))


def panel_context(panel: Fields | Table | Insert, row: Any) -> dict[str, Any]:
    """What the template of a panel needs."""
    if isinstance(panel, Fields):
        return {"title": panel.title, "rows": [_line(line, row) for line in panel.fields]}
    if isinstance(panel, Insert):
        return {
            "title": panel.title,
            "template": panel.template,
            **(panel.context(row) if panel.context else {}),
        }
    rows = panel.rows(row)
    rows = rows[:PANEL_ROWS] if hasattr(rows, "query") else rows
    found = table(rows, panel.columns, rows.model, page=panel.page)
    found.orderable = False
    found.empty_text = panel.empty
    return {"title": panel.title, "table": found}


def _line(line: Any, row: Any) -> tuple[Any, Any, str]:
    if isinstance(line, tuple):
        name, show = line
        known = isinstance(name, str) and name in {f.name for f in row._meta.get_fields()}
        return (label(type(row), name) if known else name, plain(show(row)), "")
    return (label(type(row), line), plain(value_of(row, line)), "")


def timeline(row: Any) -> list[dict[str, Any]]:
    """What the log says about a row, newest first."""
    entries = LogEntry.objects.filter(subject_kind=row._meta.label_lower, subject_pk=str(row.pk))
    return sentences(entries.select_related("user", "unit").order_by("-number")[:MOST_HISTORY])


def start_buttons(page: Page, actor: Actor) -> list[dict[str, Any]]:
    """The buttons of a list."""
    return [
        {"title": a.title, "url": reverse(f"{page.code}.{a.code}"), "style": a.tone, "icon": a.icon}
        for a in page.starts
        if may(actor, a.action)
    ]


def act_buttons(page: Page, actor: Actor, row: Any) -> list[dict[str, Any]]:
    """The buttons of a row."""
    return [
        {
            "title": a.title,
            "url": reverse(f"{page.code}.{a.code}", args=[row.pk]),
            "style": a.tone,
            "icon": a.icon,
        }
        for a in page.acts
        if may(actor, a.action, row) and (a.when is None or a.when(row))
    ]


def _act_view(page: Page, act: Act) -> View:
    def view(request: HttpRequest, pk: int | None = None) -> HttpResponseBase:
        actor = entered(request, page.roles)
        if isinstance(actor, HttpResponseBase):
            return actor
        row = one(rows_of(page, actor), pk=pk) if pk is not None else None
        if not may(actor, act.action, row):
            raise PermissionDenied
        if row is not None and act.when and not act.when(row):
            raise Http404
        back = reverse(f"{page.code}.one", args=[pk]) if pk is not None else reverse(page.code)
        about = page.title if row is None else format_html("{} · {}", page.title, page.name(row))
        return perform(request, act, actor, row, page={"title": act.title, "pretitle": about}, back=back)

    return view


def perform(
    request: HttpRequest, act: Act, actor: Actor, row: Any, *, page: dict[str, Any], back: str
) -> HttpResponse:
    """Ask for what an act needs, do it, and say so; a refusal comes back as the form's errors."""
    kind = act.form or ActForm
    form = kind(request.POST or None, request.FILES or None, actor=actor, row=row)
    if request.method == "POST":
        form = kind(request.POST, request.FILES, actor=actor, row=row)
        if form.is_valid():
            try:
                result = act.action(actor, **_facts(act, form, row))
            except Refused as refused:
                form.refuse(refused)
            else:
                messages.success(request, str(act.done))
                return redirect((act.to(result) if act.to else None) or back)
    template = "kernel/form.html" if act.form else "kernel/confirm.html"
    context = {
        "page": page,
        "form": form,
        "question": row if not act.form else None,
        "consequences": [act.confirm] if act.confirm else [],
        "submit_label": act.title,
        "cancel_url": back,
        "danger": act.tone == "danger",
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _facts(act: Act, form: ActForm, row: Any) -> dict[str, Any]:
    facts = form.facts()
    declared = act.action.declared  # type: ignore[attr-defined]
    if row is not None and declared.on:
        facts.setdefault(declared.on, row)
    for name in ("on", "today"):
        if name in inspect.signature(act.action).parameters:
            facts.setdefault(name, timezone.localdate())
    return facts
