"""Compatible rates against enumeration, and their coverage whatever the reporting share."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from baserate.errors import InputError
from baserate.models.scenario import load_scenario
from baserate.outcomes.expect import expected_worlds
from baserate.outcomes.incidents import CompatibleRates, Reported, compatible_rates, share_of_worlds


def tail_test_keeps(k, n, chance):
    """Whether neither tail of the binomial puts less than 2.5 % on k and beyond: the definition of the interval."""
    return binom.cdf(k, n, chance) >= 0.025 and binom.sf(k - 1, n, chance) >= 0.025


@pytest.mark.parametrize(
    ("k", "n_1", "n_2", "a", "b"), [(2, 50, 80, 0.1, 0.5), (0, 40, 40, 0.3, 1.0), (5, 60, 60, 0.2, 0.2)]
)
def test_the_set_is_what_no_test_rejects(k, n_1, n_2, a, b):
    found = compatible_rates(Reported(k, n_1, n_2, a, b))
    rates = np.linspace(0.0005, 0.9995, 400)
    shares, numbers = np.linspace(a, b, 60), sorted({n_1, n_2})
    kept = [rate for rate in rates if any(tail_test_keeps(k, n, rate * s) for s in shares for n in numbers)]
    assert min(kept) == pytest.approx(found.low, abs=0.006)
    assert max(kept) == pytest.approx(found.high, abs=0.006)


@pytest.mark.parametrize("rate", [0.001, 0.02, 0.3])
@pytest.mark.parametrize("share", [0.05, 0.2, 0.4])
def test_it_covers_whatever_the_share(rate, share):
    n = 300
    k = np.arange(n + 1)
    held = [_holds(int(one), n, rate) for one in k]
    assert float(binom.pmf(k, n, rate * share)[held].sum()) >= 0.95


def _holds(k, n, rate):
    try:
        found = compatible_rates(Reported(k, n, n, 0.05, 0.4))
    except InputError:  # more reports than any rate gives
        return False
    return found.low <= rate <= found.high


@given(st.integers(0, 50), st.integers(50, 10**6), st.floats(0.0, 1.0), st.floats(0.001, 1.0))
@settings(max_examples=150, deadline=None)
def test_knowing_less_never_narrows_the_set(k, n, one, other):
    low, high = sorted((one, other))
    try:
        known = compatible_rates(Reported(k, n, n, high, high))
    except InputError:
        return
    wider = compatible_rates(Reported(k, n, 2 * n, low, high))
    assert wider.low <= known.low <= known.high <= wider.high <= 1.0


def test_silence_is_no_evidence():
    found = compatible_rates(Reported(0, 200_000, 200_000, 0.0, 1.0))
    assert (found.low, found.high) == (0.0, 1.0)


def test_what_was_reported_did_happen():
    assert compatible_rates(Reported(7, 1000, 1000, 0.5, 1.0)).low_number == 7


@pytest.mark.parametrize(
    ("reported", "code"),
    [
        (Reported(3, 2, 2, 0.1, 0.5), "out-of-bounds"),
        (Reported(-1, 2, 2, 0.1, 0.5), "out-of-bounds"),
        (Reported(1, 5, 2, 0.1, 0.5), "out-of-bounds"),
        (Reported(1, 5, 5, 0.5, 0.1), "out-of-bounds"),
        (Reported(0, 5, 5, 0.0, 0.0), "out-of-bounds"),
        (Reported(0, 5, 5, float("nan"), 0.5), "out-of-bounds"),
        (Reported(50, 100, 100, 0.01, 0.02), "contradiction"),
    ],
)
def test_what_cannot_be_is_told(reported, code):
    with pytest.raises(InputError) as raised:
        compatible_rates(reported)
    assert {problem.code for problem in raised.value.problems} == {code}


def test_worlds_in_the_set():
    worlds = expected_worlds(load_scenario("mobile-fortify"), n_draws=100)
    assert share_of_worlds(worlds, CompatibleRates(0.0, 1.0, 0, 1, 0.95)) == 1.0
    assert share_of_worlds(worlds, CompatibleRates(0.999, 1.0, 0, 1, 0.95)) == 0.0
