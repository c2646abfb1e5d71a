"""How accounts come in: the security administrator opens them, or a worker does by joining; nobody signs up."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from unionhall.kernel import actions
from unionhall.kernel.keys import ring
from unionhall.kernel.models import Appointment, User
from unionhall.kernel.terms import ADMINISTRATORS
from unionhall.kernel.writing import Actor

SECRET = "kernel.second_factor"  # noqa: S105  # nosec B105  the context that a sealed secret is bound to


class ClosedDoor(DefaultAccountAdapter):
    """allauth without sign-up and without mail: what it would write in a mail stands in the log."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  allauth's signature
        """Nobody signs up: accounts are opened by acts."""
        return False

    def get_user_display(self, user: Any) -> str:
        """The name shown on account pages."""
        return str(user.display_name)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by axes alone: one count, one lock, one page that says so."""

    def clean_password(self, password: str, user: Any = None) -> str:
        """The new password, if it is good enough and not the one of now."""
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError(_("Choose a password that is not the one you have now."))
        return str(super().clean_password(password, user))

    def set_password(self, user: User, password: str) -> None:
        """Write the password that the user chose, as an act of her own."""
        actions.change_password(Actor.worker(user), user=user, password=password, on=timezone.localdate())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002  allauth's signature
        """After a change of the password the day goes on."""
        return reverse("home")

    def send_notification_mail(self, template_prefix: str, user: User, *_args: Any, **_facts: Any) -> None:
        """Keep in the log what happened to the second factor; a change of the password is an act already."""
        event = template_prefix.rpartition("/")[2]
        if template_prefix.startswith("mfa/"):
            actions.change_second_factor(Actor.worker(user), user=user, event=event)


class SecondFactor(DefaultMFAAdapter):
    """The second factor: its secret is sealed at rest; an administrator who must have it cannot put it off."""

    def encrypt(self, text: str) -> str:
        """The secret, sealed with the key file's current key."""
        return base64.b64encode(ring().seal(text, SECRET)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret in clear."""
        return ring().open(base64.b64decode(encrypted_text), SECRET)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Whether the account may be without."""
        return not (settings.ADMIN_MFA and administers(authenticator.user))


def keys_of_secrets() -> set[int]:
    """The numbers of the keys that seal some second factor: none of them may be dropped."""
    sealed = (
        data.get(name)
        for data in Authenticator.objects.values_list("data", flat=True)
        for name in ("secret", "seed")
    )
    return {base64.b64decode(value)[1] for value in sealed if value}


def administers(user: User) -> bool:
    """Whether the account is one of the three administrators today."""
    today = timezone.localdate()
    held = Appointment.objects.filter(user=user, role__in=ADMINISTRATORS, since__lte=today)
    return held.exclude(until__lte=today).exists()
