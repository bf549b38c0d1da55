"""Coverage of FNIR within a rank, and of the rank-R miss, carried from lists to a larger gallery.

    python -m benchmarks.rank_coverage [--trials 100] [--level 0.9]

Lists of 50 from a gallery of 1,000, of 5,000 non-mated and 3,000 mated searches. Mates have z ~ Normal(mu, sigma), a
search's false candidates its own factor exp(w g - w^2/2); the truth is integrated over both.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from itertools import product

import numpy as np
from benchmarks.tail_coverage import z_of_hazard
from scipy.special import gammainc, log_ndtr

from baserate.models.gallery_size import Extrapolation
from baserate.models.score_extrapolation import ScoreSample, forecast_at_threshold

GALLERY, LENGTH, NON_MATED, MATED, THRESHOLD = 1_000, 50, 5_000, 3_000, 4.0


@dataclass(frozen=True)
class Design:
    """Where mates score, how unlike searches are and are taken to be, the gallery and the rank asked for."""

    mu: float
    sigma: float
    w: float
    told: float
    to_gallery_size: int
    rank: int


DESIGNS = tuple(
    Design(*mates, *w, size, rank)
    for mates, w, size, rank in product(
        ((5.0, 1.0), (7.0, 1.3)), ((0, 0), (1, 1), (1, 0)), (10_000, 1_000_000), (1, 10)
    )
)


def hazard(z: np.ndarray) -> np.ndarray:
    """Hazard of one comparison at a score."""
    return -log_ndtr(z)


def sample(design: Design, seed: int) -> ScoreSample:
    """Draw lists, and keep of them what the forecast takes."""
    rng = np.random.default_rng(1_000 + seed)
    strangers, searchers = (np.exp(design.w * rng.standard_normal(n) - design.w**2 / 2) for n in (NON_MATED, MATED))
    best = z_of_hazard(rng.exponential(size=NON_MATED) / GALLERY / strangers)
    mates = rng.normal(design.mu, design.sigma, MATED)
    ahead = rng.poisson(GALLERY * searchers * hazard(mates))
    away = ahead >= LENGTH
    return ScoreSample(
        best,
        np.where(away, -np.inf, mates),
        GALLERY,
        dispersion=design.told,
        mated_ahead=np.minimum(ahead, LENGTH),
        mated_at_most=np.where(away, mates, -np.inf),
    )


def truth(design: Design, threshold: float) -> float:
    """Chance that a mate is below the threshold or behind the rank."""
    g, of_g = _normal(301)
    step, of_mates = _normal(20_001)
    z = design.mu + design.sigma * step
    expected = design.to_gallery_size * hazard(z)[:, None] * np.exp(design.w * g - design.w**2 / 2)
    return float(np.where(z < threshold, 1.0, gammainc(design.rank, expected) @ of_g) @ of_mates)


def _normal(points: int) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights of a normal deviate."""
    g = np.linspace(-7.5, 7.5, points)
    weights = np.exp(-(g**2) / 2)
    return g, weights / weights.sum()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--level", type=float, default=0.9)
    options = parser.parse_args()
    print(" mu  sigma  w, told  gallery  rank   rate at z 4   truth  covered   whatever the score   truth  covered")
    for one in DESIGNS:
        held, below, whatever = [], truth(one, THRESHOLD), truth(one, -np.inf)
        for seed in range(options.trials):
            found = forecast_at_threshold(
                sample(one, seed), one.to_gallery_size, threshold=THRESHOLD, rank=one.rank, level=options.level
            )
            held.append([_holds(found.fnir, below), _holds(found.rank_miss, whatever)])
        covered = np.mean(held, axis=0)
        print(
            f"{one.mu:3g} {one.sigma:5g} {one.w:4g}, {one.told:g} {one.to_gallery_size:10,d} {one.rank:4d}  FNIR "
            f"{below:.4f} {covered[0]:.2f}  rank miss {whatever:.4f} {covered[1]:.2f}",
            flush=True,
        )


def _holds(found: object, rate: float) -> bool:
    assert isinstance(found, Extrapolation)
    return found.low <= rate <= found.high


if __name__ == "__main__":
    main()
