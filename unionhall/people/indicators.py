"""What should not be among the persons' files, and which pairs of files may be one person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db.models import Exists, Model, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.indicators.declared import Check, Severity
from unionhall.kernel.merging import references
from unionhall.kernel.rows import Rows
from unionhall.kernel.terms import Text
from unionhall.people.models import NotDuplicate, Person
from unionhall.people.rules.identity import OLDEST, YOUNGEST

NUMBER_LIKE, NAME_LIKE, PHONE_LIKE = "number", "name", "phone"
LIKENESS: dict[str, tuple[str, ...]] = {
    NUMBER_LIKE: ("number_hash",),
    NAME_LIKE: ("name", "birth"),
    PHONE_LIKE: ("phone_hash",),
}
LIKE_TITLES: dict[str, Text] = {
    NUMBER_LIKE: _("Same number under two documents"),
    NAME_LIKE: _("Same name and date of birth"),
    PHONE_LIKE: _("Same phone"),
}


def alike(kind: str, rows: "Rows[Person] | None" = None) -> "Rows[Person]":
    """Files that have another one like them which nobody has told apart; `rows` narrows whose files."""
    among = Person.objects.all() if rows is None else rows
    return among.filter(Exists(_others(kind)), merged_into=None)


def _others(kind: str) -> "Rows[Person]":
    told = NotDuplicate.objects.filter(
        Q(first=OuterRef("pk"), second=OuterRef(OuterRef("pk")))
        | Q(second=OuterRef("pk"), first=OuterRef(OuterRef("pk")))
    )
    same = {column: OuterRef(column) for column in LIKENESS[kind]}
    others = Person.objects.filter(**same, merged_into=None).exclude(pk=OuterRef("pk"))
    return others.filter(~Exists(told))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files that may be one person, and why one may think so."""

    first: Person
    second: Person
    why: str

    @property
    def title(self) -> Text:
        """The likeness, in words."""
        return LIKE_TITLES[self.why]


def pairs(kind: str, rows: "Rows[Person]", most: int) -> list[Pair]:
    """At most `most` pairs of one likeness among these files, each once, the smaller key first."""
    chosen = list(alike(kind, rows).select_related("unit").order_by("pk")[:most])
    columns = LIKENESS[kind]
    wanted = Q(pk__in=[])
    for key in {_key(person, columns) for person in chosen}:
        wanted |= Q(**dict(zip(columns, key, strict=True)))
    found: dict[tuple[object, ...], list[Person]] = {}
    for person in rows.filter(wanted, merged_into=None).select_related("unit").order_by("pk"):
        found.setdefault(_key(person, columns), []).append(person)
    told = _told(person.pk for group in found.values() for person in group)
    listed = [
        Pair(first, second, kind)
        for group in found.values()
        for place, first in enumerate(group)
        for second in group[place + 1 :]
        if (first.pk, second.pk) not in told
    ]
    return listed[:most]


def _key(person: Person, columns: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(getattr(person, column) for column in columns)


def _told(keys: Iterable[int]) -> set[tuple[int, int]]:
    return set(NotDuplicate.objects.filter(first__in=list(keys)).values_list("first_id", "second_id"))


def impossible_ages(on: date) -> "Rows[Model]":
    """Files whose date of birth gives an age nobody at work has."""
    young = Q(birth__gt=_years_before(on, YOUNGEST))
    return cast(
        "Rows[Model]",
        Person.objects.filter(young | Q(birth__lte=_years_before(on, OLDEST + 1)), merged_into=None),
    )


def merged_in_use(_on: date) -> "Rows[Model]":
    """Files merged away that rows still point at, whatever their table."""
    used = Q(pk__in=[])
    for key in references(Person):
        if key.model._meta.app_label != Person._meta.app_label:
            used |= Q(Exists(key.model._default_manager.filter(**{key.name: OuterRef("pk")})))
    return cast("Rows[Model]", Person.objects.filter(used).exclude(merged_into=None))


def _years_before(on: date, years: int) -> date:
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February
        return on.replace(year=on.year - years, day=28)


CHECKS = (
    Check(
        code="people.same_number",
        title=_("Same number under two documents"),
        advice=_(
            "Compare the two files at the duplicates desk; merge them or note that they are two persons."
        ),
        model=Person,
        rows=lambda _on: cast("Rows[Model]", alike(NUMBER_LIKE)),
        severity=Severity.ERROR,
    ),
    Check(
        code="people.same_name_and_birth",
        title=_("Same name and date of birth"),
        advice=_(
            "Compare the two files at the duplicates desk; merge them or note that they are two persons."
        ),
        model=Person,
        rows=lambda _on: cast("Rows[Model]", alike(NAME_LIKE)),
    ),
    Check(
        code="people.same_phone",
        title=_("Same phone"),
        advice=_("Ask whose phone it is: log-in by a phone that two persons share is not possible."),
        model=Person,
        rows=lambda _on: cast("Rows[Model]", alike(PHONE_LIKE)),
        severity=Severity.NOTE,
    ),
    Check(
        code="people.impossible_ages",
        title=_("Impossible ages"),
        advice=_("Compare the date of birth with the document and correct the file."),
        model=Person,
        rows=impossible_ages,
        severity=Severity.ERROR,
    ),
    Check(
        code="people.merged_in_use",
        title=_("Files merged away that are still in use"),
        advice=_("Undo the merge and merge the files again, so that everything moves to the kept file."),
        model=Person,
        rows=merged_in_use,
        severity=Severity.ERROR,
    ),
)
