"""Several modalities in one scenario: each has its own rates, and everybody's are their mixture."""

from dataclasses import replace
from importlib import resources
from typing import Any

import numpy as np
import pytest

from baserate.models.counts import STATUSES
from baserate.models.draws import draw, reference_draw
from baserate.models.encounters import simulate_chunk
from baserate.models.expected import expected_cells
from baserate.models.scenario import load_scenario, override
from baserate.models.world import build_world, simulation_world, under_condition
from baserate.outcomes.compare import compare
from baserate.outcomes.definitions import DEFINITIONS
from baserate.outcomes.expect import expected_outcomes, expected_worlds, selections
from baserate.outcomes.record import results_of
from baserate.outcomes.weigh import Event, weigh
from baserate.reports.summary import summary_lines

STORE = load_scenario("multimodal-store")
DRAWS = 60
FOUR = ("face", "finger_contact", "iris", "gait")


@pytest.fixture(scope="module")
def worlds() -> Any:
    return expected_worlds(STORE, n_draws=DRAWS)


def rate(name: str, counts) -> Any:
    definition = next(definition for definition in DEFINITIONS if definition.name == name)
    return definition.above.of(counts, STATUSES) / definition.below.of(counts, STATUSES)


def known(outcome) -> float:
    assert outcome.value is not None
    return float(outcome.value)


def by_modality(worlds) -> dict[str, Any]:
    found = [(name, counts) for name, counts, _ in selections(worlds.scenario, worlds.by_condition)]
    return {name.partition(":")[2]: counts for name, counts in found if name.startswith("modality:")}


def test_counts_of_the_modalities_add_up_to_everybodys(worlds):
    found = by_modality(worlds)
    assert tuple(found) == STORE.modalities == FOUR
    np.testing.assert_allclose(sum(found.values()), worlds.counts.sum(axis=1), atol=1e-15)


@pytest.mark.parametrize("name", ["fpir", "fnir", "alert_is_wrong"])
def test_a_rate_of_everybody_lies_between_those_of_the_modalities(worlds, name):
    rates = np.stack([rate(name, counts) for counts in by_modality(worlds).values()])
    everybody = rate(name, worlds.counts.sum(axis=1))
    assert (rates.min(axis=0) <= everybody + 1e-12).all()
    assert (everybody <= rates.max(axis=0) + 1e-12).all()


def faces_alone() -> str:
    """The file of the store with everything left out that is not about faces."""
    text = (resources.files("baserate.models") / "scenarios" / "multimodal-store.toml").read_text(encoding="utf-8")
    conditions = [f"encounters.conditions.{name}" for name in ("finger_scanner", "iris_camera", "gait_video")]
    others = ("modalities.", "galleries.prints", "galleries.irises", "galleries.gaits", *conditions)
    kept = "\n[".join(block for block in text.split("\n[") if not block.lstrip("[").startswith(others))
    share = "[encounters.conditions.face_camera.share]\n"
    return kept.replace(f"{share}low = 0.2\nhigh = 0.8\n", f"{share}value = 1.0\n")


def test_one_modality_has_no_rows_of_its_own(tmp_path):
    """The first of several alone: its rates are those it has among the others, and nothing is said twice."""
    path = tmp_path / "faces.toml"
    path.write_text(faces_alone(), encoding="utf-8")
    alone, among = (expected_worlds(scenario, n_draws=DRAWS) for scenario in (load_scenario(path), STORE))
    assert alone.scenario.modalities == ("face",)
    assert not [one for one in expected_outcomes(alone) if one.group.startswith("modality:")]
    shown = {one.name: one for one in expected_outcomes(among) if one.group == "modality:face"}
    for one in expected_outcomes(alone):
        if one.group == "all" and one.unit == "probability":
            assert one.value == pytest.approx(shown[one.name].value, rel=1e-9), one.name


def test_what_the_one_modality_is_changes_its_name_and_nothing_else(tmp_path):
    """Galleries and conditions that name none have that of the matcher."""
    found = []
    for modality in ("face", "iris"):
        path = tmp_path / f"{modality}.toml"
        unsaid = (
            faces_alone()
            .replace('modality = "face"\n', "")
            .replace("[matcher]\n", f'[matcher]\nmodality = "{modality}"\n')
        )
        path.write_text(unsaid, encoding="utf-8")
        scenario = load_scenario(path)
        assert scenario.condition_modalities == (modality,)
        found.append([replace(one, method="") for one in expected_outcomes(expected_worlds(scenario, n_draws=10))])
    assert found[0] == found[1]


def test_nobody_is_enrolled_for_one_modality():
    """Only its own searches turn undefined; the others go on."""
    found = {
        (one.name, one.group): one
        for one in expected_outcomes(expected_worlds(override(STORE, ["modalities.gait.enrolled_share=0"]), n_draws=5))
    }
    assert found["fnir", "modality:gait"].undefined == "no search is of a person who is enrolled"
    assert found["alert_is_wrong", "modality:gait"].value == 1.0
    assert found["fnir", "modality:iris"].value is not None
    assert found["fnir", "all"].value is not None


