"""What is done to persons' files. Numbers and phones come in clear, are sealed here and not logged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypedDict, Unpack

import polars as pl
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.keys import ring
from unionhall.kernel.loading import amend
from unionhall.kernel.merging import Moving, clashes, preview, repoint, restore
from unionhall.kernel.models import Unit, User
from unionhall.kernel.secrets import KeyRing
from unionhall.kernel.terms import STAFF, WRITERS, Refusal, Role, refuse, refuse_if
from unionhall.kernel.writing import Actor, action, refuse_faults, step
from unionhall.people.models import NUMBER, PHONE, NotDuplicate, Person, PersonMerge
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

# What stays with the dropped row of a merge: its own history.
STAYS = frozenset(
    {
        "people.person.merged_into",
        "people.personmerge.kept",
        "people.personmerge.dropped",
        "people.notduplicate.first",
        "people.notduplicate.second",
    }
)
REVEALED = {"number": _("Document number"), "phone": _("Phone")}
SLICE = 20_000  # persons whose values are sealed anew in one act


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


# Files


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


@action(Role.WORKER, on="person", sentence=_("took a copy of her own data"))
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


# Two files that are one person


def merge_preview(kept: Person, dropped: Person) -> list[Moving]:
    """What merging would move."""
    return preview(kept, dropped, STAYS)


def merge_faults(actor: Actor, kept: Person, dropped: Person) -> list[Refusal]:
    """Why these two files cannot be merged as they are; empty when they can."""
    if kept.pk == dropped.pk:
        return [Refusal(_("To merge, name two different files."))]
    if kept.merged_into_id or dropped.merged_into_id:
        return [Refusal(_("One of the two files has been merged away already."))]
    found = []
    if not actor.reaches(dropped.unit):
        found.append(
            Refusal(
                _("One of the two files is kept outside your reach: ask the union above both to merge them.")
            )
        )
    if kept.number is None and dropped.number is not None:
        found.append(Refusal(_("Keep the file that has the document number.")))
    if kept.user_id and dropped.user and dropped.user.is_active:
        found.append(Refusal(_("Both have an account: have the one of the file to be dropped closed first.")))
    return [*found, *clashes(kept, dropped, STAYS)]


@action(*WRITERS, on="kept", sentence=_("merged two files of one person"), logged=("reason",))
def merge(actor: Actor, *, kept: Person, dropped: Person, reason: str, on: date) -> PersonMerge:
    """Make two files one: all that points at the dropped one points at the kept one. Can be undone."""
    kept, dropped = _locked(kept), _locked(dropped)
    refuse_if([*check_reason(reason), *merge_faults(actor, kept, dropped)])
    moved = repoint(kept, dropped, STAYS)
    user = dropped.user if kept.user_id is None else None
    dropped.merged_into = kept
    if user:
        dropped.user = None
    dropped.save()
    if user:
        kept.user = user
        kept.save(update_fields=["user"])
    record = PersonMerge(
        kept=kept,
        dropped=dropped,
        moved={"rows": moved, "user": user.pk if user else None},
        reason=reason,
        on=on,
    )
    record.save()
    return record


@action(*WRITERS, on="merge", sentence=_("undid a merge of two files"))
def unmerge(actor: Actor, *, merge: PersonMerge, on: date) -> PersonMerge:
    """Make one file two again. Refused once a row that moved was changed, or the file was merged further."""
    merge = PersonMerge.objects.select_for_update().get(pk=merge.pk)
    kept, dropped = _locked(merge.kept), _locked(merge.dropped)
    if merge.undone_on is not None:
        raise refuse(_("This merge has been undone already."))
    if not actor.reaches(dropped.unit):
        raise refuse(_("One of the two files is kept outside your reach: ask the union above both."))
    user = merge.moved["user"]
    if kept.merged_into_id is not None or (user and kept.user_id != user):
        raise refuse(
            _("This merge can no longer be undone: the file kept has been merged or tied anew since.")
        )
    restore(kept, dropped, merge.moved["rows"], act=merge.act)
    if user:
        kept.user = None
        kept.save(update_fields=["user"])
        dropped.user_id = user
    dropped.merged_into = None
    dropped.save()
    merge.undone_on = on
    merge.save()
    return merge


@action(*WRITERS, on="first", sentence=_("found two files to be two persons"))
def not_duplicate(actor: Actor, *, first: Person, second: Person, on: date) -> NotDuplicate:
    """Note that two files alike are two persons: the duplicates desk shows them no more."""
    if first.pk == second.pk:
        raise refuse(_("Name two different files."))
    if not actor.reaches(second.unit):
        raise refuse(_("One of the two files is kept outside your reach: ask the union above both."))
    low, high = sorted((first, second), key=lambda person: person.pk)
    if NotDuplicate.objects.filter(first=low, second=high).exists():
        raise refuse(_("These two files have been told apart already."))
    row = NotDuplicate(first=low, second=high, on=on)
    row.save()
    return row


# Sealing


def seal_columns(frame: pl.DataFrame, keys: KeyRing) -> pl.DataFrame:
    """The frame with its clear columns `number` and `phone` (text, null where unknown) sealed.

    Gives `number`, `number_hash`, `phone`, `phone_hash` as bytes, ready for `load(Person, …)`; a column that
    the frame does not have is left out with its hash. Numbers and phones must be normalised.
    """
    columns = []
    for name, context in (("number", NUMBER), ("phone", PHONE)):
        if name in frame.columns:
            clear = frame[name].to_list()
            columns += [
                pl.Series(name, keys.seal_many(clear, context), pl.Binary),
                pl.Series(f"{name}_hash", keys.blind_many(clear, context), pl.Binary),
            ]
    return frame.with_columns(columns)


@dataclass(frozen=True, slots=True)
class Resealed:
    """How far sealing anew has come: the last key, how many persons were looked at, how many changed."""

    after: int
    seen: int
    changed: int
    done: bool


@action(sentence=_("sealed personal data anew with the current key"))
def reseal_slice(actor: Actor, *, after: int, size: int = SLICE) -> Resealed:  # noqa: ARG001
    """Seal one slice of persons, by key after `after`, with the current key where an older one did."""
    keys = ring()
    rows = list(
        Person.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "number", "phone")[:size]
    )
    old = [row for row in rows if any(v is not None and keys.needs_resealing(bytes(v)) for v in row[1:])]
    if old:
        pks, numbers, phones = zip(*old, strict=True)
        amend(
            Person,
            pl.DataFrame(
                {
                    "id": pl.Series(pks, dtype=pl.Int64),
                    "number": pl.Series(_anew(keys, numbers, NUMBER), dtype=pl.Binary),
                    "phone": pl.Series(_anew(keys, phones, PHONE), dtype=pl.Binary),
                }
            ),
        )
    return Resealed(rows[-1][0] if rows else after, len(rows), len(old), len(rows) < size)


def reseal(actor: Actor, *, size: int = SLICE) -> Iterator[Resealed]:
    """Seal all values anew, slice by slice; what comes out tells the progress. Begun again, it goes on."""
    at = Resealed(0, 0, 0, done=False)
    while not at.done:
        part = reseal_slice(actor, after=at.after, size=size)
        at = Resealed(part.after, at.seen + part.seen, at.changed + part.changed, part.done)
        yield at


def _anew(keys: KeyRing, values: tuple[object, ...], context: str) -> list[bytes | None]:
    blobs = [None if value is None else bytes(value) for value in values]  # type: ignore[call-overload]
    return keys.seal_many(keys.open_many(blobs, context), context)


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
