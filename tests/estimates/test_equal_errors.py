from dataclasses import replace

import numpy as np
import pytest

from baserate.estimates import Estimate, Wanted, measure_comparisons
from baserate.estimates.equal_errors import errors_of_people
from baserate.estimates.intervals import ErrorsOfPeople, at_equal_errors, by_subject
from baserate.estimates.intervals.effective import spread_of
from baserate.estimates.people import Counted
from baserate.inputs import read_scores


def equal_error_rate(tmp_path, rows: list[str]) -> Estimate:
    path = tmp_path / "scores.csv"
    path.write_text("\n".join(rows) + "\n")
    return next(e for e in measure_comparisons(read_scores(path).comparisons, Wanted()) if e.metric == "eer")


def comparisons(people: int, *, times: int = 1) -> list[str]:
    rng = np.random.default_rng(3)
    mated, non_mated = rng.normal(2, 1, people), rng.normal(0, 1, people)
    rows = ["probe_subject,reference_subject,score"]
    for i in range(people):
        rows += [f"p{i},p{i},{mated[i]:.6f}"] * times
        rows += [f"p{i},p{(i + k + 1) % people},{non_mated[i]:.6f}" for k in range(times)]
    return rows


def test_repeats_of_the_same_people_do_not_narrow_the_interval(tmp_path):
    once, four = (equal_error_rate(tmp_path, comparisons(200, times=times)) for times in (1, 4))
    assert once.value == pytest.approx(four.value)
    assert (once.method, once.n_subjects) == ("at_equal_errors", 200)
    assert once.value is not None
    assert once.low is not None
    assert once.high is not None
    assert four.low is not None
    assert four.high is not None
    assert once.low < once.value < once.high
    assert four.high - four.low > 0.9 * (once.high - once.low)


def test_no_interval_without_people_or_with_few(tmp_path):
    unnamed = [line.split(",")[-1] for line in comparisons(50)[1:]]
    rows = ["mated,score", *(f"{1 - i % 2},{score}" for i, score in enumerate(unnamed))]
    found = equal_error_rate(tmp_path, rows)
    assert (found.low, found.high, found.method) == (None, None, "no interval: whose trials these are is not told")
    assert found.value is not None
    few = equal_error_rate(tmp_path, comparisons(9))
    assert (few.low, few.method) == (None, "no interval: 9 people with trials of one kind are too few")


def test_nobody_erred():
    ten = np.full(50, 10)
    found = at_equal_errors(ErrorsOfPeople(0 * ten, ten, 0 * ten, ten), 0.0, lean=0.5)
    assert (found.low, found.high) == (0.0, by_subject(0 * ten, ten).high)


def test_perfect_separation_has_an_upper_end(tmp_path):
    rows = comparisons(40)
    apart = [rows[0], *(f"{line.rpartition(',')[0]},{9 - i % 2 * 8}.{i:03d}" for i, line in enumerate(rows[1:]))]
    found = equal_error_rate(tmp_path, apart)
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high is not None
    assert 0.05 < found.high < 0.15


def test_uneven_members_widen():
    some, ten = np.array([1] * 10 + [0] * 90), np.full(100, 10)
    people = ErrorsOfPeople(some, ten, some, ten)
    even, uneven = spread_of(some, ten), spread_of(np.array([10] + [0] * 99), ten)
    widths = [
        found.high - found.low
        for found in (at_equal_errors(people, 0.01, lean=0.5, members=members) for members in (None, even, uneven))
    ]
    assert widths[0] <= widths[1] < widths[2]


def test_trials_whose_person_is_missing_stand_alone():
    counted = Counted(
        n_mated=np.array([2, 3]),
        n_non_mated=np.array([1, 2]),
        mated_met=np.array([[1], [1]]),
        non_mated_met=np.array([[0], [1]]),
        unknown=np.array([False, True]),
        named=True,
    )
    people = errors_of_people(counted)
    assert people.n_mated.tolist() == [2, 1, 1, 1, 0, 0]
    assert people.misses.tolist() == [1, 1, 1, 0, 0, 0]
    assert people.n_non_mated.tolist() == [1, 0, 0, 0, 1, 1]
    assert people.matches.tolist() == [0, 0, 0, 0, 1, 0]
    whole = errors_of_people(replace(counted, unknown=np.array([False, False])))
    assert whole.misses.tolist() == [1, 2]
