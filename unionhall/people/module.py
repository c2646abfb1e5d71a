"""The door of the persons' register."""

from django.utils.translation import gettext_lazy as _

from unionhall.kernel.module import Entry, Module
from unionhall.kernel.terms import STAFF, Role
from unionhall.people import worker
from unionhall.people.indicators import CHECKS
from unionhall.people.staff import duplicates, persons

MODULE = Module(
    code="people",
    title=_("Persons"),
    icon="users",
    entries=(
        Entry(_("Persons"), "people.person", "users", STAFF),
        Entry(_("Duplicates"), "people.duplicates", "user-check", STAFF),
        Entry(_("Merges"), "people.merge", "arrow-back-up", STAFF),
        Entry(_("My data"), "people.me", "id", frozenset({Role.WORKER})),
    ),
    urls=(*duplicates.URLS, *persons.URLS, *worker.URLS),
    checks=CHECKS,
    pages=(persons.PERSONS,),
)
