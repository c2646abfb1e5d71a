"""Rules of law by region and day, and the days off and make-up days of the working calendar."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unionhall.kernel.rows import Row
from unionhall.kernel.terms import Privacy, Refused, Text
from unionhall.law.rules.days import DayKind
from unionhall.law.rules.values import Kind, Status, Value, article_of, parse


def holding(on: date) -> Q:
    """Rules in force on this day."""
    open_end, kept = Q(until=None) | Q(until__gt=on), Q(retired=None) | Q(retired__gt=on)
    return Q(since__lte=on) & open_end & kept


class Rule(Row):
    """One number (or list, or table) of the law: where and from when to when it holds, and which article says so.

    `pack` is empty for a row entered in the house; `retired` is the day from which it is no longer used.
    """

    unit_path = None
    privacy = Privacy.PUBLIC

    key = models.CharField(pgettext_lazy("of a rule", "key"), max_length=80)
    title = models.CharField(pgettext_lazy("of a rule", "what it says"), max_length=200)
    value = models.TextField(pgettext_lazy("of a rule", "value"), max_length=4000)
    kind = models.CharField(pgettext_lazy("of a rule", "kind of value"), max_length=12, choices=Kind.choices)
    measure = models.CharField(_("unit of measure"), max_length=40, blank=True)
    region = models.CharField(_("region code"), max_length=12, blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    citation = models.CharField(_("citation"), max_length=300)
    status = models.CharField(_("certainty"), max_length=12, choices=Status.choices)
    pack = models.CharField(_("rule pack"), max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    overrides = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="overridden_by",
        verbose_name=_("overrides"),
    )
    retired = models.DateField(_("retired from"), null=True, blank=True)

    class Meta:
        verbose_name = _("rule of law")
        verbose_name_plural = _("rules of law")
        constraints = [
            models.UniqueConstraint(fields=["key", "region", "since"], name="rule_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="rule_period"),
            models.CheckConstraint(condition=~Q(overrides=F("pk")), name="rule_not_over_itself"),
        ]
        indexes = [models.Index(fields=["region", "since"], name="rule_region")]

    def __str__(self) -> str:
        return self.title

    @property
    def article(self) -> Text:
        """The citation as screens show it."""
        return article_of(self.citation, self.status)

    @property
    def meaning(self) -> Value | None:
        """The value by its kind; nothing where the text has no meaning."""
        try:
            return parse(self.kind, self.value)
        except Refused:
            return None


class Holiday(Row):
    """A day that is off though its weekday is worked, or worked though its weekday is off."""

    unit_path = None
    privacy = Privacy.PUBLIC

    date = models.DateField(_("date"), unique=True)
    kind = models.CharField(pgettext_lazy("of a day", "kind of day"), max_length=8, choices=DayKind.choices)
    name = models.CharField(_("holiday"), max_length=60)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("days of the calendar")

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
