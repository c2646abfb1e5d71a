"""Who an application or a desk is about: found by the keyed hash of the number, or entered anew."""

import secrets
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from unionhall.kernel.keys import ring
from unionhall.kernel.models import Unit, User
from unionhall.kernel.terms import Refusal, refuse_if
from unionhall.kernel.writing import step
from unionhall.people.models import NUMBER, PHONE, Person
from unionhall.people.rules.contact import check_phone, normalise_phone
from unionhall.people.rules.identity import (
    DocumentKind,
    birth_of,
    check_identity,
    cross_check,
    normalise_number,
    sex_of,
)
from unionhall.people.rules.names import pinyin_of

LONGEST_NAME_PART = 20
DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody says of herself, or a clerk of her; sex and birth where the number does not tell them."""

    name: str
    number: str
    document: str = DocumentKind.RESIDENT_ID
    phone: str = ""
    sex: str = ""
    birth: date | None = None
    worker_kind: str = ""
    migrant: bool = False

    def faults(self, on: date) -> list[Refusal]:
        """Every reason why this cannot be entered in the register."""
        kind = DocumentKind(self.document)
        found = [] if self.name.strip() else [Refusal(_("Enter the name as on the document."), "name")]
        found += check_identity(kind, self.number, on=on)
        found += cross_check(self.sex, self.birth, self.number, kind)
        if not (self.sex or sex_of(kind, self.number)):
            found.append(Refusal(_("This document does not tell the sex: choose it."), "sex"))
        if not (self.birth or birth_of(kind, self.number)):
            found.append(Refusal(_("This document does not tell the day of birth: enter it."), "birth"))
        if self.phone:
            found += check_phone(self.phone)
        return found


def find(document: str, number: str) -> Person | None:
    """The person with this document, by the keyed hash of its number."""
    mark = ring().blind(normalise_number(number), NUMBER)
    return Person.objects.filter(document=document, number_hash=mark, merged_into=None).first()


@step
def found_or_entered(given: Given, *, on: date) -> Person:
    """The person of this number, untouched; a new row, without file or account, when there is none."""
    refuse_if(given.faults(on))
    return find(given.document, given.number) or _entered(given)


@step
def open_account(name: str, password: str) -> User:
    """An account with a log-in name made from the pinyin of the name and some digits."""
    start = pinyin_of(name).key[:LONGEST_NAME_PART] or "worker"
    username = _with_digits(start)
    while User.objects.filter(username=username).exists():
        username = _with_digits(start)
    user = User(username=username, display_name=name)
    user.set_password(password)
    user.save()
    return user


@step
def move_file(person: Person, unit: Unit) -> Person:
    """The union that keeps the person's file from now on."""
    person.unit = unit
    person.save()
    return person


@step
def give_phone(person: Person, phone: str) -> None:
    """Set the phone and the hash by which it is found; the row is saved by whoever goes on writing it."""
    plain = normalise_phone(phone)
    person.phone, person.phone_hash = ring().seal(plain, PHONE), ring().blind(plain, PHONE)


def _entered(given: Given) -> Person:
    kind, number = DocumentKind(given.document), normalise_number(given.number)
    name = given.name.strip()
    person = Person(
        name=name,
        document=kind,
        number=ring().seal(number, NUMBER),
        number_hash=ring().blind(number, NUMBER),
        sex=given.sex or sex_of(kind, number),
        birth=given.birth or birth_of(kind, number),
        worker_kind=given.worker_kind,
        migrant=given.migrant,
    )
    person.name_key, person.initials = pinyin_of(name)
    if given.phone:
        give_phone(person, given.phone)
    person.save()
    return person


def _with_digits(start: str) -> str:
    return f"{start}{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
