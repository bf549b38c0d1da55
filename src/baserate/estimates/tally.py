"""Tally: exact whole-number counts of mated and non-mated trials by score; tallies of parts add up to the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from baserate.errors import NotEstimableError
from baserate.notebook import Shown

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Tally(Shown):
    """Trials counted in steps of the score, exact at the lower edge of every step.

    A trial is a comparison, or a search with the one score that decides it: the mate's for a mated search, the
    highest for a non-mated one. A trial without a score (failure to acquire or enrol, mate not listed, empty list) is
    in the totals and never at or above any threshold.

    Parameters
    ----------
    scores
        Lowest score of each step, ascending.
    mated, non_mated
        Trials of each kind in the step.
    single
        Whether the step holds one score only. A step that does not is a range of scores that nothing asked of these
        data fell into; its edges are still exact.
    n_mated, n_non_mated
        All trials, failures included.
    """

    scores: Floats
    mated: Ints
    non_mated: Ints
    single: Bools
    n_mated: int
    n_non_mated: int

    def __add__(self, other: Tally) -> Tally:
        """Add the counts of two parts of the data; both must be counted score by score."""
        if not (self.single.all() and other.single.all()):
            msg = "tallies counted in ranges cannot be added after the fact: count the files together"
            raise NotEstimableError(msg)
        return tally_of_steps(
            np.concatenate([self.scores, other.scores]),
            np.concatenate([self.mated, other.mated]),
            np.concatenate([self.non_mated, other.non_mated]),
            n_mated=self.n_mated + other.n_mated,
            n_non_mated=self.n_non_mated + other.n_non_mated,
        )

    @property
    def n(self) -> int:
        """All trials."""
        return self.n_mated + self.n_non_mated

    def mated_at_or_above(self) -> Ints:
        """Count mated trials at or above each of ``scores``."""
        return _from_the_top(self.mated)

    def non_mated_at_or_above(self) -> Ints:
        """Count non-mated trials at or above each of ``scores``."""
        return _from_the_top(self.non_mated)

    def at(self, threshold: float) -> tuple[int, int]:
        """Count mated and non-mated trials at or above a threshold.

        Raises
        ------
        NotEstimableError
            The threshold falls inside a range that was not resolved; count again with it among ``thresholds``.
        """
        step = int(np.searchsorted(self.scores, threshold))
        if not self.resolves(threshold):
            msg = f"the counts were not resolved at {threshold!r}; count again with it among the thresholds"
            raise NotEstimableError(msg)
        return int(self.mated[step:].sum()), int(self.non_mated[step:].sum())

    def resolves(self, threshold: float) -> bool:
        """Whether counts at this threshold are exact."""
        step = int(np.searchsorted(self.scores, threshold))
        on_edge = step < len(self.scores) and self.scores[step] == threshold
        return bool(step == 0 or on_edge or self.single[step - 1])


def tally_of_steps(scores: Floats, mated: Ints, non_mated: Ints, *, n_mated: int, n_non_mated: int) -> Tally:
    """Build a tally from counts per score, in any order and with repeats.

    Examples
    --------
    >>> import numpy as np
    >>> tally = tally_of_steps(
    ...     np.array([0.5, 0.2, 0.5]), np.array([1, 0, 1]), np.array([0, 3, 1]), n_mated=3, n_non_mated=4
    ... )
    >>> tally.at(0.5), tally.at(0.51)
    ((2, 1), (0, 0))
    """
    distinct, place = np.unique(scores, return_inverse=True)
    mated_sum, non_mated_sum = (np.zeros(len(distinct), np.int64) for _ in range(2))
    np.add.at(mated_sum, place, mated)
    np.add.at(non_mated_sum, place, non_mated)
    single = np.ones(len(distinct), bool)
    return Tally(distinct, mated_sum, non_mated_sum, single, int(n_mated), int(n_non_mated))


def tally_of_scores(mated: Floats, non_mated: Floats, *, failed_mated: int = 0, failed_non_mated: int = 0) -> Tally:
    """Count arrays of scores that are already in memory.

    Parameters
    ----------
    mated, non_mated
        Finite scores, higher is more alike.
    failed_mated, failed_non_mated
        Trials that gave no score.

    Examples
    --------
    >>> import numpy as np
    >>> tally_of_scores(np.array([0.9, 0.7]), np.array([0.7, 0.1]), failed_mated=1).at(0.7)
    (2, 1)
    """
    # Adding 0.0 makes one zero of two: -0.0 and 0.0 are the same score.
    one, two = (np.sort(np.asarray(part, np.float64) + 0.0) for part in (mated, non_mated))
    if not all(np.isfinite(part[[0, -1]]).all() for part in (one, two) if len(part)):
        msg = "scores must be finite; count failures as failures"
        raise ValueError(msg)
    scores = np.union1d(one, two)
    return Tally(
        scores,
        _in_each(one, scores),
        _in_each(two, scores),
        np.ones(len(scores), bool),
        len(one) + failed_mated,
        len(two) + failed_non_mated,
    )


def _in_each(ordered: Floats, scores: Floats) -> Ints:
    """Count how many of the ordered values are each of the scores."""
    return np.diff(np.append(np.searchsorted(ordered, scores), len(ordered))).astype(np.int64)


def _from_the_top(counts: Ints) -> Ints:
    return np.cumsum(counts[::-1])[::-1]
