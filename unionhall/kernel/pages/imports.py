"""The pages of a sheet: runs, upload, progress, preview, result. One declaration serves any sheet."""

import tempfile
from collections.abc import Callable
from itertools import repeat
from pathlib import Path
from typing import Any

import django_tables2 as tables
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_tables2 import RequestConfig

from unionhall.kernel.importing import jobs, runs
from unionhall.kernel.importing.declared import Fate, Policy, Sheet
from unionhall.kernel.importing.layouts import REASON
from unionhall.kernel.importing.sheets import template
from unionhall.kernel.models import ImportRun, RunState
from unionhall.kernel.pages import views
from unionhall.kernel.pages.declared import Act, Choice, Column, Empty, Page
from unionhall.kernel.pages.forms import ActForm
from unionhall.kernel.rows import Rows
from unionhall.kernel.scope import one, readable
from unionhall.kernel.terms import STAFF, Refused
from unionhall.kernel.writing import Actor, may

TONES = {Fate.NEW: "good", Fate.CHANGED: "info", Fate.TRANSFERRED: "gold", Fate.UNCHANGED: "muted"}
STATES = {RunState.APPLIED: "good", RunState.FAILED: "bad", RunState.CHECKED: "info", RunState.UNDONE: "warn"}
POLICIES = {
    Policy.ALL: _("Write the whole file; only possible when no row is faulty."),
    Policy.CLEAN: _("Faulty rows are left out; download them, mend them and bring them again."),
    Policy.STAY: _("Members of your other unions stay where they are; their rows are handed back."),
}
SHEET_TYPES = ".xlsx,.csv,.txt"


class UploadForm(ActForm):
    """The file to bring."""

    file = forms.FileField(
        label=_("File (.xlsx or .csv)"), widget=forms.ClearableFileInput(attrs={"accept": SHEET_TYPES})
    )


