"""Difference of two algorithms' rates on the same searches: what they have in common cancels."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from baserate.estimates.estimate import Interval
from baserate.estimates.intervals.by_subject import by_subject
from baserate.estimates.intervals.effective import combined

if TYPE_CHECKING:
    from baserate.estimates.tally import Floats, Ints


def paired_difference(
    events: Ints | Floats, other_events: Ints | Floats, trials: Ints | Floats, *, level: float = 0.95
) -> Interval:
    """Give the interval of one rate minus another, both of the same trials of the same people.

    Each rate's own interval is carried to the difference, with the correlation between the two algorithms' errors
    over people.

    Parameters
    ----------
    events, other_events, trials
        Of each person, under either algorithm; trials above 0.
    level
        Nominal coverage, between 0 and 1.

    Notes
    -----
    R. G. Newcombe's paired method (Statistics in Medicine 17, 1998), with intervals and correlation by
    person.

    Examples
    --------
    >>> import numpy as np
    >>> a, b = np.array([1, 1, 0, 0] * 50), np.array([1, 0, 0, 0] * 50)
    >>> found = paired_difference(a, b, np.ones(200, int))
    >>> round(found.low, 3), round(found.high, 3)
    (0.189, 0.308)
    """
    n = trials.sum()
    one, two = events.sum() / n, other_events.sum() / n
    first, second = by_subject(events, trials, level=level), by_subject(other_events, trials, level=level)
    together = _correlation(events - one * trials, other_events - two * trials)

    def reach(a: float, b: float) -> float:
        return sqrt(max(a * a + b * b - 2 * together * a * b, 0.0))

    difference = float(one - two)
    low = difference - reach(one - first.low, second.high - two)
    high = difference + reach(first.high - one, two - second.low)
    return Interval(max(low, -1.0), min(high, 1.0), level, combined("paired_difference", first, second))


def _correlation(one: Floats, two: Floats) -> float:
    size = sqrt(float((one**2).sum() * (two**2).sum()))
    return float((one * two).sum()) / size if size > 0 else 0.0
