"""By subject: people are independent, their trials are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.estimates.intervals.effective import Worth, effective_trials, repeats_of, spread_of

if TYPE_CHECKING:
    from baserate.estimates.estimate import Interval
    from baserate.estimates.tally import Floats, Ints


def by_subject(events: Ints | Floats, trials: Ints | Floats, *, level: float = 0.95) -> Interval:
    """Give the interval of a rate whose trials come from people who repeat.

    The spread between people tells how many independent trials the data are worth; Wilson's interval is taken for
    that many. How uncertain the spread is itself is carried by Student's t with degrees of freedom from its own fourth
    moment, and never beyond what it would be if every trial of a person came out alike, which is also assumed when
    there are no events at all: then 300 searches of 100 people show what 100 searches show.

    Where few people bear the errors, or a few have most of the trials, no interval covers what it says on every
    population. Then a wider one is taken, and the method is named ``by_subject_careful``.

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
    share = float(events.sum() / trials.sum())
    worth = independent_people(events, trials, level=level)
    return worth.interval(share, "by_subject" if trials.sum() > len(trials) else "wilson", level=level)


def independent_people(events: Ints | Floats, trials: Ints | Floats, *, level: float = 0.95) -> Worth:
    """Count the independent trials that the trials of people who repeat are worth; at most all of them."""
    n, share = float(trials.sum()), float(events.sum() / trials.sum())
    if n == len(trials):
        return Worth(n, n, careful=False)
    return effective_trials(share, n, spread_of(events, trials), repeats=repeats_of(events, trials), level=level)
