"""How misses grow with the gallery under the score law: a share of hopeless searches, and normal mates.

Formula. A mated search is lost whatever the threshold with probability *lapse*; else its mate scores
z ~ Normal(mu, sigma), where z = Phi^-1(1 - p) and p is the false match rate of that score. At a fixed FPIR the
threshold of a gallery of N stands at z(N) = Phi^-1(1 - p(N)) with p(N) = 1 - (1 - FPIR)^(1/N), so that

    FNIR(N) = lapse + (1 - lapse) Phi((z(N) - mu) / sigma).

Meaning. A larger gallery needs a higher threshold, *slope* = 1/sigma says how fast mates fall below it. Two published
numbers, FNIR and rank-1 miss in one gallery, give lapse and mu once the slope is known; the slope is much the same for
several hundred algorithms, which is what makes the extrapolation narrow (:mod:`baserate.models.gallery_size`).

Assumption. Mates are normal on the z scale; the lapse does not depend on the gallery. Both are checked against
published runs in galleries of 1.6 and 12 million and against nothing beyond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from baserate.notebook import Shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# The best of N others has a hazard of Exponential(1) / N. Over the logarithm of an Exponential(1) the trapezoid rule
# converges faster than any power of the step; Gauss-Laguerre nodes would lose a fifth of a small miss rate, which comes
# from the few searches with a very small hazard.
_LOG_NODES = np.linspace(-22.0, 4.0, 105)
_NODES = np.exp(_LOG_NODES)
_WEIGHTS = np.exp(_LOG_NODES - _NODES) * (_LOG_NODES[1] - _LOG_NODES[0])
# Halvings of the interval for the lapse: 2^-40 of a rate is far below any rounding.
_HALVINGS = 40


@dataclass(frozen=True)
class MateLaw(Shown):
    """Lapse and position of the mates of one or many systems, known from one gallery.

    Parameters
    ----------
    lapse
        Share of mated searches that is lost whatever the threshold, in [0, 1).
    depth
        Phi^-1 of the share of the other mates below the threshold: (z - mu) / sigma at the known gallery.
    z
        Threshold of the known gallery on the z scale.
    """

    lapse: Floats
    depth: Floats
    z: float

    def fnir(self, slope: float | Floats, *, z: float) -> Floats:
        """FNIR where the threshold stands at ``z``, for a slope of 1/sigma."""
        return np.asarray(self.lapse + (1 - self.lapse) * ndtr(self.depth + slope * (z - self.z)))

    def slope_to(self, fnir: Floats, *, z: float) -> Floats:
        """Slope by which the law reaches ``fnir`` at ``z``: -inf at or below the lapse, inf at 1."""
        reached = np.clip((fnir - self.lapse) / (1 - self.lapse), 0, 1)
        return np.asarray((ndtri(reached) - self.depth) / (z - self.z))


def threshold_z(fpir: float, gallery_size: float) -> float:
    """Where the threshold stands on the z scale for an FPIR in a gallery.

    Parameters
    ----------
    fpir
        False positive identification rate, in (0, 1).
    gallery_size
        Persons in the gallery, at least 1.

    Examples
    --------
    >>> round(threshold_z(0.003, 1_600_000), 3), round(threshold_z(0.003, 12_000_000), 3)
    (5.895, 6.219)
    """
    return float(-ndtri(-np.expm1(np.log1p(-fpir) / gallery_size)))


def mate_law(
    fnir: Floats, rank1_miss: Floats, *, fpir: float, gallery_size: float, slope: float, step: float
) -> MateLaw:
    """Find lapse and depth from FNIR and rank-1 miss in one gallery.

    Parameters
    ----------
    fnir
        FNIR at ``fpir`` in a gallery of ``gallery_size``, in (0, 1).
    rank1_miss
        Share of mated searches whose mate is not the best candidate, whatever the score, in [0, ``fnir``].
    fpir, gallery_size
        The operating point of ``fnir``.
    slope
        1/sigma of the mates.
    step
        Unit of the last printed place of ``fnir``, for example 1e-4.

    Notes
    -----
    Equal printed values of FNIR and rank-1 miss do not say that no mate stands near the threshold, only that fewer
    than one unit of the last place do: at least 0.3 of a unit is kept above the lapse.
    """
    z = threshold_z(fpir, gallery_size)
    lapse = np.minimum(_lapse(fnir, rank1_miss, z=z, gallery_size=gallery_size, slope=slope), fnir - 0.3 * step)
    lapse = np.maximum(lapse, 0)
    return MateLaw(lapse, ndtri((fnir - lapse) / (1 - lapse)), z)


def _lapse(fnir: Floats, rank1_miss: Floats, *, z: float, gallery_size: float, slope: float) -> Floats:
    """Halve the interval [0, rank-1 miss]: a larger lapse leaves a smaller share to be beaten at rank 1."""
    low, high = np.zeros_like(fnir), np.minimum(fnir, rank1_miss) * (1 - 1e-9)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        law = MateLaw(middle, ndtri((fnir - middle) / (1 - middle)), z)
        too_low = rank1_under(law, slope=slope, gallery_size=gallery_size) < rank1_miss
        low, high = np.where(too_low, middle, low), np.where(too_low, high, middle)
    return np.asarray((low + high) / 2)


def rank1_under(law: MateLaw, *, slope: float, gallery_size: float) -> Floats:
    """Share of mated searches whose mate is beaten by the best of ``gallery_size`` others, under the law."""
    best = -ndtri(-np.expm1(-_NODES / gallery_size))
    beaten = ndtr(law.depth[..., None] + slope * (best - law.z)) @ _WEIGHTS
    return np.asarray(law.lapse + (1 - law.lapse) * beaten)
