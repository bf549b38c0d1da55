"""Rates by group, and what may be said of their differences."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from baserate.estimates.metrics import METRICS
from baserate.reports import words
from baserate.reports.charts.rows import Axis, Intervals
from baserate.reports.document import Column, Figure, Note, Paragraph, Section, Table
from baserate.reports.measure import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.estimates import Estimate, Measurement
    from baserate.reports.charts.rows import IntervalRow
    from baserate.reports.document import Block

TEXT = (
    "One threshold for everybody. Intervals treat people, not trials, as independent. Two groups may differ although "
    "their intervals overlap, and may not although they do not: the ratios below are what compares them. A ratio is "
    "detectable if these data would have told it from 1 four times in five; of smaller ones they say nothing."
)
RATIO, SEEN = "ratio", "detectable_ratio"
SUMMARIES = {
    "max_min": "highest over lowest",
    "max_geometric_mean": "highest over the geometric mean",
    "gini": "Gini coefficient, corrected",
}
ROOM = 24  # letters beside a bar
LARGE = 0.1
MOST_REASONS = 3


def section(found: Measurement) -> Section | None:
    """Build the section; none where no groups were asked for."""
    blocks = tuple(_blocks(found))
    if not blocks:
        return None
    careful = say.if_careful([e for e in (*found.estimates, *found.differentials) if e.group])
    return Section("groups", "By group", (Paragraph(TEXT), *blocks, *map(Paragraph, careful)))


def _blocks(found: Measurement) -> Iterator[Block]:
    """Give each metric at each operating point its picture and what may be said of the differences."""
    grouped = [e for e in found.estimates if e.group]
    for key in dict.fromkeys(_key(e, e.metric) for e in grouped):
        rows = [e for e in grouped if _key(e, e.metric) == key]
        if len(whys := {e.undefined for e in rows}) == 1 and rows[0].undefined:
            yield Note(f"{_title(rows[0])}, in every group: {whys.pop()}.")
            continue
        yield _figure(rows)
        differences = tuple(e for e in found.differentials if _key(e, _kind(e)[0]) == key)
        if differences:
            yield from _ratios(rows, differences)
            yield _summaries(_title(rows[0]), differences)


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
    title = f"{_title(first)}, by {', '.join(column for column, _ in first.group)}"
    table = Table(
        title,
        (Column("group"), Column("rate", numeric=True), Column("events", numeric=True), Column("trials", numeric=True),
         Column("people", numeric=True)),
        tuple(map(_cells, rows)),
    )  # fmt: skip
    named = zip(rows, _labels(rows), strict=True)
    drawn = tuple(row for e, label in named if (row := say.interval_row(e, label)) is not None)
    if not drawn:
        return table
    name = re.sub(r"[^a-z0-9]+", "-", f"groups {first.metric} {first.operating_point}".lower())
    ends = "; ".join(f"{row.label}: {row.said}, {row.span}" for row in drawn)
    share = METRICS[first.metric].per == "share"
    chart = Intervals(drawn, Axis(title, log=_in_tens(drawn), probability=share))
    return Figure(name, title, "Bars are intervals, dots the rates.", f"{title}. {ends}", chart, table)


def _in_tens(drawn: tuple[IntervalRow, ...]) -> bool:
    """Whether powers of ten show the rows better: not where all of them are large and of one size."""
    low, high = min(row.low for row in drawn), max(row.high for row in drawn)
    return low > 0 and (low < high / 10 or high < LARGE)


def _labels(rows: list[Estimate]) -> list[str]:
    """Name the groups in the room that a picture has: without what all of them begin with, where that fills it."""
    names = [", ".join(value for _, value in e.group) for e in rows]
    if len({name[:ROOM] for name in names}) == len(names):
        return names
    alike = next((at for at, letters in enumerate(zip_longest(*names)) if len(set(letters)) > 1), 0)
    if len({name[alike : alike + ROOM] for name in names}) == len(names):
        return [f"…{name[alike:]}" for name in names]
    return [f"{name[: ROOM // 2]}…{name[-ROOM // 2 :]}" if len(name) > ROOM else name for name in names]


def _cells(e: Estimate) -> tuple[str, ...]:
    events = "" if e.n_events is None else f"{e.n_events:,}"
    people = "" if e.n_subjects is None else f"{e.n_subjects:,}"
    return e.group_label, f"{say.said(e)}{say.care(e)}", events, f"{e.n:,}", people


def _ratios(rows: list[Estimate], differences: tuple[Estimate, ...]) -> Iterator[Block]:
    """Compare each group with the reference: the one that is compared with none."""
    ratios = {e.group: e for e in differences if _kind(e)[1] == RATIO}
    seen = {e.group: e for e in differences if _kind(e)[1] == SEEN}
    reference = next(e for e in rows if e.group not in ratios)
    columns = (Column("group"), Column("ratio", numeric=True), Column("detectable", numeric=True))
    title = f"Ratios to {reference.group_label}: {_title(reference)}"
    if any(e.value is not None for e in ratios.values()):
        yield Table(title, columns, tuple(_ratio(e, seen[group]) for group, e in ratios.items()))
    if whys := tuple(dict.fromkeys(_why(e) for e in ratios.values() if e.undefined)):
        more = f"; and {len(whys) - MOST_REASONS} more" if len(whys) > MOST_REASONS else ""
        yield Paragraph(f"Ratios that cannot be told: {'; '.join(whys[:MOST_REASONS])}{more}.")


def _ratio(ratio: Estimate, seen: Estimate) -> tuple[str, ...]:
    return (
        ratio.group_label,
        f"{_value(ratio)}{say.care(ratio)}",
        "" if seen.value is None else words.count(seen.value).middle,
    )


def _summaries(title: str, differences: tuple[Estimate, ...]) -> Block:
    over_all = [e for e in differences if not e.group]
    if len(whys := {_why(e) for e in over_all}) == 1 and over_all[0].undefined:
        return Paragraph(f"Over all groups: cannot tell, {whys.pop()}.")
    columns = (Column("over all groups"), Column("value", numeric=True), Column("how, or why it cannot be told"))
    rows = tuple((SUMMARIES[_kind(e)[1]], _value(e), _why(e) or say.how(e)) for e in over_all)
    return Table(f"Differences: {title}", columns, rows)


def _value(e: Estimate) -> str:
    return "cannot tell" if e.value is None else str(e)


def _why(e: Estimate) -> str:
    return (e.undefined or "").removeprefix("cannot tell: ")
