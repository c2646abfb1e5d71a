"""`unionhall coverage`: how many published figures the records of this database give."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from unionhall.modules import MODULES
from unionhall.report.demo.building import demo_of
from unionhall.report.indicators import coverage, published
from unionhall.report.rules.coverage import Coverage, Tally, Verdict, as_json
from unionhall.report.rules.figures import PublishedFigure

MARKS = {Verdict.AGREES: "=", Verdict.DISAGREES: "≠", Verdict.MISSING: "·"}
COLUMNS = "{:<18}{:<14}{:>8}{:>8}{:>8}{:>8}"


class Command(BaseCommand):
    """Compare every published figure with what is computed from records."""

    help = "How many of the figures of the published reports are computed from records and agree with them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Of which report, of which module, and for whom."""
        parser.add_argument("--report", help="only this report (harbin2022)")
        parser.add_argument("--module", help="only figures of this module (unions)")
        parser.add_argument("--json", action="store_true", help="one JSON object a figure, one a line")

    def handle(
        self, *_args: Any, report: str | None, module: str | None, json: bool, **_options: Any
    ) -> None:
        """Judge the figures and print them."""
        figures = [
            figure
            for figure in published()
            if report in (None, figure.report) and module in (None, figure.module)
        ]
        if not figures:
            raise CommandError(_("No published figure is of this report and module."))
        found = coverage(figures, (i for door in MODULES for i in door.indicators))
        if json:
            self._print_json(found)
        else:
            self._print_table(found)

    def _print_json(self, found: Coverage) -> None:
        for one in found.judged:
            line = as_json(one.figure, one.computed, one.verdict)
            self.stdout.write(json.dumps(line, ensure_ascii=False))

    def _print_table(self, found: Coverage) -> None:
        heads = (_("report"), _("module"), _("agree"), _("disagree"), _("missing"), _("all"))
        self.stdout.write(COLUMNS.format(*heads))
        for (report, module), tally in found.by_report_and_module().items():
            self.stdout.write(_line(report, module, tally))
        self.stdout.write(_line(_("together"), "", found.total))
        for one in found.judged:
            if one.computed is not None:
                self.stdout.write(
                    f"{MARKS[one.verdict]} {one.figure.id:<18}{_asked(one.figure)}  "
                    + _("printed %(printed)s, computed %(computed)s")
                    % {"printed": one.figure.printed, "computed": f"{one.computed.normalize():f}"[:14]}
                )
        self._print_demo()

    def _print_demo(self) -> None:
        demo = demo_of()
        if demo is None:
            return
        report, scale = demo
        facts = {"report": report, "scale": f"{scale.normalize():f}"}
        if scale < 1:
            self.stdout.write(
                _(
                    "This database is the demo of %(report)s at %(scale)s of its size: figures disagree by nature."
                )
                % facts
            )
        else:
            self.stdout.write(
                _("This database is the demo of %(report)s: figures of other reports disagree by nature.")
                % facts
            )


def _line(report: str, module: str, tally: Tally) -> str:
    return COLUMNS.format(report, module, tally.agrees, tally.disagrees, tally.missing, tally.total)


def _asked(figure: PublishedFigure) -> str:
    asked = f" {figure.breakdown_text}" if figure.breakdown_text else ""
    return f"{figure.indicator}{asked}  {figure.union}·{figure.scope}  {figure.name_zh}"
