"""The door of the rules of law and of the working calendar."""

from django.utils.translation import gettext_lazy as _

from unionhall.kernel.module import Entry, Module
from unionhall.kernel.terms import STAFF
from unionhall.law import staff

MODULE = Module(
    code="law",
    title=_("Rules of law"),
    icon="book",
    entries=(
        Entry(_("Rules of law"), "law.rule", "book", STAFF),
        Entry(_("Working calendar"), "law.calendar", "calendar", STAFF),
    ),
    urls=staff.URLS,
    pages=(staff.RULES,),
)
