"""Whether a table has the schema's columns and no others."""

# ruff: noqa: S608 - names are quoted by `name`, values by `text`, and the connection is locked down.
from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from baserate.columns import TABLES
from baserate.engines.duckdb import name
from baserate.errors import Problem
from baserate.inputs.log_checks.forbidden_content import PATTERNS, kind_of
from baserate.inputs.log_checks.forbidden_names import forbidden_kind, words

if TYPE_CHECKING:
    import duckdb

    from baserate.inputs.log_formats.tables import RawTable

_SAMPLE = 10_000  # rows of an unknown column that are looked at to say what it holds
_OUT = "Take the column out where the log is written, not after"


def check_columns(connection: duckdb.DuckDBPyConnection, raw: RawTable) -> list[Problem]:
    """Refuse columns that the schema does not know, and say what they hold where that can be told."""
    known = [record.name for record in TABLES[raw.table]]
    unknown = [column for column in raw.columns if column not in known]
    return [_unknown(connection, raw, column, known) for column in unknown]


def missing_columns(raw: RawTable) -> list[Problem]:
    """Warn of the always required columns that are not there: rules that need them cannot tell."""
    missing = [r.name for r in TABLES[raw.table] if r.required == "R" and r.name not in raw.columns]
    if not missing:
        return []
    what = f"{len(missing)} columns that the schema requires are not in the file: {', '.join(missing)}"
    remedy = "Rules that need them will answer cannot tell; ask the log's owner for them"
    return [Problem("column-missing", f"{raw.where}, {raw.table}", what, remedy, severity="warning")]


def _unknown(connection: duckdb.DuckDBPyConnection, raw: RawTable, column: str, known: list[str]) -> Problem:
    where = f'{raw.where}, {raw.table}, column "{_printable(column)}"'
    kind = forbidden_kind(column)
    if kind:
        return Problem(f"forbidden-{kind.code}", where, f"by its name it holds {kind.why}", _OUT)
    content = _content(connection, raw, column)
    if content:
        code, what = content
        return Problem(f"forbidden-{code}", where, f"by its content it holds {what}", _OUT)
    near = get_close_matches(words(column).strip().replace(" ", "_"), known, 1, 0.8)
    remedy = f'Rename it to "{near[0]}"' if near else "Take it out, or map it to a column of the schema (column map)"
    return Problem("unknown-column", where, "the schema has no such column, so nothing says it is safe", remedy)


def _printable(column: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in column[:60])


def _content(connection: duckdb.DuckDBPyConnection, raw: RawTable, column: str) -> tuple[str, str] | None:
    found = raw.columns[column]
    if found == "BLOB":
        return "image", "binary data, such as an image or a template"
    if found.startswith(("FLOAT[", "DOUBLE[", "TINYINT[", "UTINYINT[")):
        return "template", f"vectors ({found}), such as embeddings"
    if found != "VARCHAR":
        return None
    sample = f"(SELECT {name(column)} AS value FROM {raw.view} WHERE {name(column)} IS NOT NULL LIMIT {_SAMPLE})"
    sql = f"SELECT min(kind) FROM (SELECT {kind_of('value')} AS kind FROM {sample}) WHERE kind >= 0"
    kind = connection.execute(sql).fetchall()[0][0]
    return None if kind is None else (PATTERNS[kind].code, PATTERNS[kind].what)
