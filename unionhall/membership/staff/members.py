"""Members and former members: lists that stay fast at millions of rows, the file with its history, and acts."""

import re
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.keys import ring
from unionhall.kernel.pages.declared import Act, Between, Choice, Column, Empty, Fields, Page, Rel, Table, Yes
from unionhall.kernel.pages.forms import ActForm, DateField
from unionhall.kernel.pages.views import urls
from unionhall.kernel.rows import Rows, beginning
from unionhall.kernel.writing import Actor
from unionhall.membership.actions import joining, merging, standing, transferring
from unionhall.membership.models import Membership
from unionhall.membership.rules import CARD_PERSON, CARD_UNION, Standing, is_card_number, shown_card
from unionhall.membership.staff.fields import EmployerByName, UnionByName, shown_number, shown_phone
from unionhall.people.models import NUMBER, PHONE, Person
from unionhall.people.rules.contact import MOBILE, normalise_phone
from unionhall.people.rules.identity import DocumentKind, Sex, normalise_number
from unionhall.people.rules.kinds import WorkerKind
from unionhall.people.rules.names import HAN

BLANK = ("", "—")


def find(rows: "Rows[Membership]", text: str) -> "Rows[Membership]":
    """Members by card number, whole document number or phone, or the beginning of a name, pinyin or initials."""
    plain = re.sub(r"[\s-]", "", text)
    if is_card_number(plain):
        person = int(plain[CARD_UNION : CARD_UNION + CARD_PERSON])
        return rows.filter(Q(person=person) | Q(person__merged=person), card=plain)
    return rows.filter(person__in=_persons(text.strip()).values("pk"))


def _persons(text: str) -> "Rows[Person]":
    persons = Person.objects.all()
    if re.search(HAN, text):
        return persons.filter(beginning("name", text))
    if re.fullmatch(MOBILE, phone := normalise_phone(text)):
        return persons.filter(phone_hash=ring().blind(phone, PHONE))
    if re.search("[0-9]", text):
        return persons.filter(number_hash=ring().blind(normalise_number(text), NUMBER))
    letters = re.sub("[^a-z]", "", text.lower())
    if not letters:
        return persons.none()
    return persons.filter(beginning("name_key", letters) | beginning("initials", letters))


class DayForm(ActForm):
    """A day, today unless another is given."""

    on = DateField(label=_("Day"), initial=timezone.localdate)


