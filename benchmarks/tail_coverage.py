"""Coverage of the intervals that carry scores to a larger gallery, on populations whose answer is known.

    python benchmarks/tail_coverage.py [--trials 200] [--level 0.9] [--scale heavy]

Non-mated comparisons have z ~ Normal(0, 1), mates z ~ Normal(mu, 1), and the score is a rising function of z: z itself,
a logistic curve, which has an upper end, an exponential of z, the exact exponential law, exact generalised Pareto laws
with a light (shape -0.3) and a heavy tail (0.4), two at the edge of what is answered (-0.5 and 0.8), and two that must
be refused (-0.8 and 1.5). The threshold for FPIR 0.003 in the larger gallery and the FNIR there are then known. With w
above 0 each subject's hazard is multiplied by a log-normal factor; the method is told w, or is left to believe that
searches are alike.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from baserate.errors import NotEstimableError
from baserate.models.dispersion import hazard_of_fpir
from baserate.models.gallery_size import Extrapolation
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
    "light": lambda z: 1 - ndtr(-z) ** 0.3,
    "heavy": lambda z: ndtr(-z) ** -0.4,
    "steep": lambda z: 1 - ndtr(-z) ** 0.5,
    "wild": lambda z: ndtr(-z) ** -0.8,
    "squeezed": lambda z: 1 - ndtr(-z) ** 0.8,
    "meanless": lambda z: ndtr(-z) ** -1.5,
}


@dataclass(frozen=True)
class Design:
    """Searches at hand, the gallery asked for, and how unlike searches are: in truth, and as the method is told."""

    searches: int
    gallery_size: int
    to_gallery_size: int
    repeats: int = 1
    dispersion: float = 0.0
    told: float | None = None

    @property
    def told_dispersion(self) -> float:
        """The dispersion that the method is given: the true one unless said otherwise."""
        return self.dispersion if self.told is None else self.told

    def __str__(self) -> str:
        unlike = f"{self.dispersion:g}/{self.told_dispersion:g}"
        return f"{self.searches:8d} {self.gallery_size:6d} {self.to_gallery_size:7d} {self.repeats:8d} {unlike:>7s}"


DESIGNS = (
    Design(600, 1_000, 1_000),
    Design(2_000, 1_000, 1_000),
    Design(2_000, 1_000, 10_000),
    Design(10_000, 1_000, 10_000),
    Design(10_000, 1_000, 100_000),
    Design(10_000, 1, 100),
    Design(100_000, 1_000, 100_000),
    Design(10_000, 1_000, 10_000, repeats=5, dispersion=1.0),
    Design(10_000, 1_000, 10_000, dispersion=0.5),
    Design(10_000, 1_000, 100_000, dispersion=1.0),
    Design(10_000, 1_000, 10_000, dispersion=1.0, told=0.0),
    Design(10_000, 1_000, 100_000, dispersion=1.0, told=0.0),
)


def best_hazards(design: Design, rng: np.random.Generator) -> tuple[Floats, NDArray[np.int64]]:
    """Smallest hazard of each non-mated search, and the subject searched."""
    subjects = np.repeat(np.arange(design.searches // design.repeats), design.repeats)
    factor = np.exp(design.dispersion * rng.standard_normal(subjects[-1] + 1) - design.dispersion**2 / 2)
    return rng.exponential(size=len(subjects)) / (design.gallery_size * factor[subjects]), subjects


def z_of_hazard(hazard: Floats) -> Floats:
    return np.asarray(-ndtri(-np.expm1(-hazard)))


def trial(design: Design, scale: str, level: float, seed: int) -> list[tuple[bool, bool, bool]] | None:
    """(covered, truth below, said to be beyond) of threshold, FNIR, FPIR at the true threshold; None where refused."""
    rng = np.random.default_rng(seed)
    hazards, subjects = best_hazards(design, rng)
    true_z = z_of_hazard(hazard_of_fpir(FPIR, design.dispersion) / design.to_gallery_size)
    mated = true_z + 1.5 + rng.standard_normal(2_000)
    sample = ScoreSample(
        SCALES[scale](z_of_hazard(hazards)),
        SCALES[scale](mated),
        design.gallery_size,
        non_mated_subjects=subjects if design.repeats > 1 else None,
        dispersion=design.told_dispersion,
    )
    true_threshold = float(SCALES[scale](true_z))
    try:
        set_anew = forecast_at_fpir(sample, design.to_gallery_size, fpir=FPIR, level=level, seed=seed)
        held = forecast_at_threshold(sample, design.to_gallery_size, threshold=true_threshold, level=level, seed=seed)
    except NotEstimableError:
        return None
    assert isinstance(set_anew.fnir, Extrapolation)
    answers = ((set_anew.threshold, true_threshold), (set_anew.fnir, float(ndtr(-1.5))), (held.fpir, FPIR))
    return [(found.low <= truth <= found.high, truth < found.low, found.is_beyond) for found, truth in answers]


def line(design: Design, scale: str, level: float, trials: int) -> str:
    """Try a design on a scale: what was refused, and of the rest what was covered."""
    found = [trial(design, scale, level, seed) for seed in range(trials)]
    answered = [one for one in found if one is not None]
    start = f"{scale:12s} {design}   {1 - len(answered) / trials:7.2f}"
    if not answered:
        return start
    array = np.array(answered)
    shares, unmarked = array.mean(axis=0), array[~array[:, 0, 2], 0, 0]
    cells = "   ".join(f"{covered:.3f} ({below:.3f})" for covered, below, _ in shares)
    beyond = ", ".join(f"{beyond:.2f}" for *_, beyond in shares)
    return f"{start}   {cells}   {beyond}   {f'{unmarked.mean():.3f}' if len(unmarked) else 'none':>8s}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--level", type=float, default=0.9)
    parser.add_argument("--scale", choices=SCALES, action="append")
    options = parser.parse_args()
    print(
        f"nominal {options.level:.0%}, {options.trials} trials, FPIR {FPIR}: share refused; of those answered, share "
        "covered (truth below the interval), share marked as beyond the data, and share of the thresholds not so "
        "marked that are covered"
    )
    columns = f"{'searches':>8s} {'N':>6s} {'to':>7s} {'repeats':>8s} {'w/told':>7s}"
    print(f"{'scale':12s} {columns}   refused   threshold       FNIR            FPIR held       beyond")
    for scale, design in product(options.scale or SCALES, DESIGNS):
        print(line(design, scale, options.level, options.trials), flush=True)


if __name__ == "__main__":
    main()
