"""What an integrity check says: a verdict, counts, the rows it rests on, and what the check cannot show."""

# ruff: noqa: S608 - SQL is put together from constants of this package.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from baserate.inputs.problems import count_of
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from baserate.inputs.logs import SearchLog

Status = Literal["pass", "fail", "cannot_tell", "not_applicable"]
SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityFinding(Shown):
    """What one check says of one log.

    Parameters
    ----------
    check
        Stable name of the check.
    status
        ``pass``, ``fail``, ``cannot_tell`` (``reason`` names the fields that are missing) or ``not_applicable``.
    count, of
        Rows (or numbers, or totals: ``reason`` says which) that are wrong, and how many were looked at.
    rows
        The first rows concerned, numbered from 1 through the table's files.
    reason
        What was found, as a sentence.
    cannot_show
        What this check cannot show even when it passes.
    query
        SQL on the log's connection that lists all rows concerned; empty where there is none.
    table
        Table that ``rows`` number.
    """

    check: str
    status: Status
    count: int | None
    of: int | None
    rows: tuple[int, ...]
    reason: str
    cannot_show: str
    query: str = ""
    table: str = "search_event"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCheck:
    """A check that lists bad rows by SQL.

    Parameters
    ----------
    check
        Its name.
    bad
        SQL that gives the column ``row`` of every bad row once.
    scope
        SQL condition on ``table`` of the rows that are looked at.
    needs
        Columns without which the check cannot tell.
    found, good
        What rows of a fail do, as said of many, and the sentence of a pass.
    cannot_show
        What a pass does not show.
    table
        Table of the rows.
    none
        What it means that no row is in scope, which makes the check not applicable; where it is empty, a log without
        such rows cannot tell.
    clear
        SQL of one value that is true only if no row is bad, and far quicker than the list; empty where there is none.
    noun
        What one of them is called.
    """

    check: str
    bad: str
    scope: str
    needs: tuple[str, ...]
    found: str
    good: str
    cannot_show: str
    table: str = "search_event"
    none: str = ""
    clear: str = ""
    noun: str = "row"


def judge(log: SearchLog, check: RowCheck) -> IntegrityFinding:
    """Run a check on a log."""
    missing = [column for column in check.needs if (check.table, column) in log.absent]
    of = 0 if missing else count(log, f"SELECT count(*) FROM {check.table} WHERE {check.scope}")
    if missing or not of:
        return _unjudged(check, missing)
    total, rows = _bad_rows(log, check)
    return IntegrityFinding(
        check=check.check,
        status="fail" if total else "pass",
        count=total,
        of=of,
        rows=rows,
        reason=count_of(total, check.noun, check.found) if total else check.good,
        cannot_show=check.cannot_show,
        query=check.bad,
        table=check.table,
    )


def _bad_rows(log: SearchLog, check: RowCheck) -> tuple[int, tuple[int, ...]]:
    """Count the bad rows, and give the first."""
    if check.clear and log.connection.execute(check.clear).fetchall() == [(True,)]:
        return 0, ()
    total, rows = log.connection.execute(f"SELECT count(*), min(row, {SHOWN}) FROM ({check.bad})").fetchall()[0]
    return int(total), tuple(rows or ())


def _unjudged(check: RowCheck, missing: Iterable[str]) -> IntegrityFinding:
    names = ", ".join(missing)
    reason = f"The log has no {names}." if names else f"No row of {check.table} holds {', '.join(check.needs)}."
    inapplicable = not names and check.none
    return IntegrityFinding(
        check=check.check,
        status="not_applicable" if inapplicable else "cannot_tell",
        count=None,
        of=None,
        rows=(),
        reason=check.none if inapplicable else reason,
        cannot_show=check.cannot_show,
        table=check.table,
    )


def count(log: SearchLog, sql: str) -> int:
    """Run a query that gives one whole number."""
    return int(log.connection.execute(sql).fetchall()[0][0])
