"""Differences between two policies in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports import words

if TYPE_CHECKING:
    from baserate.outcomes.compare import Difference
    from baserate.outcomes.results import Outcome


def verdict(one: Difference) -> str:
    """Say in which share of the worlds B is lower, the same or higher."""
    known = one.share_lower + one.share_equal + one.share_higher
    if known == 0.0:
        return "undefined under A or under B"
    if one.share_equal == 1.0:
        return "the same in every world"
    parts = (("B lower", one.share_lower), ("the same", one.share_equal), ("B higher", one.share_higher))
    return ", ".join(f"{what} in {_share(share)}" for what, share in parts if share > 0.0) + " of the worlds"


def _share(share: float) -> str:
    return f"{share:.1%}" if 0.0 < share < 1.0 else "all"


def times(outcome: Outcome) -> words.Said:
    """Say a ratio of B to A."""
    if outcome.value is None:
        return words.Said("undefined", exact=True)
    return words.count(outcome.value, low=outcome.low, high=outcome.high)
