"""Rates by group, and what may be said of their differences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from baserate.estimates.metrics import METRICS
from baserate.reports.charts.rows import Axis, Intervals
from baserate.reports.document import Column, Figure, Paragraph, Section, Table
from baserate.reports.measure import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.estimates import Estimate, Measurement
    from baserate.reports.document import Block

TEXT = (
    "One threshold for everybody. Intervals treat people, not trials, as independent. Two groups may differ although "
    "their intervals overlap, and may not although they do not: the ratios below are what compares them."
)
SUMMARIES = {
    "ratio": "ratio to the reference group",
    "detectable_ratio": "smallest ratio that these data would have shown, four times in five",
    "max_min": "highest over lowest",
    "max_geometric_mean": "highest over the geometric mean",
    "gini": "Gini coefficient, corrected",
}


def section(found: Measurement) -> Section | None:
    """Build the section; none where no groups were asked for."""
    blocks = tuple(_blocks(found))
    return Section("groups", "By group", (Paragraph(TEXT), *blocks)) if blocks else None


def _blocks(found: Measurement) -> Iterator[Block]:
    """Give each metric at each operating point its picture and what may be said of the differences."""
    grouped = [e for e in found.estimates if e.group]
    for key in dict.fromkeys(_key(e, e.metric) for e in grouped):
        rows = [e for e in grouped if _key(e, e.metric) == key]
        yield _figure(rows)
        differences = tuple(e for e in found.differentials if _key(e, _kind(e)[0]) == key)
        if differences:
            yield _differences(f"Differences: {_title(rows[0])}", differences)


def _key(e: Estimate, metric: str) -> tuple[object, ...]:
    return metric, *say.point(e), e.rank


def _kind(e: Estimate) -> tuple[str, str]:
    """Part the name of a difference into the metric and what was made of it."""
    metric = next(m for m in sorted(METRICS, key=len, reverse=True) if e.metric.startswith(f"{m}_"))
    return metric, e.metric.removeprefix(f"{metric}_")


def _title(e: Estimate) -> str:
    return f"{say.title(e.metric)}, {say.where(e)}".removesuffix(", ")


def _figure(rows: list[Estimate]) -> Figure | Table:
    first = rows[0]
    title = _title(first)
    table = Table(
        title,
        (Column("group"), Column("rate", numeric=True), Column("events", numeric=True), Column("trials", numeric=True),
         Column("people", numeric=True)),
        tuple(map(_cells, rows)),
    )  # fmt: skip
    drawn = tuple(row for e in rows if (row := say.interval_row(e, e.group_label)) is not None)
    if not drawn:
        return table
    name = re.sub(r"[^a-z0-9]+", "-", f"groups {first.metric} {first.operating_point}".lower())
    ends = "; ".join(f"{row.label}: {row.said}, {row.span}" for row in drawn)
    chart = Intervals(drawn, Axis(title, log=all(row.low > 0 for row in drawn), probability=True))
    return Figure(name, title, "Bars are intervals, dots the rates.", f"{title}. {ends}", chart, table)


def _cells(e: Estimate) -> tuple[str, ...]:
    events = "" if e.n_events is None else f"{e.n_events:,}"
    people = "" if e.n_subjects is None else f"{e.n_subjects:,}"
    return e.group_label, str(say.said(e)), events, f"{e.n:,}", people


def _differences(title: str, found: tuple[Estimate, ...]) -> Table:
    columns = (Column("what"), Column("value", numeric=True), Column("how, or why there is none"))
    return Table(title, columns, tuple(map(_difference, found)))


def _difference(e: Estimate) -> tuple[str, ...]:
    what = SUMMARIES[_kind(e)[1]]
    value, how = ("cannot tell", str(e.undefined)) if e.value is None else (str(e), say.how(e))
    return f"{e.group_label}: {what}" if e.group else what, value, how.removeprefix("cannot tell: ")
