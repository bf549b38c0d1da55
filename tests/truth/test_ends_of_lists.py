"""Misses behind the end of lists: a number is what the whole gallery would give, and what is not told is none."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from baserate.estimates import Estimate, Wanted, compare_at_rates, compare_misses, measure_searches, rank_misses
from baserate.estimates.trials import prepare_searches
from baserate.inputs.formats import read_file

GALLERY, SEARCHES = 40, 120
RANKS = (1, 5, 6, 8, 30)


@pytest.fixture(scope="module")
def scores() -> Any:
    """Every score of every search; the mate, where there is one, is the candidate with the number of the search."""
    rng = np.random.default_rng(4)
    found = rng.normal(size=(SEARCHES, GALLERY))
    found[np.arange(GALLERY), np.arange(GALLERY)] += 1.5
    return found


def cut(scores: Any, *, length: int = GALLERY, lowest: float = -np.inf) -> list[tuple[int, int, int, float]]:
    """The lists that a system returns of them: search, candidate, rank and score."""
    return [
        (search, int(candidate), rank, float(row[candidate]))
        for search, row in enumerate(scores)
        for rank, candidate in enumerate(np.argsort(-row)[:length], 1)
        if row[candidate] >= lowest
    ]


def measured(folder: Path, lists: Any, *, size: int | None = None, group: bool = False, **wanted: Any) -> Any:
    head = "search_id,subject,mated,sex" + ",gallery_size" * bool(size)
    rows = [f"{i},{i},{int(i < GALLERY)},{'MF'[i % 2]}" + f",{size}" * bool(size) for i in range(SEARCHES)]
    (folder / "s.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    listed = ("search_id,candidate_subject,rank,score", *(",".join(map(repr, row)) for row in lists))
    (folder / "l.csv").write_text("\n".join(listed), encoding="utf-8")
    searches = read_file(folder / "l.csv", searches=folder / "s.csv").searches
    groups = ("sex",) if group else ()
    return searches, measure_searches(searches, Wanted(ranks=(*RANKS, None), groups=groups, **wanted))


def of(found: Any, metric: str) -> dict[tuple[Any, ...], Estimate]:
    return {(e.rank, e.threshold, e.group): e for e in found if e.metric == metric}


def missed(scores: Any, rank: int | None, threshold: float = -np.inf) -> float:
    """The truth: where the mate is among all scores."""
    own = scores[np.arange(GALLERY), np.arange(GALLERY)]
    places = (scores[:GALLERY] > own[:, None]).sum(axis=1) + 1
    return float(np.mean((places > (rank or GALLERY)) | (own < threshold)))


def bounds(estimate: Estimate) -> tuple[float, float]:
    low, high = re.findall(r"(\d[\d.]*) if", estimate.undefined or "")
    return float(low), float(high)


@pytest.mark.parametrize("size", [GALLERY, None])
def test_lists_that_end_at_a_rank_tell_nothing_behind_it(tmp_path, scores, size):
    _, found = measured(tmp_path, cut(scores, length=5), size=size)
    misses = of(found, "rank_miss")
    assert misses[1, None, ()].value == pytest.approx(missed(scores, 1))
    assert misses[5, None, ()].value == misses[None, None, ()].value == pytest.approx(missed(scores, 5))
    for rank in (6, 8, 30):
        undefined = misses[rank, None, ()]
        assert "after 5 candidates without the mate" in (undefined.undefined or "")
        low, high = bounds(undefined)
        assert low <= missed(scores, rank) <= high
    assert "may be at rank 6:" in (misses[6, None, ()].undefined or "")
    assert "may be at ranks 6 to 30:" in (misses[30, None, ()].undefined or "")


@pytest.mark.parametrize("threshold", [0.0, 1.2, 2.2, 3.0])
def test_a_list_whose_last_candidate_is_below_the_threshold_hides_nobody_above_it(tmp_path, scores, threshold):
    _, found = measured(tmp_path, cut(scores, length=5), thresholds=(threshold,))
    told = of(found, "fnir")
    truth = missed(scores, 30, threshold)
    estimate = told[30, threshold, ()]
    if threshold > 2:  # all lists end below it
        assert estimate.value == pytest.approx(truth)
    else:
        low, high = bounds(estimate)
        assert low <= truth <= high
        assert "ends at or above the threshold" in (estimate.undefined or "")


def test_a_list_that_ends_at_the_threshold_may_hide_somebody_with_the_same_score(tmp_path, scores):
    lists = cut(np.round(scores * 0) + 1.0, length=5)
    _, found = measured(tmp_path, lists, thresholds=(1.0,))
    assert of(found, "fnir")[8, 1.0, ()].value is None
    assert of(found, "fnir")[5, 1.0, ()].value is not None


def test_lists_of_the_whole_gallery_tell_everything(tmp_path, scores):
    _, found = measured(tmp_path, cut(scores), size=GALLERY, thresholds=(1.0,))
    more = [e for e in found if e.metric in ("fnir", "rank_miss")]
    assert all(e.value is not None for e in more)
    _, small = measured(tmp_path, cut(scores[:, :7]), size=7)
    assert of(small, "rank_miss")[30, None, ()].value == of(small, "rank_miss")[None, None, ()].value


def test_lists_cut_at_a_score_are_misses_at_every_rank(tmp_path, scores):
    """Nobody is returned below 0.4: lists are of different length, and a shorter one hides nobody above it."""
    lists = cut(scores, lowest=0.4)
    lengths = np.bincount([search for search, *_ in lists])
    assert lengths[:GALLERY].max() < lengths.max()
    _, found = measured(tmp_path, lists, thresholds=(0.5,))
    assert of(found, "fnir")[30, 0.5, ()].value == pytest.approx(missed(scores, 30, 0.5))
    assert of(found, "rank_miss")[30, None, ()].value == pytest.approx(missed(scores, 30, 0.4))


def test_groups_are_told_apart(tmp_path, scores):
    """Of one group every mate is on the list: its rate is a number, the other's is none."""
    lists = cut(scores, length=5)
    found_mate = {search for search, candidate, *_ in lists if search == candidate}
    whole = [row for row in lists if row[0] >= GALLERY or row[0] % 2 == 0 or row[0] in found_mate]
    _, found = measured(tmp_path, whole, group=True)
    told = of(found, "rank_miss")
    assert told[8, None, (("sex", "F"),)].value is not None
    assert told[8, None, (("sex", "M"),)].value is None
    assert told[8, None, ()].value is None


