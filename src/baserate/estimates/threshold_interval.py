"""The interval of a threshold that was set at a target rate: which thresholds the counts do not speak against."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from baserate.estimates.counting import step_at_rate
from baserate.estimates.detectable import law_of
from baserate.estimates.estimate import Interval, named
from baserate.estimates.tails import tail_edge

if TYPE_CHECKING:
    from collections.abc import Callable

    from baserate.estimates.tally import Tally


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """Numbers of false positives that leave it open whether their rate is above or below the target.

    Parameters
    ----------
    fewer
        The most that speak for a lower threshold; -1 where not even none does.
    more
        The fewest that speak for a higher one; more than all trials where no number does.
    """

    fewer: int
    more: int

    def rates(self, n: int) -> tuple[float, float]:
        """Give both as shares of ``n`` trials, in [0, 1]."""
        return max(self.fewer, 0) / n, min(self.more / n, 1.0)


def left_open(n: int, rate: float, false_positives: Interval, *, events: int) -> LeftOpen:
    """Tell which numbers of false positives leave it open on which side of the target their rate is.

    Parameters
    ----------
    n
        Non-mated trials.
    rate
        The target, above 0 and below 1.
    false_positives, events
        Interval of the rate of false positives at the threshold that was found, and their number: what the trials are
        worth is read off it.

    Examples
    --------
    >>> from baserate.estimates.intervals.exact import exact
    >>> left_open(1000, 0.01, exact(10, 1000), events=10)
    LeftOpen(fewer=3, more=18)
    """
    law = law_of(events / n, false_positives, n, count=False)
    fewer = _first(lambda k: law.interval(k / n).high > rate, 0, int(rate * n) + 1) - 1
    return LeftOpen(fewer, _first(lambda k: law.interval(k / n).low > rate, 0, n + 1))


def threshold_interval(tally: Tally, counts: LeftOpen, false_positives: Interval) -> Interval:
    """Give the interval of the threshold at a target rate of false positives.

    A threshold lies below the one that is sought where so many trials reach it that the interval of their rate lies
    above the target, and above it where they are so few that it lies below. Between lie those that the data leave open.
    Ties are exact: a threshold is a score, and all trials with that score reach it together.

    Parameters
    ----------
    tally
        Counts of all trials, resolved at :meth:`LeftOpen.rates`.
    counts
        From :func:`left_open`.
    false_positives
        As there.

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
    >>> threshold_interval(tally, LeftOpen(fewer=3, more=18), exact(10, 1000))
    Interval(low=982.0, high=998.0, level=0.95, method='at_target')
    """
    fewer, more = counts.rates(tally.n_non_mated)
    step = step_at_rate(tally, fewer) if counts.fewer >= 0 else len(tally.scores)
    high = float(tally.scores[step]) if step < len(tally.scores) else inf
    low = tail_edge(tally, more) if counts.more <= tally.non_mated.sum() else -inf
    name = named("at_target", careful=false_positives.careful)
    return Interval(low, high, false_positives.level, name)


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Find the first number for which something holds that holds of all after it; ``high`` where it never does."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
