"""Baserate beside the packages that can be installed: the same file, the same run, the results compared.

    python3 -m venv .venv-peers && .venv-peers/bin/pip install -r benchmarks/peers.txt
    .venv/bin/python benchmarks/peers.py --peers .venv-peers/bin/python --rows 1000000 --rows 10000000

Every contender runs in a process of its own. The packages take arrays, so that for them two times are printed: with
the arrays in memory, and from the Parquet file (read by DuckDB into NumPy, and then the same); Baserate reads the file.
Seconds are without imports and without compiling (bob.measure is run on a few scores first); memory is the most that
the process held. A package that would, by what it took at a tenth of the size, take longer or more than is allowed is
not run, and the table says so. Of resampling, fewer replicates than 1,000 are run where a package is slow, and the
time is scaled: the table says from how many. Processor seconds are what to compare on a machine that others use too.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from math import isnan
from pathlib import Path

SEED = 7
RATES = (0.001, 0.0001)

READ = """
import duckdb, numpy as np
def read(path):
    connection = duckdb.connect(config={"memory_limit": "6GB"})
    connection.execute("SET enable_progress_bar = false")
    found = connection.execute("SELECT mated, score" + SUBJECT + " FROM '" + path + "'").fetchnumpy()
    mated, score = np.asarray(found["mated"], bool), np.asarray(found["score"])
    return (score[mated], score[~mated], found["probe_subject"][mated], found["probe_subject"][~mated]) if SUBJECT \\
        else (mated, score)
"""

CURVE = {
    "Baserate": """
from baserate.inputs.formats import read_file
from baserate.estimates import equal_error_rate, threshold_at_rate
from baserate.estimates.counting import count_scores
from baserate.estimates.trials import comparison_trials
def from_file(path):
    tally = count_scores(comparison_trials(read_file(path).comparisons), rates=RATES)
    fnmr = [1 - tally.at(threshold_at_rate(tally, rate).threshold)[0] / tally.n_mated for rate in RATES]
    return [*fnmr, equal_error_rate(tally)]
""",
    "Baserate, file checked, 95 % intervals by subject": """
from baserate.inputs import read_scores
from baserate.estimates import Wanted, measure_comparisons
def from_file(path):
    found = measure_comparisons(read_scores(path).comparisons, Wanted(rates=tuple(RATES)))
    return [e.value for e in found if e.metric in ("fnmr", "eer")]
""",
    "NumPy, one sort": """
import numpy as np
def in_memory(mated, score):
    genuine, other = np.sort(score[mated]), np.sort(score[~mated])
    out = [np.searchsorted(genuine, other[len(other) - 1 - int(r * len(other))], "right") / len(genuine) for r in RATES]
    fmr = 1 - np.searchsorted(other, genuine) / len(other)
    fnmr = np.arange(len(genuine)) / len(genuine)
    return [*out, fmr[np.argmin(abs(fmr - fnmr))]]
""",
    "scikit-learn roc_curve": """
import numpy as np
from sklearn.metrics import roc_curve
def in_memory(mated, score):
    fpr, tpr, _ = roc_curve(mated, score, drop_intermediate=False)
    out = [1 - tpr[np.searchsorted(fpr, r, "right") - 1] for r in RATES]
    return [*out, fpr[np.argmin(abs(fpr - (1 - tpr)))]]
""",
    "bob.measure": """
import numpy as np, bob.measure
few = np.linspace(0, 1, 200)
bob.measure.farfrr(few, few + 0.5, bob.measure.far_threshold(few, few + 0.5, 0.1)), bob.measure.eer(few, few + 0.5)
def in_memory(mated, score):
    genuine, other = score[mated].astype(float), score[~mated].astype(float)
    at = [bob.measure.far_threshold(other, genuine, r) for r in RATES]
    return [*(bob.measure.farfrr(other, genuine, t)[1] for t in at), bob.measure.eer(other, genuine)]
""",
    "pyeer get_eer_stats": """
import warnings; warnings.simplefilter("ignore")
from pyeer.eer_info import get_eer_stats
def in_memory(mated, score):
    stats = get_eer_stats(score[mated], score[~mated])
    return [stats.fmr1000, float("nan"), stats.eer]  # it has no FMR of 0.0001
""",
    "floor: read the file": """
