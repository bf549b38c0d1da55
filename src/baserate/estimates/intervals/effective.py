"""Effective number of trials: what dependent trials are worth in independent ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtrit

if TYPE_CHECKING:
    from baserate.estimates.tally import Floats, Ints

# Degrees of freedom of a variance that is a sum of squares r^2 are about 2 (sum r^2)^2 / sum r^4 were the squares
# independent of the estimate; they are not, and 1.5 is what covers (benchmarks/coverage.py).
FREEDOM = 1.5


@dataclass(frozen=True, slots=True)
class Spread:
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


def spread_of(events: Ints | Floats, trials: Ints | Floats) -> Spread:
    """Sum over clusters how far each cluster's events are from the share expected of it."""
    return spread_of_rest(events - events.sum() / trials.sum() * trials)


def spread_of_rest(rest: Floats) -> Spread:
    """Sum over clusters what is left of each once an expectation, estimated from them all, is taken off."""
    correction = len(rest) / max(len(rest) - 1, 1)
    sums = powers(rest)
    return Spread(sums.squares * correction, sums.fourths * correction**2)


def powers(rest: Floats) -> Spread:
    """Sum the squares and the fourth powers."""
    squares = rest * rest  # a square of squares costs a tenth of a fourth power
    return Spread(float(squares.sum()), float((squares * squares).sum()))


def effective_trials(share: float, n: float, spread: Spread, *, most_alike: float, level: float) -> float:
    """Count the independent trials that would give a rate the precision it has.

    Parameters
    ----------
    share, n
        The rate and its trials.
    spread
        Of the clusters.
    most_alike
        Design effect if all trials of a cluster came out alike, at least 1: the uncertainty about the spread itself
        never widens an interval beyond this.
    level
        Coverage for which the number is meant: the uncertainty of the spread is carried by Student's t.

    Returns
    -------
    float
        Above 0 and at most ``n``.
    """
    binomial = n * share * (1 - share)
    if binomial <= 0 or spread.squares <= 0:
        return n / most_alike
    design_effect = max(spread.squares / binomial, 1.0)
    freedom = max(FREEDOM * spread.squares**2 / spread.fourths, 1.0)
    shrink = float(ndtri((1 + level) / 2) / stdtrit(freedom, (1 + level) / 2)) ** 2
    return float(max(n / design_effect * shrink, min(n / design_effect, n / most_alike)))


def most_alike(trials: Ints | Floats) -> float:
    """Design effect when all trials of a cluster come out alike: the mean cluster size as a trial meets it.

    Examples
    --------
    >>> import numpy as np
    >>> most_alike(np.array([1, 3]))
    2.5
    """
    total = float(trials.sum())
    return float(np.square(np.asarray(trials, np.float64)).sum() / total) if total else 1.0
