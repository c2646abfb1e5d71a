"""Rules of membership: standings, how it begins and ends, who may join, transfer and leave (DOMAIN 3.2)."""

from datetime import date
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.terms import Refusal, Text
from unionhall.people.rules.identity import age_on
from unionhall.unions.rules import ADMITTING, Level, UnionKind


class Standing(TextChoices):
    """What a current membership is worth."""

    ACTIVE = "active", _("Active")
    RETAINED = "retained", _("Retained")


class Entered(TextChoices):
    """How a membership began."""

    JOINED = "joined", _("Joined")
    TRANSFERRED = "transferred", _("Transferred in")
    IMPORTED = "imported", _("Imported")
    MERGER = "merger", _("Merger of unions")
    REINSTATED = "reinstated", _("Reinstated")


class Ended(TextChoices):
    """How a membership ended."""

    TRANSFERRED = "transferred", _("Transferred out")
    LEFT = "left", _("Left")
    EXPELLED = "expelled", _("Expelled")
    DIED = "died", _("Died")
    MERGER = "merger", _("Merger of unions")


class State(TextChoices):
    """Where a person stands with a union (DOMAIN 3.2, states)."""

    APPLIED = "applied", _("Applied")
    RETURNED = "returned", _("Returned for correction")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MEMBER = "member", _("Member")
    TRANSFERRING = "transferring", _("Transfer asked")
    TRANSFERRED = "transferred", _("Transferred")
    RETAINED = "retained", _("Membership retained")
    LEFT = "left", _("Left")
    EXPELLED = "expelled", _("Expelled")
    DIED = "died", _("Died")


# 申请→(退回)→在册→转出中→已转入 | 保留会籍 | 退会 | 除名 | 死亡: every step there is, and no other.
MOVES = frozenset(
    {
        (State.APPLIED, State.RETURNED),
        (State.RETURNED, State.APPLIED),
        (State.APPLIED, State.REFUSED),
        (State.APPLIED, State.WITHDRAWN),
        (State.RETURNED, State.WITHDRAWN),
        (State.APPLIED, State.MEMBER),
        (State.MEMBER, State.TRANSFERRING),
        (State.RETAINED, State.TRANSFERRING),
        (State.TRANSFERRING, State.TRANSFERRED),
        (State.TRANSFERRING, State.MEMBER),
        (State.MEMBER, State.TRANSFERRED),
        (State.RETAINED, State.TRANSFERRED),
        (State.MEMBER, State.RETAINED),
        (State.RETAINED, State.MEMBER),
        *((state, end) for state in (State.MEMBER, State.RETAINED, State.TRANSFERRING)
          for end in (State.LEFT, State.EXPELLED, State.DIED)),
        (State.LEFT, State.MEMBER),
        (State.EXPELLED, State.MEMBER),
    }
)  # fmt: skip

# What a state is in a sentence, for the refusal of a step that does not exist.
SENTENCES: MappingProxyType[State, Text] = MappingProxyType(
    {
        State.APPLIED: _("the application waits for the union"),
        State.RETURNED: _("the application was returned for correction"),
        State.REFUSED: _("the application was refused"),
        State.WITHDRAWN: _("the application was withdrawn"),
        State.MEMBER: _("the person is a member"),
        State.TRANSFERRING: _("a transfer has been asked and waits for the receiving union"),
        State.TRANSFERRED: _("the person was transferred to another union"),
        State.RETAINED: _("the membership is retained"),
        State.LEFT: _("the person has left the union"),
        State.EXPELLED: _("the person was expelled"),
        State.DIED: _("the person has died"),
    }
)
ENDS = MappingProxyType(
    {
        Ended.TRANSFERRED: State.TRANSFERRED,
        Ended.MERGER: State.TRANSFERRED,
        Ended.LEFT: State.LEFT,
        Ended.EXPELLED: State.EXPELLED,
        Ended.DIED: State.DIED,
    }
)

