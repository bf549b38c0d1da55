"""Two-way: false positives share the person searched for and the gallery member who is mistaken for them."""

from __future__ import annotations

from dataclasses import replace
from math import log1p
from typing import TYPE_CHECKING

import numpy as np

from baserate.estimates.intervals.by_subject import independent_people
from baserate.estimates.intervals.effective import FEW, Spread, Worth, below, powers

if TYPE_CHECKING:
    from baserate.estimates.estimate import Interval
    from baserate.estimates.tally import Floats, Ints


def two_way(events: Ints | Floats, trials: Ints | Floats, *, members: Spread | None, level: float = 0.95) -> Interval:
    """Give the interval of a false positive rate, for other people searched *and* other people enrolled.

    A few gallery members may cause most false positives. Resampling searches alone asks how the rate would vary with
    this very gallery and is too narrow for any other. The variances by person searched and by member are added and
    the part counted twice, that of independent trials, is taken off.

    Parameters
    ----------
    events, trials
        Of each person searched for; trials above 0.
    members
        Spread of the false positives over the gallery's members: :func:`of_the_best` for searches,
        :func:`~baserate.estimates.intervals.effective.spread_of` for comparisons. ``None`` where one member alone
        does not tell how members differ: then the interval is for this member only, and ``by_subject_careful``.
    level
        Nominal coverage, between 0 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> events, trials = np.array([1] * 20 + [0] * 980), np.ones(1000, int)
    >>> even, one = (of_the_best(member_spread(np.array(hits), 500), 20, 1000) for hits in ([1.0] * 20, [20.0]))
    >>> round(two_way(events, trials, members=even).high, 3), round(two_way(events, trials, members=one).high, 3)
    (0.031, 0.29)
    """
    n, share = float(trials.sum()), float(events.sum() / trials.sum())
    worth, chance = independent_people(events, trials, level=level), n * share * (1 - share)
    if members is None:
        return replace(worth, careful=True).interval(share, "by_subject", level=level)
    if chance > 0:
        worth = with_members(worth, n, members, beyond=members.squares / chance - 1, level=level)
    return worth.interval(share, "two_way", level=level)


def with_members(people: Worth, n: float, members: Spread, *, beyond: float, level: float) -> Worth:
    """Lessen what ``n`` trials are worth by what members add to the design effect beyond chance, uncertain as it is."""
    more = max(beyond, 0.0) * _widening(members, level=level)
    return people.lessened(more, n, careful=members.few)


def _widening(members: Spread, *, level: float) -> float:
    return members.widening(lost=below(members.clusters, FEW), least=2, level=level)


def between_galleries(members: Spread, events: float, n: float, *, level: float) -> float:
    """Give the relative variance of a number of false positives between galleries, beyond chance, uncertain as it is.

    Parameters
    ----------
    members
        Spread of the false positives over this gallery's members.
    events, n
        False positives, and all non-mated trials.
    level
        Coverage for which it is meant.
    """
    beyond = members.squares - events * (1 - events / n)
    return max(beyond, 0.0) * _widening(members, level=level) / events**2 if events > 0 else 0.0


def member_spread(events: Ints | Floats, n_members: int | None) -> Spread:
    """Spread of false positives over gallery members who all met the same searches.

    Parameters
    ----------
    events
        False positives of each member who had any.
    n_members
        Entries of the gallery; ``None`` when unknown, which is taken as very many.
    """
    silent = max((n_members or 0) - len(events), 0)
    mean = float(events.sum()) / (len(events) + silent) if n_members else 0.0
    return powers(np.asarray(events - mean, np.float64)) + Spread(silent * mean**2, silent * mean**4)


def of_the_best(members: Spread, events: float, trials: float) -> Spread:
    """Spread over members of whether anybody is returned, from how often each member was the best candidate.

    A search has one best candidate, however many lie at or above the threshold, and a member who attracts many searches
    changes little where most return somebody anyway. With false positives of each member at a rate of its own, a share
    p of searches returns somebody where -ln(1 - p) are returned by search: that is the factor of what members add to
    chance, times the share of searches that return nobody else.

    Parameters
    ----------
    members
        From :func:`member_spread`, of the best candidates.
    events, trials
        Searches that return somebody, and all non-mated searches.
    """
    share = events / trials
    factor = (1 - share) * -log1p(-share) / share if 0 < share < 1 else 0.0
    beyond_chance = max(members.squares - events, 0.0)
    return Spread(beyond_chance * factor**2 + events * (1 - share), members.fourths * factor**4)
