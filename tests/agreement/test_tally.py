"""Counting in ranges, counting score by score, sharding, order and merging all give the same whole numbers."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baserate.errors import NotEstimableError
from baserate.estimates import counting, equal_error_rate, tally_of_scores, threshold_at_rate
from baserate.estimates.tally import Tally
from baserate.estimates.trials import Trials

SCORES = st.one_of(
    st.floats(-1, 1, width=32).map(float),
    st.integers(0, 5).map(float),
    st.floats(allow_nan=False, min_value=-1e300, max_value=1e300),
    st.sampled_from([0.0, -0.0, 5e-324, -5e-324, 1e300, 1.0, 1.0000000000000002]),
    st.none(),
)
TRIALS = st.lists(st.tuples(st.booleans(), SCORES), min_size=1, max_size=60)
RATES = (0.01, 0.1, 0.29, 0.5)


def trials_of(rows: Any) -> Trials:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t (mated BOOLEAN, score DOUBLE)")
    connection.executemany("INSERT INTO t VALUES (?, ?)", [list(row) for row in rows])
    return Trials(
        connection, "t", "t", has_subject=False, has_member=False, groups=(), groups_of="t", score_type="DOUBLE"
    )


def split(rows: Any) -> dict[str, Any]:
    kinds = {kind: [s for m, s in rows if m is kind] for kind in (True, False)}
    return {
        "mated": np.array([s for s in kinds[True] if s is not None], float),
        "non_mated": np.array([s for s in kinds[False] if s is not None], float),
        "failed_mated": kinds[True].count(None),
        "failed_non_mated": kinds[False].count(None),
    }


def in_memory(rows: Any) -> Tally:
    parts = split(rows)
    return tally_of_scores(
        parts["mated"],
        parts["non_mated"],
        failed_mated=parts["failed_mated"],
        failed_non_mated=parts["failed_non_mated"],
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=TRIALS, threshold=st.floats(-2, 2))
def test_ranges_equal_counting_in_memory(monkeypatch, rows, threshold):
    monkeypatch.setattr(counting, "SINGLY", 4)
    monkeypatch.setattr(counting, "RANGES", 8)
    asked = [threshold, *(s for _, s in rows[:3] if s is not None)]
    ranged = counting.count_scores(trials_of(rows), thresholds=asked, rates=RATES)
    whole = in_memory(rows)
    assert (ranged.n_mated, ranged.n_non_mated) == (whole.n_mated, whole.n_non_mated)
    assert [ranged.at(t) for t in asked] == [whole.at(t) for t in asked]
    assert [threshold_at_rate(ranged, r) for r in RATES] == [threshold_at_rate(whole, r) for r in RATES]
    assert equal_error_rate(ranged) == equal_error_rate(whole)
    assert all(ranged.at(score) == whole.at(score) for score in ranged.scores)


@settings(max_examples=60, deadline=None)
@given(rows=TRIALS, cut=st.integers(0, 60), seed=st.integers(0, 9))
def test_order_and_sharding_do_not_matter_and_merging_equals_counting_together(rows, cut, seed):
    shuffled = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
    whole, merged = in_memory(rows), in_memory(shuffled[:cut]) + in_memory(shuffled[cut:])
    for field in ("scores", "mated", "non_mated", "n_mated", "n_non_mated"):
        np.testing.assert_array_equal(getattr(whole, field), getattr(merged, field))
    assert equal_error_rate(whole) == equal_error_rate(merged)


@settings(max_examples=100, deadline=None)
@given(rows=TRIALS, rate=st.sampled_from(RATES))
def test_threshold_equals_brute_force(rows, rate):
    parts, tally = split(rows), in_memory(rows)
    point = threshold_at_rate(tally, rate)
    n = tally.n_non_mated
    observed = np.unique(np.concatenate([parts["mated"], parts["non_mated"]]))
    keeping = [t for t in observed if n and np.sum(parts["non_mated"] >= t) <= counting.allowed(rate, n)]
    if point.threshold is None:
        may_pass = counting.allowed(rate, n)
        assert not keeping or may_pass == 0 or len(parts["non_mated"]) < may_pass
    else:
        assert point.threshold == min(keeping)


def test_a_tally_in_ranges_is_not_read_between_its_edges(monkeypatch):
    monkeypatch.setattr(counting, "SINGLY", 4)
    monkeypatch.setattr(counting, "RANGES", 8)
    tally = counting.count_scores(trials_of([(False, i / 100) for i in range(100)]), eer=False)
    with pytest.raises(NotEstimableError, match="count again"):
        tally.at(0.555)
    with pytest.raises(NotEstimableError, match="count the files together"):
        _ = tally + tally


def test_a_file_that_does_not_fit_into_memory_at_once_gives_the_same(tmp_path: Path):
    from baserate.estimates.trials import comparison_trials
    from baserate.inputs.formats import Options, read_file

    rng = np.random.default_rng(3)
    mated, non_mated = rng.normal(3, 1, 20_000), rng.normal(0, 1, 1_400_000)
    path = tmp_path / "big.parquet"
    table = {"mated": np.arange(1_420_000) < 20_000, "score": np.concatenate([mated, non_mated])}
    connection = duckdb.connect()
    connection.register("table_view", table)
    connection.table("table_view").write_parquet(str(path))
    trials = comparison_trials(read_file(path, options=Options(memory_limit="200MB")).comparisons)
    found, whole = counting.count_scores(trials, rates=(0.001, 0.1)), tally_of_scores(mated, non_mated)
    assert not found.single.all()
    assert threshold_at_rate(found, 0.001) == threshold_at_rate(whole, 0.001)
    assert threshold_at_rate(found, 0.1) == threshold_at_rate(whole, 0.1)
    assert equal_error_rate(found) == equal_error_rate(whole)
