"""A billion comparisons in one Parquet file, measured by the command itself: exact, and in how much memory.

    python benchmarks/billion.py --rows 1000000000 [--type double] [--subjects 0] [--folder /somewhere]

Needs pyarrow, which writes the file in pieces, and 5 to 10 GB of disk, given back at the end; ten million rows where
nothing else is asked. The thresholds, FNMR and
EER that are right are worked out while the file is made, from the same pieces and without Baserate: every non-mated
score above a level that a billion leaves to one in forty, and every mated score, are kept and sorted. Then
``baserate measure`` is run on the file in a process of its own, its progress is shown if this is a terminal, and its
answers are compared, digit by digit. Exit status 1 when they differ.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32] | NDArray[np.float64]
RATES = (0.001, 0.0001)
PIECE = 5_000_000
LEVEL = 1.95  # non-mated N(0, 1): one in forty is above
SHIFT, MATED = 4.5, 100  # one comparison in a hundred is mated, N(4.5, 1)


@dataclass(frozen=True)
class Truth:
    """What is right, from the pieces."""

    n_mated: int
    n_non_mated: int
    mated: Floats
    non_mated_above: Floats


def make(path: Path, rows: int, kind: str, subjects: int) -> Truth:
    """Write the file piece by piece, and keep what decides the answers."""
    pa, pq = import_module("pyarrow"), import_module("pyarrow.parquet")

    fields = [("mated", pa.bool_()), ("score", pa.float32() if kind == "float" else pa.float64())]
    fields += [("probe_subject", pa.int32())] if subjects else []
    schema = pa.schema(fields)
    mated, above = [], []
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=["mated", "probe_subject"]) as writer:
        for start in range(0, rows, PIECE):
            place = np.arange(start, min(start + PIECE, rows))
            score = np.random.Generator(np.random.SFC64([7, start])).standard_normal(len(place), dtype=np.float32)
            is_mated = place % MATED == 0
            score[is_mated] += np.float32(SHIFT)
            columns = [is_mated, score if kind == "float" else score.astype(np.float64) * 1.0000001]
            mated.append(columns[1][is_mated])
            other = columns[1][~is_mated]
            above.append(other[other >= LEVEL])
            columns += [(place // 100 % subjects).astype(np.int32)] if subjects else []
            writer.write_table(pa.table(columns, schema=schema), row_group_size=500_000)
    ordered, high = np.sort(np.concatenate(mated)), np.sort(np.concatenate(above))
    return Truth(len(ordered), rows - len(ordered), ordered, high)


def expected(truth: Truth) -> dict[str, float]:
    """Give the thresholds, FNMR at each rate and EER that are right."""
    answers = {}
    mated, high = truth.mated.astype(np.float64), truth.non_mated_above.astype(np.float64)
    for rate in RATES:
        last = high[len(high) - 1 - int(rate * truth.n_non_mated)]  # the highest score that may not pass
        seen = np.concatenate([part[np.searchsorted(part, last, "right") :][:1] for part in (mated, high)])
        answers[f"threshold {rate:g}"] = float(seen.min())
        answers[f"fnmr {rate:g}"] = float(np.searchsorted(mated, seen.min())) / truth.n_mated
    answers["eer"] = _equal_errors(truth, mated, high)
    return answers


def _equal_errors(truth: Truth, mated: NDArray[np.float64], high: NDArray[np.float64]) -> float:
    """Join the two neighbouring thresholds at which the error rates pass each other by a straight line."""
    scores = np.unique(np.concatenate([mated[mated >= LEVEL], high]))
    missed = np.searchsorted(mated, scores) / truth.n_mated
    false = (len(high) - np.searchsorted(high, scores)) / truth.n_non_mated
    at = int(np.argmax(missed >= false))
    assert at > 0, "the answer lies below the level down to which scores were kept"
    gap, next_gap = false[at - 1] - missed[at - 1], missed[at] - false[at]
    return float(false[at - 1] + gap / (gap + next_gap) * (false[at] - false[at - 1]))


def measure(path: Path, memory: str) -> tuple[dict[str, float], float, float]:
    """Run the command; give its answers, seconds, and the peak memory of its process in MB."""
    rates = [word for rate in RATES for word in ("--fmr", repr(rate))]
    command = [sys.executable, "-m", "baserate", "measure", str(path), *rates, "--json", "--memory", memory]
    started = time.perf_counter()
    with tempfile.TemporaryFile() as written:
        running = subprocess.Popen(command, stdout=written)
        _, status, usage = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode:
            sys.exit(f"baserate measure ended with {running.returncode}")
        written.seek(0)
        found = json.loads(written.read())["estimates"]
    seconds, peak = time.perf_counter() - started, usage.ru_maxrss / 1024
    named = {"eer" if e["metric"] == "eer" else f"{e['metric']} {e['target']['fmr']:g}": e for e in found}
    for name, estimate in named.items():
        print(f"  {name:18} {estimate['value']!r}  ({estimate['low']} to {estimate['high']})")
    return {name: estimate["value"] for name, estimate in named.items()}, seconds, peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--type", choices=["float", "double"], default="float")
    parser.add_argument("--subjects", type=int, default=1_000_000, help="0 for none")
    parser.add_argument("--memory", default="1GB", help="of the engine")
    parser.add_argument("--folder", type=Path, help="where there is room")
    chosen = parser.parse_args()
    if find_spec("pyarrow") is None:
        print("pyarrow, which writes the file, is not installed")
        return
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        path = Path(folder) / "scores.parquet"
        started = time.perf_counter()
        truth = make(path, chosen.rows, chosen.type, chosen.subjects)
        size = path.stat().st_size
        print(f"{chosen.rows:,} comparisons as {chosen.type}, {chosen.subjects or 'no'} subjects: {size / 1e9:.2f} GB, "
              f"made in {time.perf_counter() - started:.0f} s", flush=True)  # fmt: skip
        right = expected(truth)
        del truth
        found, seconds, peak = measure(path, chosen.memory)
    different = {name: (found[name], value) for name, value in right.items() if found[name] != value}
    print(f"  {seconds:.0f} s and {peak:.0f} MB at most, the whole process")
    print(f"  {len(right) - len(different)} of {len(right)} answers are those worked out without Baserate")
    if different:
        sys.exit(f"different: {different}")


if __name__ == "__main__":
    main()