def test_the_reason_counts_the_mated_searches_whose_lists_do_not_show_the_mate(tmp_path, scores):
    _, found = measured(tmp_path, cut(scores, length=5))
    said = re.search(r"^of (\d+) of (\d+)", of(found, "rank_miss")[8, None, ()].undefined or "")
    assert said is not None
    assert tuple(map(int, said.groups())) == (round(missed(scores, 5) * GALLERY), GALLERY)


def test_the_curve_by_rank_says_so_too(tmp_path, scores):
    searches, _ = measured(tmp_path, cut(scores, length=5))
    prepare_searches(searches)
    within, behind = rank_misses(searches, [5, 6])
    assert within.value == pytest.approx(missed(scores, 5))
    assert behind.value is None
    assert "may be at rank 6" in (behind.undefined or "")


def test_two_algorithms_are_not_compared_behind_the_lists_of_one(tmp_path, scores):
    """One gives lists of 5, the other of 10: at rank 8 only the second is told."""
    one, two = (tmp_path / name for name in ("one", "two"))
    one.mkdir(), two.mkdir()
    short, long = (measured(folder, cut(scores, length=n))[0] for folder, n in ((one, 5), (two, 10)))
    for pair in ((short, long), (long, short)):
        assert compare_misses(*pair, rank=5).value is not None
        assert "ends after 5 candidates" in (compare_misses(*pair, rank=8).undefined or "")
        assert compare_misses(*pair, rank=8, thresholds=(3.0, 3.0)).value is not None  # all lists end below it
        by_rank = {e.rank: e for e in compare_at_rates(*pair, Wanted(rates=(0.9,), ranks=(5, 8)))}
        assert by_rank[5].value is not None
        assert "ends after 5 candidates" in (by_rank[8].undefined or "")
    assert compare_misses(long, long, rank=8).value == 0
