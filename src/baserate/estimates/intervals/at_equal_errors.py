"""At equal error rates: both rates vary when the people do, and with them the threshold at which they meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baserate.estimates.estimate import Interval
from baserate.estimates.intervals.by_subject import by_subject
from baserate.estimates.intervals.effective import Spread, effective_trials, powers, repeats_of
from baserate.estimates.intervals.two_way import with_members

if TYPE_CHECKING:
    from baserate.estimates.tally import Ints


@dataclass(frozen=True, eq=False)
class ErrorsOfPeople:
    """Errors of each person at the threshold of equal error rates; a person may have trials of one kind only.

    Parameters
    ----------
    misses, n_mated
        False non-matches and mated trials of each person, failures included.
    matches, n_non_mated
        False matches and non-mated trials of each person.
    """

    misses: Ints
    n_mated: Ints
    matches: Ints
    n_non_mated: Ints


def at_equal_errors(
    people: ErrorsOfPeople,
    rate: float,
    *,
    lean: float,
    members: Spread | None = None,
    with_misses: float = 0.0,
    level: float = 0.95,
) -> Interval:
    """Give the interval of the equal error rate.

    Where the false match rate moves by a and the miss rate by b at a fixed threshold, the rate at which the two curves
    meet moves by lean x a + (1 - lean) x b, to first order: the flatter curve pulls harder. The spread of this sum over
    people tells how many independent trials the data are worth, and Wilson's interval is taken for that many.

    Parameters
    ----------
    people
        Errors at the threshold where the rates meet.
    rate
        The equal error rate, in [0, 1].
    lean
        Share of the steepness of both curves that is the miss rate's, in [0, 1].
    members
        Spread of the false matches over the gallery's members, where it is known: for other members too.
    with_misses
        Where members are searched for too, the sum over them of false matches as a member beyond the rate times misses
        beyond theirs.
    level
        Nominal coverage, between 0 and 1.

    Notes
    -----
    Where nobody erred, the upper end is the larger one of the two rates': the equal error rate lies below the larger of
    both rates at every threshold.

    Examples
    --------
    >>> import numpy as np
    >>> some, ten = np.array([1] * 10 + [0] * 90), np.full(100, 10)
    >>> interval = at_equal_errors(ErrorsOfPeople(some, ten, some, ten), 0.01, lean=0.5)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0053, 0.0186)
    """
    if rate in (0, 1):
        return _of_nobody(people, level=level)
    total, unlike = people.n_non_mated.sum(), people.n_mated.sum()
    n = 1 / (lean**2 / total + (1 - lean) ** 2 / unlike)
    pull, push = n * lean / total, n * (1 - lean) / unlike
    false_match_rate = float(people.matches.sum() / total)
    rest = pull * (people.matches - false_match_rate * people.n_non_mated)
    rest += push * (people.misses - people.misses.sum() / unlike * people.n_mated)
    errors, weight = (
        pull * a + push * b for a, b in ((people.matches, people.misses), (people.n_non_mated, people.n_mated))
    )
    spread = powers(rest / (1 - weight / n))
    worth = effective_trials(rate, float(n), spread, repeats=repeats_of(errors, weight), level=level)
    if members is not None:
        by_chance = total * false_match_rate * (1 - false_match_rate)
        squares = pull**2 * (members.squares - by_chance) + 2 * pull * push * with_misses
        beyond = squares / (n * rate * (1 - rate))
        worth = with_members(worth, float(n), members, beyond=float(beyond), level=level)
    return worth.interval(rate, "at_equal_errors", level=level)


def _of_nobody(people: ErrorsOfPeople, *, level: float) -> Interval:
    """Take the wider interval of both kinds of trials, where no trial or every trial was an error."""
    kinds = ((people.misses, people.n_mated), (people.matches, people.n_non_mated))
    ends = [by_subject(events[n > 0], n[n > 0], level=level) for events, n in kinds]
    low, high = min(one.low for one in ends), max(one.high for one in ends)
    return Interval(low, high, level, "at_equal_errors")
