"""The door of the report: figures, the rows behind them, and the data-quality desk."""

from django.utils.translation import gettext_lazy as _

from unionhall.kernel.module import Entry, Module
from unionhall.kernel.terms import STAFF
from unionhall.report.staff import checks, figures, matrix, overview, rows


def door(modules: tuple[Module, ...]) -> Module:
    """The report over these modules."""
    return Module(
        code="report",
        title=_("Figures and reports"),
        icon="chart-bar",
        entries=(
            Entry(_("Figures"), "report.figures", "chart-bar", STAFF),
            Entry(_("Statistics table"), "report.table", "table", STAFF),
            Entry(_("Data quality"), "report.checks", "shield-check", STAFF),
        ),
        urls=(
            *matrix.pages(modules),
            *figures.pages(modules),
            *rows.pages(modules),
            *checks.pages(modules),
        ),
        overview=overview.overview(modules),
    )
