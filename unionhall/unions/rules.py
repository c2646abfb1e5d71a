"""Rules of unions: kinds, levels, sizes of committees, votes, terms. The law's numbers are in `law.toml`."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from unionhall.employers.rules import check_uscc, normalise_code
from unionhall.kernel.terms import Refusal, Text


class UnionKind(TextChoices):
    """Every kind of union organisation (工会法 art. 11)."""

    FEDERATION = "federation", _("Federation of trade unions")
    INDUSTRIAL = "industrial", _("Industrial union")
    SECTOR = "sector", _("Sector federation")
    SINGLE = "single", _("Grassroots union")
    JOINT = "joint", _("Joint grassroots union")
    BRANCH = "branch", _("Branch")
    GROUP = "group", _("Union group")


GRASSROOTS = frozenset({UnionKind.SINGLE, UnionKind.JOINT})
ADMITTING = GRASSROOTS | {UnionKind.BRANCH, UnionKind.GROUP}


class Level(TextChoices):
    """The level at which a union stands, from the top down."""

    NATIONAL = "national", _("National")
    PROVINCIAL = "provincial", _("Provincial")
    MUNICIPAL = "municipal", _("Municipal")
    COUNTY = "county", _("County or district")
    ZONE = "development_zone", _("Development zone")
    TOWNSHIP = "township_subdistrict", _("Township or subdistrict")
    GRASSROOTS = "grassroots", _("Grassroots")


class BodyKind(TextChoices):
    """Committees and persons that a union has beside its committee."""

    WOMEN = "women", _("Women workers' committee")
    AUDIT = "audit", _("Funds audit committee")
    LABOUR_LAW = "labour_law", _("Labour-law supervision committee")
    LABOUR_PROTECTION = "labour_protection", _("Labour protection committee")
    MEDIATION = "mediation", _("Labour dispute mediation committee")


class Registration(TextChoices):
    """How a union or member stands in the register."""

    REAL_NAME = "real_name", _("Real name")
    DECLARED = "declared", _("Declared only")


class ElectedBody(TextChoices):
    """What an election fills."""

    COMMITTEE = "committee", _("Union committee")
    CHAIR = "chair", _("Chair")
    AUDIT = "audit", _("Funds audit committee")
    WOMEN = "women", _("Women workers' committee")


class Due(TextChoices):
    """How a day of expiry stands to today."""

    PAST = "past", _("Expired")
    SOON = "soon", _("Expires soon")
    LATER = "later", _("In force")


class Status(TextChoices):
    """How sure a number of the law is (the grades of DOMAIN.md)."""

    STATUTE = "statute", _("statute")
    OFFICIAL = "official", _("official page")
    UNCONFIRMED = "unconfirmed", _("unconfirmed")


@dataclass(frozen=True, slots=True)
class Provision:
    """One number of the law (or several allowed ones, or a fraction), and where it stands."""

    key: str
    values: tuple[int, ...]
    unit: str
    citation: str
    status: Status

    @property
    def value(self) -> int:
        """The number, where there is one."""
        return self.values[0]

    @property
    def article(self) -> Text:
        """The citation as screens show it: one that is not from a statute says so."""
        if self.status is Status.STATUTE:
            return self.citation
        return _("%(citation)s, %(status)s") % {"citation": self.citation, "status": self.status.label}


@dataclass(frozen=True, slots=True)
class CommitteeSize:
    """Seats of a committee by members: `first` to `last` have `least` to `most` seats, an odd number."""

    first: int
    last: int
    least: int
    most: int


def _read_law() -> tuple[dict[str, Provision], tuple[CommitteeSize, ...]]:
    table = tomllib.loads((Path(__file__).parent / "law.toml").read_text("utf-8"))
    sizes = tuple(
        CommitteeSize(r["from"], r["to"], r["least"], r["most"]) for r in table.pop("committee_size")
    )
    law = {}
    for key, row in table.items():
        values = row["value"] if isinstance(row["value"], list) else [row["value"]]
        law[key] = Provision(key, tuple(values), row["unit"], row["citation"], Status(row["status"]))
    return law, sizes


LAW, COMMITTEE_SIZES = _read_law()
COMMITTEE_SOURCE = LAW["single_committee_from"]

# A federation stands under one of a smaller rank.
RANKS = {level: rank for rank, level in enumerate(Level)}
# Which kinds stand directly under which; a company group's union has the unions of its companies under it.
UNDER = {
    UnionKind.FEDERATION: frozenset(UnionKind) - {UnionKind.BRANCH, UnionKind.GROUP},
    UnionKind.INDUSTRIAL: frozenset({UnionKind.INDUSTRIAL, UnionKind.SECTOR}) | GRASSROOTS,
    UnionKind.SECTOR: frozenset({UnionKind.SECTOR}) | GRASSROOTS,
    UnionKind.SINGLE: frozenset({UnionKind.SINGLE, UnionKind.BRANCH, UnionKind.GROUP}),
    UnionKind.JOINT: frozenset({UnionKind.SINGLE, UnionKind.BRANCH, UnionKind.GROUP}),
    UnionKind.BRANCH: frozenset({UnionKind.GROUP}),
    UnionKind.GROUP: frozenset(),
}
# A union's name in its QR code: no characters that look alike on paper.
TOKEN_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # noqa: S105  # nosec B105  it is no password
TOKEN_LENGTH = 16


def seats(members: int) -> CommitteeSize | None:
    """How many seats a committee of so many members has; `None` where there are too few for a committee."""
    return next((size for size in COMMITTEE_SIZES if size.first <= members <= size.last), None)


def check_committee(members: int, size: int) -> list[Refusal]:
    """Whether a committee of `size` seats (one: an organiser) fits so many members."""
    duty, known = LAW["committee_from"], seats(members)
    if size <= LAW["organisers"].value:
        if members >= duty.value:
            said = _(
                "With %(least)s members or more a union elects a committee: one organiser is not enough."
            )
            return [Refusal(said % {"least": duty.value}, "committee_size", duty.article)]
        return []
    if known is None:
        said = _(
            "For a committee of its own a union needs %(least)s members; here are %(members)s. "
            "With fewer, join with other units in a joint union, or elect one organiser."
        )
        facts = {"least": LAW["single_committee_from"].value, "members": members}
        return [Refusal(said % facts, "members", duty.article)]
    if not known.least <= size <= known.most or size % 2 == 0:
        said = _("With %(members)s members a committee has %(least)s to %(most)s seats, an odd number.")
        facts = {"members": members, "least": known.least, "most": known.most}
        return [Refusal(said % facts, "committee_size", COMMITTEE_SOURCE.article)]
    return []


def wants_womens_committee(women: int) -> bool:
    """Whether so many women members have a women workers' committee; fewer have one delegate."""
    return women >= LAW["women_committee_from"].value


