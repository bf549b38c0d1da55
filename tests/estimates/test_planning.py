"""Plans: what they ask for shows what was wanted, and the rules of thumb come out."""

from typing import Any

import pytest
from scipy.stats import binomtest

from baserate.errors import NotEstimableError
from baserate.estimates.intervals import wilson
from baserate.estimates.planning import design_effect, plan_below, plan_width, rule_of_30, shown_by


@pytest.mark.parametrize(("rate", "half"), [(0.1, 0.02), (0.01, 0.005), (0.003, 0.001), (0.5, 0.1)])
def test_a_plan_gives_the_width_wanted_and_one_fewer_does_not(rate, half):
    n = plan_width(rate, half).searches

    def reach(n: int) -> Any:
        found = wilson(rate * n, n)
        return max(rate - found.low, found.high - rate)

    assert reach(n) <= half < reach(n - 1)


@pytest.mark.parametrize("limit", [0.1, 0.01, 0.001, 0.0001])
def test_rule_of_three(limit):
    assert plan_below(limit).searches == pytest.approx(3 / limit, rel=0.07)


def test_showing_a_rate_below_a_limit_agrees_with_another_program():
    n = plan_below(0.01, errors=3).searches
    assert binomtest(3, n, alternative="less").proportion_ci().high <= 0.01
    assert binomtest(3, n - 1, alternative="less").proportion_ci().high > 0.01


def test_rule_of_30_is_right_nine_times_in_ten():
    low, high = (wilson(30, 1_000_000, level=0.9).low, wilson(30, 1_000_000, level=0.9).high)
    assert low * 1e6 / 30 > 0.7
    assert high * 1e6 / 30 < 1.4
    assert rule_of_30(30)
    assert not rule_of_30(29.9)


def test_repeats_cost_people_only_as_far_as_they_are_unrelated():
    alone, alike, unrelated = (plan_below(0.001, searches_each=k, alike=a) for k, a in ((1, 1), (10, 1), (10, 0)))
    assert alike.people == alone.people
    assert alike.searches == 10 * alone.searches
    assert unrelated.searches == pytest.approx(alone.searches, abs=10)
    assert design_effect(1, 1) == 1
    assert shown_by(300, rate=0.01, searches_each=10).independent == 300


def test_what_no_test_can_show_is_refused():
    with pytest.raises(NotEstimableError, match="less precision"):
        plan_width(0.5, 1e-9)
