"""Made-up members into the register."""

from concurrent.futures import Executor

import numpy as np
import polars as pl
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.loading import load
from unionhall.kernel.writing import Actor, action
from unionhall.membership.demo.members import memberships
from unionhall.membership.models import Membership
from unionhall.people.demo.loading import insert_people, sealed


@action(sentence=_("loaded made-up members"))
def load_members(
    actor: Actor,  # noqa: ARG001  who acts is logged
    *,
    people: pl.DataFrame,
    random: np.random.Generator,
    pool: Executor | None,
) -> int:
    """Insert people and their memberships. Returns the key of the first person; the others follow in order."""
    first, _end = insert_people(sealed(people, pool))
    load(Membership, memberships(people, first, random))
    return first
