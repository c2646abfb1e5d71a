"""Unions of every kind and level, what they cover, their terms, committees, certificates and ratings."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unionhall.employers.models import Employer
from unionhall.employers.rules import Industry, Ownership
from unionhall.kernel.models import Case, Unit
from unionhall.kernel.rows import Row
from unionhall.kernel.terms import Privacy
from unionhall.people.models import Person
from unionhall.people.rules.kinds import WorkerKind
from unionhall.unions.rules import BodyKind, ElectedBody, Level, Registration, UnionKind


class Union(Row):
    """A trade union; it shares its key with its organisation unit."""

    unit_path = "unit"
    privacy = Privacy.PUBLIC

    unit = models.OneToOneField(
        Unit, models.PROTECT, primary_key=True, related_name="union", verbose_name=_("union")
    )
    kind = models.CharField(_("kind"), max_length=24, choices=UnionKind.choices, db_index=True)
    level = models.CharField(_("level"), max_length=24, choices=Level.choices)
    ownership = models.CharField(_("unit type"), max_length=3, choices=Ownership.choices, blank=True)
    industry = models.CharField(_("industry"), max_length=2, choices=Industry.choices, blank=True)
    worker_kind = models.CharField(_("kind of worker"), max_length=30, choices=WorkerKind.choices, blank=True)
    registration = models.CharField(
        _("registration"), max_length=12, choices=Registration.choices, default=Registration.REAL_NAME
    )
    code = models.CharField(_("union code"), max_length=18, null=True, blank=True, unique=True)
    token = models.CharField(max_length=16, unique=True, editable=False)
    address = models.CharField(_("address"), max_length=200, blank=True)
    chair = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="chairs", verbose_name=_("chair")
    )
    fulltime_cadres = models.PositiveSmallIntegerField(_("full-time cadres"), default=0)
    parttime_cadres = models.PositiveSmallIntegerField(_("part-time cadres"), default=0)
    since = models.DateField(_("founded on"))
    until = models.DateField(_("dissolved on"), null=True, blank=True)

    class Meta:
        verbose_name = _("union")
        verbose_name_plural = _("unions")
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="union_period"),
        ]

    def __str__(self) -> str:
        return str(self.unit)


class Coverage(Row):
    """A union covers an employer, for some days."""

    unit_path = "union__unit"
    privacy = Privacy.PUBLIC

    union = models.ForeignKey(Union, models.PROTECT, related_name="coverages", verbose_name=_("union"))
    employer = models.ForeignKey(
        Employer, models.PROTECT, related_name="coverages", verbose_name=_("employer")
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("coverage")
        verbose_name_plural = _("coverages")
        constraints = [
            models.UniqueConstraint(fields=["employer"], condition=Q(until=None), name="coverage_one_now"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="coverage_period"),
        ]

    def __str__(self) -> str:
        return f"{self.union} – {self.employer}"

    def units_touched(self) -> list[int | None]:
        """The union's unit, and that of the employer's place: rates of both change."""
        return [self.union_id, self.employer.unit_id, getattr(self, "_loaded", {}).get("union_id")]


class Body(Row):
    """A committee or person that a union has: women's, audit, labour-law supervision and so on."""

    unit_path = "union__unit"
    privacy = Privacy.PUBLIC

    union = models.ForeignKey(Union, models.PROTECT, related_name="bodies", verbose_name=_("union"))
    kind = models.CharField(_("kind"), max_length=24, choices=BodyKind.choices)
    members = models.PositiveSmallIntegerField(pgettext_lazy("of a committee", "members"), default=1)
    women = models.PositiveSmallIntegerField(pgettext_lazy("of a committee", "women"), default=0)
    head = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("head")
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("committee")
        verbose_name_plural = _("committees")
        constraints = [
            models.UniqueConstraint(fields=["union", "kind"], condition=Q(until=None), name="body_one_now"),
        ]

    def __str__(self) -> str:
        return f"{self.union} · {self.get_kind_display()}"


class Term(Row):
    """A term of a union's committee: it begins with an election and lasts three or five years."""

    unit_path = "union__unit"
    privacy = Privacy.PUBLIC

    union = models.ForeignKey(Union, models.PROTECT, related_name="terms", verbose_name=_("union"))
    number = models.PositiveSmallIntegerField(_("term"))
    years = models.PositiveSmallIntegerField(_("years"))
    since = models.DateField(_("since"))
    expires = models.DateField(_("expires"))
    until = models.DateField(_("ended on"), null=True, blank=True)
    committee_size = models.PositiveSmallIntegerField(_("committee seats"), default=0)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        constraints = [
            models.UniqueConstraint(fields=["union", "number"], name="term_number"),
            models.UniqueConstraint(fields=["union"], condition=Q(until=None), name="term_one_now"),
        ]

    def __str__(self) -> str:
        return f"{self.union} · {self.number}"


