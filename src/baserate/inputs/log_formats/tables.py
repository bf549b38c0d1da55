"""Files of one table as a raw table on the connection: every column as found, with the row's number."""

# ruff: noqa: S608 - names are quoted by `name`, values by `text`, and the connection is locked down.
from __future__ import annotations

import csv
import gzip
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from baserate.engines.duckdb import name, text, text_list
from baserate.errors import InputError, Problem, refuse
from baserate.inputs.log_formats.files import form_of, stop
from baserate.inputs.problems import repeated

if TYPE_CHECKING:
    from pathlib import Path

    from baserate.inputs.log_formats.files import Limits

ROW = "__row"  # no column of the schema is called so; renamed to "row" where rules see it
PART = "__part"  # the same for which of several Parquet files a row stands in, from 0; by it whole files stay unread


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a table, with the number of its rows."""

    path: Path
    rows: int


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as found in its files.

    Parameters
    ----------
    table
        Which table of the schema it is.
    view
        Its name on the connection; holds the columns and ``__row``.
    columns
        Column as named in the file to its DuckDB type; text files give VARCHAR throughout.
    parts
        Its files in order.
    lazy
        Whether it is a view on Parquet (true) or a table that was read in (false).
    """

    table: str
    view: str
    columns: dict[str, str]
    parts: tuple[Part, ...]
    lazy: bool

    @property
    def where(self) -> str:
        """The file, or the folder of its files, for messages."""
        first = self.parts[0].path
        return str(first if len(self.parts) == 1 else first.parent)


def open_raw(connection: duckdb.DuckDBPyConnection, table: str, files: tuple[Path, ...], *, limits: Limits) -> RawTable:
    """Open the files of one table.

    Parquet stays on disk and is read when asked; text is read in once, every cell as text.

    Raises
    ------
    InputError
        The files cannot be read as rows and columns; nothing of a row's content is repeated in the message.
    """
    form = form_of(files[0])
    readers = {"parquet": _open_parquet, "csv": _open_csv, "jsonl": _open_jsonl}
    try:
        return readers[form or "csv"](connection, table, files, limits)
    except duckdb.Error as error:
        raise unreadable(files[0], error) from None


def unreadable(path: Path, error: duckdb.Error) -> InputError:
    """Turn the engine's error into ours, without the cells it quotes: they may hold what must not be repeated."""
    if isinstance(error, duckdb.OutOfMemoryException):
        remedy = "Give more memory (memory_limit), or convert the log to Parquet, which is read where it lies"
        return refuse("out-of-memory", str(path), "does not fit into the memory given", remedy)
    place = re.search(r"(?i)\bline:? (\d+)", str(error))
    where = f" at line {place[1]}" if place else ""
    what = f"cannot be read{where}: these are not rows and columns of that form"
    return refuse("unreadable-file", str(path), what, "It is damaged or of another form: export it again")


# --- Parquet ---------------------------------------------------------------------------------------------------------


def _open_parquet(
    connection: duckdb.DuckDBPyConnection, table: str, files: tuple[Path, ...], limits: Limits
) -> RawTable:
    view = f"raw_{table}"
    paths = text_list(p.resolve() for p in files)
    parts = tuple(Part(path, _parquet_rows(connection, path)) for path in files)
    starts = [sum(part.rows for part in parts[:i]) for i in range(len(parts))]
    row = "file_row_number + 1"
    if len(files) > 1:
        row = f"file_index AS {PART}, {starts}[CAST(file_index AS INTEGER) + 1] + {row}"
    connection.execute(
        f"CREATE VIEW {view} AS SELECT {row} AS {ROW}, * FROM read_parquet({paths}, union_by_name = true)"
    )
    columns = _describe(connection, view)
    _refuse_many_columns(len(columns), files[0], limits)
    return RawTable(table, view, columns, parts, lazy=True)


def _parquet_rows(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    sql = f"SELECT CAST(num_rows AS BIGINT) FROM parquet_file_metadata({text(path.resolve())})"
    return int(connection.execute(sql).fetchall()[0][0])


def _describe(connection: duckdb.DuckDBPyConnection, view: str) -> dict[str, str]:
    found = connection.execute(f"DESCRIBE {view}").fetchall()
    return {row[0]: row[1] for row in found if row[0] not in (ROW, PART)}


def _refuse_many_columns(found: int, path: Path, limits: Limits) -> None:
    if found > limits.columns:
        what = f"has {found:,} columns, more than {limits.columns:,}"
        stop("too-many-columns", str(path), what, "Keep the columns of the schema only")


# --- CSV -------------------------------------------------------------------------------------------------------------


def _open_csv(connection: duckdb.DuckDBPyConnection, table: str, files: tuple[Path, ...], limits: Limits) -> RawTable:
    headers = [read_header(path, limits=limits) for path in files]
    columns = list(dict.fromkeys(column for header in headers for column in header))
    view = f"raw_{table}"
    typed = ", ".join(f"{name(column)} VARCHAR" for column in columns)
    connection.execute(f"CREATE TABLE {view} ({ROW} BIGINT, {typed})")
    parts: list[Part] = []
    for path, header in zip(files, headers, strict=True):
        offset = sum(part.rows for part in parts)
        parts.append(Part(path, _insert_csv(connection, view, path, header, offset)))
    return RawTable(table, view, dict.fromkeys(columns, "VARCHAR"), tuple(parts), lazy=False)


def read_header(path: Path, *, limits: Limits, delimiter: str = ",") -> list[str]:
    """Read the first line of a CSV file as column names.

    Raises
    ------
    InputError
        The line is missing, names a column twice or not at all, or seems to use another separator.
    """
    with gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb") as file:
        line = file.readline(limits.line_bytes).decode("utf-8-sig", errors="replace")
    _refuse_many_columns(line.count(delimiter) + 1, path, limits)
    if "\r" in line.rstrip("\r\n"):
        stop("wrong-line-ends", str(path), "lines end in a lone carriage return", "End them with a line feed")
    header = next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])
    if len(header) == 1 and any(other in line for other in ";\t|" if other != delimiter):
        what = "the first line has one column but seems to be separated otherwise than by a comma"
        stop("wrong-separator", str(path), what, "Separate the columns by commas")
    twice = repeated(column.lower() for column in header)
    if twice or "" in header or not header:
        what = f"columns without a name or named twice: {', '.join(map(repr, twice[:10])) or 'the first line is empty'}"
        stop("bad-header", str(path), what, "Give each column one name of its own")
    return header


