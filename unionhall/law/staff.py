"""Rules of law with their articles, and the working calendar year by year; every role of staff may read them."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unionhall.kernel.pages.declared import Act, Between, Choice, Column, Empty, Fields, Page, Special, Table
from unionhall.kernel.pages.forms import ActForm, DateField
from unionhall.kernel.pages.views import guarded, start_buttons, urls
from unionhall.kernel.rows import Rows
from unionhall.kernel.templatetags.face import state
from unionhall.kernel.terms import STAFF, Money, Text
from unionhall.kernel.writing import Actor
from unionhall.law import actions
from unionhall.law.calendar import calendar
from unionhall.law.models import Holiday, Rule
from unionhall.law.rules.days import DayKind
from unionhall.law.rules.packs import shipped
from unionhall.law.rules.values import Group, Kind, Status, holds

TONES = {Status.STATUTE: "good", Status.OFFICIAL: "info", Status.UNCONFIRMED: "warn"}
NATION_CODE = "000000"
NAMES: Mapping[str, str] = {pack.region: pack.title for pack in shipped()}
MONTHS = 12
FIRST_YEAR, LAST_YEAR = 1950, 2200


def find(rows: "Rows[Rule]", text: str) -> "Rows[Rule]":
    """Rules by their title, citation, note or key."""
    wanted = Q(title__contains=text) | Q(citation__contains=text) | Q(note__contains=text)
    return rows.filter(wanted | Q(key__contains=text.lower()))


def region_said(rule: Rule) -> str:
    """The region by name, where a pack names it, else by its code."""
    return NAMES.get(rule.region) or rule.region or NATION_CODE


def value_said(rule: Rule) -> str:
    """The value with its unit of measure; a table by its first line."""
    meaning = rule.meaning
    said = rule.value.partition("\n")[0]
    if isinstance(meaning, Money):
        said = str(meaning)
    elif isinstance(meaning, Decimal):
        said = f"{meaning:,}"
    elif isinstance(meaning, Fraction) and not rule.value.endswith("%"):
        said = f"{meaning.numerator}/{meaning.denominator}"
    measure = rule.measure or (
        str(rule.get_kind_display()) if rule.kind in {Kind.DAYS, Kind.WORKING_DAYS} else ""
    )
    return f"{said} {measure}".strip()


def badge(rule: Rule) -> Text:
    """How sure the rule is, as a badge."""
    return state(rule.get_status_display(), TONES[Status(rule.status)])


def standing(rule: Rule) -> dict[str, Any]:
    """The badge of the rule's own page."""
    if rule.retired is not None and rule.retired <= timezone.localdate():
        return {"label": _("Retired"), "tone": "muted"}
    if not holds(rule, timezone.localdate()):
        return {"label": pgettext_lazy("of a rule", "Not in force"), "tone": "muted"}
    return {"label": rule.get_status_display(), "tone": TONES[Status(rule.status)]}


def same_key(rule: Rule) -> "Rows[Rule]":
    """The same rule in other regions and on other days."""
    return Rule.objects.filter(key=rule.key).exclude(pk=rule.pk).order_by("region", "since")


