"""The default intervals hold the truth as often as they say; the whole grid is in ``benchmarks/coverage.py``."""

from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri
from scipy.stats import binomtest, chi2

from baserate.estimates import Wanted, measure_comparisons
from baserate.estimates.differentials import differentials
from baserate.estimates.estimate import Estimate, Interval
from baserate.estimates.intervals import (
    ErrorsOfPeople,
    ScoredPeople,
    at_equal_errors,
    by_subject,
    count_by_subject,
    difference_at_target,
    exact,
    independent_people,
    paired_difference,
    ratio,
    resample,
    two_way,
    wilson,
)
from baserate.estimates.intervals.effective import Worth, spread_of
from baserate.estimates.intervals.two_way import member_spread, of_the_best
from baserate.estimates.operating_point import EqualErrors, equal_errors, threshold_at_rate
from baserate.estimates.tally import tally_of_scores
from baserate.estimates.threshold_interval import left_open, threshold_interval
from baserate.inputs import read_scores

TIMES = 1500
# With 1,500 simulations the share seen is within 1.7 points of the true coverage 997 times in 1,000.
LOWEST, HIGHEST = 0.93 - 0.017, 0.97 + 0.017


def clustered(rng: Any, rate: float, people: int, sizes: list[int], alike: float) -> Any:
    trials = rng.choice(sizes, size=people)
    strength = 1 / alike - 1 if alike else None
    own = rng.beta(rate * strength, (1 - rate) * strength, size=people) if strength else np.full(people, rate)
    return rng.binomial(trials, own), trials


@pytest.mark.parametrize(("rate", "people", "sizes", "alike"), [
    (0.1, 200, [1], 0), (0.03, 1000, [1], 0), (0.1, 200, [10], 0.2), (0.03, 1000, [10], 0.5),
    (0.1, 200, [1, 2, 5, 30], 0.2), (0.01, 1000, [1, 2, 5, 30], 0.2),
])  # fmt: skip
def test_by_subject_covers_clustered_and_unclustered(rate, people, sizes, alike):
    rng = np.random.default_rng(1)
    found = [by_subject(*clustered(rng, rate, people, sizes, alike)) for _ in range(TIMES)]
    assert LOWEST <= np.mean([i.low <= rate <= i.high for i in found]) <= HIGHEST


@pytest.mark.parametrize(("rate", "people", "sizes", "alike"), [
    (0.001, 200, [1000], 0.3),  # three people make most errors
    (0.3, 20, [1, 2, 5, 30], 0.2),  # a few have most trials
    (0.01, 20, [1, 10, 100, 1000], 0.1),  # both
    (0.1, 200, [1] * 9 + [20], 0.999),  # those who err always err, and have one trial or twenty
])  # fmt: skip
def test_by_subject_is_careful_where_few_people_tell(rate, people, sizes, alike):
    rng = np.random.default_rng(11)
    found = [by_subject(*clustered(rng, rate, people, sizes, alike)) for _ in range(TIMES)]
    assert np.mean([i.low <= rate <= i.high for i in found]) >= LOWEST
    assert np.mean([i.careful for i in found]) > 0.9


def test_by_subject_is_plain_where_many_people_tell():
    rng = np.random.default_rng(12)
    found = [by_subject(*clustered(rng, 0.03, 1000, [1, 2, 5, 30], 0.2)) for _ in range(200)]
    assert {i.method for i in found} == {"by_subject"}


def test_two_way_is_careful_where_a_few_members_cause_the_false_positives():
    rng, people, members, times = np.random.default_rng(13), 300, 100, 800

    def draw() -> Any:
        weight = rng.gamma(0.02, 50, size=members)
        events = rng.random(people) < 1 - np.exp(-0.1 * weight.mean())
        return events.astype(int), rng.multinomial(events.sum(), weight / weight.sum())

    truth = 1 - (1 + 0.1 / (0.02 * members)) ** (-0.02 * members)  # the mean over all galleries
    drawn, ones = [draw() for _ in range(times)], np.ones(people, int)
    drawn = [(e, h) for e, h in drawn if e.any()]
    found = [two_way(e, ones, members=of_the_best(member_spread(h[h > 0], members), e.sum(), people)) for e, h in drawn]
    # With 800 simulations the share seen is within 2.4 points of the true coverage 997 times in 1,000.
    assert sum(i.low <= truth <= i.high for i in found) / times >= 0.93 - 0.024
    assert np.mean([i.careful for i in found]) > 0.9


