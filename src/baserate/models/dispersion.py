"""Searches are not alike: how strongly one search's comparisons share a factor.

Formula. A search's hazard of a false match is multiplied by exp(w g - w^2/2), g ~ Normal(0, 1), whose mean is 1. With
a mean of h false candidates per search, FPIR = E[1 - exp(-h exp(w g - w^2/2))].

Meaning. With w = 0 searches are alike and FPIR = 1 - exp(-h). Where w is larger, the same false candidates fall on
fewer searches: FPIR is lower, and grows more slowly with the gallery.

Assumption. The factor is log-normal and stays what it is in a larger gallery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from baserate.errors import NotEstimableError
from baserate.models.score_law import hazard_for_rate, share_with_candidate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LARGEST_DISPERSION = 4.0
_HALVINGS = 60
_FEWEST_FALSE = 30


def fpir_of_hazard(hazard: float | Floats, dispersion: float) -> Floats:
    """FPIR from the mean number of false candidates per search.

    Parameters
    ----------
    hazard
        Mean number of false candidates per search at the threshold, at least 0.
    dispersion
        w, from 0 to 4.

    Examples
    --------
    >>> [round(float(fpir_of_hazard(1.0, w)), 3) for w in (0.0, 0.5, 1.0)]
    [0.632, 0.589, 0.488]
    """
    hazard = np.asarray(hazard, dtype=np.float64)
    return share_with_candidate(hazard, np.full(hazard.shape, dispersion))


def hazard_of_fpir(fpir: float | Floats, dispersion: float) -> Floats:
    """Mean number of false candidates per search behind an FPIR: the inverse of :func:`fpir_of_hazard`.

    Examples
    --------
    >>> float(hazard_of_fpir(fpir_of_hazard(0.5, 1.2), 1.2).round(9))
    0.5
    """
    fpir = np.asarray(fpir, dtype=np.float64)
    if dispersion == 0:
        return np.asarray(-np.log1p(-fpir))
    return np.where(fpir <= 0, 0.0, hazard_for_rate(fpir, np.full(fpir.shape, dispersion)))


def dispersion_of_counts(counts: NDArray[np.int64]) -> float:
    """Estimate w from the number of false candidates of each non-mated search at one threshold.

    Parameters
    ----------
    counts
        False candidates at or above the threshold, one number per non-mated search, none cut off by the length of the
        list.

    Returns
    -------
    float
        w from mean and variance: w^2 = ln(1 + (variance - mean) / mean^2); 0 where counts vary no more than chance
        makes them.

    Raises
    ------
    NotEstimableError
        For fewer than 30 false candidates.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> factor = np.exp(0.8 * rng.standard_normal(200_000) - 0.32)
    >>> round(dispersion_of_counts(rng.poisson(0.5 * factor)), 1)
    0.8
    """
    if counts.sum() < _FEWEST_FALSE:
        message = (
            f"{int(counts.sum())} false candidates are too few to see how unlike searches are. Use a lower threshold, "
            f"one that {_FEWEST_FALSE} or more reach."
        )
        raise NotEstimableError(message)
    mean, variance = float(counts.mean()), float(counts.var(ddof=1))
    return min(LARGEST_DISPERSION, float(np.sqrt(np.log1p(max(0.0, variance - mean) / mean**2))))


def dispersion_of_rates(fpir: float, false_candidates: float) -> float:
    """Estimate w from FPIR and the mean number of false candidates per search at the same threshold.

    Parameters
    ----------
    fpir
        Share of non-mated searches that return anybody, in (0, 1).
    false_candidates
        Mean number of false candidates per non-mated search, or gallery size times FMR; not below ``fpir``.

    Returns
    -------
    float
        0 where FPIR is as high as independence makes it.

    Examples
    --------
    >>> round(dispersion_of_rates(float(fpir_of_hazard(0.7, 1.3)), 0.7), 6)
    1.3
    >>> dispersion_of_rates(0.6, 0.7)
    0.0
    """
    if fpir >= -np.expm1(-false_candidates):
        return 0.0
    low, high = 0.0, LARGEST_DISPERSION
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if fpir_of_hazard(false_candidates, middle) > fpir else (low, middle)
    return (low + high) / 2
