"""Mates behind others on the list: how often a limit on the rank costs the mate in another gallery.

Formula. A mate of score s stands behind those of the gallery who score s or more. Of the N persons at hand k did; of
the N' - N more it is a Poisson number with the mean h(s) (N' - N) / N, where h(s) is the hazard of the share of
non-mated searches that reach s. The mate is missed within rank R where both together are R or more. In a smaller
gallery each of the k is there with probability N' / N. Where k is not known, the Poisson number counts all N'.

Where searches are unlike (:mod:`baserate.models.dispersion`), h is multiplied by the search's factor, of which k tells:
its law given k stands in.

Assumption. The N at hand are among the N', and mated searches draw false candidates as non-mated ones do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammainc
from scipy.stats import binom

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

# Misses are low scores: the lowest are looked at one by one, the others in classes that grow with those below.
_CLASSES = 1200
# Classes times draws that are looked at together, to bound memory.
_AT_ONCE = 1_000_000
# Logarithms of hazards between which chances are interpolated, to four digits.
_LOG_HAZARDS = np.linspace(np.log(1e-15), np.log(1e4), 1200)
_FURTHEST, _STEPS = 7.5, 161


def missed_among_fewer(
    scores: Floats, ahead: Ints, *, rank: int, galleries: tuple[int, int], thresholds: Floats
) -> Floats:
    """Count as :func:`missed_by_rank`, for a gallery that is no larger: nobody comes in, whatever the law.

    Examples
    --------
    >>> missed_among_fewer(
    ...     np.array([4.0, 6.0]), np.array([1, 0]), rank=1, galleries=(1000, 250), thresholds=np.array([0.0])
    ... ).tolist()
    [0.25]
    """
    size, asked = galleries
    order = np.argsort(scores)
    missed = np.append(np.cumsum(binom.sf(rank - 1, ahead[order][::-1], asked / size))[::-1], 0.0)
    return np.asarray(missed[np.searchsorted(scores[order], thresholds, side="left")])


def missed_by_rank(
    scores: Floats,
    ahead: Ints | None,
    *,
    rank: int,
    galleries: tuple[int, int],
    thresholds: Floats,
    hazards: Callable[[Floats, slice], Floats],
    dispersion: float,
) -> Floats:
    """Count the mates at or above each threshold that a limit on the rank is expected to cost.

    Parameters
    ----------
    scores
        Score of each mate that is listed.
    ahead
        Candidates listed before each, in a gallery that is not larger than N'; ``None`` where that is not known.
    rank
        R, the longest list position that counts, 1 or more.
    galleries
        N, that was searched, and N', that is asked for.
    thresholds
        One for each draw.
    hazards
        Gives the mean number of false candidates of a search of N at or above scores, for a slice of the draws: an
        array with a row for each draw.
    dispersion
        w of :mod:`baserate.models.dispersion`.

    Returns
    -------
    array
        One number for each draw.

    Examples
    --------
    One false candidate is expected above the first mate in the gallery of 1,000, none above the second:

    >>> hazards = lambda scores, draws: np.where(scores < 5, 1.0, 0.0)[None, :]
    >>> missed = missed_by_rank(
    ...     np.array([4.0, 6.0]), None, rank=1, galleries=(1000, 1000), thresholds=np.array([0.0]), hazards=hazards,
    ...     dispersion=0.0,
    ... )
    >>> missed.round(4).tolist()
    [0.6321]
    """
    if not len(scores):
        return np.zeros(len(thresholds))
    at, before, weights = _classes(scores, None if ahead is None else np.minimum(ahead, rank))
    chances = _chances(before, known=ahead is not None, rank=rank, galleries=galleries, dispersion=dispersion)
    found, at_once = [], max(1, _AT_ONCE // len(at))
    for start in range(0, len(thresholds), at_once):
        draws = slice(start, start + at_once)
        counts = weights * (at >= thresholds[draws, None])
        found.append((counts * chances(hazards(at, draws))).sum(axis=1))
    return np.concatenate(found)


def _classes(scores: Floats, ahead: Ints | None) -> tuple[Floats, Ints, Ints]:
    """Scores, candidates before and numbers of mates that are alike in both."""
    order = np.argsort(scores)
    before = np.zeros(len(scores), np.int64) if ahead is None else ahead[order]
    edges = np.unique(np.geomspace(1, len(scores) + 1, _CLASSES).astype(np.int64)) - 1
    place = np.searchsorted(edges, np.arange(len(scores)), side="right") - 1
    keys, cell, weights = np.unique(np.stack([place, before]), axis=1, return_inverse=True, return_counts=True)
    sums = np.bincount(cell.ravel(), weights=scores[order], minlength=len(weights))
    return sums / weights, keys[1], weights


def _chances(
    before: Ints, *, known: bool, rank: int, galleries: tuple[int, int], dispersion: float
) -> Callable[[Floats], Floats]:
    """Give the chance of each class to stand at ``rank`` or further down, by the hazard at its score."""
    size, asked = galleries
    growth = (asked - size * known) / size
    kinds, kind = np.unique(before, return_inverse=True)
    tables = np.stack([_of_hazard(int(k), rank, growth, dispersion, known=known) for k in kinds])
    logs = np.log(np.maximum(tables, np.finfo(np.float64).tiny))  # a chance is a power of a small hazard

    def chances(hazards: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            place = np.interp(np.log(hazards), _LOG_HAZARDS, np.arange(len(_LOG_HAZARDS)))
        low = np.minimum(place.astype(np.int64), len(_LOG_HAZARDS) - 2)
        share = place - low
        return np.asarray(np.exp((1 - share) * logs[kind, low] + share * logs[kind, low + 1]))

    return chances


def _of_hazard(before: int, rank: int, growth: float, dispersion: float, *, known: bool) -> Floats:
    """Chance that a mate behind ``before`` others is outranked, at each hazard of the table."""
    if before >= rank:
        return np.ones(len(_LOG_HAZARDS))
    hazards, more = np.exp(_LOG_HAZARDS)[:, None], rank - before
    g = np.linspace(-_FURTHEST, _FURTHEST, _STEPS) if dispersion else np.zeros(1)
    factors = np.exp(dispersion * (g - dispersion / 2))
    told = before * np.log(factors) - hazards * factors if known else 0.0
    weights = np.broadcast_to(told - g**2 / 2, (len(hazards), len(g)))
    weights = np.exp(weights - weights.max(axis=1, keepdims=True))
    chance = gammainc(more, growth * hazards * factors)
    return np.asarray((weights * chance).sum(axis=1) / weights.sum(axis=1))
