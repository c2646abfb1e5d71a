"""What every page knows of the house: who acts, what the menu holds, how it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from unionhall.kernel.module import Module
from unionhall.kernel.pages.middleware import appointments
from unionhall.kernel.terms import ADMINISTRATORS, Role, Text
from unionhall.kernel.writing import Actor

FACES = {Role.WORKER: "worker", Role.LEADER: "leader", Role.AUDITOR: "auditor"}


@dataclass(frozen=True, slots=True)
class Acting:
    """The actor as the header shows her."""

    actor: Actor

    @property
    def user(self) -> Any:
        """The account."""
        return self.actor.user

    @property
    def unit(self) -> Any:
        """The unit acted for."""
        return self.actor.unit

    @property
    def role(self) -> str:
        """The code of the role."""
        return self.actor.role

    @property
    def role_label(self) -> Text:
        """The role in words."""
        return self.actor.role.label

    @property
    def face(self) -> str:
        """Which first screen and frame she sees."""
        return "admin" if self.actor.role in ADMINISTRATORS else FACES.get(self.actor.role, "staff")


def house_of(request: HttpRequest, modules: Sequence[Module]) -> dict[str, Any]:
    """The context of every page, for these modules."""
    actor: Actor | None = getattr(request, "actor", None) or None
    held = [] if actor is None else _held(request, actor)
    return {
        "actor": Acting(actor) if actor else None,
        "appointments": held,
        "menu": menu(modules, actor, request.path) if actor else [],
        "languages": [(code, name, code == request.LANGUAGE_CODE) for code, name in settings.LANGUAGES],
        "large_text": request.COOKIES.get("large_text") == "1",
        "theme": request.COOKIES.get("theme", "auto"),
    }


def _held(request: HttpRequest, actor: Actor) -> list[tuple[int, str, Text, bool]]:
    held: list[tuple[int, str, Text, bool]] = [
        (a.pk, str(a.unit), Role(a.role).label, bool(actor.appointment and a.pk == actor.appointment.pk))
        for a in appointments(request, timezone.localdate())
    ]
    if held:
        held.append((0, str(actor.user), Role.WORKER.label, actor.role == Role.WORKER))
    return held


def menu(modules: Sequence[Module], actor: Actor, here: str) -> list[dict[str, Any]]:
    """The menu of this actor: one section a module that has a page for her."""
    sections = []
    urls = [reverse(entry.url) for module in modules for entry in module.entries]
    open_now = max(
        (url for url in urls if here == url or (url != "/" and here.startswith(url))), key=len, default=""
    )
    for module in modules:
        entries = []
        for entry in module.entries:
            if actor.role in entry.roles:
                url = reverse(entry.url)
                badge = entry.badge(actor) if entry.badge else 0
                entries.append(
                    {
                        "title": entry.title,
                        "url": url,
                        "icon": entry.icon,
                        "badge": badge,
                        "current": url == open_now,
                    }
                )
        if entries:
            sections.append({"title": module.title, "icon": module.icon, "entries": entries})
    return sections
