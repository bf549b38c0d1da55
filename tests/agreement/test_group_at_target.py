"""A group's miss rate at a target, and its ratio, beside a plain bootstrap of people that sets the threshold again."""

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pytest

from baserate.estimates import Estimate, Wanted, differentials, measure_comparisons
from baserate.inputs import read_scores

PEOPLE, MATED, NON_MATED, TARGET, TIMES = 1000, 4, 6, 0.02, 1500


def width(found: Estimate) -> tuple[float, float]:
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


def test_intervals_of_a_group_and_of_a_ratio_are_those_of_resampled_people():
    rng = np.random.default_rng(5)
    second, (one, other) = np.arange(PEOPLE) % 4 == 0, 0.6 * rng.normal(size=(2, PEOPLE))
    own, others = np.repeat(np.arange(PEOPLE), MATED), np.repeat(np.arange(PEOPLE), NON_MATED)
    mated = 3.3 - 0.5 * second[own] + one[own] + rng.normal(size=len(own))
    non_mated = other[others] + rng.normal(size=len(others))
    table = pa.table({
        "mated": np.arange(len(own) + len(others)) < len(own), "score": np.r_[mated, non_mated],
        "probe_subject": np.r_[own, others], "kind": np.where(second, "b", "a")[np.r_[own, others]],
    })  # fmt: skip
    found = measure_comparisons(read_scores(table).comparisons, Wanted(rates=(TARGET,), groups=("kind",)))

    falling, drawn = np.argsort(-non_mated), np.empty((TIMES, 3))
    for row in drawn:
        times = np.bincount(rng.integers(0, PEOPLE, PEOPLE), minlength=PEOPLE)
        passed = np.cumsum(times[others[falling]])
        last = non_mated[falling][np.searchsorted(passed, TARGET * passed[-1] + 1e-9, side="right")]
        missed = np.bincount(own, mated <= last, PEOPLE)
        rates = [(times * missed)[kind].sum() / times[kind].sum() / MATED for kind in (~second, second)]
        row[:] = *rates, rates[1] / rates[0]
    plain = np.quantile(drawn, [0.025, 0.975], axis=0).T

    a, b = (e for e in found if e.metric == "fnmr" and e.group)
    (ratio,) = (e for e in differentials(found) if e.metric == "fnmr_ratio")
    for ours, theirs in zip((a, b, ratio), plain, strict=True):
        # An end of either is good to a tenth of the whole width: 1,000 and 1,500 replicates, and ours uses Student's t.
        assert width(ours) == pytest.approx(tuple(theirs), abs=0.12 * (theirs[1] - theirs[0]))
