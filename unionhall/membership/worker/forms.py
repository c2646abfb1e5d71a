"""What a worker types on the way into the union."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.models import User
from unionhall.kernel.pages.forms import ActForm, DateField
from unionhall.kernel.terms import Refused, refuse_if
from unionhall.membership.actions.persons import Given
from unionhall.people.rules.identity import DocumentKind, Sex
from unionhall.people.rules.kinds import WorkerKind

EMPTY = [("", "—")]
TOLD = ("name", "number", "document", "phone", "sex", "birth")


class WhoForm(ActForm):
    """Step one: who am I."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("As on your document."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    document = forms.ChoiceField(
        label=_("Document"), choices=DocumentKind.choices, initial=DocumentKind.RESIDENT_ID
    )
    number = forms.CharField(
        label=_("Document number"),
        max_length=30,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )
    worker_kind = forms.ChoiceField(
        label=_("Kind of work"), choices=[*EMPTY, *WorkerKind.choices], required=False
    )
    migrant = forms.BooleanField(label=_("I am a migrant worker (rural household)"), required=False)
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=[*EMPTY, *Sex.choices],
        required=False,
        help_text=_("Only for documents whose number does not tell it."),
    )
    birth = DateField(
        label=_("Date of birth"),
        required=False,
        help_text=_("Only for documents whose number does not tell it."),
    )

    def clean(self) -> dict[str, Any]:
        """Number, phone, sex and birth must be possible and go together."""
        cleaned = super().clean() or self.cleaned_data
        if {"name", "number", "document", "phone"} <= set(cleaned):
            try:
                refuse_if(Given(**{k: cleaned[k] for k in TOLD if k in cleaned}).faults(timezone.localdate()))
            except Refused as refused:
                self.refuse(refused)
        return cleaned


class CorrectForm(WhoForm):
    """An application that was returned, corrected; without a number the one given stays."""

    employer_name = forms.CharField(label=_("Workplace"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("number", "phone"):
            self.fields[name].required = False
            self.fields[name].help_text = _("Leave empty to keep what you gave.")

    def clean(self) -> dict[str, Any]:
        """A new number is checked; none keeps the old one."""
        return super().clean() if self.cleaned_data.get("number") else self.cleaned_data


class ConfirmForm(ActForm):
    """Step three: consent, and the password of the account that is opened."""

    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput({"autocomplete": "new-password"}), strip=False
    )
    again = forms.CharField(
        label=_("Password again"), widget=forms.PasswordInput({"autocomplete": "new-password"}), strip=False
    )
    consent = forms.BooleanField(
        label=_("I have read what happens to my data, and I apply of my own will."),
        error_messages={"required": _("To apply, confirm that you have read what happens to your data.")},
    )

    def __init__(self, *args: Any, name: str = "", has_account: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holder = name
        if has_account:
            del self.fields["password"], self.fields["again"]

    def clean_password(self) -> str:
        """The password, when it is good enough for the name it protects."""
        password = str(self.cleaned_data["password"])
        validate_password(password, User(username="", display_name=self.holder))
        return password

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same."""
        cleaned = super().clean() or self.cleaned_data
        if "password" in cleaned and "again" in cleaned and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("The two passwords differ."))
        return cleaned
