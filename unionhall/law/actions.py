"""What is done to rules and to the calendar: added, overridden, retired, set, removed, and loaded from packs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import chinese_calendar
from chinese_calendar import constants
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.terms import NotAllowed, Refusal, Role, refuse, refuse_if
from unionhall.kernel.writing import Actor, action, refuse_faults, step
from unionhall.law.calendar import calendar
from unionhall.law.lookup import stands_for
from unionhall.law.models import Holiday, Rule
from unionhall.law.rules.days import DayKind
from unionhall.law.rules.packs import Pack, PackRule
from unionhall.law.rules.regions import NATION, within
from unionhall.law.rules.values import check_rule

EDITORS = (Role.REVIEWER, Role.LEADER)
PACKED = ("title", "measure", "citation", "status", "note", "pack")
SOURCE = "chinesecalendar"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading packs did, in rules. `local` were entered in the house for the same day, and stay."""

    added: int
    closed: int
    amended: int
    kept: int
    local: int


@action(*EDITORS, sentence=_("added a rule of law"), logged=("key", "value"))
def add(
    actor: Actor,
    *,
    key: str,
    title: str,
    value: str,
    kind: str,
    since: date,
    citation: str,
    status: str,
    measure: str = "",
    until: date | None = None,
    note: str = "",
) -> Rule:
    """A new rule for the region of the actor's own unit. Refused where one of the same key begins that day."""
    return _enter(
        Rule(
            key=key.strip(),
            title=title,
            value=value.strip(),
            kind=kind,
            measure=measure,
            region=_own_region(actor),
            since=since,
            until=until,
            citation=citation,
            status=status,
            note=note,
        )
    )


@action(*EDITORS, on="rule", sentence=_("overrode a rule of law"), logged=("value",))
def override(
    actor: Actor,
    *,
    rule: Rule,
    value: str,
    since: date,
    citation: str,
    status: str,
    until: date | None = None,
    note: str = "",
) -> Rule:
    """A row for the region of the actor's own unit that applies there instead of this one, as long as it holds."""
    region = _own_region(actor)
    if not within(region, rule.region):
        raise _of_another(rule)
    if region == rule.region and since <= rule.since:
        raise refuse(
            format_lazy(
                _("To override a rule of your own region, give a day after {day}, since which it holds."),
                day=rule.since,
            ),
            "since",
        )
    return _enter(
        Rule(
            key=rule.key,
            title=rule.title,
            value=value.strip(),
            kind=rule.kind,
            measure=rule.measure,
            region=region,
            since=since,
            until=until,
            citation=citation,
            status=status,
            note=note,
            overrides=rule,
        )
    )


@action(*EDITORS, on="rule", sentence=_("retired a rule of law"), logged=("reason",))
def retire(actor: Actor, *, rule: Rule, on: date, reason: str) -> Rule:
    """From this day the rule is no longer used; a day before it began takes it back altogether."""
    rule = Rule.objects.select_for_update().get(pk=rule.pk)
    if _own_region(actor) != rule.region:
        raise _of_another(rule)
    if rule.retired is not None:
        raise refuse(format_lazy(_("This rule was retired already, from {day}."), day=rule.retired))
    if rule.until is not None and rule.until <= on:
        raise refuse(
            format_lazy(_("This rule ends anyway on {day}: retire it from an earlier day."), day=rule.until),
            "on",
        )
    if not reason.strip():
        raise refuse(_("Say why the rule is no longer used."), "reason")
    rule.retired = on
    rule.save()
    return rule


@action(*EDITORS, sentence=_("set a day of the calendar"), logged=("name",))
def set_holiday(actor: Actor, *, date: date, kind: str, name: str, source: str = "") -> Holiday:
    """Say that a day is off, or that it is worked in place of another. What was said of the day is replaced."""
    _refuse_below_the_top(actor)
    row = Holiday.objects.select_for_update().filter(date=date).first() or Holiday(date=date)
    row.kind, row.name, row.source = kind, name.strip(), source
    refuse_faults(row)
    weekend = date.weekday() >= 5  # noqa: PLR2004  Saturday
    if kind == DayKind.MAKE_UP and not weekend:
        raise refuse(
            _("A make-up working day is a Saturday or Sunday: other days are worked anyway."), "date"
        )
    row.save()
    return row


@action(*EDITORS, on="holiday", sentence=_("removed a day of the calendar"))
def remove_holiday(actor: Actor, *, holiday: Holiday) -> Holiday:
    """The day follows its weekday again."""
    _refuse_below_the_top(actor)
    found = Holiday.objects.select_for_update().filter(pk=holiday.pk).first()
    if found is None:
        raise refuse(_("This day has been removed from the calendar already."))
    found.delete()
    return holiday


