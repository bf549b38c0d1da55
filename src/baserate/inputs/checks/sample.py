"""A sample of what was read, for the checks that sort or group: on large tables they would cost more than measuring."""

# ruff: noqa: S608 - the names are this package's own, and the connection is locked down.
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from baserate.errors import Problem
from baserate.inputs.checks.faults import numbers
from baserate.inputs.tables import table_of

if TYPE_CHECKING:
    from baserate.inputs.formats.reading import Reading, Role, Sheet

MOST_ROWS = 20_000_000  # up to here the checks that sort or group look at every row, if nothing else is asked
_TOGETHER = ("probe_id", "reference_id")


def sampled(reading: Reading, most_rows: int) -> tuple[Reading, tuple[Problem, ...]]:
    """Take an even sample of about ``most_rows`` of each reading that is larger, and say so.

    Whole searches are taken with all of their candidates, and comparisons with all that repeat them, so that what is
    a fault in the whole is one in the sample. What is taken depends on the identifiers alone.

    Parameters
    ----------
    reading
        What was read.
    most_rows
        Rows of its largest table above which a sample is taken, at least 1.

    Returns
    -------
    tuple
        The sample, or the reading itself where it is small, and the warning that says what was looked at.
    """
    rows = {role: numbers(reading, f"SELECT count(*) FROM {sheet.rows}")[0] for role, sheet in reading.sheets.items()}
    largest = max(rows, key=lambda role: rows[role])
    if rows[largest] <= most_rows:
        return reading, ()
    share = -(-rows[largest] // most_rows)
    sheets = {role: _part(reading, role, sheet, share) for role, sheet in reading.sheets.items()}
    sample = replace(reading, sheets=sheets)
    (taken,) = numbers(sample, f"SELECT count(*) FROM {sheets[largest].rows}")
    what = (
        "repeated or unclear identifiers, lists out of order and scores turned round were looked for in an even sample "
        f"of {taken:,} of {rows[largest]:,} rows"
    )
    remedy = f'For all of them give "baserate check" up to {MOST_ROWS:,} rows at once'
    return sample, (Problem("checked-in-part", reading.sheets[largest].source, what, remedy, "warning"),)


def _part(reading: Reading, role: Role, sheet: Sheet, share: int) -> Sheet:
    """Copy one row in ``share`` of a sheet; rows that belong together are taken together."""
    key = "row_in_file"
    if role != "comparisons":
        key = "search_id"
    elif sheet.has(*_TOGETHER):
        key = ", ".join(_TOGETHER)
    view = f"{role}_sampled"
    chosen = f"SELECT * FROM {sheet.rows} WHERE hash({key}) % {share} = 0"
    reading.connection.execute(f"CREATE OR REPLACE TEMP TABLE {view} AS {chosen}")
    table = table_of(reading.connection, view, source=sheet.source)
    types = {column: kind for column, kind in table.types.items() if sheet.has(column)}
    return replace(sheet, table=replace(table, types=types), rows=view)
