"""Memberships with their history, applications to join, and transfers."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from unionhall.employers.models import Employer
from unionhall.kernel.fields import SealedField
from unionhall.kernel.models import Case, Unit
from unionhall.kernel.rows import Row
from unionhall.kernel.terms import Privacy
from unionhall.membership.rules import Ended, Entered, Standing
from unionhall.people.models import Person
from unionhall.people.rules.identity import Sex
from unionhall.people.rules.kinds import WorkerKind
from unionhall.unions.rules import Registration

GIVEN_PHONE = "membership.Joining.phone"


class Membership(Row):
    """A person belongs to a union from a day on. One person has one current membership, always.

    Sex, kind of worker and pinyin are the person's, copied here so that figures and lists of 2.45 million
    rows read one table; a check proves that they agree.
    """

    unit_path = "unit"
    worker_path = "person__user"
    privacy = Privacy.PERSONAL

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships", verbose_name=_("person"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="memberships", verbose_name=_("union"), db_index=False
    )  # membership_figures begins with it
    employer = models.ForeignKey(
        Employer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("employer"),
        db_index=False,
    )
    card = models.CharField(_("card number"), max_length=20)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    standing = models.CharField(
        _("standing"), max_length=10, choices=Standing.choices, default=Standing.ACTIVE
    )
    entered = models.CharField(_("entered by"), max_length=12, choices=Entered.choices)
    ended = models.CharField(_("ended by"), max_length=12, choices=Ended.choices, blank=True)
    registration = models.CharField(
        _("registration"), max_length=12, choices=Registration.choices, default=Registration.REAL_NAME
    )
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices)
    worker_kind = models.CharField(_("kind of worker"), max_length=30, choices=WorkerKind.choices, blank=True)
    migrant = models.BooleanField(_("migrant worker"), default=False)
    name_key = models.CharField(_("pinyin"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        indexes = [
            models.Index(
                fields=[
                    "unit",
                    "sex",
                    "worker_kind",
                    "migrant",
                    "registration",
                    "standing",
                    "since",
                    "until",
                ],
                name="membership_figures",
            ),
            models.Index(fields=["name_key", "id"], name="membership_by_name"),
            models.Index(fields=["since", "unit"], name="membership_entered"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(until=None), name="membership_one_now"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="membership_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.unit}"


class Joining(Row):
    """An application to join, on its way to the union.

    Name, phone and kind of worker are what the applicant gave; the person's own row is only changed, and the
    account only tied to it, once the union has approved. So an application for somebody else's number shows
    its author nothing.
    """

    unit_path = "case__unit"
    worker_path = "case__applicant"
    privacy = Privacy.PERSONAL

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="joining")
    person = models.ForeignKey(Person, models.PROTECT, related_name="joinings", verbose_name=_("person"))
    union_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("union"))
    employer = models.ForeignKey(
        Employer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("employer")
    )
    employer_name = models.CharField(_("employer as given"), max_length=120, blank=True)
    name = models.CharField(_("name as given"), max_length=60)
    phone = SealedField(_("phone as given"), context=GIVEN_PHONE, null=True, blank=True)
    worker_kind = models.CharField(_("kind of worker"), max_length=30, choices=WorkerKind.choices, blank=True)
    migrant = models.BooleanField(_("migrant worker"), default=False)
    membership = models.OneToOneField(
        Membership, models.PROTECT, null=True, blank=True, related_name="joining"
    )

    class Meta:
        verbose_name = _("application to join")
        verbose_name_plural = _("applications to join")

    def __str__(self) -> str:
        return self.name


class Transfer(Row):
    """A member asks to move to another union; the receiving union accepts."""

    unit_path = "case__unit"
    worker_path = "case__applicant"
    privacy = Privacy.PERSONAL

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="transfer")
    membership = models.ForeignKey(
        Membership, models.PROTECT, related_name="transfers", verbose_name=_("membership")
    )
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("receiving union"))
    employer = models.ForeignKey(
        Employer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("new employer")
    )
    received = models.OneToOneField(
        Membership, models.PROTECT, null=True, blank=True, related_name="received_by"
    )

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")

    def __str__(self) -> str:
        return f"{self.membership.person} → {self.to_unit}"
