"""Plans: what they ask for shows what was wanted, and the rules of thumb come out."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from baserate.errors import NotEstimableError
from baserate.estimates.intervals import wilson
from baserate.estimates.planning import (
    design_effect,
    errors_below,
    limit_shown,
    plan_below,
    plan_width,
    rule_of_30,
    shown_by,
)


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


def test_what_a_plan_is_worth_is_what_its_searches_are_worth():
    """One person whose searches are unrelated: a million searches, not as few as were wanted."""
    plan = plan_width(0.01, 0.005, searches_each=1_000_000, alike=0)
    assert (plan.people, plan.searches, plan.independent) == (1, 1_000_000, 1_000_000)
    assert plan_below(0.001, searches_each=1_000_000, alike=0).independent == 1_000_000


@given(
    st.floats(0.001, 0.5), st.integers(0, 40), st.sampled_from([1, 2, 10]), st.sampled_from([0.0, 0.3, 1.0])
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_the_ways_there_and_back_agree(limit, errors, each, alike):
    repeats = {"searches_each": each, "alike": alike}
    people = plan_below(limit, errors=errors, **repeats).people
    assert limit_shown(people, errors=errors, **repeats).limit <= limit
    back = errors_below(people, limit, **repeats)
    assert back.errors is not None
    assert back.errors >= errors
    assert limit_shown(people, errors=back.errors, **repeats).limit <= limit
    if back.errors + 1 < people * each:
        assert limit_shown(people, errors=back.errors + 1, **repeats).limit > limit
    if people > 1:
        fewer = (people - 1) * each
        assert errors >= fewer or limit_shown(people - 1, errors=errors, **repeats).limit > limit


@pytest.mark.parametrize(("errors", "people"), [(0, 300), (3, 1000), (29, 500)])
def test_the_limit_shown_agrees_with_another_program(errors, people):
    theirs = binomtest(errors, people, alternative="less").proportion_ci(method="exact").high
    assert limit_shown(people, errors=errors).limit == pytest.approx(theirs, rel=1e-9)


def test_too_few_people_for_a_limit_are_told_how_many_it_takes():
    with pytest.raises(NotEstimableError, match="takes 2,995 people"):
        errors_below(300, 0.001)
    with pytest.raises(NotEstimableError, match="no limit below 1"):
        limit_shown(3, errors=3)


def test_the_rules_of_thumb_are_checked_and_can_fail():
    three, thirty = plan_below(0.001).checks
    assert (three.rule, three.holds, thirty.rule, thirty.holds) == ("rule of 3", True, "rule of 30", False)
    assert "3/2,995 = 0.001002" in three.says
    assert not plan_below(0.5).checks[0].holds  # 3/5 is not 0.45
    assert [one.rule for one in plan_below(0.001, level=0.9).checks] == ["rule of 30"]  # the rule is of 95 %
    assert limit_shown(10_000, errors=30).checks[-1].holds
    assert not limit_shown(10_000, errors=29).checks[-1].holds


def test_the_rules_count_people_where_their_searches_are_alike():
    plan = limit_shown(300, searches_each=10, alike=1.0)
    assert "3/300 = 0.01" in plan.checks[0].says
    assert "3/1,071" in limit_shown(300, searches_each=10, alike=0.2).checks[0].says
    assert not limit_shown(300, errors=60, searches_each=10, alike=1.0).checks[-1].holds  # six people


def test_a_limit_is_never_written_lower_than_it_is():
    for people in range(20, 400, 7):
        found = limit_shown(people)
        assert found.limit is not None
        assert float(found.shows.split()[3]) >= found.limit
