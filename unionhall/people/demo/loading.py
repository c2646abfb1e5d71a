"""Made-up people into the register."""

from concurrent.futures import Executor

import polars as pl
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.keys import ring
from unionhall.kernel.loading import load
from unionhall.kernel.models import User
from unionhall.kernel.writing import Actor, action, step
from unionhall.people.models import NUMBER, PHONE, Person
from unionhall.people.rules.identity import DocumentKind

COLUMNS = (
    "name", "sex", "birth", "education", "household_region", "initials",
    "household", "worker_kind", "migrant", "unit_id",
)  # fmt: skip


def sealed(people: pl.DataFrame, pool: Executor | None = None) -> pl.DataFrame:
    """People with number and phone sealed: the columns of the table.

    Takes the columns of `make_people`, and household, worker_kind, migrant, unit_id.
    """
    keys = ring()
    secret = [
        pl.Series(name, make(people[source].to_list(), context, pool), dtype=pl.Binary)
        for name, source, context, make in (
            ("number", "number", NUMBER, keys.seal_many),
            ("number_hash", "number", NUMBER, keys.blind_many),
            ("phone", "phone", PHONE, keys.seal_many),
            ("phone_hash", "phone", PHONE, keys.blind_many),
        )
    ]
    return people.select(
        *COLUMNS, pl.col("pinyin").alias("name_key"), pl.lit(DocumentKind.RESIDENT_ID.value).alias("document")
    ).with_columns(secret)


@step
def insert_people(people: pl.DataFrame) -> tuple[int, int]:
    """Insert people already sealed. Returns the half-open range of their keys."""
    return load(Person, people)


@action(sentence=_("loaded made-up people"))
def load_people(actor: Actor, *, people: pl.DataFrame) -> tuple[int, int]:  # noqa: ARG001  who acts is logged
    """Insert people already sealed. Returns the half-open range of their keys."""
    return insert_people(people)


@action(sentence=_("gave a made-up person an account"))
def tie_account(actor: Actor, *, person: Person, user: User) -> Person:  # noqa: ARG001  who acts is logged
    """The account becomes the person's."""
    person.user = user
    person.save()
    return person
