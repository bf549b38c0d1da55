"""Clopper-Pearson: the interval that never covers less than it says, for independent trials."""

from __future__ import annotations

from scipy.special import betaincinv

from baserate.estimates.estimate import Interval


def exact(n_events: float, n: float, *, level: float = 0.95) -> Interval:
    """Give the Clopper-Pearson interval of a share.

    It covers at least ``level`` for any true rate and mostly more (around 98 % at a nominal 95 % with a handful of
    events), so that it is not the default. With no event, its upper end is about 3.7 / ``n`` at 95 %; one-sided, that
    is the rule of three.

    Parameters
    ----------
    n_events, n
        Events and trials; fractions are allowed, for effective numbers of trials.
    level
        Nominal coverage, between 0 and 1.

    Notes
    -----
    Assumes independent trials: not so where people repeat. C. J. Clopper and E. S. Pearson, Biometrika 26 (1934).

    Examples
    --------
    >>> interval = exact(0, 300)
    >>> interval.low, round(interval.high, 4)
    (0.0, 0.0122)
    """
    tail = (1 - level) / 2
    low = float(betaincinv(n_events, n - n_events + 1, tail)) if n_events > 0 else 0.0
    high = float(betaincinv(n_events + 1, n - n_events, 1 - tail)) if n_events < n else 1.0
    return Interval(low, high, level, "exact")
