"""Lines with bands along an axis, named above the drawing; what no data support stands on shaded ground."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import altair as alt

from baserate.reports.charts.theme import (
    BLUE,
    CHARACTER,
    GREEN,
    GROUND,
    INK,
    MUTED,
    NARROW,
    PURPLE,
    SMALL,
    TEXT,
    VERMILION,
    axis_of,
    finish,
    scale_of,
    wrapped,
)

if TYPE_CHECKING:
    from baserate.reports.charts.rows import Line, Lines, Place

# Colour and dash of each line, in the order they come.
STROKES = ((VERMILION, [1, 0]), (BLUE, [7, 4]), (GREEN, [2, 3]), (PURPLE, [10, 3, 2, 3]))
Y_AXIS = 95  # px that the widest tick of the vertical axis takes
LINE_HIGH = 17  # px of a line of text above the drawing
BEYOND = "beyond the data"
SAMPLE, BAND_HIGH, GAP = 36, 11, 4  # px of the piece of a line and of its band beside a name, and below names


def draw(rows: Lines, *, width: int) -> alt.LayerChart:
    """Draw the lines; a single one needs no name, for the axis has it."""
    rows = _drawable(rows)
    points = [point for line in rows.lines for point in line.points]
    x_ends = min(point.x for point in points), max(point.x for point in points)
    x = alt.X("x:Q", scale=scale_of(rows.x, *x_ends, exact=True), axis=_x_axis(rows, x_ends, width=width))
    y_ends = min(point.low for point in points), max(point.high for point in points)
    y = alt.Y("value:Q", scale=scale_of(rows.y, *y_ends), axis=axis_of(rows.y, *y_ends))
    layers = [
        *_unsupported(rows, x, x_ends),
        *(layer for number, line in enumerate(rows.lines) for layer in _band_and_line(line, number, x, y)),
        *_places(rows, x, x_ends, width=width),
        *_beyond(rows, x, x_ends),
        *(_names(rows) if len(rows.lines) > 1 else ()),
    ]
    title = alt.TitleParams(text=wrapped(rows.y.title, width=width), offset=8, frame="bounds")
    height = (300 if width < NARROW else 340) + (LINE_HIGH * len(rows.lines) if len(rows.lines) > 1 else 0)
    return finish(layers, width=width, height=height, title=title)


def _drawable(rows: Lines) -> Lines:
    """Fit the lines to their axes: a logarithmic one has no zero, so that what is zero is drawn at its foot.

    An axis without anything above zero is linear.
    """
    points = [point for line in rows.lines for point in line.points]
    foot = min((number for p in points for number in (p.low, p.value, p.high) if number > 0), default=0.0)
    x = replace(rows.x, log=rows.x.log and all(point.x > 0 for point in points))
    y = replace(rows.y, log=rows.y.log and foot > 0)
    if not y.log:
        return replace(rows, x=x, y=y)
    return replace(rows, x=x, y=y, lines=tuple(_lifted(line, foot) for line in rows.lines))


def _lifted(line: Line, foot: float) -> Line:
    lifted = (replace(p, low=max(p.low, foot), value=max(p.value, foot), high=max(p.high, foot)) for p in line.points)
    return replace(line, points=tuple(lifted))


def _x_axis(rows: Lines, ends: tuple[float, float], *, width: int) -> alt.Axis:
    axis = axis_of(rows.x, *ends, most=3 if width < NARROW else 7, exact=True)
    axis.title = wrapped(rows.x.title, width=width - Y_AXIS)
    axis.grid = False
    return axis


def _data(found: list[dict[str, Any]]) -> alt.Chart:
    return alt.Chart(alt.InlineData(found))


def _band_and_line(line: Line, number: int, x: alt.X, y: alt.Y) -> tuple[alt.Chart, ...]:
    color, dash = STROKES[number % len(STROKES)]
    base = _data([asdict(point) for point in line.points])
    low, high = y.copy(), y.copy()
    low.shorthand, high.shorthand = "low:Q", "high:Q"
    return (
        base.mark_area(color=color, opacity=0.16).encode(x=x, y=low, y2=alt.Y2("high:Q")),
        *(
            base.mark_line(color=color, strokeWidth=1, strokeDash=dash, opacity=0.6).encode(x=x, y=edge)
            for edge in (low, high)
        ),
        base.mark_line(color=color, strokeWidth=3, strokeDash=dash).encode(x=x, y=y),
    )


def _unsupported(rows: Lines, x: alt.X, ends: tuple[float, float]) -> list[alt.Chart]:
    """Shade what lies beyond the supported range."""
    if rows.supported is None:
        return []
    low, high = rows.supported
    outside = ((ends[0], min(low, ends[1])), (max(high, ends[0]), ends[1]))
    shaded = [{"x": start, "end": end} for start, end in outside if start < end]
    return [_data(shaded).mark_rect(fill=GROUND).encode(x=x, x2=alt.X2("end:Q"))] if shaded else []


def _beyond(rows: Lines, x: alt.X, ends: tuple[float, float]) -> list[alt.Chart]:
    """Say what the shade on the right is; a place's line, which may stand there, breaks off behind the words."""
    if rows.supported is None or rows.supported[1] >= ends[1]:
        return []
    base = _data([{"x": ends[1], "text": BEYOND}])
    behind: dict[str, Any] = {"stroke": GROUND, "strokeWidth": 6, "strokeOpacity": 1}
    return [
        base.mark_text(
            align="right", baseline="bottom", dx=-6, dy=-6, fontSize=SMALL, color=MUTED, fontStyle="italic", **look
        ).encode(x=x, y=alt.value("height"), text="text:N")
        for look in (behind, dict[str, Any]())
    ]


