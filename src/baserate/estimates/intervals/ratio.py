"""Ratio of two rates of different people, from the intervals of both."""

from __future__ import annotations

from math import exp, inf, log, sqrt

from baserate.estimates.estimate import Interval
from baserate.estimates.intervals.effective import combined


def ratio(value: float, interval: Interval, *, reference: float, reference_interval: Interval) -> Interval:
    """Give the interval of ``value / reference``; both rates and their intervals on the scale of the logarithm.

    The distance of each rate to the end of its interval that matters is carried to the ratio, the two distances added
    as squares (the method of variance estimates recovery). So the ratio is as honest as the rates' intervals: one
    that reaches 0 makes the ratio reach 0 or infinity.

    Parameters
    ----------
    value, interval
        A group's rate, at least 0.
    reference, reference_interval
        The reference group's rate, above 0, of other people, at the same level.

    Notes
    -----
    A. Donner and G. Y. Zou, Statistical Methods in Medical Research 21 (2012).

    Examples
    --------
    >>> from baserate.estimates.intervals.wilson import wilson
    >>> found = ratio(0.06, wilson(60, 1000), reference=0.02, reference_interval=wilson(20, 1000))
    >>> round(found.low, 2), round(found.high, 2)
    (1.83, 4.92)
    """
    low = high = None
    if interval.low <= 0:
        low = 0.0
    if reference_interval.low <= 0:
        high = inf
    elif value <= 0:
        high = interval.high / reference_interval.low
    if low is None:
        down = sqrt(log(value / interval.low) ** 2 + log(reference_interval.high / reference) ** 2)
        low = value / reference * exp(-down)
    if high is None:
        up = sqrt(log(interval.high / value) ** 2 + log(reference / reference_interval.low) ** 2)
        high = value / reference * exp(up)
    return Interval(low, high, interval.level, combined("ratio", interval, reference_interval))
