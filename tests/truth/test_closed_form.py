"""Populations whose FNIR, FPIR, SEL and FMR are known in closed form; the estimates must agree within their error."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from baserate.estimates import Wanted, differentials, measure_comparisons, measure_searches
from baserate.inputs.formats import read_file

SEARCHES, GALLERY, LENGTH = 20_000, 1000, 10


def write(path: Path, **columns: object) -> Path:
    connection = duckdb.connect()
    connection.register("columns_of_file", {name: np.asarray(values) for name, values in columns.items()})
    connection.table("columns_of_file").write_parquet(str(path))
    return path


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    """Make lists of the ten best of 1,000 scores uniform on 0..1, with mates' scores uniform on 0.9..1.1."""
    folder, rng = tmp_path_factory.mktemp("closed"), np.random.default_rng(8)
    best = 1 - np.cumsum(rng.exponential(size=(SEARCHES, LENGTH)) / (GALLERY - np.arange(LENGTH)), axis=1)
    scores = np.exp(best - 1)  # 1 - p of the smallest uniforms, by Renyi's representation
    mated = np.arange(SEARCHES) % 2 == 0
    mate = rng.uniform(0.9, 1.1, size=SEARCHES)
    candidates = rng.integers(SEARCHES, SEARCHES + GALLERY, size=(SEARCHES, LENGTH))
    place = (scores > mate[:, None]).sum(axis=1)
    listed = np.flatnonzero(mated & (place < LENGTH))
    for row in listed:
        at = place[row]
        scores[row, at + 1 :], candidates[row, at + 1 :] = scores[row, at:-1].copy(), candidates[row, at:-1].copy()
        scores[row, at], candidates[row, at] = mate[row], row
    ids = np.repeat(np.arange(SEARCHES), LENGTH)
    path = write(folder / "lists.parquet", search_id=ids, candidate_subject=candidates.ravel(),
                 rank=np.tile(np.arange(1, LENGTH + 1, dtype=np.int32), SEARCHES), score=scores.ravel())  # fmt: skip
    table = write(folder / "searches.parquet", search_id=np.arange(SEARCHES), subject=np.arange(SEARCHES), mated=mated,
                  gallery_size=np.full(SEARCHES, GALLERY),
                  sex=np.where(np.arange(SEARCHES) % 3 == 0, "F", "M"))  # fmt: skip
    return path, table


def test_rates_of_searches_agree_with_their_closed_form(lists):
    threshold = 0.9999
    wanted = Wanted(thresholds=(threshold,), ranks=(1, None), level=0.999)
    found: Any = {
        (e.metric, e.rank): e for e in measure_searches(read_file(lists[0], searches=lists[1]).searches, wanted)
    }
    log_p = np.log(threshold)
    fpir = 1 - np.exp(GALLERY * log_p)
    # A score s = exp(-x) with x a sum of exponentials: at or above T when fewer than 1 - T of the gallery are better.
    selectivity = GALLERY * (1 - threshold)
    miss = (threshold - 0.9) / 0.2
    truths = {("fpir", None): fpir, ("sel", None): selectivity, ("fnir", None): miss}
    for key, truth in truths.items():
        assert found[key].low <= truth <= found[key].high, (key, truth, str(found[key]))
    # At rank 1 the mate must also beat the best of the others: a mate above T is below it with what is above both.
    points = np.linspace(threshold, 1, 20_001)
    beaten = np.trapezoid(1 - np.exp(GALLERY * np.log(points)), points) / 0.2
    assert found["fnir", 1].low <= miss + beaten <= found["fnir", 1].high
    assert found["fpir", None].gallery_size == GALLERY


def test_target_rate_is_kept_and_the_miss_rate_there_agrees(lists):
    found: Any = {
        e.metric: e
        for e in measure_searches(read_file(lists[0], searches=lists[1]).searches, Wanted(rates=(0.05,), ranks=(None,)))
    }
    threshold = np.exp(np.log1p(-0.05) / GALLERY)
    assert found["fpir"].value <= 0.05
    assert found["threshold"].low <= threshold <= found["threshold"].high
    assert found["fnir"].low <= (threshold - 0.9) / 0.2 <= found["fnir"].high


def test_groups_that_do_not_differ_have_ratios_around_one(lists):
    estimates = measure_searches(
        read_file(lists[0], searches=lists[1]).searches, Wanted(thresholds=(0.9999,), groups=("sex",))
    )
    found: Any = {e.metric: e for e in differentials(estimates) if e.rank is None}
    assert found["fpir_ratio"].low < 1 < found["fpir_ratio"].high
    assert found["fpir_max_min"].low == 1.0
    assert found["fpir_gini"].low == 0.0
    assert found["fnir_detectable_ratio"].value > 1


def test_rates_of_comparisons_agree_with_their_closed_form(tmp_path):
    rng, n = np.random.default_rng(9), 400_000
    mated = np.arange(n) % 8 == 0
    person = np.where(mated, np.arange(n) // 80, np.arange(n) % 5000)
    other = np.where(mated, person, (person + 1 + np.arange(n) % 4999) % 5000)
    path = write(tmp_path / "c.parquet", probe_subject=person, reference_subject=other,
                 score=rng.normal(size=n) + 3.5 * mated)  # fmt: skip
    wanted = Wanted(rates=(0.001,), level=0.999)
    found: Any = {e.metric: e for e in measure_comparisons(read_file(path).comparisons, wanted)}
    threshold = float(ndtri(0.999))
    assert found["fmr"].value <= 0.001
    assert found["fmr"].method == "two_way"
    assert found["threshold"].low <= threshold <= found["threshold"].high
    assert found["fnmr"].low <= ndtr(threshold - 3.5) <= found["fnmr"].high
    assert found["eer"].value == pytest.approx(float(ndtr(-1.75)), abs=0.002)
