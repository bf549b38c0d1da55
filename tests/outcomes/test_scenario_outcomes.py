"""What outcomes are made of: definitions, curves, and the folder they are written to."""

import hashlib
import json
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from baserate.errors import InputError
from baserate.estimates.intervals.exact import exact
from baserate.models.counts import COUNTS, STATUSES
from baserate.models.scenario import load_scenario, override
from baserate.models.simulate import simulate
from baserate.outcomes.curves import scenario_curves
from baserate.outcomes.definitions import DEFINITIONS
from baserate.outcomes.expect import expected_outcomes, expected_worlds
from baserate.outcomes.folder import claim_results, write_results
from baserate.outcomes.record import results_of
from baserate.outcomes.simulated import simulated_outcomes

PARTS = [definition for definition in DEFINITIONS if definition.name.startswith("per_1000_")]


def all_enrolled(share: float) -> list[str]:
    """Settings with which that share of the people searched is enrolled, whatever they are searched by."""
    return [f"population.enrolled_share={share}", f"modalities.finger_contactless.enrolled_share={share}"]


@pytest.fixture(scope="module")
def scenario() -> Any:
    return load_scenario("mobile-fortify")


@pytest.fixture(scope="module")
def worlds(scenario) -> Any:
    return expected_worlds(scenario, n_draws=60)


def outcomes_at(scenario, *settings) -> Any:
    changed = override(scenario, settings)
    found = expected_outcomes(expected_worlds(changed, n_draws=10))
    return {(outcome.name, outcome.group): outcome for outcome in found}


def test_nobody_enrolled_leaves_misses_undefined_with_the_reason(scenario):
    found = outcomes_at(scenario, *all_enrolled(0))
    assert found["fnir", "all"].value is None
    assert found["fnir", "all"].undefined == "no search is of a person who is enrolled"
    assert found["missed", "all"].value == 0
    assert found["alert_is_wrong", "all"].value == 1
    assert found["fpir", "all"].value > 0


def test_everybody_enrolled_leaves_false_positives_undefined_with_the_reason(scenario):
    found = outcomes_at(scenario, *all_enrolled(1))
    assert found["fpir", "all"].value is None
    assert found["fpir", "all"].undefined == "no search is of a person who is not enrolled"
    assert found["per_1000_wrong_alert_not_enrolled", "all"].value == 0


def test_nobody_flagged_leaves_no_right_alert(scenario):
    found = outcomes_at(scenario, "population.flagged_share=0")
    assert found["alert_is_wrong", "all"].value == 1
    assert found["per_1000_right_alert", "all"].value == 0
    assert found["rightful_actions", "all"].value == 0


def test_a_rate_within_a_status_is_that_of_its_people(scenario):
    found = outcomes_at(scenario)
    assert found["fnir", "status:not_enrolled"].undefined
    assert found["fpir", "status:flagged"].undefined
    assert found["fpir", "status:not_enrolled"].value == pytest.approx(found["fpir", "all"].value)


def test_parts_of_a_thousand_searches_are_a_thousand(worlds):
    for counts, statuses in [(worlds.counts.sum(axis=1), STATUSES), (worlds.counts[:, 0], STATUSES)]:
        parts = sum(1000 * part.above.of(counts, statuses) / part.below.of(counts, statuses) for part in PARTS)
        np.testing.assert_allclose(parts, 1000, rtol=1e-9)


def test_simulated_parts_are_all_searches(scenario):
    simulation = simulate(scenario, searches=5_000, seed=4)
    counts = simulation.counts.sum(axis=0)
    assert sum(part.above.of(counts, STATUSES) for part in PARTS) == counts[:, 0].sum()


@pytest.mark.parametrize("name", [definition.name for definition in DEFINITIONS if definition.per == "year"])
def test_numbers_of_groups_and_of_statuses_add_up(worlds, name):
    definition = next(definition for definition in DEFINITIONS if definition.name == name)
    everybody = definition.above.of(worlds.counts.sum(axis=1), STATUSES)
    groups = sum(definition.above.of(worlds.counts[:, g], STATUSES) for g in range(worlds.counts.shape[1]))
    statuses = sum(definition.above.of(worlds.counts.sum(axis=1), (status,)) for status in STATUSES)
    np.testing.assert_allclose(groups, everybody, atol=1e-12)
    np.testing.assert_allclose(statuses, everybody, atol=1e-12)


