"""How the published algorithms grew from 1.6 to 12 million persons, as departures from the score law.

Each algorithm that ran in both galleries gives one departure: ln FNIR found minus ln FNIR expected, in units of the
size that departures have at its FNIR. What is expected leans towards the algorithms nearest in FNIR
(:class:`LocalMean`), and nobody is expected from itself. An interval that holds the wanted share of the departures is a
conformal prediction interval: for one more algorithm drawn like them it covers at its level, whatever their
distribution and whether or not the law is true; nearly, as a few numbers are fitted, and cross-validation says how
nearly. A law that fits badly costs width, not coverage. Runs that failed at 12 million count as departures like any
other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from baserate.models.growth_law import MateLaw, mate_law, threshold_z
from baserate.models.published import (
    LARGE_GALLERY,
    SMALL_GALLERY,
    TABLE_FPIR,
    TABLE_STEP,
    published_algorithms,
    published_at_both_sizes,
)
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# One step of the table: a gallery 7.5 times as large.
STEP_RATIO = LARGE_GALLERY / SMALL_GALLERY
LOG_STEP = math.log(STEP_RATIO)
# Size of the departures, in ln FNIR: a part that all algorithms share and a part from rounding, in halves of the last
# printed place. Only the shape over FNIR matters: the conformal factor sets the width. benchmarks/
# extrapolation_coverage.py prints what other choices would give.
_SPREAD = 0.05
_FNIR_ROUNDING = 1.5
# Without a rank-1 miss, algorithms of small FNIR, whose growth hangs on it, differ by more.
_FNIR_ONLY_ROUNDING = 2.0
_RANK1_ROUNDING = 0.25
# Where no rank-1 miss is known, that of so many algorithms nearest in FNIR stands in, between two quantiles of its
# share in FNIR.
NEIGHBOURS = 80
_SHARE_QUANTILES = (0.2, 0.5, 0.8)
# Widths, in ln FNIR, of what is near where expectations lean and where departures are counted.
_LEANING, _COUNTING = 0.4, 0.8
# A local mean is drawn to 0 as by so many algorithms without any departure; departures above the limit are cut, or one
# odd run would bend the law.
_ALGORITHMS_AT_ZERO, _CUT = 5.0, 3.0


@dataclass(frozen=True)
class LocalMean:
    """Mean over the algorithms near in FNIR, drawn to 0 where few are near.

    Parameters
    ----------
    fnir
        FNIR at 1.6 million persons of each algorithm, in (0, 1).
    values
        What is averaged, in any unit.
    weights
        Weight of each value, above 0, in any unit.
    """

    fnir: Floats
    values: Floats
    weights: Floats

    def at(self, fnir: float) -> float:
        """Mean at an FNIR, in (0, 1)."""
        return float(self._mean(_kernel(fnir, self.fnir, _LEANING)))

    def without_self(self) -> Floats:
        """Mean at each algorithm over all others."""
        near = _kernel(self.fnir[:, None], self.fnir, _LEANING)
        np.fill_diagonal(near, 0)
        return self._mean(near)

    def _mean(self, near: Floats) -> Floats:
        weights = near * self.weights
        return np.asarray(weights @ self.values / (weights.sum(axis=-1) + _ALGORITHMS_AT_ZERO * self.weights.mean()))


@dataclass(frozen=True)
class Population(Shown):
    """What the published algorithms say of growth over one step of the table.

    Parameters
    ----------
    slope
        Slope of the score law, weighted median.
    slope_lean
        What the algorithms near in FNIR add to the slope.
    rank1_factor
        ln(growth of rank-1 miss) per root of ln(FNIR / rank-1 miss), weighted median.
    rank1_lean
        What the algorithms near in FNIR add to that factor.
    fnir
        FNIR at 1.6 million persons of each algorithm.
    scores
        Sizes of the departures of FNIR from the law, rank-1 miss known, in the order of ``fnir``.
    fnir_only_scores
        How far FNIR lies outside what the neighbours' rank-1 misses let expect, negative inside, in the same order.
    rank1_scores
        Sizes of the departures of rank-1 miss, in the same order.
    departures
        Signed departures of FNIR, rank-1 miss known, failed runs left out.
    """

    slope: float
    slope_lean: LocalMean
    rank1_factor: float
    rank1_lean: LocalMean
    fnir: Floats
    scores: Floats
    fnir_only_scores: Floats
    rank1_scores: Floats
    departures: Floats

    def slope_at(self, fnir: float) -> float:
        """Slope of the score law for a system with this FNIR."""
        return self.slope + self.slope_lean.at(fnir)

    def rank1_factor_at(self, fnir: float) -> float:
        """Factor of the growth of rank-1 miss for a system with this FNIR."""
        return self.rank1_factor + self.rank1_lean.at(fnir)


@cache
def whole_population() -> Population:
    """Fit to every algorithm of the table that ran at both sizes."""
    return fit_population(range(len(published_at_both_sizes())))


def fit_population(chosen: Sequence[int]) -> Population:
    """Fit to some of the published algorithms; coverage is tested by fitting to a part and predicting the rest.

    Parameters
    ----------
    chosen
        Positions in :func:`~baserate.models.published.published_at_both_sizes`, at least 20.

    Examples
    --------
    >>> population = fit_population(range(211))
    >>> round(population.slope, 2), len(population.scores), len(population.departures)
    (1.08, 211, 208)
    """
    rows = [published_at_both_sizes()[position] for position in chosen]
    fnir, rank1 = np.array([row.fnir_small for row in rows]), np.array([row.rank1_small for row in rows])
    large, large_rank1 = np.array([(row.fnir_large, row.rank1_large) for row in rows], dtype=float).T
    worked = np.array([not row.failed_when_larger for row in rows])
    slope, slope_lean = _fit_slope(fnir, rank1, large)
    slopes = slope + slope_lean.without_self()
    departures = (np.log(large / fnir) - _expected_growth(fnir, rank1, slope, slopes)) / fnir_scale(fnir, TABLE_STEP)
    factor, rank1_lean, rank1_departures = _fit_rank1(fnir, rank1, large_rank1)
    return Population(
        slope=slope,
        slope_lean=slope_lean,
        rank1_factor=factor,
        rank1_lean=rank1_lean,
        fnir=fnir,
        scores=np.abs(departures),
        fnir_only_scores=_fnir_only_scores(fnir, large, slope, slopes, np.array([row.row for row in rows])),
        rank1_scores=np.abs(rank1_departures),
        departures=departures[worked],
    )


def conformal_factor(scores: Floats, level: float, *, weights: Floats | None = None, own: float = 1.0) -> float:
    """Smallest score that one more algorithm of the same population stays within with probability ``level``.

    Parameters
    ----------
    scores
        Scores of the known algorithms, in any order.
    level
        Coverage wanted, in (0, 1).
    weights
        How much each of them counts, above 0; ``None`` for all alike.
    own
        How much the one more algorithm counts.

    Returns
    -------
    float
        Infinite where the population is too small for the level.

    References
    ----------
    Lei, G'Sell, Rinaldo, Tibshirani, Wasserman: Distribution-free predictive inference for regression, Journal of the
    American Statistical Association 113 (2018), section 2. What is fitted to all scores is a few numbers, so that the
    split into two halves is not needed for coverage to hold; cross-validation checks it. Weights by nearness: Guan,
    Localized conformal prediction: a generalized inference framework for conformal prediction, Biometrika 110 (2023).

    Examples
    --------
    >>> conformal_factor(np.arange(1.0, 10.0), 0.9), conformal_factor(np.arange(1.0, 10.0), 0.95)
    (9.0, inf)
    """
    weights = np.ones(len(scores)) if weights is None else weights
    order = np.argsort(scores, kind="stable")
    heaps = np.cumsum(weights[order])
    # 1e-9: 10 * 0.9 must be the 9th place on every machine.
    place = int(np.searchsorted(heaps, (heaps[-1] + own) * level - 1e-9))
    return float(scores[order][place]) if place < len(scores) else math.inf


def rank1_conformal_factor(population: Population, level: float, *, fnir: float) -> float:
    """Conformal factor of rank-1 miss for a system of this FNIR; algorithms as accurate count twice.

    Departures of rank-1 miss are smaller below an FNIR of 0.005 than above it, by more than chance; those of FNIR are
    not, and there all algorithms count alike.
    """
    weights = 1 + _kernel(fnir, population.fnir, _COUNTING)
    return conformal_factor(population.rank1_scores, level, weights=weights, own=2.0)


def fnir_scale(fnir: float | Floats, step: float) -> Floats:
    """Size that departures of ln FNIR have at an FNIR printed in units of ``step``."""
    return np.asarray(np.hypot(_SPREAD, _FNIR_ROUNDING * step / 2 / np.asarray(fnir)))


def fnir_only_scale(fnir: float | Floats, step: float) -> Floats:
    """Size that departures of ln FNIR have where no rank-1 miss is known."""
    return np.asarray(np.hypot(_SPREAD, _FNIR_ONLY_ROUNDING * step / 2 / np.asarray(fnir)))


def rank1_scale(rank1_miss: float | Floats, step: float) -> Floats:
    """Size that departures of ln rank-1 miss have at a rank-1 miss printed in units of ``step``."""
    return np.asarray(np.hypot(_SPREAD, _RANK1_ROUNDING * step / 2 / np.asarray(rank1_miss)))


def overtaking_room(fnir: float | Floats, rank1_miss: float | Floats, step: float) -> Floats:
    """Root of ln(FNIR / rank-1 miss): how many mates stand between the best stranger and the threshold."""
    at_least = np.asarray(rank1_miss) + 0.3 * step
    return np.asarray(np.sqrt(np.log(np.maximum(fnir, at_least) / rank1_miss)))


def neighbour_shares(fnir: float, *, without: int = -1) -> Floats:
    """Rank-1 miss as a share of FNIR, for the algorithms of the table nearest in FNIR at 1.6 million persons.

    Parameters
    ----------
    fnir
        FNIR at 1.6 million persons, in (0, 1).
    without
        Row of the table to leave out, so that an algorithm is not its own neighbour.
    """
    rows, table_fnir, shares = _table_shares()
    distance = np.abs(np.log(table_fnir / fnir))
    distance[rows == without] = np.inf
    return shares[np.argsort(distance, kind="stable")[:NEIGHBOURS]]


def typical_shares(fnir: float, *, without: int = -1) -> Floats:
    """Low, middle and high share of rank-1 miss in FNIR among the neighbours."""
    return np.asarray(np.quantile(neighbour_shares(fnir, without=without), _SHARE_QUANTILES))


@cache
def _table_shares() -> tuple[NDArray[np.intp], Floats, Floats]:
    usable = [row for row in published_algorithms() if row.is_usable]
    fnir, rank1 = np.array([(row.fnir_small, row.rank1_small) for row in usable]).T
    return np.array([row.row for row in usable]), fnir, np.minimum(1.0, rank1 / fnir)


def _fit_slope(fnir: Floats, rank1: Floats, large: Floats) -> tuple[float, LocalMean]:
    """Take the median of the slopes that the algorithms imply, weighted by how much of it is not rounding.

    The lapse depends a little on the slope: three rounds settle both to four digits.
    """
    slope, z = 1.0, threshold_z(TABLE_FPIR, LARGE_GALLERY)
    for _ in range(3):
        law = _table_law(fnir, rank1, slope)
        pull = np.log(law.fnir(slope + 0.01, z=z) / law.fnir(slope, z=z)) / 0.01 / fnir_scale(fnir, TABLE_STEP)
        implied = law.slope_to(large, z=z)
        slope = _weighted_median(implied, pull)
    return slope, _lean(fnir, implied - slope, pull)


def _fit_rank1(fnir: Floats, rank1: Floats, large_rank1: Floats) -> tuple[float, LocalMean, Floats]:
    """Factor of the root law of rank-1 miss, how it leans, and the departures from both."""
    room, scale, growth = overtaking_room(fnir, rank1, TABLE_STEP), rank1_scale(rank1, TABLE_STEP), large_rank1 / rank1
    implied = np.log(growth) / room
    factor = _weighted_median(implied, room / scale)
    lean = _lean(fnir, implied - factor, room / scale)
    return factor, lean, (np.log(growth) - (factor + lean.without_self()) * room) / scale


def _lean(fnir: Floats, values: Floats, pull: Floats) -> LocalMean:
    """Local mean of what each algorithm wants added to a number that moves its departure by ``pull`` per unit."""
    return LocalMean(fnir, np.clip(values, -_CUT / pull, _CUT / pull), pull)


def _fnir_only_scores(fnir: Floats, large: Floats, slope: float, slopes: Floats, rows: NDArray[np.intp]) -> Floats:
    shares = np.array([typical_shares(f, without=row) for f, row in zip(fnir, rows, strict=True)]).T
    expected = np.array([_expected_growth(fnir, fnir * share, slope, slopes) for share in shares])
    growth = np.log(large / fnir)
    outside = np.maximum(expected.min(axis=0) - growth, growth - expected.max(axis=0))
    return np.asarray(outside / fnir_only_scale(fnir, TABLE_STEP))


def _expected_growth(fnir: Floats, rank1: Floats, slope: float, slopes: Floats) -> Floats:
    """ln(FNIR at 12 million / FNIR at 1.6 million) under the law found with one slope, grown by that of each."""
    law = _table_law(fnir, rank1, slope)
    return np.asarray(np.log(law.fnir(slopes, z=threshold_z(TABLE_FPIR, LARGE_GALLERY)) / fnir))


def _kernel(fnir: float | Floats, others: Floats, width: float) -> Floats:
    """Nearness in ln FNIR, from 1 for the same to 0."""
    return np.asarray(np.exp(-0.5 * (np.log(others / fnir) / width) ** 2))


def _table_law(fnir: Floats, rank1: Floats, slope: float) -> MateLaw:
    return mate_law(fnir, rank1, fpir=TABLE_FPIR, gallery_size=SMALL_GALLERY, slope=slope, step=TABLE_STEP)


def _weighted_median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values, kind="stable")
    heaps = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(heaps, heaps[-1] / 2)])
