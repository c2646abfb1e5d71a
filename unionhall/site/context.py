"""What every page knows, for all doors of the house."""

from typing import Any

from django.http import HttpRequest

from unionhall.kernel.menu import house_of
from unionhall.modules import MODULES


def house(request: HttpRequest) -> dict[str, Any]:
    """The context of every page; made once a request, though every table of a page is rendered with it."""
    known: dict[str, Any] | None = getattr(request, "house", None)
    if known is None:
        known = house_of(request, MODULES)
        request.house = known  # type: ignore[attr-defined]
    return {"house": known}
