"""What a plan says to show is seldom wrong, also where people repeat and errors come several at a time."""

from typing import Any

import numpy as np
import pytest

from baserate.estimates.planning import plan_below, shown_by

TIMES = 4000
# With 4,000 simulations a share of 5 % is within 1 point of the truth 997 times in 1,000.
AT_MOST = 0.05 + 0.01


def own_rates(rng: Any, rate: float, alike: float, size: tuple[int, int]) -> Any:
    """Each person's rate, so that outcomes of one person are alike by that correlation."""
    if alike in (0, 1):
        return (rng.random(size) < rate).astype(float) if alike else np.full(size, rate)
    strength = 1 / alike - 1
    return rng.beta(rate * strength, (1 - rate) * strength, size=size)


@pytest.mark.parametrize(("each", "alike"), [(1, 1), (10, 1), (10, 0), (5, 0.3), (10, 0.05), (2, 0.5)])
@pytest.mark.parametrize("errors", [0, 2, 20])
def test_a_rate_at_the_limit_is_seldom_said_to_lie_below(each, alike, errors):
    rng, limit = np.random.default_rng(1), 0.02
    people = plan_below(limit, errors=errors, searches_each=each, alike=alike).people
    seen = rng.binomial(each, own_rates(rng, limit, alike, (TIMES, people))).sum(axis=1)
    assert np.mean(seen <= errors) <= AT_MOST


@pytest.mark.parametrize(("each", "alike"), [(1, 1), (10, 1), (5, 0.3)])
def test_a_rate_is_found_within_the_ends_that_were_planned(each, alike):
    """As often as the interval's coverage: a rate seen lies within them where the truth is the rate expected."""
    rng, rate, people = np.random.default_rng(2), 0.1, 400
    plan = shown_by(people, rate=rate, searches_each=each, alike=alike)
    assert plan.low is not None
    assert plan.high is not None
    seen = rng.binomial(each, own_rates(rng, rate, alike, (TIMES, people))).mean(axis=1) / each
    assert np.mean((plan.low <= seen) & (seen <= plan.high)) == pytest.approx(0.95, abs=0.02)