def _places(rows: Lines, x: alt.X, ends: tuple[float, float], *, width: int) -> list[alt.Chart]:
    """Name places above the drawing, each on a line of its own, so that near ones do not collide."""
    layers = []
    for number, (place, right) in enumerate(_in_order(rows, ends, width=width)):
        above = LINE_HIGH * (len(rows.places) - number) - LINE_HIGH / 2 + GAP
        base = _data([asdict(place)])
        layers += [
            base.mark_rule(color=INK, strokeDash=[3, 3]).encode(x=x, y=alt.value(-above), y2=alt.value("height")),
            base.mark_text(
                align="right" if right else "left",
                baseline="middle",
                dx=-5 if right else 5,
                fontSize=TEXT,
            ).encode(x=x, y=alt.value(-above), text="label:N"),
        ]
    return layers


def _in_order(rows: Lines, ends: tuple[float, float], *, width: int) -> list[tuple[Place, bool]]:
    """Order places from above to below, each with whether its name ends at its line, so that no line runs through one.

    A line runs from its name downwards. So names that begin at their lines stand in the order of the lines, and names
    that end there, for want of room on the right or because another such line is in their way, above them in the
    opposite order.
    """
    inside = sorted((place for place in rows.places if ends[0] <= place.x <= ends[1]), key=lambda place: place.x)
    ending: list[float] = []  # px of the lines at which a name ends
    ordered: list[tuple[Place, bool]] = []
    for place in reversed(inside):
        at = _share_of(rows, place.x, ends) * (width - Y_AXIS)
        long = CHARACTER * len(place.label) + 8
        if at + long > width - Y_AXIS or any(at < line < at + long for line in ending):
            ending.append(at)
            ordered.insert(len(ending) - 1, (place, True))
        else:
            ordered.insert(len(ending), (place, False))
    return ordered


def _share_of(rows: Lines, place: float, ends: tuple[float, float]) -> float:
    """Tell how far along the axis a place lies."""
    low, at, high = (math.log(number) if rows.x.log else number for number in (ends[0], place, ends[1]))
    return (at - low) / (high - low) if low < high else 0.0


def _names(rows: Lines) -> list[alt.Chart]:
    """Name the lines above the drawing and its places, each beside a piece of it: bands leave no room among them."""
    layers = []
    for number, line in enumerate(rows.lines):
        color, dash = STROKES[number % len(STROKES)]
        above = LINE_HIGH * (len(rows.places) + len(rows.lines) - number) - LINE_HIGH / 2 + 2 * GAP
        middle, ends = alt.value(-above), {"x": alt.value(0), "x2": alt.value(SAMPLE)}
        band = {"y": alt.value(-above - BAND_HIGH / 2), "y2": alt.value(-above + BAND_HIGH / 2)}
        base = _data([{"text": line.label}])
        layers += [
            base.mark_rect(fill=color, opacity=0.16).encode(**ends, **band),
            base.mark_rule(color=color, strokeWidth=3, strokeDash=dash).encode(**ends, y=middle),
            base.mark_text(align="left", baseline="middle", fontSize=TEXT, color=INK).encode(
                x=alt.value(SAMPLE + 8), y=middle, text="text:N"
            ),
        ]
    return layers
