"""Coverage and width of the intervals for larger galleries, on algorithms held out of the fit.

    python benchmarks/extrapolation_coverage.py [--repeats 20] [--level 0.9] [--by vendor]

Published algorithms that ran at 1.6 and at 12 million persons are cut into parts at random; the law and its intervals
are fitted to the others and asked for the part. ``--by row`` cuts the rows into five; ``--by vendor`` cuts the vendors
into twenty, so that no version of an algorithm helps to predict another. Most rows have no name, but the table is
sorted by vendor and then by date: a vendor begins where a date is earlier than that of the row before. Where two
neighbours run on they are taken for one, which is only more careful.

Runs that failed at 12 million stay in: they count as misses. Width is ln(high / low): 0.3 is a factor of 1.35 from end
to end. The interval score (Winkler) is the width plus 2 / (1 - level) times what the truth lies outside, at most 5. A
truth printed as 0.0007 counts as covered where it lies between the ends as they are, without any allowance for its
rounding.
"""

from __future__ import annotations

import argparse
import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from baserate.models import gallery_size as gs
from baserate.models.growth_population import LOG_STEP, Population, conformal_factor, fit_population
from baserate.models.published import (
    LARGE_GALLERY,
    SMALL_GALLERY,
    TABLE_FPIR,
    PublishedAlgorithm,
    published_algorithms,
    published_at_both_sizes,
)
from baserate.models.published_point import PublishedPoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

STRATA = (0.0, 0.001, 0.002, 0.005, 0.02, 1.0)
Interval = tuple[float, float]


def fnir_with_rank1(row: PublishedAlgorithm, population: Population, level: float) -> Interval:
    point = PublishedPoint(SMALL_GALLERY, TABLE_FPIR, row.fnir_small, row.rank1_small)
    found = gs.fnir_at([point], LARGE_GALLERY, level=level, population=population)
    return found.low, found.high


def fnir_alone(row: PublishedAlgorithm, population: Population, level: float) -> Interval:
    point = PublishedPoint(SMALL_GALLERY, TABLE_FPIR, row.fnir_small)
    found = gs.fnir_at([point], LARGE_GALLERY, level=level, population=population)
    return found.low, found.high


def rank1(row: PublishedAlgorithm, population: Population, level: float) -> Interval:
    point = PublishedPoint(SMALL_GALLERY, TABLE_FPIR, row.fnir_small, row.rank1_small)
    found = gs.rank1_miss_at([point], LARGE_GALLERY, level=level, population=population)
    return found.low, found.high


def fnir_backwards(row: PublishedAlgorithm, population: Population, level: float) -> Interval:
    """From 12 to 1.6 million: the same law and widths, which were never fitted in this direction."""
    if row.failed_when_larger:
        return math.nan, math.nan
    point = PublishedPoint(LARGE_GALLERY, TABLE_FPIR, float(row.fnir_large or 1), row.rank1_large)
    found = gs.fnir_at([point], SMALL_GALLERY, level=level, population=population)
    return found.low, found.high


def drawn_exponents(row: PublishedAlgorithm, population: Population, level: float) -> Interval:
    """Quantiles of the draws that scenarios use; failed runs are left out of them, and of this line."""
    if row.failed_when_larger:
        return math.nan, math.nan
    rng = np.random.default_rng(row.row)
    b = gs.exponent_distribution(row.fnir_small, row.rank1_small, draws=400, rng=rng, population=population)
    low, high = np.quantile(b, [(1 - level) / 2, (1 + level) / 2])
    return row.fnir_small * math.exp(low * LOG_STEP), row.fnir_small * math.exp(high * LOG_STEP)


METHODS = {
    "FNIR, rank-1 miss known": (fnir_with_rank1, "fnir_large"),
    "FNIR alone": (fnir_alone, "fnir_large"),
    "rank-1 miss": (rank1, "rank1_large"),
    "FNIR, 12 to 1.6 million": (fnir_backwards, "fnir_small"),
    "FNIR by drawn exponents": (drawn_exponents, "fnir_large"),
}


