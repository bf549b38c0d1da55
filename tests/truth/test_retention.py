"""Stocks and person-years against a simulation record by record, and where they are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baserate.errors import InputError
from baserate.models.scenario import load_scenario, override
from baserate.outcomes.expect import expected_outcomes, expected_worlds
from baserate.outcomes.retention import flow_total, flow_years, retention, stock, years_held

SCENARIO = load_scenario("mobile-fortify")


@pytest.mark.parametrize("growth", [0.0, 0.15, -0.3])
@pytest.mark.parametrize("limit", [0.0, 0.5, 4.0, 40.0])
def test_record_by_record(growth, limit):
    """Records made at the quantiles of the flow; each is deleted at the limit unless its deletion fails."""
    rate, failure, t, n = 1000.0, 0.2, 10.0, 400_000
    generator = np.random.default_rng(1)
    u = (np.arange(n) + 0.5) / n
    force = np.log1p(growth)
    made = u * t if growth == 0.0 else np.log1p(u * np.expm1(force * t)) / force
    kept_for = np.where(generator.random(n) < failure, np.inf, limit)
    weight = float(flow_total(rate, growth, t)) / n
    held = (made + kept_for > t).sum() * weight
    years = np.minimum(kept_for, t - made).sum() * weight
    arguments = {"limit": limit, "failure": failure, "growth": growth, "t": t}
    assert float(stock(rate, **arguments)) == pytest.approx(held, rel=0.01, abs=weight)
    assert float(years_held(rate, **arguments)) == pytest.approx(years, rel=0.01)


def test_fifteen_years_of_steady_use():
    assert float(stock(200_000.0, limit=15.0, failure=0.0, growth=0.0, t=30.0)) == 3_000_000.0
    assert float(years_held(200_000.0, limit=15.0, failure=0.0, growth=0.0, t=30.0)) == 200_000.0 * (450.0 - 112.5)


@given(st.floats(-0.9, 3.0), st.floats(0.0, 50.0))
@settings(max_examples=60, deadline=None)
def test_the_integral_is_that_of_the_flow(growth, t):
    steps = np.linspace(0.0, t, 4001)
    values = flow_total(1.0, growth, steps)
    numeric = np.trapezoid(values, steps)
    assert float(flow_years(1.0, growth, t)) == pytest.approx(float(numeric), rel=2e-4, abs=1e-12)


@given(st.floats(0.0, 40.0), st.floats(0.0, 40.0), st.floats(0.0, 1.0), st.floats(-0.5, 0.5), st.floats(0.0, 30.0))
@settings(max_examples=100, deadline=None)
def test_a_longer_limit_never_holds_less(one, other, failure, growth, t):
    shorter, longer = sorted((one, other))
    arguments = {"failure": failure, "growth": growth, "t": t}
    for formula in (stock, years_held):
        less, more = (float(formula(100.0, limit=limit, **arguments)) for limit in (shorter, longer))
        assert -1e-9 <= less <= more * (1 + 1e-12) + 1e-9


def known(value):
    assert value is not None
    return value


def test_the_scenarios_own_limits_agree_with_its_outcomes():
    scenario = override(SCENARIO, ["retention.deletion_failure_share=0"])
    outcomes = {one.name: one for one in expected_outcomes(expected_worlds(scenario)) if one.group == "all"}
    held = {one.kind: one.stock for one in retention(scenario, years=(30,)) if one.limit == "scenario"}
    assert held["records"].value == pytest.approx(outcomes["records_held"].value, rel=1e-9)
    expected = outcomes["records_held_without_alert"]
    assert held["records_without_alert"].value == pytest.approx(expected.value, rel=1e-9)
    assert known(held["people_never_matched"].value) < known(
        held["records_without_alert"].value
    )  # some are searched twice


def test_not_kept_is_nothing_unless_deletion_fails():
    clean = override(SCENARIO, ["retention.deletion_failure_share=0"])
    assert all(one.stock.high == 0.0 for one in retention(clean, years=(1, 30)) if one.limit == "none")
    failing = override(SCENARIO, ["retention.deletion_failure_share=1"])
    stocks = {one.limit: known(one.stock.value) for one in retention(failing, years=(30,)) if one.kind == "records"}
    assert max(stocks.values()) == pytest.approx(min(stocks.values()), rel=1e-12)  # then no limit matters


def test_by_status_lies_between_its_limits():
    clean = override(SCENARIO, ["retention.deletion_failure_share=0"])
    at = {
        share: {
            one.limit: known(one.stock.value)
            for one in retention(clean, years=(30,), short_share=share)
            if one.kind == "records"
        }
        for share in (0.0, 1.0)
    }
    assert at[0.0]["by_status"] == pytest.approx(at[0.0]["14_days"])
    assert at[1.0]["by_status"] == pytest.approx(at[1.0]["24_hours"] / 2)


def test_bounds_are_told():
    with pytest.raises(InputError, match="growth"):
        retention(SCENARIO, growth=5.0)
    with pytest.raises(InputError, match="short_share"):
        retention(SCENARIO, short_share=1.5)