# Minors from 16 may work (劳动法 art. 15), so they may join; an employed person of any later age may.
YOUNGEST_MEMBER = 16
LABOUR_LAW = _("Labour Law, article 15")
# Places where one joins whose employer has no union yet: the higher union of the place (DOMAIN 3.2, R4a R4c).
PLACE_LEVELS = frozenset({Level.TOWNSHIP, Level.ZONE})
# Exit after six months without dues and activity, and only after persuasion failed (DOMAIN 3.2, R4d).
EXIT_AFTER_MONTHS = 6

# A card number: 8 digits of the issuing union, 9 of the person's number in the register, 2 check digits.
CARD_UNION, CARD_PERSON, CARD_CHECK = 8, 9, 2
CARD_LENGTH = CARD_UNION + CARD_PERSON + CARD_CHECK
_MODULUS = 97


def state_of(standing: str, ended: str, *, transferring: bool = False) -> State:
    """The state of a membership: how it ended, or what it is worth now."""
    if ended:
        return ENDS[Ended(ended)]
    if transferring:
        return State.TRANSFERRING
    return State.RETAINED if standing == Standing.RETAINED else State.MEMBER


def may_move(now: State, then: State) -> list[Refusal]:
    """The reason why a step from one state to another does not exist; empty when it does."""
    if (now, then) in MOVES:
        return []
    return [
        Refusal(
            format_lazy(
                _("This cannot become “{then}”: {now}."), then=State(then).label, now=SENTENCES[State(now)]
            )
        )
    ]


def admits(kind: str, level: str, *, at_place: bool) -> bool:
    """Whether a union of this kind takes members.

    `at_place`: the worker's employer has no union, or she has no employer; then the township's federation,
    the industrial or the sector union of her place takes her.
    """
    if kind in ADMITTING:
        return True
    if not at_place:
        return False
    return kind in {UnionKind.SECTOR, UnionKind.INDUSTRIAL} or level in PLACE_LEVELS


def may_join(
    *,
    birth: date,
    on: date,
    kind: str,
    level: str,
    union_since: date,
    union_until: date | None,
    member_at: str,
    at_place: bool,
) -> list[Refusal]:
    """The reasons why a person may not join this union on this day.

    `member_at` names the union where the person is a current member; "" when there is none.
    """
    found = []
    if age_on(birth, on) < YOUNGEST_MEMBER:
        found.append(Refusal(_("To join, a worker must be 16 or older on that day."), "birth", LABOUR_LAW))
    found += _takes(kind, level, union_since, union_until, on, at_place=at_place)
    if member_at:
        found.append(
            Refusal(
                format_lazy(
                    _("One is a member of one union only, now of {union}: ask for a transfer instead."),
                    union=member_at,
                ),
                "union",
            )
        )
    return found  # fmt: skip


def may_transfer(
    *,
    state: State,
    since: date,
    on: date,
    same_union: bool,
    kind: str,
    level: str,
    union_since: date,
    union_until: date | None,
    at_place: bool,
) -> list[Refusal]:
    """The reasons why a membership since `since` may not go to a union of this kind and level on this day."""
    found = may_move(state, State.TRANSFERRED)
    if same_union:
        found.append(Refusal(_("To transfer, choose another union than the present one."), "to"))
    found += [
        Refusal(refusal.message, "to")
        for refusal in _takes(kind, level, union_since, union_until, on, at_place=at_place)
    ]
    return found + _after(since, on)


def may_ask_transfer(*, state: State, same_union: bool, takes: bool) -> list[Refusal]:
    """The reasons why a member may not ask to be transferred there."""
    found = may_move(state, State.TRANSFERRING)
    if same_union:
        found.append(Refusal(_("To transfer, choose another union than the present one."), "to"))
    if not takes:
        found.append(Refusal(_("This union takes no members itself: choose a grassroots union."), "to"))
    return found


def may_retain(*, state: State, reason: str) -> list[Refusal]:
    """The reasons why a membership may not be retained: out of work, it is kept without dues and vote."""
    found = may_move(state, State.RETAINED)
    if not reason:
        found.append(
            Refusal(
                _("To retain a membership, say why: unemployed, retired, or the employer has ended."),
                "reason",
            )
        )
    return found


