"""Units and their dated tree, accounts and appointments, the log, cases, attachments, import runs."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unionhall.kernel.rows import Row, Rows
from unionhall.kernel.terms import Privacy, Role


class Unit(Row):
    """An organisation unit: its name, where it stands now, and the days it exists."""

    unit_path = ""
    privacy = Privacy.PUBLIC

    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    name_key = models.CharField(_("pinyin"), max_length=240, db_index=True, blank=True)
    initials = models.CharField(_("pinyin initials"), max_length=120, db_index=True, blank=True)
    kind = models.CharField(_("kind"), max_length=24, db_index=True)
    region = models.CharField(_("region code"), max_length=12, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("superior unit"),
    )
    path = models.CharField(max_length=80, unique=True, null=True, editable=False)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="unit_period"),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def depth(self) -> int:
        """How many units stand above it."""
        return len(self.path or "") // 5 - 1


class Placement(Row):
    """Where a unit stood in the tree, half-open days: figures as of a day use the placements of that day."""

    unit_path = "unit"
    privacy = Privacy.PUBLIC

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="placements", verbose_name=_("unit"))
    parent = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("superior unit")
    )
    path = models.CharField(max_length=80)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True)
    moved = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        indexes = [
            models.Index(fields=["path", "since", "until", "unit"], name="placement_tree"),
            models.Index(fields=["act"], name="placement_act"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(until=None), name="placement_one_now"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="placement_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.since}"


class UserManager(BaseUserManager["User"]):
    """Accounts by their log-in name."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account with this log-in name."""
        return self.get(username=username)


class User(AbstractBaseUser):
    """An account. Django's log-in writes it; all else about it is written by actions."""

    unit_path = None
    worker_path = ""
    privacy = Privacy.PERSONAL

    username = models.CharField(_("log-in name"), max_length=64, unique=True)
    display_name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    password_on = models.DateField(_("password since"), null=True, blank=True)
    password_given = models.BooleanField(_("password to be changed"), default=False)
    sessions_ended = models.PositiveIntegerField(default=0, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.display_name

    def get_session_auth_hash(self) -> str:
        """What every session of the account carries: it ends with the password, and when sessions are ended."""
        kept = f"{self.password}:{self.sessions_ended}"
        return salted_hmac("unionhall.kernel.models.User.sessions", kept, algorithm="sha256").hexdigest()


class Appointment(Row):
    """A role that an account holds at a unit, and below it, for some days."""

    unit_path = "unit"
    worker_path = "user"
    privacy = Privacy.PERSONAL

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments", verbose_name=_("account"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="appointments", verbose_name=_("unit"))
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"], condition=Q(until=None), name="appointment_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.unit}"


class LogEntry(models.Model):
    """One act, for ever: who, when, what, on which row, and the hash that ties it to the one before."""

    unit_path = "subject_unit"
    worker_path = "user"
    privacy = Privacy.PERSONAL

    number = models.BigIntegerField(_("number"), primary_key=True)
    act = models.BigIntegerField(unique=True)
    at = models.DateTimeField(_("at"), db_index=True)
    action = models.CharField(_("act"), max_length=80, db_index=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("acting for"))
    subject_kind = models.CharField(_("kind of row"), max_length=60, blank=True)
    subject_pk = models.CharField(_("row"), max_length=40, blank=True)
    subject_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit")
    )
    detail = models.JSONField(_("details"), default=dict)
    units = models.JSONField(null=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(_("hash"), max_length=64)

    objects = Rows.as_manager()

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        indexes = [models.Index(fields=["subject_kind", "subject_pk"], name="logentry_subject")]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"


class ChainHead(models.Model):
    """The last entry of the log: locked while the next one is tied to it."""

    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return str(self.number)


class Followed(models.Model):
    """A follower has reacted to a log entry: written with the reaction, so that it happens once."""

    follower = models.CharField(max_length=120)
    entry = models.BigIntegerField()

    class Meta:
        verbose_name = _("reaction done")
        constraints = [models.UniqueConstraint(fields=["follower", "entry"], name="followed_once")]

    def __str__(self) -> str:
        return f"{self.follower} {self.entry}"


class CaseState(models.TextChoices):
    """Where a case stands."""

    OPEN = "open", pgettext_lazy("state of a case", "Open")
    RETURNED = "returned", _("Returned for correction")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Case(Row):
    """An application on its way: it waits at a unit until the desks of its chain have signed."""

    unit_path = "unit"
    worker_path = "applicant"
    privacy = Privacy.PERSONAL

    kind = models.CharField(_("kind"), max_length=60, db_index=True)
    title = models.CharField(_("title"), max_length=200)
    applicant = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="cases", verbose_name=_("applicant")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cases", verbose_name=_("waits at"))
    desks = models.JSONField(_("chain"), default=list)
    desk = models.PositiveSmallIntegerField(_("desk"), default=0)
    state = models.CharField(_("state"), max_length=12, choices=CaseState.choices, default=CaseState.OPEN)
    opened_on = models.DateField(_("opened on"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [models.Index(fields=["unit", "state", "due_on"], name="case_inbox")]

    def __str__(self) -> str:
        return self.title


class Verdict(models.TextChoices):
    """What a signature says."""

    APPROVE = "approve", _("Approved")
    RETURN = "return", _("Returned for correction")
    REFUSE = "refuse", _("Refused")


class Decision(Row):
    """One signature under a case. Nobody signs twice."""

    unit_path = "case__unit"
    worker_path = "case__applicant"
    privacy = Privacy.PERSONAL

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    desk = models.PositiveSmallIntegerField(_("desk"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices)
    signer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("signed by"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    on = models.DateField(_("on"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [models.UniqueConstraint(fields=["case", "signer", "round"], name="decision_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.verdict}"


class Attachment(Row):
    """A paper that belongs to a case."""

    unit_path = "case__unit"
    worker_path = "case__applicant"
    privacy = Privacy.SENSITIVE

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    title = models.CharField(_("title"), max_length=120)
    file = models.FileField(_("file"), upload_to="attachments/%Y/%m")

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.title


class RunState(models.TextChoices):
    """How far an import has come."""

    UPLOADED = "uploaded", _("Uploaded")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    FAILED = "failed", _("Not readable")
    APPLYING = "applying", _("Being applied")
    APPLIED = "applied", pgettext_lazy("state of an import", "Applied")
    UNDONE = "undone", _("Undone")
    DISCARDED = "discarded", _("Discarded")


class ImportRun(Row):
    """One sheet on its way in: what was found, what was applied, and what undoing it would restore."""

    unit_path = "unit"
    privacy = Privacy.PERSONAL

    sheet = models.CharField(_("sheet"), max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="imports", verbose_name=_("unit"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="imports", verbose_name=_("by"))
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64, db_index=True)
    state = models.CharField(_("state"), max_length=12, choices=RunState.choices, default=RunState.UPLOADED)
    counts = models.JSONField(_("counts"), default=dict)
    message = models.CharField(_("message"), max_length=500, blank=True)
    folder = models.CharField(max_length=120, blank=True)
    on = models.DateField(_("on"))
    applied_act = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.file_name


class Cube(models.Model):
    """Derived sums of one fact for one period, per unit and dimension: always rebuildable, never backed up."""

    fact = models.CharField(max_length=80)
    start = models.DateField()
    end = models.DateField()
    entry = models.BigIntegerField()
    frame = models.BinaryField()

    class Meta:
        verbose_name = _("derived sums")
        constraints = [models.UniqueConstraint(fields=["fact", "start", "end"], name="cube_once")]

    def __str__(self) -> str:
        return f"{self.fact} {self.end}"
