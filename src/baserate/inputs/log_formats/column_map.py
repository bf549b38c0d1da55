"""Exports of other systems as logs, by a column map: a TOML file that says what each of their columns is.

::

    delimiter = ","
    drop = ["Officer badge", "Notes"]    # left out on purpose; every other column has to be mapped

    [columns]                            # our column = their column
    time_start_utc = "Date of request"
    outcome = "Result"

    [constants]                          # our column = the same value in every row
    system_id = "fr-1"
    mode = "live"

    [values.outcome]                     # their value = our value; values that are not listed stay as they are
    "No match" = "none"

    [times]                              # for every mapped time; without it times have to be RFC 3339 already
    format = "%m/%d/%Y %H:%M"
    zone = "America/Chicago"
"""

# ruff: noqa: S608 - names are quoted by `name`, values by `text`, and the connection is locked down.
from __future__ import annotations

import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated
from zoneinfo import available_timezones

import duckdb
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from baserate.columns import SEARCH_EVENT, column
from baserate.engines.duckdb import connect, name, text
from baserate.errors import InputError, Problem
from baserate.inputs.log_formats.files import Limits, check_file, raise_if, stop
from baserate.inputs.log_formats.tables import csv_reader, read_header, refuse_rejected, unreadable
from baserate.inputs.logs import read_log
from baserate.inputs.problems import place
from baserate.notebook import Shown

if TYPE_CHECKING:
    from baserate.inputs.logs import SearchLog

Text = Annotated[str, Field(max_length=1000)]


class Times(BaseModel):
    """How times are written in the export."""

    model_config = ConfigDict(extra="forbid", strict=True)
    format: Text
    zone: Text = "UTC"


class ColumnMap(Shown, BaseModel):
    """A column map; see the module for its keys."""

    model_config = ConfigDict(extra="forbid", strict=True)
    columns: dict[str, Text]
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    drop: tuple[Text, ...] = Field(default=(), strict=False)
    constants: dict[str, Text] = {}
    values: dict[str, dict[str, Text]] = {}
    times: Times | None = None


def read_column_map(path: Path | str) -> ColumnMap:
    """Read a column map.

    Raises
    ------
    InputError
        Every key that is not understood, at once.
    """
    path = Path(path)
    if not path.is_file():
        stop("no-such-file", str(path), "there is no such column map", "Check the path")
    try:
        found = ColumnMap.model_validate(tomllib.loads(path.read_bytes()[: 1 << 20].decode("utf-8-sig")))
    except ValidationError as error:
        raise InputError(_fault(str(path), fault["loc"], fault["msg"]) for fault in error.errors()) from None
    except ValueError as error:
        stop("unreadable-map", str(path), f"is not TOML ({str(error)[:200]})", "Correct the line named")
    raise_if(_meaningless(found, str(path)))
    return found


def _fault(where: str, loc: tuple[int | str, ...], message: str) -> Problem:
    return Problem("bad-column-map", f"{where}: {'.'.join(map(str, loc))}", message, "See the guide on column maps")


def _meaningless(found: ColumnMap, where: str) -> list[Problem]:
    known = {record.name for record in SEARCH_EVENT}
    named = [("columns", key) for key in found.columns] + [("constants", key) for key in found.constants]
    problems = [_fault(where, pair, "the schema has no such column") for pair in named if pair[1] not in known]
    problems += [_fault(where, ("values", key), "is not mapped under columns") for key in found.values
                 if key not in found.columns]  # fmt: skip
    problems += [_fault(where, ("constants", key), "is mapped under columns too") for key in found.constants
                 if key in found.columns]  # fmt: skip
    if found.times and found.times.zone not in available_timezones():
        problems.append(_fault(where, ("times", "zone"), "is no time zone of the IANA database"))
    return problems


