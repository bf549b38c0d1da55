"""How the published algorithms grew from 1.6 to 12 million persons, as departures from the score law.

Each algorithm that ran in both galleries gives one departure: ln FNIR found minus ln FNIR expected, in units of the
size that departures have at its FNIR. An interval that holds the wanted share of them is a conformal prediction
interval: for one more algorithm drawn like them it covers at its level, whatever their distribution and whether or not
the law is true. A law that fits badly costs width, not coverage. Runs that failed at 12 million count as departures
like any other.
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
_RANK1_ROUNDING = 0.5
# Where no rank-1 miss is known, that of so many algorithms nearest in FNIR stands in, between two quantiles of its
# share in FNIR.
NEIGHBOURS = 80
_SHARE_QUANTILES = (0.2, 0.5, 0.8)


@dataclass(frozen=True)
class Population:
    """What the published algorithms say of growth over one step of the table.

    Parameters
    ----------
    slope
        Slope of the score law, weighted median.
    rank1_factor
        ln(growth of rank-1 miss) per root of ln(FNIR / rank-1 miss), weighted median.
    scores
        Sorted sizes of the departures of FNIR from the law, rank-1 miss known.
    fnir_only_scores
        How far FNIR lies outside what the neighbours' rank-1 misses let expect, sorted; negative inside.
    rank1_scores
        Sorted sizes of the departures of rank-1 miss.
    departures
        Signed departures of FNIR, rank-1 miss known, failed runs left out.
    """

    slope: float
    rank1_factor: float
    scores: Floats
    fnir_only_scores: Floats
    rank1_scores: Floats
    departures: Floats


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
    slope = _fit_slope(fnir, rank1, large)
    departures = (np.log(large / fnir) - _expected_growth(fnir, rank1, slope)) / fnir_scale(fnir, TABLE_STEP)
    factor, rank1_departures = _fit_rank1(fnir, rank1, large_rank1)
    return Population(
        slope=slope,
        rank1_factor=factor,
        scores=np.sort(np.abs(departures)),
        fnir_only_scores=np.sort(_fnir_only_scores(fnir, large, slope, np.array([row.row for row in rows]))),
        rank1_scores=np.sort(np.abs(rank1_departures)),
        departures=departures[worked],
    )


def conformal_factor(scores: Floats, level: float) -> float:
    """Smallest score that one more algorithm of the same population stays within with probability ``level``.

    Parameters
    ----------
    scores
        Sorted scores of the known algorithms.
    level
        Coverage wanted, in (0, 1).

    Returns
    -------
    float
        Infinite where the population is too small for the level.

    References
    ----------
    Lei, G'Sell, Rinaldo, Tibshirani, Wasserman: Distribution-free predictive inference for regression, Journal of the
    American Statistical Association 113 (2018), section 2. The slope is one number fitted to all scores, so that the
    split into two halves is not needed for coverage to hold; cross-validation checks it.

    Examples
    --------
    >>> conformal_factor(np.arange(1.0, 10.0), 0.9), conformal_factor(np.arange(1.0, 10.0), 0.95)
    (9.0, inf)
    """
    # 1e-9: 10 * 0.9 must be the 9th place on every machine.
    place = math.ceil((len(scores) + 1) * level - 1e-9)
    return float(scores[place - 1]) if place <= len(scores) else math.inf


def fnir_scale(fnir: float | Floats, step: float) -> Floats:
    """Size that departures of ln FNIR have at an FNIR printed in units of ``step``."""
    return np.asarray(np.hypot(_SPREAD, _FNIR_ROUNDING * step / 2 / np.asarray(fnir)))


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


def _fit_slope(fnir: Floats, rank1: Floats, large: Floats) -> float:
    """Take the median of the slopes that the algorithms imply, weighted by how much of it is not rounding.

    The lapse depends a little on the slope: three rounds settle both to four digits.
    """
    slope, z = 1.0, threshold_z(TABLE_FPIR, LARGE_GALLERY)
    for _ in range(3):
        law = _table_law(fnir, rank1, slope)
        pull = np.log(law.fnir(slope + 0.01, z=z) / law.fnir(slope, z=z)) / fnir_scale(fnir, TABLE_STEP)
        slope = _weighted_median(law.slope_to(large, z=z), pull)
    return slope


def _fit_rank1(fnir: Floats, rank1: Floats, large_rank1: Floats) -> tuple[float, Floats]:
    """Factor of the root law of rank-1 miss, and the departures from it."""
    room, scale, growth = overtaking_room(fnir, rank1, TABLE_STEP), rank1_scale(rank1, TABLE_STEP), large_rank1 / rank1
    factor = _weighted_median(np.log(growth) / room, room / scale)
    return factor, (np.log(growth) - factor * room) / scale


def _fnir_only_scores(fnir: Floats, large: Floats, slope: float, rows: NDArray[np.intp]) -> Floats:
    shares = np.array([typical_shares(f, without=row) for f, row in zip(fnir, rows, strict=True)]).T
    expected = np.array([_expected_growth(fnir, fnir * share, slope) for share in shares])
    growth = np.log(large / fnir)
    outside = np.maximum(expected.min(axis=0) - growth, growth - expected.max(axis=0))
    return np.asarray(outside / fnir_scale(fnir, TABLE_STEP))


def _expected_growth(fnir: Floats, rank1: Floats, slope: float) -> Floats:
    """ln(FNIR at 12 million / FNIR at 1.6 million) under the law."""
    law = _table_law(fnir, rank1, slope)
    return np.asarray(np.log(law.fnir(slope, z=threshold_z(TABLE_FPIR, LARGE_GALLERY)) / fnir))


def _table_law(fnir: Floats, rank1: Floats, slope: float) -> MateLaw:
    return mate_law(fnir, rank1, fpir=TABLE_FPIR, gallery_size=SMALL_GALLERY, slope=slope, step=TABLE_STEP)


def _weighted_median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values, kind="stable")
    heaps = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(heaps, heaps[-1] / 2)])
