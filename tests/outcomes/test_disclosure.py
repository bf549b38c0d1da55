"""The disclosure list as a file beside the results, and in the report."""

import json

import pytest

from baserate.errors import InputError
from baserate.models.scenario import load_scenario, override
from baserate.outcomes.curves import scenario_curves
from baserate.outcomes.disclosure import FILE, disclosure_results
from baserate.outcomes.expect import expected_worlds
from baserate.outcomes.record import results_of
from baserate.outcomes.results import Results, from_json, to_json
from baserate.outcomes.sensitivity import sensitivity
from baserate.reports.write import write_report

SCENARIO = load_scenario("mobile-fortify")


@pytest.fixture(scope="module")
def found():
    return sensitivity(SCENARIO, n_base=32)


def test_every_undisclosed_input_is_listed_largest_first(found):
    results = disclosure_results(SCENARIO, found)
    assert from_json(to_json(results), Results, where=FILE).scenario == "mobile-fortify"
    assert [outcome.group for outcome in results.outcomes] == [f"input:{one.unknown.key}" for one in found.influences]
    values = [(outcome.low or 0.0, outcome.value or 0.0) for outcome in results.outcomes]
    assert values == sorted(values, key=lambda pair: -pair[1])
    assert all(low <= value for low, value in values)


def test_the_report_shows_it_and_refuses_that_of_other_settings(found, tmp_path):
    worlds = expected_worlds(SCENARIO, n_draws=20)
    (tmp_path / "results.json").write_text(to_json(results_of(worlds)), encoding="utf-8")
    (tmp_path / "curves.json").write_text(to_json(scenario_curves(worlds)), encoding="utf-8")
    html, _ = write_report(tmp_path)
    assert "What to ask for first" not in html.read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(to_json(disclosure_results(SCENARIO, found)), encoding="utf-8")
    _, markdown = write_report(tmp_path)
    text = markdown.read_text(encoding="utf-8")
    assert "What to ask for first" in text
    assert "FPIR for which the threshold was set" in text
    other = disclosure_results(override(SCENARIO, ["policy.gate=none"]), found)
    (tmp_path / FILE).write_text(to_json(other), encoding="utf-8")
    with pytest.raises(InputError, match="other settings"):
        write_report(tmp_path)


def test_the_list_has_the_shape_of_results(found):
    keys = set(json.loads(to_json(disclosure_results(SCENARIO, found))))
    assert keys == {"schema_version", "scenario", "manifest", "outcomes", "parameters"}
