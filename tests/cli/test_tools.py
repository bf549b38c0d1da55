"""The commands as they are called: text, JSON, and messages."""

import json

import pytest
from click.testing import CliRunner

from baserate.cli.main import main
from baserate.errors import BaserateError


def run(*arguments):
    return CliRunner().invoke(main, arguments, catch_exceptions=True)


def test_disclose_ranks_and_says_what_to_ask_for():
    found = run(
        "disclose",
        "mobile-fortify",
        "--points",
        "256",
        "--set",
        "matcher.heterogeneity=0",
        "--set",
        "policy.response=single",
        "--json",
    )
    record = json.loads(found.stdout)
    totals = [one["total"]["value"] for one in record["influences"]]
    assert totals == sorted(totals, reverse=True)
    assert record["influences"][0]["unknown"]["meaning"].endswith(".")
    assert {one["key"] for one in record["break_even"]} >= {"population.enrolled_share"}


def test_compare_in_words_and_as_json():
    arguments = ("compare", "mobile-fortify", "--set", "policy.gate=none", "--searches", "2000")
    text = run(*arguments)
    assert text.exit_code == 0
    assert "Alerts: B higher in all of the worlds" in text.stdout
    assert "encounters with the same synthetic people" in text.stdout
    record = json.loads(run(*arguments, "--json").stdout)
    assert len(record["paired"]) == 4
    assert record["A_digest"] != record["B_digest"]


def test_weigh_prints_formula_assumptions_and_what_it_is_not_for():
    found = run("weigh", "mobile-fortify", "--reviewers", "1", "--enrolled", "0.1..0.5", "--second-modality")
    assert found.exit_code == 0
    for part in (
        "Formula:",
        "must not be used",
        "population.enrolled_share = 0.1 to 0.5",
        "second modality: confirmed",
    ):
        assert part in found.stdout
    record = json.loads(run("weigh", "mobile-fortify", "--json").stdout)
    assert all(one["kind"] and one["source"] for one in record["inputs"])


def test_retention_lists_every_limit():
    found = run("retention", "mobile-fortify", "--years", "10")
    assert found.stdout.count("people never matched, still held") == 7
    record = json.loads(run("retention", "mobile-fortify", "--growth", "0.1", "--json").stdout)
    assert {one["year"] for one in record["held"]} == {1, 5, 10, 15, 20, 30}


def test_incidents_gives_a_set_and_no_middle():
    arguments = ("incidents", "--wrong", "2", "--uses", "100000..200_000", "--reported-share", "0.01..0.5")
    assert "from 1 in 410,000 to 1 in 140" in run(*arguments, "--scenario", "mobile-fortify").stdout
    assert "value" not in json.loads(run(*arguments, "--json").stdout)["compatible"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("compare", "mobile-fortify"), "nothing-to-compare"),
        (("disclose", "mobile-fortify", "--break-even", "policy.gate"), "not-a-range"),
        (("disclose", "mobile-fortify", "--break-even", "no.such.key"), "not-a-range"),
        (("weigh", "mobile-fortify", "--group", "x"), "unknown-group"),
        (("incidents", "--wrong", "1", "--uses", "many", "--reported-share", "0..1"), "not-a-number"),
        (("incidents", "--wrong", "9", "--uses", "5", "--reported-share", "0..1"), "out-of-bounds"),
    ],
)
def test_bad_input_is_a_message(arguments, code):
    raised = run(*arguments).exception
    assert isinstance(raised, BaserateError)
    assert f"[{code}]" in str(raised)
