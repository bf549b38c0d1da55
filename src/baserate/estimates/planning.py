"""Planning: how many searches of how many people a wanted precision costs, and what a given number buys."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from scipy.special import betaincinv

from baserate.errors import NotEstimableError
from baserate.estimates.estimate import span
from baserate.estimates.intervals.wilson import wilson
from baserate.notebook import table_html

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 10**13  # searches beyond which no plan is made
ENOUGH = 30  # independent errors, of the rule
NOISE = 1e-9  # of a number's digits, as a share of the last that is written
NEAR = 0.05  # how far the rule of three may be from the exact limit, as a share of it


@dataclass(frozen=True, slots=True)
class Check:
    """What a rule of thumb says of a plan.

    Parameters
    ----------
    rule
        Its name.
    holds
        Rule of 3: whether it comes to the exact limit, to 5 % of it. Rule of 30: whether there are 30 errors.
    says
        In words, with its numbers.
    """

    rule: str
    holds: bool
    says: str


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
    low, high
        Ends of the interval of the rate that is expected; ``None`` where the question is of a limit.
    limit
        Rate that they would show theirs to lie below; ``None`` where the question is of an interval's width.
    errors
        Errors of searches that may be seen with it.
    checks
        The rules of thumb that say something of it.
    """

    searches: int
    people: int
    independent: float
    shows: str
    low: float | None = None
    high: float | None = None
    limit: float | None = None
    errors: int | None = None
    checks: tuple[Check, ...] = ()

    def _repr_html_(self) -> str:
        rules = ((one.rule, one.says) for one in self.checks)
        needed = in_words(self.searches, self.people, self.independent)
        return table_html("Plan", ("what", "in words"), [("needs", needed), ("shows", self.shows), *rules])


@dataclass(frozen=True, slots=True)
class _People:
    """People who are searched for equally often, and what an error of theirs is worth."""

    people: int
    searches_each: int
    alike: float

    @property
    def searches(self) -> int:
        return self.people * self.searches_each

    @property
    def worth(self) -> float:
        """Independent searches."""
        return self.searches / self.effect

    @property
    def effect(self) -> float:
        return design_effect(self.searches_each, self.alike)

    def limit(self, errors: int, level: float) -> float:
        """Give the upper end of the exact one-sided interval, at what searches and errors are worth."""
        seen = errors / self.effect
        return float(betaincinv(seen + 1, self.worth - seen, level)) if errors < self.searches else 1.0

    def __str__(self) -> str:
        return in_words(self.searches, self.people, self.worth)


