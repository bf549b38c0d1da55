"""Live searches over time: one row of whole numbers a period, also for periods without any search."""

# ruff: noqa: S608 - SQL is put together from constants of this package.
from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from baserate.audit.asking import live_rows
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.audit.facts import Facts

Unit = Literal["hour", "day", "week", "month", "year"]
_Row = tuple[int, int, int, int, int, int, float | None, float | None, int]

# The longest stretch in days that is counted by each unit: near a hundred periods, which a reader can still see.
LONGEST: tuple[tuple[Unit, int], ...] = (("hour", 4), ("day", 120), ("week", 730), ("month", 3650))


@dataclass(frozen=True, slots=True, kw_only=True)
class Period(Shown):
    """What happened in one period of live use.

    Parameters
    ----------
    unit, start
        Length of the period and its first moment, UTC, as ISO 8601.
    searches, alerts
        Live searches that began in it, and those of them that showed a match.
    unclear
        Searches of which it is not recorded what they showed.
    no_answer
        Searches that ended in an error or a timeout.
    adjudicated_alerts, false_alerts
        Alerts whose truth was established, and those of them established as false.
    lowest_threshold, highest_threshold
        Thresholds in use; ``None`` where none is recorded, or where thresholds of several scales were in use.
    threshold_scales
        Scales of the thresholds in use, one that is not named among them; 0 where no threshold is recorded.
    """

    unit: Unit
    start: str
    searches: int
    alerts: int
    unclear: int
    no_answer: int
    adjudicated_alerts: int
    false_alerts: int
    lowest_threshold: float | None = None
    highest_threshold: float | None = None
    threshold_scales: int = 0


def unit_of(facts: Facts) -> Unit:
    """Choose the unit by the stretch of time that the live searches cover."""
    if facts.first is None or facts.last is None:
        return "day"
    days = (facts.last - facts.first) / timedelta(days=1)
    return next((unit for unit, longest in LONGEST if days <= longest), "year")


def truncated(unit: Unit, moment: str = "time_start_utc") -> str:
    """Give SQL of the first moment of a time's period, UTC."""
    return f"date_trunc('{unit}', {moment} AT TIME ZONE 'UTC')"


def as_text(moment: str) -> str:
    """Give SQL of a moment as :attr:`Period.start` has it."""
    return f"strftime({moment}, '%Y-%m-%dT%H:%M:%S')"


def count_periods(facts: Facts, unit: Unit) -> tuple[Period, ...]:
    """Count live searches by period, from the first to the last; searches without a time are in none."""
    scales = "count(DISTINCT coalesce(threshold_scale, '')) FILTER (threshold IS NOT NULL)"
    counts = (
        f"SELECT {truncated(unit)} AS start, count(*), count(*) FILTER (match_shown), "
        "count(*) FILTER (match_shown IS NULL), "
        "count(*) FILTER (NOT answered), count(*) FILTER (match_shown AND adjudicated_truth IS NOT NULL), "
        "count(*) FILTER (match_shown AND adjudicated_truth = 'nonmated'), "
        f"CASE WHEN {scales} <= 1 THEN min(threshold)::DOUBLE END, "
        f"CASE WHEN {scales} <= 1 THEN max(threshold)::DOUBLE END, {scales} "
        f"FROM {live_rows(facts, 'time_start_utc IS NOT NULL')} GROUP BY ALL"
    )
    found = {row[0]: row[1:] for row in facts.rows(f"SELECT {as_text('start')}, * EXCLUDE (start) FROM ({counts})")}
    empty: _Row = (0, 0, 0, 0, 0, 0, None, None, 0)
    return tuple(_period(unit, start, found.get(start, empty)) for start in _starts(sorted(found), unit))


def _period(unit: Unit, start: str, row: _Row) -> Period:
    return Period(
        unit=unit,
        start=start,
        searches=row[0],
        alerts=row[1],
        unclear=row[2],
        no_answer=row[3],
        adjudicated_alerts=row[4],
        false_alerts=row[5],
        lowest_threshold=row[6],
        highest_threshold=row[7],
        threshold_scales=row[8],
    )


def _starts(found: list[str], unit: Unit) -> Iterator[str]:
    if not found:
        return
    at, last = datetime.fromisoformat(found[0]), datetime.fromisoformat(found[-1])
    while at <= last:
        yield at.isoformat()
        at = following(at, unit)


def following(start: datetime, unit: Unit) -> datetime:
    """Give the first moment of the next period.

    Examples
    --------
    >>> following(datetime(2026, 12, 1), "month").isoformat(), following(datetime(2026, 12, 28), "week").isoformat()
    ('2027-01-01T00:00:00', '2027-01-04T00:00:00')
    """
    steps = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
    if unit in steps:
        return start + steps[unit]
    months = start.year * 12 + start.month - 1 + (1 if unit == "month" else 12)
    return start.replace(year=months // 12, month=months % 12 + 1)


def period_of(moment: datetime, unit: Unit) -> str:
    """Give the start of the period that a moment lies in, as :attr:`Period.start` has it.

    Examples
    --------
    >>> period_of(datetime(2026, 11, 26, 9, 30, tzinfo=UTC), "week")
    '2026-11-23T00:00:00'
    """
    at = moment.astimezone(UTC).replace(tzinfo=None, minute=0, second=0, microsecond=0)
    at = at if unit == "hour" else at.replace(hour=0)
    at = at - timedelta(days=at.weekday()) if unit == "week" else at
    at = at.replace(day=1) if unit in ("month", "year") else at
    return (at.replace(month=1) if unit == "year" else at).isoformat()