def csv_reader(path: Path, columns: list[str], *, delimiter: str = ",", line_bytes: int = 1 << 20) -> str:
    """Give the SQL that reads a CSV file, every cell as text; bad lines go to ``reject_errors``."""
    types = "{" + ", ".join(f"{text(column)}: 'VARCHAR'" for column in columns) + "}"
    return (
        f"read_csv({text(path.resolve())}, auto_detect = false, header = true, delim = {text(delimiter)}, "
        f"quote = '\"', escape = '\"', columns = {types}, max_line_size = {line_bytes}, "
        "store_rejects = true, rejects_limit = 1000)"
    )


def _insert_csv(connection: duckdb.DuckDBPyConnection, view: str, path: Path, header: list[str], offset: int) -> int:
    before = _count(connection, view)
    cells = ", ".join(f"nullif({name(column)}, '') AS {name(column)}" for column in header)
    connection.execute(
        f"INSERT INTO {view} BY NAME SELECT row_number() OVER () + {offset} AS {ROW}, {cells} "
        f"FROM {csv_reader(path, header)}"
    )
    refuse_rejected(connection, path)
    return _count(connection, view) - before


def refuse_rejected(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Raise the lines of a CSV file that did not have the header's number of cells."""
    sql = "SELECT line, lower(CAST(error_type AS VARCHAR)) FROM reject_errors ORDER BY line"
    rejected = connection.execute(sql).fetchall()
    if rejected:
        shown = ", ".join(f"{line} ({kind})" for line, kind in rejected[:10])
        what = f"{len(rejected)} lines do not fit the header: {shown}"
        stop("bad-lines", str(path), what, "Quote cells that hold a comma, quote or line end; export it again")


def _count(connection: duckdb.DuckDBPyConnection, view: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {view}").fetchall()[0][0])


# --- JSON Lines ------------------------------------------------------------------------------------------------------


def _open_jsonl(connection: duckdb.DuckDBPyConnection, table: str, files: tuple[Path, ...], limits: Limits) -> RawTable:
    objects, view = f"objects_{table}", f"raw_{table}"
    connection.execute(f"CREATE TABLE {objects} ({ROW} BIGINT, json JSON)")
    parts: list[Part] = []
    for path in files:
        offset = sum(part.rows for part in parts)
        reader = f"read_ndjson_objects({text(path.resolve())}, maximum_object_size = {limits.line_bytes})"
        connection.execute(f"INSERT INTO {objects} SELECT row_number() OVER () + {offset}, json FROM {reader}")
        parts.append(Part(path, _count(connection, objects) - offset))
        if not parts[-1].rows:  # DuckDB reads nothing of a file of one byte, whatever it is
            stop("empty-file", str(path), "holds no JSON object", "Export the log again")
    keys = _keys(connection, objects, files[0], limits)
    cells = ", ".join(f"nullif(json_extract_string(json, {text(_pointer(key))}), '') AS {name(key)}" for key in keys)
    comma = ", " if cells else ""
    connection.execute(f"CREATE TABLE {view} AS SELECT {ROW}{comma}{cells} FROM {objects}")
    connection.execute(f"DROP TABLE {objects}")
    return RawTable(table, view, dict.fromkeys(keys, "VARCHAR"), tuple(parts), lazy=False)


def _pointer(key: str) -> str:
    # JSON pointer: "~" and "/" are escaped, every other character stands for itself.
    return "/" + key.replace("~", "~0").replace("/", "~1")


def _keys(connection: duckdb.DuckDBPyConnection, objects: str, path: Path, limits: Limits) -> list[str]:
    sql = f"SELECT count(*), min({ROW}) FROM {objects} WHERE json_type(json) <> 'OBJECT'"
    count, first = connection.execute(sql).fetchall()[0]
    if count:
        what = f"{count} lines are no JSON object (first: row {first})"
        stop("not-an-object", str(path), what, "Write one object per line")
    twice = f"FROM {objects} WHERE len(json_keys(json)) <> len(list_distinct(json_keys(json)))"
    count, first = connection.execute(f"SELECT count(*), min({ROW}) {twice}").fetchall()[0]
    if count:
        stop("key-twice", str(path), f"{count} objects name a key twice (first: row {first})", "Name it once")
    sql = f"SELECT DISTINCT unnest(json_keys(json)) AS key FROM {objects} LIMIT {limits.columns + 1}"
    keys = sorted(row[0] for row in connection.execute(sql).fetchall())
    _refuse_many_columns(len(keys), path, limits)
    lowered = [key.lower() for key in keys]
    if len(set(lowered)) < len(keys) or "" in keys:
        raise InputError(
            [Problem("bad-header", str(path), "keys are empty or differ by case only", "Use one spelling")]
        )
    return keys
