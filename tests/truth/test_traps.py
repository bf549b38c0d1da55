"""Wrong answers that other tools were seen to give on ordinary input; none of them may come out of here."""

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from baserate.errors import InputError
from baserate.estimates import Estimate, Wanted, differentials, measure_comparisons, measure_searches
from baserate.estimates.intervals import ScoredPeople, resample, wilson
from baserate.estimates.intervals.at_target import draw_weights
from baserate.estimates.people import count_people
from baserate.estimates.trials import comparison_trials
from baserate.inputs.formats import read_file


def write(path: Path, header: str, rows: Any) -> Path:
    lines = [",".join("" if value is None else str(value) for value in row) for row in rows]
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def comparisons(folder: Path, mated: Any, non_mated: Any, **options: Any) -> tuple[Estimate, ...]:
    rows = [(1, s) for s in mated] + [(0, s) for s in non_mated]
    return measure_comparisons(read_file(write(folder / "c.csv", "mated,score", rows)).comparisons, Wanted(**options))


def searches(folder: Path, searched: Any, listed: Any, **options: Any) -> tuple[Estimate, ...]:
    """Searched rows are (id, subject, mated, failed); listed rows (id, candidate, rank, score)."""
    table = write(folder / "s.csv", "search_id,subject,mated,failed,gallery_size", [(*row, 100) for row in searched])
    lists = write(folder / "l.csv", "search_id,candidate_subject,rank,score", listed)
    return measure_searches(read_file(lists, searches=table).searches, Wanted(**options))


def pick(estimates: tuple[Estimate, ...], metric: str, **fields: Any) -> Any:
    (found,) = [e for e in estimates if e.metric == metric and all(getattr(e, k) == v for k, v in fields.items())]
    return found


@pytest.fixture
def four_searches():
    """Two mated searches, one whose mate is not listed; two non-mated, one with an empty list."""
    searched = [("a", "p1", 1, 0), ("b", "p2", 1, 0), ("c", "p3", 0, 0), ("d", "p4", 0, 0)]
    listed = [("a", "p1", 1, 0.9), ("a", "p9", 2, 0.3), ("b", "p8", 1, 0.8), ("b", "p7", 2, 0.7), ("c", "p9", 1, 0.5),
              ("c", "p1", 2, 0.4)]  # fmt: skip
    return searched, listed


def test_a_mate_that_is_not_listed_is_a_miss_and_no_false_positive(tmp_path, four_searches):
    found = searches(tmp_path, *four_searches, thresholds=(0.6,))
    miss, alarm = pick(found, "fnir"), pick(found, "fpir")
    assert (miss.n_events, miss.n) == (1, 2)
    assert (alarm.n_events, alarm.n) == (0, 2)


def test_searches_with_empty_lists_stay_in_the_denominator(tmp_path, four_searches):
    alarm = pick(searches(tmp_path, *four_searches, thresholds=(0.5,)), "fpir")
    assert (alarm.n_events, alarm.n) == (1, 2)


def test_failures_stay_in_the_denominators(tmp_path, four_searches):
    searched, listed = four_searches
    searched = [*searched, ("e", "p5", 1, 1), ("f", "p6", 0, 1)]
    found = searches(tmp_path, searched, listed, thresholds=(0.5,), ranks=(1,))
    assert (pick(found, "fnir").n_events, pick(found, "fnir").n) == (2, 3)
    assert (pick(found, "rank_miss").n_events, pick(found, "rank_miss").n) == (2, 3)
    assert (pick(found, "fpir").n_events, pick(found, "fpir").n) == (1, 3)
    found = comparisons(tmp_path, [0.9, None], [0.1, None, 0.8], thresholds=(0.5,))
    assert (pick(found, "fnmr").n_events, pick(found, "fnmr").n) == (1, 2)
    assert (pick(found, "fmr").n_events, pick(found, "fmr").n) == (1, 3)


