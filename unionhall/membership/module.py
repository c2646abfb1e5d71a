"""The door of membership."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.cases import SIGNERS, inbox
from unionhall.kernel.following import Follow
from unionhall.kernel.module import Card, Entry, Module
from unionhall.kernel.pages.imports import urls as imported
from unionhall.kernel.terms import STAFF, Role
from unionhall.kernel.writing import Actor
from unionhall.membership.actions import joining, standing, transferring
from unionhall.membership.imports.roster import SHEET
from unionhall.membership.indicators import CHECKS, INDICATORS
from unionhall.membership.staff import members, requests, verify
from unionhall.membership.worker import home, moving, wizard
from unionhall.people.actions import files, merging

WORKER = frozenset({Role.WORKER})


def waiting(actor: Actor) -> int:
    """How many applications wait for this actor's signature."""
    return inbox(actor).filter(kind=joining.CASE).count() if actor.role in SIGNERS else 0


def cards(actor: Actor, _today: date) -> Sequence[Card]:
    """What a signer sees first: applications and transfers that wait."""
    if actor.role not in SIGNERS:
        return ()
    moves = inbox(actor).filter(kind=transferring.CASE).count()
    return (
        Card(_("Applications to join"), waiting(actor), reverse("membership.batch"), "user-plus"),
        Card(_("Transfers to receive"), moves, reverse("membership.transfer"), "arrow-right"),
    )


MODULE = Module(
    code="membership",
    title=_("Membership"),
    icon="id",
    entries=(
        Entry(_("Members"), "membership.member", "users", STAFF),
        Entry(_("Applications"), "membership.joining", "user-plus", STAFF, badge=waiting),
        Entry(_("Transfers"), "membership.transfer", "arrow-right", STAFF),
        Entry(_("Former members"), "membership.former", "history", STAFF),
        Entry(_("Check a card"), "membership.check", "id", STAFF),
        Entry(_("Import of rosters"), "membership.roster.import", "file-import", STAFF),
        Entry(_("My day"), "membership.home", "home", WORKER),
        Entry(_("My card"), "membership.card", "id", WORKER),
        Entry(_("My requests"), "membership.requests", "clipboard-list", WORKER),
    ),
    urls=(
        *imported(SHEET),
        *requests.URLS,
        *members.URLS,
        *verify.URLS,
        *wizard.URLS,
        *home.URLS,
        *moving.URLS,
    ),
    sheets=(SHEET,),
    indicators=INDICATORS,
    checks=CHECKS,
    pages=(members.MEMBERS,),
    cards=cards,
    cases={joining.CASE: "membership.joining.one", transferring.CASE: "membership.transfer.one"},
    follows=tuple(Follow(act, standing.after_person) for act in (files.correct, merging.merge)),
)
