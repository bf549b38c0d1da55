"""Time and memory of FMR/FNMR, thresholds and EER from one Parquet file, beside the tools that can be installed.

    python benchmarks/measure_comparisons.py [--rows 1000000 --rows 10000000] [--only baserate --only numpy-sort]

Every contender runs in a process of its own on the same file: seconds and processor seconds without imports, peak
memory of the process, and its FNMR at FMR 0.001 and 0.0001 and EER, to compare. Peers that cannot be imported are
named and left out. The floors are reading the file, and one sort of the scores that are in memory. Processor seconds
are what to compare on a machine that others use too.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import multiprocessing
import subprocess
import sys
import tempfile
from pathlib import Path

SEED = 7
RATES = (0.001, 0.0001)

READ = """
import duckdb, numpy as np
def read(path, limit="6GB"):
    connection = duckdb.connect(config={"memory_limit": limit})
    found = connection.execute("SELECT mated, score FROM '" + path + "'").fetchnumpy()
    return np.asarray(found["mated"], bool), np.asarray(found["score"])
"""

CONTENDERS = {
    "baserate": (
        "duckdb",
        """
from baserate.inputs.formats import read_file
from baserate.estimates import equal_error_rate, threshold_at_rate
from baserate.estimates.counting import count_scores
from baserate.estimates.trials import comparison_trials
def work(path, rates):
    tally = count_scores(comparison_trials(read_file(path).comparisons), rates=rates)
    fnmr = [1 - tally.at(threshold_at_rate(tally, rate).threshold)[0] / tally.n_mated for rate in rates]
    return [*fnmr, equal_error_rate(tally)]
""",
    ),
    "baserate, checked, 95 % intervals by subject": (
        "duckdb",
        """
from baserate.inputs import read_scores
from baserate.estimates import Wanted, measure_comparisons
def work(path, rates):
    found = measure_comparisons(read_scores(path).comparisons, Wanted(rates=tuple(rates)))
    return [e.value for e in found if e.metric in ("fnmr", "eer")]
""",
    ),
    "numpy-sort": (
        "numpy",
        READ
        + """
def work(path, rates):
    mated, score = read(path)
    genuine, other = np.sort(score[mated]), np.sort(score[~mated])
    out = [np.searchsorted(genuine, other[len(other) - 1 - int(r * len(other))], "right") / len(genuine) for r in rates]
    fmr = 1 - np.searchsorted(other, genuine) / len(other)
    fnmr = np.arange(len(genuine)) / len(genuine)
    return [*out, float(fmr[np.argmin(abs(fmr - fnmr))])]
""",
    ),
    "scikit-learn roc_curve": (
        "sklearn",
        READ
        + """
from sklearn.metrics import roc_curve
def work(path, rates):
    mated, score = read(path)
    fpr, tpr, _ = roc_curve(mated, score, drop_intermediate=False)
    out = [1 - tpr[np.searchsorted(fpr, r, "right") - 1] for r in rates]
    return [*out, float(fpr[np.argmin(abs(fpr - (1 - tpr)))])]
""",
    ),
    "pyeer get_eer_stats": (
        "pyeer",
        READ
        + """
import warnings; warnings.simplefilter("ignore")
from pyeer.eer_info import get_eer_stats
def work(path, rates):
    mated, score = read(path)
    stats = get_eer_stats(score[mated].tolist(), score[~mated].tolist())
    return [stats.fmr1000, stats.fmr10000 if hasattr(stats, "fmr10000") else None, stats.eer]
""",
    ),
    "floor: read the file": (
        "duckdb",
        """
import duckdb
def work(path, rates):
    duckdb.execute("SELECT sum(score), count_if(mated) FROM '" + path + "'").fetchall()
""",
    ),
    "floor: one sort in memory (reading not counted)": (
        "numpy",
        READ
        + """
cache = {}
def prepare(path):
    cache["score"] = read(path)[1]
def work(path, rates):
    cache["score"].sort()
""",
    ),
}

RUN = """
import json, resource, sys, time
path, rates = sys.argv[1], json.loads(sys.argv[2])
if "prepare" in globals():
    prepare(path)
started, busy = time.perf_counter(), time.process_time()
result = work(path, rates)
seconds, busy = time.perf_counter() - started, time.process_time() - busy
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([seconds, busy, peak, [None if v is None else float(v) for v in result or []]]))
"""


def make(rows: int, path: Path) -> None:
    """Write scores: non-mated N(0,1), 1 % mated N(4.5,1), ten attempts of a person."""
    import duckdb
    import numpy as np

    rng = np.random.Generator(np.random.SFC64(SEED))
    score = rng.standard_normal(rows)
    mated = np.arange(rows) % 100 == 0
    score[mated] += 4.5
    subject = (np.arange(rows) // 100 % max(rows // 1000, 1)).astype(np.int32)
    connection = duckdb.connect()
    connection.register("made", {"mated": mated, "score": score, "probe_subject": subject})
    connection.table("made").write_parquet(str(path), compression="zstd")


def run(code: str, path: Path, timeout: int) -> list[object] | str:
    """Run one contender in its own process."""
    command = [sys.executable, "-c", code + RUN, str(path), json.dumps(RATES)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        return f"stopped after {timeout} s"
    if done.returncode:
        return done.stderr.strip().splitlines()[-1] if done.stderr else "failed"
    found: list[object] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, action="append")
    parser.add_argument("--only", action="append", choices=CONTENDERS)
    parser.add_argument("--timeout", type=int, default=120)
    chosen = parser.parse_args()
    for rows in chosen.rows or [1_000_000, 10_000_000]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"scores_{rows}.parquet"
            # In a process of its own: a process starts with the peak memory of the one that started it.
            making = multiprocessing.get_context("spawn").Process(target=make, args=(rows, path))
            making.start()
            making.join()
            print(f"\n{rows:,} comparisons, {path.stat().st_size / 1e6:.0f} MB of Parquet")
            print(f"{'':48} seconds  CPU seconds  peak MB   FNMR at FMR 0.001, 0.0001, EER")
            for name, (needs, code) in CONTENDERS.items():
                if chosen.only and name not in chosen.only:
                    continue
                if importlib.util.find_spec(needs) is None:
                    print(f"{name:48} not installed")
                    continue
                found = run(code, path, chosen.timeout)
                if isinstance(found, str):
                    print(f"{name:48} {found}")
                    continue
                seconds, busy, peak, values = found
                assert isinstance(values, list)
                shown = ", ".join("-" if v is None else f"{v:.6f}" for v in values)
                print(f"{name:48} {seconds:7.2f}  {busy:11.2f}  {peak:7.0f}   {shown}")


if __name__ == "__main__":
    main()
