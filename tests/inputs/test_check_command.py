"""``baserate check``: exit status, words and JSON."""

import json
import subprocess
import sys
from types import ModuleType

import duckdb
import pytest
from click.testing import CliRunner

from baserate.cli.check import command
from baserate.errors import Problem

SOUND = "mated,score\n1,0.9\n0,0.1\n0,0.2\n"


@pytest.fixture
def check(tmp_path):
    def check(body, *options, name="scores.csv"):
        (tmp_path / name).write_text(body)
        return CliRunner().invoke(command, [str(tmp_path / name), *options])

    return check


def test_sound_file(check):
    result = check(SOUND)
    assert result.exit_code == 0
    assert "3 comparisons; 1 mated, 2 non-mated." in result.output
    assert "scores.csv: no problems found" in result.output


def test_warning_leaves_status_0(check):
    result = check("mated,score\n1,0.9\n1,0.8\n")
    assert result.exit_code == 0
    assert "warning: " in result.output


def test_error_gives_status_2_and_the_rows(check):
    result = check(SOUND + "1,n/a\n")
    assert result.exit_code == 2
    assert '1 (row 4; first: "n/a")' in result.output


def test_json(check):
    result = check(SOUND + "1,n/a\n", "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 2
    assert document["tables"]["comparisons"] == {
        "rows": 4,
        "columns": ["mated", "score"],
        "left_out": {},
        "mated": 2,
        "nonmated": 2,
        "without_score": 1,
    }
    assert [problem["code"] for problem in document["problems"]] == ["score-not-a-number"]


def test_unreadable_file_as_json(check):
    result = check("", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["problems"][0]["code"] == "empty-file"


def test_options_reach_the_reader(check, tmp_path):
    (tmp_path / "other.txt").write_text("0.1\n-1\n")
    options = ("--format", "pyeer", "--companion", str(tmp_path / "other.txt"), "--failure-code", "-1")
    assert "3 comparisons; 1 mated, 2 non-mated; 1 without a score." in check("0.9\n", *options).output


def test_bad_memory_is_a_usage_error(check):
    result = check(SOUND, "--memory", "lots")
    assert result.exit_code == 2
    assert "500MB" in result.output


def test_whole_command_has_no_traceback(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"\x00\x01\x02")
    run = [sys.executable, "-m", "baserate", "check", str(tmp_path / "x.csv")]
    result = subprocess.run(run, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert "[not-text]" in result.stderr


def test_parquet_that_is_damaged_within_has_no_traceback(tmp_path):
    path = tmp_path / "x.parquet"
    query = "SELECT i % 2 = 0 AS mated, hash(i) / 1e19 AS score FROM range(20000) t(i)"
    duckdb.sql(f"COPY ({query}) TO '{path}'")
    body = bytearray(path.read_bytes())
    body[200:20_000] = bytes(19_800)
    path.write_bytes(body)
    result = CliRunner().invoke(command, [str(path)])
    assert result.exit_code == 2
    assert "[unreadable-file]" in result.output


SCENARIOS = [("x.toml", True), ("mobile-fortify", True), ("x.csv", False), ("a/b", False)]


@pytest.mark.parametrize(("name", "called"), SCENARIOS)
def test_scenarios_go_to_the_scenarios_own_checker(name, called, monkeypatch):
    problem = Problem("share-above-one", "x.toml:3", "shares sum to 1.2", "Lower them")
    checker = ModuleType("baserate.models.scenario")
    vars(checker)["check_scenario"] = lambda _: (problem,)
    monkeypatch.setitem(sys.modules, "baserate.models.scenario", checker)
    monkeypatch.setitem(sys.modules, "baserate.models", ModuleType("baserate.models"))
    result = CliRunner().invoke(command, [name])
    assert result.exit_code == 2
    assert ("share-above-one" in result.output) is called
