"""Records held over time, matched and not."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from baserate.audit.retention import GROUPS
from baserate.inputs.problems import count_of
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


def said(found: Retention) -> tuple[str, ...]:
    """Say in sentences what the totals do not hold: extensions and holds, what was declared, what cannot be."""
    told = [f"{what}, {action}: {count_of(n, 'search')}." for what, action, n in found.actions]
    told += [
        f"Searches without a candidate, {'not declared' if handling == 'null' else f'declared as {handling}'}: {n:,}."
        for handling, n in found.handling
    ]
    if found.handled_otherwise:
        told.append(
            "Without a candidate and declared deleted within a day, yet still held: "
            f"{count_of(found.handled_otherwise, 'search')}."
        )
    contradictory = sum(total.contradictory for total in found.totals)
    if contradictory:
        told.append(f"{count_of(contradictory, 'search')} left a record that was deleted, or expires, before it began.")
    return tuple(told)


def totals_said(found: Retention) -> list[str]:
    """Lay the totals out as lines of text."""
    lines = [
        f"  {LABELS[t.group]:18} {t.held:>12,} held, {t.overdue:,} of them overdue and {t.no_expiry:,} without expiry; "
        f"{t.deleted:,} deleted, {t.deleted_late:,} of them late"
        for t in found.totals
    ]
    return [f"Records at the end of {found.as_of} (UTC)", "", *lines]


def _blocks(found: Retention) -> tuple[Block, ...]:
    told = said(found)
    limits = Bullets((*found.assumptions, *found.cannot_show))
    chart = (_figure(found.stock),) if found.stock else ()
    return (*chart, _totals(found), *([Bullets(told)] if told else []), limits)


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
