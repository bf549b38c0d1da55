"""Coverage of small FNIR carried from scores to a larger gallery, also where few people bear the misses.

    python benchmarks/miss_coverage.py [--trials 300] [--level 0.9]

Non-mated searches of known law in a gallery of 1,000 (``benchmarks/tail_coverage.py``), mates with z ~ Normal(mu, 1),
placed so that FNIR is the one of the row at the threshold for FPIR 0.003 in the gallery asked for. Where people were
searched more than once, 0.7 of the variance of their mates' z is the person's own.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from itertools import product

import numpy as np
from benchmarks.tail_coverage import FPIR, z_of_hazard
from scipy.special import ndtri

from baserate.models.dispersion import hazard_of_fpir
from baserate.models.gallery_size import Extrapolation
from baserate.models.score_extrapolation import ScoreSample, forecast_at_fpir

GALLERY, OWN = 1_000, 0.7


@dataclass(frozen=True)
class Design:
    """Searches at hand, the gallery asked for and FNIR there."""

    non_mated: int
    mated: int
    fnir: float
    to_gallery_size: int = 10_000
    repeats: int = 1


DESIGNS = (
    *(Design(n, m, fnir) for n, m, fnir in product((2_000, 10_000), (500, 2_000), (0.005, 0.01, 0.02))),
    Design(10_000, 2_000, 0.01, to_gallery_size=1_000),
    Design(10_000, 2_000, 0.005, to_gallery_size=100_000),
    Design(10_000, 2_000, 0.01, to_gallery_size=100_000),
    Design(10_000, 20_000, 0.01),
    Design(10_000, 2_000, 0.01, repeats=4),
    *(Design(10_000, 2_000, fnir, repeats=10) for fnir in (0.005, 0.02, 0.05)),
    Design(10_000, 500, 0.01, repeats=10),
)


def forecast(design: Design, level: float, seed: int) -> Extrapolation:
    """FNIR in the gallery asked for, from one sample."""
    rng = np.random.default_rng(1_000 + seed)
    best = z_of_hazard(rng.exponential(size=design.non_mated) / GALLERY)
    threshold = float(z_of_hazard(hazard_of_fpir(FPIR, 0.0) / design.to_gallery_size))
    people = np.arange(design.mated) // design.repeats
    own = OWN if design.repeats > 1 else 0.0
    theirs, chance = rng.standard_normal(people[-1] + 1)[people], rng.standard_normal(design.mated)
    mates = threshold - ndtri(design.fnir) + np.sqrt(own) * theirs + np.sqrt(1 - own) * chance
    sample = ScoreSample(best, mates, GALLERY, mated_subjects=people if design.repeats > 1 else None)
    found = forecast_at_fpir(sample, design.to_gallery_size, fpir=FPIR, level=level, seed=seed).fnir
    assert isinstance(found, Extrapolation)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--trials", type=int, default=300)
    parser.add_argument("--level", type=float, default=0.9)
    options = parser.parse_args()
    print("non-mated   mated    FNIR  gallery  repeats   covered (truth below, above)   ln(high / low)")
    for one in DESIGNS:
        found = [forecast(one, options.level, seed) for seed in range(options.trials)]
        low, high = np.array([(each.low, each.high) for each in found]).T
        below, above = np.mean(one.fnir < low), np.mean(one.fnir > high)
        start = f"{one.non_mated:9d} {one.mated:7d} {one.fnir:7g} {one.to_gallery_size:8d} {one.repeats:8d}"
        print(
            f"{start}   {1 - below - above:.3f} ({below:.3f}, {above:.3f})   {np.log(high / low).mean():.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