def test_threshold_for_fpir_uses_the_best_candidate_of_non_mated_searches_only(tmp_path):
    """Strong wrong candidates of mated searches must not move the threshold."""
    searched = [(f"m{i}", f"p{i}", 1, 0) for i in range(10)] + [(f"n{i}", f"q{i}", 0, 0) for i in range(10)]
    listed = [(f"m{i}", f"z{i}", 1, 0.95) for i in range(10)] + [(f"n{i}", "z", 1, 0.1 + i / 100) for i in range(10)]
    found = searches(tmp_path, searched, listed, rates=(0.1,))
    assert pick(found, "threshold").value == pytest.approx(0.19)
    assert pick(found, "fpir").value == 0.1


def test_rank_and_threshold_both_count(tmp_path):
    searched = [("a", "p1", 1, 0), ("b", "p2", 1, 0)]
    listed = [("a", "x", 1, 0.9), ("a", "p1", 2, 0.8), ("b", "p2", 1, 0.4), ("b", "x", 2, 0.3)]
    found = searches(tmp_path, searched, listed, thresholds=(0.5,), ranks=(1, 2))
    assert pick(found, "fnir", rank=1).n_events == 2
    assert pick(found, "fnir", rank=2).n_events == 1
    assert pick(found, "rank_miss", rank=1).n_events == 1
    assert pick(found, "rank_miss", rank=2).n_events == 0


def test_without_non_mated_searches_fpir_is_undefined_and_says_so(tmp_path):
    found = searches(tmp_path, [("a", "p1", 1, 0)], [("a", "p1", 1, 0.9)], rates=(0.1, 0.01), thresholds=(0.5,))
    assert all(e.value is None for e in found if e.metric in ("fpir", "sel", "threshold"))
    assert all(e.value is None for e in found if e.metric == "fnir" and e.target)
    assert "no non-mated" in pick(found, "fpir", threshold=0.5).undefined


def test_without_mated_trials_misses_are_undefined(tmp_path):
    found = comparisons(tmp_path, [], [0.1, 0.2], thresholds=(0.5,))
    assert pick(found, "fnmr").value is None
    assert pick(found, "eer").value is None
    assert pick(found, "fmr").value == 0


def test_a_rate_that_the_data_cannot_show_is_not_attainable(tmp_path):
    rng = np.random.default_rng(1)
    found = comparisons(tmp_path, rng.normal(3, 1, 30), rng.normal(0, 1, 520), rates=(0.001,))
    assert all(e.value is None for e in found if e.target)
    assert "520 non-mated trials can show is 0.001923" in pick(found, "threshold").undefined


@pytest.mark.parametrize("rate", [0.001, 0.0015, 0.01, 0.1, 0.29])
def test_the_rate_reached_never_exceeds_the_target_and_is_the_closest(tmp_path, rate):
    rng = np.random.default_rng(2)
    mated, non_mated = np.round(rng.normal(3, 1, 100), 1), np.round(rng.normal(0, 1, 2000), 1)
    found = comparisons(tmp_path, mated, non_mated, rates=(rate,))
    observed = np.unique(np.concatenate([mated, non_mated]))
    best = min((np.mean(mated < t), t) for t in observed if np.mean(non_mated >= t) <= rate)
    assert pick(found, "fmr").value <= rate
    assert pick(found, "fnmr").value == best[0]
    assert pick(found, "threshold").value == best[1]


def test_ties_at_the_top_are_not_attainable_rather_than_passed(tmp_path):
    found = comparisons(tmp_path, [1.0, 0.5], [1.0] * 30 + [0.0] * 70, rates=(0.1,))
    assert "30 of 100 non-mated trials share the highest score" in pick(found, "threshold").undefined


def test_a_score_equal_to_the_threshold_is_returned(tmp_path):
    found = comparisons(tmp_path, [0.7, 0.7], [0.7, 0.1], thresholds=(0.7,))
    assert (pick(found, "fnmr").value, pick(found, "fmr").value) == (0, 0.5)


def test_a_threshold_is_compared_in_the_type_of_the_scores(tmp_path):
    import duckdb

    file = tmp_path / "f.parquet"
    duckdb.sql(f"COPY (SELECT true AS mated, 0.7::FLOAT AS score) TO '{file}'")
    assert pick(measure_comparisons(read_file(file).comparisons, Wanted(thresholds=(0.7,))), "fnmr").value == 0


