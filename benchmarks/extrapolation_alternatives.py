"""Other predictors of FNIR at 12 million persons than the shipped one, held to the same test.

    python -m benchmarks.extrapolation_alternatives [--level 0.9] [--repeats 3]

Vendors are left out as in ``extrapolation_coverage.py --by vendor``; every interval is made conformal on the algorithms
that are left. What is compared: one slope of the law for all, or one that leans on FNIR by a formula; regression of the
median and nearest neighbours in place of a law; widths by the neighbourhood in FNIR in place of one factor for all (so
that each accuracy class gets its own coverage); and, where rank-1 miss is not known, conformalised quantile regression.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import numpy as np
from benchmarks.extrapolation_coverage import METHODS, line, parts, summary
from scipy.optimize import linprog

from baserate.models.growth_law import mate_law, threshold_z
from baserate.models.growth_population import conformal_factor, fit_population, fnir_scale
from baserate.models.published import LARGE_GALLERY, SMALL_GALLERY, TABLE_FPIR, TABLE_STEP, published_at_both_sizes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]
    # (algorithms known, algorithms asked for, level) to low and high growth of ln FNIR.
    Method = Callable[[Places, Places, float], tuple[Floats, Floats]]

ROWS = published_at_both_sizes()
FNIR, RANK1, LARGE = np.array([(row.fnir_small, row.rank1_small, row.fnir_large) for row in ROWS], dtype=float).T
GROWTH, LN_FNIR, SHARE = np.log(LARGE / FNIR), np.log(FNIR / 0.005), RANK1 / FNIR
SIZE, ONE = fnir_scale(FNIR, TABLE_STEP), np.ones_like(FNIR)
SLOPES = np.arange(0.6, 1.7, 0.025)


def growth_by_law() -> Floats:
    """Growth that the law expects of every algorithm (columns) under every slope (rows)."""
    found = []
    for slope in SLOPES:
        law = mate_law(FNIR, RANK1, fpir=TABLE_FPIR, gallery_size=SMALL_GALLERY, slope=slope, step=TABLE_STEP)
        found.append(np.log(law.fnir(slope, z=threshold_z(TABLE_FPIR, LARGE_GALLERY)) / FNIR))
    return np.array(found)


BY_LAW = growth_by_law()


def quantile_regression(terms: Floats, values: Floats, weights: Floats, share: float = 0.5) -> Floats:
    """Coefficients of the quantile that a share of the values lies below, as a linear program."""
    n, p = terms.shape
    cost = np.concatenate([np.zeros(p), share * weights, (1 - share) * weights])
    equal = np.hstack([terms, np.eye(n), -np.eye(n)])
    bounds = [(None, None)] * p + [(0, None)] * (2 * n)
    return np.asarray(linprog(cost, A_eq=equal, b_eq=values, bounds=bounds, method="highs").x)[:p]


def leaning_law(terms: Floats) -> Callable[[Places], Floats]:
    """Law whose slope is linear in the terms: expected growth of every algorithm."""
    low, high = np.searchsorted(SLOPES, [1.05, 1.15])
    pull = (BY_LAW[high] - BY_LAW[low]) / SIZE
    implied = np.array([np.interp(GROWTH[i], BY_LAW[:, i], SLOPES) for i in range(len(FNIR))])

    def expected(known: Places) -> Floats:
        slopes = terms @ quantile_regression(terms[known], implied[known], pull[known])
        return np.array([np.interp(slopes[i], SLOPES, BY_LAW[:, i]) for i in range(len(FNIR))])

    return expected


def shipped_law(known: Places) -> Floats:
    """Growth under the law as it is shipped; the slope of a known algorithm is that of the others near it."""
    population = fit_population(known.tolist())
    slopes = np.array([population.slope_at(fnir) for fnir in FNIR])
    slopes[known] = population.slope + population.slope_lean.without_self()
    return np.array([np.interp(slope, SLOPES, by_law) for slope, by_law in zip(slopes, BY_LAW.T, strict=True)])


def median_regression(terms: Floats) -> Callable[[Places], Floats]:
    """Growth linear in the terms, without a law."""
    return lambda known: terms @ quantile_regression(terms[known], GROWTH[known], 1 / SIZE[known])


def nearest(number: int) -> Callable[[Places], Floats]:
    """Median growth of the known algorithms nearest in (ln FNIR, share of rank-1 miss)."""

    def expected(known: Places) -> Floats:
        place = np.array([LN_FNIR / LN_FNIR.std(), SHARE / SHARE.std()])
        distance = np.hypot(*(place[:, :, None] - place[:, None, known]))
        distance[known, np.arange(len(known))] = np.inf
        return np.asarray(np.median(GROWTH[known][np.argsort(distance, axis=1)[:, :number]], axis=1))

    return expected


def one_factor(expected: Callable[[Places], Floats]) -> Method:
    """Interval of the shipped kind: one conformal factor for all, on departures in units of their size."""

    def interval(known: Places, asked: Places, level: float) -> tuple[Floats, Floats]:
        middle = expected(known)
        scores = np.abs(GROWTH - middle) / SIZE
        margin = conformal_factor(np.sort(scores[known]), level) * SIZE[asked]
        return middle[asked] - margin, middle[asked] + margin

    return interval


def local_factor(expected: Callable[[Places], Floats], width: float) -> Method:
    """A factor for each FNIR from the departures around it, weighted by a normal kernel in ln FNIR."""

    def factor(scores: Floats, weights: Floats, level: float) -> float:
        order = np.argsort(scores)
        heaps = np.cumsum(weights[order])
        place = int(np.searchsorted(heaps, level * (heaps[-1] + 1)))
        return float(scores[order][place]) if place < len(scores) else np.inf

    def interval(known: Places, asked: Places, level: float) -> tuple[Floats, Floats]:
        middle = expected(known)
        scores = (np.abs(GROWTH - middle) / SIZE)[known]
        weights = [np.exp(-0.5 * ((LN_FNIR[known] - x) / width) ** 2) for x in LN_FNIR[asked]]
        margin = np.array([factor(scores, one, level) for one in weights]) * SIZE[asked]
        return middle[asked] - margin, middle[asked] + margin

    return interval


def conformal_quantiles(terms: Floats, share: float) -> Method:
    """Conformalised quantile regression, widened in proportion on both sides."""

    def interval(known: Places, asked: Places, level: float) -> tuple[Floats, Floats]:
        ends = [
            terms @ quantile_regression(terms[known], GROWTH[known], ONE[known], q) for q in (share, 0.5, 1 - share)
        ]
        low, middle, high = ends
        down, up = np.maximum(middle - low, 0.02), np.maximum(high - middle, 0.02)
        scores = np.where(middle > GROWTH, (middle - GROWTH) / down, (GROWTH - middle) / up)
        factor = conformal_factor(np.sort(scores[known]), level)
        return middle[asked] - factor * down[asked], middle[asked] + factor * up[asked]

    return interval


LEANING = leaning_law(np.column_stack([ONE, LN_FNIR, LN_FNIR**2]))
BENT = np.column_stack([ONE, LN_FNIR, LN_FNIR**2, SHARE, SHARE**2])
ALTERNATIVES: dict[str, Method] = {
    "law, one slope for all": one_factor(leaning_law(ONE[:, None])),
    "law, slope by a parabola": one_factor(LEANING),
    "median regression": one_factor(median_regression(BENT)),
    "40 nearest": one_factor(nearest(40)),
    "as shipped, local factor, wide": local_factor(shipped_law, 1.2),
    "as shipped, local factor": local_factor(shipped_law, 0.8),
    "as shipped, local, narrow": local_factor(shipped_law, 0.5),
    "alone: quantiles in 1/FNIR": conformal_quantiles(np.column_stack([ONE, LN_FNIR, 1e-3 / FNIR]), 0.1),
    "alone: quantiles, cubic": conformal_quantiles(np.vander(LN_FNIR, 4), 0.1),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--level", type=float, default=0.9)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    shipped = {f"SHIPPED {name}": METHODS[name] for name in ("FNIR, rank-1 miss known", "FNIR alone")}
    found: dict[str, list[tuple[float, float, float, float]]] = {name: [] for name in (*shipped, *ALTERNATIVES)}
    rng = np.random.default_rng(20251128)
    for _ in range(options.repeats):
        for asked in parts("vendor", rng):
            known = np.setdiff1d(np.arange(len(ROWS)), asked)
            population = fit_population(known.tolist())
            for name, (method, _) in shipped.items():
                found[name] += [(FNIR[i], LARGE[i], *method(ROWS[i], population, options.level)) for i in asked]
            for name, alternative in ALTERNATIVES.items():
                ends = np.array(alternative(known, asked, options.level)).clip(0, -np.log(FNIR[asked]))
                low, high = FNIR[asked] * np.exp(ends)
                found[name] += list(zip(FNIR[asked], LARGE[asked], low, high, strict=True))
    print(f"nominal {options.level:.0%}, vendors left out, {options.repeats} repeats")
    for name, rows in found.items():
        print(line(name, summary(rows, options.level)))


if __name__ == "__main__":
    main()
