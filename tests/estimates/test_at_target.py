"""Resampling at a target rate: the tail alone gives what everything gives."""

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
from scipy.special import pdtr
from scipy.stats import norm

from baserate.estimates import Estimate, Interval, Wanted, measure_comparisons
from baserate.estimates.intervals import (
    ScoredPeople,
    at_target,
    over_thresholds,
    resample,
    resample_together,
    with_threshold,
)
from baserate.estimates.intervals.at_target import draw_weights
from baserate.inputs.formats import read_file, read_frame


def population(*, seed: int, kept: float) -> ScoredPeople:
    rng = np.random.default_rng(seed)
    who_mated, who_other = rng.integers(0, 80, size=600), rng.integers(0, 80, size=3000)
    mated, other = np.round(rng.normal(3, 1, 600), 2), np.round(rng.normal(0, 1, 3000), 2)
    edge = np.quantile(other, 1 - kept) if kept < 1 else -np.inf
    below = mated < edge
    return ScoredPeople(
        np.bincount(who_mated, minlength=80),
        np.bincount(who_other, minlength=80),
        np.bincount(who_mated[below], minlength=80),
        mated[~below],
        who_mated[~below],
        other[other >= edge],
        who_other[other >= edge],
    )


def test_the_tail_alone_gives_the_same_replicates_to_the_last_digit():
    everything, tail = (resample(population(seed=5, kept=kept), 0.01, seed=7) for kept in (1.0, 0.08))
    assert tail.complete
    np.testing.assert_array_equal(everything.thresholds, tail.thresholds)
    np.testing.assert_array_equal(everything.misses, tail.misses)


def test_a_replicate_equals_counting_the_weighted_trials_one_by_one():
    people = population(seed=6, kept=1.0)
    drawn = resample(people, 0.02, seed=3, replicates=20)
    weights = draw_weights(np.random.Generator(np.random.Philox(3)), 20, 80)
    for row in range(20):
        other = np.repeat(people.tail_scores, weights[row, people.tail_people])
        mated = np.repeat(people.mated_scores, weights[row, people.mated_people])
        observed = np.unique(people.tail_scores)
        may_not_pass = max(t for t in observed if np.sum(other >= t) > np.floor(0.02 * len(other) + 1e-9))
        assert drawn.thresholds[row] == may_not_pass
        assert drawn.misses[row] == np.mean(mated <= may_not_pass)


def test_a_tail_that_is_too_short_says_so():
    assert not resample(population(seed=5, kept=0.012), 0.01, seed=7).complete


def test_no_miss_still_has_an_interval():
    people = population(seed=5, kept=1.0)
    drawn = resample(people, 0.99, seed=1, replicates=100)
    n = people.n_mated[people.n_mated > 0]
    miss = at_target(drawn, np.zeros_like(n), n)
    assert (miss.low, miss.high) != (0.0, 0.0)
    assert 0 < miss.high < 0.1


def test_weights_are_poisson():
    weights = draw_weights(np.random.Generator(np.random.Philox(1)), 1000, 1000)
    for k in range(5):
        assert abs(np.mean(weights <= k) - pdtr(k, 1.0)) < 0.002


def test_mated_scores_that_no_threshold_reaches_may_be_left_out():
    whole = population(seed=5, kept=1.0)
    low = whole.mated_scores < 3.0
    cut = replace(whole, mated_scores=whole.mated_scores[low], mated_people=whole.mated_people[low], ceiling=3.0)
    everything, some = resample(whole, 0.01, seed=7), resample(cut, 0.01, seed=7)
    assert some.complete
    np.testing.assert_array_equal(everything.misses, some.misses)
    assert not resample(replace(cut, ceiling=2.0), 0.01, seed=7).complete


def test_rates_asked_together_get_what_each_gets_alone():
    people = population(seed=5, kept=1.0)
    together = resample_together([(people, 0.01), (people, 0.05)], seed=7, replicates=120)
    for drawn, rate in zip(together, (0.01, 0.05), strict=True):
        alone = resample(people, rate, seed=7, replicates=120)
        np.testing.assert_array_equal(drawn.misses, alone.misses)
        np.testing.assert_array_equal(drawn.thresholds, alone.thresholds)


