"""Bad and odd logs, and the small public tables beside them, by seed: no traceback, no row that is gone.

A valid log, inventory, yearly report, table of deployments or table of points is written and then damaged, or not.
Whatever comes out must be refused with problems, or be read whole.

    python -m tests.inputs.odd_logs 10000        # from seed 0
    python -m tests.inputs.odd_logs 500 40000    # from seed 40000
"""

# ruff: noqa: S608 - the queries are made of names of its own
from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from tests.inputs import odd
from tests.inputs.log_rows import rows, write_csv, write_jsonl
from tests.inputs.odd import ODD_TEXTS, OddFile, csv_rows, damaged, packed, sound

from baserate.inputs.log_formats.live_table import read_deployments
from baserate.inputs.log_formats.omb_inventory import read_inventory
from baserate.inputs.log_formats.yearly_totals import read_yearly_totals
from baserate.inputs.logs import read_log
from baserate.inputs.points import read_points

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

PUBLIC = Path(__file__).parents[1] / "data" / "logs"
YEARLY = "title,period_start,period_end,system_id,total,part,number\nyear,2025-01-01,2025-12-31,,searches,,{}\n"
POINTS = "gallery_size,fpir,fnir,rank1_miss\n1600000,0.003,0.0021,0.0013\n12000000,0.003,{},\n"


def make_log(rng: random.Random) -> OddFile:
    """A log of one table in one of three forms, perhaps with one odd cell in a column of its own choice."""
    made = rows(rng.choice([1, 2, 30]))
    if rng.random() < 0.3:
        row = rng.choice(made)
        row[rng.choice(list(row))] = rng.choice(ODD_TEXTS)
    if rng.random() < 0.3:
        for row in made:
            row.pop("candidates")
    form = rng.choice(["csv", "csv", "jsonl", "parquet"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"search_event.{form}"
        if form == "csv":
            write_csv(path, made)
        elif form == "jsonl":
            write_jsonl(path, made)
        else:
            source = write_csv(Path(folder) / "x.csv", made)
            with duckdb.connect() as connection:
                table = f"read_csv('{source}', all_varchar = true)"
                connection.execute(f"COPY (SELECT * FROM {table}) TO '{path}' (FORMAT parquet)")
        found = OddFile(path.name, path.read_bytes(), f"log {form}")
    if rng.random() < 0.4:
        found.beside["manifest.json"] = json.dumps({"schema_version": "0.1.0"}).encode()
    return found


def make_public(rng: random.Random) -> OddFile:
    """One of the small tables that are read whole."""
    number = rng.choice(["12", "0.0039", *ODD_TEXTS])
    cell = f'"{number}"' if set(number) & set(',"\n') else number
    return rng.choice(
        [
            OddFile("inventory.csv", (PUBLIC / "dhs_inventory_2025_extract.csv").read_bytes(), "inventory"),
            OddFile("deployments.csv", (PUBLIC / "uk_holyhead_2025.csv").read_bytes(), "deployments"),
            OddFile("yearly.csv", YEARLY.format(cell).encode(), "yearly totals"),
            OddFile("points.csv", POINTS.format(cell).encode(), "points"),
        ]
    )


def make(seed: int) -> OddFile:
    """Make the file of a seed."""
    rng = random.Random(seed)  # noqa: S311
    made = damaged(rng.choice([make_log, make_log, make_public])(rng), rng)
    if made.made in ("log csv", "log jsonl") and rng.random() < 0.15:
        made = packed(made, rng)
    return made


def count_log(path: Path) -> int:
    """Number of the rows that are read, each of them looked at."""
    log = read_log(path)
    assert all(sound(str(problem)) for problem in log.problems), log.problems
    (counted,) = log.connection.execute("SELECT count(*) FROM search_event").fetchall()[0]
    assert counted == log.count()
    log.connection.close()
    return log.count()


READERS: dict[str, Callable[[Path], int]] = {
    "inventory": lambda path: len(read_inventory(path)),
    "deployments": lambda path: len(read_deployments(path).rows),
    "yearly totals": lambda path: sum(_numbers(report) for report in read_yearly_totals(path)),
    "points": lambda path: len(read_points(path).fnir),
}


def _numbers(report: dict[str, Any]) -> int:
    """Numbers of a yearly report: one for a total, one for each part of a breakdown."""
    return sum(len(total) if isinstance(total, dict) else 1 for total in report["totals"].values())


def written_rows(made: OddFile) -> int | None:
    """Rows that Python finds in the file, or ``None`` where it has no second opinion."""
    text = (made.body if made.plain is None else made.plain).decode("utf-8-sig", errors="replace")
    if made.made == "log jsonl":
        return sum(bool(line.strip()) for line in text.split("\n"))
    if made.made == "log parquet":
        return None
    return sum(map(bool, csv_rows(text))) - 1


def verdict(made: OddFile, folder: Path) -> str:
    """Read the file: ``accepted``, or how many rows are gone."""
    read = READERS.get(made.made, count_log)(folder if made.beside else folder / made.name)
    expected = written_rows(made)
    if expected is not None and read != expected:
        return f"rows lost: {expected} in the file, {read} read"
    return "accepted"


def run(first: int, number: int) -> tuple[Counter[str], dict[int, str]]:
    """Try the files of some seeds; count what became of them, and give the seeds that went wrong."""
    return odd.run(first, number, make=make, verdict=verdict)


if __name__ == "__main__":
    odd.main(run)