@action(Role.MACHINE, sentence=_("loaded the rule packs"))
def load_packs(actor: Actor, *, packs: Sequence[Pack]) -> Loaded:  # noqa: ARG001  an action's signature
    """Bring the rows to what the packs say; the same packs again change nothing.

    A changed value comes with a new day: the row before it ends then. Title, citation, certainty and note may be
    corrected in place; a changed value of the same day is refused, since it may have been applied. Rows entered in
    the house stay as they are, and so does a retirement.
    """
    rows = {(row.key, row.region, row.since): row for row in Rule.objects.select_for_update()}
    new: list[Rule] = []
    counts = dict.fromkeys(("closed", "amended", "kept", "local"), 0)
    for pack in packs:
        for said in pack.rules:
            row = rows.get((said.key, said.region, said.since))
            if row is None:
                new.append(_packed(pack, said))
                counts["closed"] += _close_before(rows.values(), said)
            elif not row.pack:
                counts["local"] += 1
            else:
                counts["amended" if _amend(row, pack, said) else "kept"] += 1
    Rule.objects.bulk_create(new)
    return Loaded(added=len(new), **counts)


@action(Role.MACHINE, sentence=_("loaded the working calendar"))
def load_calendar(actor: Actor) -> int:  # noqa: ARG001  an action's signature
    """Enter the days off and make-up days of the years that the calendar does not know yet; how many days.

    What was entered by hand stays.
    """
    known = calendar()
    there = set(Holiday.objects.values_list("date", flat=True))
    names = {one.value: one.chinese for one in chinese_calendar.Holiday}
    days = [
        Holiday(date=day, kind=kind, name=names[name], source=SOURCE)
        for kind, listed in ((DayKind.HOLIDAY, constants.holidays), (DayKind.MAKE_UP, constants.workdays))
        for day, name in sorted(listed.items())
        if not known.known(day) and day not in there
    ]
    Holiday.objects.bulk_create(days)
    return len(days)


@step
def _enter(rule: Rule) -> Rule:
    refuse_if(
        check_rule(
            key=rule.key,
            kind=rule.kind,
            value=rule.value,
            citation=rule.citation,
            since=rule.since,
            until=rule.until,
        )
    )
    refuse_faults(rule, exclude=("overrides",))
    if Rule.objects.filter(key=rule.key, region=rule.region, since=rule.since).exists():
        raise refuse(
            format_lazy(
                _("A rule “{key}” of this region begins on {day} already: give another day."),
                key=rule.key,
                day=rule.since,
            ),
            "since",
        )
    rule.save()
    return rule


def _packed(pack: Pack, said: PackRule) -> Rule:
    return Rule(
        key=said.key,
        title=said.title,
        value=said.value,
        kind=said.kind,
        measure=said.measure,
        region=said.region,
        since=said.since,
        until=said.until,
        citation=said.citation,
        status=said.status,
        note=said.note,
        pack=pack.name,
    )


def _close_before(rows: Iterable[Rule], said: PackRule) -> int:
    """End what packs said of the same rule before, on the day when this one begins; how many."""
    before = [
        row
        for row in rows
        if row.pack
        and (row.key, row.region) == (said.key, said.region)
        and row.since < said.since
        and (row.until is None or row.until > said.since)
    ]
    for row in before:
        row.until = said.since
        row.save()
    return len(before)


def _amend(row: Rule, pack: Pack, said: PackRule) -> bool:
    """Correct what may be corrected in place; whether anything was."""
    if (row.value, row.kind) != (said.value, said.kind):
        raise refuse(
            format_lazy(
                _(
                    "The pack {pack} changes “{key}” from {old} to {new}: give the new value a day of its own."
                ),
                pack=pack.name,
                key=said.key,
                old=row.value,
                new=said.value,
            )
        )
    wanted = _packed(pack, said)
    names = [name for name in PACKED if getattr(row, name) != getattr(wanted, name)]
    if said.until is not None and row.until != said.until:
        names.append("until")
    for name in names:
        setattr(row, name, getattr(wanted, name))
    if names:
        row.save()
    return bool(names)


def _own_region(actor: Actor) -> str:
    """The region whose rules the actor may write; not allowed where the unit stands for none."""
    if actor.unit is None:
        return NATION  # a machine: only whoever runs the server can be one
    region = stands_for(actor.unit)
    if region is None:
        raise NotAllowed(
            [
                Refusal(
                    _(
                        "Rules are kept by the federation that stands for a region; your unit stands for none: ask it."
                    )
                )
            ]
        )
    return region


def _of_another(rule: Rule) -> NotAllowed:
    code = rule.region or "000000"
    said = _("This rule is of region {region}, not of your own: only its federation may do this.")
    return NotAllowed([Refusal(format_lazy(said, region=code))])


def _refuse_below_the_top(actor: Actor) -> None:
    """Refuse whoever does not act for the unit at the top: one calendar counts for the whole house."""
    if actor.unit is not None and actor.unit.parent_id is not None:
        raise NotAllowed(
            [Refusal(_("The calendar counts for all units: only the unit at the top may change it."))]
        )