class Desk:
    """The views of one sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.code = sheet, f"{sheet.code}.import"
        self.page = Page(
            code=self.code,
            path=f"imports/{sheet.code.partition('.')[2]}",
            model=ImportRun,
            title=_("Imports"),
            description=sheet.description,
            select=("unit", "user"),
            rows=self.rows,
            columns=(
                *(
                    Column("file_name", link=True),
                    Column("unit"),
                    Column("user"),
                    Column("on"),
                    Column("state"),
                ),
                *(Column(fate.value, fate.label, number=True, show=_count(fate)) for fate in Fate),
            ),
            filters=(Choice("state"),),
            order=("-pk",),
            starts=(
                Act(runs.take, UploadForm, title=_("Import a file"), icon="file-import", tone="primary"),
            ),
            empty=Empty(
                _("No import yet"), _("Bring a sheet: every row is checked before anything is written.")
            ),
        )

    def rows(self, rows: "Rows[Any]", _actor: Actor) -> "Rows[Any]":
        """The runs of this sheet."""
        return rows.filter(sheet=self.sheet.code)

    def urls(self) -> list[URLPattern]:
        """The addresses: those of the list are the kit's."""
        root = f"{self.page.module}/{self.page.path}/"
        listed = views.urls(self.page)[0]
        acts = {"": self.run, "undo/": self.undo, "discard/": self.discard, "faulty/": self.faulty}
        acts["progress/"] = self.progress
        guard = views.guarded(*STAFF)
        return [
            listed,
            path(f"{root}new/take/", guard(self.upload), name=f"{self.code}.take"),
            path(f"{root}template/", guard(self.template), name=f"{self.code}.template"),
            *(
                path(f"{root}<int:pk>/{end}", guard(view), name=f"{self.code}.{end.strip('/') or 'one'}")
                for end, view in acts.items()
            ),
        ]

    def url(self, name: str, run: ImportRun) -> str:
        """The address of one of a run's pages."""
        return reverse(f"{self.code}.{name}", args=[run.pk])

    def found(self, request: HttpRequest, pk: int) -> tuple[Actor, ImportRun]:
        """Who acts, and the run in reach."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        rows = readable(ImportRun, actor).filter(sheet=self.sheet.code)
        return actor, one(rows.select_related("unit", "user"), pk=pk)

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Take a file and have it checked."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if actor.role not in self.sheet.roles or actor.unit is None or actor.appointment is None:
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file, on = form.cleaned_data["file"], timezone.localdate()
            run = runs.upload(actor, self.sheet, unit=actor.unit, name=file.name, pieces=file.chunks(), on=on)
            jobs.begin(run, _("Waiting to be checked"))
            jobs.check_run.enqueue(run.pk, actor.appointment.pk, get_language())
            return redirect(self.url("one", run))
        columns = [
            {"title": c.title, "required": c.required, "text": c.help or " / ".join(c.offered()[:6])}
            for c in self.sheet.layout.columns
        ]
        context = {
            "page": {"title": _("Import a file"), "pretitle": self.sheet.title},
            "form": form,
            "columns": columns,
            "template_url": reverse(f"{self.code}.template"),
            "submit_label": _("Upload and check"),
            "cancel_url": reverse(self.code),
        }
        status = 422 if form.errors else 200
        return render(request, "kernel/import_upload.html", context, status=status)

    def template(self, request: HttpRequest) -> FileResponse:
        """The empty sheet, with the reader's own units as a drop-down."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        offered = self.sheet.offered(actor.unit) if actor.unit else {}
        return _sent(f"{self.sheet.title}.xlsx", lambda target: template(self.sheet.layout, target, offered))

    def faulty(self, request: HttpRequest, pk: int) -> FileResponse:
        """The rows left out, with their reasons, as a workbook that can be mended and brought again."""
        _actor, run = self.found(request, pk)
        plan, policy = runs.left(run), request.GET.get("policy", Policy.STAY)
        name = f"{Path(run.file_name).stem}-{_('faulty rows')}.xlsx"
        return _sent(name, lambda target: runs.hand_back(self.sheet, plan, policy, target))

    def progress(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How far it has come, as a part of the page; when it is there, the page goes on to the result."""
        _actor, run = self.found(request, pk)
        course = self._course(run)
        answer = render(request, "kernel/import_progress_bar.html", course)
        if course["run"]["finished"]:
            answer.headers["HX-Refresh"] = "true"
        return answer

    def run(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A run as it stands: under way, to be decided, or done."""
        actor, run = self.found(request, pk)
        if jobs.at(run) or run.state == RunState.UPLOADED:
            context = {"page": self._title(run), **self._course(run)}
            return render(request, "kernel/import_progress.html", context)
        if run.state == RunState.CHECKED:
            return self._preview(request, actor, run)
        return self._done(request, actor, run)

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take it back."""
        actor, run = self.found(request, pk)
        if request.method == "POST":
            try:
                runs.undo(actor, self.sheet, run)
            except Refused as refused:
                return self._done(request, actor, run, refused)
        return redirect(self.url("one", run))

    def discard(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Forget it."""
        actor, run = self.found(request, pk)
        if request.method == "POST":
            runs.discard(actor, run=run)
        return redirect(reverse(self.code))

    def _title(self, run: ImportRun) -> dict[str, Any]:
        return {"title": run.file_name, "pretitle": self.sheet.title}

    def _course(self, run: ImportRun) -> dict[str, Any]:
        at = jobs.at(run)
        shown = {
            "title": at.step if at else run.get_state_display(),
            "done": at.done if at else 1,
            "total": at.total if at else 1,
            "text": run.file_name,
            "finished": at is None and run.state != RunState.UPLOADED,
            "url": self.url("one", run),
        }
        return {"run": shown, "progress_url": self.url("progress", run)}

    def _preview(self, request: HttpRequest, actor: Actor, run: ImportRun) -> HttpResponse:
        refused = run.message
        wrong, moved = run.counts["faulty"], run.counts["transferred"]
        if request.method == "POST":
            policy = request.POST.get("policy", "")
            if not may(actor, self.sheet.apply, run) or actor.appointment is None:
                raise PermissionDenied
            if policy in Policy.values and not (policy == Policy.ALL and wrong):
                jobs.begin(run, _("Waiting to be written"))
                on = timezone.localdate().isoformat()
                jobs.apply_run.enqueue(run.pk, actor.appointment.pk, policy, on, get_language())
                return redirect(self.url("one", run))
            refused = str(_("Say what is to be done; with faulty rows only the clean ones can be applied."))
        fates = [fate for fate in Fate if run.counts.get(fate.value)]
        fate = request.GET.get("show") or (Fate.FAULTY if wrong else fates[0] if fates else Fate.NEW).value
        first = Policy.CLEAN if wrong else Policy.ALL
        choices = [
            {
                "value": policy.value,
                "title": policy.label,
                "text": text,
                "checked": policy == first,
                "disabled": policy == Policy.ALL and bool(wrong),
            }
            for policy, text in POLICIES.items()
            if policy != Policy.STAY or moved
        ]
        context = {
            "page": self._title(run),
            "file_name": run.file_name,
            "faulty_url": self.url("faulty", run) + "?policy=clean" if wrong else "",
            "counters": [
                {
                    "url": f"?show={one_fate.value}",
                    "current": one_fate.value == fate,
                    "title": one_fate.label,
                    "count": run.counts.get(one_fate.value, 0),
                    "tone": TONES.get(one_fate, "bad"),
                }
                for one_fate in Fate
            ],
            "table": self._table(request, run, fate),
            "choices": choices,
            "faulty_count": wrong,
            "can_apply": may(actor, self.sheet.apply, run) and bool(sum(run.counts.values()) - wrong),
            "errors": [refused] if refused else [],
            "cancel_url": reverse(self.code),
        }
        status = 422 if request.method == "POST" else 200
        return render(request, "kernel/import_preview.html", context, status=status)

    def _done(
        self, request: HttpRequest, actor: Actor, run: ImportRun, refused: Refused | None = None
    ) -> HttpResponse:
        applied = run.state == RunState.APPLIED
        said = " ".join(str(reason) for reason in refused.reasons) if refused else run.message
        tone = "bad" if refused else STATES.get(RunState(run.state), "muted")
        left = run.counts.get("faulty", 0) + run.counts.get("transferred", 0) * applied
        left -= run.counts.get("applied_transferred", 0)
        context = {
            "page": self._title(run),
            "state": {"label": run.get_state_display(), "tone": tone, "text": said},
            "cards": [
                {"title": fate.label, "value": run.counts.get(f"applied_{fate.value}", 0), "icon": "users"}
                for fate in (Fate.NEW, Fate.CHANGED, Fate.TRANSFERRED)
            ]
            if applied
            else [],
            "table": self._table(request, run, Fate.FAULTY.value) if applied and left > 0 else None,
            "faulty_url": self.url("faulty", run) if applied and left > 0 else "",
            "undo_url": self.url("undo", run) if applied and may(actor, self.sheet.undo, run) else "",
        }
        return render(request, "kernel/import_done.html", context, status=422 if refused else 200)

    def _table(self, request: HttpRequest, run: ImportRun, fate: str) -> tables.Table:
        titles = [("row", pgettext_lazy("rows of a sheet", "Row")), *self.sheet.shown]
        if fate == Fate.FAULTY:
            titles = [*(title for title in titles if title[0] != "note"), ("reason", REASON)]
        cells = [
            (name, tables.Column(verbose_name=title, orderable=False, attrs={"td": {"class": style}}))
            for (name, title), style in zip(titles, ("", *repeat("wrap", len(titles) - 1)), strict=True)
        ]
        found = tables.Table(runs.preview(run, fate), extra_columns=cells, template_name="kernel/table.html")
        RequestConfig(request, paginate={"per_page": self.page.per_page}).configure(found)
        return found


def _count(fate: Fate) -> Callable[[ImportRun], int | None]:
    """How many rows of a run have this fate."""
    return lambda run: run.counts.get(fate.value)


def _sent(name: str, write: Any) -> FileResponse:
    """A workbook made for this answer alone."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "sheet.xlsx"
        write(target)
        if not target.exists():
            raise Http404
        return FileResponse(target.open("rb"), as_attachment=True, filename=name)


def urls(sheet: Sheet) -> list[URLPattern]:
    """The addresses of a sheet's pages; the list is named `<code>.import`."""
    return Desk(sheet).urls()
