"""Employers (units that employ workers) and their headcounts by date."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from unionhall.employers.rules import Industry, Ownership, Size
from unionhall.kernel.models import Unit
from unionhall.kernel.rows import Row
from unionhall.kernel.terms import Privacy


class EmployerStatus(models.TextChoices):
    """Whether an employer still works."""

    ACTIVE = "active", _("In operation")
    SUSPENDED = "suspended", _("Suspended")
    CLOSED = "closed", _("Closed down")


class Employer(Row):
    """A company, institution, office or other unit that employs workers. `unit` is the union of its place.

    `tags` holds `Tag` codes between spaces; `labels`, made by the database, holds the industry's code and the
    tags, so that figures can ask for either as one dimension (industry=06, industry=taxi).
    """

    unit_path = "unit"
    privacy = Privacy.PUBLIC

    name = models.CharField(_("employer's name"), max_length=120)
    name_key = models.CharField(_("pinyin"), max_length=240, blank=True)
    initials = models.CharField(_("pinyin initials"), max_length=60, blank=True)
    uscc = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True)
    ownership = models.CharField(_("unit type"), max_length=3, choices=Ownership.choices)
    industry = models.CharField(_("industry"), max_length=2, choices=Industry.choices, blank=True)
    size = models.CharField(_("size"), max_length=10, choices=Size.choices, blank=True)
    region = models.CharField(_("region code"), max_length=12, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    tags = models.CharField(_("tags"), max_length=200, blank=True)
    labels = models.GeneratedField(
        expression=Concat(Value(" "), "industry", Value(" "), "tags", Value(" ")),
        output_field=models.CharField(max_length=210),
        db_persist=True,
    )
    status = models.CharField(
        _("status"), max_length=10, choices=EmployerStatus.choices, default=EmployerStatus.ACTIVE
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="employers", verbose_name=_("union of its place")
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("merged into")
    )

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
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="employer_not_into_itself"),
        ]

    def __str__(self) -> str:
        return self.name


class EmployerMerge(Row):
    """Two rows found to be one employer, and what moved to the kept one, so that it can go back."""

    unit_path = "kept__unit"
    privacy = Privacy.PUBLIC

    kept = models.ForeignKey(Employer, models.PROTECT, related_name="merges", verbose_name=_("kept"))
    dropped = models.ForeignKey(Employer, models.PROTECT, related_name="+", verbose_name=_("merged away"))
    moved = models.JSONField(_("rows moved"), default=dict)
    reason = models.CharField(_("reason"), max_length=200)
    on = models.DateField(_("on"))
    undone_on = models.DateField(_("undone on"), null=True, blank=True)

    class Meta:
        verbose_name = _("merge of employers")
        verbose_name_plural = _("merges of employers")

    def __str__(self) -> str:
        return f"{self.dropped} → {self.kept}"


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
