"""The door of membership."""

from django.utils.translation import gettext_lazy as _

from unionhall.kernel.module import Entry, Module
from unionhall.kernel.pages.imports import urls
from unionhall.kernel.terms import STAFF
from unionhall.membership.imports.roster import SHEET

MODULE = Module(
    code="membership",
    title=_("Membership"),
    icon="id",
    entries=(Entry(_("Import of rosters"), "membership.roster.import", "file-import", STAFF),),
    urls=(*urls(SHEET),),
    sheets=(SHEET,),
)
