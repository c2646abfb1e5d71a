"""What every page knows of the house."""

from typing import Any

from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, Any]:
    """The actor and, later on this page, the menu."""
    return {"house": {"actor": getattr(request, "actor", None)}}
