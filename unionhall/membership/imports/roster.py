"""The roster of members as a sheet: its columns, and the course of checking it."""

from collections.abc import Mapping, Sequence

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from unionhall.kernel.importing.declared import Fate, Plan, Scope, Sheet, Tell
from unionhall.kernel.importing.layouts import Column, Layout
from unionhall.kernel.importing.reading import Reading
from unionhall.kernel.importing.values import FAULT_SCHEMA
from unionhall.kernel.keys import ring
from unionhall.kernel.models import Unit
from unionhall.kernel.terms import Text
from unionhall.membership.actions.known import OF_PERSON, admitting, compared
from unionhall.membership.actions.roster import import_roster, undo_roster
from unionhall.membership.imports import facts, places
from unionhall.people.columns import pinyin_keys
from unionhall.people.models import NUMBER, PHONE
from unionhall.people.rules.identity import DocumentKind, Sex
from unionhall.people.rules.kinds import Education, WorkerKind

MOST_OFFERED = 2_000  # unions in the template's drop-down
YES_NO: Mapping[str, Text] = {"1": pgettext_lazy("roster", "Yes"), "0": pgettext_lazy("roster", "No")}
MARKS = {"是": "1", "否": "0", "yes": "1", "no": "0", "true": "1", "false": "0", "√": "1"}
CARD = DocumentKind.RESIDENT_ID.value

LAYOUT = Layout(
    code="membership.roster",
    title=gettext_lazy("Roster of members"),
    columns=(
        Column(
            "name",
            pgettext_lazy("roster", "Name"),
            aliases=("姓名", "名字"),
            required=True,
            max_length=60,
            sample="王芳",
        ),
        Column(
            "document",
            pgettext_lazy("roster", "Document"),
            aliases=("证件类型", "证件种类"),
            kind="choice",
            labels=dict(DocumentKind.choices),
            choices={"身份证": CARD, "居民身份证": CARD, "护照": "passport"},
            help=gettext_lazy("Empty: resident identity card."),
        ),
        Column(
            "number",
            pgettext_lazy("roster", "Document number"),
            aliases=("证件号码", "证件号", "身份证号", "身份证号码", "公民身份号码"),
            required=True,
            as_text=True,
            max_length=30,
            width=24,
            help=gettext_lazy("18 characters, as text, so that Excel does not round them."),
            sample="11010519491231002X",
        ),
        Column(
            "sex",
            pgettext_lazy("roster", "Sex"),
            aliases=("性别",),
            kind="choice",
            labels=dict(Sex.choices),
            choices={"男": "1", "女": "2"},
            width=8,
            help=gettext_lazy("Empty: taken from the identity number; needed for other documents."),
        ),
        Column(
            "birth",
            pgettext_lazy("roster", "Date of birth"),
            aliases=("出生日期", "出生年月日"),
            kind="date",
            help=gettext_lazy("Empty: taken from the identity number; needed for other documents."),
            sample="1949-12-31",
        ),
        Column(
            "phone",
            pgettext_lazy("roster", "Mobile phone"),
            aliases=("手机号码", "手机号", "手机", "联系电话"),
            as_text=True,
            max_length=30,
        ),
        Column(
            "union",
            pgettext_lazy("roster", "Union (name or code)"),
            aliases=(
                "工会名称/工会代码",
                "工会名称或代码",
                "工会名称",
                "工会代码",
                "工会编码",
                "所属工会",
                "工会",
            ),
            max_length=120,
            as_text=True,
            width=32,
            help=gettext_lazy("Empty: the union for which you import, when it takes members itself."),
        ),
        Column(
            "employer",
            pgettext_lazy("roster", "Employer (name or social credit code)"),
            aliases=("工作单位/统一社会信用代码", "工作单位", "统一社会信用代码", "单位名称", "单位"),
            max_length=120,
            as_text=True,
            width=32,
        ),
        Column(
            "worker_kind",
            pgettext_lazy("roster", "Kind of worker"),
            aliases=("职工类别", "从业类别"),
            kind="choice",
            labels=dict(WorkerKind.choices),
        ),
        Column(
            "migrant",
            pgettext_lazy("roster", "Migrant worker"),
            aliases=("是否农民工", "农民工"),
            kind="choice",
            labels=YES_NO,
            choices=MARKS,
            width=10,
        ),
        Column(
            "education",
            pgettext_lazy("roster", "Education"),
            aliases=("学历", "文化程度"),
            kind="choice",
            labels=dict(Education.choices),
        ),
        Column(
            "household_region",
            pgettext_lazy("roster", "Household region code"),
            aliases=("户籍地区划代码", "户籍区划代码", "户籍地代码"),
            as_text=True,
            max_length=12,
            help=gettext_lazy("Six digits of GB/T 2260."),
        ),
        Column(
            "since",
            pgettext_lazy("roster", "Member since"),
            aliases=("入会日期", "入会时间"),
            kind="date",
            help=gettext_lazy("Empty: the day of the import. Taken for new members only."),
            sample="2022-10-01",
        ),
    ),
)
SHOWN = (
    ("name", pgettext_lazy("roster", "Name")),
    ("masked", pgettext_lazy("roster", "Document number")),
    ("union", pgettext_lazy("roster", "Union")),
    ("note", pgettext_lazy("roster", "What changes")),
)
KEPT = (
    "row",
    *("name", "name_key", "initials", "document", "number", "number_hash", "sex", "birth", "phone"),
    *OF_PERSON,
    *("unit_id", "union", "employer_id", "since", "masked", "fate", "note"),
)


