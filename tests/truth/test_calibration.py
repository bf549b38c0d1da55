"""Calibrated laws give the published points back."""

from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr

from baserate.models.calibration import (
    anchor_of_exponent,
    anchor_of_law,
    anchor_of_points,
    mated_scores,
)
from baserate.models.score_law import hazard_for_rate, score_of_hazard


def fnir_at(score, mean, spread, lapse) -> Any:
    return lapse + (1 - lapse) * ndtr((score - mean) / spread)


def threshold(size, fpir, w) -> Any:
    return score_of_hazard(hazard_for_rate(np.array([fpir]), np.array([w])) / size)


@pytest.mark.parametrize("w", [0.0, 1.5])
@pytest.mark.parametrize("lapse_share", [0.0, 0.5, 0.99])
def test_two_points_are_met_exactly(w, lapse_share):
    """The lapse is a share of the misses at the point with the fewest, as the last of growing galleries never is."""
    sizes, fnirs = np.array([[1.6e6, 12e6]]), np.array([[0.002, 0.0031]])
    lapse_of = np.array([lapse_share])
    anchor = anchor_of_points(sizes, np.full((1, 2), 0.003), fnirs, heterogeneity=np.array([w]), lapse_share=lapse_of)
    mean, lapse = mated_scores(anchor, np.ones(1))
    for size, fnir in zip(sizes[0], fnirs[0], strict=True):
        found = fnir_at(threshold(size, 0.003, w), mean, anchor.spread, lapse)
        np.testing.assert_allclose(found, fnir, rtol=1e-9, err_msg=f"at {size:g}")


def test_three_points_on_a_line_are_met():
    sizes = np.array([[1e5, 1e6, 1e7]])
    scores = np.concatenate([threshold(size, 0.01, 0.0) for size in sizes[0]])
    fnirs = ndtr((scores - 9.0) / 1.7)[None]
    anchor = anchor_of_points(sizes, np.full((1, 3), 0.01), fnirs, heterogeneity=np.zeros(1), lapse_share=np.zeros(1))
    mean, _ = mated_scores(anchor, np.ones(1))
    np.testing.assert_allclose([mean[0], anchor.spread[0]], [9.0, 1.7], rtol=1e-9)


@pytest.mark.parametrize("exponent", [0.02, 0.17, 0.38, 0.5])
@pytest.mark.parametrize("w", [0.0, 1.0])
def test_one_point_and_the_exponent_give_the_point_and_the_slope(exponent, w):
    anchor = anchor_of_exponent(
        np.array([12e6]),
        np.array([0.003]),
        np.array([0.0007]),
        exponent=np.array([exponent]),
        heterogeneity=np.array([w]),
        lapse_share=np.array([0.3]),
    )
    mean, lapse = mated_scores(anchor, np.ones(1))
    here, tenfold = (fnir_at(threshold(size, 0.003, w), mean, anchor.spread, lapse) for size in (12e6, 120e6))
    np.testing.assert_allclose(here, 0.0007, rtol=1e-9)
    np.testing.assert_allclose(np.log10(tenfold / here), exponent, rtol=1e-6)
    assert lapse == pytest.approx(0.3 * 0.0007)


def test_a_law_given_directly_is_kept():
    anchor = anchor_of_law(np.array([8.0]), np.array([2.0]), threshold=np.array([5.0]), lapse_share=np.array([0.4]))
    mean, lapse = mated_scores(anchor, np.ones(1))
    np.testing.assert_allclose([mean[0], anchor.spread[0]], [8.0, 2.0], rtol=1e-12)
    fnir = fnir_at(5.0, 8.0, 2.0, lapse[0])
    assert lapse[0] / fnir == pytest.approx(0.4)


@pytest.mark.parametrize("factor", [0.3, 1.0, 10.0, 100.0])
def test_factors_multiply_the_miss_rate_at_the_anchor(factor):
    anchor = anchor_of_law(np.array([8.0]), np.array([2.0]), threshold=np.array([5.0]), lapse_share=np.array([0.4]))
    before, after = (
        fnir_at(5.0, mean[0], 2.0, lapse[0])
        for mean, lapse in (mated_scores(anchor, np.array([m])) for m in (1.0, factor))
    )
    assert after == pytest.approx(min(before * factor, 0.999))


def test_a_miss_rate_that_does_not_grow_is_held_nearly_flat():
    anchor = anchor_of_points(
        np.array([[1e6, 1e7]]),
        np.full((1, 2), 0.003),
        np.array([[0.003, 0.0029]]),
        heterogeneity=np.zeros(1),
        lapse_share=np.zeros(1),
    )
    assert anchor.spread.tolist() == [100.0]
