"""What a row says of a person, checked a whole column at a time."""

from datetime import date

import polars as pl
from django.utils.translation import gettext as _

from unionhall.kernel.importing.values import FAULT_SCHEMA
from unionhall.membership.rules import YOUNGEST_MEMBER
from unionhall.people.columns import (
    births,
    identity_faults,
    identity_numbers,
    phone_faults,
    phone_numbers,
    sexes,
)
from unionhall.people.rules.contact import PhoneFault
from unionhall.people.rules.identity import OLDEST, WITH_EIGHTEEN, DocumentKind, IdentityFault

REGION = r"^[1-9]\d{5}(\d{6})?$"
NAMED = 5  # rows named in a sentence
FIRST, LAST = 3, 4  # characters of a number that are shown
LONG = 9


def completed(given: pl.DataFrame, on: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with normal numbers and phones, sex, birth and `masked` filled in; and every fault found."""
    frame = given.with_columns(
        pl.col("document").fill_null(DocumentKind.RESIDENT_ID.value),
        identity_numbers(given["number"]).alias("number"),
        phone_numbers(given["phone"]).alias("phone"),
        migrant=pl.col("migrant").replace_strict({"1": True, "0": False}, return_dtype=pl.Boolean),
    ).with_columns(masked=_masked())
    numbers, told = _numbers(frame, on)
    parts = [
        numbers,
        told_otherwise(frame, told),
        _phones(frame),
        _twice(frame),
        part(
            frame.filter(~pl.col("household_region").str.contains(REGION)),
            "household_region",
            "region",
            _("The household region is no region code: six digits of GB/T 2260."),
        ),
    ]
    frame = frame.with_columns(
        sex=pl.coalesce("sex", told["told_sex"]), birth=pl.coalesce("birth", told["told_birth"])
    )
    parts += _days(frame, on)
    return frame.with_columns(pl.col("since").fill_null(on)), pl.concat(parts)


def part(rows: pl.DataFrame, column: str, code: str, sentence: str | pl.Expr) -> pl.DataFrame:
    """The fault of these rows, as `FAULT_SCHEMA`."""
    said = pl.lit(sentence) if isinstance(sentence, str) else sentence
    return rows.select("row", column=pl.lit(column), code=pl.lit(code), sentence=said).cast(FAULT_SCHEMA)


def _masked() -> pl.Expr:
    """Whole-column `identity.mask_number`."""
    number, length = pl.col("number"), pl.col("number").str.len_chars()
    first, last = (pl.when(length > LONG).then(many).otherwise(1) for many in (FIRST, LAST))
    shown = pl.concat_str(
        number.str.slice(0, first),
        pl.lit("*").repeat_by(length - first - last).list.join(""),
        number.str.tail(last),
    )
    return pl.when(length > 1 + 1).then(shown).otherwise(number.str.replace_all(".", "*"))


def _numbers(frame: pl.DataFrame, on: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Faults of the numbers, each by its kind of document; and `told_sex`, `told_birth` for all rows."""
    faults, told = [], []
    for (kind,), rows in frame.group_by("document", maintain_order=True):
        document = DocumentKind(str(kind))
        found = identity_faults(rows["number"], document, on=on)
        wrong = rows.with_columns(code=found).filter(
            pl.col("code").is_not_null() & (pl.col("code") != IdentityFault.EMPTY.value)
        )
        if wrong.height:
            words = {fault.value: str(fault.label) for fault in IdentityFault}
            faults.append(
                wrong.select(
                    "row",
                    pl.lit("number").alias("column"),
                    "code",
                    pl.col("code").replace_strict(words, return_dtype=pl.String).alias("sentence"),
                )
            )
        carries = document in WITH_EIGHTEEN
        told.append(
            rows.select(
                "row",
                told_sex=sexes(rows["number"]) if carries else pl.lit(None, pl.String),
                told_birth=births(rows["number"]) if carries else pl.lit(None, pl.Date),
            )
        )
    all_told = pl.concat(told) if len(told) == 1 else pl.concat(told).sort("row")
    return pl.concat([FAULT_SCHEMA.to_frame(), *faults]), all_told


def told_otherwise(frame: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Sex or birth stated otherwise than the number says, or needed and missing."""
    both = frame.with_columns(told["told_sex"], told["told_birth"])
    right = both.filter(pl.col("number").is_not_null())
    return pl.concat(
        [
            part(
                right.filter(pl.col("sex") != pl.col("told_sex")),
                "sex",
                "sex",
                _("The sex stated differs from the one in the identity number."),
            ),
            part(
                right.filter(pl.col("birth") != pl.col("told_birth")),
                "birth",
                "birth",
                _("The date of birth stated differs from the one in the identity number."),
            ),
            part(
                right.filter(
                    pl.col("sex").is_null()
                    & pl.col("told_sex").is_null()
                    & ~pl.col("document").is_in([kind.value for kind in WITH_EIGHTEEN])
                ),
                "sex",
                "sex-missing",
                _("State the sex: this document's number does not tell it."),
            ),
            part(
                right.filter(
                    pl.col("birth").is_null()
                    & pl.col("told_birth").is_null()
                    & ~pl.col("document").is_in([kind.value for kind in WITH_EIGHTEEN])
                ),
                "birth",
                "birth-missing",
                _("State the date of birth: this document's number does not tell it."),
            ),
        ]
    )


def _phones(frame: pl.DataFrame) -> pl.DataFrame:
    given = frame.filter(pl.col("phone").is_not_null())
    wrong = given.with_columns(code=phone_faults(given["phone"])).filter(pl.col("code").is_not_null())
    words = {fault.value: str(fault.label) for fault in PhoneFault}
    said = pl.col("code").replace_strict(words, return_dtype=pl.String)
    return wrong.select("row", pl.lit("phone").alias("column"), "code", said.alias("sentence"))


def _twice(frame: pl.DataFrame) -> pl.DataFrame:
    """Numbers that stand more than once in the file: every row of them, told of the others."""
    again = frame.filter(pl.struct("document", "number").is_duplicated() & pl.col("number").is_not_null())
    if again.is_empty():
        return FAULT_SCHEMA.to_frame()
    rows = again.group_by("document", "number").agg(
        pl.col("row").head(NAMED).cast(pl.String).str.join(", "), pl.len().alias("count")
    )
    rows = rows.rename({"row": "rows"})
    more = pl.when(pl.col("count") > NAMED).then(pl.lit("…")).otherwise(pl.lit(""))
    said = pl.format(
        _("This number stands more than once in the file, in rows {}: leave one of them."), "rows"
    )
    rows = rows.with_columns(rows=pl.col("rows") + more).with_columns(sentence=said)
    found = again.join(rows, on=["document", "number"], maintain_order="left")
    return part(found, "number", "twice", pl.col("sentence"))


def _days(frame: pl.DataFrame, on: date) -> list[pl.DataFrame]:
    since = pl.col("since").fill_null(on)
    other = ~pl.col("document").is_in([kind.value for kind in WITH_EIGHTEEN])
    return [
        part(
            frame.filter(pl.col("since") > on),
            "since",
            "future",
            _("The day of joining lies in the future."),
        ),
        part(
            frame.filter(
                (pl.col("birth").dt.offset_by(f"{YOUNGEST_MEMBER}y") > since) & (pl.col("birth") <= on)
            ),
            "since",
            "young",
            _("To join, a worker must be 16 or older on that day: check the day of joining."),
        ),
        part(
            frame.filter(
                other & ((pl.col("birth") > on) | (pl.col("birth").dt.offset_by(f"{OLDEST}y") < on))
            ),
            "birth",
            "age",
            _("The date of birth cannot be that of a living worker: check the year."),
        ),
    ]
