import csv
import gzip
import hashlib
import io
import json
import shlex
import subprocess
import sys
from contextlib import suppress

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from baserate.cli.main import main
from baserate.errors import BaserateError, InputError, NotEstimableError


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["extrapolate", *map(str, arguments)], catch_exceptions=False)


def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "baserate", "extrapolate", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def scores(tmp_path_factory):
    rng = np.random.default_rng(6)
    rows = [f"0,{score:.6f}" for score in rng.normal(3.5, 0.3, 3_000)]
    rows += [f"true,{score:.6f}" for score in rng.normal(7, 1, 500)] + ["1,"]
    path = tmp_path_factory.mktemp("scores") / "scores.csv"
    path.write_text("mated,score\n" + "\n".join(rows) + "\n")
    return path


def test_point_in_words():
    text = run("--point", "1600000,0.003,0.0021", "--rank1-miss", "0.0013", "--gallery-size", "2e8").output
    assert "in a gallery of 200,000,000 persons" in text
    assert "90% interval" in text
    assert "Beyond what these data support" in text
    assert "Rank-1 miss" in text


def test_point_as_json():
    document = json.loads(run("--point", "1600000,0.003,0.0021,0.0013", "--gallery-size", 12_000_000, "--json").output)
    fnir, rank_miss = document["estimates"]
    assert (fnir["metric"], rank_miss["metric"]) == ("fnir", "rank_miss")
    assert (fnir["gallery_size"], fnir["level"]) == (12_000_000, 0.9)
    assert fnir["low"] < fnir["value"] < fnir["high"]
    assert (fnir["n"], fnir["beyond_support"], fnir["undefined"]) == (211, False, None)


def test_scores_at_an_fpir_and_at_a_threshold(scores):
    common = (scores, "--gallery-size", 1000, "--to-gallery-size", 10_000, "--json")
    set_anew = json.loads(run(*common, "--fpir", 0.01).output)["estimates"]
    held = json.loads(run(*common, "--threshold", 4.5).output)["estimates"]
    assert [one["metric"] for one in set_anew] == [one["metric"] for one in held] == ["threshold", "fpir", "fnir"]
    assert (set_anew[0]["n"], set_anew[2]["n"]) == (3000, 501)
    assert set_anew[1]["value"] == 0.01
    assert held[0]["value"] == 4.5


def test_no_mated_search_leaves_fnir_undefined(scores, tmp_path):
    path = tmp_path / "strangers.csv"
    path.write_text("\n".join(line for line in scores.read_text().splitlines() if not line.startswith(("true", "1"))))
    common = (path, "--gallery-size", 1000, "--to-gallery-size", 10_000)
    fnir = json.loads(run(*common, "--json").stdout)["estimates"][2]
    assert (fnir["value"], fnir["low"], fnir["undefined"]) == (None, None, "the file holds no mated search")
    assert "Undefined: the file holds no mated search." in run(*common).output


def estimates(*arguments: object) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run(*arguments, "--json").stdout)["estimates"]
    return found


FAR = ("--gallery-size", 1000, "--to-gallery-size", 10_000, "--fpir", 0.01)


def test_a_gallery_that_cannot_be_answered_leaves_the_others_their_answer(scores):
    """Alone it is refused; among others it is undefined, with the reason, in words and in JSON."""
    searched = (str(scores), "--gallery-size", "1000", "--fpir", "0.05")
    alone = shell(*searched, "--to-gallery-size", "1")
    assert (alone.returncode, alone.stdout) == (2, "")
    assert "independent ones stay below this threshold" in alone.stderr
    assert "Traceback" not in alone.stderr
    assert "Ask for a lower FPIR" in alone.stderr
    three = shell(
        *searched, "--to-gallery-size", "1", "--to-gallery-size", "1000", "--to-gallery-size", "1e11", "--json"
    )
    assert three.returncode == 0
    found = json.loads(three.stdout)["estimates"]
    assert [(one["gallery_size"], one["metric"]) for one in found[::3]] == [
        (1, "threshold"),
        (1_000, "threshold"),
        (10**11, "threshold"),
    ]
    assert [one["value"] is None for one in found] == [True] * 3 + [False] * 3 + [True] * 3
    assert [one["undefined"] for one in found[:3]] == [alone.stderr.strip().rstrip(".")] * 3
    assert "are expected to reach this threshold" in found[6]["undefined"]
    assert "Undefined: Of the 3,000" in run(*searched, "--to-gallery-size", 1, "--to-gallery-size", 1000).output


