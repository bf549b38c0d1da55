"""What the checks share: the rows for which a condition holds, counted by the engine, become one problem."""

# ruff: noqa: S608 - the conditions are this package's own, and the connection is locked down.
from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.engines.duckdb import name
from baserate.inputs.formats.columns import UNREAD
from baserate.inputs.problems import column_of, row_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.errors import Problem, Severity
    from baserate.inputs.formats.reading import Reading, Sheet


def faulty_rows(
    reading: Reading,
    sheet: Sheet,
    fault: str,
    *,
    code: str,
    what: str,
    remedy: str,
    column: str | None = None,
    sample: str | None = None,
    severity: Severity = "error",
    relation: str | None = None,
) -> Iterator[Problem]:
    """Yield the problem of the rows for which the SQL condition ``fault`` holds, if there are any.

    Parameters
    ----------
    reading
        Where the tables are.
    sheet
        The table that is looked at.
    fault
        SQL condition on its columns.
    code, what, remedy, severity
        As in :class:`baserate.errors.Problem`; ``what`` names the rows ("values that are not numbers").
    column
        The column at fault, for the message.
    sample
        SQL of what is shown of the first faulty row; the column itself by default.
    relation
        SQL to look at instead of the sheet's rows; it must have ``row_in_file``.
    """
    sample = sample or (name(column) if column else "NULL")
    query = (
        f"SELECT count(*), min(row_in_file, 10), arg_min(CAST({sample} AS VARCHAR), row_in_file) "
        f"FROM {relation or sheet.rows} WHERE {fault}"
    )
    total, rows, first = reading.connection.execute(query).fetchall()[0]
    if total:
        where = column_of(sheet.source, column) if column else sheet.source
        yield row_problem(
            code,
            where,
            what=what,
            remedy=remedy,
            rows=rows,
            total=total,
            sample=first,
            unit=sheet.unit,
            severity=severity,
        )


def absent(sheet: Sheet, column: str) -> str:
    """Write the condition that a value is missing in the file itself, and not because it could not be read."""
    if column in sheet.unread:
        return f"{name(column)} IS NULL AND {name(UNREAD + column)} IS NULL"
    return f"{name(column)} IS NULL"


def numbers(reading: Reading, query: str) -> tuple[int, ...]:
    """Run a query that gives one row of counts; NULL counts as 0."""
    return tuple(int(value or 0) for value in reading.connection.execute(query).fetchall()[0])
