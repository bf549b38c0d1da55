"""The interval of a threshold that was set at a target rate: which thresholds the counts do not speak against."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from baserate.estimates.counting import step_at_rate
from baserate.estimates.detectable import law_of
from baserate.estimates.estimate import Interval, named
from baserate.estimates.tails import tail_edge

if TYPE_CHECKING:
    from collections.abc import Callable

    from baserate.estimates.tally import Tally


def threshold_interval(tally: Tally, rate: float, false_positives: Interval, *, events: int) -> Interval:
    """Give the interval of the threshold at a target rate of false positives.

    A threshold lies below the one that is sought where so many trials reach it that the interval of their rate lies
    above the target, and above it where they are so few that it lies below. Between lie those that the data leave open.
    Ties are exact: a threshold is a score, and all trials with that score reach it together.

    Parameters
    ----------
    tally
        Counts of all trials.
    rate
        The target, above 0 and below 1.
    false_positives, events
        Interval of the rate of false positives at the threshold that was found, and their number: what the trials are
        worth is read off it.

    Returns
    -------
    Interval
        Its ends are infinite where the scores do not bound it.

    Notes
    -----
    R. S. Woodruff, JASA 47 (1952), for quantiles; here with the interval of each rate, not of the one that was reached.

    Examples
    --------
    >>> import numpy as np
    >>> from baserate.estimates.intervals.exact import exact
    >>> from baserate.estimates.tally import tally_of_scores
    >>> tally = tally_of_scores(np.array([]), np.arange(1.0, 1001.0))
    >>> threshold_interval(tally, 0.01, exact(10, 1000), events=10)
    Interval(low=982.0, high=998.0, level=0.95, method='at_target')
    """
    n = tally.n_non_mated
    law = law_of(events / n, false_positives, n, count=False)
    most = int(rate * n) + 1
    few = _first(lambda k: law.interval(k / n).high > rate, 0, most)  # fewer than these speak for a lower threshold
    many = _first(lambda k: law.interval(k / n).low > rate, 0, n + 1)
    step = step_at_rate(tally, (few - 1) / n) if few > 0 else len(tally.scores)
    high = float(tally.scores[step]) if step < len(tally.scores) else inf
    low = tail_edge(tally, many / n) if many <= tally.non_mated.sum() else -inf
    name = named("at_target", careful=false_positives.careful)
    return Interval(low, high, false_positives.level, name)


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Find the first number for which something holds that holds of all after it; ``high`` where it never does."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
