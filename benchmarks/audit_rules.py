"""How long all rules take on a large log, as a ratio to one scan of the columns that they need, and in what memory.

    PYTHONPATH=src python benchmarks/audit_rules.py 5000000

writes a synthetic log of so many searches below the temporary folder (kept for the next run), and prints the ratio.
The log is random and stands for nobody.
"""

# ruff: noqa: S608 - names come from the schema.
from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from baserate.audit.packs import PACKS
from baserate.audit.rule import RowCheck
from baserate.audit.run import audit
from baserate.columns import TABLES, Column, duckdb_columns
from baserate.inputs.logs import read_log

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    folder = Path(tempfile.gettempdir()) / f"baserate-benchmark-log-{n}"
    if not folder.exists():
        write(folder, n)
    log = read_log(folder, check_values=False)
    scan = seconds(lambda: log.connection.execute(one_scan()).fetchall())
    started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken = seconds(lambda: audit(log))
    print(f"all {sum(map(len, PACKS.values()))} rules: {taken:.1f} s of processors' time, {taken / scan:.1f} scans")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = f"{n:,} searches; one scan of the columns needed: {scan:.1f} s"
    print(f"{told}; memory {started / 1024:.0f} to {peak / 1024:.0f} MB")


def seconds(do: Callable[[], object]) -> float:
    # Processors' time, which other work on the machine does not stretch.
    start = time.process_time()
    do()
    return time.process_time() - start


def needed() -> list[str]:
    """Columns of the searches that any rule reads."""
    from baserate.audit.counting import fields_of

    fields: set[str] = set()
    for rules in PACKS.values():
        for rule in rules:
            for check in rule.checks:
                fields |= set(
                    fields_of(f"{check.applies} {check.violates}") if isinstance(check, RowCheck) else check.fields
                )
    return [column.name for column in TABLES["search_event"] if column.name in fields]


def one_scan() -> str:
    # A maximum, because a count of values can be had without reading them.
    return f"SELECT {', '.join(f'max({name})::VARCHAR' for name in needed())} FROM search_event"


def write(folder: Path, n: int) -> None:
    folder.mkdir(parents=True)
    connection = duckdb.connect()
    listed = ", ".join(f'{value(c, i)} AS "{c.name}"' for i, c in enumerate(TABLES["search_event"]))
    connection.execute(
        f"COPY (SELECT {listed} FROM range({n}) t(i)) TO '{folder}/search_event.parquet' (COMPRESSION zstd)"
    )
    review = ", ".join(f'{value(c, i)} AS "{c.name}"' for i, c in enumerate(TABLES["review"]))
    connection.execute(
        f"COPY (SELECT {review} FROM range({n // 10}) t(i)) TO '{folder}/review.parquet' (COMPRESSION zstd)"
    )


def value(column: Column, salt: int) -> str:
    """Give SQL for a random value of a column's type."""
    chance = f"(hash(i, {salt}) % 1000)::BIGINT"
    kind = duckdb_columns("search_event").get(column.name) or duckdb_columns("review")[column.name]
    if column.name in ("event_id", "encounter_pid"):
        return "'id_' || md5(i::VARCHAR)"
    if column.name == "seq":
        return "i + 1"
    if column.values and kind == "VARCHAR":
        return f"{list(column.values)}[1 + {chance} % {len(column.values)}]"
    if column.values:
        return f"[{list(column.values)}[1 + {chance} % {len(column.values)}]]"
    by_kind = {
        "BOOLEAN": f"{chance} < 500",
        "BIGINT": f"{chance}",
        "DOUBLE": f"{chance} / 1000.0",
        "VARCHAR": f"'v' || ({chance} % 5)",
        "VARCHAR[]": f"['v' || ({chance} % 5)]",
        "TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ '2026-01-01 00:00:00+00' "
        f"+ INTERVAL 1 HOUR * (i * 6000 // {10**9} + {chance})",
    }
    return by_kind.get(kind, f"NULL::{kind}")


if __name__ == "__main__":
    main()