def constant_exponent(train: list[PublishedAlgorithm], level: float) -> Interval:
    """Answer as the plain alternative does: one b for all, conformal around its median."""
    b = np.array([math.log(float(row.fnir_large or 1) / row.fnir_small) / LOG_STEP for row in train])
    margin = conformal_factor(np.sort(np.abs(b - np.median(b))), level)
    return float(np.median(b)) - margin, float(np.median(b)) + margin


def vendors() -> NDArray[np.int64]:
    """Number of the vendor of each algorithm that ran at both sizes."""
    rows = published_algorithms()
    begins = [row.submitted < before.submitted for before, row in pairwise(rows)]
    vendor = dict(zip((row.row for row in rows), np.cumsum([0, *begins]).tolist(), strict=True))
    return np.array([vendor[row.row] for row in published_at_both_sizes()])


def parts(by: str, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Positions of the algorithms to ask for, part by part."""
    group, number = (vendors(), 20) if by == "vendor" else (np.arange(len(published_at_both_sizes())), 5)
    order = rng.permutation(np.unique(group))
    for part in range(number):
        yield np.flatnonzero(np.isin(group, order[part::number]))


def held_out(repeats: int, level: float, by: str) -> dict[str, list[tuple[float, float, float, float]]]:
    """For every method: (FNIR at 1.6 million, truth, low, high) of every held-out algorithm of every repeat."""
    rows = published_at_both_sizes()
    rng = np.random.default_rng(20251128)
    found: dict[str, list[tuple[float, float, float, float]]] = {
        name: [] for name in (*METHODS, "one exponent for all")
    }
    for _ in range(repeats):
        for tested in parts(by, rng):
            known = np.setdiff1d(np.arange(len(rows)), tested)
            population = fit_population(known.tolist())
            b = constant_exponent([rows[i] for i in known], level)
            for row in (rows[i] for i in tested):
                for name, (interval, truth) in METHODS.items():
                    found[name].append((row.fnir_small, getattr(row, truth), *interval(row, population, level)))
                ends = [row.fnir_small * math.exp(LOG_STEP * max(0.0, end)) for end in b]
                found["one exponent for all"].append((row.fnir_small, float(row.fnir_large or 1), *ends))
    return found


def summary(rows: list[tuple[float, float, float, float]], level: float) -> dict[str, float]:
    """Coverage, share below and above, mean width and score; coverage and width by stratum of FNIR at 1.6 million."""
    fnir, truth, low, high = np.array([row for row in rows if math.isfinite(row[2])]).T
    covered, width = (low <= truth) & (truth <= high), np.log(high / low)
    outside = np.maximum(0, np.maximum(np.log(low / truth), np.log(truth / high)))
    result = {
        "coverage": covered.mean(),
        "below": (truth < low).mean(),
        "above": (truth > high).mean(),
        "width": width.mean(),
        "score": np.minimum(5, width + 2 / (1 - level) * outside).mean(),
    }
    for start, end in pairwise(STRATA):
        inside = (fnir >= start) & (fnir < end)
        result[f"{start:g}-"] = covered[inside].mean()
        result[f"w {start:g}-"] = width[inside].mean()
    return {key: float(value) for key, value in result.items()}


def line(name: str, found: dict[str, float]) -> str:
    strata = "  ".join(f"{found[f'{start:g}-']:.2f}/{found[f'w {start:g}-']:.2f}" for start in STRATA[:-1])
    missed = f"(missed below {found['below']:.3f}, above {found['above']:.3f})"
    size = f"width {found['width']:.3f}  score {found['score']:.3f}"
    return f"{name:32s} coverage {found['coverage']:.3f} {missed}  {size}   {strata}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--level", type=float, default=0.9)
    parser.add_argument("--by", choices=("row", "vendor"), default="row")
    options = parser.parse_args()
    print(f"nominal {options.level:.0%}, parts by {options.by}, {options.repeats} repeats")
    print(
        f"last columns: coverage/width by FNIR at 1.6 million, from {', '.join(f'{start:g}' for start in STRATA[:-1])}"
    )
    for name, rows in held_out(options.repeats, options.level, options.by).items():
        print(line(name, summary(rows, options.level)))


if __name__ == "__main__":
    main()
