"""The command line: exit status, messages that end with a remedy, JSON and nothing else, never a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from baserate.cli.main import COMMANDS, main
from baserate.models.scenario import load_scenario
from baserate.outcomes.results import Results, schema

FIXED = ("--set", "matcher.heterogeneity=0")  # no quadrature: the outcomes come at once


def baserate(*arguments, cwd=None, stdout=subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "baserate", *map(str, arguments)],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        check=False,
    )


def refused(done, code: str) -> None:
    """Exit status 2, nothing on stdout, and each line of stderr a problem with its remedy and code."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert any(line.endswith(f". [{one}]") for line in lines for one in code.split("|")), done.stderr


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    (folder / "binary.toml").write_bytes(bytes(range(256)))
    (folder / "empty.toml").write_text("")
    (folder / "words.toml").write_text("not a scenario")
    (folder / "foreign").mkdir()
    (folder / "foreign/thesis.txt").write_text("mine")
    return folder


@pytest.mark.parametrize("command", ["check", "expect", "simulate"])
@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("mobile-fortfy", "unknown-scenario"),
        ("missing.toml", "file-unreadable"),
        ("binary.toml", "wrong-encoding"),
        ("empty.toml", "missing-key"),
        ("words.toml", "not-toml"),
        ("foreign", "file-unreadable|not-a-file"),  # `check` reads data files too, and says it in their words
    ],
)
def test_files_that_are_no_scenario(files, command, file, code):
    refused(baserate(command, file, cwd=files), code)


@pytest.mark.parametrize("command", ["expect", "simulate"])
@pytest.mark.parametrize(("setting", "code"), [("a=1", "unknown-key"), ("policy.gate=x", "not-an-option")])
def test_bad_settings(command, setting, code):
    refused(baserate(command, "mobile-fortify", "--set", setting), code)


@pytest.mark.parametrize(
    "options",
    [
        ("--searches", "0"),
        ("--searches", "-1"),
        ("--searches", "many"),
        ("--searches", "1e6"),
        ("--searches", "10000000000"),
        ("--seed", "-1"),
        ("--seed", "0.5"),
        ("--workers", "0"),
        ("--colour", "red"),
    ],
)
def test_bad_options(options):
    done = CliRunner().invoke(main, ["simulate", "mobile-fortify", *options])
    assert done.exit_code == 2
    assert options[0] in done.output


def test_a_folder_with_foreign_files_is_left_alone(files):
    refused(baserate("simulate", "mobile-fortify", "--searches", 10, "--out", files / "foreign"), "folder-not-empty")
    assert [path.name for path in (files / "foreign").iterdir()] == ["thesis.txt"]


def test_out_that_is_a_file(files):
    done = baserate("simulate", "mobile-fortify", "--searches", 10, "--out", files / "words.toml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_out_below_a_file(files):
    refused(
        baserate("simulate", "mobile-fortify", "--searches", 10, "--out", files / "words.toml/out"),
        "folder-unwritable",
    )


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="needs a folder that nobody can write to, such as /proc")
def test_out_that_cannot_be_written():
    refused(baserate("simulate", "mobile-fortify", "--searches", 10, "--out", "/proc/out"), "folder-unwritable")


def test_a_closed_stdout_is_left_in_silence():
    read, write = os.pipe()
    os.close(read)
    done = baserate("expect", "mobile-fortify", *FIXED, "--json", stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, "")  # the status that click gives a closed output


def test_a_report_of_nothing(files):
    refused(baserate("report", files / "foreign"), "cannot-read")


def test_no_command_and_an_unknown_one():
    assert CliRunner().invoke(main, ["--help"]).exit_code == 0
    done = CliRunner().invoke(main, ["explode"])
    assert done.exit_code == 2
    for name in COMMANDS:
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


def test_scenarios_lists_what_ships():
    done = CliRunner().invoke(main, ["scenarios", "--json"])
    assert done.exit_code == 0
    listed = {row["name"]: row for row in json.loads(done.stdout)["scenarios"]}
    assert listed["mobile-fortify"]["digest"] == load_scenario("mobile-fortify").digest
    assert "mobile-fortify" in CliRunner().invoke(main, ["scenarios"]).stdout


def test_check_of_a_good_file():
    done = CliRunner().invoke(main, ["check", "mobile-fortify"])
    assert (done.exit_code, done.stdout) == (0, "mobile-fortify: no problems found\n")


# -- JSON -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def expected() -> Any:
    done = baserate("expect", "mobile-fortify", *FIXED, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory) -> Any:
    out = tmp_path_factory.mktemp("runs") / "out"
    done = baserate("simulate", "mobile-fortify", *FIXED, "--searches", 2_000, "--seed", 3, "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (out / "results.json").read_text(encoding="utf-8")
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "arguments",
    [
        ("expect", "mobile-fortify", *FIXED, "--json"),
        ("exposure", "mobile-fortify", *FIXED, "--json"),
        ("extrapolate", "--point", "1600000,0.003,0.0021", "--gallery-size", "12e6", "--json"),
        ("plan", "--below", "0.003", "--json"),
        ("check", "scores.csv", "--json"),
        ("measure", "scores.csv", "--threshold", "0.5", "--json"),
        ("weigh", "mobile-fortify", "--json"),
        ("explain", "mobile-fortify", "--json"),
        ("incidents", "--wrong", "2", "--uses", "1000", "--reported-share", "0.1", "--json"),
        *((command, "--json") for command in ("programmes", "policies", "scenarios")),
        ("request", "--list", "--json"),
    ],
)
def test_every_document_gives_its_version_as_the_same_text(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("scores.csv").write_text("mated,score\n1,0.9\n1,0.8\n0,0.1\n0,0.2\n", encoding="utf-8")
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert json.loads(done.stdout)["schema_version"] == "1"


@pytest.mark.parametrize("source", ["expected", "simulated"])
def test_json_has_the_shape_and_nothing_more(source, request):
    """The shape that was agreed on: it is written out here, so that a change of the code's own shape shows."""
    results = request.getfixturevalue(source)
    jsonschema.validate(results, json.loads(schema(Results)))
    assert list(results) == ["schema_version", "scenario", "manifest", "outcomes", "parameters"]
    outcome = {"name", "group", "value", "low", "high", "level", "unit", "denominator", "method"}
    assert all(set(entry) == outcome | {"n", "undefined"} for entry in results["outcomes"])
    parameter = {"key", "value", "low", "high", "unit", "source", "kind"}
    assert all(set(entry) == parameter | {"note"} for entry in results["parameters"])
    assert {entry["key"] for entry in results["parameters"]} == set(load_scenario("mobile-fortify").parameters)


def test_the_promised_names_are_there(expected):
    names = {entry["name"] for entry in expected["outcomes"] if entry["group"] == "all"}
    promised = "searches alerts false_alerts missed alert_is_wrong fpir fnir wrongful_actions"
    assert set(promised.split()) <= names


def test_expect_and_simulate_agree_on_the_closed_form(expected, simulated):
    closed = [entry for entry in simulated["outcomes"] if not entry["name"].startswith("simulated_")]
    assert closed == expected["outcomes"]
    assert len(simulated["outcomes"]) > len(closed)
    assert simulated["parameters"] == expected["parameters"]
    assert simulated["manifest"]["scenario_digest"] == expected["manifest"]["scenario_digest"]
    assert simulated["manifest"]["settings"] == ["matcher.heterogeneity=0"]


def test_text_for_people_has_the_headline():
    done = CliRunner().invoke(main, ["expect", "mobile-fortify", *FIXED])
    assert done.exit_code == 0
    assert "alert" in done.stdout
