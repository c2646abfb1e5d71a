"""Naming a unit on a form: its name is typed, suggestions come while typing."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse_lazy
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.models import Unit
from unionhall.kernel.pages.tables import units_called

SUGGESTED = 12
SOURCE = {"data-source": reverse_lazy("unit_names"), "autocomplete": "off"}


class UnitByName(forms.CharField):
    """A unit by its full name, or by a beginning that only one has."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs=SOURCE), **kwargs)

    def clean(self, value: Any) -> Any:
        """The one unit that is called like this."""
        text = super().clean(value)
        if not text:
            return None
        found = list(Unit.objects.filter(name=text, until=None)[:2]) or list(units_called(text)[:2])
        if len(found) != 1:
            said = _("More than one unit is called “%(text)s”: type its full name.")
            none = _("No unit is called “%(text)s”.")
            raise forms.ValidationError(said if found else none, params={"text": text})
        return found[0]


@login_required
def unit_names(request: HttpRequest) -> HttpResponse:
    """Names of units that are called like the text, as options."""
    text = request.GET.get("q", "").strip()
    names = units_called(text).values_list("name", flat=True)[:SUGGESTED] if text else []
    return HttpResponse(format_html_join("", '<option value="{}"></option>', ((name,) for name in names)))


URLS: tuple[URLPattern, ...] = (path("names/units/", unit_names, name="unit_names"),)