def convert_export(
    source: Path | str, column_map: ColumnMap, out: Path | str, *, limits: Limits | None = None
) -> SearchLog:
    """Turn a CSV export into a log of the schema, check it as any log, and write it as Parquet.

    Parameters
    ----------
    source
        CSV in UTF-8, also gzipped.
    column_map
        What each of its columns is. A column that is neither mapped nor dropped is a problem.
    out
        Parquet file to write. It is written only when the log passes the checks.
    limits
        How much of an untrusted file is accepted.

    Returns
    -------
    SearchLog
        The log that was written; its rows are the rows of the export.

    Raises
    ------
    InputError
        The export does not fit the map, or holds what no log may hold.
    """
    source, out, limits = Path(source), Path(out), limits or Limits()
    if not source.is_file():
        stop("no-such-file", str(source), "there is no such export", "Check the path")
    raise_if(check_file(source, limits=limits))
    header = read_header(source, limits=limits, delimiter=column_map.delimiter)
    raise_if(_unmapped(header, column_map, str(source)))
    with TemporaryDirectory(prefix=".export-", dir=out.resolve().parent) as scratch:
        made = Path(scratch) / "search_event.parquet"
        try:
            _convert(source, header, column_map, made, limits)
        except duckdb.Error as error:
            raise unreadable(source, error) from None
        read_log(made, limits=limits).connection.close()
        made.replace(out)
    return read_log(out, limits=limits)


def _unmapped(header: list[str], found: ColumnMap, where: str) -> list[Problem]:
    wanted = {*found.columns.values(), *found.drop}
    problems = []
    strange = [theirs for theirs in header if theirs not in wanted]
    if strange:
        what = f"{len(strange)} columns are neither mapped nor dropped: {', '.join(map(repr, strange[:10]))[:400]}"
        problems.append(Problem("column-not-mapped", where, what, "Map them under columns, or list them under drop"))
    missing = sorted(wanted - set(header))
    if missing:
        what = f"the map names columns that are not there: {', '.join(map(repr, missing[:10]))[:400]}"
        problems.append(Problem("column-missing", where, what, "Spell them as the export's first line does"))
    return problems


def _convert(source: Path, header: list[str], found: ColumnMap, made: Path, limits: Limits) -> None:
    connection = connect([source, made.parent])
    reader = csv_reader(source, header, delimiter=found.delimiter, line_bytes=limits.line_bytes)
    connection.execute(f"CREATE TABLE export AS SELECT row_number() OVER () AS __row, * FROM {reader}")
    refuse_rejected(connection, source)
    raise_if(_unread_times(connection, found, str(source)))
    cells = [f"{_cell(ours, theirs, found)} AS {name(ours)}" for ours, theirs in found.columns.items()]
    cells += [f"{text(value)} AS {name(ours)}" for ours, value in found.constants.items()]
    connection.execute(f"COPY (SELECT {', '.join(cells)} FROM export ORDER BY __row) TO {text(made)} (FORMAT parquet)")
    connection.close()


def _cell(ours: str, theirs: str, found: ColumnMap) -> str:
    cell = f"nullif(trim({name(theirs)}), '')"
    if ours in found.values:
        cases = " ".join(f"WHEN {text(old)} THEN {text(new)}" for old, new in found.values[ours].items())
        cell = f"CASE {cell} {cases} ELSE {cell} END" if cases else cell
    if found.times and column("search_event", ours).type == "timestamp":
        return f"strftime({_moment(cell, found.times)} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')"
    return cell


def _moment(cell: str, times: Times) -> str:
    return f"(try_strptime({cell}, {text(times.format)}) AT TIME ZONE {text(times.zone)})"


def _unread_times(connection: duckdb.DuckDBPyConnection, found: ColumnMap, where: str) -> list[Problem]:
    if not found.times:
        return []
    problems = []
    for ours, theirs in found.columns.items():
        if column("search_event", ours).type != "timestamp":
            continue
        cell = f"nullif(trim({name(theirs)}), '')"
        sql = (
            f"SELECT count(*), min(__row, 10) FROM export WHERE {cell} IS NOT NULL "
            f"AND {_moment(cell, found.times)} IS NULL"
        )
        count, rows = connection.execute(sql).fetchall()[0]
        if count:
            what = f"{count:,} times are not of the format {found.times.format[:40]!r} ({place(rows, count)})"
            problems.append(Problem("wrong-type", f'{where}, column "{theirs[:60]}"', what, "Correct times.format"))
    return problems
