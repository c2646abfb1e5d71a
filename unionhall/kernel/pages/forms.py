"""Forms of acts. A form checks what a person typed; the action decides."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from unionhall.kernel.terms import Refused
from unionhall.kernel.writing import Actor


class DateInput(forms.DateInput):
    """A day, by the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateField(forms.DateField):
    """A day as YYYY-MM-DD."""

    widget = DateInput


class ActForm(forms.Form):
    """The form of one act: knows who acts (`actor`) and on which row (`row`)."""

    def __init__(self, *args: Any, actor: Actor | None = None, row: Any = None, **kwargs: Any) -> None:
        self.actor, self.row = actor, row
        super().__init__(*args, **kwargs)

    def facts(self) -> dict[str, Any]:
        """The keywords of the action."""
        return dict(self.cleaned_data)

    def refuse(self, refused: Refused) -> None:
        """Show every reason where it belongs; what belongs to no field stands at the top."""
        for reason in refused.reasons:
            field = reason.field if reason.field in self.fields else None
            self.add_error(field or NON_FIELD_ERRORS, str(reason))