def test_where_no_gallery_can_be_answered_every_reason_is_given(scores):
    with pytest.raises(NotEstimableError, match=r"(?s)gallery of 1 persons: Of the.*gallery of 100,000,000,000 pers"):
        run(scores, "--gallery-size", 1000, "--fpir", 0.05, "--to-gallery-size", 1, "--to-gallery-size", "1e11")


@pytest.mark.parametrize("rows", [["0,1.5"], ["0,1.5", "1,2.5"], ["0,"] * 700 + ["1,"], ["0,2"] * 700])
@pytest.mark.parametrize("target", ["1", "1000", "2e11"])
@pytest.mark.parametrize("point", [("--fpir", "0.5"), ("--threshold", "1.5"), ("--threshold=-1e308",)])
def test_samples_of_next_to_nothing_are_answered_or_refused(rows, target, point, tmp_path):
    path = tmp_path / "few.csv"
    path.write_text("mated,score\n" + "\n".join(rows) + "\n")
    with suppress(BaserateError):
        assert run(path, "--gallery-size", 1000, "--to-gallery-size", target, *point).exit_code == 0


def test_parquet_gzip_and_another_order_say_the_same(scores, tmp_path):
    packed, turned, parquet = tmp_path / "scores.csv.gz", tmp_path / "turned.csv", tmp_path / "it's.parquet"
    packed.write_bytes(gzip.compress(scores.read_bytes()))
    header, *rows = scores.read_text().splitlines()
    turned.write_text("\n".join([header, *reversed(rows)]))
    with duckdb.connect() as connection:
        table = connection.read_csv(str(scores), all_varchar=True)
        table.project("mated IN ('1', 'true') AS mated, score").write_parquet(str(parquet))
    same = estimates(scores, *FAR)
    assert estimates(packed, *FAR) == estimates(turned, *FAR) == estimates(parquet, *FAR) == same


def test_best_scores_and_candidate_lists_say_the_same(scores, tmp_path):
    """Lists of the searches whose best scores the other file holds; one mated search returned somebody else."""
    lists, table = tmp_path / "lists.csv", tmp_path / "searches.csv"
    searched, listed = ["search_id,subject,mated,gallery_size"], ["search_id,candidate_subject,rank,score"]
    for number, row in enumerate(scores.read_text().splitlines()[1:]):
        mated, score = row.split(",")
        searched.append(f"q{number},p{number},{mated},1000")
        best = f"p{number}" if mated != "0" else "x"
        listed += [f"q{number},{best},1,{score}", f"q{number},y{number},2,0.5"] if score else [f"q{number},z,1,3.1"]
    lists.write_text("\n".join(listed))
    table.write_text("\n".join(searched))
    found = estimates(lists, "--searches", table, *FAR[2:])
    assert [one["value"] for one in found] == [one["value"] for one in estimates(scores, *FAR)]
    with pytest.raises(InputError, match="gallery-size-differs"):
        run(lists, "--searches", table, "--gallery-size", 999, *FAR[2:])
    table.write_text("\n".join(line.rpartition(",")[0] for line in searched))
    with pytest.raises(InputError, match="gallery-size-unknown"):
        run(lists, "--searches", table, *FAR[2:])


@pytest.mark.parametrize("column", ["subject", "probe_subject"])
def test_people_who_repeat_widen_the_interval(scores, tmp_path, column):
    """Ten alike mated searches of each person say what one of each says."""
    held = (*FAR[:4], "--threshold", 4.5)
    tenfold = tmp_path / "tenfold.csv"
    rows = [line.split(",") for line in scores.read_text().splitlines()[1:]]
    repeated = [(at, m, s) for at, (m, s) in enumerate(rows) for _ in range(1 if m == "0" else 10)]
    tenfold.write_text("\n".join([f"{column},mated,score", *(f"p{at},{m},{s}" for at, m, s in repeated)]))
    named = estimates(tenfold, *held)[2]
    tenfold.write_text("\n".join(["mated,score", *(f"{m},{s}" for _, m, s in repeated)]))
    unnamed, once = estimates(tenfold, *held)[2], estimates(scores, *held)[2]

    def width(one):
        return one["high"] - one["low"]

    assert width(unnamed) < 0.6 * width(once)
    assert width(named) > 0.8 * width(once)