def check(reading: Reading, scope: Scope, tell: Tell) -> Plan:
    """Check every row: each on its own, against the others of the file, and against the register."""
    total = reading.frame.height
    tell(_("Checking numbers, dates and phones"), 0, total)
    frame, told = facts.completed(reading.frame, scope.on)
    tell(_("Looking up unions and employers"), 0, total)
    frame, placed = places.placed(frame, scope)
    faults = pl.concat([reading.faults, told, placed])
    clean = frame.join(faults, on="row", how="anti", maintain_order="left")
    tell(_("Looking up persons in the register"), 0, total)
    keys = ring()
    blinds = [
        keys.blind_column(clean[name], context).alias(f"{name}_hash")
        for name, context in (("number", NUMBER), ("phone", PHONE))
    ]
    known = compared(clean.with_columns(blinds), scope)
    refused = known.filter(pl.col("code").is_not_null())
    faults = pl.concat(
        [faults, refused.select("row", pl.lit("").alias("column"), "code", "sentence").cast(FAULT_SCHEMA)]
    ).sort("row", maintain_order=True)
    tell(_("Sealing numbers and phones"), 0, total)
    good = _sealed(known.filter(pl.col("code").is_null()))
    bad = frame.join(faults, on="row", how="semi", maintain_order="left").select(
        "row", "name", "masked", "union", fate=pl.lit(Fate.FAULTY.value)
    )
    rows = pl.concat([good.select(KEPT), bad], how="diagonal").sort("row")
    back = rows.filter(pl.col("fate").is_in([Fate.FAULTY.value, Fate.TRANSFERRED.value]))
    given = reading.given.join(back, on="row", how="semi", maintain_order="left")
    tell(_("Checked"), total, total)
    return Plan(rows, faults, given)


def _sealed(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with pinyin, and with numbers and phones sealed where the register lacks them."""
    keys = ring()
    number = rows.select(pl.when(pl.col("person_id").is_null()).then("number")).to_series()
    news = pl.col("person_id").is_null() | pl.col("new_phone_hash")
    phone = rows.select(pl.when(news).then("phone")).to_series()
    pinyin = pinyin_keys(rows["name"])
    return rows.with_columns(
        keys.seal_column(number, NUMBER),
        keys.seal_column(phone, PHONE),
        pinyin["key"].alias("name_key"),
        pinyin["initials"],
    )


def offered(unit: Unit) -> dict[str, Sequence[str]]:
    """The unions of this unit that take members, for the template's drop-down."""
    return {"union": admitting(unit, MOST_OFFERED)}


SHEET = Sheet(
    code="membership.roster",
    word="members",
    title=gettext_lazy("Roster of members"),
    description=gettext_lazy("Members by name, number and union: new ones, changes and transfers."),
    layout=LAYOUT,
    check=check,
    apply=import_roster,
    undo=undo_roster,
    shown=SHOWN,
    offered=offered,
)
