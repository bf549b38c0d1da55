"""Read the search log of a real or simulated deployment, or refuse it and say why.

A *log* is one row per search (``search_event``) with small side tables; :mod:`baserate.columns` states all of them. A
log that is read holds nothing that identifies a person: that is checked by the names of its columns and by the content
of their values, and a log that fails is refused as a whole.
"""

# ruff: noqa: S608 - names are quoted by `name`, and the connection is locked down.
from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from baserate.columns import TABLES, duckdb_columns, duckdb_type
from baserate.engines.duckdb import connect, name
from baserate.errors import InputError, Problem
from baserate.inputs.log_checks.columns import check_columns, missing_columns
from baserate.inputs.log_checks.values import column_checks, fits, run_checks
from baserate.inputs.log_formats.files import Limits, check_file, find_tables, form_of, manifest_beside, raise_if
from baserate.inputs.log_formats.tables import PART, ROW, open_raw, unreadable
from baserate.inputs.log_formats.text_values import text_as_type
from baserate.inputs.log_manifest import read_manifest
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from baserate.columns import Column
    from baserate.inputs.log_checks.values import Profile
    from baserate.inputs.log_formats.tables import Part, RawTable


@dataclass(frozen=True, slots=True)
class SearchLog(Shown):
    """A log that passed the checks, ready for SQL.

    Parameters
    ----------
    path
        File or folder that was read.
    connection
        Locked-down DuckDB connection with a view for each table of the schema. Each has all columns of the schema in
        their types, NULL where the file lacks them, and ``row``: the number of the row, from 1, counted through the
        table's files in the order of their names. Views on Parquet are lazy; on several files they also have ``part``,
        the number of the file from 0. Cast times to text in queries whose rows
        are fetched.
    manifest
        The manifest's values; empty where there is none.
    absent
        (table, column) pairs that the files do not have; all columns of a table that is not there.
    parts
        Files of each table with their numbers of rows.
    problems
        Warnings; a log with an error is not read.
    """

    path: Path
    connection: duckdb.DuckDBPyConnection
    manifest: Mapping[str, Any]
    absent: frozenset[tuple[str, str]]
    parts: Mapping[str, tuple[Part, ...]]
    problems: tuple[Problem, ...]

    def count(self, table: str = "search_event") -> int:
        """Give the number of rows of a table."""
        return sum(part.rows for part in self.parts.get(table, ()))

    def slabs(self, rows: int) -> list[tuple[int, int, str]]:
        """Cut the searches into slabs of at most so many rows.

        Returns
        -------
        list of tuple
            First and last row, and the SQL condition that holds on the rows between them: one by which the engine
            leaves everything else unread.
        """
        starts = range(1, self.count() + 1, rows)
        bounds = [(first, min(first + rows - 1, self.count())) for first in starts]
        return [(first, last, f'{self._files(first, last)}"row" BETWEEN {first} AND {last}') for first, last in bounds]

    def _files(self, first: int, last: int) -> str:
        """Give SQL that leaves the files unread that have no row between two; empty where there are no such files."""
        parts = self.parts["search_event"]
        if len(parts) == 1 or form_of(parts[0].path) != "parquet":
            return ""
        ends = list(accumulate(part.rows for part in parts))
        return f"part BETWEEN {bisect_left(ends, first)} AND {bisect_left(ends, last)} AND "

    def locate(self, row: int, table: str = "search_event") -> tuple[Path, int]:
        """Give the file of a row and its number in that file, from 1.

        Raises
        ------
        IndexError
            If the table has no such row.
        """
        parts = self.parts.get(table, ())
        ends = list(accumulate(part.rows for part in parts))
        if not 1 <= row <= self.count(table):
            message = f"{table} has {self.count(table)} rows, there is no row {row}"
            raise IndexError(message)
        i = bisect_left(ends, row)
        return parts[i].path, row - (ends[i] - parts[i].rows)


def read_log(
    path: Path | str,
    manifest: Path | str | None = None,
    *,
    profile: Profile = "auditor",
    check_values: bool = True,
    limits: Limits | None = None,
    memory_limit: str = "1GB",
    scratch: Path | None = None,
) -> SearchLog:
    r"""Read a log, or refuse it with every reason at once.

    Parameters
    ----------
    path
        Parquet, CSV or JSON Lines (text also gzipped), or a folder with ``search_event.parquet`` or a folder
        ``search_event/`` of parts, and the side tables likewise.
    manifest
        JSON or TOML; by default ``manifest.json`` or ``manifest.toml`` in the folder.
    profile
        ``auditor``, or ``public``, in which columns of class P3 are refused and times and places have to be coarse.
    check_values
        Whether the values' content is checked, in one pass over the files; without it the log carries a warning.
    limits
        How much of an untrusted file is accepted.
    memory_limit
        Most memory of the engine, in DuckDB's notation.
    scratch
        A folder that queries may read and write as well; by default they reach nothing but the log.

    Raises
    ------
    InputError
        The file cannot be read safely, has a forbidden or unknown column, or values out of the schema.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "log.csv"
    ...     _ = file.write_text("event_id,seq,mode\nev_a1,1,live\nev_b2,2,test\n")
    ...     log = read_log(file)
    >>> log.connection.execute("SELECT row, mode, threshold FROM search_event").fetchall()
    [(1, 'live', None), (2, 'test', None)]
    """
    path, limits = Path(path), limits or Limits()
    tables, values, problems = _gather(path, manifest, limits)
    allowed = [file for files in tables.values() for file in files] + ([scratch] if scratch else [])
    connection = connect(allowed, memory_limit)
    try:
        raws, problems = _open_all(
            connection, tables, problems, limits=limits, profile=profile, check_values=check_values
        )
        raise_if(problems)
        _create_views(connection, raws, profile=profile)
    except duckdb.Error as error:
        raise unreadable(path, error) from None
    parts = {table: raw.parts for table, raw in raws.items()}
    return SearchLog(path, connection, values, _absent(raws), parts, tuple(problems))


