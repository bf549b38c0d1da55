"""Outcomes divided by group or by status: a chart and a table for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.outcomes.names import outcome_name
from baserate.reports.charts.rows import Axis, IntervalRow, Intervals
from baserate.reports.document import Figure, Note, Paragraph, Section
from baserate.reports.pick import group_label, heading_of, listed, outcome_table, said

if TYPE_CHECKING:
    from baserate.outcomes.results import Outcome, Results
    from baserate.reports.document import Block, Table

# What is divided by group and status; results.json holds every outcome divided.
SHOWN = (
    "alert_is_wrong",
    "false_alerts_per_million_searches",
    "fpir",
    "fpir_over_everybodys",
    "fnir",
    "fnir_over_everybodys",
    "wrongful_actions",
)
LOG_FROM_RATIO = 20  # a wider spread cannot be read on an axis that begins at zero


def breakdown(results: Results, *, prefix: str, key: str, title: str, text: str) -> Section | None:
    """Build the section for the outcomes of :data:`SHOWN` that are given for groups that begin with ``prefix``.

    None where there are fewer than two: one group alone is everybody.
    """
    by_name = [[o for o in results.outcomes if o.name == name and o.group.startswith(prefix)] for name in SHOWN]
    if len({outcome.group for outcomes in by_name for outcome in outcomes}) < 2:
        return None
    blocks = [_block(outcomes, prefix) for outcomes in by_name if outcomes]
    rest = Note(f"Every other outcome by {prefix.rstrip(':')} stands in results.json.")
    return Section(key, title, (Paragraph(text), *blocks, rest))


def _block(outcomes: list[Outcome], prefix: str) -> Block:
    """Draw an outcome where at least two groups have a range; else set it as a table."""
    record = outcome_name(outcomes[0].name, unit=outcomes[0].unit)
    what = prefix.rstrip(":")
    table = outcome_table(outcomes, caption=f"{record.label} by {what}", heading=what, by_group=True)
    rows = tuple(row for outcome in outcomes if (row := _interval(outcome)))
    if len(rows) < 2:  # nothing to compare
        return table
    return _figure(outcomes, rows, table, what)


def _interval(outcome: Outcome) -> IntervalRow | None:
    if outcome.value is None or outcome.low is None or outcome.high is None:
        return None
    spoken = said(outcome)
    return IntervalRow(group_label(outcome.group), outcome.value, outcome.low, outcome.high, spoken.middle, spoken.span)


def _figure(outcomes: list[Outcome], rows: tuple[IntervalRow, ...], table: Table, what: str) -> Figure:
    record = outcome_name(outcomes[0].name, unit=outcomes[0].unit)
    undefined = [group_label(outcome.group) for outcome in outcomes if outcome.value is None]
    caption = f"{record.meaning} Dots are the middle, bars the range.".strip()
    if undefined:
        caption += f" Undefined, and not drawn: {listed(undefined)}."
    alternative = f"{record.label}: " + "; ".join(f"{row.label} {row.said} ({row.span})" for row in rows) + "."
    drawn = Intervals(rows, Axis(record.label, _needs_log(rows), record.shown_as == "rate"))
    return Figure(f"{record.name}_by_{what}", heading_of(outcomes[0]), caption, alternative, drawn, table)


def _needs_log(rows: tuple[IntervalRow, ...]) -> bool:
    lows, highs = [row.low for row in rows], [row.high for row in rows]
    return min(lows) > 0 and max(highs) > LOG_FROM_RATIO * min(lows)
