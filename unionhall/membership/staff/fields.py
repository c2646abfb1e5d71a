"""Naming a union or an employer on a form, and how sealed values are shown."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from unionhall.employers.models import Employer
from unionhall.employers.rules import normalise_code
from unionhall.kernel.keys import ring
from unionhall.kernel.pages.units import UnitByName
from unionhall.membership.models import GIVEN_PHONE, Joining
from unionhall.people.models import Person
from unionhall.people.rules.contact import mask_phone
from unionhall.people.rules.identity import mask_number
from unionhall.unions.models import Union


class UnionByName(UnitByName):
    """A living union by its full name, or by a beginning that only one has."""

    def clean(self, value: Any) -> Any:
        """The one union that is called like this."""
        unit = super().clean(value)
        if unit is None:
            return None
        union = Union.objects.select_related("unit").filter(unit=unit, until=None).first()
        if union is None:
            raise forms.ValidationError(_("This unit is no living union."))
        return union


class EmployerByName(forms.CharField):
    """An employer by its code, its full name, or a beginning of name or pinyin that only one has."""

    def clean(self, value: Any) -> Any:
        """The one employer that is called like this."""
        text = super().clean(value)
        if not text:
            return None
        living = Employer.objects.filter(until=None)
        lower = text.lower().replace(" ", "")
        begins = Q(name__startswith=text) | Q(name_key__startswith=lower) | Q(initials__startswith=lower)
        exact = list(living.filter(Q(name=text) | Q(uscc=normalise_code(text)))[:2])
        found = exact or list(living.filter(begins)[:2])
        if len(found) != 1:
            many = _("More than one employer is called “%(text)s”: enter its code.")
            none = _("No employer is called “%(text)s”.")
            raise forms.ValidationError(many if found else none, params={"text": text})
        return found[0]


def shown_number(person: Person) -> str:
    """The document number, masked."""
    return mask_number(person.number.clear(ring())) if person.number is not None else ""


def shown_phone(person: Person) -> str:
    """The phone, masked."""
    return mask_phone(person.phone.clear(ring())) if person.phone is not None else ""


def given_phone(joining: Joining) -> str:
    """The phone an applicant gave, masked."""
    if joining.phone is None:
        return ""
    return mask_phone(ring().open(bytes(joining.phone), GIVEN_PHONE))