def test_intervals_that_take_trials_for_independent_do_not_cover_when_people_repeat():
    rng = np.random.default_rng(2)
    drawn = [clustered(rng, 0.1, 200, [10], 0.5) for _ in range(500)]
    found = [wilson(events.sum(), trials.sum()) for events, trials in drawn]
    assert np.mean([i.low <= 0.1 <= i.high for i in found]) < 0.75


def test_two_way_covers_other_galleries_where_by_subject_does_not():
    rng, people, members, times = np.random.default_rng(3), 300, 500, 800

    def draw() -> Any:
        weight = rng.gamma(0.05, 20, size=members)
        events = rng.random(people) < 1 - np.exp(-0.1 * weight.mean())
        return events.astype(int), rng.multinomial(events.sum(), weight / weight.sum())

    truth = np.mean([draw()[0].mean() for _ in range(20_000)])
    drawn, ones = [draw() for _ in range(times)], np.ones(people, int)
    both = [two_way(e, ones, members=of_the_best(member_spread(h[h > 0], members), e.sum(), people)) for e, h in drawn]
    alone = [by_subject(e, ones) for e, _ in drawn]
    assert LOWEST <= np.mean([i.low <= truth <= i.high for i in both]) <= HIGHEST
    assert np.mean([i.low <= truth <= i.high for i in alone]) < 0.9


@pytest.mark.parametrize("factor", [1.0, 4.0])
def test_ratio_covers(factor):
    rng, held = np.random.default_rng(4), 0
    for _ in range(TIMES):
        (a, n), (b, m) = clustered(rng, 0.08, 300, [10], 0.2), clustered(rng, 0.08 / factor, 600, [10], 0.2)
        found = ratio(
            a.sum() / n.sum(), by_subject(a, n), reference=b.sum() / m.sum(), reference_interval=by_subject(b, m)
        )
        held += found.low <= factor <= found.high
    assert LOWEST <= held / TIMES <= HIGHEST


@pytest.mark.parametrize(("events", "n"), [(0, 10), (1, 30), (7, 50), (50, 50), (13, 100_000)])
def test_exact_and_wilson_agree_with_another_program(events, n):
    theirs = binomtest(events, n)
    clopper, score = theirs.proportion_ci(method="exact"), theirs.proportion_ci(method="wilson")
    ours = exact(events, n)
    assert (ours.low, ours.high) == pytest.approx((clopper.low, clopper.high), abs=1e-12)
    if events >= 5 and n - events >= 5:
        ours = wilson(events, n)
        assert (ours.low, ours.high) == pytest.approx((score.low, score.high), abs=1e-12)


def test_no_event_is_worth_as_many_trials_as_there_are_people():
    worth = independent_people(np.zeros(100), np.full(100, 3))
    assert worth.careful
    assert worth.trials == pytest.approx(100)
    assert independent_people(np.zeros(300), np.ones(300)) == Worth(300, 300, careful=False)


