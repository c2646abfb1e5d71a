from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import unionhall.report
from unionhall.report.rules.coverage import Coverage, Judged, Tally, Verdict, as_json, verdict
from unionhall.report.rules.figures import read_figures
from unionhall.report.rules.numerals import Precision

FIGURES = {
    figure.id: figure for figure in read_figures(Path(unionhall.report.__file__).parent / "figures.csv")
}
BY_PRECISION = {
    precision: [figure for figure in FIGURES.values() if figure.precision == precision]
    for precision in Precision
}
SHARES = st.decimals(min_value=Decimal(-3), max_value=Decimal(3), places=4)


@pytest.mark.parametrize(
    ("id", "computed", "expected"),
    [
        ("harbin2012-015", "11262", "agrees"),
        ("harbin2012-015", "11261", "disagrees"),
        ("harbin2012-018", "90.5", "agrees"),
        ("harbin2012-018", "90.4999", "disagrees"),
        ("harbin2012-018", "91.4999", "agrees"),
        ("harbin2012-018", "91.5", "disagrees"),
        ("jinan2018-044", "2445000", "agrees"),
        ("jinan2018-044", "2455000", "disagrees"),
        ("harbin2022-046", "442000", "agrees"),
        ("harbin2022-046", "442999", "agrees"),
        ("harbin2022-046", "443000", "disagrees"),
        ("harbin2022-046", "441999", "disagrees"),
        ("harbin2012-023", "39.01", "agrees"),
        ("harbin2012-023", "39", "disagrees"),
        ("harbin2012-023", "40", "disagrees"),
        ("jinan2018-002", "1", "agrees"),
        ("jinan2018-002", "2", "agrees"),
        ("jinan2018-002", "3", "disagrees"),
        ("jinan2018-002", "0", "disagrees"),
    ],
)
def test_a_computed_value_is_judged_by_what_the_printed_one_leaves_open(id, computed, expected):  # noqa: A002
    assert verdict(FIGURES[id], Decimal(computed)) == expected


def test_without_an_indicator_the_figure_is_missing():
    assert {verdict(figure, None) for figure in FIGURES.values()} == {Verdict.MISSING}


def test_every_exact_and_over_figure_agrees_with_itself_and_no_about_figure_does():
    agreeing = {figure.precision for figure in FIGURES.values() if verdict(figure, figure.value) == "agrees"}
    disagreeing = {
        figure.precision for figure in FIGURES.values() if verdict(figure, figure.value) != "agrees"
    }
    assert agreeing == {Precision.EXACT, Precision.OVER, Precision.UP_TO}
    assert disagreeing == {Precision.ABOUT}


@given(figure=st.sampled_from(BY_PRECISION[Precision.EXACT]), share=SHARES)
def test_a_value_agrees_exactly_where_it_prints_the_same_digits(figure, share):
    computed = figure.value + share * figure.step
    lower = figure.value - figure.step / 2
    prints_the_same = lower <= computed < lower + figure.step
    assert (verdict(figure, computed) == Verdict.AGREES) == prints_the_same


@given(figure=st.sampled_from(BY_PRECISION[Precision.OVER]), share=SHARES)
def test_a_value_over_the_printed_one_agrees_within_its_step(figure, share):
    assert (verdict(figure, figure.value + share * figure.step) == Verdict.AGREES) == (0 <= share < 1)


@given(figure=st.sampled_from(BY_PRECISION[Precision.ABOUT]), share=SHARES)
def test_a_value_about_the_printed_one_agrees_just_below_it(figure, share):
    assert (verdict(figure, figure.value + share * figure.step) == Verdict.AGREES) == (-1 < share < 0)


@given(value=st.decimals(min_value=0, max_value=100, places=6))
def test_a_rate_that_agrees_formats_to_the_printed_rate(value):
    figure = FIGURES["jinan2018-019"]
    nearest = replace(figure, value=Decimal(int(value * 10 + Decimal("0.5"))) / 10)
    assert verdict(nearest, value) == Verdict.AGREES
    assert verdict(replace(nearest, value=nearest.value + figure.step), value) == Verdict.DISAGREES


def test_coverage_counts_by_report_by_module_and_by_both():
    computed = {"harbin2012-015": 11262, "harbin2012-016": 1, "jinan2018-044": 2450001}
    chosen = [*computed, "jinan2018-019"]
    coverage = Coverage(
        tuple(Judged(FIGURES[id], Decimal(computed[id]) if id in computed else None) for id in chosen)  # noqa: A001
    )
    assert coverage.total == Tally(agrees=2, disagrees=1, missing=1)
    assert coverage.total.total == 4
    assert coverage.by_report() == {"harbin2012": Tally(1, 1, 0), "jinan2018": Tally(1, 0, 1)}
    assert coverage.by_module() == {
        "unions": Tally(1, 1, 0),
        "membership": Tally(1, 0, 0),
        "bargaining": Tally(0, 0, 1),
    }
    assert coverage.by_report_and_module() == {
        ("harbin2012", "unions"): Tally(1, 1, 0),
        ("jinan2018", "membership"): Tally(1, 0, 0),
        ("jinan2018", "bargaining"): Tally(0, 0, 1),
    }


def test_a_figure_in_json_says_what_was_printed_computed_and_judged():
    figure = FIGURES["harbin2022-046"]
    assert as_json(figure, Decimal(442317), Verdict.AGREES) == {
        "id": "harbin2022-046",
        "indicator": "membership.members",
        "breakdown": "registration=real_name",
        "printed": "44.2万余",
        "computed": 442317,
        "verdict": "agrees",
    }
    assert as_json(figure, None, Verdict.MISSING)["computed"] is None
    assert as_json(figure, Decimal("90.5"), Verdict.DISAGREES)["computed"] == 90.5
