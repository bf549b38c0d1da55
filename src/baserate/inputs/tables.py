"""Canonical CSV and Parquet files as typed tables: the columns that are needed, in the types that are promised."""

# ruff: noqa: S608 - names are quoted by `name`, values by `text`, and the connection is locked down.
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from baserate.engines.duckdb import name, text
from baserate.errors import InputError, Problem, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_LINE = 1_000_000  # bytes; a line longer than this is not a row of a table
_WORDS = {"DOUBLE": "numbers", "BOOLEAN": "true or false", "BIGINT": "whole numbers", "INTEGER": "whole numbers"}


@dataclass(frozen=True)
class Table:
    """A table or view on a connection, with where it came from.

    Parameters
    ----------
    view
        Its name on the connection.
    types
        SQL type of each column, in order.
    source
        The file, for messages.
    """

    view: str
    types: Mapping[str, str]
    source: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(self.types)


def table_of(connection: duckdb.DuckDBPyConnection, view: str, *, source: str) -> Table:
    """Describe a table or view that is on the connection."""
    rows = connection.execute(f"DESCRIBE {name(view)}").fetchall()
    return Table(view, {row[0]: row[1] for row in rows}, source)


def open_table(
    connection: duckdb.DuckDBPyConnection, path: Path | str, *, view: str, types: Mapping[str, str]
) -> Table:
    """Open a CSV or Parquet file as the table ``view``; columns named in ``types`` get that type.

    Text files keep other columns as text, so that "007" and "7" stay two people. A value that does not fit its type
    is a problem; all of them are raised together. An empty field is missing (NULL).

    Parameters
    ----------
    connection
        Opened by :func:`baserate.engines.duckdb.connect` with leave to read ``path``.
    path
        ``.parquet``, or ``.csv``/``.tsv``/``.txt`` with a header, also compressed (``.gz``, ``.zst``).
    view
        Name that the table gets on the connection.
    types
        Column name -> SQL type, for the columns whose type is promised; others keep theirs.

    Raises
    ------
    InputError
        The file is missing or unreadable, or values do not fit their type.
    """
    path = Path(path)
    parquet = path.suffix.lower() in (".parquet", ".pq")
    raw = f"{view}_as_read"
    try:
        _create_raw(connection, path, raw, parquet=parquet)
        found = {row[0]: row[1] for row in connection.execute(f"DESCRIBE {raw}").fetchall()}
    except duckdb.Error as error:
        raise _unreadable(path, error) from None
    problems = [
        problem
        for column, kind in types.items()
        if column in found
        for problem in _misfits(connection, raw, column, kind, where=str(path), found=found[column])
    ]
    if problems:
        raise InputError(problems)
    wanted = [_as_type(column, types.get(column), found[column]) for column in found]
    kind = "VIEW" if parquet else "TABLE"
    connection.execute(f"CREATE {kind} {view} AS SELECT {', '.join(wanted)} FROM {raw}")
    if not parquet:
        connection.execute(f"DROP TABLE {raw}")
    return table_of(connection, view, source=str(path))


def need_columns(table: Table, required: tuple[str, ...], *, remedy: str) -> list[Problem]:
    """List the required columns that a table lacks, as problems."""
    missing = [column for column in required if column not in table.columns]
    if not missing:
        return []
    what = f"there is no column {', '.join(missing)}; found {', '.join(table.columns[:20])}"
    return [Problem("column-missing", table.source, what, remedy)]


def equal(types: Mapping[str, str], column: str, other_types: Mapping[str, str], other: str) -> str:
    """Write the condition that two identifiers are the same, as text where their types differ.

    Examples
    --------
    >>> equal({"a": "BIGINT"}, "a", {"b": "VARCHAR"}, "b")
    '"a"::VARCHAR = "b"::VARCHAR'
    """
    cast = "" if types[column] == other_types[other] else "::VARCHAR"
    return f"{name(column)}{cast} = {name(other)}{cast}"


def _create_raw(connection: duckdb.DuckDBPyConnection, path: Path, raw: str, *, parquet: bool) -> None:
    if not path.is_file():
        missing = refuse("no-such-file", str(path), "there is no such file", "Check the path")
        raise missing
    if parquet:
        connection.execute(f"CREATE VIEW {raw} AS SELECT * FROM read_parquet({text(path.resolve())})")
        return
    reader = f"read_csv({text(path.resolve())}, header = true, all_varchar = true, max_line_size = {LONGEST_LINE})"
    connection.execute(f"CREATE TABLE {raw} AS SELECT * FROM {reader}")


def _unreadable(path: Path, error: duckdb.Error) -> InputError:
    first = str(error).splitlines()[0][:300]
    return refuse("unreadable-file", str(path), f"cannot be read as a table ({first})", "Give CSV or Parquet")


def _as_type(column: str, kind: str | None, found: str) -> str:
    quoted = name(column)
    return quoted if kind is None or _fits(kind, found) else f"CAST({_written(column, kind)} AS {kind}) AS {quoted}"


def _written(column: str, kind: str) -> str:
    """Write the column as it is to be cast: a number is true or false only if it is 1 or 0, as in a text file."""
    return f"{name(column)}::VARCHAR" if kind == "BOOLEAN" else name(column)


def _fits(kind: str, found: str) -> bool:
    return kind == found or (kind == "DOUBLE" and found == "FLOAT")


def _misfits(
    connection: duckdb.DuckDBPyConnection, raw: str, column: str, kind: str, *, where: str, found: str
) -> list[Problem]:
    """Values that do not fit the type promised for their column, as at most one problem."""
    if _fits(kind, found) or kind == "VARCHAR":
        return []
    quoted = name(column)
    cast = f"TRY_CAST({_written(column, kind)} AS {kind})"
    # A cast to a whole number would round 1.5 without a word.
    rounded = f" OR TRY_CAST({quoted} AS DOUBLE) <> {cast}" if kind in ("INTEGER", "BIGINT") else ""
    bad = f"{quoted} IS NOT NULL AND ({cast} IS NULL{rounded})"
    rows = connection.execute(f"SELECT {quoted} FROM {raw} WHERE {bad} LIMIT 1").fetchall()
    if not rows:
        return []
    (count,) = connection.execute(f"SELECT count(*) FROM {raw} WHERE {bad}").fetchall()[0]
    words = _WORDS[kind]
    what = f"{count} values are not {words} (one is {str(rows[0][0])[:40]!r})"
    remedy = "Correct them, and leave the score of a failed attempt empty"
    return [Problem(f"not-{words.replace(' ', '-')}", f'{where}, column "{column}"', what, remedy)]
