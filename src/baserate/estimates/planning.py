"""Planning: how many searches of how many people a wanted precision costs, and what a given number buys."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from scipy.special import betaincinv

from baserate.errors import NotEstimableError
from baserate.estimates.intervals.wilson import wilson

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 10**13  # searches beyond which no plan is made


@dataclass(frozen=True, slots=True)
class Plan:
    """Searches and people, and what they would show.

    Parameters
    ----------
    searches, people
        How many; ``searches`` is ``people`` times the searches of each.
    independent
        Independent searches that they are worth.
    shows
        What they would show, in words.
    """

    searches: int
    people: int
    independent: float
    shows: str


def design_effect(searches_each: float, alike: float) -> float:
    """Tell how many times more searches are needed because people repeat.

    Parameters
    ----------
    searches_each
        Searches of each person, 1 or more.
    alike
        How alike one person's outcomes are: 0 for unrelated, 1 for always the same. If unknown, take 1.

    Examples
    --------
    >>> design_effect(10, 0.2)
    2.8
    """
    return 1 + (searches_each - 1) * alike


def plan_width(
    rate: float, half_width: float, *, searches_each: int = 1, alike: float = 1.0, level: float = 0.95
) -> Plan:
    """Plan for an interval that reaches no further than ``half_width`` to either side of the rate.

    Parameters
    ----------
    rate
        Expected, above 0 and below 1.
    half_width
        Above 0, in the unit of the rate.
    searches_each
        Searches of each person.
    alike
        See :func:`design_effect`.
    level
        Coverage of the interval.

    Examples
    --------
    >>> plan_width(0.01, 0.005).searches
    2271
    >>> plan_width(0.01, 0.005, searches_each=5, alike=0.5).people
    1363
    """

    def narrow(n: int) -> bool:
        found = wilson(rate * n, n, level=level)
        return max(rate - found.low, found.high - rate) <= half_width

    shows = f"a rate of {rate:g} with an interval of at most {half_width:g} to either side"
    return _plan(_smallest(narrow), searches_each, alike, shows)


def plan_below(
    limit: float, *, errors: int = 0, searches_each: int = 1, alike: float = 1.0, level: float = 0.95
) -> Plan:
    """Plan to show that a rate is below a limit, when so many errors may be seen.

    Parameters
    ----------
    limit
        Above 0 and below 1.
    errors
        Errors that may be seen; with 0 this is the rule of three.
    searches_each, alike
        See :func:`plan_width`.
    level
        One-sided confidence.

    Examples
    --------
    >>> plan_below(0.001).searches
    2995
    """

    def below(n: int) -> bool:
        return n > errors and float(betaincinv(errors + 1, n - errors, level)) <= limit

    shows = f"a rate below {limit:g} with {100 * level:g} % confidence if no more than {errors} errors are seen"
    return _plan(_smallest(below), searches_each, alike, shows)


def shown_by(people: int, *, rate: float, searches_each: int = 1, alike: float = 1.0, level: float = 0.95) -> Plan:
    """Tell what a given number of people would show, the other way round.

    Examples
    --------
    >>> print(shown_by(300, rate=0.01).shows)
    a rate of 0.01 would be known from 0.002067 to 0.02898; with no error seen, a rate below 0.009936 is shown
    """
    searches = people * searches_each
    worth = searches / design_effect(searches_each, alike)
    found = wilson(rate * worth, worth, level=level)
    limit = float(betaincinv(1, worth, level))
    shows = (
        f"a rate of {rate:g} would be known from {found.low:.4g} to {found.high:.4g}; "
        f"with no error seen, a rate below {limit:.4g} is shown"
    )
    return Plan(searches, people, worth, shows)


def rule_of_30(errors: float) -> bool:
    """Whether so many independent errors were seen that the rate is within 30 % of the truth nine times in ten.

    References
    ----------
    Doddington et al., The NIST speaker recognition evaluation, Speech Communication 31 (2000).

    Examples
    --------
    >>> rule_of_30(29), rule_of_30(30)
    (False, True)
    """
    return errors >= 30


def _plan(independent: int, searches_each: int, alike: float, shows: str) -> Plan:
    people = ceil(independent * design_effect(searches_each, alike) / searches_each)
    return Plan(people * searches_each, people, float(independent), shows)


def _smallest(enough: Callable[[int], bool]) -> int:
    """Find the smallest number that is enough, by doubling and halving."""
    high = 1
    while not enough(high):
        high *= 2
        if high > MOST:
            msg = f"more than {MOST:.0e} searches would be needed; ask for less precision"
            raise NotEstimableError(msg)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