class ReasonForm(ActForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class DecisionForm(DayForm, ReasonForm):
    """A decision with its day and reason."""

    field_order = ("on", "reason")


class LeaveForm(DayForm):
    """The first day without membership, and why."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class ResumeForm(ActForm):
    """The employer, where it is another one."""

    employer = EmployerByName(label=_("New employer"), required=False)


class TransferForm(DayForm):
    """Where to, from when."""

    to = UnionByName(label=_("Receiving union"))
    employer = EmployerByName(label=_("New employer"), required=False)
    field_order = ("to", "employer", "on")


class CorrectForm(ActForm):
    """Kind of worker, migrant worker, employer."""

    worker_kind = forms.ChoiceField(
        label=_("Kind of worker"), choices=[BLANK, *WorkerKind.choices], required=False
    )
    migrant = forms.BooleanField(label=_("Migrant worker"), required=False)
    employer = EmployerByName(label=_("Employer"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.row is not None:
            for name in ("worker_kind", "migrant"):
                self.fields[name].initial = getattr(self.row, name)
            self.fields["employer"].initial = str(self.row.employer or "")


class AdmitForm(DayForm):
    """What the signed paper form says."""

    union = UnionByName(label=_("Union"))
    name = forms.CharField(label=_("Name"), max_length=60)
    document = forms.ChoiceField(label=_("Document"), choices=DocumentKind.choices)
    number = forms.CharField(label=_("Document number"), max_length=30)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=[BLANK, *Sex.choices],
        required=False,
        help_text=_("Only for documents whose number does not tell it."),
    )
    birth = DateField(
        label=_("Date of birth"),
        required=False,
        help_text=_("Only for documents whose number does not tell it."),
    )
    worker_kind = forms.ChoiceField(
        label=_("Kind of worker"), choices=[BLANK, *WorkerKind.choices], required=False
    )
    migrant = forms.BooleanField(label=_("Migrant worker"), required=False)
    employer = EmployerByName(label=_("Employer"), required=False)
    field_order = ("union", "name", "document", "number")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.actor is not None and self.actor.unit is not None:
            self.fields["union"].initial = self.actor.unit.name


class MergeForm(DayForm, ReasonForm):
    """Which union goes over to which."""

    union = UnionByName(label=_("Union that ends"))
    into = UnionByName(label=_("Union that takes it over"))
    field_order = ("union", "into", "on", "reason")


def now(rows: "Rows[Any]", _actor: Actor) -> "Rows[Any]":
    """Current memberships."""
    return rows.filter(until=None)


def past(rows: "Rows[Any]", _actor: Actor) -> "Rows[Any]":
    """Memberships that ended."""
    return rows.exclude(until=None)


def state(membership: Membership) -> dict[str, Any]:
    """What the membership is worth, as a badge."""
    if membership.until is not None:
        return {"label": membership.get_ended_display(), "tone": "muted"}
    tone = "warn" if membership.standing == Standing.RETAINED else "good"
    return {"label": membership.get_standing_display(), "tone": tone}


def active(membership: Membership) -> bool:
    """Whether it is active now."""
    return membership.standing == Standing.ACTIVE


def retained(membership: Membership) -> bool:
    """Whether it is retained now."""
    return membership.standing == Standing.RETAINED


def to_member(membership: Membership) -> str:
    """The page of a current membership."""
    return reverse("membership.member.one", args=[membership.pk])


def to_former(membership: Membership) -> str:
    """The page of a membership that ended."""
    return reverse("membership.former.one", args=[membership.pk])


def to_members(_result: Any) -> str:
    """The list: after a transfer the member may be out of the actor's reach."""
    return reverse("membership.member")


def name_of(membership: Membership) -> str:
    """The member's name."""
    return membership.person.name


NAME = Column("person__name", link=True, order=("name_key", "pk"))
FILTERS = (
    Choice("sex"),
    Choice("worker_kind"),
    Choice("standing"),
    Choice("registration"),
    Yes("migrant"),
    Between("since"),
    Rel("unit"),
)
PANELS = (
    Fields(
        _("Member"),
        (
            (_("Name"), name_of),
            (_("Document number"), lambda m: shown_number(m.person)),
            (_("Date of birth"), lambda m: m.person.birth),
            "sex",
            (_("Phone"), lambda m: shown_phone(m.person)),
            "worker_kind",
            "migrant",
        ),
    ),
    Fields(
        _("Membership"),
        (
            "unit",
            "employer",
            ("card", lambda m: shown_card(m.card)),
            "since",
            "entered",
            "standing",
            "registration",
            "until",
            "ended",
        ),
    ),
    Table(
        _("All memberships of the person"),
        rows=lambda m: m.person.memberships.select_related("unit").order_by("-since", "-pk"),
        columns=(
            Column("unit"),
            Column("since"),
            Column("entered"),
            Column("until"),
            Column("ended"),
        ),
    ),
)

MEMBERS: Any = Page(
    code="membership.member",
    path="members",
    model=Membership,
    title=_("Members"),
    description=_("Search by name, pinyin or initials, card number, whole document number or phone."),
    rows=now,
    select=("person", "unit", "employer"),
    columns=(
        NAME,
        Column("sex"),
        Column("worker_kind"),
        Column("unit", order=("unit__path", "name_key", "pk")),
        Column("since"),
        Column("standing"),
    ),
    search=find,
    filters=FILTERS,
    panels=PANELS,
    acts=(
        Act(standing.correct_membership, CorrectForm, title=_("Correct"), icon="edit"),
        Act(
            transferring.transfer_by_office,
            TransferForm,
            title=_("Transfer"),
            icon="arrow-right",
            to=to_members,
        ),
        Act(standing.retain, ReasonForm, title=_("Retain"), icon="clock", when=active),
        Act(standing.resume, ResumeForm, title=_("Resume"), icon="arrow-back-up", when=retained),
        Act(standing.leave, LeaveForm, title=_("Has left"), icon="logout", to=to_former),
        Act(standing.expel, DecisionForm, title=_("Expel"), icon="ban", tone="danger", to=to_former),
        Act(standing.record_death, DayForm, title=_("Has died"), icon="cross", to=to_former),
    ),
    starts=(
        Act(
            joining.admit,
            AdmitForm,
            title=_("Enter a member"),
            icon="user-plus",
            tone="primary",
            to=to_member,
        ),
        Act(
            merging.merge_unions, MergeForm, title=_("Merge unions"), icon="building-community", to=to_members
        ),
    ),
    order=("name_key", "pk"),
    walked=("name_key", "since"),
    name=name_of,
    subtitle=lambda m: m.unit,
    state=state,
    empty=Empty(
        _("No member here"),
        _("Import a roster, enter a member, or give out your union's code."),
        icon="users",
    ),
)
FORMER: Any = Page(
    code="membership.former",
    path="former",
    model=Membership,
    title=_("Former members"),
    description=_("Memberships that ended here: transferred, left, expelled, died, or merged."),
    rows=past,
    select=("person", "unit", "employer"),
    columns=(
        NAME,
        Column("sex"),
        Column("unit", order=("unit__path", "name_key", "pk")),
        Column("since"),
        Column("until"),
        Column("ended"),
    ),
    search=find,
    filters=(Choice("ended"), Between("until"), Choice("worker_kind"), Rel("unit")),
    panels=PANELS,
    acts=(
        Act(
            standing.reinstate,
            DecisionForm,
            title=_("Take back"),
            icon="arrow-back-up",
            when=lambda m: m.ended in {"left", "expelled"},
            to=to_member,
        ),
    ),
    order=("name_key", "pk"),
    name=name_of,
    subtitle=lambda m: m.unit,
    state=state,
    empty=Empty(_("Nobody has left"), icon="users"),
)
URLS = (*urls(MEMBERS), *urls(FORMER))
