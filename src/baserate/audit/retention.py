"""How long a log's data are kept: records held over time, matched and not, what is overdue, extended or on hold.

One *record* is what one search left behind. It is held from ``retention_start_utc`` until ``deletion_time_utc``, and it
is *overdue* while its ``retention_expiry_utc`` has passed and it is not deleted. A search is *matched* when it returned
a candidate. All figures are counts of rows, made by the engine and added up as whole numbers.
"""

# ruff: noqa: S608 - SQL is put together from constants and dates.
from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from baserate.errors import NotEstimableError
from baserate.notebook import Shown

if TYPE_CHECKING:
    from baserate.inputs.logs import SearchLog

Group = Literal["matched", "unmatched", "unknown"]
Period = Literal["day", "month", "year"]
GROUPS: tuple[Group, ...] = ("matched", "unmatched", "unknown")
CANNOT_SHOW = (
    "Deletion times are what the log says; copies at other agencies, in backups and at vendors are not in it.",
    "A record whose search was never logged is not counted.",
)

#: Times of what has happened; an expiry lies ahead.
_TIMES = ("time_start_utc", "time_end_utc", "outcome_time_utc", "retention_start_utc", "deletion_time_utc")
_HAPPENED = (("search_event", _TIMES), ("retention_event", ("time_utc",)))


@dataclass(frozen=True, slots=True)
class StockPoint:
    """Records at the end of one period.

    Parameters
    ----------
    end
        Last day of the period, UTC.
    group
        ``matched`` (the search returned a candidate), ``unmatched``, or ``unknown`` (``n_returned`` is null).
    created, deleted
        Records begun and deleted within the period.
    held
        Records held at its end.
    overdue
        Of those held, the ones past their expiry.
    """

    end: date
    group: Group
    created: int
    deleted: int
    held: int
    overdue: int


@dataclass(frozen=True, slots=True)
class RetentionTotals:
    """Records of one group by the day of the count.

    Parameters
    ----------
    group
        As in :class:`StockPoint`.
    searches
        Rows of the log.
    records
        Rows with a retention start by that day.
    held, deleted
        Records held and deleted by that day.
    overdue
        Held records past their expiry.
    deleted_late
        Records that were deleted after their expiry.
    no_expiry
        Held records without an expiry: kept without end, or the field is not supported.
    contradictory
        Records deleted before they began, or expiring before they began.
    """

    group: Group
    searches: int
    records: int
    held: int
    deleted: int
    overdue: int
    deleted_late: int
    no_expiry: int
    contradictory: int


@dataclass(frozen=True, slots=True)
class Retention(Shown):
    """What a log says of the keeping of its data.

    Parameters
    ----------
    as_of
        The day, UTC, at whose end records were counted.
    totals
        One for each group that the log holds.
    stock
        Records over time, by group; every period from the first record to ``as_of``.
    actions
        (what, action) of ``retention_event`` to the number of searches concerned: extensions, holds, transfers.
    handling
        ``nonmatch_handling`` as declared -> unmatched searches that declare it.
    handled_otherwise
        Unmatched searches declared deleted immediately or within 24 hours that are still held a day later.
    assumptions
        What had to be assumed.
    cannot_show
        What these counts cannot show.
    """

    as_of: date
    totals: tuple[RetentionTotals, ...]
    stock: tuple[StockPoint, ...]
    actions: tuple[tuple[str, str, int], ...]
    handling: tuple[tuple[str, int], ...]
    handled_otherwise: int
    assumptions: tuple[str, ...]
    cannot_show: tuple[str, ...] = CANNOT_SHOW