def test_counts_of_a_search_sum_to_one_search(worlds):
    np.testing.assert_allclose(worlds.counts[..., list(COUNTS).index("searches")].sum(axis=(1, 2)), 1)


def test_simulated_outcomes_are_ratios_of_counts_with_exact_intervals(scenario):
    simulation = simulate(scenario, searches=5_000, seed=4)
    found = {(outcome.name, outcome.group): outcome for outcome in simulated_outcomes(scenario, simulation)}
    counts = dict(zip(COUNTS, simulation.counts.sum(axis=(0, 1)), strict=True))
    assert found["simulated_searches", "all"].value == counts["searches"]
    wrong = found["simulated_alert_is_wrong", "all"]
    assert wrong.n == counts["alerts"]
    assert wrong.value == counts["false_alerts"] / counts["alerts"]
    interval = exact(int(counts["false_alerts"]), int(counts["alerts"]), level=0.95)
    assert (wrong.low, wrong.high) == (interval.low, interval.high)


@pytest.mark.parametrize(("occurred", "trials"), [(0, 1), (1, 1), (3, 10), (10, 10), (7, 100_000)])
def test_clopper_pearson_is_scipys(occurred, trials):
    wanted = binomtest(occurred, trials).proportion_ci(0.95, method="exact")
    found = exact(occurred, trials, level=0.95)
    np.testing.assert_allclose(
        (found.low, found.high), (wanted.low, wanted.high), rtol=1e-7
    )  # SciPy solves to 1e-12 of the whole range


# -- curves -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def curves(worlds) -> Any:
    return {curve.name: curve for curve in scenario_curves(worlds).curves}


def values(series, end="value") -> Any:
    return np.array([getattr(point, end) for point in series.points])


def test_alerts_are_less_often_wrong_where_more_people_are_enrolled(curves):
    (series,) = curves["alert_is_wrong_by_enrolled_share"].series
    for end in ("low", "value", "high"):
        assert np.all(np.diff(values(series, end)) <= 1e-12)


def test_a_threshold_that_stays_gives_more_false_positives_in_a_larger_gallery(curves):
    stays, anew = curves["fpir_by_gallery_size"].series
    for end in ("low", "value", "high"):
        assert np.all(np.diff(values(stays, end)) > 0)
    np.testing.assert_allclose(values(anew), values(anew)[0], rtol=1e-9)


def test_the_curves_pass_through_the_scenarios_own_outcomes(scenario):
    fixed = expected_worlds(override(scenario, all_enrolled(0.5)), n_draws=60)
    outcomes = {outcome.name: outcome for outcome in expected_outcomes(fixed) if outcome.group == "all"}
    (series,) = scenario_curves(fixed).curves[0].series
    here = next(point for point in series.points if point.x == pytest.approx(0.5))
    assert here.value == pytest.approx(outcomes["alert_is_wrong"].value, rel=1e-9)


# -- folder -----------------------------------------------------------------------------------------------------------


def test_the_manifest_has_the_digest_of_every_file(scenario, worlds, tmp_path):
    simulation = simulate(scenario, searches=500, seed=1, log_folder=tmp_path / "log")
    results = results_of(worlds, simulation=simulation)
    digests = write_results(tmp_path, scenario, results, scenario_curves(worlds), simulation)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["sha256"] == digests
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert files - set(digests) == {"manifest.json", "log/run.json"}  # the manifest states the run itself
    for name, digest in digests.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest, name
    claim_results(tmp_path)  # its own files are no strangers


def test_foreign_files_are_refused_by_name(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match=r"thesis\.txt") as raised:
        claim_results(tmp_path)
    assert raised.value.problems[0].code == "folder-not-empty"


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "a").write_text("")
    with pytest.raises(InputError):
        claim_results(tmp_path / "a")
