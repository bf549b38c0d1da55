"""Time and memory of FPIR, FNIR and selectivity from candidate lists in Parquet.

    python benchmarks/measure_candidates.py [--searches 100000] [--length 50] [--codec zstd]

Each contender runs in a process of its own on the same files; their FPIR, FNIR within rank 1 and FNIR within the list,
at one threshold, are printed to compare. The first counts every threshold, as do the benchmarks of scores without
intervals; the second is what `baserate measure` does. The floor is reading the columns.
"""

# ruff: noqa: S608 - numbers and folders of our own.
from __future__ import annotations

import argparse
import importlib.util
import json
import multiprocessing
import subprocess
import sys
import tempfile
from pathlib import Path

THRESHOLD = 4.95

CONTENDERS = {
    "baserate, rates at any threshold": (
        "duckdb",
        """
from pathlib import Path
from baserate.estimates.counting import count_scores
from baserate.estimates.trials import prepare_searches, ranked, search_trials
from baserate.inputs.formats import read_file
def work(folder, threshold):
    searches = read_file(Path(folder, "lists.parquet"), searches=Path(folder, "searches.parquet")).searches
    prepare_searches(searches)
    trials = search_trials(searches, ranks=(1,))
    tallies = [count_scores(t, thresholds=(threshold,), eer=False) for t in (trials, ranked(trials, 1))]
    (found, returned), (first, _) = (tally.at(threshold) for tally in tallies)
    mated, others = tallies[0].n_mated, tallies[0].n_non_mated
    return [returned / others, 1 - first / mated, 1 - found / mated]
""",
    ),
    "baserate, with checks and intervals": (
        "duckdb",
        """
from baserate.inputs import read_scores
from baserate.estimates import Wanted, measure_searches
def work(folder, threshold):
    searches = read_scores(folder + "/lists.parquet", searches=folder + "/searches.parquet").searches
    found = measure_searches(searches, Wanted(thresholds=(threshold,), ranks=(1, None)))
    return [e.value for e in found if e.metric in ("fpir", "fnir")]
""",
    ),
    "numpy arrays": (
        "numpy",
        """
import duckdb, numpy as np
def work(folder, threshold):
    lists = duckdb.execute("SELECT * FROM '" + folder + "/lists.parquet'").fetchnumpy()
    table = duckdb.execute("SELECT * FROM '" + folder + "/searches.parquet'").fetchnumpy()
    place = np.searchsorted(table["search_id"], lists["search_id"])
    above = lists["score"] >= threshold
    mated = np.asarray(table["mated"], bool)
    hit = above & mated[place] & (lists["candidate_subject"] == table["subject"][place])
    out = []
    alarm = np.zeros(len(mated), bool)
    alarm[place[above & ~mated[place]]] = True
    found = np.zeros((2, len(mated)), bool)
    found[0, place[hit & (lists["rank"] == 1)]] = True
    found[1, place[hit]] = True
    return [alarm[~mated].mean(), 1 - found[0, mated].mean(), 1 - found[1, mated].mean()]
""",
    ),
    "polars": (
        "polars",
        """
import polars as pl
def work(folder, threshold):
    table = pl.scan_parquet(folder + "/searches.parquet")
    rows = pl.scan_parquet(folder + "/lists.parquet").filter(pl.col("score") >= threshold).join(table, on="search_id")
    mate = pl.col("mated") & (pl.col("candidate_subject") == pl.col("subject"))
    counts = rows.select(
        pl.col("search_id").filter(~pl.col("mated")).n_unique().alias("alarms"),
        pl.col("search_id").filter(mate & (pl.col("rank") == 1)).n_unique().alias("first"),
        pl.col("search_id").filter(mate).n_unique().alias("any"),
    ).collect().row(0)
    mated = table.select(pl.col("mated").sum(), pl.len()).collect().row(0)
    return [counts[0] / (mated[1] - mated[0]), 1 - counts[1] / mated[0], 1 - counts[2] / mated[0]]
""",
    ),
    "floor: read the columns": (
        "duckdb",
        """
import duckdb
def work(folder, threshold):
    columns = "sum(search_id), sum(candidate_subject), sum(rank), sum(score)"
    duckdb.execute("SELECT " + columns + " FROM '" + folder + "/lists.parquet'").fetchall()
""",
    ),
}

RUN = """
import json, resource, sys, time
started, busy = time.perf_counter(), time.process_time()
result = work(sys.argv[1], float(sys.argv[2]))
seconds, busy = time.perf_counter() - started, time.process_time() - busy
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([seconds, busy, peak, [float(v) for v in result or []]]))
"""


def make(searches: int, length: int, folder: str, codec: str) -> None:
    """Write searches, half of them mated, and the best candidates of each, the mate somewhere or nowhere among them."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(
        f"COPY (SELECT i AS search_id, i // 2 % ({searches} * 2 // 5) AS subject, i % 2 = 0 AS mated, "
        f"1000000 AS gallery_size FROM range({searches}) t(i)) TO '{folder}/searches.parquet'"
    )
    connection.execute(
        f"COPY (SELECT search_id, CASE WHEN mated AND r = 1 + hash(search_id) % {length + 10} THEN subject "
        f"ELSE {searches} + (hash(search_id) + r * (1 + hash(search_id) % {599_999 // length})) % 600000 END::BIGINT "
        "AS candidate_subject, "
        f"r::INTEGER AS rank, (5 - ln(r + hash(r, search_id) % 1000 / 1000))::FLOAT AS score "
        f"FROM '{folder}/searches.parquet', range(1, {length + 1}) t(r) ORDER BY search_id, r) "
        f"TO '{folder}/lists.parquet' (COMPRESSION {codec})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--searches", type=int, default=100_000)
    parser.add_argument("--length", type=int, default=50)
    parser.add_argument("--codec", default="zstd", help="of the Parquet file: zstd, snappy, ...")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # In a process of its own: a process starts with the peak memory of the one that started it.
        arguments = (chosen.searches, chosen.length, folder, chosen.codec)
        making = multiprocessing.get_context("spawn").Process(target=make, args=arguments)
        making.start()
        making.join()
        size = Path(folder, "lists.parquet").stat().st_size / 1e6
        print(f"{chosen.searches:,} searches with lists of {chosen.length}, {size:.0f} MB of Parquet")
        print(f"{'':36} seconds  CPU seconds  peak MB   FPIR, FNIR rank 1, FNIR list at T={THRESHOLD}")
        for name, (needs, code) in CONTENDERS.items():
            if importlib.util.find_spec(needs) is None:
                print(f"{name:36} not installed")
                continue
            command = [sys.executable, "-c", code + RUN, folder, str(THRESHOLD)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{name:36} {done.stderr.strip().splitlines()[-1]}")
                continue
            seconds, busy, peak, values = json.loads(done.stdout.splitlines()[-1])
            shown = ", ".join(f"{value:.6f}" for value in values)
            print(f"{name:36} {seconds:7.2f}  {busy:11.2f}  {peak:7.0f}   {shown}")


if __name__ == "__main__":
    main()