def test_repeated_people_widen_the_interval(tmp_path):
    """Ten alike attempts of each of 100 people say what 100 attempts say."""
    rows = [(f"p{i % 100}", f"p{i % 100}", 0.1 if i % 100 < 10 else 0.9) for i in range(1000)]
    file = write(tmp_path / "r.csv", "probe_subject,reference_subject,score", rows)
    repeated = pick(measure_comparisons(read_file(file).comparisons, Wanted(thresholds=(0.5,))), "fnmr")
    alone = pick(comparisons(tmp_path, [0.1] * 10 + [0.9] * 90, [0.0], thresholds=(0.5,)), "fnmr")
    assert (repeated.n, repeated.n_subjects) == (1000, 100)
    assert repeated.high - repeated.low == pytest.approx(alone.high - alone.low, rel=0.05)


def test_no_error_seen_is_not_no_error(tmp_path):
    found = comparisons(tmp_path, [0.9] * 300, [0.1] * 300, thresholds=(0.5,))
    assert pick(found, "fnmr").value == 0
    assert 0.009 < pick(found, "fnmr").high < 0.014


def test_lists_cut_at_a_score_say_nothing_below_it(tmp_path, four_searches):
    found = searches(tmp_path, *four_searches, thresholds=(0.2,))
    assert "lists were cut" in pick(found, "fpir").undefined


def test_a_threshold_below_the_score_at_which_lists_were_cut_is_not_made_up(tmp_path):
    """10 of 100 non-mated searches return anybody: FPIR 0.1 can be read off these lists, 0.12 can not."""
    searched = [(f"m{i}", f"p{i}", 1, 0) for i in range(50)] + [(f"n{i}", f"q{i}", 0, 0) for i in range(100)]
    listed = [(f"m{i}", f"p{i}", 1, 5 + i / 10) for i in range(50)] + [
        (f"n{i}", f"z{i}", 1, 5.05 + i / 10) for i in range(10)
    ]
    found = searches(tmp_path, searched, listed, rates=(0.12, 0.1, 0.02))
    beyond = [e for e in found if e.target == ("fpir", 0.12)]
    assert {e.metric for e in beyond} == {"threshold", "fpir", "sel", "fnir"}
    assert all("only 10 of 100 non-mated trials have a score" in str(e.undefined) for e in beyond)
    assert pick(found, "fpir", target=("fpir", 0.1)).value == 0.1
    assert pick(found, "fnir", target=("fpir", 0.02)).n_events == 8
    assert str(pick(found, "threshold", target=("fpir", 0.1))).endswith("or less)")  # below it nothing is seen


def test_lists_of_which_no_non_mated_search_returns_anybody_were_cut_too(tmp_path):
    """An empty list says that no score was above the cut, and nothing of what lies between a lower threshold and it."""
    searched = [(f"m{i}", f"p{i}", 1, 0) for i in range(50)] + [(f"n{i}", f"q{i}", 0, 0) for i in range(100)]
    listed = [(f"m{i}", f"p{i}", 1, 5 + i / 10) for i in range(50)]
    found = searches(tmp_path, searched, listed, thresholds=(2.0, 6.0), rates=(0.01,))
    assert all("lists were cut" in str(e.undefined) for e in found if e.threshold == 2.0)
    assert pick(found, "fpir", threshold=6.0).value == 0
    assert "only 0 of 100" in pick(found, "threshold").undefined


def test_selectivity_of_lists_shorter_than_those_of_mated_searches_is_told(tmp_path):
    """Lists of at most 5, cut at a score: one of two candidates is not full, though no non-mated one is longer."""
    searched = [("m", "p", 1, 0), ("n1", "q1", 0, 0), ("n2", "q2", 0, 0)]
    listed = (
        [("m", "p", 1, 9)] + [("m", f"x{r}", r, 9 - r) for r in range(2, 6)] + [("n1", "z", 1, 8), ("n1", "y", 2, 7)]
    )
    assert pick(searches(tmp_path, searched, listed, thresholds=(6.0,)), "sel").value == 1.0


