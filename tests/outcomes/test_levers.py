"""Every lever that people argue about, moved by its named policy: the change is the one that arithmetic says."""

from typing import Any

import numpy as np
import pytest

from baserate.errors import InputError
from baserate.models.draws import reference_draw
from baserate.models.policies import policies_named, settings_of, shipped_policies
from baserate.models.scenario import Scenario, load_scenario, override, shipped_scenarios
from baserate.models.simulate import simulate
from baserate.outcomes.compare import compare, compare_simulated
from baserate.outcomes.expect import expected_worlds, outcome_values, records_kept, worlds_at
from baserate.outcomes.simulated import simulated_outcomes

APP = override(
    load_scenario("wearable-continuous"),
    ["policy.gate=none", "matcher.heterogeneity=0", "policy.response=single", "encounters.max_attempts=1"],
)


def under(scenario: Scenario, *names: str) -> Scenario:
    return override(scenario, settings_of(policies_named(names)))


def changed(first: Scenario, second: Scenario) -> dict[str, Any]:
    return {one.name: one for one in compare(first, second, n_draws=30)}


def ratios(first: Scenario, second: Scenario, outcome: str) -> Any:
    """B over A in each world."""
    values = [outcome_values(expected_worlds(one, n_draws=30), outcome) for one in (first, second)]
    return values[1] / values[0]


def drawn(scenario: Scenario, key: str) -> Any:
    return expected_worlds(scenario, n_draws=30).draws[key]


def test_threshold_carried_over_or_set_anew():
    """One group and one condition: hazards are as the galleries' sizes, in every world."""
    camera = load_scenario("watchlist-camera")
    anew, carried = under(camera, "threshold-reset"), under(camera, "threshold-carried-over")
    world = expected_worlds(anew, n_draws=30)
    size = world.draws["galleries.watchlist.size"]
    np.testing.assert_allclose(ratios(carried, anew, "fpir"), 10_000 / size, rtol=2e-3)
    assert changed(carried, anew)["fnir"].share_lower == pytest.approx(
        1.0, abs=0.01
    )  # a larger list, a lower threshold


def test_a_strict_threshold_trades_wrong_alerts_for_misses():
    found = changed(under(APP, "threshold-reset"), under(APP, "threshold-strict"))
    assert found["false_alerts"].share_lower == 1.0
    assert found["missed"].share_higher == 1.0


def test_a_hotlist_alone_is_the_gallery_of_that_size():
    """Exactly: the same as a gallery of the flagged entries with nobody enrolled but the flagged, and no gate."""
    fixed = ["galleries.traveler_faces.flagged_share=0.01", "population.flagged_share=0.2"]
    fixed += ["population.enrolled_share=0.5", "galleries.traveler_faces.images_per_person=2"]
    app = override(APP, [*fixed, "galleries.traveler_faces.image_dependence=0"])
    smaller = ["galleries.traveler_faces.size=2000000", "population.enrolled_share=0.1"]
    alone, written = under(app, "hotlist-only-gallery"), override(app, smaller)
    for outcome in ("alerts", "false_alerts", "missed", "fpir", "fnir", "wrongful_actions", "rightful_actions"):
        np.testing.assert_allclose(ratios(alone, written, outcome), 1.0, rtol=1e-9, err_msg=outcome)


def test_a_hotlist_alone_simulated_is_the_closed_form():
    alone = override(under(APP, "hotlist-only-gallery"), ["policy.threshold.fpir_target=0.01"])
    every = simulated_outcomes(alone, simulate(alone, searches=100_000, seed=3))
    found = {one.name: one for one in every if one.group == "all"}
    worlds = worlds_at(alone, reference_draw(alone.parameters))
    for outcome in ("fpir", "alert_is_wrong"):
        counted = found[f"simulated_{outcome}"]
        assert counted.low is not None
        assert counted.high is not None
        expected = float(outcome_values(worlds, outcome)[0])
        slack = counted.high - counted.low  # twice the 95 % interval: one in 10,000 seeds
        assert counted.low - slack / 2 <= expected <= counted.high + slack / 2, outcome


def test_nobody_who_is_not_on_the_hotlist_is_found_where_it_alone_is_searched():
    found = changed(under(APP, "hotlist-gate"), under(APP, "hotlist-only-gallery"))
    assert found["suppressed"].second.high == 0.0
    assert found["suppressed"].first.low > 0.0


def test_a_second_modality():
    without, required = under(APP, "no-second-modality"), under(APP, "second-modality-required")
    accepts, rejects = (drawn(APP, f"policy.second_modality_{what}") for what in ("accepts_wrong", "rejects_right"))
    np.testing.assert_allclose(ratios(without, required, "wrongful_actions"), accepts, rtol=1e-9)
    np.testing.assert_allclose(ratios(without, required, "rightful_actions"), 1 - rejects, rtol=1e-9)


