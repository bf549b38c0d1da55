import gzip
import json
import subprocess
import sys

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from baserate.cli.main import main
from baserate.cli.score_file import read_score_file
from baserate.errors import BaserateError, InputError


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
    fnir = json.loads(run(*common, "--json").output)["estimates"][2]
    assert (fnir["value"], fnir["low"], fnir["undefined"]) == (None, None, "the file holds no mated search")
    assert "Undefined: the file holds no mated search." in run(*common).output


def test_parquet_and_gzip_say_the_same(scores, tmp_path):
    packed = tmp_path / "scores.csv.gz"
    packed.write_bytes(gzip.compress(scores.read_bytes()))
    parquet = tmp_path / "it's.parquet"
    with duckdb.connect() as connection:
        table = connection.read_csv(str(scores), all_varchar=True)
        table.project("mated IN ('1', 'true') AS mated, score").write_parquet(str(parquet))
    for path in (packed, parquet):
        rows, same = read_score_file(path), read_score_file(scores)
        assert np.array_equal(rows.non_mated, same.non_mated)
        assert np.array_equal(rows.mated, same.mated)
    assert same.mated[-1] == -np.inf


def test_subjects_are_read(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("subject,mated,score\nb,0,1\na,0,2\nb,0,3\na,1,4\n")
    rows = read_score_file(path)
    assert rows.non_mated_subjects is not None
    assert rows.mated_subjects is not None
    assert (rows.non_mated_subjects.tolist(), rows.mated_subjects.tolist()) == ([1, 0, 1], [0])


def test_all_problems_of_a_file_at_once(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("mated,score,subject\n0,n/a,a\nperhaps,1,b\n1,nan,\n0,inf,c\n0,2,d\n")
    with pytest.raises(InputError) as raised:
        read_score_file(path)
    mated, score, subject = raised.value.problems
    assert (mated.code, mated.what) == ("bad-mated", "1 values cannot be used (data rows 2)")
    assert (score.code, score.what) == ("bad-score", "3 values cannot be used (data rows 1, 3, 4)")
    assert (subject.code, subject.what) == ("bad-subject", "1 values cannot be used (data rows 3)")


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("none.csv", None, "no-such-file"),
        ("a.txt", "mated,score\n0,1\n", "unknown-file-kind"),
        ("a.csv", "genuine,score\n0,1\n", "missing-column"),
        ("a.csv", "mated,score\n", "no-rows"),
        ("a.csv", "", "unreadable-file|missing-column"),
        ("a.parquet", "no parquet", "unreadable-file"),
    ],
)
def test_files_that_cannot_be_used(tmp_path, name, text, code):
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError, match=code):
        read_score_file(path)


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: ("mated,score\n" + text).encode()))
def test_no_file_makes_a_traceback(content, tmp_path_factory):
    path = tmp_path_factory.mktemp("odd") / "odd.csv"
    path.write_bytes(content)
    try:
        rows = read_score_file(path)
    except BaserateError as error:
        assert str(path) in str(error)  # noqa: PT017
    else:
        assert len(rows.mated) + len(rows.non_mated) > 0


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