@pytest.mark.parametrize("whose", [("", "", ""), ("q1", "", ""), ("q1", "q1", "q2")])
def test_selectivity_counts_every_candidate_whoever_was_searched_for(tmp_path, whose):
    """Of 3 searches one returned three candidates and one returned one, whether it is known whose they were or not."""
    searched = [(f"n{i}", who, 0, 0) for i, who in enumerate(whose)]
    listed = [("n0", f"z{r}", r, 1 - r / 10) for r in (1, 2, 3, 4)] + [("n1", "z1", 1, 0.9)]
    found = pick(searches(tmp_path, searched, listed, thresholds=(0.65,)), "sel")
    assert (found.value, found.n_events) == (4 / 3, 4)


def test_selectivity_of_full_lists_that_end_above_the_threshold_is_undefined(tmp_path):
    searched = [(f"n{i}", f"q{i}", 0, 0) for i in range(3)]
    listed = [(f"n{i}", f"z{r}", r, 1 - r / 10) for i in range(3) for r in (1, 2)]
    found = searches(tmp_path, searched, listed, thresholds=(0.5, 0.85))
    assert "of 3 non-mated searches the list is full" in pick(found, "sel", threshold=0.5).undefined
    assert pick(found, "sel", threshold=0.85).value == 1.0


@pytest.mark.parametrize(("searched", "listed", "code"), [
    ([("a", "p1", 1, 0)], [("a", "p1", 1, 0.9), ("zz", "p1", 1, 0.9)], "search-unknown"),
    ([("a", "p1", 1, 0), ("a", "p1", 1, 0)], [("a", "p1", 1, 0.9)], "search-repeated"),
    ([("a", "p1", 1, 0)], [("a", "p1", 0, 0.9)], "rank-below-1"),
])  # fmt: skip
def test_lists_that_would_be_dropped_or_miscounted_are_refused(tmp_path, searched, listed, code):
    with pytest.raises(InputError, match=code):
        searches(tmp_path, searched, listed, thresholds=(0.5,))


@pytest.mark.parametrize("score", ["nan", "inf", "-inf", "1e301"])
def test_scores_that_are_no_numbers_are_refused(tmp_path, score):
    with pytest.raises(InputError, match="score-not-finite"):
        comparisons(tmp_path, [0.9, score], [0.1], thresholds=(0.5,))


def test_unknown_truth_is_refused(tmp_path):
    file = write(tmp_path / "u.csv", "mated,score", [(1, 0.5), (None, 0.7)])
    with pytest.raises(InputError, match="truth-missing"):
        measure_comparisons(read_file(file).comparisons, Wanted(thresholds=(0.5,)))


@pytest.mark.parametrize("column", ["subject", "member", "person", "listed", "alive", 'age "band"', "group sex"])
def test_a_group_may_be_called_anything(tmp_path, column):
    header = f'mated,score,"{column.replace(chr(34), 2 * chr(34))}"'
    file = write(tmp_path / "g.csv", header, [(1, 0.9, "x"), (1, 0.1, "y"), (0, 0.7, "x"), (0, 0.2, None)])
    found = measure_comparisons(read_file(file).comparisons, Wanted(thresholds=(0.5,), groups=(column,)))
    rates = {(e.metric, e.group[0][1]): e.value for e in found if e.group}
    assert rates["fnmr", "x"] == 0
    assert rates["fnmr", "y"] == 1
    assert rates["fmr", "(missing)"] == 0


def test_people_are_drawn_independently_of_each_other():
    """One seed for every group of people would give people at the same place in them the same weight."""
    weights = draw_weights(np.random.Generator(np.random.Philox(1)), 2000, 40).astype(float)
    between = np.corrcoef(weights, rowvar=False)[~np.eye(40, dtype=bool)]
    assert abs(between).max() < 0.13  # 5.8 standard errors
    assert abs(weights.mean() - 1) < 0.02
    assert abs(weights.var() - 1) < 0.04


