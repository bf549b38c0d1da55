"""Difference of two algorithms' rates on the same searches: what they have in common cancels."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from baserate.estimates.estimate import Interval, named
from baserate.estimates.intervals.by_subject import by_subject
from baserate.estimates.intervals.effective import combined

if TYPE_CHECKING:
    from baserate.estimates.intervals.at_target import Replicates
    from baserate.estimates.tally import Floats, Ints


def paired_difference(
    events: Ints | Floats, other_events: Ints | Floats, trials: Ints | Floats, *, level: float = 0.95
) -> Interval:
    """Give the interval of one rate minus another, both of the same trials of the same people.

    Of each person only the difference counts. Those who have more errors under one algorithm and those who have more
    under the other are two rates, each with its interval by person; the difference of the two is the one asked for.
    Two algorithms with the same errors differ by no more than what so many people can hide.

    Parameters
    ----------
    events, other_events, trials
        Of each person, under either algorithm; trials above 0.
    level
        Nominal coverage, between 0 and 1.

    Notes
    -----
    The two intervals are put together as in R. G. Newcombe, Statistics in Medicine 17 (1998), here with the
    correlation over people.

    Examples
    --------
    >>> import numpy as np
    >>> a, b = np.array([1, 1, 0, 0] * 50), np.array([1, 0, 0, 0] * 50)
    >>> found = paired_difference(a, b, np.ones(200, int))
    >>> round(found.low, 3), round(found.high, 3)
    (0.192, 0.314)
    >>> same = paired_difference(a, a, np.ones(200, int))
    >>> round(same.low, 3), round(same.high, 3)
    (-0.019, 0.019)
    """
    n, net = trials.sum(), events - other_events
    more, fewer = np.maximum(net, 0), np.maximum(-net, 0)
    first, second = by_subject(more, trials, level=level), by_subject(fewer, trials, level=level)
    one, two, difference = float(more.sum() / n), float(fewer.sum() / n), float(net.sum() / n)
    together = _correlation(np.asarray(more - one * trials), np.asarray(fewer - two * trials))

    def reach(a: float, b: float) -> float:
        return sqrt(max(a * a + b * b - 2 * together * a * b, 0.0))

    low = difference - reach(one - first.low, second.high - two)
    high = difference + reach(first.high - one, two - second.low)
    return Interval(max(low, -1.0), min(high, 1.0), level, combined("paired_difference", first, second))


def _correlation(one: Floats, two: Floats) -> float:
    size = sqrt(float((one**2).sum() * (two**2).sum()))
    return float((one * two).sum()) / size if size > 0 else 0.0


def difference_at_target(
    drawn: Replicates,
    other_drawn: Replicates,
    events: Ints,
    other_events: Ints,
    trials: Ints,
    *,
    careful: bool = False,
    level: float = 0.95,
) -> Interval:
    """Give the interval of one miss rate minus another, each at the threshold that its own false positives set.

    What the two thresholds add is told by resampling the same people for both, and added to the interval at fixed
    thresholds as a square.

    Parameters
    ----------
    drawn, other_drawn
        From :func:`~baserate.estimates.intervals.at_target.resample` of the same people with the same seed; each with
        its own draws of galleries.
    events, other_events, trials
        Misses of each person under either algorithm at the thresholds set on the data; trials above 0.
    careful
        Whether few gallery members draw most false positives of one of them.
    level
        Nominal coverage, between 0 and 1.
    """
    fixed, net, n = paired_difference(events, other_events, trials, level=level), events - other_events, trials.sum()
    difference = float(net.sum() / n)
    by_people = float(((net - difference * trials) ** 2).sum()) / float(n) ** 2
    added = ndtri((1 + level) / 2) ** 2 * max(float(np.var(drawn.misses - other_drawn.misses)) - by_people, 0.0)
    low, high = (sqrt((difference - end) ** 2 + added) for end in (fixed.low, fixed.high))
    method = named("difference_at_target", careful=careful or fixed.careful)
    return Interval(max(difference - low, -1.0), min(difference + high, 1.0), level, method)
