"""Records held over time, matched and not."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from baserate.audit.retention import GROUPS
from baserate.reports.audit.timeline import days
from baserate.reports.charts.rows import Place, Span, Timeline, TimePanel
from baserate.reports.document import Bullets, Column, Figure, Note, Section, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from baserate.audit.result import AuditResult
    from baserate.audit.retention import Retention, RetentionTotals, StockPoint
    from baserate.reports.document import Block

LABELS = {"matched": "with a candidate", "unmatched": "without one", "unknown": "not recorded which"}


def section(result: AuditResult) -> Section:
    """Build the section."""
    found = result.retention
    blocks: tuple[Block, ...] = (Note(found),) if isinstance(found, str) else _blocks(found)
    return Section("retention", "What is kept", blocks)


def _blocks(found: Retention) -> tuple[Block, ...]:
    told = [f"{what}, {action}: {n:,} searches." for what, action, n in found.actions]
    told += [f"Searches without a candidate declared as {handling}: {n:,}." for handling, n in found.handling]
    if found.handled_otherwise:
        told.append(
            f"{found.handled_otherwise:,} searches without a candidate were declared deleted within a day and were "
            "still held."
        )
    limits = Bullets((*found.assumptions, *found.cannot_show))
    chart = (_figure(found.stock),) if found.stock else ()
    return (*chart, _totals(found), *([Bullets(tuple(told))] if told else []), limits)


def _figure(stock: Sequence[StockPoint]) -> Figure:
    panels = [panel for group in GROUPS for panel in _panels(group, [p for p in stock if p.group == group])]
    ends = sorted({point.end for point in stock})
    rows = Timeline(tuple(panels), (), tuple(Place(_day(end), end.isoformat()) for end in ends))
    columns = (Column("end of period"), Column("records"), Column("created", numeric=True),
               Column("deleted", numeric=True), Column("held", numeric=True),
               Column("overdue", numeric=True))  # fmt: skip
    cells = tuple(
        (p.end.isoformat(), LABELS[p.group], f"{p.created:,}", f"{p.deleted:,}", f"{p.held:,}", f"{p.overdue:,}")
        for p in stock
    )
    table = Table("Records held at the end of each period", columns, cells)
    alternative = "Records held over time: " + "; ".join(f"{panel.title} {panel.said}" for panel in panels) + "."
    caption = (
        "Records that searches left, at the end of each period (UTC), with a candidate and without; overdue are those "
        "held past their expiry. Each line of bars has its own scale."
    )
    return Figure("retention", "", caption, alternative, rows, table)


def _panels(group: str, points: list[StockPoint]) -> list[TimePanel]:
    if not points:
        return []
    made = [_panel(f"Held, {LABELS[group]}", points, [p.held for p in points])]
    overdue = [p.overdue for p in points]
    return [*made, _panel(f"Overdue, {LABELS[group]}", points, overdue)] if any(overdue) else made


def _panel(title: str, points: list[StockPoint], values: list[int]) -> TimePanel:
    starts = [_day(points[0].end.replace(day=1)) if len(points) == 1 else 2 * _day(points[0].end) - _day(points[1].end)]
    edges = [*starts, *(_day(point.end) for point in points)]
    spans = tuple(Span(a, b, 0.0, float(n)) for (a, b), n in zip(pairwise(edges), values, strict=True) if b > a)
    return TimePanel(title, f"at most {max(values):,}", spans)


def _day(day: date) -> float:
    return days(day.isoformat())


def _totals(found: Retention) -> Table:
    columns = ("records", "searches", "left a record", "held", "deleted", "overdue", "deleted late", "without expiry")
    rows = tuple(_row(total) for total in found.totals)
    heads = tuple(Column(name, numeric=i > 0) for i, name in enumerate(columns))
    return Table(f"Records at the end of {found.as_of} (UTC)", heads, rows)


def _row(t: RetentionTotals) -> tuple[str, ...]:
    numbers = (t.searches, t.records, t.held, t.deleted, t.overdue, t.deleted_late, t.no_expiry)
    return (LABELS[t.group], *(f"{n:,}" for n in numbers))