def test_people_who_all_miss_the_same_share_have_an_interval():
    """Nobody differs from anybody at the threshold itself: what is uncertain comes from where the threshold is set."""
    rows = (
        "SELECT i // 2 AS probe_subject, i < 80 AS mated, "
        "CASE WHEN i < 80 THEN 10 * (i % 2) + i / 100 ELSE i / 50 END AS score FROM range(400) t(i)"
    )
    comparisons = read_frame(duckdb.sql(rows)).comparisons
    miss = [e for e in measure_comparisons(comparisons, Wanted(rates=(0.5,))) if e.metric == "fnmr"]
    assert [e.value for e in miss] == [0.5]
    low, high = miss[0].low or 0, miss[0].high or 0
    assert 0.3 < low < 0.5 < high < 0.7


def threshold_of(file: Path, mated: list[float]) -> Estimate:
    """The threshold at an FMR of 0.05, of 300 people with 4 non-mated comparisons each."""
    scores = np.random.default_rng(1).normal(size=1200)
    rows = [f"{score!r},0,{trial // 4},-1" for trial, score in enumerate(scores.tolist())]
    rows += [f"{score!r},1,{person},{person}" for person, score in enumerate(mated)]
    file.write_text("\n".join(["score,mated,probe_subject,reference_subject", *rows]), encoding="utf-8")
    found = measure_comparisons(read_file(file).comparisons, Wanted(rates=(0.05,)))
    (one,) = (e for e in found if e.metric == "threshold")
    return one


def test_a_threshold_has_its_interval_without_mated_trials(tmp_path):
    """It is of the non-mated trials alone: with mated ones of the same people it is the same."""
    alone, together = threshold_of(tmp_path / "a.csv", []), threshold_of(tmp_path / "b.csv", [3.0, 4.0, 2.5])
    assert alone.low is not None
    assert (alone.value, alone.low, alone.high) == (together.value, together.low, together.high)


@pytest.mark.parametrize("together", [0.0, 0.0004])
def test_a_groups_interval_leaves_out_what_it_says_of_the_mean_of_distributions(together):
    """Where scores are tied the thresholds jump: the interval reaches both levels, and is that of SciPy's normal."""
    fixed, shares = Interval(0.19, 0.22, 0.95, "by_subject"), np.array([0.1] * 10 + [0.2] * 30)
    found = over_thresholds(0.2, fixed, shares, fixed, together=together)
    assert found.low < 0.1
    assert found.high > 0.22 - 1e-3
    for end, width, share in ((found.low, 0.01, 0.025), (found.high, 0.02, 0.975)):
        spread = np.hypot(width, together**0.5) / norm.ppf(0.975)
        assert end == fixed.high or np.mean(norm.cdf(end, shares, spread)) == pytest.approx(share, abs=1e-9)


def test_a_careful_groups_interval_is_not_narrower_than_at_the_ends_of_the_threshold():
    fixed, wide = Interval(0.19, 0.21, 0.95, "by_subject"), Interval(0.05, 0.5, 0.95, "group_at_target_careful")
    found = over_thresholds(0.2, fixed, np.array([0.2]), wide, together=0.0)
    assert (found.low, found.high, found.method) == (0.05, 0.5, "group_at_target_careful")
    nobody = over_thresholds(0.0, Interval(0.0, 0.01, 0.95, "by_subject"), np.array([0.0, 0.0]), fixed, together=0.0)
    assert nobody.low == 0.0
    assert nobody.high == pytest.approx(0.01)


def test_the_ends_of_a_rate_are_never_all_of_it():
    fixed = Interval(0.02, 0.045, 0.95, "by_subject")
    far = with_threshold(0.03, fixed, between=(0.0, 0.9), name="trials_at_target")
    mixed = over_thresholds(0.03, fixed, np.array([0.0, 0.03, 0.2]), far, together=0.01)
    for found in (far, mixed):
        assert found.low == pytest.approx(0.03 * 0.025)
        assert found.high <= 1 - 0.97 * 0.025


@pytest.mark.parametrize("alike", [0.0, 0.9, -0.9])
def test_misses_lean_with_the_threshold_only_where_the_same_people_set_both(alike):
    """Who scores high with others lifts the threshold; who then scores low with himself is missed besides."""
    rng, people, each = np.random.default_rng(3), 400, 5
    level, other = rng.normal(size=(2, people))
    other = alike * level + np.sqrt(1 - alike**2) * other
    own = np.repeat(np.arange(people), each)
    mated, non_mated = (base[own] + rng.normal(size=len(own)) for base in (level + 3, other))
    counts = np.full(people, each)
    scored = ScoredPeople(counts, counts, np.zeros(people, np.int64), mated, own, non_mated, own)
    leaning = resample(scored, 0.05, seed=5).leaning
    if alike < 0:
        assert leaning > 0.01
    else:
        assert leaning < 0.005
