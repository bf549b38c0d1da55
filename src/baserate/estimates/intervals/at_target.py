"""At a target rate: the threshold was set on the same data, so that it varies when the people do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import pdtr

from baserate.estimates.estimate import Interval
from baserate.estimates.intervals.effective import Spread, effective_trials, most_alike, spread_of
from baserate.estimates.intervals.wilson import wilson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from baserate.estimates.tally import Floats, Ints

REPLICATES = 1000
BLOCK = 50  # replicates at once, fewer
WEIGHTS_AT_ONCE = 5_000_000  # where people are so many that their weights would fill the memory
# Poisson(1) numbers by table: one 16-bit draw each, four times as fast and right to 1 in 65,536.
_WEIGHTS = np.searchsorted(np.round(65_536 * pdtr(np.arange(9), 1.0)), np.arange(65_536), side="right").astype(np.uint8)


@dataclass(frozen=True, eq=False)
class ScoredPeople:
    """What resampling of people needs of the trials.

    Parameters
    ----------
    n_mated, n_non_mated
        Trials of each person.
    n_below
        Mated trials of each person whose score is below the tail, failures included.
    mated_scores, mated_people
        Score and number of the person of each mated trial in the tail; those above every non-mated score can be left
        out, as no threshold reaches them.
    tail_scores, tail_people
        The same of each non-mated trial in the tail.
    """

    n_mated: Ints
    n_non_mated: Ints
    n_below: Ints
    mated_scores: Floats
    mated_people: Ints
    tail_scores: Floats
    tail_people: Ints


@dataclass(frozen=True, eq=False)
class Replicates:
    """Miss rates and thresholds of resampled people.

    Parameters
    ----------
    misses
        Weighted share of mated trials at or below the score that may no longer pass.
    thresholds
        That score; ``-inf`` where the replicate reached below the tail that was kept.
    """

    misses: Floats
    thresholds: Floats

    @property
    def complete(self) -> bool:
        """Whether no replicate reached below the tail."""
        return bool(np.isfinite(self.thresholds).all())


def at_target(replicates: Replicates, events: Ints, trials: Ints, *, level: float = 0.95) -> tuple[Interval, Interval]:
    """Give the intervals of the miss rate at a target rate and of the threshold, from resampled people.

    Parameters
    ----------
    replicates
        From :func:`resample`, complete.
    events, trials
        Misses and mated trials of each person at the threshold set on the data themselves; trials above 0.
    level
        Nominal coverage, between 0 and 1.

    Returns
    -------
    tuple of Interval
        Of the miss rate, and of the threshold (percentiles). The miss rate's is Wilson's at the effective number of
        trials that the spread of the replicates tells: it is there also where no miss was seen, when all replicates
        agree on 0, and never narrower than the interval at a fixed threshold.
    """
    ends = np.quantile(replicates.thresholds, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf")
    n, share = float(trials.sum()), float(events.sum() / trials.sum())
    fixed = spread_of(events, trials)
    wider = max(float(np.var(replicates.misses)) * n * n / max(fixed.squares, 1e-300), 1.0)
    spread = Spread(fixed.squares * wider, fixed.fourths * wider**2)
    worth = effective_trials(share, n, spread, most_alike=most_alike(trials), level=level)
    found = wilson(share * worth, worth, level=level)
    miss = Interval(found.low, found.high, level, "at_target")
    return miss, Interval(float(ends[0]), float(ends[1]), level, "at_target")


def resample(people: ScoredPeople, rate: float, *, seed: int, replicates: int = REPLICATES) -> Replicates:
    """Weight every person by a Poisson(1) number, set the threshold again and count the misses, many times.

    Only the tail of the non-mated scores decides the threshold, so that a replicate costs what the tail costs and is
    equal, to the last digit, to one that looks at everything.

    Parameters
    ----------
    people
        Scores and whose they are.
    rate
        Target share of non-mated trials, above 0 and below 1.
    seed
        Of the weights.
    replicates
        How many.
    """
    tail = _ordered(-people.tail_scores, people.tail_people)
    mated = _ordered(people.mated_scores, people.mated_people)
    misses, thresholds = np.empty(replicates), np.empty(replicates)
    rng = np.random.Generator(np.random.Philox(seed))
    block = max(1, min(BLOCK, WEIGHTS_AT_ONCE // max(len(people.n_mated), 1)))
    for start in range(0, replicates, block):
        rows = slice(start, min(start + block, replicates))
        weights = draw_weights(rng, rows.stop - rows.start, len(people.n_mated))
        as_floats = weights.astype(np.float64)  # sums of whole numbers, exact below 2^53
        thresholds[rows] = _thresholds(weights, tail, room=rate * (as_floats @ people.n_non_mated))
        missed = as_floats @ people.n_below + _missed(weights, mated, thresholds[rows])
        misses[rows] = missed / np.maximum(as_floats @ people.n_mated, 1)
    return Replicates(misses, thresholds)


def draw_weights(rng: np.random.Generator, rows: int, people: int) -> NDArray[np.uint8]:
    """Draw how often each person is in each replicate."""
    return _WEIGHTS[rng.integers(0, 65_536, size=(rows, people), dtype=np.uint16)]


def _ordered(keys: Floats, people: Ints) -> tuple[Floats, Ints]:
    order = np.argsort(keys, kind="stable")
    return keys[order], people[order]


def _thresholds(weights: NDArray[np.uint8], tail: tuple[Floats, Ints], *, room: Floats) -> Floats:
    """Find for each row of weights the highest score with more than ``room`` weight at or above it."""
    negative, owners = tail
    found = np.full(len(weights), -np.inf)
    for row, weight in enumerate(weights):
        above = np.cumsum(weight[owners], dtype=np.int64)
        first = int(np.searchsorted(above, np.floor(room[row] + 1e-9), side="right"))
        if first < len(negative):
            found[row] = -negative[first]
    return found


def _missed(weights: NDArray[np.uint8], mated: tuple[Floats, Ints], thresholds: Floats) -> Floats:
    """Weigh the mated trials of the tail at or below each row's threshold."""
    scores, owners = mated
    ends = np.searchsorted(scores, thresholds, side="right")
    return np.array([weights[row, owners[:end]].sum(dtype=np.int64) for row, end in enumerate(ends)], np.float64)
