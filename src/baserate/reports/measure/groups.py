"""Rates by group, and what may be said of their differences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from baserate.reports.document import Column, Folded, Note, Paragraph, Section, Table
from baserate.reports.measure import differences, say
from baserate.reports.measure.group_picture import figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from baserate.estimates import Estimate, Measurement
    from baserate.reports.document import Block

TEXT = (
    "One threshold for everybody. Where it was set for a rate, the intervals of misses count what it varies by, and "
    "those of their ratios how much it moves the groups apart. Intervals treat people, not trials, as independent. Two "
    "groups may differ although their intervals overlap, and may not although they do not: the ratios below are what "
    "compares them. A ratio is detectable if these data would have told it from 1 four times in five; of smaller ones "
    "they say nothing. None can be told where not even a rate of 1 would have been, or the reference has fewer than 5 "
    "independent events."
)
COLUMNS = (Column("group"), Column("rate", numeric=True), Column("events", numeric=True),
           Column("trials", numeric=True), Column("people", numeric=True))  # fmt: skip
MOST_GROUPS, EACH_END = 40, 10  # groups that are drawn, and of more the highest and the lowest
MOST_FOLDED = 2_000  # groups in a table of the page
ALL_IN = "groups.csv"


def section(found: Measurement) -> Section | None:
    """Build the section; none where no groups were asked for."""
    blocks = tuple(_blocks(found))
    if not blocks:
        return None
    careful = say.if_careful([e for e in (*found.estimates, *found.differentials) if e.group])
    return Section("groups", "By group", (Paragraph(TEXT), *blocks, *map(Paragraph, careful)))


def _blocks(found: Measurement) -> Iterator[Block]:
    """Give each metric at each operating point its picture and what may be said of the differences."""
    grouped = sorted((e for e in found.estimates if e.group), key=lambda e: (say.metric_place(e), say.by_threshold(e)))
    for key in dict.fromkeys(_key(e, e.metric) for e in grouped):
        rows = [e for e in grouped if _key(e, e.metric) == key]
        if len(whys := {e.undefined for e in rows}) == 1 and rows[0].undefined:
            yield Note(f"{say.heading(rows[0])}, in every group: {whys.pop()}.")
            continue
        shown = _shown(rows)
        if shown:
            yield figure(shown, _table(shown), which=_which(len(shown), len(rows)))
        compared = [e for e in found.differentials if _key(e, differences.metric_of(e)) == key]
        if compared:
            yield from differences.blocks(rows, shown, compared)
        if len(shown) < len(rows):
            yield _all(rows, compared)


def _key(e: Estimate, metric: str) -> tuple[object, ...]:
    return metric, *say.point(e), e.rank


def _shown(rows: Sequence[Estimate]) -> Sequence[Estimate]:
    """All groups; of many the highest and the lowest, by the ends of their intervals that are nearer to the others."""
    if len(rows) <= MOST_GROUPS:
        return rows
    told = [e for e in rows if e.low is not None and e.high is not None]
    highest = sorted(told, key=lambda e: e.low or 0.0, reverse=True)[:EACH_END]
    others = [e for e in told if e not in highest]
    lowest = sorted(others, key=lambda e: math.inf if e.high is None else e.high)[:EACH_END]
    return [*highest, *reversed(lowest)]


def _which(shown: int, of: int) -> str:
    """Say which of many groups are drawn."""
    if shown == of:
        return ""
    return (
        f" Of {of:,} groups: the {EACH_END} with the highest lower ends of their intervals, and the {EACH_END} with "
        "the lowest upper ends. Of so many groups some stand out by chance."
    )


def _table(rows: Sequence[Estimate]) -> Table:
    return Table(_caption(rows[0]), COLUMNS, _cells(rows))


def _caption(e: Estimate) -> str:
    return f"{say.heading(e)}, by {', '.join(column for column, _ in e.group)}"


def _cells(rows: Sequence[Estimate]) -> tuple[tuple[str, ...], ...]:
    alike = say.reads_per_cent(rows)
    return tuple((
        e.group_label,
        f"{say.said(e, per_cent=alike)}{say.care(e)}",
        "" if e.n_events is None else f"{e.n_events:,}",
        f"{e.n:,}",
        "" if e.n_subjects is None else f"{e.n_subjects:,}",
    ) for e in rows)  # fmt: skip


def _all(rows: Sequence[Estimate], compared: Sequence[Estimate]) -> Block:
    """Fold away the table of all groups, and say where else it stands."""
    undefined = sum(e.value is None for e in rows)
    without = f", {undefined:,} of them without a rate," if undefined else ""
    text = f"All {len(rows):,} groups{without} stand in {ALL_IN} beside this report."
    if len(rows) > MOST_FOLDED:
        return Paragraph(text)
    ratios = differences.cells(compared)
    whole = tuple(cells + ratios.get(e.group, ("", "")) for e, cells in zip(rows, _cells(rows), strict=True))
    return Folded(f"All {len(rows):,} groups", text, Table(_caption(rows[0]), (*COLUMNS, *differences.COLUMNS), whole))
