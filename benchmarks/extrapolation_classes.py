"""Whether a class of accuracy whose intervals miss too often could be one by chance, and which runs were missed.

    python -m benchmarks.extrapolation_classes [--level 0.9]

Vendors are left out one at a time, and every algorithm is asked for once. For each class of FNIR at 1.6 million: how
many its interval misses, the chance of as many or more where each is missed as promised, and how many of them had an
odd run at 12 million: rank-1 miss, which no threshold touches, grew more than threefold there, or the run failed. Two
chances follow for the worst class, that any of the five is as far above: where each algorithm is missed as promised,
and where the misses there are were dealt out at random.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from benchmarks.extrapolation_coverage import METHODS, STRATA, vendors
from scipy.stats import binom

from baserate.models.growth_population import fit_population
from baserate.models.published import published_at_both_sizes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

ROWS = published_at_both_sizes()
CLASS = np.digitize([row.fnir_small for row in ROWS], STRATA[1:-1])
SIZES = np.bincount(CLASS)
ODD = np.array([float(row.rank1_large or 1) > 3 * row.rank1_small for row in ROWS])
DEALS = 20_000


def missed(name: str, level: float) -> Flags:
    """Which algorithms lie outside the interval of a fit without their vendor."""
    interval, truth = METHODS[name]
    vendor, found = vendors(), np.zeros(len(ROWS), dtype=bool)
    for one in np.unique(vendor):
        population = fit_population(np.flatnonzero(vendor != one).tolist())
        for i in np.flatnonzero(vendor == one):
            low, high = interval(ROWS[i], population, level)
            found[i] = not low <= getattr(ROWS[i], truth) <= high
    return found


def excess(misses: Flags, level: float) -> float:
    """Misses of the worst class above what is promised, in standard errors."""
    counts = np.bincount(CLASS[misses], minlength=len(SIZES))
    return float(np.max((counts - SIZES * (1 - level)) / np.sqrt(SIZES * level * (1 - level))))


def chances(misses: Flags, level: float) -> tuple[float, float]:
    """How often chance alone makes a worst class as bad: by the promise, and dealing out the misses there are."""
    rng, worst = np.random.default_rng(1), excess(misses, level) - 1e-9
    promised = np.mean([excess(rng.random(len(ROWS)) >= level, level) >= worst for _ in range(DEALS)])
    dealt = np.mean([excess(rng.permutation(misses), level) >= worst for _ in range(DEALS)])
    return float(promised), float(dealt)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--level", type=float, default=0.9)
    level = parser.parse_args().level
    for name in ("FNIR, rank-1 miss known", "FNIR alone", "rank-1 miss"):
        misses = missed(name, level)
        print(f"{name}, nominal {level:.0%}: {misses.sum()} of {len(ROWS)} missed")
        for number, (start, end) in enumerate(pairwise(STRATA)):
            inside = np.equal(CLASS, number)
            k, n = int(misses[inside].sum()), int(inside.sum())
            odd = f"odd runs {(inside & ODD).sum()}, of them missed {(misses & inside & ODD).sum()}"
            chance = binom.sf(k - 1, n, 1 - level)
            print(f"  FNIR {start:5g} to {end:5g}: {k:2d} of {n} missed (as many by chance {chance:.3f}); {odd}")
        promised, dealt = chances(misses, level)
        print(f"  a worst class as bad by chance: {promised:.2f} as promised, {dealt:.2f} of the misses there are")


if __name__ == "__main__":
    main()
