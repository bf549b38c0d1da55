"""Arithmetic made of + - * / against NumPy's and SciPy's, in units of the last place.

The limits are what was found on some millions of arguments with one unit to spare: an error in a coefficient's tenth
digit shows as thousands of units.
"""

import math
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtri

from baserate.models.portable_arithmetic import exp, log, minus_expm1_of_minus, significant, upper_normal_quantile

RNG = np.random.default_rng(20261122)
N = 200_000


def units_apart(found, wanted) -> Any:
    return np.max(np.abs(found - wanted) / np.spacing(np.abs(wanted)))


@pytest.mark.parametrize(
    "x",
    [RNG.uniform(-700, 700, N), RNG.uniform(-1, 1, N), -(10 ** RNG.uniform(-300, 0, N)), np.arange(-700.0, 701.0)],
    ids=["everywhere", "near 0", "tiny", "whole numbers"],
)
def test_exp_is_within_two_units(x):
    assert units_apart(exp(x), np.exp(x)) <= 2


def test_exp_stops_at_its_ends():
    np.testing.assert_array_equal(exp(np.array([-1e9, 1e9])), exp(np.array([-700.0, 700.0])))


@pytest.mark.parametrize(
    "x",
    [10 ** RNG.uniform(-307, 307, N), RNG.uniform(0.5, 2, N), 1 + 1e-9 * RNG.standard_normal(N), np.array([5e-324])],
    ids=["everywhere", "around 1", "close to 1", "smallest"],
)
def test_log_is_within_three_units(x):
    assert units_apart(log(x), np.log(x)) <= 3


def test_exp_and_log_agree_with_the_math_module():
    x = RNG.uniform(-700, 700, 2_000)
    assert units_apart(exp(x), np.array([math.exp(value) for value in x])) <= 2
    assert units_apart(log(exp(x)), np.array([math.log(value) for value in exp(x).tolist()])) <= 3


def test_probability_behind_a_hazard_keeps_its_digits_when_small():
    x = np.concatenate([10 ** RNG.uniform(-300, 2.5, N), 10 ** RNG.uniform(-4.1, -3.9, N)])
    np.testing.assert_allclose(minus_expm1_of_minus(x), -np.expm1(-x), rtol=2e-12)  # the worst is at the seam, 1e-4
    tiny = x[x < 1e-6]
    np.testing.assert_allclose(minus_expm1_of_minus(tiny), -np.expm1(-tiny), rtol=5e-16)
    assert minus_expm1_of_minus(np.array([0.0])).tolist() == [0.0]


@pytest.mark.parametrize(
    "p",
    [10 ** RNG.uniform(-300, -1, N), RNG.uniform(1e-12, 1 - 1e-12, N), 1 - 10 ** RNG.uniform(-15, -1, N)],
    ids=["upper tail", "middle", "lower tail"],
)
def test_normal_quantile_is_scipys(p):
    np.testing.assert_allclose(upper_normal_quantile(p), -ndtri(p), rtol=5e-15, atol=1e-16)


def test_normal_quantile_falls_with_probability():
    """Also across the seams between the three approximations: a jump there would swap candidates."""
    for seam in (0.075, 0.925, math.exp(-25), 0.5):
        p = seam * (1 + np.linspace(-1e-9, 1e-9, 2_001))
        assert np.all(np.diff(upper_normal_quantile(p)) <= 1e-15)


def test_significant_digits_are_those_of_decimal_notation():
    x = np.array([[1.23456789051, -0.1 - 0.2], [9.9999999999, 0.0]])
    assert significant(x).tolist() == [[1.23456789, -0.3], [10.0, 0.0]]
    assert significant(x, digits=2).tolist() == [[1.2, -0.3], [10.0, 0.0]]


def test_rounding_removes_a_difference_in_the_last_bit():
    x = 10 ** RNG.uniform(-12, 12, 1_000)
    differ = np.mean(significant(x) != significant(np.nextafter(x, np.inf)))
    assert differ < 0.005  # only values within a bit of the middle between two ninth digits
