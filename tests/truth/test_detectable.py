"""The ratio that data are said to have been able to show is shown by simulated data as often as it says."""

from math import log, sqrt
from typing import Any

import numpy as np
import pytest

from baserate.estimates import Estimate, differentials
from baserate.estimates.detectable import POWER, Rate, detectable_ratio, law_of
from baserate.estimates.intervals import by_subject, count_by_subject, ratio, wilson
from baserate.estimates.intervals.counts import poisson
from baserate.estimates.intervals.effective import Worth
from baserate.estimates.moves import moved

TIMES = 2000
# With 2,000 simulations the share seen is within 2.7 points of the true power 997 times in 1,000.
WITHIN = 0.027


def shown(group: Any, reference: Any) -> bool:
    """Whether the interval of the ratio lies above 1, as the groups are compared."""
    value, start = (events.sum() / trials.sum() for events, trials, _ in (group, reference))
    ends, start_ends = (method(events, trials) for events, trials, method in (group, reference))
    return bool(start > 0 and ratio(value, ends, reference=start, reference_interval=start_ends).low > 1)


@pytest.mark.parametrize(("n", "n_reference", "rate"), [
    (1000, 10_000, 0.02), (500, 1000, 0.01), (300, 300, 0.3), (100, 200, 0.5), (50, 50, 0.6), (200, 10_000, 0.1),
    (300, 3000, 0.003), (100_000, 200_000, 0.001),
])  # fmt: skip
def test_a_detectable_ratio_is_seen_four_times_in_five(n, n_reference, rate):
    rng = np.random.default_rng(1)
    factor = detectable_ratio(Rate(n, n, count=False), Rate(n_reference, n_reference, count=False), rate)
    assert factor is not None
    assert rate * factor < 1
    seen = [
        shown((np.array([a]), np.array([n]), one), (np.array([b]), np.array([n_reference]), one))
        for a, b in zip(rng.binomial(n, rate * factor, TIMES), rng.binomial(n_reference, rate, TIMES), strict=True)
    ]
    assert np.mean(seen) == pytest.approx(POWER, abs=WITHIN + 0.02)


def test_a_detectable_ratio_at_a_target_counts_what_the_threshold_moves_it_by():
    """The threshold moves the logarithm of the ratio by a normal deviate, of which the interval knows how far."""
    rng, n, rate, moves = np.random.default_rng(3), 4000, 0.05, 0.3**2
    law = Rate(n, n, count=False)
    factor, as_given = detectable_ratio(law, law, rate, moves=moves), detectable_ratio(law, law, rate)
    assert factor is not None
    assert as_given is not None
    assert factor > as_given
    seen = []
    for shift in np.exp(rng.normal(0, moves**0.5 / 1.96, TIMES)):
        a, b = rng.binomial(n, rate * factor * shift), rng.binomial(n, rate)
        ends = ratio(a / n, wilson(float(a), n), reference=b / n, reference_interval=wilson(float(b), n))
        seen.append(moved(a / b, (ends.low, ends.high), moves, moves)[0] > 1)
    assert np.mean(seen) == pytest.approx(POWER, abs=WITHIN + 0.02)


def one(events: Any, trials: Any) -> Any:
    return wilson(float(events[0]), float(trials[0]))


@pytest.mark.parametrize("mean", [0.1, 2.0])
def test_a_detectable_ratio_of_counts_is_seen_four_times_in_five(mean):
    rng, n = np.random.default_rng(2), 500
    factor = detectable_ratio(Rate(n, n, count=True), Rate(2 * n, 2 * n, count=True), mean)
    assert factor is not None
    seen = [
        ratio(a / n, poisson(a, n), reference=b / n / 2, reference_interval=poisson(b, 2 * n)).low > 1
        for a, b in zip(rng.poisson(n * mean * factor, TIMES), rng.poisson(2 * n * mean, TIMES), strict=True)
    ]
    assert np.mean(seen) == pytest.approx(POWER, abs=WITHIN + 0.02)


