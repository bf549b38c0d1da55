"""Counts by subject: events that can happen more than once in a trial, such as candidates per search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.special import gammaincinv

from baserate.estimates.estimate import Interval, named
from baserate.estimates.intervals.effective import Repeats, Spread, repeats_of, spread_of

if TYPE_CHECKING:
    from baserate.estimates.tally import Floats, Ints


def count_by_subject(
    events: Ints | Floats, trials: Ints | Floats, *, members: Spread | None = None, level: float = 0.95
) -> Interval:
    """Give the interval of a mean number of events per trial, from people who repeat.

    The exact Poisson interval at the number of events that the spread between people says they are worth; and, where it
    is known, the spread between the gallery's members beyond chance, for another gallery too.

    Parameters
    ----------
    events, trials
        Of each person; trials above 0, events any whole number.
    members
        Spread of the same events over the gallery's members
        (:func:`~baserate.estimates.intervals.two_way.member_spread`); ``None`` where it is not known.
    level
        Nominal coverage, between 0 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> interval = count_by_subject(np.array([0, 1, 2, 1] * 50), np.ones(200))
    >>> round(interval.low, 2), round(interval.high, 2)
    (0.87, 1.15)
    """
    total, n = float(events.sum()), float(trials.sum())
    spread = spread_of(events, trials)
    if members is not None:
        spread += Spread(max(members.squares - total, 0.0), members.fourths)
    method = "counts_by_subject" if members is None else "counts_two_way"
    inflation, careful = _inflation(total, spread, repeats_of(events, trials), level=level)
    seen, tail = total / inflation, (1 - level) / 2
    low = float(gammaincinv(seen, tail)) if seen else 0.0
    high = float(gammaincinv(seen + 1, 1 - tail))
    return Interval(low * inflation / n, high * inflation / n, level, named(method, careful=careful))


def _inflation(total: float, spread: Spread, repeats: Repeats, *, level: float) -> tuple[float, bool]:
    """Count the events that one independent event came as, and whether that is a bound only."""
    if not total:
        return repeats.most_alike, repeats.most_alike > 1
    inflation = max(spread.squares / total, 1.0)
    told = repeats.tell(spread, design_effect=inflation, at_most=total / repeats.most_alike)
    if told.hidden:
        return max(inflation, repeats.most_alike), True
    return inflation * spread.widening(lost=told.lost, level=level), told.careful
