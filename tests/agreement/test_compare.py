"""Comparisons: the same against the same, known changes, and the simulation's pairs against the closed form."""

import numpy as np
import pytest

from baserate.models.draws import reference_draw
from baserate.models.scenario import load_scenario, override
from baserate.outcomes.compare import EVENTS, compare, compare_simulated
from baserate.outcomes.definitions import DEFINITIONS
from baserate.outcomes.expect import outcome_values, worlds_at

SCENARIO = override(load_scenario("mobile-fortify"), ["policy.gate=none"])  # many alerts
TWO = override(SCENARIO, ["policy.review.reviewers=2"])
NONE = override(SCENARIO, ["policy.review.reviewers=0"])


def known(value):
    assert value is not None
    return value


def per_encounter(scenario, name):
    worlds = worlds_at(scenario, reference_draw(scenario.parameters))
    return float((outcome_values(worlds, name) / worlds.searches * worlds.searches_per_person)[0])


def test_the_same_is_equal_in_every_world():
    for one in compare(SCENARIO, SCENARIO, n_draws=30):
        assert one.share_equal in (0.0, 1.0)
        assert one.share_lower == one.share_higher == 0.0
        assert one.difference.value in (0.0, None)
    assert all(
        pair.only_first == pair.only_second == 0
        for pair in compare_simulated(SCENARIO, SCENARIO, searches=5000, seed=1)
    )


def test_every_outcome_is_compared():
    names = [one.name for one in compare(SCENARIO, TWO, n_draws=10)]
    assert names == [*(definition.name for definition in DEFINITIONS), "records_held", "records_held_without_alert"]


def test_a_second_reviewer_changes_actions_alone():
    # With lists it need not be so: who rejects the right candidate goes on to the wrong ones behind.
    single = "policy.response=single"
    found = {one.name: one for one in compare(override(NONE, [single]), override(TWO, [single]), n_draws=50)}
    assert found["wrongful_actions"].share_lower == 1.0
    assert found["rightful_actions"].share_lower == 1.0
    assert found["alerts"].share_equal == found["false_alerts"].share_equal == 1.0


def test_a_factor_is_found_in_every_world():
    """Half the actions: the ratio is 1/2 in every world, although the numbers themselves range widely."""
    one, half = (override(SCENARIO, [f"policy.action_share={share}"]) for share in (0.8, 0.4))
    found = {one.name: one for one in compare(one, half, n_draws=50)}["wrongful_actions"]
    assert (found.ratio.low, found.ratio.high) == pytest.approx((0.5, 0.5), rel=1e-9)
    assert known(found.first.high) > 2 * known(found.first.low)


def test_where_the_first_is_0_there_is_no_ratio():
    never = override(SCENARIO, ["policy.action_share=0"])
    found = {one.name: one for one in compare(never, SCENARIO, n_draws=10)}
    assert found["wrongful_actions"].ratio.value is None
    assert found["action_is_wrongful"].first.undefined == "there is no adverse action"
    assert found["action_is_wrongful"].share_lower == found["action_is_wrongful"].share_higher == 0.0


def test_pairs_agree_with_the_closed_form():
    """Under A, under B, and their difference: a pair has less error than two runs on different people."""
    pairs = {pair.event: pair for pair in compare_simulated(NONE, TWO, searches=100_000, seed=5)}
    assert set(pairs) == set(EVENTS)
    live = 1.0 - NONE.parameters["encounters.training_share"].high / 2
    for event, outcome in (
        ("alert", "alerts"),
        ("false_alert", "false_alerts"),
        ("rightful_action", "rightful_actions"),
    ):
        pair = pairs[event]
        n = pair.both + pair.only_first + pair.only_second + pair.neither
        expected = [per_encounter(scenario, outcome) * live for scenario in (NONE, TWO)]
        counted = [(pair.both + pair.only_first) / n, (pair.both + pair.only_second) / n]
        for value, truth in zip(counted, expected, strict=True):
            assert abs(value - truth) < 4 * np.sqrt(truth / n) + 1e-9
        difference = (pair.only_second - pair.only_first) / n
        error = np.sqrt(pair.only_first + pair.only_second + 1) / n
        assert abs(difference - (expected[1] - expected[0])) < 4 * error + 1e-9
    assert pairs["alert"].only_first == pairs["alert"].only_second == 0  # review changes nothing of alerts
    assert pairs["rightful_action"].only_second == 0  # two never confirm what one would not
