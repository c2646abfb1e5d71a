"""What a leader sees first: headline figures with their trend, and the league of the units below."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from unionhall.kernel.indicators.cubes import Cubes
from unionhall.kernel.indicators.declared import Indicator, Ratio
from unionhall.kernel.indicators.rollup import Value, needs, roll_up
from unionhall.kernel.models import Unit
from unionhall.kernel.module import Card, Module, Overview
from unionhall.kernel.pages.declared import Column
from unionhall.kernel.pages.tables import table
from unionhall.kernel.templatetags.face import figure
from unionhall.kernel.terms import Period
from unionhall.kernel.writing import Actor
from unionhall.report.rules.headlines import HEADLINES, LEAGUES, first_known
from unionhall.report.staff.book import Book, address, change, chart, shown, unit_of_measure
from unionhall.report.staff.choices import Choice
from unionhall.report.staff.figures import compared, units_below


def overview(modules: Sequence[Module]) -> Callable[[Actor, date], Overview]:
    """The overview over these modules, made for an actor and a day."""
    book = Book(modules)
    known = frozenset(book.indicators)
    headlines = [book.indicators[code] for code in first_known(HEADLINES, known)]
    leagues = [book.indicators[code] for code in first_known(LEAGUES, known, 1)]

    def made(actor: Actor, today: date) -> Overview:
        if actor.unit is None or not headlines:
            return Overview()
        choice = Choice(actor.unit, today.year, Period(date(today.year, 1, 1), today + timedelta(days=1)))
        cubes = Cubes(needs([*headlines, *leagues], (choice.period, choice.before)))
        cards = [_card(indicator, choice, cubes) for indicator in headlines]
        if not leagues:
            return Overview(cards=cards)
        return _with_league(cards, leagues[0], choice, cubes)

    return made


def _card(indicator: Indicator, choice: Choice, cubes: Cubes) -> Card:
    now = roll_up(indicator, choice.period, None, cubes).at(choice.unit.pk)
    before = roll_up(indicator, choice.before, None, cubes).at(choice.unit.pk)
    return Card(
        title=indicator.title,
        value=shown(now),
        url=address("report.figure", indicator, choice, {}),
        icon="chart-bar",
        unit=unit_of_measure(indicator),
        hint=_("no figure a year ago"),
        trend=compared(indicator, now, before),
    )


def _with_league(cards: Sequence[Card], indicator: Indicator, choice: Choice, cubes: Cubes) -> Overview:
    below = units_below(indicator, choice, {}, cubes)
    past = roll_up(indicator, choice.before, None, cubes)
    ranked = sorted(below, key=lambda pair: pair[1].value or 0, reverse=True)
    lines = [
        _place(number, unit, value, past.at(unit.pk), indicator, choice)
        for number, (unit, value) in enumerate(ranked, 1)
    ]
    columns = (
        Column("rank", title=_("Rank"), number=True, show=lambda line: line["rank"]),
        Column("unit", title=_("Unit"), show=lambda line: line["unit"]),
        Column("value", title=indicator.title, show=lambda line: line["value"]),
        Column("before", title=_("Last year"), number=True, show=lambda line: line["before"]),
        Column("change", title=_("Difference"), show=lambda line: line["change"]),
    )
    league = table(lines, columns, Unit)
    league.orderable = False
    links = [address("report.figure", indicator, choice, {}, unit=unit.pk) for unit, _value in ranked]
    charts: list[dict[str, Any]] = []
    if any(value.value for _unit, value in ranked):
        charts.append(
            {
                "id": "league",
                "title": indicator.title,
                "url": address("report.figure", indicator, choice, {}),
                "chart": chart(indicator, ranked, links),
            }
        )
    return Overview(
        cards=cards,
        charts=charts,
        league=league if lines else None,
        league_title=_("%(title)s by unit below") % {"title": indicator.title},
        league_url=f"{reverse('report.table')}?{choice.query()}",
    )


def _place(
    number: int, unit: Unit, value: Value, before: Value, indicator: Indicator, choice: Choice
) -> dict[str, Any]:
    moved = change(value.value, before.value, ratio=isinstance(indicator, Ratio))
    link = '<a href="{}">{}</a>'
    return {
        "rank": number,
        "unit": format_html(link, address("report.figure", indicator, choice, {}, unit=unit.pk), unit),
        "value": format_html(
            link, address("report.rows", indicator, choice, {}, unit=unit.pk), figure(shown(value))
        ),
        "before": shown(before),
        "change": format_html('<span class="u-tone-{}">{}</span>', moved["tone"], moved["text"])
        if moved
        else "",
    }
