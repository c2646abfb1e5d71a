"""The door of the employers' register."""

from django.utils.translation import gettext_lazy as _

from unionhall.employers import staff
from unionhall.employers.indicators import CHECKS, INDICATORS
from unionhall.kernel.module import Entry, Module
from unionhall.kernel.terms import STAFF

MODULE = Module(
    code="employers",
    title=_("Employers"),
    icon="building-factory-2",
    entries=(
        Entry(_("Employers"), "employers.employer", "building-factory-2", STAFF),
        Entry(_("Merges of employers"), "employers.merge", "arrow-back-up", STAFF),
    ),
    urls=staff.URLS,
    indicators=INDICATORS,
    checks=CHECKS,
    pages=(staff.EMPLOYERS,),
)