def test_all_problems_of_a_file_at_once(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("mated,score,probe_subject\n0,n/a,a\nperhaps,1,b\n1,nan,\n0,inf,c\n0,2,d\n")
    with pytest.raises(InputError) as raised:
        run(path, *FAR)
    found = {problem.code: problem.what for problem in raised.value.problems}
    assert "(row 2" in found["mated-not-true-or-false"]
    assert "(row 1" in found["score-not-a-number"]
    assert "(row 3" in found["identifier-missing"]
    assert {"score-nan", "score-infinite"} <= set(found)


def test_a_subject_that_is_missing_is_told(scores, tmp_path):
    path = tmp_path / "s.csv"
    header, *rows = scores.read_text().splitlines()
    path.write_text("\n".join([f"{header},subject", *(f"{row},a" for row in rows), "0,1,"]))
    with pytest.raises(InputError, match="rows that do not say whose they are: 1 of"):
        run(path, *FAR)


def test_comparisons_do_not_say_what_they_are_the_best_of(scores):
    with pytest.raises(InputError, match="no-gallery"):
        run(scores, *FAR[2:])


def test_warnings_stand_beside_the_answer(scores, tmp_path):
    path = tmp_path / "s.csv"
    path.write_text(scores.read_text() + "0,-1\n" * 50)
    (problem,) = json.loads(shell(str(path), *map(str, FAR), "--json").stdout)["problems"]
    assert (problem["code"], problem["severity"]) == ("score-failure-code", "warning")
    assert json.loads(shell(str(path), *map(str, FAR), "--failure-code", "-1", "--json").stdout)["problems"] == []


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: ("mated,score\n" + text).encode()))
def test_no_file_makes_a_traceback(content, tmp_path_factory):
    path = tmp_path_factory.mktemp("odd") / "odd.csv"
    path.write_bytes(content)
    with pytest.raises(BaserateError):
        run(path, *FAR)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--gallery-size", "12e6"], "one-source"),
        (["--point", "1600000,0.003", "--gallery-size", "12e6"], "point-shape"),
        (["--point", "1600000,0.003,x", "--gallery-size", "12e6"], "point-not-a-number"),
        (["--point", "1.5,0.003,0.1", "--gallery-size", "12e6"], "gallery-size-not-a-number"),
        (["--point", "1600000,0.003,0.1", "--gallery-size", "nan"], "gallery-size-not-a-number"),
        (["--point", "1600000,0.003,0.1", "--gallery-size", "inf"], "gallery-size-not-a-number"),
        (["--point", "1600000,0.003,0.1", "--gallery-size", "1"], "gallery-size-out-of-range"),
        (["--point", "1600000,0.003,0.1", "--gallery-size", "12e6", "--level", "90"], "level-out-of-range"),
        (["--point", "1600000,0.003,0.1", "--gallery-size", "12e6", "--threshold", "3"], "option-without-use"),
        (
            ["--point", "1,0.003,0.1", "--point", "2,0.1,0.1", "--rank1-miss", "0.1", "--gallery-size", "9"],
            "rank1-of-which",
        ),
        (["--point", "1600000,0.003,0.1", "--gallery-size", "12e6", "--missing", "n/a"], "option-without-use"),
        (["--point", "1600000,0.003,0.1"], "no-gallery"),
        (["x.csv", *["--gallery-size", "9"] * 2, "--to-gallery-size", "2000"], "one-gallery"),
        (["--point", "9,0.1,0.1,0.1", "--rank1-miss", "0.1", "--gallery-size", "7"], "rank1-of-which"),
        (["x.csv", "--gallery-size", "1000"], "no-target"),
        (["x.csv", "--gallery-size", "1000", "--to-gallery-size", "2000"], "no-such-file"),
    ],
)
def test_bad_options_are_input_errors(arguments, code):
    with pytest.raises(InputError, match=code):
        run(*arguments)


def test_exit_status_is_two_with_a_remedy():
    found = shell("--point", "1600000,0.003,0.0021", "--rank1-miss", "0.5", "--gallery-size", "12e6")
    assert found.returncode == 2
    assert "[rank1-above-fnir]" in found.stderr
    assert "Traceback" not in found.stderr
    assert found.stdout == ""
    undefined = shell("--point", "1600000,0.003,0", "--gallery-size", "12e6")
    assert undefined.returncode == 2
    assert "upper limit" in undefined.stderr


TABLE = (
    "row,system,fnir_at_1600000,rank1_miss\n"
    "0,=cmd,0.0021,0.0013\n1,,1.0000,0.0017\n2,b,0.0123,\n3,c,,0.0010\n4,d,0.9995,0.2489\n"
)
TABLE_OPTIONS = ("--at", "1600000,0.003", "--column", "fnir=fnir_at_1600000", "--gallery-size", "12e6")


