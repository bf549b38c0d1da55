"""Counts by subject: events that can happen more than once in a trial, such as candidates per search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scipy.special import gammaincinv

from baserate.estimates.estimate import Interval, named
from baserate.estimates.intervals.effective import ALONE, Spread, above, below, repeats_of, spread_of
from baserate.estimates.intervals.effective import FEW as FEW_CLUSTERS
from baserate.estimates.intervals.wilson import FEW

if TYPE_CHECKING:
    from baserate.estimates.tally import Floats, Ints


def count_by_subject(
    events: Ints | Floats,
    trials: Ints | Floats,
    *,
    members: Spread | None = None,
    most: float | None = None,
    level: float = 0.95,
) -> Interval:
    """Give the interval of a mean number of events per trial, from people who repeat.

    The exact Poisson interval at the number of events that the spread between people says they are worth; and, where it
    is known, the spread between the gallery's members beyond chance, for another gallery too. With fewer than 5 such
    events the method is named ``_careful``.

    Parameters
    ----------
    events, trials
        Of each person; trials above 0, events any whole number.
    members
        Spread of the same events over the gallery's members
        (:func:`~baserate.estimates.intervals.two_way.member_spread`); ``None`` where it is not known.
    most
        Events that one trial can have, such as the entries of the gallery: no end lies above it.
    level
        Nominal coverage, between 0 and 1.

    Notes
    -----
    How uncertain the spread is itself is carried by Student's t. Where events came alone it never widens an interval
    beyond what it would be if all trials of a person came out alike: one event in 1,000 searches of 1,000 people is one
    event. That a search which happened not to be made would have brought many at once, no event in the data can tell.

    Examples
    --------
    >>> import numpy as np
    >>> interval = count_by_subject(np.array([0, 1, 2, 1] * 50), np.ones(200))
    >>> round(interval.low, 2), round(interval.high, 2)
    (0.87, 1.15)
    >>> interval = count_by_subject(np.array([1] + [0] * 999), np.ones(1000))
    >>> round(interval.low, 6), round(interval.high, 4), interval.careful
    (2.5e-05, 0.0056, True)
    """
    total, n = float(events.sum()), float(trials.sum())
    came = _of_people(events, trials, level=level)
    if members is not None and total:
        beyond = max(members.squares / total - 1, 0.0)
        more = beyond * members.widening(lost=below(members.clusters, FEW_CLUSTERS), least=2, level=level)
        came = _CameAs(came.near + more, came.far + more, careful=came.careful or (beyond > 0 and members.few))
    near, far = (poisson(total / one, n / one, level=level) for one in (came.near, came.far))
    # As of shares: what is right in the mean and never negative exceeds 40 times its mean once in 40 times at most.
    low = max(near.low, total / n * (1 - level) / 2)
    high = far.high if most is None else max(min(far.high, most), total / n)
    method = "counts_by_subject" if members is None else "counts_two_way"
    return Interval(low, high, level, named(method, careful=came.careful or near.careful or far.careful))


def poisson(n_events: float, n: float, *, level: float = 0.95) -> Interval:
    """Give the exact interval of a mean number of independent events per trial; careful with fewer than 5 events.

    Parameters
    ----------
    n_events, n
        Events and trials, ``n`` above 0; fractions are allowed, for effective numbers.
    level
        Nominal coverage, between 0 and 1.

    Notes
    -----
    F. Garwood, Biometrika 28 (1936).

    Examples
    --------
    >>> interval = poisson(10, 1)
    >>> round(interval.low, 2), round(interval.high, 2)
    (4.8, 18.39)
    """
    tail = (1 - level) / 2
    low = float(gammaincinv(n_events, tail)) if n_events else 0.0
    high = float(gammaincinv(n_events + 1, 1 - tail))
    return Interval(low / n, high / n, level, named("poisson", careful=n_events < FEW))


@dataclass(frozen=True, slots=True)
class _CameAs:
    """How many events one independent event came as, at least 1.

    Parameters
    ----------
    near, far
        For the lower end, as far as the people with events tell; and for the upper one, with what others may hide.
    careful
        Whether that is a bound only.
    """

    near: float
    far: float
    careful: bool


def _of_people(events: Ints | Floats, trials: Ints | Floats, *, level: float) -> _CameAs:
    repeats, total = repeats_of(events, trials), float(events.sum())
    if not total:
        return _CameAs(repeats.most_alike, repeats.most_alike, careful=True)
    spread = spread_of(events, trials)
    inflation = max(spread.squares / total, 1.0)
    told = repeats.tell(spread, design_effect=inflation, at_most=total / repeats.most_alike)
    # Events that came alone are no more uncertain than if all trials of a person were alike. Of others the exact limits
    # carry that there are few clusters, and only how large they are is left to Student's t.
    alone = min(inflation * spread.widening(lost=told.lost, level=level), max(repeats.most_alike, inflation))
    together = inflation * spread.widening(lost=min(told.lost, 1.0), least=2, level=level)
    near = _between(alone, together, above(inflation - 1, ALONE - 1))
    return _CameAs(near, _between(near, max(near, repeats.most_alike), told.hidden), careful=told.careful)


def _between(one: float, other: float, share: float) -> float:
    """Go from one number to another by a share of the way, in factors: nothing jumps at a limit."""
    return float(one ** (1 - share) * other**share)
