"""Valid rows of a log for tests, made from the examples in the schema itself."""

import csv
import json
from pathlib import Path

from baserate.columns import TABLES, TYPES

TEXT_LISTS = {"set", "codes", "cells"}


def rows(n: int, table: str = "search_event", **changes: object) -> list[dict[str, str]]:
    """Give n rows as CSV cells; each change is a value for all rows or a function of the row's index."""
    made = []
    for i in range(n):
        row = {record.name: record.example for record in TABLES[table]}
        if table == "search_event":
            hour = f"2026-03-{1 + i // 24 % 28:02}T{i % 24:02}:00:00Z"
            row |= {"event_id": f"ev_{i:08x}z", "seq": str(i + 1), "time_start_utc": hour, "time_end_utc": hour,
                    "encounter_pid": f"en_{i:08x}z", "candidates": "[]", "outcome_time_utc": ""}  # fmt: skip
        row |= {key: str(change(i) if callable(change) else change) for key, change in changes.items()}
        made.append(row)
    return made


def write_csv(path: Path, made: list[dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(made[0]))
        writer.writeheader()
        writer.writerows(made)
    return path


def write_jsonl(path: Path, made: list[dict[str, str]], table: str = "search_event") -> Path:
    """The same rows with JSON's own types: null for an empty cell, numbers, booleans and arrays."""
    types = {record.name: record.type for record in TABLES[table]}
    lines = [json.dumps({k: as_json(types.get(k, "code"), v) for k, v in row.items()}) for row in made]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def as_json(kind: str, cell: str) -> object:
    if cell == "":
        return None
    if kind in TEXT_LISTS:
        return json.loads(cell) if cell.startswith("[") else cell.split("|")
    if TYPES[kind].duckdb in ("BIGINT", "DOUBLE", "BOOLEAN") or kind == "candidates":
        try:
            return json.loads(cell)
        except ValueError:
            return cell
    return cell
