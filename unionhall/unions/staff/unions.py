"""Unions: list, one union with all it has, and what can be done to it."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.models import Placement
from unionhall.kernel.pages.declared import (
    Act,
    Choice,
    Column,
    Empty,
    Fields,
    Insert,
    Page,
    Rel,
    Special,
    Table,
)
from unionhall.kernel.rows import Rows
from unionhall.kernel.terms import Role
from unionhall.kernel.writing import Actor
from unionhall.unions.actions.coverage import cover, uncover
from unionhall.unions.actions.elections import end_body, remove_chair, set_body
from unionhall.unions.actions.ratings import certify, rate, show_sign, take_sign_down
from unionhall.unions.actions.tree import affiliate, describe, dissolve_union, merge_unions, rename
from unionhall.unions.models import Body, Candidate, Coverage, Election, Union
from unionhall.unions.rules import GRASSROOTS, Ballot, Level, Name, count
from unionhall.unions.staff import forms


def in_reach(rows: "Rows[Any]", actor: Actor) -> "Rows[Any]":
    """Of the public rows those of the actor's own unit and below."""
    return rows.within(actor.unit.path) if actor.unit and actor.unit.path else rows.none()


def find(rows: "Rows[Union]", text: str) -> "Rows[Union]":
    """Unions by name, by the beginning of their pinyin or initials, or by code."""
    lower = text.lower().replace(" ", "")
    named = Q(unit__name__contains=text) | Q(unit__name_key__startswith=lower)
    return rows.filter(named | Q(unit__initials__startswith=lower) | Q(code=text.upper()))


def state(union: Union) -> dict[str, Any]:
    """Whether the union still stands."""
    if union.until:
        return {"label": _("Dissolved"), "tone": "muted"}
    return {"label": _("Living"), "tone": "good"}


def living(union: Union) -> bool:
    """Whether anything can still be done to it."""
    return union.until is None


def door(union: Union) -> dict[str, Any]:
    """The addresses of a union's QR code and of its public page."""
    return {
        "qr_url": reverse("unions.qr", args=[union.token]),
        "print_url": reverse("unions.qr_print", args=[union.token]),
        "public_url": reverse("unions.public", args=[union.token]),
        "union": union,
    }


def elections(union: Union) -> dict[str, Any]:
    """Where an election is entered, and what must be kept."""
    return {"elect_url": reverse("unions.elect", args=[union.pk]) if living(union) else ""}


def arithmetic(election: Election) -> dict[str, Any]:
    """The lines of an election's count, from the rows kept."""
    names = tuple(
        Name(one.name, one.votes, one.person_id)
        for one in Candidate.objects.filter(election=election).order_by("pk")
    )
    ballot = Ballot(election.body, election.due, election.present, election.seats, election.secret, names)
    return {"outcome": count(ballot), "names": names}


def history(union: Union) -> "Rows[Placement]":
    """Where the union has stood, newest first."""
    return Placement.objects.filter(unit=union.unit).select_related("parent").order_by("-since")


