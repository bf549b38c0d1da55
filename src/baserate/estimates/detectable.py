"""What a comparison of two groups could have shown: the smallest ratio that it would have told from 1."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import TYPE_CHECKING

from scipy.special import ndtri

from baserate.estimates.intervals.counts import poisson
from baserate.estimates.intervals.ratio import ratio
from baserate.estimates.intervals.wilson import wilson

if TYPE_CHECKING:
    from collections.abc import Callable

    from baserate.estimates.estimate import Interval

POWER = 0.8
LEAST = 1e-9  # of what an estimate may be worth, in trials
MOST = 1e9  # of a ratio of counts, which have no largest value


@dataclass(frozen=True, slots=True)
class Rate:
    """The law by which an estimate varies.

    Parameters
    ----------
    worth
        Independent trials that it is worth, above 0.
    count
        Whether it is a number of events per trial, that may be above 1, or a share.
    level
        Coverage of its interval, between 0 and 1.
    """

    worth: float
    count: bool
    level: float = 0.95

    def interval(self, rate: float) -> Interval:
        """Give the interval that would be made if this rate was seen."""
        make = poisson if self.count else wilson
        return make(rate * self.worth, self.worth, level=self.level)

    def deviation(self, rate: float) -> float:
        """Give the standard deviation of what is seen where this is the rate."""
        return sqrt(rate * (1 if self.count else 1 - rate) / self.worth)


def worth_of(rate: float, width: float, n: float, *, count: bool, level: float) -> float:
    """Count the independent trials that would give an interval of this width; at most ``n``.

    Examples
    --------
    >>> ends = wilson(3, 250)
    >>> round(worth_of(3 / 250, ends.high - ends.low, 1000, count=False, level=0.95))
    250
    """

    def wider(worth: float) -> float:
        ends = Rate(worth, count=count, level=level).interval(rate)
        return ends.high - ends.low - width

    return _crossing(wider, LEAST, n)


def detectable_ratio(group: Rate, reference: Rate, rate: float, *, power: float = POWER) -> float | None:
    """Find the smallest ratio above 1 to a reference whose interval would lie above 1 with the power asked for.

    Parameters
    ----------
    group, reference
        How either group's rate varies. The group's is taken to be worth as many trials if it is higher than it was.
    rate
        The reference group's, above 0, taken as true.
    power
        Between 0.5 and 1.

    Returns
    -------
    float or None
        ``None`` where not even a rate of 1 would have been told from the reference's.

    Notes
    -----
    The interval is that of :func:`~baserate.estimates.intervals.ratio.ratio`. It just reaches 1 in the likeliest of
    those cases that lie as far from what is expected as the power allows; each rate's share of that distance is its
    share of the spread on the scale of the logarithm, with its own variance.

    Examples
    --------
    >>> round(detectable_ratio(Rate(1000, count=False), Rate(10_000, count=False), 0.02) or 0, 2)
    1.72
    """

    def short(higher: float) -> float:
        spreads = group.deviation(higher) / higher, reference.deviation(rate) / rate
        far = float(ndtri(power)) / sqrt(spreads[0] ** 2 + spreads[1] ** 2)
        low = higher * (1 - far * spreads[0] ** 2)
        high = rate * (1 + far * spreads[1] ** 2)
        if low <= high or (high >= 1 and not reference.count):
            return log(max(low, LEAST * rate) / high) - 1
        found = ratio(low, group.interval(low), reference=high, reference_interval=reference.interval(high))
        return log(found.low) if found.low > 0 else -1.0

    highest = MOST * rate if group.count else 1.0
    if short(highest) <= 0:
        return None
    return _crossing(short, rate, highest) / rate


def _crossing(of: Callable[[float], float], low: float, high: float) -> float:
    """Find where a function crosses 0, on the scale of the logarithm; the nearer end where it does not."""
    from scipy.optimize import brentq  # here: few ask for groups, and it takes long to load

    def at(place: float) -> float:
        return of(exp(place))

    first, last = log(low), log(high)
    ends = at(first), at(last)
    if (ends[0] > 0) == (ends[1] > 0):
        return low if abs(ends[0]) < abs(ends[1]) else high
    return exp(float(brentq(at, first, last, xtol=1e-9)))
