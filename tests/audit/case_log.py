"""Logs written by hand for one case: a neutral row with the fields that the case names."""

# ruff: noqa: S608 - names come from the schema, values are parameters.

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from baserate.audit.packs import PACKS
from baserate.columns import TABLES, duckdb_columns

HERE = Path(__file__).parent
NEUTRAL = tomllib.loads((HERE / "neutral.toml").read_text(encoding="utf-8"))
RULES = {rule.id: (pack, rule) for pack, rules in PACKS.items() for rule in rules}
NAMES = {"search_event": "search"}
Case = dict[str, Any]


# One database for all cases, one log in it at a time: making its tables takes longer than a case.
CONNECTION = duckdb.connect()
TYPES = {table: duckdb_columns(table) | {"row": "BIGINT"} for table in TABLES}


@dataclass(frozen=True)
class CaseLog:
    connection: Any
    absent: frozenset[tuple[str, str]]
    manifest: dict[str, Any]

    def slabs(self, rows: int) -> list[tuple[int, int, str]]:
        ((n,),) = self.connection.execute("SELECT count(*) FROM search_event").fetchall()
        bounds = [(first, first + rows - 1) for first in range(1, n + 1, rows)]
        return [(first, last, f'"row" BETWEEN {first} AND {last}') for first, last in bounds]


def read_cases(rule: str) -> list[Case]:
    cases: list[Case] = tomllib.loads((HERE / "cases" / f"{rule}.toml").read_text(encoding="utf-8"))["case"]
    return cases


def build_log(case: Case, rule_id: str, *, without: tuple[str, ...] = ()) -> CaseLog:
    """Build the log of a case; ``without`` names columns of the searches that the system does not record."""
    code = RULES[rule_id][1].binds.code
    for table in TABLES:
        rows = [row for given in case.get(NAMES.get(table, table), []) for row in _times(given)]
        if table == "search_event":
            rows = [_search(row, i, code) for i, row in enumerate(rows, start=1)]
            rows = [row | dict.fromkeys(without) for row in rows]
        _fill(table, rows)
    manifest = ({"jurisdictions": [code]} if code else {}) | case.get("manifest", {})
    return CaseLog(CONNECTION, _absent(case), manifest)


def _times(row: Case) -> list[Case]:
    return [{k: v for k, v in row.items() if k != "times"}] * row.get("times", 1)


def _search(row: Case, i: int, code: str) -> Case:
    agency = NEUTRAL["agency"].get(code, "local")
    made = {"event_id": f"event-number-{i:06}", "seq": i, "encounter_pid": f"en_{i}", "agency_type": agency}
    return made | row


def _make(table: str) -> None:
    declared = ", ".join(f'"{name}" {kind}' for name, kind in TYPES[table].items())
    CONNECTION.execute(f"CREATE TABLE {table} ({declared})")
    CONNECTION.execute(f"CREATE TABLE neutral_{table} ({declared})")
    values = NEUTRAL.get(NAMES.get(table, table), {})
    listed = ", ".join(f'CAST(? AS {kind}) AS "{name}"' for name, kind in TYPES[table].items())
    CONNECTION.execute(f"INSERT INTO neutral_{table} SELECT {listed}", [values.get(name) for name in TYPES[table]])


def _fill(table: str, rows: list[Case]) -> None:
    CONNECTION.execute(f"DELETE FROM {table}")
    for i, row in enumerate(rows, start=1):
        assert set(row) <= set(TYPES[table]), f"{table} has no column {set(row) - set(TYPES[table])}"
        given: Case = {"row": i} | row
        values = {k: None if v == "null" else v for k, v in given.items()}
        changed = ", ".join(f'CAST(? AS {TYPES[table][name]}) AS "{name}"' for name in values)
        sql = f"INSERT INTO {table} SELECT * REPLACE ({changed}) FROM neutral_{table}"
        CONNECTION.execute(sql, list(values.values()))


def _absent(case: Case) -> frozenset[tuple[str, str]]:
    tables = [name for name in case.get("absent", []) if name in TABLES]
    columns = [name for name in case.get("absent", []) if name not in TABLES]
    whole = {(table, column.name) for table in tables for column in TABLES[table]}
    return frozenset(whole | {("search_event", name) for name in columns})


for _table in TABLES:
    _make(_table)
