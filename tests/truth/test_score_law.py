"""The score law against formulas, SciPy's distributions and brute force.

Accuracy reached, and held here: FPIR with alike searches 1e-12, with unlike ones (w up to 3) 6e-7 of the value, for
hazards from 1e-8 to 1e3. A search's factor left out, or its mean not kept, is an error of 1e-3 to 1.
"""

from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import binom, chi2, kstwo

from baserate.models.score_law import (
    hazard_for_rate,
    hazard_of_score,
    lists_shorter_than,
    over_searches,
    score_of_hazard,
    share_without_candidate,
    smallest_hazards,
)

HAZARDS = np.array([10.0**power for power in range(-8, 4)])
ALIKE = np.array([0.0])


def mean_over_g(value, w: float) -> float:
    """Mean of value(M), M = exp(w g - w²/2), by adaptive quadrature in pieces of half a standard deviation."""

    def integrand(g: float) -> float:
        return float(value(np.exp(w * g - w * w / 2)) * np.exp(-g * g / 2) / np.sqrt(2 * np.pi))

    edges = np.arange(-12.0, 13.0 + w, 0.5)
    pieces = [quad(integrand, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in pairwise(edges)]
    return float(sum(pieces))


# -- FPIR -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 100, 10_000, 12_000_000, 200_000_000])
@pytest.mark.parametrize("fmr", [1e-12, 1e-9, 1e-6, 1e-3, 0.2])
def test_alike_searches_have_the_binomial_fpir(size, fmr):
    hazard = np.array([size * -np.log1p(-fmr)])
    fpir = 1 - share_without_candidate(hazard, ALIKE)
    np.testing.assert_allclose(fpir, -np.expm1(size * np.log1p(-fmr)), rtol=0, atol=1e-12)


def test_groups_of_a_gallery_multiply():
    sizes, rates = np.array([1e6, 3e5, 5e4]), np.array([1e-8, 4e-7, 3e-6])
    hazard = np.array([np.sum(-sizes * np.log1p(-rates))])
    np.testing.assert_allclose(share_without_candidate(hazard, ALIKE), np.prod((1 - rates) ** sizes), rtol=1e-9)
    exact = np.prod([np.exp(size * np.log1p(-rate)) for size, rate in zip(sizes, rates, strict=True)])
    np.testing.assert_allclose(share_without_candidate(hazard, ALIKE), exact, rtol=4e-16)


def test_a_threshold_does_not_travel():
    """DESIGN: set for FPIR 0.003 among 12 million, it gives about 0.05 among 200 million."""
    threshold = hazard_for_rate(np.array([0.003]), ALIKE) / 12e6
    fpir = 1 - share_without_candidate(threshold * 200e6, ALIKE)
    np.testing.assert_allclose(fpir, 1 - (1 - 0.003) ** (200 / 12), rtol=1e-12)
    assert round(fpir[0], 2) == 0.05


@pytest.mark.parametrize("w", [0.0, 0.1, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0])
def test_fpir_of_unlike_searches_is_the_integral(w):
    found = over_searches(lambda factor: -np.expm1(-HAZARDS * factor), np.broadcast_to(np.array(w), HAZARDS.shape))
    wanted = [mean_over_g(lambda factor, h=hazard: -np.expm1(-h * factor), w) for hazard in HAZARDS]
    np.testing.assert_allclose(found, wanted, rtol=6e-7)
    silent = share_without_candidate(HAZARDS, np.full(HAZARDS.shape, w, dtype=np.float64))
    np.testing.assert_allclose(1 - silent, wanted, rtol=6e-7, atol=2e-15)


def test_the_factor_keeps_the_mean_number_of_candidates():
    for w in (0.3, 1.5, 3.0):
        mean = over_searches(lambda factor: factor, np.array([w]))
        np.testing.assert_allclose(mean, 1.0, rtol=5e-6)


def test_worlds_side_by_side_are_as_they_are_alone():
    w = np.array([0.0, 0.4, 1.5, 3.0])
    together = share_without_candidate(np.full(4, 0.1), w)
    alone = [share_without_candidate(np.array([0.1]), np.array([one]))[0] for one in w]
    np.testing.assert_allclose(together, alone, rtol=1e-7)


def test_unlike_searches_have_fewer_with_a_candidate():
    shares = [share_without_candidate(np.array([0.3]), np.array([w]))[0] for w in (0, 0.5, 1, 2, 3)]
    assert np.all(np.diff(shares) > 0)


@pytest.mark.parametrize("w", [0.0, 0.5, 1.5, 3.0])
@pytest.mark.parametrize("fpir", [1e-100, 1e-12, 1e-6, 0.003, 0.3, 0.9, 0.99])
def test_hazard_for_rate_goes_back(fpir, w):
    hazard = hazard_for_rate(np.array([fpir]), np.array([w]))
    back = mean_over_g(lambda factor: -np.expm1(-hazard[0] * factor), w)
    assert back == pytest.approx(fpir, rel=6e-7 if w else 1e-12)


def test_scores_and_hazards_go_back_and_forth():
    z = np.linspace(-5, 30, 71)
    np.testing.assert_allclose(score_of_hazard(hazard_of_score(z)), z, atol=1e-9)
    np.testing.assert_allclose(-np.expm1(-hazard_of_score(z)), ndtr(-z), rtol=1e-13)


# -- candidate counts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 3, 20, 100, 10_000, 200_000_000])
@pytest.mark.parametrize("length", [1, 2, 5, 10, 100])
@pytest.mark.parametrize("passed", [1.0, 0.999, 0.5, 0.01, 0.0])
def test_short_lists_are_sums_of_the_binomial(size, length, passed):
    hazard = np.array([0, 1e-9, 1e-3, 0.1, 1, 10, 100, 599, 601, 750, 1e3, 1e5, 1e8])
    found = lists_shorter_than(np.array([length]), gallery=np.array([float(size)]), hazard=hazard, pass_over=passed)
    j = np.arange(min(length, size + 1))
    wanted = [(binom.pmf(j, size, -np.expm1(-h / size)) * passed**j).sum() for h in hazard]
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-13)


