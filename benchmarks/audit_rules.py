"""What all rules, the integrity checks and the hash chain cost on a large log, as ratios to one scan of their columns.

    PYTHONPATH=src python benchmarks/audit_rules.py 50000000 --folder /tmp/log

writes a synthetic log of so many searches (zstd Parquet, in bounded memory; kept in a folder that is given, else
deleted), measures scan and audit in turn in one process, and prints each ratio with the most memory that the process
took. Processors' time is measured, which other work on the machine stretches less than the clock. The log is random
and stands for nobody.
"""

# ruff: noqa: S608 - names come from the schema.
from __future__ import annotations

import argparse
import resource
import time
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb

from baserate.audit.counting import fields_of
from baserate.audit.integrity import ROW_CHECKS, check_claims, sequence, verify_chain
from baserate.audit.integrity.finding import judge
from baserate.audit.packs import PACKS
from baserate.audit.rule import RowCheck
from baserate.audit.run import audit
from baserate.columns import TABLES, Column, duckdb_columns
from baserate.inputs.logs import read_log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from baserate.inputs.logs import SearchLog

#: Rows of a side table for each search.
SIDE_TABLES = {"review": 0.1, "disclosure": 0.02, "retention_event": 0.1, "operation": 0.02, "faces_seen": 0.0001}
#: Columns of the searches that integrity checks read, apart from the chain.
INTEGRITY = (
    "event_id", "seq", "system_id", "amends_seq", "encounter_pid", "attempt_no", "mode", "purpose_code", "outcome",
    "enrolled_into_gallery", "time_start_utc", "time_end_utc", "outcome_time_utc", "truth_time_utc",
    "retention_start_utc", "retention_expiry_utc", "deletion_time_utc", "authorisation_request_time_utc",
    "authorisation_time_utc",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("searches", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where the log is written, and kept for the next run")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--memory", default="1GB", help="most memory of the engine")
    parser.add_argument("--chain", action="store_true", help="also verify the hash chain")
    options = parser.parse_args()
    made = TemporaryDirectory(prefix="baserate-benchmark-") if options.folder is None else nullcontext(options.folder)
    with made as folder:
        log = Path(folder)
        if not (log / "search_event.parquet").exists():
            write(log, options.searches)
        measure(log, options.repeats, options.memory, chain=options.chain)


def measure(folder: Path, repeats: int, memory: str, *, chain: bool) -> None:
    log = read_log(folder, check_values=False, memory_limit=memory)
    print(f"{log.count():,} searches, {size(folder):,.0f} MB; read: {peak():,.0f} MB of memory", flush=True)
    for _ in range(repeats):
        show("all 80 rules", log, needed(), lambda: audit(log))
        show("integrity without the chain", log, INTEGRITY, lambda: integrity(log))
    if chain:
        everything = tuple(column.name for column in TABLES["search_event"])
        show("hash chain", log, everything, lambda: verify_chain(log))


def show(what: str, log: SearchLog, columns: Iterable[str], do: Callable[[], object]) -> None:
    """Print what is done as a ratio to a scan of its columns made just before and just after."""
    names = tuple(columns)
    before, taken, after = (seconds(step) for step in (lambda: scan(log, names), do, lambda: scan(log, names)))
    one = median((before, after))
    told = f"{what}: {taken:.1f} s, one scan of its {len(names)} columns {one:.1f} s, ratio {taken / one:.2f}"
    print(f"{told}; {peak():,.0f} MB of memory", flush=True)


def seconds(do: Callable[[], object]) -> float:
    start = time.process_time()
    do()
    return time.process_time() - start


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.iterdir()) / 1e6


def scan(log: SearchLog, columns: Iterable[str]) -> None:
    """Read columns of the searches, and the side tables, once."""
    # A count or a greatest value could be had from the files' own statistics, without reading anything.
    for table in TABLES:
        names = columns if table == "search_event" else [column.name for column in TABLES[table]]
        listed = ", ".join(f'bit_xor(hash("{name}"))' for name in names)
        log.connection.execute(f"SELECT {listed} FROM {table}").fetchall()


