"""One row a group: the range as a bar, the middle as a dot, both said beside it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

import altair as alt

from baserate.reports.charts.canvas import Canvas
from baserate.reports.charts.theme import BLUE, INK, MUTED, NARROW, SMALL, TEXT, axis_of, finish, scale_of

if TYPE_CHECKING:
    from baserate.reports.charts.rows import IntervalRow, Intervals

NAME_WIDE, SAID_WIDE = 195.0, 180.0  # px left and right of the bars
ROW, NARROW_ROW = 34.0, 52.0  # px
EDGE = 22.0  # px that half a label of the axis needs on a phone
ARROW = 60.0  # px²


def draw(rows: Intervals, *, width: int) -> alt.LayerChart:
    """Draw the rows: names and words stand beside the bars, or above them on a phone."""
    narrow = width < NARROW
    row_high, bar_at = (NARROW_ROW, 36.0) if narrow else (ROW, ROW / 2)
    canvas = Canvas(width, row_high * len(rows.rows))
    text = _beside(rows, canvas, row_high) if not narrow else _above(rows, canvas, row_high)
    ends = (EDGE, width - EDGE) if narrow else (NAME_WIDE, width - SAID_WIDE)
    bars = [_within(row, rows.ends) | {"y": row_high * number + bar_at} for number, row in enumerate(rows.rows)]
    # Beside the names the line runs from top to bottom; under them on a phone it would run through their words.
    spans = [(row_high * n + bar_at - 11, row_high * n + bar_at + 11) for n in range(len(rows.rows))]
    line = spans if narrow else [(0.0, canvas.height)]
    layers = (*_mark(rows, line, canvas, ends), *_bars(rows, bars, canvas, ends), *text)
    return finish(layers, width=canvas.width, height=canvas.height)


def _within(row: IntervalRow, ends: tuple[float, float] | None) -> dict[str, object]:
    """Cut a bar off at the ends of the axis, and tell at which of them it goes on."""
    if ends is None:
        return asdict(row) | {"goes_on": ()}
    low, high = ends
    cut = {"low": max(row.low, low), "high": min(row.high, high)}
    return asdict(row) | cut | {"goes_on": [side for side in cut if cut[side] != getattr(row, side)]}


def _bars(
    rows: Intervals, bars: list[dict[str, object]], canvas: Canvas, ends: tuple[float, float]
) -> tuple[alt.Chart, ...]:
    low, high = _ends(rows)
    scale = scale_of(rows.x, low, high)
    scale.range = list(ends)
    axis = axis_of(rows.x, low, high, most=4)
    axis.grid = canvas.width >= NARROW  # on a phone the lines would run through the names
    base = alt.Chart(alt.InlineData(bars))
    spans = base.mark_rule(strokeWidth=7, color=BLUE, opacity=0.45)
    valued = alt.Chart(alt.InlineData([bar for bar in bars if bar["value"] is not None]))
    dots = valued.mark_point(shape="circle", size=75, fill=INK, stroke="white", strokeWidth=1.5, opacity=1)
    arrows = (
        alt.Chart(alt.InlineData(on)).mark_point(shape=shape, size=ARROW, fill=INK, stroke=INK, opacity=1)
        for side, shape in (("low", "triangle-left"), ("high", "triangle-right"))
        if (on := [bar | {"x": bar[side]} for bar in bars if side in cast("list[str]", bar["goes_on"])])
    )
    return (
        spans.encode(x=alt.X("low:Q", scale=scale, axis=axis), x2=alt.X2("high:Q"), y=canvas.y()),
        *(arrow.encode(x=alt.X("x:Q", scale=scale, axis=axis), y=canvas.y()) for arrow in arrows),
        dots.encode(x=alt.X("value:Q", scale=scale, axis=axis), y=canvas.y()),
    )


def _ends(rows: Intervals) -> tuple[float, float]:
    if rows.ends is not None:
        return rows.ends
    marks = () if rows.mark is None else (rows.mark,)
    lows, highs = [row.low for row in rows.rows], [row.high for row in rows.rows]
    return min([*lows, *marks]), max([*highs, *marks])


def _mark(
    rows: Intervals, spans: list[tuple[float, float]], canvas: Canvas, ends: tuple[float, float]
) -> tuple[alt.Chart, ...]:
    """Draw a dashed line, in pieces from top to bottom, at the value that rows are read against."""
    if rows.mark is None:
        return ()
    scale = scale_of(rows.x, *_ends(rows))
    scale.range = list(ends)
    pieces = alt.Chart(alt.InlineData([{"x": rows.mark, "y": y, "y2": y2} for y, y2 in spans]))
    rule = pieces.mark_rule(strokeDash=[5, 4], strokeWidth=1.5, color=MUTED)
    axis = axis_of(rows.x, *_ends(rows), most=4)
    axis.grid = canvas.width >= NARROW
    return (rule.encode(x=alt.X("x:Q", scale=scale, axis=axis), y=canvas.y(), y2=alt.Y2("y2:Q")),)


def _written(
    canvas: Canvas,
    lines: list[tuple[float, str]],
    *,
    x: float,
    align: str,
    size: int,
    color: str,
    bold: bool = False,
    limit: float = 0,
) -> alt.Chart:
    """Write lines of text at a place in pixels, beside a scale that is not in pixels."""
    rows = [{"y": y, "text": text} for y, text in lines]
    mark = alt.Chart(alt.InlineData(rows)).mark_text(
        align=align,  # type: ignore[arg-type]
        baseline="middle",
        fontSize=size,
        color=color,
        limit=limit,  # a longer text ends in an ellipsis; the table has it whole
        fontWeight="bold" if bold else "normal",
    )
    made: alt.Chart = mark.encode(x=alt.value(x), y=canvas.y(), text=alt.Text("text:N"))
    return made


def _beside(rows: Intervals, canvas: Canvas, high: float) -> tuple[alt.Chart, ...]:
    names = [(high * (n + 0.5), row.label) for n, row in enumerate(rows.rows)]
    said = [(high * (n + 0.5) - 8, row.said) for n, row in enumerate(rows.rows)]
    spans = [(high * (n + 0.5) + 8, row.span) for n, row in enumerate(rows.rows)]
    right = canvas.width - SAID_WIDE + 18
    return (
        _written(canvas, names, x=0, align="left", size=TEXT, color=INK, limit=NAME_WIDE - 8),
        _written(canvas, said, x=right, align="left", size=TEXT, color=INK, bold=True),
        _written(canvas, spans, x=right, align="left", size=SMALL, color=MUTED),
    )


def _above(rows: Intervals, canvas: Canvas, high: float) -> tuple[alt.Chart, ...]:
    names = [(high * n + 16, row.label) for n, row in enumerate(rows.rows)]
    said = [(high * n + 16, row.said) for n, row in enumerate(rows.rows)]
    return (
        _written(canvas, names, x=0, align="left", size=TEXT, color=INK, limit=canvas.width - 110),
        _written(canvas, said, x=canvas.width, align="right", size=TEXT, color=INK, bold=True),
    )
