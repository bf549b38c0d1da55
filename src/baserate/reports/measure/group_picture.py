"""Groups drawn: one row each, on an axis on which their rates can be told apart."""

from __future__ import annotations

import math
import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from baserate.estimates.metrics import METRICS
from baserate.reports.charts.rows import Axis, Intervals
from baserate.reports.document import Figure
from baserate.reports.measure import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from baserate.estimates import Estimate
    from baserate.reports.charts.rows import IntervalRow
    from baserate.reports.document import Table

ROOM = 24  # letters beside a bar
LARGE = 0.1
# An end of an interval more than a thousand times beyond the rates would draw them into a corner.
FAR, ROOM_BEYOND = 1_000, 100
BEYOND = " A bar with an arrow goes on beyond the picture."


def figure(rows: Sequence[Estimate], table: Table, *, which: str) -> Figure | Table:
    """Draw groups beside the table of them; the table alone where none has a rate with an interval.

    Parameters
    ----------
    rows
        One metric at one operating point, a group each.
    table
        The same in numbers; its caption is the title.
    which
        Sentence on which groups these are; empty where they are all.
    """
    named = zip(rows, _labels(rows), strict=True)
    alike = say.reads_per_cent(rows)
    drawn = tuple(row for e, label in named if (row := say.interval_row(e, label, per_cent=alike)) is not None)
    if not drawn:
        return table
    first, title = rows[0], table.caption
    name = re.sub(r"[^a-z0-9]+", "-", f"groups {first.metric} {first.operating_point}".lower())
    said = "; ".join(f"{row.label}: {row.said}, {row.span}" for row in drawn)
    log = _in_tens(drawn)
    ends = _ends(drawn, log=log)
    share = METRICS[first.metric].per == "share"
    chart = Intervals(drawn, Axis(title, log=log, probability=share, per_cent=alike), ends=ends)
    caption = f"Bars are intervals, dots the rates.{BEYOND if ends else ''}{which}"
    return Figure(name, title, caption, f"{title}. {said}", chart, table)


def _in_tens(drawn: tuple[IntervalRow, ...]) -> bool:
    """Whether powers of ten show the rows better: not where all of them are large and of one size."""
    lowest = min(row.value or 0.0 for row in drawn)
    low, high = min(row.low for row in drawn), max(row.high for row in drawn)
    return lowest > 0 and (low < high / 10 or high < LARGE)


def _ends(drawn: tuple[IntervalRow, ...], *, log: bool) -> tuple[float, float] | None:
    """Where the axis ends if it does not hold all bars, which would draw the rates into a corner."""
    values = [row.value or 0.0 for row in drawn]
    low, high = min(row.low for row in drawn), max(row.high for row in drawn)
    if not log:
        top = max(10 * max(values), 5 * min(row.high for row in drawn))
        return (0.0, top) if high > top else None
    ends = (
        _ten(min(values) / ROOM_BEYOND, math.floor) if low < min(values) / FAR else _ten(low, math.floor),
        _ten(max(values) * ROOM_BEYOND, math.ceil) if high > max(values) * FAR else _ten(high, math.ceil),
    )
    return ends if low < ends[0] or high > ends[1] else None


def _ten(value: float, rounded: Callable[[float], int]) -> float:
    return float(10.0 ** rounded(math.log10(value)))


def _labels(rows: Sequence[Estimate]) -> list[str]:
    """Name the groups in the room that a picture has: without what all of them begin with, where that fills it."""
    names = [", ".join(value for _, value in e.group) for e in rows]
    if len({name[:ROOM] for name in names}) == len(names):
        return names
    alike = next((at for at, letters in enumerate(zip_longest(*names)) if len(set(letters)) > 1), 0)
    if len({name[alike : alike + ROOM] for name in names}) == len(names):
        return [f"…{name[alike:]}" for name in names]
    return [f"{name[: ROOM // 2]}…{name[-ROOM // 2 :]}" if len(name) > ROOM else name for name in names]