def check_place(kind: str, level: str, above_kind: str, above_level: str) -> list[Refusal]:
    """Whether a union of this kind and level may stand directly under the other one."""
    if kind not in UNDER[UnionKind(above_kind)]:
        said = _("%(kind)s cannot stand directly under %(above)s.")
        labels = {"kind": UnionKind(kind).label, "above": UnionKind(above_kind).label}
        return [Refusal(said % labels, "parent")]
    small = kind in ADMITTING
    if small != (level == Level.GRASSROOTS):
        said = _("%(kind)s cannot have the level %(level)s.")
        return [Refusal(said % {"kind": UnionKind(kind).label, "level": Level(level).label}, "level")]
    rank, above = RANKS[Level(level)], RANKS[Level(above_level)]
    if rank < above or (rank == above and kind == UnionKind.FEDERATION):
        said = _("A union of the level %(level)s cannot stand under one of the level %(above)s.")
        labels = {"level": Level(level).label, "above": Level(above_level).label}
        return [Refusal(said % labels, "level")]
    return []


def term_years(level: str) -> tuple[int, ...]:
    """How many years a term may last at this level."""
    return LAW["term_years_grassroots" if level == Level.GRASSROOTS else "term_years_above"].values


def check_term(level: str, years: int) -> list[Refusal]:
    """Whether a term may last so long at this level."""
    allowed = term_years(level)
    if years in allowed:
        return []
    said = _("A term of this union lasts %(years)s years.") % {"years": " / ".join(map(str, allowed))}
    return [Refusal(said, "years", LAW["term_years_above"].article)]


