r"""The score law: how often the best of N comparisons of different people passes a threshold.

A comparison of two different people with false match rate *p* at its score is carried as its hazard
*H = -ln(1 - p)*; smaller is more alike. Then, exactly:

* one comparison has *H ~ Exponential(1)*, and with a group's factor *m*, Exponential with rate *m*;
* the best of *N* has *H ~ Exponential(N m)*, and the *j*-th best is *sum over i <= j of E_i / (N - i + 1) / m* with
  independent unit exponentials *E_i* (Renyi's representation), at a cost that does not depend on *N*;
* a search's own factor *M = exp(w g - w²/2)*, *g ~ Normal(0, 1)*, multiplies the rates of all its comparisons: with
  *w = 0* searches are alike and FPIR = 1 - (1 - FMR)^N, with *w > 0* they are not and false candidates cluster.

Charts and tables show scores as *z*, the standard normal deviate with *1 - Phi(z) = p*. A mated search's mate has
*z ~ Normal(mu, sigma)*, save a share ``lapse`` that is never returned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betaincc, ndtri

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_FAR = 7.5  # standard deviations of g: beyond lies a share of 1e-13
_FINENESS = 0.7  # w times the step
_ROUNDING = 1e-17  # a term that adds nothing to a sum of doubles
_LOOK = 4  # terms between looks at whether the rest adds anything
_MANY, _SHORT = 1500.0, 100  # entries of a gallery, places of a list
_AT_ONCE = 4000  # worlds times points of the rule that are computed together, to bound memory
_TINY = 600.0  # hazard beyond which exp(-hazard) is too near the smallest number to start a sum from


def _rule(heterogeneity: Floats) -> tuple[Floats, Floats]:
    """Points and weights of the trapezoidal rule over g.

    For the functions here, analytic in g as long as exp(w g) has a positive real part, its error is about
    exp(-pi² / (w step)), which the step keeps near 1e-6, and far less where rates are small.
    """
    step = min(0.5, _FINENESS / max(float(np.max(heterogeneity)), 1e-9))
    half = int(np.ceil(_FAR / step))
    points: Floats = np.arange(-half, half + 1, dtype=np.float64) * step
    weights: Floats = np.exp(-0.5 * points**2)
    return points, weights / weights.sum()


def over_searches(value: Callable[[Floats], Floats], heterogeneity: Floats) -> Floats:
    """Mean of a function of the search's factor M, over searches.

    Parameters
    ----------
    value
        Function of M, which it gets in the shape of ``heterogeneity`` or with one more axis before, over which it has
        to broadcast: what it multiplies M with has as many axes as ``heterogeneity``.
    heterogeneity
        w of M = exp(w g - w²/2), 0 or more, any shape.
    """
    if not np.any(heterogeneity):
        return value(np.ones_like(heterogeneity))
    points, weights = _rule(heterogeneity)
    total: Floats = np.float64(0.0) * heterogeneity
    portion = max(1, _AT_ONCE // heterogeneity.size)  # a few worlds at many points cost as much as many at one
    for start in range(0, len(points), portion):
        some = points[start : start + portion].reshape(-1, *(1,) * heterogeneity.ndim)
        values = value(np.exp(heterogeneity * (some - 0.5 * heterogeneity)))
        total = _add_rows(total, weights[start : start + portion], values)
    return total


def _add_rows(total: Floats, weights: Floats, rows: Floats) -> Floats:
    """Add weighted rows to a total from the first to the last: the same bits whatever the portions they come in."""
    if rows[0].size == 1 or np.any(total):
        for weight, row in zip(weights, rows, strict=True):
            total = total + weight * row
        return total
    # Over an outer axis NumPy adds row by row too; a single column it would add in pairs.
    return np.asarray(np.add.reduce(weights.reshape(-1, *(1,) * (rows.ndim - 1)) * rows, axis=0))


def share_without_candidate(hazard: Floats, heterogeneity: Floats) -> Floats:
    """Share of non-mated searches that return nobody: the mean of exp(-hazard M) over searches.

    Parameters
    ----------
    hazard
        Gallery size times factor times the threshold's hazard, 0 or more.
    heterogeneity
        w, 0 to 3, of a shape that broadcasts with ``hazard``.

    Examples
    --------
    >>> share_without_candidate(np.array([0.003]), np.array([0.0])).round(6).tolist()
    [0.997004]
    """
    return over_searches(lambda factor: np.exp(-hazard * factor), heterogeneity)


def share_with_candidate(hazard: Floats, heterogeneity: Floats) -> Floats:
    """FPIR: share of non-mated searches that return somebody, without loss of digits where it is small.

    Parameters
    ----------
    hazard, heterogeneity
        As for :func:`share_without_candidate`.

    Examples
    --------
    >>> share_with_candidate(np.array([1e-20]), np.array([0.0])).tolist()
    [1e-20]
    """
    return over_searches(lambda factor: -np.expm1(-hazard * factor), heterogeneity)


def hazard_for_rate(fpir: Floats, heterogeneity: Floats) -> Floats:
    """Total hazard (gallery size times the threshold's hazard) at which FPIR is as given.

    Solved by bisection on its logarithm to the last digits.

    Examples
    --------
    >>> hazard_for_rate(np.array([0.5]), np.array([0.0])).round(9).tolist()
    [0.693147181]
    """
    fpir, heterogeneity = np.broadcast_arrays(fpir, heterogeneity)
    low, high = np.full(fpir.shape, -740.0), np.full(fpir.shape, 30.0)
    for _ in range(64):
        middle = (low + high) / 2
        above = share_with_candidate(np.exp(middle), heterogeneity) > fpir
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.asarray(np.exp((low + high) / 2))


def score_of_hazard(hazard: Floats) -> Floats:
    """Score z at a hazard: the normal deviate exceeded with probability 1 - exp(-hazard)."""
    return np.asarray(-ndtri(-np.expm1(-hazard)))


def hazard_of_score(z: Floats) -> Floats:
    """Hazard at a score z."""
    from scipy.special import log_ndtr

    return np.asarray(-log_ndtr(z))


def lists_shorter_than(
    length: NDArray[np.int64], *, gallery: Floats, hazard: Floats, pass_over: Floats | float
) -> Floats:
    """Sum over j < length of P(j wrong candidates) times pass_over^j: a truncated generating function.

    With ``pass_over`` = 1 it is the chance of fewer than ``length`` wrong candidates; with y it is the chance of that
    and that none of them is chosen, when each is chosen with probability 1 - y.

    Parameters
    ----------
    length
        1 or more, an array over draws that broadcasts with the rest.
    gallery
        Number of comparisons N; the count is binomial with N and 1 - exp(-hazard / N).
    hazard
        Total hazard, 0 or more.
    pass_over
        y, from 0 to 1.
    """
    longest = int(np.max(length))
    total = np.exp(-hazard)  # j = 0: (1 - p)^N, the same for every N
    if longest == 1:
        return total
    odds = np.expm1(np.minimum(hazard, _TINY) / gallery) * pass_over  # p / (1 - p) times y
    term = np.array(np.broadcast_to(total, np.broadcast_shapes(total.shape, odds.shape, length.shape)))
    total = term.copy()
    for j in range(1, longest):
        term *= odds
        term *= (j <= length - 1) * ((gallery - j + 1) / j)  # 0 ends the sum where the list is full
        total += term
        if j % _LOOK == 0 and not np.any(term > total * _ROUNDING):  # terms have one peak: all that follow are smaller
            break
    if np.any(hazard > _TINY):
        large, small_gallery = (np.broadcast_to(mask, total.shape) for mask in (hazard > _TINY, gallery < _MANY))
        total[large] = 0.0  # of 1,500 or more entries 500 are above: a chance below 1e-60 that they are fewer than 100
        exact = large & (small_gallery | (length > _SHORT))
        if exact.any():
            given = (np.broadcast_to(array, total.shape)[exact] for array in (length, gallery, hazard, pass_over))
            total[exact] = _short_of_many(*given)
    return total


def _short_of_many(length: NDArray[np.int64], gallery: Floats, hazard: Floats, pass_over: Floats) -> Floats:
    """The same sum, slower and for any hazard: E[y^J] times the chance that a binomial of odds y p / (1 - p) is short.

    Only a gallery hardly longer than the list, or a search whose factor is huge, comes here.
    """
    chance = -np.expm1(-hazard / gallery)
    stopped = np.minimum(chance * (1.0 - pass_over), 1.0 - 1e-16)
    mean = np.exp(gallery * np.log1p(-stopped))
    tilted = np.clip(chance * pass_over / (1.0 - stopped), 0.0, 1.0)
    above = np.maximum(gallery - length + 1.0, 1.0)
    return np.asarray(mean * np.where(gallery < length, 1.0, betaincc(length, above, tilted)))


def smallest_hazards(spacings: Floats, gallery: int) -> Floats:
    """The smallest hazards of a gallery, best first, from independent unit exponentials.

    Parameters
    ----------
    spacings
        Unit exponentials, one column for each candidate wanted; at most ``gallery`` columns.
    gallery
        Number of comparisons N, at least the number of columns.

    Returns
    -------
    array
        Of the same shape: exactly distributed as the smallest of N unit exponentials, at a cost that does not depend
        on N.

    References
    ----------
    A. Renyi, On the theory of order statistics, Acta Mathematica Academiae Scientiarum Hungaricae 4 (1953), 191-231.

    Examples
    --------
    >>> smallest_hazards(np.array([[3.0, 2.0]]), 3).tolist()
    [[1.0, 2.0]]
    """
    hazards = np.empty_like(spacings)
    total: Floats | float = 0.0
    for column in range(spacings.shape[1]):  # column by column: the same additions on every processor
        total = total + spacings[:, column] / float(gallery - column)
        hazards[:, column] = total
    return hazards