import duckdb
def from_file(path):
    duckdb.execute("SET enable_progress_bar = false")
    duckdb.execute("SELECT sum(score), count_if(mated) FROM '" + path + "'").fetchall()
""",
    "floor: one sort": """
def in_memory(mated, score):
    score.sort()
""",
}

WEIGHED = """
import numpy as np
def weighed(genuine, other, owners, other_owners):
    up, down = np.argsort(genuine), np.argsort(-other)
    genuine, owners, other, other_owners = genuine[up], owners[up], other[down], other_owners[down]
    def rate(weights):
        above = np.cumsum(weights[other_owners])
        last = other[np.searchsorted(above, np.floor(0.001 * above[-1] + 1e-9), "right")]
        mine = weights[owners]
        return mine[: np.searchsorted(genuine, last, "right")].sum() / mine.sum()
    return rate
"""

BOOTSTRAP = {
    "Baserate": """
from baserate.inputs.formats import read_file
from baserate.estimates import Wanted, measure_comparisons
def from_file(path):
    (found,) = (e for e in measure_comparisons(read_file(path).comparisons, Wanted(rates=(0.001,)))
                if e.metric == "fnmr")
    return [found.low, found.high]
REPLICATES = 1000
""",
    "Baserate, resampling of arrays alone": """
import numpy as np
from baserate.estimates.intervals import ScoredPeople, at_target, resample
def in_memory(genuine, other, owners, other_owners):
    people, place = int(other_owners.max()) + 1, len(other) - 1 - int(0.001 * len(other))
    ends = np.partition(other, [len(other) - 1 - int(0.004 * len(other)), place])
    edge, last = ends[len(other) - 1 - int(0.004 * len(other))], ends[place]
    count = lambda who: np.bincount(who, minlength=people)
    near, tail, missed = genuine >= edge, other >= edge, genuine <= last
    scored = ScoredPeople(count(owners), count(other_owners), count(owners[~near]), genuine[near], owners[near],
                          other[tail], other_owners[tail])
    drawn = resample(scored, 0.001, seed=1)
    assert drawn.complete
    found = at_target(drawn, count(owners[missed]), count(owners))
    return [found.low, found.high]
REPLICATES = 1000
""",
    "scipy bootstrap of subjects, threshold set again": WEIGHED
    + """
from scipy.stats import bootstrap
def prepare(genuine, other, owners, other_owners):
    return weighed(genuine, other, owners, other_owners), int(other_owners.max()) + 1
def in_memory(rate, people):
    found = bootstrap((np.arange(people),), lambda drawn: rate(np.bincount(drawn, minlength=people)), batch=1,
                      n_resamples=REPLICATES, vectorized=False, method="percentile", rng=np.random.default_rng(1))
    return list(found.confidence_interval)
REPLICATES = max(10, int(1e8 / ROWS))
""",
    "scipy bootstrap of attempts (the wrong unit)": """
import numpy as np
from scipy.stats import bootstrap
def in_memory(genuine, other, owners, other_owners):
    def rate(genuine, other):
        return np.mean(genuine <= np.partition(other, len(other) - 1 - int(0.001 * len(other)))[
            len(other) - 1 - int(0.001 * len(other))])
    found = bootstrap((genuine, other), rate, batch=1, n_resamples=REPLICATES, vectorized=False, method="percentile",
                      rng=np.random.default_rng(1))
    return list(found.confidence_interval)
REPLICATES = max(10, int(1e8 / ROWS))
""",
    "confidence_intervals, conditions=subject": """
import numpy as np
from confidence_intervals import evaluate_with_conf_int
def in_memory(genuine, other, owners, other_owners):
    scores = np.concatenate([genuine, other])
    truth = np.concatenate([np.ones(len(genuine), bool), np.zeros(len(other), bool)])
    def rate(truth, scores):
        other = scores[~truth]
        place = len(other) - 1 - int(0.001 * len(other))
        return np.mean(scores[truth] <= np.partition(other, place)[place])
    found = evaluate_with_conf_int(scores, rate, truth, conditions=np.concatenate([owners, other_owners]),
                                   num_bootstraps=REPLICATES)
    return list(found[1])
REPLICATES = 5
""",
    "fairlearn n_boot (attempts; threshold given)": """
