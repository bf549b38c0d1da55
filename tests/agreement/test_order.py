"""The order of rows, and the form of the file, change nothing: not a count, not an end of an interval."""

# ruff: noqa: S311 - no secrets are drawn here.

import random
from pathlib import Path
from typing import Any

import duckdb
import pytest

from baserate.estimates import Wanted, measure_comparisons, measure_searches
from baserate.inputs.formats import read_file


def csv(path: Path, header: str, rows: list[str]) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def as_parquet(path: Path) -> Path:
    into = path.with_suffix(".parquet")
    duckdb.from_csv_auto(str(path)).write_parquet(str(into))
    return into


@pytest.fixture
def lists() -> Any:
    rng = random.Random(4)
    searches, candidates = [], []
    for i in range(600):
        searches.append(f"s{i},p{i // 3},{i % 2 == 0},500,{'FM'[i % 5 % 2]}")
        listed = [(round(rng.gauss(0, 1), 2), f"g{rng.randrange(99)}") for _ in range(4)]
        if i % 2 == 0:
            listed.append((round(rng.gauss(2, 1), 2), f"p{i // 3}"))
        listed.sort(reverse=True)
        candidates += [f"s{i},{who},{rank},{score}" for rank, (score, who) in enumerate(listed[:4], 1)]
    return searches, candidates


def test_searches_in_another_order_or_form_give_the_same_estimates(tmp_path, lists):
    searches, candidates = lists
    wanted = Wanted(thresholds=(1.5,), rates=(0.05,), ranks=(1, None), groups=("sex",))
    found = []
    for name in ("as_made", "shuffled"):
        table = csv(tmp_path / f"{name}_s.csv", "search_id,subject,mated,gallery_size,sex", searches)
        file = csv(tmp_path / f"{name}_l.csv", "search_id,candidate_subject,rank,score", candidates)
        found += [
            measure_searches(read_file(f, searches=t).searches, wanted)
            for f, t in ((file, table), (as_parquet(file), table))
        ]
        random.Random(1).shuffle(searches)
        random.Random(2).shuffle(candidates)
    assert found[0] == found[1] == found[2] == found[3]
    assert sum(e.value is not None for e in found[0]) > 20


def test_comparisons_in_another_order_give_the_same_estimates(tmp_path):
    rng = random.Random(5)
    rows = []
    for i in range(4000):
        probe, reference = i % 80, (i % 80 if i % 8 == 0 else (i % 80 + 1 + i // 80) % 80)
        rows.append(f"p{probe},p{reference},{round(rng.gauss(2 * (probe == reference), 1), 2)}")
    found = []
    for _ in range(2):
        file = csv(tmp_path / "c.csv", "probe_subject,reference_subject,score", rows)
        found.append(measure_comparisons(read_file(file).comparisons, Wanted(thresholds=(1.0,), rates=(0.01,))))
        rng.shuffle(rows)
    assert found[0] == found[1]