class OverrideForm(ActForm):
    """Another value for one's own region."""

    value = forms.CharField(
        label=pgettext_lazy("of a rule", "Value"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )
    since = DateField(label=_("Since"))
    until = DateField(label=_("Until"), required=False)
    citation = forms.CharField(label=_("Citation"), max_length=300)
    status = forms.ChoiceField(label=_("Certainty"), choices=Status.choices)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.row is not None:
            self.fields["value"].initial = self.row.value


class AddForm(OverrideForm):
    """A new rule."""

    key = forms.CharField(
        label=pgettext_lazy("of a rule", "Key"),
        max_length=80,
        help_text=_("Its group and its name, with a dot."),
    )
    title = forms.CharField(label=pgettext_lazy("of a rule", "What it says"), max_length=200)
    kind = forms.ChoiceField(label=pgettext_lazy("of a rule", "Kind of value"), choices=Kind.choices)
    measure = forms.CharField(label=_("Unit of measure"), max_length=40, required=False)
    field_order = ("key", "title", "kind", "value", "measure")


class RetireForm(ActForm):
    """From when, and why."""

    on = DateField(label=_("Retired from"))
    reason = forms.CharField(label=_("Reason"), max_length=200)


class DayForm(ActForm):
    """One day of the calendar."""

    date = DateField(label=_("Date"))
    kind = forms.ChoiceField(label=pgettext_lazy("of a day", "Kind of day"), choices=DayKind.choices)
    name = forms.CharField(label=_("Holiday"), max_length=60)
    source = forms.CharField(label=_("Source"), max_length=200, required=False)


RULES: Page = Page(
    code="law.rule",
    path="rules",
    model=Rule,
    title=_("Rules of law"),
    description=_(
        "Every number of the law that the house applies: where and when it holds, and which article says so."
    ),
    columns=(
        Column("title", link=True),
        Column("value", show=value_said),
        Column("region", show=region_said, order=("region", "key")),
        Column("since"),
        Column("until"),
        Column("status", show=badge, order=("status", "key")),
        Column("citation"),
        Column("key"),
    ),
    search=find,
    filters=(
        Special(
            "group",
            pgettext_lazy("of a rule", "About"),
            [(group.value, group.label, Q(key__startswith=f"{group.value}.")) for group in Group],
        ),
        Special(
            "place",
            _("Region"),
            [
                *((code or NATION_CODE, name, Q(region=code)) for code, name in sorted(NAMES.items())),
                ("own", _("entered in the house"), Q(pack="")),
            ],
        ),
        Choice("status"),
        Between("since"),
    ),
    panels=(
        Fields(
            _("Rule of law"),
            (
                "title",
                ("value", lambda rule: rule.value),
                "kind",
                "measure",
                ("region", region_said),
                "since",
                "until",
                "retired",
                (_("Article"), lambda rule: rule.article),
                "status",
                "note",
                "key",
                "pack",
                "overrides",
            ),
        ),
        Table(
            _("The same rule elsewhere and at other times"),
            rows=same_key,
            columns=(
                Column("title", link=True),
                Column("value", show=value_said),
                Column("region", show=region_said),
                Column("since"),
                Column("until"),
                Column("status", show=badge),
                Column("citation"),
            ),
            page="law.rule",
        ),
    ),
    acts=(
        Act(actions.override, OverrideForm, title=_("Override for one's own region"), icon="pencil"),
        Act(
            actions.retire,
            RetireForm,
            title=pgettext_lazy("of a rule", "Retire"),
            icon="archive",
            tone="danger",
            when=lambda rule: rule.retired is None,
        ),
    ),
    starts=(Act(actions.add, AddForm, title=_("Add a rule"), icon="plus"),),
    order=("key", "region", "since", "pk"),
    empty=Empty(
        _("No rule yet"), _("The packs that come with the house are loaded by `unionhall law load`.")
    ),
    state=standing,
)

HOLIDAYS: Page = Page(
    code="law.holiday",
    path="holidays",
    model=Holiday,
    title=_("Days off and make-up days"),
    description=_(
        "The days that differ from their weekday: deadlines in working days are counted with them."
    ),
    columns=(Column("date", link=True), Column("kind"), Column("name"), Column("source")),
    filters=(Choice("kind"), Between("date")),
    panels=(Fields(_("Day of the calendar"), ("date", "kind", "name", "source")),),
    acts=(
        Act(
            actions.remove_holiday,
            title=_("Remove the day"),
            icon="trash",
            tone="danger",
            confirm=_("The day follows its weekday again; deadlines counted already stay as they are."),
            to=lambda _holiday: reverse("law.holiday"),
        ),
    ),
    starts=(Act(actions.set_holiday, DayForm, title=_("Set a day"), icon="calendar-plus"),),
    order=("-date",),
    empty=Empty(
        _("No day yet"), _("The calendar that comes with the house is loaded by `unionhall law load`.")
    ),
)


@guarded(*STAFF)
def year(request: HttpRequest) -> HttpResponse:
    """The calendar of one year: for each month its working days, days off and make-up days."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked, today = request.GET.get("year", ""), timezone.localdate()
    chosen = (
        int(asked)
        if asked.isascii() and asked.isdigit() and FIRST_YEAR <= int(asked) <= LAST_YEAR
        else today.year
    )
    known = calendar()
    days = Holiday.objects.filter(date__year=chosen).order_by("date")
    by_month = {month: list(found) for month, found in groupby(days, key=lambda day: day.date.month)}
    months = []
    for month in range(1, MONTHS + 1):
        first = date(chosen, month, 1)
        last = date(chosen + month // MONTHS, month % MONTHS + 1, 1) - timedelta(days=1)
        found = by_month.get(month, [])
        months.append(
            {
                "name": f"{chosen}-{month:02}",
                "worked": known.count(first - timedelta(days=1), last).days,
                "off": [day for day in found if day.kind == DayKind.HOLIDAY],
                "make_up": [day for day in found if day.kind == DayKind.MAKE_UP],
            }
        )
    context = {
        "page": {
            "title": _("Working calendar"),
            "description": _(
                "Deadlines in working days are counted by it; the day from which one counts is left out."
            ),
        },
        "year": chosen,
        "years": sorted({*known.years, today.year, today.year + 1, chosen}, reverse=True),
        "months": months,
        "worked": sum(month["worked"] for month in months),  # type: ignore[misc]
        "warning": known.warning(date(chosen, 1, 1), date(chosen, MONTHS, 31)),
        "acts": start_buttons(HOLIDAYS, actor),
    }
    return render(request, "law/calendar.html", context)


URLS = (path("law/calendar/", year, name="law.calendar"), *urls(RULES), *urls(HOLIDAYS))
