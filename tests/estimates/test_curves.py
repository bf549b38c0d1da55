"""Curves agree with the rates counted one by one."""

from pathlib import Path
from typing import Any

import pytest

from baserate.errors import InputError, NotEstimableError
from baserate.estimates import (
    Estimate,
    Wanted,
    error_trade_off,
    list_precision,
    measure_reading,
    measure_searches,
    misses_by_rank,
)
from baserate.inputs import read_scores
from baserate.inputs.formats import read_file


@pytest.fixture
def searches(tmp_path: Path) -> Any:
    table, lists = tmp_path / "s.csv", tmp_path / "l.csv"
    table.write_text("search_id,subject,mated,failed\na,1,1,0\nb,2,1,0\nc,3,1,0\nd,4,1,1\ne,5,0,0\n", encoding="utf-8")
    rows = ["a,1,1,0.9", "a,8,2,0.8", "b,8,1,0.9", "b,9,2,0.8", "b,2,3,0.7", "c,8,1,0.5", "d,4,1,0.9", "e,8,1,0.4"]
    lists.write_text("search_id,candidate_subject,rank,score\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return read_file(lists, searches=table).searches


def test_misses_by_rank_agree_with_the_rates(searches):
    ranks = (1, 2, 3)
    found = [e.n_events for e in measure_searches(searches, Wanted(ranks=ranks)) if e.metric == "rank_miss"]
    misses, n = misses_by_rank(searches)
    assert found == misses.tolist() == [3, 3, 2]
    assert n == 4


def test_list_precision_is_undefined_where_its_rates_are():
    fnir = Estimate("fnir", undefined="there are no mated searches")
    sel = Estimate("sel", 0.0, 0.0, 0.1, n=10)
    assert "no mated" in str(list_precision(fnir, sel, prevalence=0.5))
    missed = Estimate("fnir", 1.0, 0.9, 1.0, n=10)
    assert "no candidate would be returned" in str(list_precision(missed, sel, prevalence=0.5))


def test_the_first_candidates_have_no_precision_and_say_why():
    fnir = Estimate("fnir", 0.1, 0.05, 0.15, n=100, threshold=0.6, rank=3)
    sel = Estimate("sel", 0.02, 0.01, 0.04, n=1000, threshold=0.6)
    assert "of the first 3 the wrong ones are not counted" in str(list_precision(fnir, sel, prevalence=0.5))


def test_a_curve_behind_the_ends_of_lists_is_refused(tmp_path: Path):
    table, lists = tmp_path / "s.csv", tmp_path / "l.csv"
    table.write_text("search_id,subject,mated,gallery_size\na,1,1,9\nb,2,1,9\nc,3,0,9\n", encoding="utf-8")
    lists.write_text("search_id,candidate_subject,rank,score\na,1,1,0.9\nb,8,1,0.8\nc,8,1,0.4\n", encoding="utf-8")
    searches = read_scores(lists, searches=table).searches
    assert error_trade_off(searches, rank=1).miss_rate.tolist() == [0.5, 0.5]
    with pytest.raises(NotEstimableError, match="the list ends after 1 candidates without the mate"):
        error_trade_off(searches, rank=5)
    with pytest.raises(InputError, match="0 is below 1"):
        error_trade_off(searches, rank=0)


@pytest.mark.parametrize("ranks", [(1,), (1, None)])
def test_every_threshold_has_a_precision_or_the_reason_why_not(tmp_path: Path, ranks: tuple[int | None, ...]):
    """By group, with a group of mated searches only, whatever ranks are asked for."""
    table, lists = tmp_path / "s.csv", tmp_path / "l.csv"
    table.write_text("search_id,subject,mated,sex\na,1,1,F\nb,2,1,M\nc,3,0,M\n", encoding="utf-8")
    lists.write_text("search_id,candidate_subject,rank,score\na,1,1,0.9\nb,8,1,0.9\nc,8,1,0.4\n", encoding="utf-8")
    wanted = Wanted(thresholds=(0.3,), ranks=ranks, groups=("sex",))
    found = measure_reading(read_scores(lists, searches=table), wanted, {}, prevalence=0.1).estimates
    misses, precisions = ([e for e in found if e.metric == name] for name in ("fnir", "list_precision"))
    assert [(None, e.group) for e in misses if e.rank == 1] == [(e.rank, e.group) for e in precisions]
    (women,) = [e.undefined or "" for e in precisions if e.group == (("sex", "F"),)]
    assert "no non-mated searches" in women
