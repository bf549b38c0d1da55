"""Text files without a header, as a table of lines split into fields."""

# ruff: noqa: S608 - what goes into SQL is quoted; `refuse` takes a problem's code first
from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.engines.duckdb import text, text_list
from baserate.errors import InputError, Problem, refuse
from baserate.inputs.formats.line_count import count_rows
from baserate.inputs.formats.opening import LONGEST_LINE, Opening, not_text
from baserate.inputs.formats.reading import reading_from
from baserate.inputs.problems import count_of, row_problem, said_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

    from baserate.inputs.formats.reading import Options

STRIPPED = "trim(line, E' \\t\\f\\r')"  # of what separates words: a tab at the end must not pass for an empty score
WORDS = f"regexp_split_to_array({STRIPPED}, '\\s+')"
NUMBER = "regexp_full_match({}, '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?nan|[+-]?inf(inity)?', 'i')"


def score(field: str, options: Options) -> str:
    """Write the condition that a field is a number, or a word that stands for a missing one."""
    return f"({NUMBER.format(field)} OR list_contains({text_list(options.missing)}, {field}))"


def load_lines(
    connection: DuckDBPyConnection,
    opening: Opening,
    *,
    table: str,
    split: str = WORDS,
) -> str:
    """Load the lines of a text file as ``line_number, line, fields``; blank lines are left out, their numbers stay.

    Parameters
    ----------
    connection
        A connection that may read the file.
    opening
        The file.
    table
        Name of the table to make.
    split
        SQL that makes the list of fields of ``line``.

    Returns
    -------
    str
        The name of the table.

    Raises
    ------
    InputError
        The file is not UTF-8 text, or a line is overlong.
    """
    if wrong := not_text(opening):
        raise wrong
    reader = (
        f"read_csv({opening.sql}, auto_detect=false, header=false, delim='\x01', quote='', escape='', "
        f"columns={{'line': 'VARCHAR'}}, compression={text(opening.compression)}, max_line_size={LONGEST_LINE}, "
        f"store_rejects=true, rejects_limit=10000, rejects_table='{table}_rejects', rejects_scan='{table}_scans')"
    )
    with reading_from(opening.source):
        connection.execute(f"CREATE TEMP TABLE {table}_all AS SELECT line FROM {reader}")
        rejected = connection.execute(
            f"SELECT count(DISTINCT line), min(line, 10), arg_min(csv_line, line) FROM {table}_rejects"
        ).fetchall()[0]
        _refuse_rejected(rejected, opening.source)
        connection.execute(
            f"CREATE TABLE {table} AS SELECT rowid + 1 AS line_number, line, {split} AS fields "
            f"FROM {table}_all WHERE {STRIPPED} <> ''"
        )
        (held,) = connection.execute(f"SELECT count(*) FROM {table}_all WHERE line <> ''").fetchall()[0]
        lines = count_rows(opening, quotes=False)
        if lines is not None and lines != held:
            what = f"{count_of(lines, 'line', 'hold something')}, and {held:,} {said_of(held, 'were')} read"
            raise refuse("rows-lost", opening.source, what, "Use one kind of line end")
        connection.execute(f"DROP TABLE {table}_all")
    return table


def _refuse_rejected(rejected: tuple[int, Sequence[int], str], source: str) -> None:
    total, lines, sample = rejected
    if total:
        problem = row_problem(
            "line-unreadable",
            source,
            what=f"lines that are not UTF-8, are longer than {LONGEST_LINE:,} bytes, or hold control characters",
            remedy="Save the file as UTF-8 text, one row a line",
            rows=lines,
            total=total,
            sample=sample,
            unit="line",
        )
        raise InputError([problem])


def faulty_lines(
    connection: DuckDBPyConnection, table: str, source: str, *, code: str, fault: str, what: str, remedy: str
) -> list[Problem]:
    """List the lines for which the SQL condition ``fault`` holds, as at most one problem."""
    query = f"SELECT count(*), min(line_number, 10), arg_min(line, line_number) FROM {table} WHERE {fault}"
    total, lines, sample = connection.execute(query).fetchall()[0]
    if not total:
        return []
    return [row_problem(code, source, what=what, remedy=remedy, rows=lines, total=total, sample=sample, unit="line")]
