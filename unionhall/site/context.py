"""What every page knows, for all doors of the house."""

from typing import Any

from django.http import HttpRequest

from unionhall.kernel.menu import house_of
from unionhall.modules import MODULES


def house(request: HttpRequest) -> dict[str, Any]:
    """The context of every page."""
    return {"house": house_of(request, MODULES)}
