from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import unionhall.report
from unionhall.kernel.terms import Period
from unionhall.report.rules.figures import (
    read_breakdown,
    read_figure,
    read_figures,
    read_period,
    read_reports,
)
from unionhall.report.rules.numerals import numeral

HERE = Path(unionhall.report.__file__).parent
OWN = HERE / "figures.csv"
SEEDS = next((found for above in HERE.parents if (found := above / "shared" / "seeds").is_dir()), None)
needs_seeds = pytest.mark.skipif(
    SEEDS is None, reason="the seeds with the printed sentences are not beside this repository"
)


@pytest.fixture
def row():
    return {
        "id": "somewhere-001",
        "report": "somewhere",
        "union": "某市总工会",
        "period": "as-of-2012-12",
        "scope": "全市",
        "indicator": "membership.members",
        "breakdown": "registration=real_name",
        "name_zh": "工会会员数",
        "value": "442000",
        "unit": "人",
        "precision": "over",
        "kind": "stock",
        "quote": "会员44.2万余人",
    }


def test_the_repository_holds_the_248_figures_of_five_reports_without_sentences():
    figures = read_figures(OWN)
    assert len(figures) == 248
    assert len({figure.id for figure in figures}) == 248
    reports = read_reports(HERE / "reports.csv")
    assert [report.report for report in reports] == list(dict.fromkeys(figure.report for figure in figures))
    assert max(len(figure.printed) for figure in figures) <= 12
    assert OWN.read_text(encoding="utf-8").splitlines()[0] == (
        "id,report,union,period,scope,indicator,breakdown,name_zh,value,unit,precision,kind,printed,step"
    )


@pytest.mark.parametrize("figure", read_figures(OWN), ids=lambda figure: figure.id)
def test_a_figure_as_printed_reads_back_to_its_value_precision_and_step(figure):
    found = numeral(figure.printed)
    assert (found.value, found.precision, found.step) == (figure.value, figure.precision, figure.step)
    assert found.percent == (figure.unit == "%")


@needs_seeds
def test_the_repository_says_what_the_seeds_say():
    assert read_figures(OWN) == read_figures(SEEDS / "figures.csv")
    own, seeds = read_reports(HERE / "reports.csv"), read_reports(SEEDS / "reports.csv")
    assert [(one.report, one.union, one.level, one.region, one.period, one.published) for one in own] == [
        (one.report, one.union, one.level, one.region, one.period, one.published) for one in seeds
    ]


def test_a_row_with_its_quote_gives_the_printed_digits_and_their_step(row):
    figure = read_figure(row)
    assert (figure.printed, figure.step) == ("44.2万余", Decimal(1000))
    assert (figure.module, figure.as_of, figure.day) == ("membership", True, date(2012, 12, 31))
    assert figure.breakdown == {"registration": frozenset({"real_name"})}
    assert figure.breakdown_text == "registration=real_name"


def test_a_figure_may_stand_in_a_set(row):
    assert len({read_figure(row), read_figure(row)}) == 1


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("precision", "exact", "“44.2万余” is over, the row says exact"),
        ("value", "442001", "one way of printing it was wanted"),
        ("value", "many", "ConversionSyntax"),
        ("period", "2012-13", "month"),
        ("breakdown", "real_name", "is not dimension=value"),
        ("breakdown", "type=labour+", "only a level from municipal upward"),
        ("kind", "guess", "is not a valid Kind"),
    ],
)
def test_a_faulty_row_is_refused_by_its_name_and_reason(row, column, text, reason):
    with pytest.raises(ValueError, match=rf"^Figure somewhere-001: .*{reason}"):
        read_figure(row | {column: text})


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2012", date(2012, 1, 1), date(2013, 1, 1)),
        ("2017-06", date(2017, 6, 1), date(2017, 7, 1)),
        ("2013/2018", date(2013, 1, 1), date(2019, 1, 1)),
        ("2017-11/2018-02", date(2017, 11, 1), date(2018, 3, 1)),
        ("as-of-2012-12", date(2012, 12, 31), date(2013, 1, 1)),
        ("as-of-2018", date(2018, 12, 31), date(2019, 1, 1)),
        ("as-of-2016-02", date(2016, 2, 29), date(2016, 3, 1)),
    ],
)
def test_a_period_is_half_open_and_as_of_is_its_last_day(text, start, end):
    assert read_period(text) == Period(start, end)


@pytest.mark.parametrize(
    ("text", "breakdown"),
    [
        ("", {}),
        ("industry=taxi", {"industry": {"taxi"}}),
        ("level=provincial+municipal;type=team", {"level": {"provincial", "municipal"}, "type": {"team"}}),
        ("level=municipal+", {"level": {"municipal", "provincial", "national"}}),
    ],
)
def test_a_breakdown_holds_the_values_each_dimension_takes_together(text, breakdown):
    assert read_breakdown(text) == breakdown


def test_a_report_covers_its_last_day():
    report = read_reports(HERE / "reports.csv")[1]
    assert (report.report, report.region, report.level) == ("heilongjiang2017", "230000", "provincial")
    assert date(2018, 5, 24) in report.period
    assert date(2018, 5, 25) not in report.period