def test_short_lists_of_different_lengths_in_one_call():
    lengths = np.array([1, 5, 2, 100])
    together = lists_shorter_than(lengths, gallery=np.full(4, 1e4), hazard=np.full(4, 3.0), pass_over=0.7)
    alone = [
        lists_shorter_than(np.array([one]), gallery=np.array([1e4]), hazard=np.array([3.0]), pass_over=0.7)[0]
        for one in lengths
    ]
    np.testing.assert_allclose(together, alone, rtol=1e-14)


# -- Renyi ------------------------------------------------------------------------------------------------------------

DRAWS = 20_000


def test_smallest_hazards_are_those_of_explicit_uniforms():
    """Each of the ten best of N = 1,000: two-sample Kolmogorov-Smirnov, false alarm below 1e-5 over the ten ranks.

    A mean that is off by 4 % (0.04 standard deviations at the first rank) would be found.
    """
    rng, size, ranks = np.random.default_rng(1), 1_000, 10
    renyi = smallest_hazards(rng.standard_exponential((DRAWS, ranks)), size)
    brute = np.concatenate([best_of_uniforms(rng, 2_000, size, ranks) for _ in range(DRAWS // 2_000)])
    for rank in range(ranks):
        assert distance(renyi[:, rank], brute[:, rank]) < kstwo.isf(1e-6, DRAWS // 2)


def best_of_uniforms(rng, searches, size, ranks) -> Any:
    p = np.sort(rng.random((searches, size)), axis=1)[:, :ranks]
    return -np.log1p(-p)


def distance(a, b) -> Any:
    points = np.sort(np.concatenate([a, b]))
    shares = [np.searchsorted(np.sort(sample), points, side="right") / len(sample) for sample in (a, b)]
    return np.max(np.abs(shares[0] - shares[1]))


@pytest.mark.parametrize("size", [5, 1_000, 200_000_000])
def test_the_best_hazard_is_exponential_with_rate_n_and_gaps_are_independent(size):
    rng = np.random.default_rng(size)
    hazards = smallest_hazards(rng.standard_exponential((DRAWS, 4)), size)
    gaps = np.diff(hazards, axis=1, prepend=0.0) * (size - np.arange(4))
    statistic = 2 * gaps.sum(axis=0)  # chi-squared with 2 DRAWS degrees of freedom
    chances = chi2.cdf(statistic, 2 * DRAWS)
    assert np.all((chances > 1e-6) & (chances < 1 - 1e-6))
    assert np.abs(np.corrcoef(gaps.T)[np.triu_indices(4, 1)]).max() < 5 / np.sqrt(DRAWS)


def test_all_of_a_small_gallery_can_be_drawn():
    hazards = smallest_hazards(np.random.default_rng(3).standard_exponential((DRAWS, 3)), 3)
    mean = hazards.mean(axis=0)
    np.testing.assert_allclose(mean, np.cumsum(1 / np.array([3.0, 2.0, 1.0])), atol=5 * 1.2 / np.sqrt(DRAWS))


def test_candidates_above_a_threshold_are_binomial():
    """Ranks of Renyi's hazards below a threshold have the counts of the closed form."""
    size, length, threshold = 50, 6, 0.05
    hazards = smallest_hazards(np.random.default_rng(4).standard_exponential((DRAWS, length)), size)
    counts = np.bincount((hazards <= threshold).sum(axis=1), minlength=length + 1)
    shorter = partial(lists_shorter_than, gallery=np.array([size]), hazard=np.array([size * threshold]), pass_over=1.0)
    below = np.array([0.0] + [shorter(np.array([k]))[0] for k in range(1, length + 1)] + [1.0])
    expected = np.diff(below) * DRAWS
    assert chi2.sf(((counts - expected) ** 2 / expected).sum(), length) > 1e-6


@pytest.mark.parametrize(("n_worlds", "n_columns"), [(1, 1), (1, 2), (2, 1), (7, 1), (7, 5), (40, 20), (300, 1)])
def test_the_mean_over_searches_is_the_same_to_the_last_bit_whatever_is_computed_together(
    monkeypatch, n_worlds, n_columns
):
    heterogeneity = np.linspace(0.1, 2.0, n_worlds)[:, None]
    hazard = np.geomspace(1e-6, 1e3, n_columns)[None, :]
    found = []
    for at_once in (1, 50, 10_000):
        monkeypatch.setattr("baserate.models.score_law._AT_ONCE", at_once)
        found.append(over_searches(lambda factor: np.exp(-hazard * factor), heterogeneity).tolist())
    assert found[0] == found[1] == found[2]