class Election(Row):
    """One election with its arithmetic: who was due, who came, and whether it holds."""

    unit_path = "union__unit"
    privacy = Privacy.PUBLIC

    union = models.ForeignKey(Union, models.PROTECT, related_name="elections", verbose_name=_("union"))
    body = models.CharField(_("body elected"), max_length=24, choices=ElectedBody.choices)
    on = models.DateField(_("on"))
    due = models.PositiveIntegerField(_("due to attend"))
    present = models.PositiveIntegerField(_("present"))
    seats = models.PositiveSmallIntegerField(_("seats"))
    run_off_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="run_offs", verbose_name=_("run-off of")
    )
    secret = models.BooleanField(_("secret ballot"), default=True)
    valid = models.BooleanField(_("valid"), default=False)

    class Meta:
        verbose_name = _("election")
        verbose_name_plural = _("elections")

    def __str__(self) -> str:
        return f"{self.union} · {self.get_body_display()} · {self.on}"


class Candidate(Row):
    """One name on the ballot, its votes, and whether it was elected."""

    unit_path = "election__union__unit"
    privacy = Privacy.PUBLIC

    election = models.ForeignKey(Election, models.PROTECT, related_name="candidates")
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    votes = models.PositiveIntegerField(_("votes"))
    elected = models.BooleanField(_("elected"), default=False)

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")

    def __str__(self) -> str:
        return self.name


class Certificate(Row):
    """A legal-person certificate of a union."""

    unit_path = "union__unit"
    privacy = Privacy.PUBLIC

    union = models.ForeignKey(Union, models.PROTECT, related_name="certificates", verbose_name=_("union"))
    number = models.CharField(_("certificate number"), max_length=40)
    representative = models.CharField(_("legal representative"), max_length=60)
    since = models.DateField(_("issued on"))
    expires = models.DateField(_("expires"))
    until = models.DateField(_("replaced or withdrawn on"), null=True, blank=True)

    class Meta:
        verbose_name = _("legal-person certificate")
        verbose_name_plural = _("legal-person certificates")
        constraints = [
            models.UniqueConstraint(fields=["union"], condition=Q(until=None), name="certificate_one_now"),
        ]

    def __str__(self) -> str:
        return self.number


class Display(Row):
    """Double display (双亮): a union shows its sign and its cadres' duties, since a day."""

    unit_path = "union__unit"
    privacy = Privacy.PUBLIC

    union = models.ForeignKey(Union, models.PROTECT, related_name="displays", verbose_name=_("union"))
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("double display")
        verbose_name_plural = _("double displays")
        constraints = [
            models.UniqueConstraint(fields=["union"], condition=Q(until=None), name="display_one_now"),
        ]

    def __str__(self) -> str:
        return str(self.union)


class Rating(Row):
    """A standardisation rating: what a union reached, when, and who found so."""

    unit_path = "union__unit"
    privacy = Privacy.PUBLIC

    union = models.ForeignKey(Union, models.PROTECT, related_name="ratings", verbose_name=_("union"))
    standardised = models.BooleanField(_("standardised"), default=True)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=1, null=True, blank=True)
    rated_by = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("rated by"))
    on = models.DateField(_("on"))

    class Meta:
        verbose_name = _("standardisation rating")
        verbose_name_plural = _("standardisation ratings")

    def __str__(self) -> str:
        return f"{self.union} {self.on}"


class Founding(Row):
    """An application to found a union, decided by the next-higher one; the unit exists once it is approved."""

    unit_path = "case__unit"
    worker_path = "case__applicant"
    privacy = Privacy.PERSONAL

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="founding")
    name = models.CharField(_("name of the union"), max_length=120)
    kind = models.CharField(_("kind"), max_length=24, choices=UnionKind.choices)
    level = models.CharField(_("level"), max_length=24, choices=Level.choices, default=Level.GRASSROOTS)
    parent = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("superior union"))
    employer = models.ForeignKey(
        Employer, models.PROTECT, null=True, blank=True, related_name="foundings", verbose_name=_("employer")
    )
    ownership = models.CharField(_("unit type"), max_length=3, choices=Ownership.choices, blank=True)
    industry = models.CharField(_("industry"), max_length=2, choices=Industry.choices, blank=True)
    worker_kind = models.CharField(_("kind of worker"), max_length=30, choices=WorkerKind.choices, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    workers = models.PositiveIntegerField(_("workers"))
    members = models.PositiveIntegerField(_("members who have signed"))
    women = models.PositiveIntegerField(_("women among them"), default=0)
    committee_size = models.PositiveSmallIntegerField(_("committee seats"), default=0)
    years = models.PositiveSmallIntegerField(_("years of a term"), default=5)
    chair_name = models.CharField(_("proposed chair"), max_length=60)
    founded = models.OneToOneField(
        Union, models.PROTECT, null=True, blank=True, related_name="founding", verbose_name=_("union founded")
    )

    class Meta:
        verbose_name = _("founding")
        verbose_name_plural = _("foundings")

    def __str__(self) -> str:
        return self.name
