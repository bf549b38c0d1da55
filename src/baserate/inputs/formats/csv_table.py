"""CSV and its relatives: a header, then one row a line; any delimiter, UTF-8 with or without its mark, gzip or zstd."""

# ruff: noqa: S608 - what goes into SQL is quoted; `refuse` takes a problem's code first
from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from baserate.engines.duckdb import text
from baserate.errors import refuse
from baserate.inputs.formats.columns import Raw, check_names
from baserate.inputs.formats.format import Contents, Format
from baserate.inputs.formats.layouts import lay_out, plain
from baserate.inputs.formats.line_count import count_rows
from baserate.inputs.formats.opening import LONGEST_LINE, Opening, not_text
from baserate.inputs.formats.reading import Options, Role, Sheet, reading_from, said
from baserate.inputs.formats.wide_candidates import is_wide
from baserate.inputs.problems import count_of, row_problem, said_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

    from baserate.errors import Problem

_DELIMITERS = ",;\t|"
_MOST_REJECTS = 10_000  # lines remembered; there may be more
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*|true|false|nan|-?inf", re.IGNORECASE)
_FAULTS = {
    "MISSING COLUMNS": ("too-few-fields", "lines with fewer fields than the header"),
    "TOO MANY COLUMNS": ("too-many-fields", "lines with more fields than the header"),
    "UNQUOTED VALUE": ("quotes-broken", "values with a quote that is not closed, or with text after it"),
    "LINE SIZE OVER MAXIMUM": ("line-too-long", f"lines longer than {LONGEST_LINE:,} bytes"),
    "INVALID ENCODING": ("not-utf-8", "lines that are not UTF-8"),
}
_MEND = "Mend these lines, without which rows are counted here; put a field that holds the delimiter in double quotes"
_REMEDIES = {
    "not-utf-8": "Save the file as UTF-8",
    "line-too-long": "Check that this is a table with one row a line",
}


def read_header(opening: Opening, options: Options) -> tuple[list[str], str, int]:
    """Read the names of the columns, the delimiter, and the number of lines that they take.

    Raises
    ------
    InputError
        There is no header, or its names cannot be used.
    """
    source = opening.source
    if wrong := not_text(opening):
        raise wrong
    body = opening.head.decode("utf-8-sig", errors="replace")
    first = next((line for line in body.splitlines() if line.strip()), "")
    delimiter = _delimiter(first, options)
    lines = io.StringIO(body.replace("\r\n", "\n").replace("\r", "\n"))
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        header = next((row for row in rows if any(field.strip() for field in row)), [])
    except csv.Error as error:
        raise refuse("header-unreadable", source, f"its header cannot be read ({said(error)})", "Mend it") from None
    columns = [column.strip() for column in header]
    if any("\ufffd" in column for column in columns):
        raise refuse("not-utf-8", source, "its header is not UTF-8", "Save the file as UTF-8")
    _refuse_headless(columns, source, delimiter)
    check_names(columns, source)
    return columns, delimiter, rows.line_num


def _delimiter(first: str, options: Options) -> str:
    """Take the delimiter that was given, or the one that the header holds most of."""
    if options.delimiter is not None:
        if len(options.delimiter) != 1 or options.delimiter in '"\r\n':
            raise refuse("delimiter-unusable", "--delimiter", "it must be one character", "Give , or ; for example")
        return options.delimiter
    return max(_DELIMITERS, key=first.count)


def _refuse_headless(columns: list[str], source: str, delimiter: str) -> None:
    if len(columns) < 2:
        what = f"its first line has one column when split at {delimiter!r}"
        remedy = "Name the delimiter with --delimiter, or the format with --format (pyeer and bob have no header)"
        raise refuse("one-column", source, what, remedy)
    if all(_NUMBER.fullmatch(column) for column in columns):
        what = "its first line holds numbers, not the names of columns"
        raise refuse("header-missing", source, what, "Add a first line with the names, such as mated,score")


def csv_relation(opening: Opening, options: Options) -> tuple[Raw, str]:
    """Write the SQL that reads a CSV file as text, and name the table that will hold the lines it cannot read."""
    columns, delimiter, lines = read_header(opening, options)
    rejects = "rejects_" + hashlib.sha256(opening.source.encode(errors="surrogateescape")).hexdigest()[:16]
    types = ", ".join(f"{text(column)}: 'VARCHAR'" for column in columns)
    compression = {"none": "none", "gzip": "gzip", "zstd": "zstd"}[opening.compression]
    arguments = (
        f"{opening.sql}, auto_detect=false, header=false, skip={lines}, delim={text(delimiter)}, "
        f"quote='\"', escape='\"', columns={{{types}}}, nullstr='', compression={text(compression)}, "
        f"max_line_size={LONGEST_LINE}, store_rejects=true, rejects_limit={_MOST_REJECTS}, "
        f"rejects_table={text(rejects)}, rejects_scan={text(rejects + '_scan')}"
    )
    relation = f"read_csv({arguments})"
    kinds = dict.fromkeys(columns, "VARCHAR")
    return Raw(relation, kinds, None, opening.source, lazy=False, trim=True), rejects


def _refuse_lost_rows(connection: DuckDBPyConnection, opening: Opening, raw: Raw, sheets: Mapping[Role, Sheet]) -> None:
    """Compare the rows that were read with a count of their own."""
    lines = count_rows(opening, quotes=True)
    relation = raw.relation if is_wide(frozenset(map(plain, raw.columns))) else next(iter(sheets.values())).rows
    (rows,) = connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0]
    if lines is not None and lines - 1 != rows:
        what = f"{count_of(lines - 1, 'row', 'follow the header')}, and {rows:,} {said_of(rows, 'were')} read"
        remedy = "Use one kind of line end, and put fields that hold a quote in double quotes with the quote doubled"
        raise refuse("rows-lost", raw.source, what, remedy)


def rejected_lines(connection: DuckDBPyConnection, rejects: str, source: str) -> list[Problem]:
    """List the lines that could not be read, by fault."""
    query = (
        "SELECT error_type, count(DISTINCT line), min(line, 10), arg_min(csv_line, line) "
        f"FROM (SELECT DISTINCT error_type, line, csv_line FROM {rejects}) GROUP BY error_type ORDER BY error_type"
    )
    problems = []
    for kind, total, lines, sample in connection.execute(query).fetchall():
        code, what = _FAULTS.get(str(kind), ("line-unreadable", "lines that cannot be read"))
        what += ", at least" if total >= _MOST_REJECTS else ""
        remedy = _REMEDIES.get(
            code,
            _MEND,
        )
        distinct = sorted(set(lines))
        problems.append(
            row_problem(code, source, what=what, remedy=remedy, rows=distinct, total=total, sample=sample, unit="line")
        )
    return problems


def _read(connection: DuckDBPyConnection, opening: Opening, options: Options) -> Contents:
    raw, rejects = csv_relation(opening, options)
    with reading_from(opening.source):
        sheets = lay_out(connection, raw, options)
        problems = rejected_lines(connection, rejects, raw.source)
        if problems:  # their lines are not among the rows, which are therefore no rows of the file
            sheets = {role: replace(sheet, unit="readable row") for role, sheet in sheets.items()}
        else:
            _refuse_lost_rows(connection, opening, raw, sheets)
    return Contents(sheets, tuple(problems))


CSV = Format("csv", "CSV, TSV and other delimited text with a header", lambda _: True, _read)
