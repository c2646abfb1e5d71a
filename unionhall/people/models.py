"""Persons under their real names, and merges of two rows that are one person."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.fields import BlindField, SealedField
from unionhall.kernel.models import Unit, User
from unionhall.kernel.rows import Row
from unionhall.kernel.terms import Privacy
from unionhall.people.rules.identity import DocumentKind, Sex
from unionhall.people.rules.kinds import Education, HouseholdKind, WorkerKind

NUMBER = "people.Person.number"
PHONE = "people.Person.phone"


class Person(Row):
    """One row a person. `unit` keeps the file; number and phone are sealed, and found by keyed hashes."""

    unit_path = "unit"
    worker_path = "user"
    privacy = Privacy.PERSONAL

    name = models.CharField(_("person's name"), max_length=60)
    name_key = models.CharField(_("pinyin"), max_length=120, blank=True)
    initials = models.CharField(_("pinyin initials"), max_length=30, blank=True)
    document = models.CharField(
        _("document"), max_length=16, choices=DocumentKind.choices, default=DocumentKind.RESIDENT_ID
    )
    number = SealedField(_("document number"), context=NUMBER, null=True)
    number_hash = BlindField(context=NUMBER, null=True, editable=False)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices)
    birth = models.DateField(_("date of birth"))
    phone = SealedField(_("phone"), context=PHONE, null=True, blank=True)
    phone_hash = BlindField(context=PHONE, null=True, editable=False, db_index=True)
    education = models.CharField(_("education"), max_length=2, choices=Education.choices, blank=True)
    household = models.CharField(
        _("household kind"), max_length=20, choices=HouseholdKind.choices, blank=True
    )
    household_region = models.CharField(_("household region"), max_length=12, blank=True)
    worker_kind = models.CharField(_("kind of worker"), max_length=30, choices=WorkerKind.choices, blank=True)
    migrant = models.BooleanField(_("migrant worker"), default=False)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="persons", verbose_name=_("file kept by")
    )
    user = models.OneToOneField(
        User, models.PROTECT, null=True, blank=True, related_name="person", verbose_name=_("account")
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("merged into"),
        db_index=False,
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("registered persons")
        indexes = [
            models.Index(
                fields=["name", "birth"], name="person_name", opclasses=["varchar_pattern_ops", "date_ops"]
            ),
            models.Index(fields=["name_key"], name="person_key", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["initials"], name="person_initials", opclasses=["varchar_pattern_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number_hash", "document"], condition=Q(merged_into=None), name="person_number_once"
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="person_not_into_itself"),
        ]

    def __str__(self) -> str:
        return self.name


class PersonMerge(Row):
    """Two rows found to be one person, and what moved to the kept one, so that it can go back."""

    unit_path = "kept__unit"
    privacy = Privacy.PERSONAL

    kept = models.ForeignKey(Person, models.PROTECT, related_name="merges", verbose_name=_("kept"))
    dropped = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("merged away"))
    moved = models.JSONField(_("rows moved"), default=dict)
    reason = models.CharField(_("reason"), max_length=200)
    on = models.DateField(_("on"))
    undone_on = models.DateField(_("undone on"), null=True, blank=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")

    def __str__(self) -> str:
        return f"{self.dropped} → {self.kept}"


class NotDuplicate(Row):
    """Two rows that somebody found to be two persons: the duplicates desk shows them no more."""

    unit_path = "first__unit"
    privacy = Privacy.PERSONAL

    first = models.ForeignKey(Person, models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField(_("on"))

    class Meta:
        verbose_name = _("not a duplicate")
        verbose_name_plural = _("not duplicates")
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="not_duplicate_once")]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"
