"""The command, from a log to a table."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.inputs.log_rows import rows, write_csv

from baserate.cli.main import main
from baserate.errors import InputError
from baserate.inputs.logs import read_log


@pytest.fixture
def log(tmp_path: Path) -> Path:
    purposes = ["status_check"] * 40 + ["benefit"] * 3 + ["victim"] * 30
    made = rows(
        73,
        purpose_code=lambda i: purposes[i],
        outcome=lambda i: "released" if i % 2 else "detained",
        mode=lambda i: "training" if i == 0 else "live",
        encounter_pid=lambda i: f"en_{i // 4:08x}z",
        attempt_no=lambda i: 1 + i % 4,
    )
    return write_csv(tmp_path / "log.csv", made)


def run(*arguments: object) -> str:
    result = CliRunner().invoke(main, ["release", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_small_counts_are_withheld_and_files_agree(log, tmp_path):
    out = tmp_path / "out"
    record = json.loads(run(log, "--by", "purpose_code", "--by", "outcome", "--smallest", 5, "--out", out, "--json"))
    cells = {tuple(cell["values"]): cell["count"] for cell in record["cells"]}
    assert cells["(all)", "(all)"] == 72  # the training search is not counted
    assert cells["benefit", "(all)"] is None
    assert json.loads((out / "release.json").read_text()) == record
    with (out / "release.csv").open() as file:
        written = {tuple(row[:2]): row[2] for row in list(csv.reader(file))[1:]}
    assert written == {values: "withheld" if n is None else str(n) for values, n in cells.items()}


def test_searches_of_one_encounter_are_bounded_before_noise(log):
    record = json.loads(run(log, "--by", "outcome", "--epsilon", 20, "--per-encounter", 1, "--json"))
    total = next(cell for cell in record["cells"] if cell["values"] == ["(all)"])
    assert total["low"] <= 19 <= total["high"]  # 73 searches in 19 encounters
    assert record["scale"] == pytest.approx(0.05)


def test_values_that_are_not_named_are_counted_together(log):
    record = json.loads(
        run(log, "--by", "month", "--epsilon", 20, "--values", "month=2026-03,2026-04", "--per-encounter", 4, "--json")
    )
    assert [cell["values"][0] for cell in record["cells"]] == [
        "2026-03", "2026-04", "(other)", "(not recorded)", "(all)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--by", "operator_pid"], "not-a-dimension"),
        (["--by", "event_id", "--by", "outcome", "--by", "outcome"], "repeated-dimension"),
        (["--by", "agency_id", "--epsilon", "1"], "no-declared-values"),
        (["--by", "outcome", "--epsilon", "1", "--smallest", "5"], "two-ways"),
        (["--by", "outcome", "--values", "outcome=detained"], "values-without-noise"),
        (["--by", "outcome", "--epsilon", "1", "--values", "mode=live"], "no-such-dimension"),
        (["--by", "outcome", "--by", "purpose_code", "--by", "place_type", "--by", "modality", "--epsilon", "1"],
         "table-too-large"),
    ],
)  # fmt: skip
def test_what_cannot_be_released_is_refused(log, arguments, code):
    with pytest.raises(InputError) as error:
        CliRunner().invoke(main, ["release", str(log), *arguments], catch_exceptions=False)
    assert code in [problem.code for problem in error.value.problems]


def test_the_answers_beside_a_simulated_log_are_named_in_one_line_and_not_released(tmp_path):
    plan = ("--searches", "500", "--plant", "repeated-row=0.1", "--out", str(tmp_path / "sim"))
    CliRunner().invoke(main, ["simulate", "mobile-fortify", *plan], catch_exceptions=False)
    folder = tmp_path / "sim" / "log"
    problems = [
        problem for problem in read_log(folder).problems if problem.code not in ("key-missing", "column-missing")
    ]
    assert [problem.code for problem in problems] == ["simulated-answers"]
    assert "truth/ and planted/" in str(problems)
    run(folder, "--by", "month", "--out", tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").rglob("*")) == ["release.csv", "release.json"]
    (folder / "run.json").unlink()  # then nothing says that these are a simulation's
    assert "file-not-read" in {problem.code for problem in read_log(folder).problems}