def test_a_file_of_points_gives_a_line_for_each(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    lines = list(csv.DictReader(io.StringIO(run("--points", path, *TABLE_OPTIONS).stdout)))
    assert [line["row"] for line in lines] == ["1", "2", "3", "4", "5"]
    assert [bool(line["undefined"]) for line in lines] == [False, True, False, True, False]
    assert [line["beyond_support"] for line in lines] == ["false", "", "false", "", "true"]
    assert (lines[4]["high"], lines[1]["value"]) == ("1", "")
    records = json.loads(run("--points", path, *TABLE_OPTIONS, "--json").stdout)["estimates"]
    alone = estimates("--point", "1600000,0.003,0.0021,0.0013", "--gallery-size", "12e6")[0]
    assert records[0] == {"row": 1, **alone}
    assert records[1]["undefined"] == lines[1]["undefined"]


def test_a_file_of_points_may_say_where_each_was_measured(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("gallery_size,fpir,fnir\n1600000,0.003,0.0021\n1.6e6,0.001,0.0021\n")
    first, second = estimates("--points", path, "--gallery-size", "12e6", "--gallery-size", "12e6")[:2]
    assert (first["beyond_support"], second["beyond_support"]) == (False, True)


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (TABLE, TABLE_OPTIONS[2:], "point-incomplete"),
        (TABLE, (*TABLE_OPTIONS[:2], *TABLE_OPTIONS[4:]), "column-missing"),
        (TABLE, (*TABLE_OPTIONS, "--column", "rank=x"), "column-unknown"),
        (TABLE, (*TABLE_OPTIONS, "--column", "fnir"), "column-shape"),
        (TABLE, (*TABLE_OPTIONS, "--rank1-miss", "0.001"), "option-without-use"),
        (TABLE, (*TABLE_OPTIONS, "--point", "9,0.1,0.1"), "one-source"),
        (TABLE.replace("0.0021", "n/a"), TABLE_OPTIONS, "point-not-a-number"),
        (TABLE.replace("0.0021", "nan"), TABLE_OPTIONS, "point-not-a-number"),
        (TABLE.replace("0.0013", "0.5"), TABLE_OPTIONS, "rank1-above-fnir"),
        ("fnir,fpir,gallery_size\n0.1,0.003,10.5\n", ("--gallery-size", "9"), "gallery-size-not-a-number"),
        ("fnir,fpir,gallery_size\n0.1,0.003,10\n", TABLE_OPTIONS[:2] + TABLE_OPTIONS[4:], "option-without-use"),
        ("fnir\n0.1,0.2\n", TABLE_OPTIONS, "bad-lines"),
        (TABLE, ("--at", "1600000", *TABLE_OPTIONS[2:]), "point-shape"),
    ],
)
def test_a_bad_file_of_points_is_refused(text, options, code, tmp_path):
    path = tmp_path / "points.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=code):
        run("--points", path, *options)


@settings(max_examples=40, deadline=None)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: ("fnir\n" + text).encode()))
def test_no_file_of_points_makes_a_traceback(content, tmp_path_factory):
    path = tmp_path_factory.mktemp("odd") / "odd.csv"
    path.write_bytes(content)
    with suppress(BaserateError):
        run("--points", path, "--at", "1600000,0.003", "--gallery-size", "12e6")


def test_the_manifest_tells_file_digest_options_and_seed(scores, tmp_path):
    asked = (scores, "--gallery-size", 1000, "--to-gallery-size", 10_000, "--fpir", 0.01, "--rank", 2, "--seed", 5)
    manifest = json.loads(run(*asked, "--json").stdout)["manifest"]
    (told,) = manifest["inputs"]
    assert told["sha256"] == hashlib.sha256(scores.read_bytes()).hexdigest()
    assert (told["file"], told["bytes"], manifest["seed"]) == ("scores.csv", scores.stat().st_size, 5)
    assert manifest["engine"] == f"duckdb {duckdb.__version__}"
    again = shlex.split(manifest["command"])[2:]
    assert again[0] == "scores.csv"
    once, twice = (json.loads(run(*words, "--json").stdout)["estimates"] for words in (asked, (scores, *again[1:])))
    assert once == twice
    points = tmp_path / "p.csv"
    points.write_text("fnir,gallery_size,fpir\n0.01,1600000,0.003\n")
    of_points = json.loads(run("--points", points, "--gallery-size", 12_000_000, "--json").stdout)["manifest"]
    assert [one["file"] for one in of_points["inputs"]] == ["p.csv"]
    assert "--points p.csv" in of_points["command"]
