"""The command line: JSON in the published shape, text, and bad input without a traceback."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

KEYS = ["metric", "threshold", "rank", "gallery_size", "group", "value", "low", "high", "level", "n", "n_subjects",
        "method", "undefined"]  # fmt: skip


def run(*arguments: object) -> Any:
    return subprocess.run(
        [sys.executable, "-m", "baserate", *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def comparisons(tmp_path: Path) -> Path:
    file = tmp_path / "c.csv"
    rows = [f"{i % 2},{(i * 37 % 100) / 100 + (i % 2) * 0.3},{'FM'[i % 3 % 2]}" for i in range(400)]
    file.write_text("mated,score,sex\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def test_json_has_the_published_shape(comparisons, tmp_path):
    done = run(
        "measure", comparisons, "--threshold", 0.8, "--fmr", 0.01, "--group", "sex", "--json", "--out", tmp_path / "out"
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert {"schema_version", "manifest", "estimates", "problems"} <= set(document)
    assert list(document["estimates"][0])[: len(KEYS)] == KEYS
    assert {e["metric"] for e in document["estimates"]} == {"threshold", "fmr", "fnmr", "eer"}
    assert {json.dumps(e["group"]) for e in document["estimates"]} == {"null", '{"sex": "F"}', '{"sex": "M"}'}
    assert len(document["manifest"]["inputs"][0]["sha256"]) == 64
    assert json.loads((tmp_path / "out" / "estimates.json").read_text(encoding="utf-8")) == document
    assert "NaN" not in done.stdout
    assert "Infinity" not in done.stdout


def test_same_file_same_bytes(comparisons):
    assert run("measure", comparisons, "--json").stdout == run("measure", comparisons, "--json").stdout


@pytest.mark.parametrize(("arguments", "message"), [
    (["--rank", "1"], "option-of-searches"),
    (["--group", "age"], "group-missing"),
    (["--fmr", "2"], "not a rate above 0 and below 1"),
    (["--threshold", "nan"], "not a finite number"),
    (["--memory", "lots"], "not an amount of memory"),
])  # fmt: skip
def test_bad_options_end_with_status_2_and_a_remedy(comparisons, arguments, message):
    done = run("measure", comparisons, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_an_end_that_is_not_bounded_is_null(tmp_path):
    """Thresholds at the upper end of the rate, of lists that were cut reach below all that is seen."""
    (tmp_path / "s.csv").write_text("search_id,subject,mated\n" + "".join(f"q{i},s{i},{i % 2}\n" for i in range(200)))
    listed = [f"q{i},s{i},1,{5 + i / 100}\n" for i in range(1, 200, 2)] + [
        f"q{i},z{i},1,{6 + i}\n" for i in range(0, 20, 2)
    ]
    (tmp_path / "l.csv").write_text("search_id,candidate_subject,rank,score\n" + "".join(listed))
    lists = [str(tmp_path / "l.csv"), "--searches", str(tmp_path / "s.csv"), "--fpir", "0.1"]
    out = run("measure", *lists, "--json", "--out", str(tmp_path / "report"))
    assert out.returncode == 0, out.stderr
    threshold = json.loads(out.stdout)["estimates"][0]
    assert (threshold["metric"], threshold["low"]) == ("threshold", None)
    assert threshold["high"] >= threshold["value"]
    assert "inf" not in run("measure", *lists).stdout


@pytest.mark.parametrize(("content", "message"), [
    (b"", "empty-file"),
    (b"mated,score\n", "no-rows"),
    (b"a,b\n1,2\n", "unknown-table"),
    (b"mated,score\n1,high\nmaybe,0.5\n", "mated-not-true-or-false"),
    (b"mated,score\n1,inf\n", "score-infinite"),
    (b"\x00\xff\xfe", "not-text"),
    (None, "no-such-file"),
])  # fmt: skip
def test_bad_files_are_told_and_not_traced(tmp_path, content, message):
    file = tmp_path / "bad.csv"
    if content is not None:
        file.write_bytes(content)
    done = run("measure", file, "--threshold", "0.5")
    assert "Traceback" not in done.stderr
    assert (done.returncode, done.stdout) == (2, "")
    assert f"[{message}]" in done.stderr


def test_all_errors_and_warnings_of_a_file_are_told_at_once(tmp_path):
    file = tmp_path / "bad.csv"
    file.write_text("mated,score,name\n1,high,x\nmaybe,0.5,y\n", encoding="utf-8")
    done, alone = run("measure", file, "--json"), run("measure", file)
    assert (done.returncode, alone.returncode, alone.stdout) == (2, 2, "")
    codes = ("column-forbidden", "score-not-a-number", "mated-not-true-or-false", "one-kind-only")
    assert all(f"[{code}]" in done.stderr for code in codes)
    told = json.loads(done.stdout)
    assert (told["schema_version"], told["estimates"]) == ("1", [])
    assert {problem["code"] for problem in told["problems"]} == set(codes)


def test_warnings_stand_in_the_json_and_on_stderr(tmp_path):
    file = tmp_path / "c.csv"
    file.write_text("mated,score\n1,0.5\n1,0.9\n", encoding="utf-8")
    done = run("measure", file, "--threshold", "0.6", "--json")
    (problem,) = json.loads(done.stdout)["problems"]
    assert (problem["code"], problem["severity"]) == ("one-kind-only", "warning")
    assert "warning: " in done.stderr
    assert "[one-kind-only]" in run("measure", file, "--threshold", "0.6").stderr


def test_another_programs_scores_give_what_the_canonical_file_gives(tmp_path):
    mated, non_mated = [0.9, 0.8, 0.55, 0.7], [0.1, 0.6, 0.3, 0.2, 0.15]
    (tmp_path / "true.txt").write_text("\n".join(map(str, [*mated, -1])), encoding="utf-8")
    (tmp_path / "false.txt").write_text("\n".join(map(str, non_mated)), encoding="utf-8")
    rows = [*(f"1;{score}" for score in mated), "1;n/a", *(f"0;{score}" for score in non_mated)]
    (tmp_path / "c.csv").write_text("\n".join(["mated;score", *rows]), encoding="utf-8")
    asked = ("--threshold", "0.58", "--json")
    pyeer = ("--format", "pyeer", "--companion", tmp_path / "false.txt", "--failure-code", "-1")
    first = json.loads(run("measure", tmp_path / "true.txt", *pyeer, *asked).stdout)
    second = json.loads(run("measure", tmp_path / "c.csv", "--delimiter", ";", "--missing", "n/a", *asked).stdout)
    assert first["estimates"] == second["estimates"]
    assert [e["value"] for e in first["estimates"][:2]] == [0.2, 0.4]
    read_as = {"format": "pyeer", "failure_code": -1.0, "missing": [], "delimiter": None}
    assert first["manifest"]["read_as"] == read_as
    assert [file["file"] for file in first["manifest"]["inputs"]] == ["true.txt", "false.txt"]


def test_wide_lists_that_hold_their_searches_measure_like_two_tables(tmp_path):
    wide, lists, table = tmp_path / "w.csv", tmp_path / "l.csv", tmp_path / "s.csv"
    head = "search_id,subject,mated,gallery_size"
    wide.write_text(f"{head},candidate_1,score_1,candidate_2,score_2\na,p,1,9,p,0.9,q,0.4\nb,z,0,9,p,0.5,,\n")
    lists.write_text("search_id,candidate_subject,rank,score\na,p,1,0.9\na,q,2,0.4\nb,p,1,0.5\n")
    table.write_text(f"{head}\na,p,1,9\nb,z,0,9\n")
    asked = ("--threshold", "0.5", "--rank", "1", "--json")
    done = [run("measure", wide, *asked), run("measure", lists, "--searches", table, *asked)]
    first, second = (json.loads(one.stdout)["estimates"] for one in done)
    assert first == second
    assert [(e["metric"], e["value"]) for e in first if e["metric"] != "sel"] == [
        ("fpir", 1.0),
        ("fnir", 0.0),
        ("rank_miss", 0.0),
    ]
    alone = run("measure", lists, "--threshold", "0.5")
    assert (alone.returncode, "there are no searches here" in alone.stderr) == (2, True)


def test_a_file_that_is_damaged_in_the_middle_is_told(tmp_path):
    file = tmp_path / "damaged.parquet"
    select = "SELECT i % 2 = 0 AS mated, random() AS score FROM range(300000) t(i)"
    duckdb.sql(f"COPY ({select}) TO '{file}' (COMPRESSION zstd)")
    content = bytearray(file.read_bytes())
    content[5000:90000] = bytes(85000)
    file.write_bytes(content)
    done = run("measure", file, "--threshold", "0.5")
    assert (done.returncode, "unreadable-file" in done.stderr, "Traceback" in done.stderr) == (2, True, False), (
        done.stderr
    )
