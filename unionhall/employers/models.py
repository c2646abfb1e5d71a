"""Employers (units that employ workers) and their headcounts by date."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from unionhall.employers.rules import Industry, Ownership, Size
from unionhall.kernel.models import Unit
from unionhall.kernel.rows import Row
from unionhall.kernel.terms import Privacy


class EmployerStatus(models.TextChoices):
    """Whether an employer still works."""

    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    CLOSED = "closed", _("Closed")


class Employer(Row):
    """A company, institution, office or other unit that employs workers. `unit` is the union of its place."""

    unit_path = "unit"
    privacy = Privacy.PUBLIC

    name = models.CharField(_("name"), max_length=120)
    name_key = models.CharField(_("pinyin"), max_length=240, blank=True)
    initials = models.CharField(_("pinyin initials"), max_length=60, blank=True)
    uscc = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True)
    ownership = models.CharField(_("unit type"), max_length=3, choices=Ownership.choices)
    industry = models.CharField(_("industry"), max_length=2, choices=Industry.choices, blank=True)
    size = models.CharField(_("size"), max_length=10, choices=Size.choices, blank=True)
    region = models.CharField(_("region code"), max_length=12, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    tags = models.CharField(_("tags"), max_length=200, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=EmployerStatus.choices, default=EmployerStatus.ACTIVE
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="employers", verbose_name=_("union of its place")
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        indexes = [
            models.Index(fields=["name"], name="employer_name", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["name_key"], name="employer_key", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["initials"], name="employer_initials", opclasses=["varchar_pattern_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["uscc"], name="employer_uscc_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="employer_period"),
        ]

    def __str__(self) -> str:
        return self.name


class Headcount(Row):
    """How many people an employer employs, from a day until the next count."""

    unit_path = "employer__unit"
    privacy = Privacy.PUBLIC

    employer = models.ForeignKey(
        Employer, models.PROTECT, related_name="headcounts", verbose_name=_("employer")
    )
    workers = models.PositiveIntegerField(_("workers"))
    women = models.PositiveIntegerField(_("women"), default=0)
    migrants = models.PositiveIntegerField(_("migrant workers"), default=0)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("headcount")
        verbose_name_plural = _("headcounts")
        constraints = [
            models.UniqueConstraint(fields=["employer"], condition=Q(until=None), name="headcount_one_now"),
            models.CheckConstraint(condition=Q(women__lte=F("workers")), name="headcount_women"),
            models.CheckConstraint(condition=Q(migrants__lte=F("workers")), name="headcount_migrants"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="headcount_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer} {self.since}: {self.workers}"
