"""Canonical files as typed tables: what does not fit is told, nothing is rounded or guessed."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from baserate.errors import InputError
from baserate.inputs import read_comparisons, read_searches

LISTS = "search_id,candidate_subject,rank,score\n"


def parquet(folder: Path, select: str, name: str = "t.parquet") -> Path:
    path = folder / name
    duckdb.execute(f"COPY ({select}) TO '{path}'")
    return path


def csv(folder: Path, text: str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def rows(comparisons: Any) -> Any:
    return comparisons.connection.execute("SELECT mated, score FROM comparisons").fetchall()


@pytest.mark.parametrize("select", [
    "SELECT 1 AS mated, 0.5 AS score", "SELECT true AS mated, 0.5::FLOAT AS score",
    "SELECT 't' AS mated, '0.5' AS score",
    "SELECT 1::TINYINT AS mated, 0.5::DECIMAL(4, 2) AS score",
])  # fmt: skip
def test_types_of_the_same_meaning_read_the_same(tmp_path, select):
    assert rows(read_comparisons(parquet(tmp_path, select))) == [(True, 0.5)]


def test_a_number_that_is_neither_0_nor_1_is_no_truth(tmp_path):
    with pytest.raises(InputError, match="not-true-or-false"):
        read_comparisons(parquet(tmp_path, "SELECT 2 AS mated, 0.5 AS score"))


@pytest.mark.parametrize("rank", ["1.5", "first"])
def test_a_rank_is_not_rounded(tmp_path, rank):
    lists, table = csv(tmp_path, f"{LISTS}a,p,{rank},0.5\n"), csv(tmp_path, "search_id,subject,mated\na,p,1\n", "s.csv")
    with pytest.raises(InputError, match="not-whole-numbers"):
        read_searches(lists, table)


def test_all_misfits_are_told_together(tmp_path):
    with pytest.raises(InputError) as caught:
        read_comparisons(csv(tmp_path, "mated,score\nmaybe,high\n1,low\n"))
    assert [problem.code for problem in caught.value.problems] == ["not-true-or-false", "not-numbers"]
    assert "2 values are not numbers" in caught.value.problems[1].what


def test_identifiers_keep_their_zeros_and_an_empty_score_is_a_failure(tmp_path):
    file = csv(tmp_path, "probe_subject,reference_subject,score\n007,7,0.1\n007,007,\n")
    assert rows(read_comparisons(file)) == [(False, 0.1), (True, None)]


def test_identifiers_of_different_types_are_compared_as_text(tmp_path):
    file = parquet(tmp_path, "SELECT 7 AS probe_subject, '7' AS reference_subject, 0.5 AS score")
    assert rows(read_comparisons(file)) == [(True, 0.5)]
    lists = parquet(tmp_path, "SELECT 1 AS search_id, 'p' AS candidate_subject, 1 AS rank, 0.5 AS score", "l.parquet")
    found = read_searches(lists, csv(tmp_path, "search_id,subject,mated\n1,p,1\n", "s.csv"))
    assert found.candidates.types["search_id"] == found.searches.types["search_id"] == "VARCHAR"


def test_group_columns_are_the_others(tmp_path):
    file = csv(tmp_path, 'mated,score,sex,"age ""band"""\n1,0.5,F,old\n')
    assert read_comparisons(file).groups == ("sex", 'age "band"')