UNIONS = Page(
    code="unions.union",
    path="unions",
    model=Union,
    title=_("Unions"),
    description=_("Every union of your reach: where it stands, what it covers, its terms and papers."),
    select=("unit", "unit__parent", "chair"),
    rows=in_reach,
    order=("unit__path",),
    columns=(
        Column("unit__name", title=_("Name of the union"), link=True, order=("unit__name_key", "pk")),
        Column("kind"),
        Column("level"),
        Column("unit__parent", title=_("Superior union"), order=("unit__path",)),
        Column("ownership"),
        Column("code"),
        Column("since", order=("since", "pk")),
    ),
    search=find,
    filters=(
        Choice("kind"),
        Choice("level"),
        Choice("ownership"),
        Choice("worker_kind"),
        Choice("registration"),
        Rel("unit", _("Unit")),
        Special(
            "living",
            _("State"),
            (("yes", _("Living"), Q(until=None)), ("no", _("Dissolved"), Q(until__isnull=False))),
        ),
    ),
    panels=(
        Fields(
            _("Union"),
            (
                "kind",
                "level",
                (_("Superior union"), lambda union: union.unit.parent),
                "ownership",
                "industry",
                "worker_kind",
                "registration",
                "code",
                "address",
                "chair",
                "fulltime_cadres",
                "parttime_cadres",
                "since",
                "until",
            ),
        ),
        Insert(_("QR code for joining"), "unions/door.html", door),
        Table(
            _("Employers covered"),
            lambda union: union.coverages.select_related("employer").order_by("until", "employer__name_key"),
            (Column("employer", link=True), Column("since"), Column("until")),
            page="unions.coverage",
            empty=_("This union covers no employer yet."),
        ),
        Table(
            _("Committees"),
            lambda union: union.bodies.select_related("head").order_by("kind", "-since"),
            (
                Column("kind", link=True),
                Column("members", number=True),
                Column("women", number=True),
                Column("since"),
                Column("until"),
            ),
            page="unions.body",
        ),
        Table(
            _("Terms"),
            lambda union: union.terms.order_by("-number"),
            (
                Column("number", number=True),
                Column("years", number=True),
                Column("committee_size", number=True),
                Column("since"),
                Column("expires"),
                Column("until"),
            ),
        ),
        Table(
            _("Elections"),
            lambda union: union.elections.order_by("-on"),
            (
                Column("body", link=True, show=lambda one: one.get_body_display()),
                Column("on"),
                Column("due", number=True),
                Column("present", number=True),
                Column("seats", number=True),
                Column("valid"),
            ),
            page="unions.election",
        ),
        Insert(_("Record an election"), "unions/elections.html", elections),
        Table(
            _("Legal-person certificates"),
            lambda union: union.certificates.order_by("-since"),
            (
                Column("number"),
                Column("representative"),
                Column("since"),
                Column("expires"),
                Column("until"),
            ),
        ),
        Table(
            _("Double display"),
            lambda union: union.displays.order_by("-since"),
            (Column("since"), Column("until")),
        ),
        Table(
            _("Ratings"),
            lambda union: union.ratings.select_related("rated_by").order_by("-on"),
            (Column("on"), Column("standardised"), Column("score", number=True), Column("rated_by")),
        ),
        Table(
            _("Where it has stood"),
            history,
            (
                Column("parent", title=_("Superior union")),
                Column("since", title=_("Since")),
                Column("until", title=_("Until")),
                Column("moved", title=_("Change of affiliation")),
            ),
        ),
    ),
    acts=(
        Act(describe, forms.DescribeForm, title=_("Change particulars"), icon="edit", when=living),
        Act(
            cover,
            forms.CoverForm,
            title=_("Cover an employer"),
            icon="building-factory-2",
            when=lambda union: living(union) and union.kind in GRASSROOTS,
        ),
        Act(set_body, forms.BodyForm, title=_("Set up a committee"), icon="users", when=living),
        Act(certify, forms.CertifyForm, title=_("Record a certificate"), icon="certificate", when=living),
        Act(
            show_sign,
            forms.DayForm,
            title=_("Record double display"),
            icon="eye",
            when=lambda union: living(union) and not union.displays.filter(until=None).exists(),
        ),
        Act(
            take_sign_down,
            forms.DayForm,
            title=_("End double display"),
            icon="x",
            when=lambda union: union.displays.filter(until=None).exists(),
        ),
        Act(rate, forms.RateForm, title=_("Rate"), icon="award", when=living),
        Act(rename, forms.RenameForm, title=_("Rename"), icon="edit", when=living),
        Act(
            remove_chair,
            forms.RemoveForm,
            title=_("Remove the chair"),
            icon="user",
            when=lambda union: living(union) and union.chair_id is not None,
        ),
        Act(affiliate, forms.AffiliateForm, title=_("Change affiliation"), icon="sitemap", when=living),
        Act(merge_unions, forms.MergeForm, title=_("Merge into another"), icon="link", when=living),
        Act(
            dissolve_union,
            forms.DissolveForm,
            title=_("Dissolve"),
            icon="trash",
            tone="danger",
            when=living,
            confirm=_("The union ends for good; its history stays."),
        ),
    ),
    empty=Empty(_("No union here"), _("Apply to found one, or widen the filter.")),
    subtitle=lambda union: union.get_level_display() if union.level != Level.GRASSROOTS else "",
    state=state,
)
COVERAGES = Page(
    code="unions.coverage",
    path="coverages",
    model=Coverage,
    title=_("Employers covered"),
    description=_("Which employer is covered by which union, since when."),
    select=("union__unit", "employer"),
    rows=in_reach,
    columns=(
        Column("employer", link=True, order=("employer__name_key", "pk")),
        Column("union", order=("union__unit__name_key", "pk")),
        Column("employer__ownership"),
        Column("since", order=("since", "pk")),
        Column("until", order=("until", "pk")),
    ),
    filters=(
        Choice("employer__ownership"),
        Rel("union__unit"),
        Special(
            "living",
            _("State"),
            (("yes", _("In force"), Q(until=None)), ("no", _("Ended"), Q(until__isnull=False))),
        ),
    ),
    search=lambda rows, text: rows.filter(
        Q(employer__name__contains=text)
        | Q(employer__name_key__startswith=text.lower())
        | Q(employer__uscc=text.upper())
    ),
    panels=(Fields(_("Cover"), ("employer", "union", "since", "until")),),
    acts=(
        Act(uncover, forms.DayForm, title=_("End the cover"), icon="x", when=lambda row: row.until is None),
    ),
)
BODIES = Page(
    code="unions.body",
    path="committees",
    model=Body,
    title=_("Committees"),
    description=_("Women workers', audit and other committees of the unions of your reach."),
    select=("union__unit", "head"),
    rows=in_reach,
    columns=(
        Column("union", link=True, order=("union__unit__name_key", "pk")),
        Column("kind"),
        Column("members", number=True, order=("members", "pk")),
        Column("women", number=True, order=("women", "pk")),
        Column("since", order=("since", "pk")),
        Column("until", order=("until", "pk")),
    ),
    filters=(Choice("kind"), Rel("union__unit")),
    panels=(Fields(_("Committee"), ("union", "kind", "members", "women", "head", "since", "until")),),
    acts=(
        Act(
            end_body,
            forms.DayForm,
            title=_("End the committee"),
            icon="x",
            when=lambda row: row.until is None,
        ),
    ),
)
ELECTIONS = Page(
    code="unions.election",
    path="elections",
    model=Election,
    title=_("Elections"),
    description=_("Elections recorded, with their arithmetic."),
    select=("union__unit",),
    rows=in_reach,
    order=("-on", "pk"),
    columns=(
        Column("union", link=True, order=("union__unit__name_key", "pk")),
        Column("body", title=_("Body elected"), show=lambda row: row.get_body_display()),
        Column("on", order=("on", "pk")),
        Column("due", number=True, order=("due", "pk")),
        Column("present", number=True, order=("present", "pk")),
        Column("seats", number=True, order=("seats", "pk")),
        Column("valid", order=("valid", "pk")),
    ),
    filters=(Choice("body"), Rel("union__unit")),
    panels=(
        Fields(
            _("Election"),
            ("union", "body", "on", "due", "present", "seats", "secret", "run_off_of", "valid"),
        ),
        Insert(_("Arithmetic"), "unions/arithmetic.html", arithmetic),
        Table(
            _("Candidates"),
            lambda row: Candidate.objects.filter(election=row).order_by("-votes"),
            (Column("name"), Column("votes", number=True), Column("elected")),
        ),
    ),
)
PAGES = (UNIONS, COVERAGES, BODIES, ELECTIONS)
READERS = UNIONS.roles
WRITERS = frozenset({Role.CLERK, Role.REVIEWER})