import numpy as np
from fairlearn.metrics import MetricFrame, false_negative_rate
def in_memory(genuine, other, owners, other_owners):
    place = len(other) - 1 - int(0.001 * len(other))
    threshold = np.partition(other, place)[place]
    frame = MetricFrame(metrics=false_negative_rate, y_true=np.ones(len(genuine), int),
                        y_pred=(genuine > threshold).astype(int), sensitive_features=owners % 8, n_boot=REPLICATES,
                        ci_quantiles=[0.025, 0.975], random_state=1)
    return [float(v) for v in frame.overall_ci]
REPLICATES = 20
""",
}

TASKS = {"curve": CURVE, "bootstrap": BOOTSTRAP}

RUN = """
import json, resource, sys, time
path = sys.argv[1]
def timed(work, *given):
    started, busy = time.perf_counter(), time.process_time()
    return work(*given), [time.perf_counter() - started, time.process_time() - busy]
if "from_file" in globals():
    result, whole = timed(from_file, path)
    inner = None
else:
    given, reading = timed(read, path)
    ready, once = timed(prepare, *given) if "prepare" in globals() else (given, [0, 0])
    result, inner = timed(in_memory, *ready)
    scale = 1000 / globals().get("REPLICATES", 1000)
    inner = [second * scale + first for second, first in zip(inner, once)]
    whole = [a + b for a, b in zip(reading, inner)]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([inner, whole, peak, [float(v) for v in (result or [])], globals().get("REPLICATES", 0)]))
