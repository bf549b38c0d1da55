"""Summaries of differences: bounds hold what they bound, small groups are not left out silently."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from baserate.estimates import Estimate, Interval, Wanted, differentials, measure_comparisons
from baserate.estimates.differentials import (
    _bounds_geometric,
    _bounds_gini,
    _bounds_max_min,
    _jointly,
    gini,
    max_geometric_mean,
    max_min,
)
from baserate.estimates.estimate import AtThreshold
from baserate.estimates.intervals import wilson
from baserate.inputs.formats import read_file

SUMMARIES = ((max_min, _bounds_max_min), (max_geometric_mean, _bounds_geometric), (gini, _bounds_gini))


def group(value: str, events: int, n: int) -> Estimate:
    ends = wilson(events, n)
    return Estimate("fnir", events / n, ends.low, ends.high, n=n, n_events=events, n_subjects=n, threshold=0.5,
                    method=ends.method, group=(("sex", value),))  # fmt: skip


def compared(*groups: Estimate) -> dict[str, Any]:
    return {e.metric: e for e in differentials(groups)}


@given(st.lists(st.tuples(st.floats(0.001, 0.5), st.floats(0.001, 0.5)), min_size=2, max_size=5), st.integers(0, 99))
def test_bounds_hold_every_point_of_the_intervals(pairs, seed):
    joint = [Interval(min(pair), max(pair), 0.95, "test") for pair in pairs]
    rng = np.random.default_rng(seed)
    for summary, bounds in SUMMARIES:
        low, high = bounds(joint)
        for _ in range(30):
            rates = [float(rng.choice([i.low, i.high, rng.uniform(i.low, i.high)])) for i in joint]
            assert low - 1e-9 <= summary(rates) <= high + 1e-9


@given(st.lists(st.tuples(st.floats(0, 0.5), st.floats(0.001, 0.5)), min_size=2, max_size=7))
def test_the_largest_gini_coefficient_is_that_of_the_best_corner(pairs):
    joint = [Interval(min(pair), max(pair), 0.95, "test") for pair in pairs]
    corners = product(*((i.low, i.high) for i in joint))
    assert _bounds_gini(joint)[1] == pytest.approx(max(gini(corner) for corner in corners), abs=1e-12)


def test_thirty_groups_have_bounds():
    spread = compared(*(group(str(i), 20 + i, 500) for i in range(30)))["fnir_gini"]
    assert 0 <= spread.low <= spread.value <= spread.high < 1


def test_ratio_is_to_the_group_with_most_trials():
    found = compared(group("F", 40, 1000), group("M", 20, 2000))
    assert found["fnir_ratio"].value == 4.0
    assert found["fnir_ratio"].low < 4.0 < found["fnir_ratio"].high
    assert found["fnir_ratio"].method == "ratio to sex=M"
    assert found["fnir_max_min"].value == 4.0


def test_the_smallest_ratio_that_could_have_been_seen_shrinks_with_the_data():
    small, large = (compared(group("F", 6 * k, 100 * k), group("M", 6 * k, 101 * k)) for k in (1, 25))
    assert small["fnir_detectable_ratio"].value > large["fnir_detectable_ratio"].value > 1


@pytest.mark.parametrize(("other", "why"), [
    (group("X", 1, 12), "12 people, fewer than 20"),
    (group("X", 0, 500), "no event was seen"),
    (replace(group("X", 1, 30), value=None, low=None, high=None, undefined="no trials"), "is undefined"),
])  # fmt: skip
def test_a_group_that_cannot_tell_makes_the_summary_say_so(other, why):
    found = compared(group("F", 40, 1000), group("M", 20, 2000), other)
    assert why in found["fnir_max_min"].undefined
    assert why in found["fnir_gini"].undefined


def test_no_event_in_the_reference_group_gives_no_ratio():
    found = compared(group("F", 3, 100), group("M", 0, 2000))
    assert "no event was seen in the reference group sex=M" in found["fnir_ratio"].undefined


def test_a_group_without_events_has_a_ratio_of_0_with_an_end_and_no_summary():
    """What the page on groups says: no event is information, and no bound of highest over lowest."""
    found = compared(group("F", 0, 500), group("M", 40, 2000))
    none, some = wilson(0, 500), wilson(40, 2000)
    one = found["fnir_ratio"]
    assert (one.value, one.low, one.high) == (0, 0, pytest.approx(none.high / some.low))
    assert one.high < 0.8
    assert "careful" in one.method
    for name in ("max_min", "max_geometric_mean", "gini"):
        assert found[f"fnir_{name}"].undefined.startswith("cannot tell: no event was seen in the group sex=F")


def moved(value: str, events: int, n: int, ends: tuple[int, int]) -> Estimate:
    """A group whose misses are these at both ends of where the threshold may be."""
    found = group(value, events, n)
    assert found.low is not None
    assert found.high is not None
    given_ = AtThreshold(Interval(found.low, found.high, 0.95, "by_subject"), (ends[0] / n, ends[1] / n))
    return replace(found, low=found.low / 2, high=found.high * 2, method="group_at_target", at_threshold=given_)


def test_a_ratio_at_a_target_is_wider_only_by_what_the_threshold_moves_the_groups_apart():
    as_given = compared(group("m", 1000, 10_000), group("f", 1000, 5000))["fnir_ratio"]
    alike = compared(moved("m", 1000, 10_000, (500, 2000)), moved("f", 1000, 5000, (500, 2000)))["fnir_ratio"]
    apart = compared(moved("m", 1000, 10_000, (500, 2000)), moved("f", 1000, 5000, (750, 1000)))["fnir_ratio"]
    assert (alike.low, alike.high) == pytest.approx((as_given.low, as_given.high))
    chance = {
        end: sum(abs(k - 1000) / 1000 / k for k in pair) for end, pair in (("fall", (2000, 1000)), ("rise", (500, 750)))
    }
    fall, rise = np.log(2) ** 2 - chance["fall"], np.log(1.5) ** 2 - chance["rise"]
    low, high = (np.log(end / 2) ** 2 for end in (as_given.low, as_given.high))
    assert (apart.low, apart.high) == pytest.approx(
        (2 * np.exp(-np.sqrt(low + fall)), 2 * np.exp(np.sqrt(high + rise)))
    )
    assert apart.at_threshold is None


def test_a_ratio_at_a_target_is_no_narrower_where_an_end_shows_no_miss_than_where_it_shows_one():
    for side in (0, 1):
        groups = [
            [
                moved("m", 1000, 10_000, (500 if side == 0 else least, 1500)),
                moved("f", 200, 5000, (100 if side else least, 400)),
            ]
            for least in (0, 1)
        ]
        none, one = (compared(*pair)["fnir_ratio"] for pair in groups)
        assert none.low <= one.low
        assert none.high >= one.high


def test_summaries_and_marks_at_a_target_are_those_of_the_whole_intervals():
    wide = compared(moved("m", 1000, 10_000, (500, 2000)), moved("f", 1000, 5000, (500, 2000)))
    as_given = compared(group("m", 1000, 10_000), group("f", 1000, 5000))
    assert wide["fnir_max_min"].high > 2 * as_given["fnir_max_min"].high
    assert wide["fnir_ratio"].high == pytest.approx(as_given["fnir_ratio"].high)
    careful = replace(moved("f", 1000, 5000, (500, 2000)), method="group_at_target_careful")
    assert compared(moved("m", 1000, 10_000, (500, 2000)), careful)["fnir_ratio"].method.endswith(", careful")


def test_where_neither_group_shows_a_miss_elsewhere_the_ratio_is_careful_and_not_that_of_the_sizes():
    groups = [moved("m", 1000, 10_000, (0, 1500)), moved("f", 100, 1000, (0, 150))]
    found, as_given = compared(*groups)["fnir_ratio"], compared(group("m", 1000, 10_000), group("f", 100, 1000))
    assert (found.low, found.high) == pytest.approx((as_given["fnir_ratio"].low, as_given["fnir_ratio"].high))
    assert found.method.endswith(", careful")


def test_a_rate_that_stands_twice_counts_its_groups_once():
    groups = [group("m", 1000, 10_000), group("f", 300, 1000)]
    assert differentials([*groups, *groups]) == differentials(groups)


def test_summaries_say_careful_tell_all_trials_and_no_sum_of_people():
    careful = replace(group("f", 3, 1000), method="wilson_careful")
    told = compared(group("m", 1000, 10_000), careful)
    none = compared(group("m", 1000, 10_000), group("f", 0, 1000))
    for name in ("fnir_max_min", "fnir_max_geometric_mean", "fnir_gini"):
        assert told[name].method.endswith("(conservative), careful")
        assert none[name].value is None
        for found in (told[name], none[name]):
            assert (found.n, found.n_subjects, found.group) == (11_000, None, ())


def test_a_detectable_ratio_at_a_target_is_larger_where_the_threshold_moves_the_groups_apart():
    apart = compared(moved("m", 1000, 10_000, (500, 2000)), moved("f", 1000, 5000, (750, 1000)))
    given_ = compared(group("m", 1000, 10_000), group("f", 1000, 5000))
    assert apart["fnir_detectable_ratio"].value > 1.2 * given_["fnir_detectable_ratio"].value


def test_a_ratio_of_no_miss_reaches_what_it_is_at_the_other_thresholds():
    found = compared(moved("m", 1000, 10_000, (500, 2000)), moved("f", 0, 5000, (0, 1000)))["fnir_ratio"]
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(1.0)


def test_the_summaries_intervals_hold_together_by_a_higher_level_of_the_same_method():
    joint = _jointly(group("F", 12, 400), 5)
    wider = wilson(12, 400, level=0.99)
    assert (joint.low, joint.high) == pytest.approx((wider.low, wider.high), rel=1e-6)


def test_counts_above_one_are_compared_too():
    two, five = (
        replace(group(sex, 1, 300), metric="sel", value=value, low=value - 0.4, high=value + 0.5)
        for value, sex in ((2.0, "M"), (5.0, "F"))
    )
    found = compared(two, five)
    assert found["sel_ratio"].value == 2.5
    assert 1 < found["sel_max_min"].low < 2.5 < found["sel_max_min"].high
    assert found["sel_detectable_ratio"].value > 1


def test_a_reference_group_that_always_errs_has_no_detectable_ratio(tmp_path):
    rows = "".join(f"1,{i / 100},{'ab'[i % 2]}\n0,{-i / 100},{'ab'[i % 2]}\n" for i in range(80))
    file = tmp_path / "a.csv"
    file.write_text(f"mated,score,site\n{rows}", encoding="utf-8")
    found = measure_comparisons(read_file(file).comparisons, Wanted(thresholds=(5.0,), groups=("site",)))
    (ratio,) = [e for e in differentials(found) if e.metric == "fnmr_detectable_ratio"]
    assert ratio.value is None
    assert "cannot tell" in str(ratio.undefined)
