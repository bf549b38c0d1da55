"""The one way in: files and frames are typed, checked, and refused with all of their faults."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from baserate.errors import InputError
from baserate.estimates import Estimates, Wanted, measure_comparisons, measure_searches
from baserate.inputs import Options, read_scores
from baserate.inputs.formats import read_file

NAN_FAILS = Options(failure_code=float("nan"))  # pandas writes a missing number as NaN
LISTS = "search_id,candidate_subject,rank,score\n"


def parquet(folder: Path, select: str, name: str = "t.parquet") -> Path:
    path = folder / name
    duckdb.sql(f"COPY ({select}) TO '{path}'")
    return path


def csv(folder: Path, text: str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def rows(reading: Any) -> Any:
    return reading.connection.execute("SELECT mated, score FROM comparisons").fetchall()


@pytest.mark.parametrize("select", [
    "SELECT 1 AS mated, 0.5 AS score", "SELECT true AS mated, 0.5::FLOAT AS score",
    "SELECT 't' AS mated, '0.5' AS score",
    "SELECT 1::TINYINT AS mated, 0.5::DECIMAL(4, 2) AS score",
])  # fmt: skip
def test_types_of_the_same_meaning_read_the_same(tmp_path, select):
    assert rows(read_scores(parquet(tmp_path, select))) == [(True, 0.5)]


def test_a_number_that_is_neither_0_nor_1_is_no_truth(tmp_path):
    with pytest.raises(InputError, match="mated-not-true-or-false"):
        read_scores(parquet(tmp_path, "SELECT 2 AS mated, 0.5 AS score"))


@pytest.mark.parametrize("rank", ["1.5", "first"])
def test_a_rank_is_not_rounded(tmp_path, rank):
    lists, table = csv(tmp_path, f"{LISTS}a,p,{rank},0.5\n"), csv(tmp_path, "search_id,subject,mated\na,p,1\n", "s.csv")
    with pytest.raises(InputError, match="rank-not-a-whole-number"):
        read_scores(lists, searches=table)


def test_all_misfits_are_told_together(tmp_path):
    with pytest.raises(InputError) as caught:
        read_scores(csv(tmp_path, "mated,score\nmaybe,high\n1,low\n"))
    found = {problem.code: problem.what for problem in caught.value.problems}
    assert {"mated-not-true-or-false", "score-not-a-number"} <= set(found)
    assert "values that are not numbers: 2 (rows 1, 2" in found["score-not-a-number"]


def test_identifiers_keep_their_zeros_and_an_empty_score_is_a_failure(tmp_path):
    file = csv(tmp_path, "probe_subject,reference_subject,score\n007,7,0.1\n007,007,\n")
    assert rows(read_scores(file)) == [(False, 0.1), (True, None)]


def test_identifiers_of_different_types_are_compared_as_text(tmp_path):
    file = parquet(tmp_path, "SELECT 7 AS probe_subject, '7' AS reference_subject, 0.5 AS score")
    assert rows(read_scores(file)) == [(True, 0.5)]
    lists = parquet(tmp_path, "SELECT 1 AS search_id, 'p' AS candidate_subject, 1 AS rank, 0.5 AS score", "l.parquet")
    reading = read_scores(lists, searches=csv(tmp_path, "search_id,subject,mated\n1,p,1\n", "s.csv"))
    found = reading.searches
    assert found.candidates.types["search_id"] == found.searches.types["search_id"] == "VARCHAR"


def test_group_columns_are_the_others(tmp_path):
    file = csv(tmp_path, 'mated,score,sex,"age ""band"""\n1,0.5,F,old\n')
    assert read_scores(file).comparisons.groups == ("sex", 'age "band"')


def test_warnings_come_with_the_reading(tmp_path):
    reading = read_scores(csv(tmp_path, "mated,score\n1,0.5\n1,0.75\n"))
    assert [problem.code for problem in reading.problems] == ["one-kind-only"]


def test_options_reach_the_reader(tmp_path):
    file = csv(tmp_path, "mated;score\n1;0.5\n0;-1\n0;n/a\n0;0.1\n")
    reading = read_scores(file, options=Options(failure_code=-1, missing=("n/a",)))
    assert rows(reading) == [(True, 0.5), (False, None), (False, None), (False, 0.1)]


def test_searches_that_do_not_say_who_was_searched_are_refused(tmp_path):
    lists = csv(tmp_path, f"{LISTS}a,p,1,0.5\n")
    searches = csv(tmp_path, "search_id,mated\na,1\nb,0\n", "s.csv")
    with pytest.raises(InputError, match="no column subject"):
        read_scores(lists, searches=searches)
    with pytest.raises(InputError, match="no column subject"):
        _ = read_file(lists, searches=searches).searches


@pytest.mark.parametrize("package", ["pandas", "polars", "pyarrow", "ibis"])
def test_a_frame_measures_like_its_file(tmp_path, package):
    module = pytest.importorskip(package)
    select = "SELECT i % 3 = 2 AS mated, CASE WHEN i <> 7 THEN i % 3 + i / 100 END AS score FROM range(60) t(i)"
    file = parquet(tmp_path, select)
    columns = duckdb.read_parquet(str(file)).fetchall()
    held = {"mated": [row[0] for row in columns], "score": [row[1] for row in columns]}
    if package == "ibis":
        tables = module.polars.connect({"held": pytest.importorskip("polars").DataFrame(held)})
        frame = tables.table("held")
        assert measured(frame.filter(frame.mated)) == measured(frame.filter(frame.mated).to_pyarrow())  # a query
    else:
        frame = (module.table if package == "pyarrow" else module.DataFrame)(held)
    wanted = Wanted(thresholds=(1.2,), rates=(0.1,))
    found = measure_comparisons(read_scores(frame, options=NAN_FAILS).comparisons, wanted)
    assert found == measure_comparisons(read_scores(file).comparisons, wanted)


def measured(frame: object) -> Estimates:
    return measure_comparisons(read_scores(frame).comparisons, Wanted(thresholds=(1.2,)))


def test_nan_in_pandas_counts_as_failure_and_is_told_where_it_is_not_declared():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"mated": [True, True, False, False], "score": [0.5, None, -1, 0.1]})
    for options in (None, Options(failure_code=-1)):
        (problem,) = read_scores(frame, options=options).problems
        assert (problem.code, problem.severity) == ("score-nan-in-pandas", "warning")
        assert problem.what.endswith(": 1")
    assert read_scores(frame, options=NAN_FAILS).problems == ()
    assert read_scores(frame.convert_dtypes()).problems == ()


def test_frames_of_lists_measure_like_their_files(tmp_path):
    polars = pytest.importorskip("polars")
    lists = csv(tmp_path, f"{LISTS}a,p,1,0.9\na,q,2,0.4\nb,p,1,0.5\n")
    table = csv(tmp_path, "search_id,subject,mated,gallery_size\na,p,1,10\nb,z,0,10\n", "s.csv")
    wanted = Wanted(thresholds=(0.5,), ranks=(1,))
    frames = read_scores(polars.read_csv(lists), searches=polars.read_csv(table))
    assert measure_searches(frames.searches, wanted) == measure_searches(
        read_scores(lists, searches=table).searches, wanted
    )


def test_a_file_and_a_frame_together_are_refused(tmp_path):
    lists = csv(tmp_path, f"{LISTS}a,p,1,0.9\n")
    with pytest.raises(InputError, match="mixed-sources"):
        read_scores(lists, searches=duckdb.sql("SELECT 'a' AS search_id, 'p' AS subject, true AS mated"))
