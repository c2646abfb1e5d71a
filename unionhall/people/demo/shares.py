"""Dealing out a total so that it comes out exactly, and days drawn at random."""

from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

Whole = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64] | Whole
EPOCH = date(1970, 1, 1)
YEAR = 365.25


def shares(total: int, weights: Weights, least: int = 0) -> Whole:
    """`total` dealt out by weights, at least `least` to each, by largest remainders: it always sums exactly.

    Raises `ValueError` when there is not enough for the least shares, or nobody to deal to.
    """
    count = len(weights)
    rest = total - least * count
    if rest < 0 or (rest and not np.sum(weights) > 0):
        raise ValueError(f"{total} cannot be dealt out to {count}, at least {least} to each.")
    if not rest:
        return np.full(count, least, dtype=np.int64)
    exact = weights / np.sum(weights) * rest
    dealt: Whole = np.floor(exact).astype(np.int64)
    short = rest - int(dealt.sum())
    dealt[np.argsort(dealt - exact, kind="stable")[:short]] += 1
    return dealt + least


def days(when: date) -> int:
    """A day as the number that frames count in: days since 1970-01-01."""
    return (when - EPOCH).days


def dates(numbers: Whole) -> pl.Series:
    """Day numbers as dates."""
    return pl.Series(numbers.astype(np.int32)).cast(pl.Date)


def before(random: np.random.Generator, day: date, count: int, mean: float, longest: float) -> Whole:
    """Day numbers up to `day`, mostly the last years: `mean` and `longest` are in years."""
    back = np.minimum(random.exponential(mean * YEAR, count), random.uniform(0.5, 1, count) * longest * YEAR)
    return days(day) - back.astype(np.int64)
