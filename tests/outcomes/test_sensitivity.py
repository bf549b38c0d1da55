import numpy as np
import pytest

from baserate.errors import NotEstimableError
from baserate.models.draws import draw, reference_draw
from baserate.models.scenario import load_scenario, override
from baserate.outcomes.break_even import break_even, break_even_range
from baserate.outcomes.expect import expected_worlds, outcome_values, worlds_at
from baserate.outcomes.sensitivity import sensitivity, unknowns

SCENARIO = load_scenario("mobile-fortify")


def test_what_is_published_with_a_range_is_not_asked_for():
    keys = {key for unknown in unknowns(SCENARIO) for key in unknown.keys}
    assert "matcher.points[0].fnir" not in keys
    undisclosed = {
        key
        for key, parameter in SCENARIO.parameters.items()
        if parameter.is_uncertain and parameter.source.kind in ("reported", "derived", "assumed")
    }
    assert keys == undisclosed


def test_every_unknown_says_what_it_is():
    assert all(unknown.meaning and unknown.reasons and unknown.kinds for unknown in unknowns(SCENARIO))


def test_an_input_on_which_nothing_rests_has_no_influence():
    influences = sensitivity(SCENARIO, "fpir", n_base=64).influences
    found = {one.unknown.key: one for one in influences}
    assert found["retention.deletion_failure_share"].total.value == pytest.approx(0.0, abs=1e-9)
    totals = [one.total.value for one in influences]
    assert totals == sorted(totals, reverse=True)


def test_an_outcome_of_nothing_is_on_the_linear_scale():
    found = sensitivity(override(SCENARIO, ["policy.action_share=0"]), "wrongful_actions", n_base=64)
    assert found.scale == "linear"
    assert all(one.total.value == 0.0 for one in found.influences)


def test_undefined_worlds_are_refused():
    nobody = override(SCENARIO, ["population.enrolled_share=0", "modalities.finger_contactless.enrolled_share=0"])
    with pytest.raises(NotEstimableError, match="fnir is undefined in"):
        sensitivity(nobody, "fnir", n_base=64)


def test_at_the_break_even_value_an_alert_is_as_likely_wrong_as_right():
    hotlist = "galleries.traveler_faces.flagged_share=0.05"
    wide = override(SCENARIO, ["policy.threshold.fpir_target=0.0001..0.99", hotlist])
    found = {one.key: one for one in break_even(wide)}["policy.threshold.fpir_target"]
    (value,) = found.values
    there = override(SCENARIO, [f"policy.threshold.fpir_target={value!r}", hotlist])
    chance = outcome_values(worlds_at(there, reference_draw(there.parameters)), "alert_is_wrong")[0]
    assert chance == pytest.approx(0.5, abs=1e-5)


def test_break_even_over_draws_accounts_for_every_world():
    found = break_even_range(SCENARIO, "population.flagged_share", n_worlds=20)
    stays = found.share_always_right + found.share_always_wrong + found.share_undefined
    assert found.share_crossing + stays == pytest.approx(1.0)
    parameter = SCENARIO.parameters["population.flagged_share"]
    if found.share_crossing > 0.0:
        ends = [parameter.low, found.low, found.middle, found.high, parameter.high]
        assert all(end is not None for end in ends)
        assert ends == sorted(end for end in ends if end is not None)
    always_low = override(SCENARIO, ["policy.gate=none", "policy.threshold.fpir_target=0.0001"])
    assert break_even_range(always_low, "population.flagged_share", n_worlds=5).share_always_wrong == 0.0


def test_where_there_is_no_alert_nothing_crosses_and_nothing_is_right():
    none_flagged = [f"galleries.{name}.flagged_share=0" for name in SCENARIO.table.galleries]
    silent = override(SCENARIO, [*none_flagged, "population.flagged_share=0"])
    assert all(one.values == () and one.at_low is None for one in break_even(silent))
    found = break_even_range(silent, "population.enrolled_share", n_worlds=5)
    assert found.share_undefined == 1.0
    assert found.middle is None
    chances = outcome_values(expected_worlds(silent, n_draws=100), "alert_is_wrong")
    assert np.isnan(chances).all()  # and no ratio of two roundings


def test_worlds_are_the_same_when_they_are_given():
    one = expected_worlds(SCENARIO, n_draws=30, seed=4)
    other = worlds_at(SCENARIO, draw(SCENARIO.parameters, n_draws=30, seed=4))
    assert (one.counts == other.counts).all()
