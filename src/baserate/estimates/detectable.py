"""What a comparison of two groups could have shown: the smallest ratio that it would have told from 1."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import TYPE_CHECKING

from scipy.special import ndtri

from baserate.estimates.estimate import Interval
from baserate.estimates.intervals.counts import poisson
from baserate.estimates.intervals.ratio import ratio
from baserate.estimates.intervals.wilson import wilson
from baserate.estimates.metrics import METRICS
from baserate.estimates.moves import moved
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from baserate.estimates.estimate import Estimate

POWER = 0.8
LEAST = 1e-9  # of what an estimate may be worth, in trials
MOST = 1e9  # of a ratio of counts, which have no largest value


@dataclass(frozen=True, slots=True)
class Rate(Shown):
    """The law by which an estimate varies.

    Parameters
    ----------
    worth
        Independent trials that the lower end of its interval is worth, above 0.
    worth_above
        Those of its upper end.
    count
        Whether it is a number of events per trial, that may be above 1, or a share.
    level
        Coverage of its interval, between 0 and 1.
    """

    worth: float
    worth_above: float
    count: bool
    level: float = 0.95

    def interval(self, rate: float) -> Interval:
        """Give the interval that would be made if this rate was seen."""
        low, high = (_ends(rate, worth, self.level, count=self.count) for worth in (self.worth, self.worth_above))
        return Interval(low.low, high.high, self.level, "detectable")

    def deviation(self, rate: float) -> float:
        """Give the standard deviation of what is seen where this is the rate."""
        return sqrt(rate * (1 if self.count else 1 - rate) / max(self.worth, self.worth_above))


def _ends(rate: float, worth: float, level: float, *, count: bool) -> Interval:
    return (poisson if count else wilson)(rate * worth, worth, level=level)


def law_of(rate: float, ends: Interval, n: float, *, count: bool) -> Rate:
    """Tell how an estimate varies: as those of so many independent trials, at most ``n``, whose interval is the same.

    Parameters
    ----------
    rate, ends
        The estimate and its interval.
    n
        Trials behind it.
    count
        See :class:`Rate`.

    Examples
    --------
    >>> law = law_of(0.012, wilson(3, 250), 1000, count=False)
    >>> round(law.worth), round(law.worth_above)
    (250, 250)
    """

    def apart(worth: float) -> tuple[float, float]:
        found = _ends(rate, worth, ends.level, count=count)
        return found.low - ends.low, found.high - ends.high

    # Where nothing was seen, or nothing else, the end that lies there is at one place however many trials there are.
    below = _crossing(lambda worth: apart(worth)[0], LEAST, n) if ends.low != rate else None
    above = _crossing(lambda worth: apart(worth)[1], LEAST, n) if ends.high != rate else None
    return Rate(below or above or n, above or below or n, count, ends.level)


def independent_events(estimate: Estimate) -> float | None:
    """Tell how many independent events an estimate is worth, by its interval: of those that were seen, at most all.

    Parameters
    ----------
    estimate
        Of a rate or a count.

    Returns
    -------
    float or None
        ``None`` without a value, or without events that were counted.

    Examples
    --------
    >>> from baserate.estimates.estimate import Estimate
    >>> ends = wilson(3, 250)
    >>> round(independent_events(Estimate("fnir", 0.012, ends.low, ends.high, n=1000, n_events=12)) or 0)
    3
    """
    seen, value, low, high = estimate.n_events, estimate.value, estimate.low, estimate.high
    if seen is None or value is None or low is None or high is None:
        return None
    ends = Interval(low, high, estimate.level, estimate.method or "")
    law = law_of(value, ends, estimate.n, count=METRICS[estimate.metric].per == "count")
    return min(value * max(law.worth, law.worth_above), seen)


def detectable_ratio(
    group: Rate, reference: Rate, rate: float, *, power: float = POWER, moves: float = 0.0
) -> float | None:
    """Find the smallest ratio above 1 to a reference whose interval would lie above 1 with the power asked for.

    Parameters
    ----------
    group, reference
        How either group's rate varies. The group's is taken to be worth as many trials if it is higher than it was.
    rate
        The reference group's, above 0, taken as true.
    power
        Between 0.5 and 1.
    moves
        Square of the logarithm by which a threshold that was set on the same data moves the ratio, to an end of its
        interval.

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
    >>> some, more = (Rate(n, n, count=False) for n in (1000, 10_000))
    >>> round(detectable_ratio(some, more, 0.02) or 0, 2)
    1.72
    """
    by_threshold = moves / float(ndtri((1 + group.level) / 2)) ** 2

    def short(higher: float) -> float:
        spreads = group.deviation(higher) / higher, reference.deviation(rate) / rate
        far = float(ndtri(power)) / sqrt(spreads[0] ** 2 + spreads[1] ** 2 + by_threshold)
        low = higher * (1 - far * spreads[0] ** 2)
        high = rate * (1 + far * spreads[1] ** 2)
        if low <= high or (high >= 1 and not reference.count):
            return log(max(low, LEAST * rate) / high) - 1
        found = ratio(low, group.interval(low), reference=high, reference_interval=reference.interval(high))
        end, _ = moved(low / high, (found.low, found.high), moves, 0.0)
        return log(end) - far * by_threshold if end > 0 else -1.0

    highest = MOST * rate if group.count else 1.0
    if rate >= highest or short(highest) <= 0:
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
