"""Who an application or a desk is about: found by the keyed hash of the number, or entered anew."""

import secrets
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from unionhall.kernel.keys import ring
from unionhall.kernel.models import User
from unionhall.kernel.terms import Refusal, refuse_if
from unionhall.kernel.writing import step
from unionhall.people.actions.files import enter
from unionhall.people.models import NUMBER, PHONE, Person
from unionhall.people.rules.contact import normalise_phone
from unionhall.people.rules.files import check_facts
from unionhall.people.rules.identity import DocumentKind, normalise_number
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
        """Every reason why no file can be kept with this."""
        unnamed = [] if self.name.strip() else [Refusal(_("Enter the name as on the document."), "name")]
        return unnamed + check_facts(
            kind=DocumentKind(self.document),
            number=self.number,
            sex=self.sex,
            birth=self.birth,
            phone=self.phone,
            on=on,
        )


def find(document: str, number: str) -> Person | None:
    """The person with this document, by the keyed hash of its number."""
    mark = ring().blind(normalise_number(number), NUMBER)
    return Person.objects.filter(document=document, number_hash=mark, merged_into=None).first()


@step
def found_or_entered(given: Given, *, on: date) -> Person:
    """The person of this number, untouched; a new row, without file or account, when there is none."""
    refuse_if(given.faults(on))
    return find(given.document, given.number) or enter(
        unit=None,
        on=on,
        document=given.document,
        number=given.number,
        phone=given.phone,
        name=given.name.strip(),
        sex=given.sex,
        birth=given.birth,
        worker_kind=given.worker_kind,
        migrant=given.migrant,
    )


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
def give_phone(person: Person, phone: str) -> None:
    """Set the phone and the hash by which it is found; the row is saved by whoever goes on writing it."""
    plain = normalise_phone(phone)
    person.phone, person.phone_hash = ring().seal(plain, PHONE), ring().blind(plain, PHONE)


def _with_digits(start: str) -> str:
    return f"{start}{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
