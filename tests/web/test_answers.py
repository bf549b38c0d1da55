"""First answers stand for the settled ones, memory is bounded, and the settled ones are those of `baserate expect`."""

import numpy as np
import pytest
from tests.web.served import FIRST, small

from baserate.models.scenario import load_scenario, override, shipped_scenarios
from baserate.outcomes.compare import compare
from baserate.outcomes.expect import everybodys_outcomes, expected_outcomes, expected_worlds, outcome_values
from baserate.outcomes.record import results_of
from baserate.outcomes.results import to_json
from baserate.web import answers
from baserate.web.answers import Answers, few_worlds, importance, representatives
from baserate.web.pictures import Axis, axis_of, squares
from baserate.web.state import State


@pytest.fixture(scope="module")
def worlds():
    return expected_worlds(load_scenario(FIRST))


def test_representative_worlds_have_the_quantiles_of_all(worlds):
    chosen = representatives(worlds, 50)
    assert len(set(chosen.tolist())) == 50
    values = np.log(outcome_values(worlds, "alert_is_wrong"))
    off = np.quantile(values[chosen], [0.05, 0.5, 0.95]) - np.quantile(values, [0.05, 0.5, 0.95])
    plain = np.quantile(values[:50], [0.05, 0.5, 0.95]) - np.quantile(values, [0.05, 0.5, 0.95])
    assert np.abs(off).max() < 0.25 * values.std()
    assert np.abs(off).max() < np.abs(plain).max()
    assert representatives(worlds, 1000).tolist() == list(range(1000))
    assert representatives(worlds, 50).tolist() == chosen.tolist()


@pytest.mark.parametrize("name", shipped_scenarios())
def test_everybodys_outcomes_are_those_of_everybody(name):
    worlds = expected_worlds(load_scenario(name), n_draws=20)
    everybody = tuple(outcome for outcome in expected_outcomes(worlds) if outcome.group == "all")
    assert everybodys_outcomes(worlds) == everybody


def test_importance_is_between_nothing_and_all(worlds):
    found = importance(worlds)
    assert set(found) == {key for key, parameter in worlds.scenario.parameters.items() if parameter.is_uncertain}
    assert all(0 <= share <= 1 for share in found.values())
    assert max(found, key=found.__getitem__) == "population.flagged_share"


@pytest.mark.parametrize(
    ("of_all", "fewest", "number"),
    [(0.01, 0.01, 1000), (1.0, 0.06, 30), (1.0, 0.02, 70), (1.0, 0.2, 20), (99.0, 0.06, 20)],
)
def test_how_many_worlds_fit_into_the_budget(of_all, fewest, number):
    assert few_worlds(of_all, fewest=fewest) == number


def test_settled_answers_are_those_of_the_commands(tmp_path):
    own = small(tmp_path)
    settings = ("policy.review.reviewers=1",)
    answer = Answers({own.name: own}).settled(State(own.name, settings, ()))
    first, second = override(own, settings), own
    assert to_json(answer.sides[0].results) == to_json(results_of(expected_worlds(first), settings=settings))
    assert to_json(answer.sides[1].results) == to_json(results_of(expected_worlds(second)))
    assert answer.differences == compare(first, second)
    assert answer.is_settled


def test_memory_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(answers, "_KEPT", 2)
    own = small(tmp_path)
    kept = Answers({own.name: own})
    for number in range(6):
        kept.settled(State(own.name, (f"population.enrolled_share=0.{number + 1}",)))
    assert len(kept._kept) == 4


def test_an_answer_is_computed_once(tmp_path, monkeypatch):
    own = small(tmp_path)
    kept = Answers({own.name: own})
    state = State(own.name, ("population.enrolled_share=0.5",))
    once = kept.settled(state)
    kept.base(own.name)
    monkeypatch.setattr(answers, "_settle", None)  # would fail if it were asked
    assert kept.settled(state).sides[0].results is once.sides[0].results
    assert kept.first(state).sides[0].is_settled


def test_axes_hold_the_scenarios_own_ranges_and_more(tmp_path):
    own = small(tmp_path)
    results = results_of(expected_worlds(own, n_draws=50))
    axis = axis_of(results, ("alert_is_wrong", "fnir"), is_rate=True)
    assert axis.last == 0
    assert [axis.at(value) for value in (0.0, 1.0, 2.0)] == [0.0, 100.0, 100.0]
    ends = [outcome.low for outcome in results.outcomes if outcome.name == "fnir" and outcome.low]
    assert all(0 < axis.at(end) < 100 for end in ends)
    assert [tick.text for tick in Axis(-3, 0, is_rate=True).ticks] == ["all", "1 in 10", "1 in 100", "1 in 1,000"]


@pytest.mark.parametrize(
    ("share", "number", "last"), [(0.0, 0, None), (0.5, 50, 1.0), (1.0, 100, 1.0), (0.123, 13, 0.3)]
)
def test_squares_fill_as_much_as_the_share(share, number, last):
    found = squares(share)
    assert len(found) == number
    assert sum(square.width for square in found) == pytest.approx(100 * share)
    assert last is None or found[-1].width == pytest.approx(last)
