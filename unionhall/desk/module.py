"""The door of the desk: first screens, inbox, search, log, accounts."""

from django.utils.translation import gettext_lazy as _

from unionhall.desk import worker
from unionhall.desk.staff import accounts, home, lockouts, log, views
from unionhall.kernel.module import Entry, Module
from unionhall.kernel.terms import STAFF, Role


def door(modules: tuple[Module, ...]) -> Module:
    """The desk over these modules."""
    return Module(
        code="desk",
        title=_("Desk"),
        icon="layout-dashboard",
        entries=(
            Entry(_("Today"), "home", "home", STAFF | {Role.AUDITOR, Role.SYSTEM, Role.SECURITY, Role.AUDIT}),
            Entry(_("Inbox"), "desk.inbox", "inbox", frozenset({Role.REVIEWER, Role.LEADER})),
            Entry(_("Log"), "desk.log", "history", log.READERS),
            Entry(_("Log"), "desk.trail", "history", log.AUDIT),
            Entry(_("Verify the chain"), "desk.chain", "shield-check", log.AUDIT),
            Entry(_("Log-ins"), "desk.logins", "login-2", log.AUDIT),
            Entry(_("Accounts"), "desk.account", "users", accounts.SECURITY),
            Entry(_("Appointments"), "desk.appointment", "id-badge-2", accounts.SECURITY),
            Entry(_("Log-in locks"), "desk.lockout", "lock", accounts.SECURITY),
            Entry(_("The machine"), "desk.machine", "settings", frozenset({Role.SYSTEM})),
        ),
        urls=(
            *home.pages(modules),
            *views.pages(modules),
            *log.URLS,
            *accounts.URLS,
            *lockouts.URLS,
            *worker.URLS,
        ),
    )
