"""Differences between two policies in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def times(outcome: Outcome) -> str:
    """Say a ratio that is defined: ``0.4 (0.2 to 0.8) times``."""
    middle, ends = f"{outcome.value:.3g}", f"{outcome.low:.3g} to {outcome.high:.3g}"
    return f"{middle} times" if outcome.low == outcome.high else f"{middle} ({ends}) times"