@pytest.mark.parametrize("enrolled", [0.01, 0.5, 0.99])
def test_no_one_two_reviewers(enrolled):
    """Whatever the base rate: one lets through a; two a² if they do not know of each other, more if they do."""
    app = override(APP, [f"population.enrolled_share={enrolled}"])
    nobody, one, knowing, unknowing = (
        under(app, name)
        for name in ("no-reviewer", "one-reviewer", "two-dependent-reviewers", "two-independent-reviewers")
    )
    accepts, confirms = drawn(app, "policy.review.accepts_wrong"), 1 - drawn(app, "policy.review.rejects_right")
    for outcome, chance in (("wrongful_actions", accepts), ("rightful_actions", confirms)):
        np.testing.assert_allclose(ratios(nobody, one, outcome), chance, rtol=1e-9)
        np.testing.assert_allclose(ratios(one, unknowing, outcome), chance, rtol=1e-9)
        np.testing.assert_allclose(ratios(one, knowing, outcome), 0.7 + 0.3 * chance, rtol=1e-9)


def test_fewer_people_enrolled_make_an_action_more_often_wrongful_whoever_reviews():
    """The base rate: with one in a hundred enrolled a second reviewer matters more than with half."""
    for name in ("no-reviewer", "one-reviewer", "two-dependent-reviewers", "two-independent-reviewers"):
        rare, common = (override(under(APP, name), [f"population.enrolled_share={e}"]) for e in (0.01, 0.5))
        assert changed(common, rare)["action_is_wrongful"].share_higher == 1.0, name


def test_documents_weighed_or_overridden():
    outranked, weighed = under(APP, "documents-overridden"), under(APP, "documents-weighed")
    offered = drawn(APP, "policy.document_offered_share")
    np.testing.assert_allclose(ratios(outranked, weighed, "wrongful_actions"), 1 - offered, rtol=1e-9)
    assert changed(outranked, weighed)["rightful_actions"].share_equal == 1.0


def test_a_longer_list_finds_more_people_and_shows_more_strangers():
    police = load_scenario("retrospective-police")
    short, middle, long = (under(police, f"list-of-{length}") for length in (2, 20, 50))
    for shorter, longer in ((short, middle), (middle, long)):
        found = changed(shorter, longer)
        assert found["fnir"].share_lower == 1.0
        assert found["wrongful_actions"].share_higher == 1.0
        assert found["alerts"].share_equal == 1.0  # a list always comes back


def test_kinds_of_response():
    """Two outcomes are one match that is not seen; a list is another thing."""
    single, code, candidates = (under(APP, name) for name in ("single-match", "two-outcome-response", "candidate-list"))
    assert {one.share_equal for one in changed(single, code).values()} <= {0.0, 1.0}
    assert changed(single, code)["alerts"].share_equal == 1.0
    assert changed(single, candidates)["fnir"].share_higher == 0.0


def test_nonmatches_deleted():
    kept, deleted = under(APP, "non-matches-kept"), under(APP, "non-matches-deleted")
    found = changed(kept, deleted)
    assert found["records_held_without_alert"].second.high == 0.0
    assert found["records_held"].share_lower == 1.0
    assert found["alerts"].share_equal == 1.0
    before, after = (records_kept(expected_worlds(one, n_draws=30)) for one in (kept, deleted))
    np.testing.assert_allclose(
        before["records_held"] - before["records_held_without_alert"], after["records_held"], rtol=1e-9
    )


@pytest.mark.parametrize("policy", ["may-decline", "consent-required"])
def test_who_declines_is_not_searched_and_nothing_else_changes(policy):
    asked = under(APP, policy)
    searched = 1 - drawn(asked, "policy.declined_share")
    for outcome in ("searches", "false_alerts", "wrongful_actions"):
        np.testing.assert_allclose(ratios(under(APP, "no-consent"), asked, outcome), searched, rtol=1e-9)
    assert changed(APP, asked)["alert_is_wrong"].share_equal == 1.0


def test_pairs_are_the_same_people():
    pairs = compare_simulated(under(APP, "no-reviewer"), under(APP, "one-reviewer"), searches=20_000, seed=2)
    right = next(pair for pair in pairs if pair.event == "rightful_action")
    assert right.only_second == 0
    assert right.only_first > 0


# -- the list of policies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped_policies())
def test_every_policy_can_be_laid_on_a_scenario_and_says_something(name):
    keys = {setting.partition("=")[0] for setting in shipped_policies()[name].settings}
    scenarios = [load_scenario(scenario) for scenario in shipped_scenarios()]
    laid = [under(scenario, name) for scenario in scenarios if keys <= set(scenario.parameters)]
    assert len(laid) >= 5
    assert shipped_policies()[name].meaning.endswith(".")


def test_an_unknown_policy_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="did you mean 'one-reviewer'"):
        policies_named(["one-reviewr"])


def test_the_later_policy_holds():
    both = under(APP, "no-reviewer", "one-reviewer")
    assert both.parameters["policy.review.reviewers"].options == (1,)