def in_words(searches: int, people: int, independent: float) -> str:
    """Say how many, and what they are worth.

    Examples
    --------
    >>> in_words(10, 1, 1)
    '10 searches of 1 person, worth 1 independent search'
    """
    worth = f"{independent:,.1f}".removesuffix(".0")
    return (
        f"{searches:,} search{'es' * (searches != 1)} of {people:,} {'person' if people == 1 else 'people'}, "
        f"worth {worth} independent search{'es' * (worth != '1')}"
    )


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

    Raises
    ------
    NotEstimableError
        It would take more than 10^13 searches.

    Examples
    --------
    >>> plan_width(0.01, 0.005).searches
    2271
    >>> plan_width(0.01, 0.005, searches_each=5, alike=0.5).people
    1363
    """

    def narrow(some: _People) -> bool:
        found = wilson(rate * some.worth, some.worth, level=level)
        return max(rate - found.low, found.high - rate) <= half_width

    found = _fewest(narrow, searches_each, alike)
    ends = wilson(rate * found.worth, found.worth, level=level)
    shows = f"a rate of {rate:g} with an interval of at most {half_width:g} to either side"
    checks = (_rule_of_30(rate * found.worth),)
    return Plan(found.searches, found.people, found.worth, shows, low=ends.low, high=ends.high, checks=checks)


def plan_below(
    limit: float, *, errors: int = 0, searches_each: int = 1, alike: float = 1.0, level: float = 0.95
) -> Plan:
    """Plan to show that a rate is below a limit, when so many errors may be seen.

    Parameters
    ----------
    limit
        Above 0 and below 1.
    errors
        Searches with an error that may be seen; with 0 this is the rule of three. Where people repeat, errors come
        several at a time, and each is worth as much less than an independent one as a search is.
    searches_each, alike
        See :func:`plan_width`.
    level
        One-sided confidence.

    Raises
    ------
    NotEstimableError
        It would take more than 10^13 searches.

    Examples
    --------
    >>> plan_below(0.001).searches
    2995
    """
    found = _fewest(lambda some: some.limit(errors, level) <= limit, searches_each, alike)
    return _below(found, limit, errors, level)


def errors_below(people: int, limit: float, *, searches_each: int = 1, alike: float = 1.0, level: float = 0.95) -> Plan:
    """Tell how many errors a given number of people may show, and a rate below a limit is still shown.

    Parameters
    ----------
    people
        1 or more.
    limit
        Above 0 and below 1.
    searches_each, alike, level
        See :func:`plan_below`.

    Raises
    ------
    NotEstimableError
        Not even without an error; it says how many people it takes.

    Examples
    --------
    >>> errors_below(10_000, 0.001).errors
    4
    """
    given = _People(people, searches_each, alike)
    if (best := given.limit(0, level)) > limit:
        needed = plan_below(limit, searches_each=searches_each, alike=alike, level=level).people
        msg = (
            f"{given}, show no more than a rate below {_up(best)}, even without an error. "
            f"To show one below {limit:g} takes {needed:,} people"
        )
        raise NotEstimableError(msg)
    too_many = _smallest(lambda errors: given.limit(errors, level) > limit, most=given.searches)
    return _below(given, limit, too_many - 1, level)


def limit_shown(
    people: int, *, errors: int = 0, searches_each: int = 1, alike: float = 1.0, level: float = 0.95
) -> Plan:
    """Tell below which limit a given number of people show a rate to lie, when so many errors are seen.

    Parameters
    ----------
    people
        1 or more.
    errors, searches_each, alike, level
        See :func:`plan_below`.

    Raises
    ------
    NotEstimableError
        Every search may be an error.

    Examples
    --------
    >>> round(limit_shown(300).limit, 6), round(limit_shown(300, errors=3).limit, 6)
    (0.009936, 0.025641)
    """
    given = _People(people, searches_each, alike)
    if errors >= given.searches:
        msg = f"{errors:,} errors in {given} leave no limit below 1 to show: take fewer errors, or more people"
        raise NotEstimableError(msg)
    return _below(given, given.limit(errors, level), errors, level)


def shown_by(people: int, *, rate: float, searches_each: int = 1, alike: float = 1.0, level: float = 0.95) -> Plan:
    """Tell how well a given number of people would show a rate, the other way round.

    Examples
    --------
    >>> print(shown_by(300, rate=0.01).shows)
    a rate of 0.01 would be known from 0.002067 to 0.02898; with no error seen, a rate below 0.009937 is shown
    """
    given = _People(people, searches_each, alike)
    ends, limit = wilson(rate * given.worth, given.worth, level=level), given.limit(0, level)
    shows = (
        f"a rate of {rate:g} would be known from {span(ends.low, ends.high, digits=4)}; "
        f"with no error seen, a rate below {_up(limit)} is shown"
    )
    checks = (*_rule_of_3(given, level), _rule_of_30(rate * given.worth))
    return Plan(given.searches, given.people, given.worth, shows, ends.low, ends.high, limit, 0, checks)


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
    return errors >= ENOUGH


def _below(given: _People, limit: float, errors: int, level: float) -> Plan:
    seen = f"{errors:,} search{'es' * (errors != 1)} or fewer" if errors else "no search"
    shows = f"a rate below {_up(limit)} with {100 * level:g} % confidence if {seen} had an error"
    checks = (*(_rule_of_3(given, level) if not errors else ()), _rule_of_30(errors / given.effect))
    return Plan(given.searches, given.people, given.worth, shows, limit=limit, errors=errors, checks=checks)


def _up(limit: float) -> str:
    """Write a limit with four digits, never lower than it is."""
    step = 10.0 ** (floor(log10(limit)) - 3)
    return f"{ceil(limit / step - NOISE) * step:.4g}"


def _rule_of_3(given: _People, level: float) -> tuple[Check, ...]:
    """Hold the exact limit without an error against the rule, which is of 95 % confidence."""
    if level != 0.95:
        return ()
    worth, ruled, exactly = f"{given.worth:,.6g}", 3 / given.worth, given.limit(0, level)
    holds = abs(ruled / exactly - 1) <= NEAR
    end = "" if holds else ": these are too few for the rule"
    says = f"no error in {worth} independent searches shows a rate below 3/{worth} = {ruled:.4g}"
    return (Check("rule of 3", holds, f"{says}; exactly, below {_up(exactly)}{end}"),)


def _rule_of_30(errors: float) -> Check:
    """Say whether so many independent errors show the rate itself."""
    holds = rule_of_30(errors)
    count = f"{errors:,.0f}" if errors >= ENOUGH else f"{errors:.4g}"
    known = "are enough" if holds else "are too few"
    says = f"{count} independent errors {known} to know a rate to 30 % either way nine times in ten"
    return Check("rule of 30", holds, says if holds else f"{says}: it takes {ENOUGH}")


def _fewest(enough: Callable[[_People], bool], searches_each: int, alike: float) -> _People:
    """Find the fewest people who are enough."""

    def some(people: int) -> _People:
        return _People(people, searches_each, alike)

    return some(_smallest(lambda people: enough(some(people)), most=MOST // searches_each))


def _smallest(enough: Callable[[int], bool], *, most: int) -> int:
    """Find the smallest number that is enough, by doubling and halving."""
    high = 1
    while not enough(high):
        high *= 2
        if high > 2 * most:
            msg = f"more than {MOST:.0e} searches would be needed; ask for less precision"
            raise NotEstimableError(msg)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
