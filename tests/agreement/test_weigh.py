"""The weight of a match: Bayes' rule by hand, certain cases, and simulated searches."""

from dataclasses import replace

import numpy as np
import pytest

from baserate.errors import InputError
from baserate.models.counts import COUNTS
from baserate.models.draws import reference_draw
from baserate.models.encounters import count_searches, simulate_chunk
from baserate.models.scenario import load_scenario, override
from baserate.models.world import build_world, simulation_world
from baserate.outcomes.weigh import Event, weigh

SCENARIO = load_scenario("mobile-fortify")
OPEN = override(SCENARIO, ["policy.gate=none", "policy.threshold.reset_for_gallery=no"])


def known(value):
    assert value is not None
    return value


def test_nobody_enrolled_is_always_wrong_and_no_status_is_made_up():
    found = weigh(SCENARIO, Event(enrolled="0"), n_draws=20)
    assert (found.right.low, found.right.high) == (0.0, 0.0)
    enrolled = next(one for one in found.statuses if one.status == "enrolled")
    assert enrolled.right.value is None
    assert enrolled.right.undefined == "nobody has this status"


def test_the_answer_is_the_formula_on_its_table():
    """In the reference world, the printed shares and chances give the printed answer."""
    settings = []
    draws = dict(reference_draw(OPEN.parameters))
    for whole in ("population.groups.", "encounters.conditions."):  # shares of a whole are scaled to sum to 1
        shares = [key for key in draws if key.startswith(whole) and key.endswith(".share")]
        total = sum(draws[key] for key in shares)
        draws |= {key: draws[key] / total for key in shares}
    for key, parameter in OPEN.parameters.items():
        value = draws[key][0]
        settings.append(f"{key}={parameter.options[int(value)] if parameter.is_choice else repr(float(value))}")
    found = weigh(override(OPEN, settings), Event(reviewers=1), n_draws=1)
    right = sum(known(one.share.value) * known(one.right.value) for one in found.statuses)
    wrong = sum(known(one.share.value) * known(one.wrong.value) for one in found.statuses)
    assert found.right.value == pytest.approx(right / (right + wrong), rel=1e-12)
    assert found.reference == pytest.approx(found.right.value, rel=1e-9)
    assert found.changes == ()


def test_the_prior_moves_the_odds_as_bayes_says():
    """Twice the prior odds of being enrolled, all else the same: right odds from wrong matches of strangers double."""
    group = Event(group="male_elsewhere", list_length=1)
    odds = {}
    for enrolled in (0.2, 1 / 3):
        event = Event(group=group.group, list_length=1, enrolled=repr(enrolled), flagged="0")
        statuses = {one.status: one for one in weigh(OPEN, event, n_draws=1).statuses}
        enrolled_right = known(statuses["enrolled"].share.value) * known(statuses["enrolled"].right.value)
        stranger_wrong = known(statuses["not_enrolled"].share.value) * known(statuses["not_enrolled"].wrong.value)
        odds[enrolled] = enrolled_right / stranger_wrong
    assert odds[1 / 3] / odds[0.2] == pytest.approx(2.0, rel=1e-9)


def test_a_second_modality_multiplies_the_odds():
    settled = override(OPEN, ["policy.second_modality_accepts_wrong=0.01", "policy.second_modality_rejects_right=0.1"])
    without, with_it = (
        known(weigh(settled, Event(second_modality=each), n_draws=1).right.value) for each in (False, True)
    )
    factor = (with_it / (1 - with_it)) / (without / (1 - without))
    assert factor == pytest.approx(0.9 / 0.01, rel=1e-6)
    never = override(OPEN, ["policy.second_modality_accepts_wrong=0"])
    assert weigh(never, Event(second_modality=True), n_draws=5).right.low == 1.0


@pytest.mark.parametrize(("reviewers", "length"), [(0, 1), (1, 5), (2, 1)])
def test_simulated_matches_are_right_as_often(reviewers, length):
    """The same class of event counted search by search, in the reference world of one group and condition."""
    group, condition = "female_east_asia", "uncontrolled"
    event = Event(group=group, condition=condition, reviewers=reviewers, list_length=length, enrolled="0.1")
    found = weigh(OPEN, event, n_draws=10)
    world = build_world(found.scenario, reference_draw(found.scenario.parameters))
    world = replace(
        world,
        group_share=np.eye(len(OPEN.groups))[[OPEN.groups.index(group)]],
        condition_share=np.eye(len(OPEN.conditions))[[OPEN.conditions.index(condition)]],
    )
    searches = simulate_chunk(simulation_world(world), seed=3, chunk=0, n_rows=100_000)
    shape = len(OPEN.conditions), len(OPEN.groups)
    counts = count_searches(searches, shape=shape).sum(axis=(0, 1, 2))
    right, wrong = (int(counts[list(COUNTS).index(name)]) for name in ("confirmed_right", "confirmed_wrong"))
    error = np.sqrt(known(found.reference) * (1 - known(found.reference)) / (right + wrong))
    assert wrong > 100
    assert abs(right / (right + wrong) - known(found.reference)) < 4 * error


def test_what_would_change_it_is_ordered_and_within_the_ranges():
    found = weigh(OPEN, Event(), n_draws=10)
    swings = [change.swing for change in found.changes]
    assert swings == sorted(swings, reverse=True)
    assert {change.key for change in found.changes} == {
        key for key, parameter in OPEN.parameters.items() if parameter.is_uncertain
    }
    threshold = next(change for change in found.changes if change.key == "policy.threshold.fpir_target")
    assert threshold.ends[0][1] > threshold.ends[1][1]  # the stricter threshold is right more often


def test_unknown_names_and_values_are_told_together():
    with pytest.raises(InputError) as raised:
        weigh(SCENARIO, Event(group="nobody", condition="nowhere"))
    assert {problem.code for problem in raised.value.problems} == {"unknown-group", "unknown-condition"}
    with pytest.raises(InputError, match="enrolled_share"):
        weigh(SCENARIO, Event(enrolled="1.5"))