def integrity(log: SearchLog) -> None:
    for check in ROW_CHECKS:
        judge(log, check)
    sequence.check_gaps(log)
    check_claims(log)


def needed() -> list[str]:
    """Columns of the searches that any rule reads."""
    fields: set[str] = {"event_id"}
    for rule in (rule for rules in PACKS.values() for rule in rules):
        for check in rule.checks:
            fields |= set(
                fields_of(f"{check.applies} {check.violates}") if isinstance(check, RowCheck) else check.fields
            )
    return [column.name for column in TABLES["search_event"] if column.name in fields]


def write(folder: Path, n: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in {"search_event": n, **{side: int(n * share) for side, share in SIDE_TABLES.items()}}.items():
        connection = duckdb.connect(config={"memory_limit": "1GB", "preserve_insertion_order": "false"})
        # Rows of side tables belong to searches all over the log.
        step = n // max(1, rows)
        listed = ", ".join(f'{value(table, c, i)} AS "{c.name}"' for i, c in enumerate(TABLES[table]))
        written = f"'{folder}/{table}.parquet' (COMPRESSION zstd)"
        connection.execute(f"COPY (SELECT {listed} FROM (SELECT i * {step} AS i FROM range({rows}) t(i))) TO {written}")
        connection.close()


#: Columns with a form of their own: identifiers that rows share, running numbers, a clock that runs.
_SPECIAL = {
    "schema_version": "'0.1.0'",
    "event_id": "'ev_' || md5(i::VARCHAR)",
    "encounter_pid": "'en_' || md5((i - (i % 10 = 9)::BIGINT)::VARCHAR)",
    "attempt_no": "1 + (i % 10 = 9)::BIGINT",
    "system_id": "'system-' || (i % 4)",
    "seq": "1 + i // 4",
    "amends_seq": "CASE WHEN i % 1000 = 999 THEN i // 4 END",
    "mode": "CASE WHEN hash(i, 'm') % 20 > 0 THEN 'live' ELSE ['training', 'test', 'unknown'][1 + i % 3] END",
    "time_start_utc": "TIMESTAMPTZ '2027-01-01 00:00:00+00' + INTERVAL 1 HOUR * (i // 6000)",
}


def value(table: str, column: Column, salt: int) -> str:
    """Give SQL for a random value; earlier values of an enumeration are more frequent, optional ones often empty."""
    if column.name in _SPECIAL:
        return _SPECIAL[column.name]
    chance = f"(hash(i, {salt}) % 1000)::BIGINT"
    found = _typed(table, column, chance)
    return found if column.required == "R" else f"CASE WHEN hash(i, 'null', {salt}) % 2 = 0 THEN {found} END"


def _typed(table: str, column: Column, chance: str) -> str:
    kind = duckdb_columns(table)[column.name]
    if column.values:
        one = f"{list(column.values)}[1 + floor(({chance} / 1000.0) ** 2 * {len(column.values)})::BIGINT]"
        return one if kind == "VARCHAR" else f"[{one}]"
    hour = f"TIMESTAMPTZ '2027-01-01 00:00:00+00' + INTERVAL 1 HOUR * (i // 6000 + {chance})"
    by_type = {
        "cell": f"lpad(({chance} % 200)::VARCHAR, 5, '0')",
        "cells": f"[lpad(({chance} % 200)::VARCHAR, 5, '0')]",
        "digest": f"md5({chance}::VARCHAR || i) || md5(i::VARCHAR)",
        "pseudonym": f"'p_' || md5({chance}::VARCHAR)",
        "interval": f"{{'start_utc': {hour}, 'end_utc': {hour} + INTERVAL 24 HOUR}}",
    }
    by_kind = {
        "BOOLEAN": f"{chance} < 500",
        "BIGINT": f"{chance} % 40",
        "DOUBLE": f"{chance} / 1000.0",
        "VARCHAR": f"'v' || ({chance} % 5)",
        "VARCHAR[]": f"['v' || ({chance} % 5)]",
        "TIMESTAMP WITH TIME ZONE": hour,
    }
    return by_type.get(column.type) or by_kind.get(kind) or f"NULL::{kind}"


if __name__ == "__main__":
    main()
