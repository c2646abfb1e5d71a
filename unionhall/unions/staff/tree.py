"""The tree of any day, level by level: it opens without scripts, and a link stands for every unit."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.models import Unit
from unionhall.kernel.pages.views import guarded
from unionhall.kernel.rows import SEGMENT
from unionhall.kernel.units import Tree, tree
from unionhall.unions.staff.unions import READERS

PER_PAGE = 50
MOST_BELOW = 30


@guarded(*READERS)
def browse(request: HttpRequest) -> HttpResponse:
    """One unit of the tree of a day with the units below it, two levels deep; nothing above the reader's own."""
    own: Unit | None = request.actor.unit  # type: ignore[attr-defined]
    day = _day(request.GET.get("on", ""))
    standing = tree(day)
    top = standing.positions.get(own.pk) if own else None
    context: dict[str, Any] = {
        "page": {"title": _("Tree of unions"), "description": _("Where every union stood on a day.")},
        "day": day,
        "here": None,
    }
    if top is not None:
        here = _position(request.GET.get("at", ""), standing, top)
        context |= _level(standing, top, here, request.GET.get("page", "1"))
    return render(request, "unions/tree.html", context)


def _day(text: str) -> date:
    try:
        return parse_date(text) or timezone.localdate()
    except ValueError:
        return timezone.localdate()


def _position(at: str, standing: Tree, top: int) -> int:
    if not at:
        return top
    here = standing.positions.get(int(at)) if at.isascii() and at.isdigit() else None
    if here is None or not top <= here < standing.ends[top]:
        raise Http404
    return here


def _level(standing: Tree, top: int, here: int, page: str) -> dict[str, Any]:
    below = Paginator(standing.children(here), PER_PAGE).get_page(page)
    deeper = {position: standing.children(position) for position in below}
    line = _line(standing, top, here)
    shown = [here, *line, *below, *(one for found in deeper.values() for one in found[:MOST_BELOW])]
    units = Unit.objects.in_bulk([int(standing.units[position]) for position in shown])

    def node(position: int) -> dict[str, Any]:
        unit = units[int(standing.units[position])]
        return {
            "unit": unit,
            "count": int(standing.ends[position]) - position - 1,
            "url": reverse("unions.union.one", args=[unit.pk]),
        }

    children = [
        {
            **node(position),
            "below": [node(one) for one in deeper[position][:MOST_BELOW]],
            "more": len(deeper[position]) - MOST_BELOW,
        }
        for position in below
    ]
    return {"here": node(here), "line": [node(one) for one in line], "children": children, "below": below}


def _line(standing: Tree, top: int, here: int) -> list[int]:
    """The positions from the top to just above `here`."""
    path = standing.paths[here]
    units = [int(path[i : i + SEGMENT], 36) for i in range(0, len(path) - SEGMENT, SEGMENT)]
    return [at for at in (standing.positions[unit] for unit in units) if at >= top]
