"""Wilson's score interval: close to its nominal coverage on average, for independent trials."""

from __future__ import annotations

from math import sqrt

from scipy.special import ndtri

from baserate.estimates.estimate import Interval, named
from baserate.estimates.intervals.exact import exact

FEW = 5  # events below which the score interval's lower end is too high in the long run


def wilson(n_events: float, n: float, *, level: float = 0.95) -> Interval:
    """Give Wilson's score interval of a share; with fewer than 5 events its lower end is Clopper and Pearson's.

    With so few events, or so few trials without one, no interval covers what it says at every rate; this one covers
    more, and the method is named ``wilson_careful``.

    Parameters
    ----------
    n_events, n
        Events and trials, ``n`` above 0; fractions are allowed, for effective numbers of trials.
    level
        Nominal coverage, between 0 and 1.

    Notes
    -----
    Assumes independent trials. The lower end of the score interval alone is too high when one or two events were seen
    (coverage 90 % at a nominal 95 %). E. B. Wilson, JASA 22 (1927).

    Examples
    --------
    >>> interval = wilson(12, 400)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0172, 0.0517)
    """
    z = float(ndtri((1 + level) / 2))
    share = n_events / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    if n_events < FEW:
        low = min(low, exact(n_events, n, level=level).low)
    if n - n_events < FEW:
        high = max(high, exact(n_events, n, level=level).high)
    # Rounding must not push an end past the estimate.
    name = named("wilson", careful=min(n_events, n - n_events) < FEW)
    return Interval(min(low, share), max(high, share), level, name)
