"""How accounts come in: the security administrator opens them, or a worker does by joining; nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedDoor(DefaultAccountAdapter):
    """allauth without a sign-up page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  allauth's signature
        """Nobody signs up: accounts are opened by acts."""
        return False

    def get_user_display(self, user: Any) -> str:
        """The name shown on account pages."""
        return str(user.display_name)
