"""The page that compares two policies, and the table of programmes: from the command line to what is shown."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from baserate.cli.main import main
from baserate.errors import InputError
from baserate.models.policies import shipped_policies
from baserate.models.scenario import shipped_scenarios

FAST = ("--set", "matcher.heterogeneity=0", "--set-a", "matcher.heterogeneity=0")
REVIEW = ("--policy-a", "no-reviewer", "--policy", "two-independent-reviewers")


def run(*arguments: str | int | Path) -> Any:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compared")
    done = run("compare", "mobile-fortify", *REVIEW, *FAST, "--searches", 5000, "--out", folder)
    assert done.exit_code == 0
    assert "Wrongful actions: B lower in all of the worlds" in done.stdout
    return folder


def test_the_page_opens_with_the_answer_and_asks_for_nothing(page):
    html = (page / "compare.html").read_text(encoding="utf-8")
    assert "two reviewers who do not know of each other" in html
    assert "for every 100 under A" in html
    assert "<script" not in html
    assert not re.search(r"(src|href)=.https?:", html)
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html
    assert html.count("<svg") == 2  # one for a desk, one for a phone


def test_the_page_and_the_record_say_the_same(page):
    record = json.loads((page / "compare.json").read_text(encoding="utf-8"))
    assert record["schema_version"] == "1"
    wrongful = next(one for one in record["outcomes"] if one["name"] == "wrongful_actions")
    assert 0 < wrongful["ratio"]["value"] < 1
    assert {one["key"] for one in record["changed"]} == {"policy.review.reviewers", "policy.review.dependence"}
    text = (page / "compare.md").read_text(encoding="utf-8")
    assert "What differs between A and B" in text
    assert record["A_digest"] in text
    assert set(record["by_group"]) >= {"female_elsewhere", "male_elsewhere"}
    assert sum(record["paired"][0][key] for key in ("both", "only_first", "only_second", "neither")) > 1000


def test_the_command_on_the_page_gives_the_same_comparison(page, tmp_path):
    text = (page / "compare.md").read_text(encoding="utf-8").replace("\\", "")
    command = next(line for line in text.splitlines() if line.strip().startswith("baserate compare"))
    assert run(*command.split()[1:], "--out", tmp_path).exit_code == 0
    assert (tmp_path / "compare.json").read_text() == (page / "compare.json").read_text()


def test_two_scenarios_beside_each_other(tmp_path):
    done = run("compare", "watchlist-camera", "--against", "traveler-verification", *FAST, "--out", tmp_path)
    assert done.exit_code == 0
    text = (tmp_path / "compare.md").read_text(encoding="utf-8").replace("\\", "")
    assert "What differs between watchlist-camera (A) and traveler-verification (B)?" in text


def test_nothing_changes():
    done = run("compare", "watchlist-camera", "--policy", "everybody-found-is-shown", *FAST)
    assert done.exit_code == 0
    assert "Alerts: the same in every world" in done.stdout


def test_nothing_changes_on_a_page(tmp_path):
    run("compare", "watchlist-camera", "--policy", "everybody-found-is-shown", *FAST, "--out", tmp_path)
    assert "the same" in (tmp_path / "compare.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("option", ["--policy", "--policy-a"])
def test_an_unknown_policy(option):
    with pytest.raises(InputError, match="is not a named policy"):
        run("compare", "watchlist-camera", option, "nothing-at-all")


def test_a_policy_that_a_scenario_has_no_key_for():
    with pytest.raises(InputError, match=r"no parameter 'policy\.threshold\.reset_for_gallery'"):
        run("compare", "retrospective-police", "--policy", "threshold-reset")


def test_the_policies_are_listed():
    listed = json.loads(run("policies", "--json").stdout)["policies"]
    assert [one["name"] for one in listed] == list(shipped_policies())
    shown = run("policies").stdout
    assert all(name in shown for name in shipped_policies())


def test_programmes_are_beside_each_other_with_their_sources():
    listed = json.loads(run("programmes", "--json").stdout)["programmes"]
    kept = {
        one["scenario"]: tuple(None if row is None else (row["value"], row["unit"]) for row in rows)
        for one in listed
        for rows in [(one["matched"], one["unmatched"], one["shorter"])]
    }
    assert set(kept) == set(shipped_scenarios())
    assert kept["mobile-fortify"] == ((15, "years"), (15, "years"), None)
    assert kept["traveler-verification"] == ((14, "days"), (14, "days"), (12, "hours"))
    assert kept["watchlist-camera"] == ((24, "hours"), (0, "hours"), None)
    assert all(one["consent"]["source"]["title"] for one in listed)
    shown = run("programmes", "watchlist-camera").stdout
    assert "search that showed nobody: deleted at once (published)" in shown


def test_all_scenarios_are_listed():
    listed = json.loads(run("scenarios", "--json").stdout)["scenarios"]
    assert [one["name"] for one in listed] == list(shipped_scenarios())
    wanted = {"task-force-module", "traveler-verification", "open-web-gallery", "wearable-continuous"}
    assert wanted | {"watchlist-camera", "retrospective-police", "mobile-fortify"} <= {one["name"] for one in listed}
