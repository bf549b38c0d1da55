"""A sample of what was read, for the checks that sort or group: on large tables they would cost more than measuring."""

# ruff: noqa: S608 - the names are this package's own, and the connection is locked down.
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from baserate.errors import Problem
from baserate.inputs.checks.faults import numbers
from baserate.inputs.checks.scores import SAMPLE
from baserate.inputs.lists import Survey, survey
from baserate.inputs.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from baserate.inputs.formats.reading import Reading, Role, Sheet

MOST_ROWS = 20_000_000  # up to here the checks that sort or group look at every row, if nothing else is asked
_LISTS: tuple[Role, Role] = ("candidates", "searches")
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
    partly = _direction_in_part(reading, rows)
    if rows[largest] <= most_rows or not any(map(_is_looked_at, reading.sheets.items())):
        return reading, partly
    share = -(-rows[largest] // most_rows)
    told = surveyed(reading)
    sound = told.ordered and not told.repeated
    # Nothing is looked for in lists that were found in order, with nobody twice in those that were looked through.
    taken_from = {role: sheet for role, sheet in reading.sheets.items() if not (sound and role == "candidates")}
    sheets = {role: _part(reading, role, sheet, share) for role, sheet in taken_from.items()}
    sample = replace(reading, sheets=sheets)
    taken = (
        told.looked_at if largest not in sheets else numbers(sample, f"SELECT count(*) FROM {sheets[largest].rows}")[0]
    )
    unordered = "" if sound else " and lists out of order"
    what = (
        f"repeated or unclear identifiers{unordered} were looked for in an even sample "
        f"of {taken:,} of {rows[largest]:,} rows"
    )
    remedy = f'For all of them give "baserate check" up to {MOST_ROWS:,} rows at once'
    return sample, (*partly, Problem("checked-in-part", reading.sheets[largest].source, what, remedy, "warning"))


def surveyed(reading: Reading) -> Survey:
    """Look at the candidate lists of a reading that has them and their searches."""
    if not {"candidates", "searches"} <= set(reading.sheets):
        return Survey()
    candidates, searches = (reading.sheets[role].table for role in _LISTS)
    return survey(reading.connection, candidates, searches)


def _is_looked_at(entry: tuple[Role, Sheet]) -> bool:
    """Whether a check that takes a sample has anything to look at: not in comparisons without texts and identifiers."""
    role, sheet = entry
    return role != "comparisons" or any(map(sheet.has, _TOGETHER)) or "VARCHAR" in sheet.table.types.values()


def _direction_in_part(reading: Reading, rows: Mapping[Role, int]) -> tuple[Problem, ...]:
    """Say that the medians of mated and non-mated scores are those of a sample."""
    number = rows.get("comparisons", 0)
    if number <= SAMPLE:
        return ()
    what = f"scores turned round were looked for in an even sample, one of {number // SAMPLE + 1} of {number:,} rows"
    where = reading.sheets["comparisons"].source
    return (Problem("checked-in-part", where, what, "Nothing needs to be done", "warning"),)


def _part(reading: Reading, role: Role, sheet: Sheet, share: int) -> Sheet:
    """Copy one row in ``share`` of a sheet; rows that belong together are taken together."""
    together = _TOGETHER if role == "comparisons" else ("search_id",)
    key = ", ".join(filter(sheet.has, together)) or "row_in_file"
    view = f"{role}_sampled"
    chosen = f"SELECT * FROM {sheet.rows} WHERE hash({key}) % {share} = 0"
    reading.connection.execute(f"CREATE OR REPLACE TEMP TABLE {view} AS {chosen}")
    table = table_of(reading.connection, view, source=sheet.source)
    types = {column: kind for column, kind in table.types.items() if sheet.has(column)}
    return replace(sheet, table=replace(table, types=types), rows=view)
