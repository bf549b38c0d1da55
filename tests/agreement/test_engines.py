"""Two engines that share no code count the same: DuckDB over a file, and NumPy over arrays."""

# ruff: noqa: S608 - the queries are made of the tests' own names
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from baserate.estimates import Estimate, Wanted, counting, measure_comparisons
from baserate.inputs import read_scores

ROWS = 60_000
WANTED = Wanted(thresholds=(1.0, -5.0), rates=(0.01, 0.001), groups=("site",))


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    rng = np.random.default_rng(11)
    subject = rng.integers(0, 300, ROWS)
    mated = rng.random(ROWS) < 0.1
    score = rng.normal(3 * mated, 1) + 0.3 * rng.normal(size=300)[subject]
    score[rng.random(ROWS) < 0.01] = np.nan
    return {"mated": mated, "score": score, "probe_subject": subject, "site": np.array(["north", "south"])[subject % 2],
            "reference_subject": np.where(mated, subject, 300 + rng.integers(0, 200, ROWS))}  # fmt: skip


def write(table: dict[str, Any], path: Path, *, order: Any = slice(None), row_group: int = 122_880) -> Path:
    connection = duckdb.connect()
    connection.register("made", {column: values[order] for column, values in table.items()})
    chosen = "* REPLACE (CASE WHEN NOT isnan(score) THEN score END AS score)"
    connection.execute(f"COPY (SELECT {chosen} FROM made) TO '{path}' (ROW_GROUP_SIZE {row_group})")
    return path


def measured(path: Path) -> tuple[Estimate, ...]:
    return tuple(measure_comparisons(read_scores(path).comparisons, WANTED))


def counted(table: dict[str, Any], metric: str, threshold: float, site: str | None) -> tuple[int, int, int]:
    """Count events, trials and people, without the package."""
    of = (table["mated"] == (metric == "fnmr")) & ((table["site"] == site) if site else True)
    with np.errstate(invalid="ignore"):
        above = table["score"] >= threshold
    events = (of & ~above) if metric == "fnmr" else (of & above)
    return int(events.sum()), int(of.sum()), len(np.unique(table["probe_subject"][of]))


@pytest.mark.parametrize("singly", [10_000_000, 500])
@pytest.mark.parametrize("share_near", [0.0, 0.2])
def test_both_engines_count_the_same(monkeypatch, tmp_path, table, singly, share_near):
    """Score by score, in ranges, with the trials near what is asked at hand and without."""
    monkeypatch.setattr(counting, "SINGLY", singly)
    monkeypatch.setattr(counting, "SHARE_NEAR", share_near)
    found = measured(write(table, tmp_path / "scores.parquet"))
    rates = [e for e in found if e.metric in ("fmr", "fnmr")]
    assert len(rates) == 2 * 4 * 3
    for e in rates:
        site = dict(e.group).get("site")
        assert e.threshold is not None
        assert (e.n_events, e.n, e.n_subjects) == counted(table, e.metric, e.threshold, site)


def test_what_is_kept_at_hand_changes_no_estimate(monkeypatch, tmp_path, table):
    path = write(table, tmp_path / "scores.parquet")
    whole = measured(path)
    monkeypatch.setattr(counting, "SINGLY", 500)
    for share in (0.0, 0.05, 1.0):
        monkeypatch.setattr(counting, "SHARE_NEAR", share)
        found = measured(path)
        assert [e for e in found if e.metric != "eer"] == [e for e in whole if e.metric != "eer"]
        # How steep both curves are where they meet is read off the tally's steps, which are wider in ranges.
        (here,), (there,) = ([e for e in estimates if e.metric == "eer"] for estimates in (found, whole))
        assert here.value == there.value
        assert (here.low, here.high) == pytest.approx((there.low, there.high), rel=1e-4)


def test_row_groups_and_the_order_of_parts_change_no_estimate(monkeypatch, tmp_path, table):
    """A file that was put together from parts, in any order and cut anywhere, is the same file."""
    monkeypatch.setattr(counting, "SINGLY", 500)
    whole = measured(write(table, tmp_path / "one.parquet"))
    parts = np.random.default_rng(3).permutation(6)
    order = np.concatenate([np.array_split(np.arange(ROWS), 6)[part] for part in parts])
    assert measured(write(table, tmp_path / "parts.parquet", order=order, row_group=4096)) == whole
    shuffled = np.random.default_rng(4).permutation(ROWS)
    assert measured(write(table, tmp_path / "shuffled.parquet", order=shuffled, row_group=2048)) == whole


def test_what_is_kept_at_hand_changes_no_estimate_where_nobody_is_named(monkeypatch, tmp_path, table):
    path = write({column: table[column] for column in ("mated", "score", "site")}, tmp_path / "nobody.parquet")
    whole = measured(path)
    assert any(str(e.method).startswith("trials_at_target") for e in whole)
    monkeypatch.setattr(counting, "SINGLY", 500)
    for share in (0.0, 0.05, 1.0):
        monkeypatch.setattr(counting, "SHARE_NEAR", share)
        assert measured(path) == whole
