"""Effective number of trials: what dependent trials are worth in independent ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtrit

from baserate.estimates.estimate import Interval, named
from baserate.estimates.intervals.wilson import wilson
from baserate.notebook import Shown

if TYPE_CHECKING:
    from baserate.estimates.tally import Floats, Ints

# Degrees of freedom of a variance that is a sum of squares r^2 are about 2 (sum r^2)^2 / sum r^4 were the squares
# independent of the estimate; they are not, and 1.5 is what covers (benchmarks/coverage.py).
FREEDOM = 1.5
# Where the spread comes from fewer clusters than this, what it says is itself a matter of luck: so many degrees of
# freedom are then taken off, unless errors came alone: design effect and share of a person's trials say so.
FEW = 6
LOST = 2
ALONE = 1.2
TOGETHER = 0.2
# Nothing jumps at these limits: what holds on one side of them fades out over this much of the limit on the other.
FADE = 0.25
HALF = 0.5


def below(value: float, limit: float) -> float:
    """Say how far a value is below a limit: 1 up to it, falling to 0 a quarter above it.

    Examples
    --------
    >>> below(6, 6), below(6.75, 6), below(7.5, 6)
    (1.0, 0.5, 0.0)
    """
    return min(max(1 - (value / limit - 1) / FADE, 0.0), 1.0)


def above(value: float, limit: float) -> float:
    """Say how far a value is above a limit: 1 from it on, falling to 0 a quarter below it."""
    return min(max((value / limit - 1) / FADE + 1, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Spread(Shown):
    """Sums over clusters of the squared and fourth powers of what each cluster adds to the error of a count.

    Parameters
    ----------
    squares, fourths
        Sums of residual^2 and residual^4, in events.
    """

    squares: float
    fourths: float

    def __add__(self, other: Spread) -> Spread:
        return Spread(self.squares + other.squares, self.fourths + other.fourths)

    @property
    def clusters(self) -> float:
        """How many clusters the spread comes from, counted as if they added the same: from 1 up; 0 without spread."""
        return self.squares**2 / self.fourths if self.fourths > 0 else 0.0

    @property
    def few(self) -> bool:
        """Whether it comes from a few clusters only."""
        return self.clusters < FEW

    def widening(self, *, lost: float, least: float = 1.0, level: float) -> float:
        """By how much to enlarge the squares for being an estimate themselves (Student's t), at least 1.

        Parameters
        ----------
        lost
            Degrees of freedom to take off.
        least
            Of them that remain.
        level
            Coverage for which the squares are meant.
        """
        freedom = max(FREEDOM * self.clusters - lost, least)
        return float(stdtrit(freedom, (1 + level) / 2) / ndtri((1 + level) / 2)) ** 2


def spread_of(events: Ints | Floats, trials: Ints | Floats) -> Spread:
    """Sum over clusters how far each cluster's events are from the share that all *others* have.

    A cluster with a good part of all trials pulls the common share towards its own; leaving it out undoes that.
    """
    total = trials.sum()
    others = 1 - trials / total if len(trials) > 1 else np.ones(1)
    return powers((events - events.sum() / total * trials) / others)


def powers(rest: Floats) -> Spread:
    """Sum the squares and the fourth powers."""
    squares = rest * rest  # a square of squares costs a tenth of a fourth power
    return Spread(float(squares.sum()), float((squares * squares).sum()))


@dataclass(frozen=True, slots=True)
class Repeats(Shown):
    """How the trials lie on people.

    Parameters
    ----------
    most_alike
        Design effect if all trials of a person came out alike, at least 1: the mean number of trials of a person as a
        trial meets it.
    evenness
        People who would have as many trials each if the trials weighed as much, by people: 1 where all have the same.
    together
        Of a person's trials those with an error, as an error meets it (as a trial without one, where these are fewer):
        1 where those who err always do, and where nobody does.

    Examples
    --------
    >>> import numpy as np
    >>> repeats_of(np.array([0, 1]), np.array([1, 3]))
    Repeats(most_alike=2.5, evenness=0.8, together=0.3333333333333333)
    """

    most_alike: float
    evenness: float
    together: float

    def tell(self, spread: Spread, *, design_effect: float, at_most: float) -> Telling:
        """Judge whether the people who err tell how much the rate varies.

        Parameters
        ----------
        spread, design_effect
            Of the people.
        at_most
            Errors, or trials without one if they are fewer, if all trials of a person counted as one.
        """
        # Errors that came alone, among many trials of those people without one, say that trials are not alike.
        alike = max(above(design_effect - 1, ALONE - 1), above(self.together, TOGETHER))
        few = below(spread.clusters, FEW) * alike
        thin = below(self.evenness, 1 / 3) * below(at_most, FEW)
        hidden = max(below(self.evenness, 2 / 3) * few, thin * above(self.together, TOGETHER))
        return Telling(lost=LOST * max(few, thin), hidden=hidden, careful=spread.few or thin == 1)


@dataclass(frozen=True, slots=True)
class Telling:
    """What the people who err tell of how much a rate varies.

    Parameters
    ----------
    lost
        Degrees of freedom that the spread loses, as they are so few that it is a matter of luck.
    hidden
        How far it is to be feared, from 0 to 1, that people with many trials, of whom none happened to err, hide what
        the rate varies by.
    careful
        They are too few to tell.
    """

    lost: float
    hidden: float
    careful: bool


def repeats_of(events: Ints | Floats, trials: Ints | Floats) -> Repeats:
    """Measure how the trials, and the errors among them, lie on people."""
    n, squares = float(trials.sum()), float((trials * (trials * 1.0)).sum())
    rare = events if 2 * events.sum() <= n else trials - events
    met = float((rare * (trials * 1.0)).sum())
    together = float((rare * (rare * 1.0)).sum()) / met if met > 0 else 1.0
    return Repeats(squares / n, n**2 / squares / len(trials), together)


@dataclass(frozen=True, slots=True)
class Worth(Shown):
    """What dependent trials are worth, in independent ones of the same precision.

    Parameters
    ----------
    trials
        What they are worth as far as the people who err tell, above 0: for the lower end, of a rate that is at most
        one half (for the upper end of a higher one).
    at_least
        For the other end, at most as many: errors of people who did not happen to make any are to be feared there.
    careful
        Whether the data are too few, or too uneven, to tell how uncertain the rate is.
    """

    trials: float
    at_least: float
    careful: bool

    def interval(self, share: float, method: str, *, level: float) -> Interval:
        """Give Wilson's interval of a share for that many trials.

        No lower end needs to lie further below the share than by the factor (1 - level) / 2: the share is right in the
        mean, and what is never negative exceeds 40 times its mean once in 40 times at most (Markov), however dependent
        the trials are. The same holds of the trials without an event.
        """
        near, far = (wilson(share * n, n, level=level) for n in (self.trials, self.at_least))
        low, high = (near.low, far.high) if share <= HALF else (far.low, near.high)
        tail = (1 - level) / 2
        low, high = max(low, share * tail), min(high, 1 - (1 - share) * tail)
        return Interval(low, high, level, named(method, careful=self.careful or near.careful or far.careful))

    def lessened(self, beyond: float, n: float, *, careful: bool) -> Worth:
        """Add to the design effects of ``n`` trials what something else adds to them."""
        trials, at_least = (n / (n / worth + beyond) for worth in (self.trials, self.at_least))
        return Worth(trials, at_least, careful=self.careful or careful)


def combined(method: str, *parts: Interval) -> str:
    """Name a method that puts intervals together: careful if one of them is."""
    return named(method, careful=any(part.careful for part in parts))


def effective_trials(share: float, n: float, spread: Spread, *, repeats: Repeats, level: float) -> Worth:
    """Count the independent trials that would give a rate the precision it has.

    Parameters
    ----------
    share, n
        The rate and its trials.
    spread
        Of the clusters.
    repeats
        How the trials lie on people. The uncertainty about the spread itself never widens an interval beyond what holds
        if all trials of a person came out alike.
    level
        Coverage for which the number is meant: the uncertainty of the spread is carried by Student's t.

    Returns
    -------
    Worth
        Above 0 and at most ``n`` trials.
    """
    if_alike = n / repeats.most_alike
    binomial = n * share * (1 - share)
    if binomial <= 0 or spread.squares <= 0:
        return Worth(if_alike, if_alike, careful=repeats.most_alike > 1)
    design_effect = max(spread.squares / binomial, 1.0)
    seen = n / design_effect
    told = repeats.tell(spread, design_effect=design_effect, at_most=min(share, 1 - share) * if_alike)
    trials, feared = max(seen / spread.widening(lost=told.lost, level=level), min(seen, if_alike)), min(seen, if_alike)
    return Worth(trials, trials ** (1 - told.hidden) * feared**told.hidden, careful=told.careful)