def count_retention(log: SearchLog, *, as_of: date | None = None, every: Period = "month") -> Retention:
    """Count the records that a log's searches left, over time and on one day.

    Parameters
    ----------
    log
        With ``retention_start_utc``; rows whose start is null left no record.
    as_of
        Day, UTC, at whose end to count; by default the last day on which the log says that anything happened. The
        clock of the machine is never used, so that the same log gives the same numbers.
    every
        Length of the periods of ``stock``.

    Returns
    -------
    Retention
        All counts exact.

    Raises
    ------
    NotEstimableError
        If the log has no retention start, or no record at all.
    """
    if ("search_event", "retention_start_utc") in log.absent:
        message = "Retention cannot be counted: the log has no retention_start_utc; ask its owner for it."
        raise NotEstimableError(message)
    day = as_of or _last_day(log)
    return Retention(
        as_of=day,
        totals=_totals(log, day),
        stock=_stock(log, day, every),
        actions=_actions(log, day),
        handling=_handling(log),
        handled_otherwise=_handled_otherwise(log, day),
        assumptions=_assumptions(log, as_of=as_of),
    )


def _last_day(log: SearchLog) -> date:
    times = " UNION ALL ".join(f"SELECT greatest({', '.join(names)}) AS t FROM {table}" for table, names in _HAPPENED)
    sql = f"SELECT CAST(CAST(max(t) AT TIME ZONE 'UTC' AS DATE) AS VARCHAR) FROM ({times})"
    found = log.connection.execute(sql).fetchall()[0][0]
    if found is None:
        message = "Retention cannot be counted: no row of the log holds a time."
        raise NotEstimableError(message)
    return date.fromisoformat(found)


def _assumptions(log: SearchLog, *, as_of: date | None) -> tuple[str, ...]:
    made = []
    if as_of is None:
        made.append("Counted at the end of the last day on which the log says that anything happened.")
    if _deletions_beside(log):
        made.append("Where deletion_time_utc is null, the last deletion in retention_event stands for it.")
    elif ("search_event", "deletion_time_utc") in log.absent:
        made.append("The log has no deletion time: every record is counted as held.")
    if ("search_event", "retention_expiry_utc") in log.absent:
        made.append("The log has no expiry: nothing can be counted as overdue.")
    return tuple(made)


def _deletions_beside(log: SearchLog) -> bool:
    return not {("retention_event", column) for column in ("event_id", "action", "time_utc")} & log.absent


def _records(log: SearchLog) -> str:
    """Give the SQL of every search as a record: its group and its days, all in UTC."""
    deletions = "SELECT CAST(NULL AS VARCHAR) AS event_id, CAST(NULL AS TIMESTAMPTZ) AS time WHERE false"
    if _deletions_beside(log):
        deletions = (
            "SELECT event_id, max(time_utc) AS time FROM retention_event WHERE action = 'deleted' "
            "AND what <> 'audit_row' GROUP BY event_id"
        )
    return (
        "SELECT CASE WHEN n_returned > 0 THEN 'matched' WHEN n_returned = 0 THEN 'unmatched' "
        "ELSE 'unknown' END AS grp, "
        "nonmatch_handling, retention_start_utc AT TIME ZONE 'UTC' AS started, "
        "retention_expiry_utc AT TIME ZONE 'UTC' AS expires, "
        "coalesce(deletion_time_utc, d.time) AT TIME ZONE 'UTC' AS removed "
        f"FROM search_event e LEFT JOIN ({deletions}) d ON e.event_id = d.event_id"
    )


def _end(day: date) -> str:
    """Give the SQL of the first moment after a day."""
    return f"(DATE '{day}' + INTERVAL 1 DAY)"


def _totals(log: SearchLog, day: date) -> tuple[RetentionTotals, ...]:
    end = _end(day)
    gone = f"(removed IS NOT NULL AND removed < {end})"
    begun = f"started < {end}"
    conditions = (
        "true",
        begun,
        f"{begun} AND NOT {gone}",
        f"{begun} AND {gone}",
        f"{begun} AND NOT {gone} AND expires < {end}",
        f"{begun} AND {gone} AND removed > expires",
        f"{begun} AND NOT {gone} AND expires IS NULL",
        f"{begun} AND (removed < started OR expires < started)",
    )
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in conditions)
    found = {row[0]: row[1:] for row in log.connection.execute(
        f"SELECT grp, {counts} FROM ({_records(log)}) GROUP BY grp").fetchall()}  # fmt: skip
    return tuple(RetentionTotals(group, *found[group]) for group in GROUPS if group in found)