def test_a_setting_of_one_modality_leaves_the_others_as_they_are():
    changed = override(STORE, ["modalities.iris.threshold.fpir_target=0.2"])
    found = [by_modality(expected_worlds(scenario, n_draws=20)) for scenario in (STORE, changed)]
    for modality in FOUR:
        before, after = (rate("fpir", each[modality]) for each in found)
        if modality == "iris":
            assert (after > 5 * before).all()
        else:
            np.testing.assert_allclose(after, before, rtol=1e-9)


def test_a_search_meets_its_own_gallery_alone():
    """With four times the fingerprints on file, and a threshold that stays, only fingers are mistaken more often."""
    stays = override(STORE, ["modalities.finger_contact.threshold.reset_for_gallery=no"])
    pair = [override(stays, [f"galleries.prints.size={size}"]) for size in (50_000_000, 200_000_000)]
    rates = [by_modality(expected_worlds(scenario, n_draws=10)) for scenario in pair]
    for modality in FOUR:
        before, after = (rate("fpir", each[modality]) for each in rates)
        if modality == "finger_contact":
            assert (after > 1.5 * before).all()
        else:
            np.testing.assert_allclose(after, before, rtol=1e-9)
    changed = {one.name: one for one in compare(*pair, n_draws=10)}
    assert changed["false_alerts"].share_higher == 1.0


def test_groups_that_are_alike_are_computed_once_to_the_same_counts():
    scenario = load_scenario("mobile-fortify")
    world = under_condition(build_world(scenario, draw(scenario.parameters, n_draws=20, seed=2)), 2)
    lapse = world.lapse.copy()
    lapse[:, 1] = np.nextafter(lapse[:, 1], 1.0)  # told apart by the last bit, so that each is computed
    alike, apart = (expected_cells(one).counts for one in (world, replace(world, lapse=lapse)))
    np.testing.assert_allclose(alike, apart, rtol=1e-9, atol=1e-15)


def test_simulated_searches_of_a_modality_find_only_its_own_parts():
    world = simulation_world(build_world(STORE, reference_draw(STORE.parameters)))
    searches = simulate_chunk(world, seed=1, chunk=0, n_rows=20_000)
    listed = ~np.isnan(searches.results.score)
    own = np.broadcast_to(searches.people.condition[:, None], listed.shape)  # a condition and a part each, in order
    assert listed.sum() > 1000
    assert (searches.results.part[listed] == own[listed]).all()


def test_the_terminal_has_a_line_for_each_modality(worlds):
    lines = summary_lines(results_of(worlds))
    after = lines[lines.index("By modality:") + 1 :][:4]
    assert [line.strip().partition(":")[0] for line in after] == ["Face", "Finger, contact", "Iris", "Gait"]


def test_a_match_of_a_condition_is_weighed_with_its_own_prior():
    store = override(STORE, ["modalities.gait.enrolled_share=0"])
    gait, face = (weigh(store, Event(condition=name), n_draws=20).right for name in ("gait_video", "face_camera"))
    assert (gait.low, gait.high) == (0.0, 0.0)
    assert known(face) > 0.5
    asked = weigh(STORE, Event(condition="iris_camera", enrolled="0.3"), n_draws=5)
    assert known(asked.statuses[0].share) == pytest.approx(0.7)


# -- the photo shown --------------------------------------------------------------------------------------------------


def confirmed(*settings: str) -> tuple[float, float]:
    scenario = override(load_scenario("mobile-fortify"), ["policy.review.accepts_wrong=0.4",
                        "policy.review.rejects_right=0.1", "policy.review.dependence=0", *settings])  # fmt: skip
    world = build_world(scenario, reference_draw(scenario.parameters))
    return float(world.confirms_wrong[0]), float(world.confirms_right[0])


def photo(share: float, wrong: float, right: float) -> list[str]:
    key = "policy.review.photo_shown"
    return [f"{key}.other_share={share}", f"{key}.accepts_wrong_factor={wrong}", f"{key}.rejects_right_factor={right}"]


@pytest.mark.parametrize(
    ("reviewers", "share", "wrong", "right"),
    [
        (1, 0.0, 0.4, 0.9),
        (1, 1.0, 0.2, 0.8),
        (1, 0.5, 0.3, 0.85),
        (2, 0.5, (0.4**2 + 0.2**2) / 2, (0.9**2 + 0.8**2) / 2),  # both reviewers see the same photo
        (0, 0.5, 1.0, 1.0),
    ],
)
def test_another_photo_than_the_one_that_matched_changes_what_reviewers_confirm(reviewers, share, wrong, right):
    found = confirmed(f"policy.review.reviewers={reviewers}", *photo(share, 0.5, 2.0))
    assert found == pytest.approx((wrong, right))


def test_a_chance_stays_at_most_1():
    assert confirmed("policy.review.reviewers=1", *photo(1.0, 3.0, 20.0)) == pytest.approx((1.0, 0.0))
