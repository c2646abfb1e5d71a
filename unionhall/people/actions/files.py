"""What is done to one person's file. Numbers and phones come in clear, are sealed here and not logged."""

from datetime import date
from typing import TypedDict, Unpack

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.keys import ring
from unionhall.kernel.models import Unit, User
from unionhall.kernel.terms import STAFF, WRITERS, Refusal, Role, refuse, refuse_if
from unionhall.kernel.writing import Actor, action, refuse_faults, step
from unionhall.people.models import NUMBER, PHONE, Person
from unionhall.people.rules.contact import check_phone, normalise_phone
from unionhall.people.rules.files import check_facts, check_reason, check_told, kept_by
from unionhall.people.rules.identity import (
    DocumentKind,
    birth_of,
    check_identity,
    cross_check,
    normalise_number,
    sex_of,
)
from unionhall.people.rules.names import pinyin_of

REVEALED = {"number": _("Document number"), "phone": _("Phone")}


class Facts(TypedDict, total=False):
    """What may be stated of a person beside the number; empty means not known."""

    name: str
    name_key: str
    initials: str
    sex: str
    birth: date | None
    education: str
    household: str
    household_region: str
    worker_kind: str
    migrant: bool


@action(*WRITERS, on="unit", sentence=_("registered a person"))
def register(
    actor: Actor,  # noqa: ARG001  an action's signature
    *,
    unit: Unit,
    on: date,
    document: str,
    number: str,
    phone: str = "",
    **facts: Unpack[Facts],
) -> Person:
    """Open a person's file at a union. Refused when the number is faulty or known already."""
    return enter(unit=unit, on=on, document=document, number=number, phone=phone, **facts)


@step
def enter(
    *, unit: Unit | None, on: date, document: str, number: str, phone: str = "", **facts: Unpack[Facts]
) -> Person:
    """Open a person's file: what `register` does, for acts of membership that begin with a new person."""
    kind, number = DocumentKind(document), normalise_number(number)
    refuse_if(
        check_facts(
            kind=kind,
            number=number,
            sex=facts.get("sex", ""),
            birth=facts.get("birth"),
            phone=phone,
            on=on,
        )
    )
    facts["sex"] = facts.get("sex") or sex_of(kind, number) or ""
    facts["birth"] = facts.get("birth") or birth_of(kind, number)
    person = Person(unit=unit, document=kind)
    _put_number(person, number)
    _put_phone(person, phone)
    _put(person, facts)
    person.save()
    return person


@action(*WRITERS, on="person", sentence=_("corrected a person's file"))
def correct(
    actor: Actor,  # noqa: ARG001  an action's signature
    *,
    person: Person,
    on: date,
    document: str = "",
    number: str = "",
    **facts: Unpack[Facts],
) -> Person:
    """Correct what a file states. Without a number the one kept stays, and what is stated must go with it."""
    person = _locked(person)
    kind = DocumentKind(document or person.document)
    clear = normalise_number(number) or _clear(person)
    sex, birth = facts.get("sex", person.sex), facts.get("birth", person.birth)
    other = bool(number) or kind != person.document
    found = check_identity(kind, clear, on=on) if other else []
    refuse_if([*found, *cross_check(sex, birth, clear, kind), *check_told(sex, birth, on=on)])
    person.document = kind
    if other:
        _put_number(person, clear)
    _put(person, facts)
    person.save()
    return person


@action(*WRITERS, Role.WORKER, on="person", sentence=_("changed a phone number"))
def set_phone(actor: Actor, *, person: Person, phone: str) -> Person:  # noqa: ARG001
    """Set or, with an empty text, take away the phone."""
    person = _locked(person)
    if phone:
        refuse_if(check_phone(phone))
    _put_phone(person, phone)
    person.save()
    return person


@action(*STAFF, on="person", sentence=_("looked at sealed personal data"), logged=("field", "reason"))
def reveal(actor: Actor, *, person: Person, field: str, reason: str) -> Person:  # noqa: ARG001
    """Leave to see one sealed value of one person: the log keeps which and why, never the value."""
    if field not in REVEALED:
        raise refuse(_("Choose what is to be shown: the document number or the phone."), "field")
    refuse_if(check_reason(reason))
    if getattr(person, field) is None:
        raise refuse(_("The file holds no such value."), "field")
    return person


@action(Role.WORKER, on="person", sentence=_("took a copy of one's own data"))
def take_copy(actor: Actor, *, person: Person) -> Person:  # noqa: ARG001  an action's signature
    """Note that a person took a copy of all that is kept about her (个人信息保护法 art. 45)."""
    return person


@step
def move_file(person: Person, *, unit: Unit) -> Person:
    """The file goes to another union: when a person becomes a member there."""
    person.unit = unit
    person.save(update_fields=["unit"])
    return person


# Accounts


@action(*WRITERS, on="person", sentence=_("opened an account for a person"))
def open_account(actor: Actor, *, person: Person, username: str, password: str) -> Person:  # noqa: ARG001
    """Open an account for the person; a first password is given, which she changes after her first log-in."""
    return give_account(_locked(person), username=username, password=password)


@step
def give_account(person: Person, *, username: str, password: str) -> Person:
    """Open an account; its password must be changed at the first log-in.

    Refused when the person has one, the name is taken or the password weak.
    """
    if person.user_id is not None:
        raise refuse(_("This person has an account already."))
    if not username or User.objects.filter(username=username).exists():
        raise refuse(_("Choose a log-in name that is not taken yet."), "username")
    user = User(username=username, display_name=person.name, password_given=True)
    try:
        validate_password(password, user)
    except ValidationError as faults:
        refuse_if(Refusal(message, "password") for message in faults.messages)
    user.set_password(password)
    user.save()
    return link_account(person, user)


@step
def link_account(person: Person, user: User) -> Person:
    """Tie an account that is there to the person it belongs to."""
    if person.user_id is not None or Person.objects.filter(user=user).exists():
        raise refuse(_("The account or the person is tied already."))
    person.user = user
    person.save(update_fields=["user"])
    return person


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update().get(pk=person.pk)


def _clear(person: Person) -> str:
    return person.number.clear(ring()) if person.number is not None else ""


def _put_number(person: Person, number: str) -> None:
    keys = ring()
    found = keys.blind(number, NUMBER)
    twin = Person.objects.filter(number_hash=found, document=person.document).exclude(pk=person.pk).first()
    if twin is not None:
        holder = twin.merged_into or twin
        refuse_if([kept_by(holder.unit.name if holder.unit else "")])
    if person.number_hash != found:
        person.number, person.number_hash = keys.seal(number, NUMBER), found


def _put_phone(person: Person, phone: str) -> None:
    keys, plain = ring(), normalise_phone(phone)
    person.phone = keys.seal(plain, PHONE) if plain else None
    person.phone_hash = keys.blind(plain, PHONE) if plain else None


def _put(person: Person, facts: Facts) -> None:
    """Set the facts; the pinyin follows the name unless it is stated."""
    old = person.name
    for name, value in facts.items():
        setattr(person, name, value)
    if person.name != old:
        key, initials = pinyin_of(person.name)
        person.name_key = facts.get("name_key") or key
        person.initials = facts.get("initials") or initials
    refuse_faults(person, exclude=("number", "phone", "unit", "user", "merged_into"))