"""


@dataclass(frozen=True)
class Row:
    """What one contender took at one size; times are seconds, memory is in MB."""

    task: str
    rows: int
    name: str
    in_memory: float | None = None
    from_file: float | None = None
    processor: float | None = None
    peak: float | None = None
    results: tuple[float, ...] = ()
    replicates: int = 0
    why_not: str = ""


def make(rows: int, path: Path) -> None:
    """Write scores: non-mated N(0,1), 1 % mated N(4.5,1) with effects of subjects, ten mated attempts of each."""
    import duckdb
    import numpy as np

    rng = np.random.Generator(np.random.SFC64(SEED))
    people = max(rows // 1000, 1)
    place = np.arange(rows)
    mated, subject = place % 100 == 0, (place // 100 % people).astype(np.int32)
    score = rng.standard_normal(rows)
    score[mated] += 4.5 + 0.5 * rng.standard_normal(people)[subject[mated]]
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.register("made", {"mated": mated, "score": score, "probe_subject": subject})
    connection.table("made").write_parquet(str(path), compression="zstd")


def run(row: Row, code: str, path: Path, *, python: str, limit: int) -> Row:
    """Run one contender in its own process."""
    subject = ", probe_subject" if row.task == "bootstrap" else ""
    start = f"RATES, SUBJECT, ROWS = {RATES!r}, {subject!r}, {row.rows}\n"
    command = [python, "-c", start + READ + code + RUN, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return replace(row, why_not=f"stopped after {limit} s")
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        return replace(row, why_not=said[-1][:80])
    inner, whole, peak, results, replicates = json.loads(done.stdout.splitlines()[-1])
    return replace(row, in_memory=inner and inner[0], from_file=whole[0], processor=whole[1], peak=peak,
                   results=tuple(results), replicates=replicates)  # fmt: skip


def too_much(row: Row, before: list[Row], *, limit: int, memory: int) -> str:
    """Tell why a contender is not worth starting, by what it took at the size before."""
    same = [one for one in before if (one.task, one.name) == (row.task, row.name)]
    if not same:
        return ""
    last = same[-1]
    if last.why_not or last.from_file is None or last.peak is None:
        return "not run: " + (last.why_not.removeprefix("not run: ") or "no result before")
    times = row.rows / last.rows
    share = last.replicates / 1000 if 0 < last.replicates < 1000 else 1.0
    if last.peak * times > memory or last.from_file * share * times > limit:
        return f"not run: {last.from_file * share:,.0f} s and {last.peak:,.0f} MB at {last.rows:.0e} already"
    return ""


def versions(peers: str) -> dict[str, str]:
    """List what ran, and on what."""
    here = {name: importlib.metadata.version(name) for name in ("numpy", "scipy", "duckdb")}
    names = ["numpy", "scipy", "scikit-learn", "bob.measure", "pyeer", "confidence-intervals", "fairlearn"]
    asked = "import importlib.metadata as m, json, sys; print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
    found = subprocess.run([peers, "-c", asked, *names], capture_output=True, text=True, check=False).stdout
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = [line.split(":")[1].strip() for line in lines if "model name" in line]
    return {
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{os.cpu_count()} cores, {model[0] if model else platform.processor()}",
        "processes waiting when it began": f"{os.getloadavg()[0]:.0f}",
        "Python": platform.python_version(),
        "beside Baserate": ", ".join(f"{name} {version}" for name, version in here.items()),
        "of the packages": ", ".join(f"{name} {version}" for name, version in json.loads(found or "{}").items()),
    }


def table(rows: list[Row], task: str, size: int) -> list[str]:
    """Lay one size out as a Markdown table, the ratios to Baserate's first row beside the numbers."""
    shown = [row for row in rows if (row.task, row.rows) == (task, size)]
    ours = next((row for row in shown if row.name == "Baserate" and row.from_file), Row(task, size, ""))
    last = "FNMR at FMR 0.001, 0.0001; EER" if task == "curve" else "95 % interval of FNMR"
    columns = ("", "in memory, s", "from the file, s", "processor, s", "peak, MB", "time / ours", "processor / ours",
               "memory / ours", last)  # fmt: skip
    what = {"curve": "error rates", "bootstrap": "1,000 replicates of FNMR at FMR 0.001"}[task]
    head = [f"\n**{size:,} comparisons: {what}**\n", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    return head + [f"| {' | '.join(_cells(row, ours))} |" for row in shown]


def _cells(row: Row, ours: Row) -> list[str]:
    scaled = f" (from {row.replicates} replicates)" if 0 < row.replicates < 1000 else ""
    if row.why_not:
        return [row.name, row.why_not, *[""] * 7]
    pairs = ((row.from_file, ours.from_file), (row.processor, ours.processor), (row.peak, ours.peak))
    ratios = [f"{a / b:,.1f}" if a and b else "" for a, b in pairs]
    numbers = [_number(row.in_memory), _number(row.from_file), _number(row.processor), _number(row.peak, 0)]
    results = ", ".join("none" if isnan(value) else f"{value:.6f}" for value in row.results)
    return [row.name + scaled, *numbers, *ratios, results]


def _number(value: float | None, digits: int = 2) -> str:
    return "" if value is None else f"{value:,.{digits}f}"


def text_of(about: dict[str, str], rows: list[Row]) -> str:
    """Write everything as Markdown."""
    lines = [f"* {key}: {value}" for key, value in about.items()]
    for task, size in dict.fromkeys((row.task, row.rows) for row in rows):
        lines += table(rows, task, size)
    return "\n".join(lines) + "\n"


def keep(out: Path | None, about: dict[str, str], rows: list[Row]) -> None:
    """Write what there is so far."""
    if out is not None:
        out.with_suffix(".md").write_text(text_of(about, rows), encoding="utf-8")
        both = {"about": about, "rows": [asdict(row) for row in rows]}
        out.with_suffix(".json").write_text(json.dumps(both, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, action="append")
    parser.add_argument("--task", action="append", choices=["curve", "bootstrap"])
    parser.add_argument("--peers", default=sys.executable, help="the Python that has the packages")
    parser.add_argument("--limit", type=int, default=300, help="seconds that a contender may take")
    parser.add_argument("--memory", type=int, default=9000, help="MB that a contender may be expected to take")
    parser.add_argument("--out", type=Path, help="write NAME.md and NAME.json")
    chosen = parser.parse_args()
    about = versions(chosen.peers)
    found: list[Row] = []
    for size in chosen.rows or [1_000_000]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "scores.parquet"
            # In a process of its own: a process starts with the peak memory of the one that started it.
            making = multiprocessing.get_context("spawn").Process(target=make, args=(size, path))
            making.start()
            making.join()
            for task, contenders in TASKS.items():
                if chosen.task and task not in chosen.task:
                    continue
                for name, code in contenders.items():
                    row, own = Row(task, size, name), name.startswith(("Baserate", "NumPy", "floor"))
                    why = too_much(row, found, limit=chosen.limit, memory=chosen.memory)
                    python = sys.executable if own else chosen.peers
                    row = replace(row, why_not=why) if why else run(row, code, path, python=python, limit=chosen.limit)
                    found.append(row)
                    print(f"{size:.0e} {task} {name}: {row.from_file or row.why_not}", file=sys.stderr, flush=True)
                    keep(chosen.out, about, found)
    print(text_of(about, found))


if __name__ == "__main__":
    main()
