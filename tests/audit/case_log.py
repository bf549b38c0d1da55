"""Logs written by hand for one case: a neutral row with the fields that the case names."""

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


@dataclass(frozen=True)
class CaseLog:
    connection: Any
    absent: frozenset[tuple[str, str]]
    manifest: dict[str, Any]


def read_cases(rule):
    return tomllib.loads((HERE / "cases" / f"{rule}.toml").read_text(encoding="utf-8"))["case"]


def build_log(case, rule_id, *, without=()):
    """Build the log of a case; ``without`` names columns of the searches that the system does not record."""
    code = RULES[rule_id][1].binds.code
    connection = duckdb.connect()
    for table in TABLES:
        rows = [row for given in case.get(NAMES.get(table, table), []) for row in _times(given)]
        if table == "search_event":
            rows = [_search(row, i, code) for i, row in enumerate(rows, start=1)]
            rows = [{k: None if k in without else v for k, v in row.items()} for row in rows]
        else:
            rows = [NEUTRAL.get(table, {}) | row for row in rows]
        _fill(connection, table, rows)
    manifest = ({"jurisdictions": [code]} if code else {}) | case.get("manifest", {})
    return CaseLog(connection, _absent(case), manifest)


def _times(row):
    return [{k: v for k, v in row.items() if k != "times"}] * row.get("times", 1)


def _search(row, i, code):
    agency = NEUTRAL["agency"].get(code, "local")
    made = {"event_id": f"event-number-{i:06}", "seq": i, "encounter_pid": f"en_{i}", "agency_type": agency}
    return NEUTRAL["search"] | made | row


def _fill(connection, table, rows):
    types = duckdb_columns(table) | {"row": "BIGINT"}
    declared = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    connection.execute(f"CREATE TABLE {table} ({declared})")
    for i, row in enumerate(rows, start=1):
        values = {k: None if v == "null" else v for k, v in ({"row": i} | row).items() if k in types}
        assert set(row) <= set(types), f"{table} has no column {set(row) - set(types)}"
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join(f"CAST(? AS {types[name]})" for name in values)
        connection.execute(f"INSERT INTO {table} ({names}) SELECT {marks}", list(values.values()))


def _absent(case):
    tables = [name for name in case.get("absent", []) if name in TABLES]
    columns = [name for name in case.get("absent", []) if name not in TABLES]
    whole = {(table, column.name) for table in tables for column in TABLES[table]}
    return frozenset(whole | {("search_event", name) for name in columns})