def after_years(since: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March where the year has none."""
    try:
        return since.replace(year=since.year + years)
    except ValueError:
        return date(since.year + years, 3, 1)


def due(expires: date, on: date, days: int) -> Due:
    """How a term or certificate that holds until the day before `expires` stands `days` ahead."""
    if expires <= on:
        return Due.PAST
    return Due.SOON if expires <= on + timedelta(days=days) else Due.LATER


def check_certificate(since: date, expires: date) -> list[Refusal]:
    """Whether a certificate may be valid for these days."""
    law = LAW["certificate_years"]
    if expires <= since:
        return [Refusal(_("A certificate must expire after it is issued."), "expires")]
    if expires > after_years(since, law.value):
        said = _("A certificate is valid as long as the term, at most %(years)s years.") % {
            "years": law.value
        }
        return [Refusal(said, "expires", law.article)]
    return []


def check_renewal(expires: date, on: date) -> list[Refusal]:
    """Whether a certificate that expires then may be renewed on this day."""
    law = LAW["certificate_renewal_days"]
    opens = expires - timedelta(days=law.value)
    if on >= opens:
        return []
    said = _("A certificate is renewed in the last %(days)s days before it expires: from %(opens)s on.")
    return [Refusal(said % {"days": law.value, "opens": opens}, "since", law.article)]


def check_code(code: str, kind: str) -> list[Refusal]:
    """Whether this is a union's code: a social credit code beginning 81, above the grassroots 89."""
    plain = normalise_code(code)
    faults = [Refusal(fault.message, "code", fault.article) for fault in check_uscc(plain)]
    start = str(LAW["union_code"].value) if kind in ADMITTING else "89"
    if not faults and not plain.startswith(start):
        said = _("The code of this union begins with %(start)s.") % {"start": start}
        faults.append(Refusal(said, "code", LAW["union_code"].article))
    return faults


def at_least(key: str, whole: int) -> int:
    """The smallest number that is at least this share of the whole."""
    top, bottom = LAW[key].values
    return -(-whole * top // bottom)


def more_than(key: str, whole: int) -> int:
    """The smallest number that is more than this share of the whole."""
    top, bottom = LAW[key].values
    return whole * top // bottom + 1


def check_removal(votes: int, whole: int) -> list[Refusal]:
    """Whether so many votes remove a chair: of all members or representatives, not of those present."""
    wanted = more_than("removal", whole)
    if votes >= wanted:
        return []
    said = _("To remove, %(wanted)s of all %(whole)s must vote for it; %(votes)s did.")
    return [
        Refusal(said % {"wanted": wanted, "whole": whole, "votes": votes}, "votes", LAW["removal"].article)
    ]


@dataclass(frozen=True, slots=True)
class Name:
    """One name on a ballot: votes, the key of the person where known, and whether it is a barred relative."""

    name: str
    votes: int
    person: int | None = None
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Ballot:
    """What was counted at one election."""

    body: str
    due: int
    present: int
    seats: int
    secret: bool
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the arithmetic: what was wanted and found, whether it holds, and which article says so."""

    text: Text
    wanted: int
    found: int
    holds: bool
    article: Text


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether an election holds, who is elected (positions on the ballot), who must run off, seats left."""

    lines: tuple[Line, ...]
    valid: bool
    elected: frozenset[int]
    run_off: frozenset[int]
    vacant: int


def check_ballot(ballot: Ballot) -> list[Refusal]:
    """Numbers that no election can have, and names that may not stand."""
    found = []
    if not ballot.due or not ballot.seats or not ballot.names:
        found.append(Refusal(_("An election has voters, seats and candidates: none may be nought."), "due"))
    if ballot.present > ballot.due:
        found.append(Refusal(_("No more can be present than are due to attend."), "present"))
    if any(name.votes > ballot.present for name in ballot.names):
        found.append(Refusal(_("Nobody can have more votes than voters were present."), "candidates"))
    if sum(name.votes for name in ballot.names) > ballot.present * ballot.seats:
        said = _("There are more votes than the voters present can give for these seats.")
        found.append(Refusal(said, "candidates"))
    if len({name.name for name in ballot.names}) < len(ballot.names):
        found.append(Refusal(_("A name stands twice on the ballot."), "candidates"))
    for name in ballot.names:
        if name.relative:
            said = _("%(name)s is a close relative of the chief executive and may not stand.")
            found.append(Refusal(said % {"name": name.name}, "candidates", LAW["barred_relatives"].article))
    return found


def count(ballot: Ballot) -> Outcome:
    """The arithmetic of an election, line by line.

    Those due count, not those present: two thirds must come, more than half must vote for a name. A tie at
    the last seat elects nobody of the tied: they run off. A committee has more candidates than seats.
    """
    quorum, margin, win = LAW["quorum"], LAW["margin_percent"], LAW["win"]
    rules = [
        _line(
            _("Two thirds of those due are present"), at_least("quorum", ballot.due), ballot.present, quorum
        ),
        _line(_("The ballot is secret"), 1, int(ballot.secret), LAW["secret_ballot"]),
    ]
    if ballot.body == ElectedBody.COMMITTEE:
        wanted = ballot.seats + -(-ballot.seats * margin.value // 100)
        rules.append(_line(_("More candidates than seats"), wanted, len(ballot.names), margin))
    valid = all(line.holds for line in rules)
    names = [_line(name.name, more_than("win", ballot.due), name.votes, win) for name in ballot.names]
    won = [place for place, line in enumerate(names) if line.holds and valid]
    elected, tied = _take_seats(ballot, won)
    return Outcome((*rules, *names), valid, elected, tied, ballot.seats - len(elected))


def _line(text: Text, wanted: int, found: int, law: Provision) -> Line:
    return Line(text, wanted, found, found >= wanted, law.article)


def _take_seats(ballot: Ballot, won: Sequence[int]) -> tuple[frozenset[int], frozenset[int]]:
    ranked = sorted(won, key=lambda place: -ballot.names[place].votes)
    if len(ranked) <= ballot.seats:
        return frozenset(ranked), frozenset()
    last = ballot.names[ranked[ballot.seats - 1]].votes
    if ballot.names[ranked[ballot.seats]].votes < last:
        return frozenset(ranked[: ballot.seats]), frozenset()
    tied = frozenset(place for place in ranked if ballot.names[place].votes == last)
    return frozenset(ranked[: ballot.seats]) - tied, tied