def clustered(rng: Any, rate: float, people: int) -> tuple[Any, Any]:
    """Ten searches each, alike by 0.2: a design effect of 2.8."""
    return rng.binomial(10, rng.beta(4 * rate, 4 * (1 - rate), size=people)), np.full(people, 10)


def test_people_who_repeat_make_a_ratio_harder_to_see():
    """The law is read off the intervals of one sample, as the comparison of groups does."""
    rng, rate, times = np.random.default_rng(3), 0.05, 500
    few, many = 300, 600

    def estimate(sex: str, events: Any, trials: Any) -> Estimate:
        ends = by_subject(events, trials)
        return Estimate("fnir", events.sum() / trials.sum(), ends.low, ends.high, n=int(trials.sum()),
                        n_subjects=len(trials), method=ends.method, group=(("sex", sex),))  # fmt: skip

    said = [
        next(e.value or 0.0 for e in differentials([estimate("F", *clustered(rng, rate, few)),
                                             estimate("M", *clustered(rng, rate, many))])
             if e.metric == "fnir_detectable_ratio")
        for _ in range(100)
    ]  # fmt: skip
    factor = float(np.median(said))
    independent = detectable_ratio(Rate(10 * few, 10 * few, count=False), Rate(10 * many, 10 * many, count=False), rate)
    assert independent is not None
    assert log(factor) / log(independent) == pytest.approx(sqrt(2.8), rel=0.1)
    seen = [
        shown((*clustered(rng, rate * factor, few), by_subject), (*clustered(rng, rate, many), by_subject))
        for _ in range(times)
    ]
    # With 500 simulations the share seen is within 5.4 points of the true power 997 times in 1,000.
    assert np.mean(seen) == pytest.approx(POWER, abs=0.054 + 0.02)


def test_no_ratio_that_would_need_a_rate_above_one():
    assert detectable_ratio(Rate(20, 20, count=False), Rate(20, 20, count=False), 0.8) is None
    low, high = (group("F", 15, 20), group("M", 19, 24))
    (found,) = (e for e in differentials([low, high]) if e.metric == "fnir_detectable_ratio")
    assert found.value is None
    assert "not even a rate of 1 would have been told" in (found.undefined or "")


def test_what_no_sample_shows_of_the_reference_gives_no_detectable_ratio():
    (found,) = (e for e in differentials([group("F", 9, 900), group("M", 3, 1000)])
                if e.metric == "fnir_detectable_ratio")  # fmt: skip
    assert "rests on fewer than 5 independent events" in (found.undefined or "")


def group(sex: str, events: int, n: int) -> Estimate:
    ends = wilson(events, n)
    return Estimate("fnir", events / n, ends.low, ends.high, n=n, n_events=events, n_subjects=n, method="wilson",
                    group=(("sex", sex),))  # fmt: skip


@pytest.mark.parametrize(("events", "worth"), [(0, 40), (1, 40), (3, 250), (30, 250), (250, 250), (7.5, 33.3)])
@pytest.mark.parametrize("count", [True, False])
def test_what_an_interval_is_worth_is_what_it_was_made_of(events, worth, count):
    ends = poisson(events, worth) if count else wilson(events, worth)
    law = law_of(events / worth, ends, 1000, count=count)
    assert (law.worth, law.worth_above) == pytest.approx((worth, worth), rel=1e-5)
    again = law.interval(events / worth)
    assert (again.low, again.high) == pytest.approx((ends.low, ends.high), rel=1e-6)


def test_each_end_has_the_worth_it_was_made_of():
    """As where people without errors may hide some: the upper end is worth less."""
    ends = Worth(800, 100, careful=True).interval(0.05, "by_subject", level=0.95)
    law = law_of(0.05, ends, 1000, count=False)
    assert (law.worth, law.worth_above) == pytest.approx((800, 100), rel=1e-5)


def test_candidates_that_come_together_are_worth_less():
    events = np.array([4] * 10 + [0] * 990)
    law = law_of(0.04, count_by_subject(events, np.ones(1000)), 1000, count=True)
    assert law.worth < 300