def test_resampling_holds_some_replicates_at_a_time_and_not_all():
    """Replicates by rows, all of them at once, would take 8 x 1,000 x 30,000 bytes for the weights of people alone."""
    crowd, rng = 30_000, np.random.default_rng(1)
    ones, none = np.ones(crowd, np.int64), np.zeros(crowd, np.int64)
    tail, owners = rng.normal(size=2000), rng.integers(0, crowd, 2000)
    people = ScoredPeople(ones, 20 * ones, none, rng.normal(size=crowd), np.arange(crowd), tail, owners)
    tracemalloc.start()
    drawn = resample(people, 0.001, seed=1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert drawn.complete
    assert peak < 8 * 1000 * crowd / 4


def test_trials_of_nobody_in_particular_are_not_spread_out_in_memory(tmp_path):
    file = write(tmp_path / "a.csv", "mated,score", [(i % 2, i) for i in range(100)])
    trials = comparison_trials(read_file(file).comparisons)
    (counted,) = count_people(trials, ["score >= 50", "score >= 90"]).values()
    assert counted.missed().trials.tolist() == [50]
    assert counted.missed().events.tolist() == [[25, 45]]


def test_threshold_for_fpir_counts_searches_and_not_candidates(tmp_path):
    """One search with many strong candidates is one false positive: the largest of all candidates' scores are its."""
    searched = [(f"n{i}", f"q{i}", 0, 0) for i in range(10)] + [("m", "p", 1, 0)]
    listed = [("n0", f"z{r}", r, 0.9 - r / 100) for r in range(1, 6)] + [("m", "p", 1, 0.7)]
    listed += [(f"n{i}", "z", 1, i / 100) for i in range(1, 10)]
    found = searches(tmp_path, searched, listed, rates=(0.1, 0.2))
    assert pick(found, "threshold", target=("fpir", 0.1)).value == 0.7  # the mate's, below which is n9
    assert pick(found, "fnir", target=("fpir", 0.1)).value == 0
    assert pick(found, "threshold", target=("fpir", 0.2)).value == 0.09


def test_repeated_people_widen_the_ratio_of_groups(tmp_path):
    """Attempts taken for independent would make a difference of 10 people in 100 significant."""
    rows = [(f"{sex}{i % 100}", f"{sex}{i % 100}", sex, 0.1 if i % 100 < errors else 0.9)
            for sex, errors in (("F", 16), ("M", 10)) for i in range(1000)]  # fmt: skip
    file = write(tmp_path / "g.csv", "probe_subject,reference_subject,sex,score", rows)
    found = measure_comparisons(read_file(file).comparisons, Wanted(thresholds=(0.5,), groups=("sex",)))
    ratio = pick(differentials(found), "fnmr_ratio")
    assert ratio.value in (1.6, 1 / 1.6)
    assert ratio.low < 1 < ratio.high


def test_groups_that_do_not_differ_are_not_said_to():
    """A percentile interval of the gap between the highest and the lowest rate never holds 0; these bounds do."""
    rng, told = np.random.default_rng(4), 0
    for _ in range(300):
        groups = []
        for k, x in enumerate(rng.binomial(500, 0.1, size=6).tolist()):
            ends, group = wilson(x, 500), (("g", str(k)),)
            groups.append(Estimate("fnir", x / 500, ends.low, ends.high, n=500, n_subjects=500, group=group))
        found: dict[str, Any] = {e.metric: e for e in differentials(groups)}
        told += found["fnir_max_min"].low > 1 or found["fnir_gini"].low > 0
    assert told <= 0.05 * 300 + 3 * np.sqrt(300 * 0.05 * 0.95)


def test_searches_whose_subject_is_not_told_are_people_of_their_own_when_people_are_drawn(tmp_path):
    """Drawn as one person they would leave no non-mated search in 37 of 100 draws, and no threshold."""
    rng, found = np.random.default_rng(6), []
    scores = np.r_[2.2 + rng.normal(size=400), rng.normal(size=400)]
    for told in (True, False):
        folder = tmp_path / str(told)
        folder.mkdir()
        searched = [(f"s{i}", f"m{i}", 1, 0) for i in range(400)]
        searched += [(f"s{i}", f"i{i}" if told else "", 0, 0) for i in range(400, 800)]
        listed = [(f"s{i}", f"m{i % 400}", 1, f"{score:.6f}") for i, score in enumerate(scores)]
        found.append(pick(searches(folder, searched, listed, rates=(0.05,)), "fnir", target=("fpir", 0.05)))
    assert found[0].value == found[1].value
    widths = [one.high - one.low for one in found]
    assert widths[1] == pytest.approx(widths[0], rel=0.2)
