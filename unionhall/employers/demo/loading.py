"""Made-up employers and their headcounts into the register."""

import polars as pl
from django.utils.translation import gettext_lazy as _

from unionhall.employers.models import Employer, Headcount
from unionhall.kernel.loading import load
from unionhall.kernel.writing import Actor, action


@action(sentence=_("loaded made-up employers"))
def load_employers(
    actor: Actor,  # noqa: ARG001  who acts is logged
    *,
    employers: pl.DataFrame,
    headcounts: pl.DataFrame,
) -> int:
    """Insert employers, and headcounts whose `employer` is a place in the frame of employers. Returns the first key."""
    first, _end = load(Employer, employers)
    keyed = headcounts.with_columns((pl.col("employer").cast(pl.Int64) + first).alias("employer_id"))
    load(Headcount, keyed.drop("employer"))
    return first
