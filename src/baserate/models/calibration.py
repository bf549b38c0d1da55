"""From published test results to the law of mated scores.

At a published point (N, FPIR, FNIR) the threshold is the score z with FPIR at N, and FNIR is the chance that the mate
scores below it: *FNIR = lapse + (1 - lapse) Phi((z - mu) / sigma)*. In probits that is a straight line in z, so two
points give mu and sigma, more give them by least squares, and one point gives them together with the exponent b of
*FNIR = a N^b* at a fixed FPIR, which stands for a second point at ten times the gallery.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from baserate.models.score_law import hazard_for_rate, score_of_hazard

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_TENFOLD = 10.0
_FLATTEST = 0.01  # probits per z: a spread of 100, at which errors do not grow with the gallery in any sense
_WORST = 0.999  # a miss rate after factors: beyond it the law says nothing


@dataclass(frozen=True, slots=True)
class Anchor:
    """The point at which factors on the miss rate apply, and the spread of mated scores.

    Parameters
    ----------
    score
        Threshold z of the point.
    fnir
        Miss rate there.
    spread
        sigma, in z.
    lapse_share
        Share of the misses that no threshold would avoid.
    """

    score: Floats
    fnir: Floats
    spread: Floats
    lapse_share: Floats


def anchor_of_points(
    gallery_sizes: Floats, fpirs: Floats, fnirs: Floats, *, heterogeneity: Floats, lapse_share: Floats
) -> Anchor:
    """Fit mated scores to two or more points; the last is the anchor.

    Parameters
    ----------
    gallery_sizes, fpirs, fnirs
        Shape (draws, points), by growing gallery size. FNIR below 1 and above 0.
    heterogeneity, lapse_share
        Shape (draws,). The lapse is that share of the misses at the point that has the fewest.

    Notes
    -----
    Where FNIR does not grow with N, as can happen between draws within rounding, the spread is held at 100 z: the miss
    rate is then practically the same at every threshold.
    """
    scores = score_of_hazard(hazard_for_rate(fpirs, heterogeneity[:, None]) / gallery_sizes)
    return _fitted(scores, fnirs, lapse_share)


def _fitted(scores: Floats, fnirs: Floats, lapse_share: Floats) -> Anchor:
    """Fit the straight line to miss rates at two or more thresholds z, (draws, points)."""
    lapse = lapse_share * fnirs.min(axis=1)
    probits = ndtri((fnirs - lapse[:, None]) / (1.0 - lapse[:, None]))
    centred = scores - scores.mean(axis=1, keepdims=True)
    slope = (centred * probits).sum(axis=1) / (centred**2).sum(axis=1)
    return Anchor(scores[:, -1], fnirs[:, -1], 1.0 / np.maximum(slope, _FLATTEST), lapse / fnirs[:, -1])


def anchor_of_exponent(
    gallery_size: Floats, fpir: Floats, fnir: Floats, *, exponent: Floats, heterogeneity: Floats, lapse_share: Floats
) -> Anchor:
    """Fit mated scores to one point and the exponent b of FNIR = a N^b; all of shape (draws,)."""
    sizes = np.stack([gallery_size, gallery_size * _TENFOLD], axis=1)
    fnirs = np.stack([fnir, np.minimum(fnir * _TENFOLD**exponent, _WORST)], axis=1)
    scores = score_of_hazard(hazard_for_rate(fpir, heterogeneity)[:, None] / sizes)
    return Anchor(scores[:, 0], fnir, _fitted(scores, fnirs, lapse_share).spread, lapse_share)


def anchor_of_law(mean: Floats, spread: Floats, *, threshold: Floats, lapse_share: Floats) -> Anchor:
    """Take mated scores as given, anchored at the scenario's own threshold; all of shape (draws,)."""
    below = ndtr((threshold - mean) / spread)
    fnir = below / (1.0 - lapse_share + lapse_share * below)  # solves FNIR = lapse + (1 - lapse) below
    return Anchor(threshold, fnir, spread, lapse_share)


def mated_scores(anchor: Anchor, miss_factor: Floats) -> tuple[Floats, Floats]:
    """Mean of the mated score, and the lapse, where the anchor's miss rate is multiplied by a factor.

    Parameters
    ----------
    anchor
        Of shape (draws,).
    miss_factor
        Shape (draws, ...): a group's or a capture condition's.
    """
    shape = (-1, *[1] * (miss_factor.ndim - 1))
    fnir = np.minimum(anchor.fnir.reshape(shape) * miss_factor, _WORST)
    lapse = anchor.lapse_share.reshape(shape) * fnir
    probit = ndtri((fnir - lapse) / (1.0 - lapse))
    return anchor.score.reshape(shape) - anchor.spread.reshape(shape) * probit, lapse