def test_an_interval_holds_its_estimate_at_both_extremes():
    for n in (1, 2, 7, 1000):
        for events in {0, 1, n // 2, n}:
            for method in (exact, wilson):
                found = method(events, n)
                assert 0 <= found.low <= events / n <= found.high <= 1


@pytest.mark.parametrize(("people", "each", "spread"), [(200, 1, 0.0), (200, 5, 0.6)])
def test_equal_error_rate_covers_people_and_members_who_are_unlike(people, each, spread):
    """Scores are normal with a part of the person's and one of the member's: where the rates meet is known."""
    rng, held, times, apart = np.random.default_rng(9), 0, 500, 2.5
    own, other = np.repeat(np.arange(people), each), np.repeat(np.arange(people), 3 * each)
    truth = ndtr(-apart / (np.sqrt(1 + spread**2) + np.sqrt(1 + 2 * spread**2)))
    for _ in range(times):
        by_person, by_member = spread * rng.normal(size=(2, people)), spread * rng.normal(size=people)
        members = (other + rng.integers(1, people, size=len(other))) % people
        mated = apart + rng.normal(size=len(own)) + by_person[0, own]
        non_mated = rng.normal(size=len(other)) + by_person[1, other] + by_member[members]
        found = equal_errors(tally_of_scores(mated, non_mated))
        assert isinstance(found, EqualErrors)
        missed, matched = mated < found.threshold, non_mated >= found.threshold
        errors = ErrorsOfPeople(
            np.bincount(own, missed, people).astype(int), np.bincount(own, minlength=people),
            np.bincount(other, matched, people).astype(int), np.bincount(other, minlength=people),
        )  # fmt: skip
        over = spread_of(np.bincount(members, matched, people), np.bincount(members, minlength=people))
        ends = at_equal_errors(errors, found.rate, lean=found.lean, members=over)
        held += ends.low <= truth <= ends.high
    # With 500 simulations the share seen is within 3 points of the true coverage 997 times in 1,000.
    assert 0.93 - 0.03 <= held / times <= 0.97 + 0.03


@pytest.mark.parametrize(("mean", "uneven"), [(0.5, 1.0), (1.2, 0.05)])
def test_two_way_is_no_wider_than_it_must_be_where_most_searches_return_somebody(mean, uneven):
    """Every search meets every member: a share 1 - exp(-sum of the members' rates) returns somebody."""
    rng, people, members, times = np.random.default_rng(5), 300, 500, 500

    def draw() -> Any:
        weight = rng.gamma(uneven, 1 / uneven, size=members)
        events = rng.random(people) < 1 - np.exp(-mean * weight.mean())
        hits = rng.multinomial(events.sum(), weight / weight.sum())
        return events.astype(int), of_the_best(member_spread(hits[hits > 0], members), float(events.sum()), people)

    truth = 1 - (1 + mean / (uneven * members)) ** (-uneven * members)  # the mean over all galleries
    found = [two_way(events, np.ones(people, int), members=spread) for events, spread in (draw() for _ in range(times))]
    # With 500 simulations the share seen is within 3 points of the true coverage 997 times in 1,000.
    assert 0.93 - 0.03 <= np.mean([i.low <= truth <= i.high for i in found]) < 0.99


@pytest.mark.parametrize(("mean", "uneven"), [(0.1, 0.05), (2.0, 1.0)])
def test_selectivity_covers_other_galleries_where_people_alone_do_not(mean, uneven):
    rng, people, members, times = np.random.default_rng(6), 300, 500, 500
    both, alone = 0, 0
    for _ in range(times):
        weight, trials = rng.gamma(uneven, 1 / uneven, size=members), rng.choice([1, 2, 6], size=people)
        events = rng.poisson(mean * rng.gamma(2, 0.5, size=people) * trials * weight.mean())
        hits = rng.multinomial(events.sum(), weight / weight.sum())
        found = count_by_subject(events, trials, members=member_spread(hits[hits > 0], members))
        both += found.low <= mean <= found.high
        found = count_by_subject(events, trials)
        alone += found.low <= mean <= found.high
    assert both / times >= 0.93 - 0.03
    assert alone / times < 0.92


@pytest.mark.parametrize("better", [0.0, 0.5])
def test_the_difference_of_two_algorithms_at_one_fpir_covers_though_both_thresholds_were_set_on_the_data(better):
    rng, people, target, times, held, at_fixed = np.random.default_rng(21), 300, 0.05, 300, 0, 0
    truth = ndtr(ndtri(1 - target) - 3) - ndtr(ndtri(1 - target) - 3 - better)
    mated, who, one = np.arange(2 * people) < people, np.arange(people), np.ones(people, np.int64)
    for _ in range(times):
        hard, seed = rng.normal(size=2 * people), int(rng.integers(1 << 30))
        drawn: list[Any] = []
        missed: list[Any] = []
        for place, apart in enumerate((3, 3 + better)):
            scores = np.sqrt(0.5) * (hard + rng.normal(size=2 * people)) + apart * mated
            tail = ScoredPeople(1 * mated, 1 * ~mated, 0 * mated, scores[mated], who, scores[~mated], who + people)
            drawn.append(resample(tail, target, seed=seed, replicates=150, galleries=place))
            missed.append(1 * (scores[mated] <= np.sort(scores[~mated])[::-1][int(target * people)]))
        found = difference_at_target(drawn[0], drawn[1], missed[0], missed[1], one)
        held += found.low <= truth <= found.high
        fixed = paired_difference(missed[0], missed[1], one)
        at_fixed += fixed.low <= truth <= fixed.high
    # With 300 simulations the share seen is within 3.8 points of the true coverage 997 times in 1,000.
    assert held / times >= 0.93 - 0.038
    assert at_fixed / times < 0.88


@pytest.mark.parametrize("step", [None, 0.5])  # scores to the last digit, and in steps with many ties
def test_the_interval_of_a_threshold_at_a_target_covers_and_says_where_it_is_not_bounded(step):
    rng, n, target, times, held = np.random.default_rng(22), 1000, 0.05, 1000, 0
    levels = np.arange(-50, 50) * (step or 1)
    truth = ndtri(1 - target) if step is None else levels[np.argmax(ndtr(step / 2 - levels) <= target)]
    for _ in range(times):
        scores = rng.normal(size=n)
        tally = tally_of_scores(np.array([]), scores if step is None else np.round(scores / step) * step)
        point = threshold_at_rate(tally, target)
        assert point.threshold is not None
        events = tally.at(point.threshold)[1]
        seen = wilson(events, n)
        found = threshold_interval(tally, left_open(n, target, seen, events=events), seen)
        held += int(found.low <= truth <= found.high)
    # With 1,000 simulations the share seen is within 2.1 points of the true coverage 997 times in 1,000.
    assert held / times >= 0.93 - 0.021
    assert step is not None or held / times <= 0.97 + 0.021
    counts = left_open(3, 0.9, exact(1, 3), events=1)
    three = threshold_interval(tally_of_scores(np.array([]), np.arange(3.0)), counts, exact(1, 3))
    assert (three.low, three.high) == (-np.inf, np.inf)


def test_a_miss_rate_at_a_target_covers_where_nobody_is_named_and_the_threshold_was_set_on_the_data():
    rng, n, target, times, held, at_fixed = np.random.default_rng(25), 1000, 0.01, 250, 0, 0
    truth = ndtr(ndtri(1 - target) - 3)
    for _ in range(times):
        scores = np.r_[rng.normal(size=n), 3 + rng.normal(size=n)]
        table = pa.table({"mated": np.arange(2 * n) >= n, "score": scores})
        found = measure_comparisons(read_scores(table).comparisons, Wanted(rates=(target,)))
        (one,) = [e for e in found if e.metric == "fnmr"]
        assert one.method is not None
        assert one.low is not None
        assert one.high is not None
        assert one.method.startswith("trials_at_target")
        held += int(one.low <= truth <= one.high)
        fixed = wilson(one.n_events or 0, n)
        at_fixed += int(fixed.low <= truth <= fixed.high)
    # With 250 simulations the share seen is within 4.2 points of the true coverage 997 times in 1,000.
    assert held / times >= 0.93 - 0.042
    assert at_fixed / times < 0.7


def test_a_groups_miss_rate_at_a_target_covers_and_so_does_the_ratio_at_everybodys_threshold():
    rng, people, target, harder, times = np.random.default_rng(26), 400, 0.02, 0.5, 150
    second = np.arange(people) % 3 == 0
    truth = {kind: ndtr(ndtri(1 - target) - 3 + harder * (kind == "b")) for kind in "ab"}
    held: dict[str, list[bool]] = {"a": [], "b": [], "ratio": [], "as given": []}
    for _ in range(times):
        mated = 3 - harder * second + rng.normal(size=people)
        table = pa.table({
            "mated": np.arange(2 * people) < people, "score": np.r_[mated, rng.normal(size=people)],
            "probe_subject": np.arange(2 * people), "kind": np.where(np.r_[second, second], "b", "a"),
        })  # fmt: skip
        found = measure_comparisons(read_scores(table).comparisons, Wanted(rates=(target,), groups=("kind",)))
        for one in (e for e in found if e.metric == "fnmr" and e.group):
            kind = one.group[0][1]
            held[kind].append(holds(one, truth[kind]))
            assert one.at_threshold is not None
            held["as given"].append(holds(one.at_threshold.interval, truth[kind]))
        (ratio_,) = (e for e in differentials(found) if e.metric == "fnmr_ratio")
        held["ratio"].append(holds(ratio_, truth["b"] / truth["a"]))
    # With 150 simulations the share seen is within 5.4 points of the true coverage 997 times in 1,000.
    assert min(np.mean(held[which]) for which in ("a", "b", "ratio")) >= 0.93 - 0.054
    assert np.mean(held["as given"]) < 0.8


def test_false_positives_of_a_group_cover_at_everybodys_threshold_where_its_tail_is_steep():
    """Of a fifth of the people scores are normal and narrow, of the others exponential."""
    rng, people, target, width, times = np.random.default_rng(27), 500, 0.05, 0.22, 150
    few = np.arange(people) % 5 == 0
    threshold = brentq(lambda t: 0.8 * np.exp(-t) + 0.2 * ndtr((2.6 - t) / width) - target, 0, 20)
    truth = {"a": np.exp(-threshold), "b": ndtr((2.6 - threshold) / width)}
    held: dict[str, list[bool]] = {"a": [], "b": [], "ratio": [], "as given": []}
    own = np.repeat(np.arange(people), 4)
    for _ in range(times):
        other = rng.normal(size=len(own))
        table = pa.table({
            "mated": np.arange(2 * len(own)) < len(own),
            "score": np.r_[
                4.5 + rng.normal(size=len(own)), np.where(few[own], 2.6 + width * other, -np.log(ndtr(-other)))
            ],
            "probe_subject": np.r_[own, own], "kind": np.where(few, "b", "a")[np.r_[own, own]],
        })  # fmt: skip
        found = measure_comparisons(read_scores(table).comparisons, Wanted(rates=(target,), groups=("kind",)))
        for one in (e for e in found if e.metric == "fmr" and e.group):
            kind = one.group[0][1]
            held[kind].append(holds(one, truth[kind]))
            if kind == "b" and one.at_threshold is not None:
                held["as given"].append(holds(one.at_threshold.interval, truth[kind]))
        (ratio_,) = (e for e in differentials(found) if e.metric == "fmr_ratio")
        held["ratio"].append(holds(ratio_, truth["b"] / truth["a"]))
    assert min(np.mean(held[which]) for which in ("a", "b", "ratio")) >= 0.93 - 0.054
    assert np.mean(held["as given"]) < 0.9


def test_a_small_group_whose_people_set_the_threshold_and_are_missed_by_it_covers():
    """A tenth of the people draw nearly all false matches, and who draws many is missed often."""
    rng, few, each, times = np.random.default_rng(28), 100, 3, 150
    second = np.arange(1000) < few
    threshold = brentq(lambda t: 0.9 * ndtr(-1 - t) + 0.1 * ndtr(1.4 - t) - 0.02, 0, 5)
    truth, held = ndtr(threshold - 3.1), []
    own = np.repeat(np.arange(1000), each)
    for _ in range(times):
        one = rng.normal(size=1000)
        other = -0.95 * one + np.sqrt(1 - 0.95**2) * rng.normal(size=1000)
        alike = np.where(second, 2.0, 0.0)[own]
        mated, non_mated = ((alike * z[own] + rng.normal(size=len(own))) / np.hypot(1, alike) for z in (one, other))
        table = pa.table({
            "mated": np.arange(2 * len(own)) < len(own),
            "score": np.r_[np.where(second[own], 3.1, 3.9) + mated, np.where(second[own], 1.4, -1.0) + non_mated],
            "probe_subject": np.r_[own, own], "kind": np.where(second, "b", "a")[np.r_[own, own]],
        })  # fmt: skip
        found = measure_comparisons(read_scores(table).comparisons, Wanted(rates=(0.02,), groups=("kind",)))
        held += [holds(e, truth) for e in found if e.metric == "fnmr" and e.group == (("kind", "b"),)]
    assert np.mean(held) >= 0.93 - 0.054


def holds(found: Estimate | Interval, truth: float) -> bool:
    assert found.low is not None
    assert found.high is not None
    return found.low <= truth <= found.high


def test_two_lists_with_the_same_errors_differ_by_what_so_many_people_can_hide():
    rng, trials = np.random.default_rng(23), np.full(100, 2)
    errors = rng.binomial(trials, 0.25)
    same = paired_difference(errors, errors, trials)
    assert (same.low, same.high) == pytest.approx((-wilson(0, 100).high, wilson(0, 100).high))
    assert same.careful
    one_more = errors + (np.arange(100) == np.flatnonzero(errors == 0)[0])
    found = paired_difference(one_more, errors, trials)
    assert found.low < 1 / 200 < found.high


def test_one_trial_or_person_more_without_an_error_does_not_make_an_interval_much_wider():
    rng, widest = np.random.default_rng(24), 0.0
    for _ in range(3000):
        trials = np.maximum(1, rng.lognormal(1.5, rng.choice([0.5, 1, 1.5]), int(rng.integers(20, 200)))).astype(int)
        rate = np.where(rng.random(len(trials)) < 0.1, rng.choice([0.1, 0.5]), rng.choice([0, 0.003, 0.01]))
        errors = rng.binomial(trials, rate)
        if errors.sum() < 3:
            continue
        before = by_subject(errors, trials)
        longer = trials + (np.arange(len(trials)) == rng.integers(len(trials)))
        more = by_subject(errors, longer), by_subject(np.append(errors, 0), np.append(trials, 1))
        widest = max(widest, *((one.high - one.low) / (before.high - before.low) for one in more))
        assert before.low >= 0.025 * errors.sum() / trials.sum() * (1 - 1e-9)  # what is seen bounds the lower end
    assert widest < 1.6


@pytest.mark.parametrize("sizes", [[1], [1, 2, 6], [10]])
@pytest.mark.parametrize("shape", [0.1, 1e6])  # candidates come together, on few searches, or alone
@pytest.mark.parametrize("expected", [2, 10, 30])
def test_selectivity_covers_where_candidates_are_few(sizes, shape, expected):
    rng, people, times = np.random.default_rng(14), 500, 500
    mean = expected / people / np.mean(sizes)
    found = []
    for _ in range(times):
        trials = rng.choice(sizes, size=people)
        who = np.repeat(np.arange(people), trials)
        events = rng.poisson(mean * rng.gamma(shape, 1 / shape, size=len(who)))
        found.append(count_by_subject(np.bincount(who, events, people), trials))
    # With 500 simulations the share seen is within 3 points of the true coverage 997 times in 1,000.
    assert np.mean([i.low <= mean <= i.high for i in found]) >= 0.93 - 0.03
    assert expected != 2 or np.mean([i.careful for i in found]) > 0.9


@pytest.mark.parametrize("seen", [0, 1, 2, 3, 4, 7])
def test_few_candidates_of_people_searched_once_are_those_of_poisson(seen):
    """The other program is SciPy's chi-squared: limits of a mean of which so many events were seen."""
    n = 100_000
    found = count_by_subject(np.array([1] * seen + [0] * (n - seen)), np.ones(n))
    low, high = chi2.ppf(0.025, 2 * seen) / 2 if seen else 0.0, chi2.ppf(0.975, 2 * seen + 2) / 2
    assert (found.low * n, found.high * n) == pytest.approx((low, high), rel=1e-3)
    assert found.careful == (seen < 5)


def test_candidates_that_came_together_are_worth_one_another():
    alone, together = (count_by_subject(np.array(seen + [0] * 997), np.ones(1000)) for seen in ([1, 1, 1], [3, 0, 0]))
    assert together.high > 3 * alone.high
    assert together.low < alone.low
    one_member = count_by_subject(np.array([1, 1, 1] + [0] * 997), np.ones(1000),
                                  members=member_spread(np.array([3.0]), 1000))  # fmt: skip
    assert one_member.high > 3 * alone.high


def test_no_more_candidates_than_the_gallery_has():
    seen = np.array([1, 0, 0, 0])
    assert count_by_subject(seen, np.ones(4)).high > 1.3
    assert count_by_subject(seen, np.ones(4), most=1).high == 1