def _create_views(connection: duckdb.DuckDBPyConnection, raws: dict[str, RawTable], *, profile: Profile) -> None:
    for table in TABLES:
        if table in raws:
            _create_view(connection, raws[table], profile=profile)
        else:
            connection.execute(f"CREATE VIEW {table} AS SELECT {_nulls(table)} WHERE false")


def _gather(
    path: Path, manifest: Path | str | None, limits: Limits
) -> tuple[dict[str, tuple[Path, ...]], dict[str, Any], list[Problem]]:
    """Find the files and the manifest, and refuse them together where they cannot be opened safely."""
    tables, problems = find_tables(path, limits=limits)
    for files in tables.values():
        problems += [problem for file in files for problem in check_file(file, limits=limits)]
    values: dict[str, Any] = {}
    beside = Path(manifest) if manifest else manifest_beside(path)
    try:
        values, found = read_manifest(beside) if beside else ({}, [])
    except InputError as error:
        found = list(error.problems)
    raise_if(problems + found)
    return tables, values, problems + found


def _open_all(
    connection: duckdb.DuckDBPyConnection,
    tables: dict[str, tuple[Path, ...]],
    problems: list[Problem],
    *,
    limits: Limits,
    profile: Profile,
    check_values: bool,
) -> tuple[dict[str, RawTable], list[Problem]]:
    raws, found = {}, list(problems)
    for table, files in tables.items():
        try:
            raws[table] = raw = open_raw(connection, table, files, limits=limits)
        except InputError as error:
            found += error.problems
            continue
        found += check_columns(connection, raw) + missing_columns(raw)
        found += _check_values(connection, raw, profile=profile, check_values=check_values)
    return raws, found


def _check_values(
    connection: duckdb.DuckDBPyConnection, raw: RawTable, *, profile: Profile, check_values: bool
) -> list[Problem]:
    records = [record for record in TABLES[raw.table] if record.name in raw.columns]
    if check_values or not raw.lazy:
        checks = [check for record in records for check in column_checks(record, raw, profile=profile)]
        return run_checks(connection, raw, checks)
    misfits = [record for record in records if not fits(record, raw.columns[record.name])]
    checks = [check for record in misfits for check in column_checks(record, raw, profile=profile)]
    what = "the content of its values was not checked, as asked"
    remedy = "Check it once with check_values=True before anything of it is passed on"
    warning = Problem("values-not-checked", f"{raw.where}, {raw.table}", what, remedy, severity="warning")
    return [warning, *run_checks(connection, raw, checks)]


def _create_view(connection: duckdb.DuckDBPyConnection, raw: RawTable, *, profile: Profile) -> None:
    """Show a raw table under the schema's name; text is turned into its types once, absent columns cost nothing."""
    typed = {record.name: _typed(record, raw, profile=profile) for record in TABLES[raw.table]}
    source = raw.view
    if not raw.lazy:
        source = f"typed_{raw.table}"
        kept = [f"{typed[column]} AS {name(column)}" for column in typed if column in raw.columns]
        connection.execute(f"CREATE TABLE {source} AS SELECT {', '.join([ROW, *kept])} FROM {raw.view}")
        connection.execute(f"DROP TABLE {raw.view}")
        typed |= {column: name(column) for column in typed if column in raw.columns}
    cells = ", ".join(f"{sql} AS {name(column)}" for column, sql in typed.items())
    part = f"{PART} AS part, " if raw.lazy and len(raw.parts) > 1 else ""
    connection.execute(f"CREATE VIEW {raw.table} AS SELECT {ROW} AS row, {part}{cells} FROM {source}")


def _typed(record: Column, raw: RawTable, *, profile: Profile) -> str:
    cell, wanted = name(record.name), duckdb_type(record)
    found = raw.columns.get(record.name)
    if found == "VARCHAR":
        return f"CAST({text_as_type(record, cell, days=profile == 'public')} AS {wanted})"
    # A column of another type holds only NULL here: the checks would have refused the file.
    present = found is not None and fits(record, found)
    return f"CAST({cell if present else 'NULL'} AS {wanted})"


def _nulls(table: str) -> str:
    columns = [f"CAST(NULL AS {kind}) AS {name(column)}" for column, kind in duckdb_columns(table).items()]
    return ", ".join(["CAST(NULL AS BIGINT) AS row", *columns])


def _absent(raws: dict[str, RawTable]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (table, record.name)
        for table, records in TABLES.items()
        for record in records
        if table not in raws or record.name not in raws[table].columns
    )
