"""Coverage of the intervals that carry scores to a larger gallery, on populations whose answer is known.

    python benchmarks/tail_coverage.py [--trials 200] [--level 0.9]

Non-mated comparisons have z ~ Normal(0, 1), mates z ~ Normal(mu, 1), and the score is a rising function of z: z itself,
a logistic curve, which has an upper end, an exponential, whose tail falls as a power, or the exact exponential law.
The threshold for FPIR 0.003 in the larger gallery and the FNIR there are then known. "Repeated" searches every
subject five times and multiplies each subject's hazard by a log-normal factor, w = 1.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from baserate.models.dispersion import hazard_of_fpir
from baserate.models.score_extrapolation import ScoreSample, forecast_at_fpir, forecast_at_threshold

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FPIR = 0.003
SCALES: dict[str, Callable[[Floats], Floats]] = {
    "z": lambda z: z,
    "logistic": lambda z: 1 / (1 + np.exp(4 - z)),
    "power": lambda z: np.exp(z / 2),
    "exponential": lambda z: -np.log(ndtr(-z)),
}


@dataclass(frozen=True)
class Design:
    """Searches at hand and the gallery asked for."""

    searches: int
    gallery_size: int
    to_gallery_size: int
    repeats: int = 1
    dispersion: float = 0.0


DESIGNS = (
    Design(2_000, 1_000, 1_000),
    Design(2_000, 1_000, 10_000),
    Design(10_000, 1_000, 10_000),
    Design(10_000, 1_000, 100_000),
    Design(10_000, 1, 100),
    Design(100_000, 1_000, 100_000),
    Design(10_000, 1_000, 10_000, repeats=5, dispersion=1.0),
)


def best_hazards(design: Design, rng: np.random.Generator) -> tuple[Floats, NDArray[np.int64]]:
    """Smallest hazard of each non-mated search, and the subject searched."""
    subjects = np.repeat(np.arange(design.searches // design.repeats), design.repeats)
    factor = np.exp(design.dispersion * rng.standard_normal(subjects[-1] + 1) - design.dispersion**2 / 2)
    return rng.exponential(size=len(subjects)) / (design.gallery_size * factor[subjects]), subjects


def z_of_hazard(hazard: Floats) -> Floats:
    return np.asarray(-ndtri(-np.expm1(-hazard)))


def trial(design: Design, scale: str, level: float, seed: int) -> tuple[tuple[bool, bool], ...]:
    """Whether (threshold, FNIR, FPIR at the true threshold) were covered and whether the truth lay below."""
    rng = np.random.default_rng(seed)
    hazards, subjects = best_hazards(design, rng)
    true_z = z_of_hazard(hazard_of_fpir(FPIR, design.dispersion) / design.to_gallery_size)
    mated = true_z + 1.5 + rng.standard_normal(2_000)
    sample = ScoreSample(
        SCALES[scale](z_of_hazard(hazards)),
        SCALES[scale](mated),
        design.gallery_size,
        non_mated_subjects=subjects if design.repeats > 1 else None,
        dispersion=design.dispersion,
    )
    true_threshold = float(SCALES[scale](true_z))
    set_anew = forecast_at_fpir(sample, design.to_gallery_size, fpir=FPIR, level=level, seed=seed)
    held = forecast_at_threshold(sample, design.to_gallery_size, threshold=true_threshold, level=level, seed=seed)
    assert set_anew.fnir is not None
    answers = ((set_anew.threshold, true_threshold), (set_anew.fnir, float(ndtr(-1.5))), (held.fpir, FPIR))
    return tuple((found.low <= truth <= found.high, truth < found.low) for found, truth in answers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--level", type=float, default=0.9)
    options = parser.parse_args()
    print(
        f"nominal {options.level:.0%}, {options.trials} trials, FPIR {FPIR}: share covered (truth below the interval)"
    )
    print(
        f"{'scale':12s} {'searches':>8s} {'N':>6s} {'to':>7s} {'repeats':>8s}  threshold      FNIR           FPIR held"
    )
    for scale, design in product(SCALES, DESIGNS):
        found = np.array([trial(design, scale, options.level, seed) for seed in range(options.trials)]).mean(axis=0)
        cells = "   ".join(f"{covered:.3f} ({below:.3f})" for covered, below in found)
        print(
            f"{scale:12s} {design.searches:8d} {design.gallery_size:6d} {design.to_gallery_size:7d} "
            f"{design.repeats:8d}   {cells}"
        )


if __name__ == "__main__":
    main()
