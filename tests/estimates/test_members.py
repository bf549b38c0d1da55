"""Gallery members: people on both sides are one person each, and one member tells nothing of others."""

from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baserate.estimates import Wanted, measure_comparisons
from baserate.estimates.intervals import by_subject
from baserate.estimates.members import count_members
from baserate.estimates.people import count_people
from baserate.estimates.trials import comparison_trials
from baserate.inputs import read_scores

PEOPLE = 9


def table(probe: Any, reference: Any, score: Any, **more: Any) -> pa.Table:
    names = {"probe_subject": probe, "reference_subject": reference}
    columns = {name: pa.array([f"p{i}" for i in values]) for name, values in names.items()}
    return pa.table(columns | {"score": pa.array(np.asarray(score, float))} | more)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1 << 30), st.booleans(), st.booleans())
def test_people_on_both_sides_add_the_squares_of_all_that_each_adds(seed, symmetric, grouped):
    """The reference: of the matrix of what is beyond the rate, row and column sums squared, less pairs once."""
    rng = np.random.default_rng(seed)
    hit = rng.random((PEOPLE, PEOPLE)) < 0.3
    hit = np.triu(hit, 1) | np.triu(hit, 1).T if symmetric else hit
    probe, reference = np.nonzero(~np.eye(PEOPLE, dtype=bool))
    more = {"site": pa.array(["one"] * len(probe))} if grouped else {}
    trials = comparison_trials(read_scores(table(probe, reference, hit[probe, reference], **more)).comparisons)
    groups = ["site"] if grouped else []
    count_people(trials, ["score >= 1", "score >= 2"], groups=groups)
    (members,) = count_members(trials, ["score >= 1"], groups=groups, lowest=1.0, of_subjects=2).values()
    n = len(probe)
    share = hit[probe, reference].sum() / n
    rest = np.where(np.eye(PEOPLE, dtype=bool), 0, hit - share)
    in_pairs = (np.where(np.eye(PEOPLE, dtype=bool), 0, 1 * hit + hit.T)[np.triu_indices(PEOPLE, 1)] ** 2).sum()
    twice = (in_pairs - share * n) * (1 - share)
    assert members.both is not None
    rows, columns = rest.sum(1), rest.sum(0)
    expected = ((rows + columns) ** 2).sum() - (rows**2).sum() - (columns**2).sum() - twice
    assert members.both.added(0, share * n, share) == pytest.approx(expected)


def test_people_who_are_on_one_side_each_add_nothing_more():
    rng = np.random.default_rng(2)
    probe, reference = np.nonzero(np.ones((PEOPLE, PEOPLE), bool))
    trials = comparison_trials(read_scores(table(probe, reference + PEOPLE, rng.random(len(probe)))).comparisons)
    count_people(trials, ["score >= 0.8"])
    (members,) = count_members(trials, ["score >= 0.8"], lowest=0.8, of_subjects=1).values()
    assert members.both is None


def test_one_member_alone_tells_nothing_of_others():
    rng = np.random.default_rng(3)
    probe = np.repeat(np.arange(100), 10)
    alone = table(probe, np.full(1000, 500), rng.random(1000))
    found = {e.metric: e for e in measure_comparisons(read_scores(alone).comparisons, Wanted(thresholds=(0.9,)))}
    assert found["fmr"].method == "by_subject_careful"
    hits = np.bincount(probe, alone["score"].to_numpy() >= 0.9, 100)
    assert found["fmr"].low == by_subject(hits, np.full(100, 10)).low


def test_a_threshold_has_an_interval_without_mated_comparisons():
    rng = np.random.default_rng(4)
    scores = table(np.repeat(np.arange(100), 10), 100 + np.arange(1000) % 50, rng.random(1000))
    found = measure_comparisons(read_scores(scores).comparisons, Wanted(rates=(0.1,)))
    (threshold,) = [e for e in found if e.metric == "threshold"]
    assert threshold.low is not None
    assert threshold.high is not None
    assert threshold.value is not None
    assert threshold.low < threshold.value < threshold.high
    assert threshold.method == "at_target"