def may_resume(*, state: State) -> list[Refusal]:
    """The reasons why a retained membership may not become active again."""
    return [] if state == State.RETAINED else [_only(_("Only a retained membership is resumed"), state)]


def may_end(*, state: State, end: Ended, since: date, on: date, reason: str = "") -> list[Refusal]:
    """The reasons why a membership may not end like this; an expulsion needs the decision and its reason."""
    found = may_move(state, ENDS[end]) + _after(since, on)
    if end == Ended.EXPELLED and not reason:
        found.append(
            Refusal(_("To expel a member, give the decision of the union and its reason."), "reason")
        )
    return found


def may_reinstate(
    *, state: State, until: date | None, on: date, member_at: str, union_until: date | None, reason: str
) -> list[Refusal]:
    """The reasons why somebody who left or was expelled may not be taken back at the same union."""
    found = []
    if state not in {State.LEFT, State.EXPELLED}:
        found.append(_only(_("Only somebody who left or was expelled is taken back"), state))
    elif until is not None and on < until:
        found.append(Refusal(_("One can only be taken back on or after the day the membership ended."), "on"))
    if member_at:
        found.append(
            Refusal(
                format_lazy(
                    _("To be taken back, one may be a member nowhere else: now a member of {union}."),
                    union=member_at,
                )
            )
        )
    if union_until is not None and union_until <= on:
        found.append(Refusal(_("This union has been dissolved.")))
    if not reason:
        found.append(Refusal(_("To take a member back, give the decision and its reason."), "reason"))
    return found


def not_in_future(on: date, today: date, field: str = "on") -> list[Refusal]:
    """The reason why an act may not be dated after today."""
    return [Refusal(_("The day cannot lie in the future."), field)] if on > today else []


def exit_due(
    *, standing: str, since: date, last_dues: date | None, last_activity: date | None, on: date
) -> bool:
    """Whether six months have passed without dues and activity. Only shown: persuasion comes first."""
    if standing != Standing.ACTIVE:
        return False
    last = max(day for day in (since, last_dues, last_activity) if day is not None)
    return _months_between(last, on) >= EXIT_AFTER_MONTHS


def may_vote(standing: str, ended: str) -> bool:
    """Whether the membership carries a vote: retained members have none and pay no dues (R4b R4c)."""
    return not ended and standing == Standing.ACTIVE


def card_number(union: int, person: int) -> str:
    """The card number of a person who joined at a union, by their keys; ISO 7064 MOD 97-10 check digits."""
    body = f"{union:0{CARD_UNION}d}{person:0{CARD_PERSON}d}"
    if len(body) != CARD_UNION + CARD_PERSON:
        raise OverflowError("More unions or persons than a card number can name.")
    return f"{body}{98 - int(body) * 100 % _MODULUS:02d}"


def is_card_number(text: str) -> bool:
    """Whether this is a card number whose check digits fit."""
    plain = text.replace(" ", "").replace("-", "")
    return len(plain) == CARD_LENGTH and plain.isascii() and plain.isdigit() and int(plain) % _MODULUS == 1


def shown_card(card: str) -> str:
    """A card number in groups of four, as it is read aloud."""
    return " ".join(card[i : i + 4] for i in range(0, len(card), 4))


def _takes(
    kind: str, level: str, union_since: date, union_until: date | None, on: date, *, at_place: bool
) -> list[Refusal]:
    found = []
    if not admits(kind, level, at_place=at_place):
        found.append(Refusal(_("This union takes no members itself: choose a grassroots union."), "union"))
    if union_until is not None and union_until <= on:
        found.append(Refusal(_("This union has been dissolved: choose another."), "union"))
    elif on < union_since:
        found.append(Refusal(_("This union did not exist yet on that day."), "union"))
    return found


def _only(wanted: Text, state: State) -> Refusal:
    return Refusal(format_lazy("{wanted}: {now}.", wanted=wanted, now=SENTENCES[state]))


def _after(since: date, on: date) -> list[Refusal]:
    if on > since:
        return []
    return [Refusal(_("The day must come after the day since which the person is a member here."), "on")]


def _months_between(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
