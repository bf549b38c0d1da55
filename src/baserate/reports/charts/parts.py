"""A thousand searches as a thousand icons, each kind named beside it with its range."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from baserate.reports.charts.canvas import Canvas, Row
from baserate.reports.charts.theme import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    MUTED,
    NARROW,
    ORANGE,
    PURPLE,
    SKY,
    SMALL,
    VERMILION,
    finish,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt

    from baserate.reports.charts.rows import Part, Parts

ACROSS = 40  # icons in a row
HEAD = 24.0  # px above the first kind
ROW = 42.0  # px for each kind's name and bar


class Icon(NamedTuple):
    """How one kind is drawn: different in shape, so that colour is not needed."""

    shape: str
    size: float  # share of the cell's area
    fill: str
    stroke: str | None = None


ICONS = {
    "per_1000_right_alert": Icon("circle", 0.62, BLUE),
    "per_1000_wrong_alert_enrolled": Icon("triangle-up", 0.5, ORANGE, INK),
    "per_1000_wrong_alert_not_enrolled": Icon("square", 0.72, VERMILION),
    "per_1000_missed": Icon("circle", 0.4, "white", INK),
    "per_1000_suppressed": Icon("square", 0.34, "white", GREEN),
    "per_1000_no_response": Icon("circle", 0.06, "#8a8a8a"),
}
# For kinds without an icon of their own, in the order they come.
SPARE = (Icon("diamond", 0.5, PURPLE), Icon("cross", 0.5, MUTED), Icon("triangle-down", 0.5, SKY, INK))


def draw(rows: Parts, *, width: int) -> alt.LayerChart:
    """Draw the icons with the names beside them, or below them on a phone."""
    narrow = width < NARROW
    cell = (width - 2) / ACROSS if narrow else 9.2
    icons_high = cell * rows.total / ACROSS
    left, top = (0.0, icons_high + 18) if narrow else (ACROSS * cell + 32, 0.0)
    height = max(icons_high, top + HEAD + ROW * len(rows.parts))
    canvas = Canvas(width, height)
    layers: list[alt.Chart] = []
    places = _places(rows, cell)
    right = {"x": width - 2, "y": top + 8, "text": f"of {rows.total:,} searches, and range"}
    layers.append(canvas.texts([right], align="right", size=SMALL, color=MUTED))
    for number, (part, icon) in enumerate(zip(rows.parts, _icons(rows.parts), strict=True)):
        layers += _icon_layers(canvas, places[number], icon, cell=cell)
        layers += _name_layers(canvas, part, icon, rows.total, left=left, top=top + HEAD + number * ROW)
    return finish(layers, width=width, height=height)


def _icons(parts: Sequence[Part]) -> list[Icon]:
    spare = iter(SPARE * len(parts))
    return [ICONS[part.name] if part.name in ICONS else next(spare) for part in parts]


def _icon_layers(canvas: Canvas, places: list[Row], icon: Icon, *, cell: float) -> list[alt.Chart]:
    area = icon.size * cell * cell
    return [canvas.symbols(places, shape=icon.shape, size=area, fill=icon.fill, stroke=icon.stroke)]


def _places(rows: Parts, cell: float) -> list[list[Row]]:
    """Give every kind its cells, row by row; what rounding leaves over goes to the largest."""
    numbers = [round(part.value) for part in rows.parts]
    largest = max(range(len(numbers)), key=numbers.__getitem__)
    numbers[largest] = max(0, rows.total - sum(numbers) + numbers[largest])
    cells = [
        {"x": (cellno % ACROSS + 0.5) * cell, "y": (cellno // ACROSS + 0.5) * cell} for cellno in range(rows.total)
    ]
    starts = [sum(numbers[:number]) for number in range(len(numbers))]
    return [cells[start : start + number] for start, number in zip(starts, numbers, strict=True)]


def _name_layers(canvas: Canvas, part: Part, icon: Icon, total: int, *, left: float, top: float) -> list[alt.Chart]:
    """Name a kind, say its number and its range, and draw the range on a bar that is the whole."""
    right = canvas.width - 2
    indent = left + 20
    bar_end = indent + 0.5 * (right - indent)

    def along(amount: float) -> float:
        return indent + (bar_end - indent) * min(amount, total) / total

    low, high = part.low or 0.0, part.value if part.high is None else part.high
    bar = {"x": along(low), "x2": max(along(high), along(low) + 2), "y": top + 26, "y2": top + 32}
    track = {"x": indent, "x2": bar_end, "y": top + 28, "y2": top + 30}
    middle = {"x": along(part.value) - 1, "x2": along(part.value) + 1, "y": top + 23, "y2": top + 35}
    symbol = [{"x": left + 7, "y": top + 11}]
    size = max(12.0, 110 * icon.size)
    return [
        canvas.symbols(symbol, shape=icon.shape, size=size, fill=icon.fill, stroke=icon.stroke),
        canvas.texts([{"x": indent, "y": top + 11, "text": part.label}]),
        canvas.texts([{"x": right, "y": top + 11, "text": part.said}], align="right", bold=True),
        canvas.rectangles([track], fill=FAINT),
        canvas.rectangles([bar], fill=MUTED),
        canvas.rectangles([middle], fill=INK),
        canvas.texts([{"x": right, "y": top + 29, "text": part.span}], align="right", size=SMALL, color=MUTED),
    ]