def _stock(log: SearchLog, day: date, every: Period) -> tuple[StockPoint, ...]:
    """Add up what begins, ends and falls due in each period; whole numbers, so the order does not matter."""
    moves = {
        "created": "started",
        "deleted": "removed",
        "due": "expires",
        "settled": "greatest(expires, removed)",  # past its expiry and deleted: no longer overdue
    }
    counts = {move: _by_period(log, moment, day, every) for move, moment in moves.items()}
    first = min((period for counter in counts.values() for _, period in counter), default=None)
    if first is None:
        return ()
    points = []
    for group in GROUPS:
        if any(found == group for found, _ in counts["created"]):
            points += _run(group, _periods(log, first, day, every), counts)
    return tuple(points)


def _by_period(log: SearchLog, moment: str, day: date, every: Period) -> Counter[tuple[str, date]]:
    # A time without a start is no record; what is missing in greatest() must not be skipped over.
    both = " AND expires IS NOT NULL AND removed IS NOT NULL" if "greatest" in moment else ""
    sql = (
        f"SELECT grp, CAST(CAST(date_trunc('{every}', greatest({moment}, started)) AS DATE) AS VARCHAR), count(*) "
        f"FROM ({_records(log)}) WHERE started IS NOT NULL AND {moment} IS NOT NULL{both} "
        f"AND started < {_end(day)} AND {moment} < {_end(day)} GROUP BY ALL"
    )
    return Counter({(grp, date.fromisoformat(start)): n for grp, start, n in log.connection.execute(sql).fetchall()})


def _periods(log: SearchLog, first: date, day: date, every: Period) -> list[tuple[date, date]]:
    """List (first day, last day) of every period from the first move to the day of the count."""
    sql = (
        f"SELECT CAST(CAST(start AS DATE) AS VARCHAR), CAST(least(DATE '{day}', "
        f"CAST(start + INTERVAL 1 {every} - INTERVAL 1 DAY AS DATE)) AS VARCHAR) "
        f"FROM (SELECT unnest(generate_series(TIMESTAMP '{first}', TIMESTAMP '{day}', INTERVAL 1 {every})) AS start)"
    )
    return [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in log.connection.execute(sql).fetchall()]


def _run(
    group: Group, periods: list[tuple[date, date]], counts: dict[str, Counter[tuple[str, date]]]
) -> list[StockPoint]:
    points, held, overdue = [], 0, 0
    for start, end in periods:
        created, deleted, due, settled = (counts[move][(group, start)] for move in counts)
        held += created - deleted
        overdue += due - settled
        points.append(StockPoint(end, group, created, deleted, held, overdue))
    return points


def _actions(log: SearchLog, day: date) -> tuple[tuple[str, str, int], ...]:
    sql = (
        "SELECT coalesce(what, 'unknown'), coalesce(action, 'unknown'), count(DISTINCT event_id) FROM retention_event "
        f"WHERE time_utc IS NULL OR time_utc AT TIME ZONE 'UTC' < {_end(day)} GROUP BY ALL ORDER BY ALL"
    )
    return tuple((what, action, n) for what, action, n in log.connection.execute(sql).fetchall())


def _handling(log: SearchLog) -> tuple[tuple[str, int], ...]:
    sql = (
        "SELECT coalesce(nonmatch_handling, 'null') AS h, count(*) FROM search_event WHERE n_returned = 0 "
        "GROUP BY h ORDER BY h"
    )
    return tuple((handling, n) for handling, n in log.connection.execute(sql).fetchall())


def _handled_otherwise(log: SearchLog, day: date) -> int:
    sql = (
        f"SELECT count(*) FROM ({_records(log)}) WHERE grp = 'unmatched' "
        "AND nonmatch_handling IN ('deleted_immediately', 'deleted_24h') "
        f"AND coalesce(removed, {_end(day)}) > started + INTERVAL 1 DAY"
    )
    return int(log.connection.execute(sql).fetchall()[0][0])
