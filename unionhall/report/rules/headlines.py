"""Which figures stand first: on a leader's screen, and in the league of the units below."""

from typing import Final

# What the first section of the five published reports leads with: unions and members, then how far they reach.
HEADLINES: Final = (
    "membership.members",
    "unions.grassroots_unions",
    "unions.units_covered",
    "unions.unionisation_rate",
    "membership.density",
    "unions.double_display_rate",
    "unions.women_committee_rate",
    "unions.unions",
)
LEAGUES: Final = ("membership.members", "unions.grassroots_unions", "unions.unions")
MOST_HEADLINES: Final = 6


def first_known(
    wanted: tuple[str, ...], known: frozenset[str], most: int = MOST_HEADLINES
) -> tuple[str, ...]:
    """Of the wanted codes those that some module computes, in their order, at most `most`."""
    return tuple(code for code in wanted if code in known)[:most]
