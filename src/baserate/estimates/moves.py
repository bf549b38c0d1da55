"""How far a threshold that was set on the data moves a rate: logarithms, less what chance alone would have moved."""

from __future__ import annotations

from math import exp, inf, log, sqrt

from baserate.estimates.intervals.wilson import FEW

LEAST = 0.5  # events: no event at another threshold counts as half a one


def at_least_half(rate: float, n: int) -> float:
    """Give a rate of trials, no event counting as half a one."""
    return max(rate, LEAST / n)


def by_chance(value: float, rate: float, n: int) -> float:
    """Variance of the logarithm of a rate at another threshold, given that at this one; none is told of few events.

    Examples
    --------
    >>> round(by_chance(0.1, 0.08, 1000), 6), by_chance(0.001, 0.08, 1000)
    (0.0025, 0.0)
    """
    return abs(rate - value) / (n * rate * value) if n * min(rate, value) >= FEW else 0.0


def moved(value: float, ends: tuple[float, float], fall: float, rise: float) -> tuple[float, float]:
    """Widen an interval by squares of what moves both ends: distances of logarithms are added as squares.

    Examples
    --------
    >>> low, high = moved(0.1, (0.05, 0.2), 0.0, log(2.0) ** 2)
    >>> low, round(high, 4)
    (0.05, 0.2665)
    """
    low, high = ends
    if fall > 0 and 0 < low <= value:
        low = value * exp(-sqrt(log(value / low) ** 2 + fall))
    if rise > 0 and value <= high < inf:
        high = value * exp(sqrt(log(high / value) ** 2 + rise))
    return low, high


def beyond_everybody(own: float, everybody: float) -> float:
    """Square by which a group's rate of false positives moves more than its own trials tell; of logarithms of both.

    The threshold keeps everybody's rate. Where the group's moves by r times everybody's, its variance is that at a
    given threshold, plus r^2 and less 2 r times everybody's: the group's own false positives are among those that set
    the threshold.

    Examples
    --------
    >>> beyond_everybody(0.2, 0.1), round(beyond_everybody(0.6, 0.1), 2)
    (0.0, 0.24)
    """
    return max(own * (own - 2 * everybody), 0.0) if own * everybody > 0 else 0.0
