"""By subject: people are independent, their trials are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.estimates.estimate import Interval
from baserate.estimates.intervals.effective import effective_trials, most_alike, spread_of
from baserate.estimates.intervals.wilson import wilson

if TYPE_CHECKING:
    from baserate.estimates.tally import Floats, Ints


def by_subject(events: Ints | Floats, trials: Ints | Floats, *, level: float = 0.95) -> Interval:
    """Give the interval of a rate whose trials come from people who repeat.

    The spread between people tells how many independent trials the data are worth; Wilson's interval is taken for
    that many. How uncertain the spread is itself is carried by Student's t with degrees of freedom from its own fourth
    moment, and never beyond what it would be if every trial of a person came out alike, which is also assumed when
    there are no events at all: then 300 searches of 100 people show what 100 searches show.

    Parameters
    ----------
    events, trials
        Of each person; trials above 0.
    level
        Nominal coverage, between 0 and 1.

    Notes
    -----
    Coverage at a nominal 95 %, from ``benchmarks/coverage.py``: see the page on intervals. The idea of exact intervals
    at an effective sample size is E. L. Korn and B. I. Graubard's, Survey Methodology 24 (1998).

    Examples
    --------
    >>> import numpy as np
    >>> alone, repeated = np.array([1, 0, 0, 1] * 25), np.array([10, 0, 0, 10] * 25)
    >>> interval = by_subject(alone, np.ones(100, int)); round(interval.low, 3), round(interval.high, 3)
    (0.404, 0.596)
    >>> interval = by_subject(repeated, np.full(100, 10)); round(interval.low, 3), round(interval.high, 3)
    (0.403, 0.597)
    """
    n, share = float(trials.sum()), float(events.sum() / trials.sum())
    worth = independent_people(events, trials, level=level)
    found = wilson(share * worth, worth, level=level)
    method = "by_subject" if n > len(trials) else "wilson"
    return Interval(found.low, found.high, level, method)


def independent_people(events: Ints | Floats, trials: Ints | Floats, *, level: float = 0.95) -> float:
    """Count the independent trials that the trials of people who repeat are worth; at most all of them."""
    n, share = float(trials.sum()), float(events.sum() / trials.sum())
    if n == len(trials):
        return n
    return effective_trials(share, n, spread_of(events, trials), most_alike=most_alike(trials), level=level)
