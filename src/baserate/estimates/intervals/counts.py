"""Counts by subject: events that can happen more than once in a trial, such as candidates per search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.special import gammaincinv

from baserate.estimates.estimate import Interval, named
from baserate.estimates.intervals.effective import ALONE, Repeats, Spread, repeats_of, spread_of
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
    inflation, careful = _of_people(events, trials, level=level)
    if members is not None and total:
        beyond = max(members.squares / total - 1, 0.0)
        inflation += beyond * members.widening(lost=int(members.few), least=2, level=level)
        careful = careful or (beyond > 0 and members.few)
    ends = poisson(total / inflation, n / inflation, level=level)
    method = "counts_by_subject" if members is None else "counts_two_way"
    high = ends.high if most is None else max(min(ends.high, most), total / n)
    return Interval(ends.low, high, level, named(method, careful=careful or ends.careful))


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


def _of_people(events: Ints | Floats, trials: Ints | Floats, *, level: float) -> tuple[float, bool]:
    """Count the events that one independent event came as, and whether that is a bound only."""
    repeats, total = repeats_of(events, trials), float(events.sum())
    if not total:
        return repeats.most_alike, True
    spread = spread_of(events, trials)
    inflation = max(spread.squares / total, 1.0)
    told = repeats.tell(spread, design_effect=inflation, at_most=total / repeats.most_alike)
    if told.hidden:
        return max(inflation, repeats.most_alike), True
    if inflation <= ALONE:
        return _alone(inflation * spread.widening(lost=told.lost, level=level), inflation, repeats), told.careful
    # Exact Poisson limits carry that there are few clusters; only how large they are is left to Student's t.
    return inflation * spread.widening(lost=min(told.lost, 1), least=2, level=level), told.careful


def _alone(widened: float, inflation: float, repeats: Repeats) -> float:
    """Keep what is uncertain of events that came alone within what people whose trials are all alike would give."""
    return max(min(widened, repeats.most_alike), inflation)
