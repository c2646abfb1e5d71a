"""The door of unions: where they stand, what they cover, and how they come to be."""

from django.utils.translation import gettext_lazy as _

from unionhall.kernel.module import Entry, Module
from unionhall.kernel.terms import STAFF, Role
from unionhall.unions import worker
from unionhall.unions.indicators.checks import CHECKS
from unionhall.unions.indicators.counted import INDICATORS
from unionhall.unions.staff import addresses, radar
from unionhall.unions.staff.unions import UNIONS

MODULE = Module(
    code="unions",
    title=_("Unions"),
    icon="building-community",
    entries=(
        Entry(_("Unions"), "unions.union", "building-community", STAFF),
        Entry(_("Tree of unions"), "unions.tree", "sitemap", STAFF),
        Entry(_("Foundings"), "unions.founding", "file-text", STAFF),
        Entry(_("Radar of terms and certificates"), "unions.radar", "calendar-due", STAFF),
        Entry(_("Found a union"), "unions.requests", "building-community", frozenset({Role.WORKER})),
    ),
    urls=(*worker.URLS, *addresses.URLS),
    indicators=INDICATORS,
    checks=CHECKS,
    pages=(UNIONS,),
    deadlines=radar.deadlines,
    cases={"unions.founding": "unions.founding.one"},
)
