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
    from collections.abc import Iterator, Sequence

    import altair as alt

    from baserate.reports.charts.rows import Part, Parts

ACROSS = 40  # icons in a row
HEAD = 24.0  # px above the first kind
ROW = 42.0  # px for each kind's name and bar
INDENT = 20.0  # px from an icon to its name


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
    "per_1000_flagged_not_shown": Icon("circle", 0.4, "white", INK),
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
    tops = [top + HEAD + ROW * number for number in range(len(rows.parts))]
    canvas = Canvas(width, max(icons_high, top + HEAD + ROW * len(rows.parts)))
    heading = {"x": width - 2, "y": top + 8, "text": f"of {rows.total:,} searches, and range"}
    layers = [
        canvas.texts([heading], align="right", size=SMALL, color=MUTED),
        *_icon_layers(rows, canvas, cell, [{"x": left + 7, "y": place + 11} for place in tops]),
        *_name_layers(rows.parts, canvas, left=left + INDENT, tops=tops),
        *_bar_layers(rows, canvas, left=left + INDENT, tops=tops),
    ]
    return finish(layers, width=width, height=canvas.height)


def _icons(parts: Sequence[Part]) -> list[Icon]:
    spare = iter(SPARE * len(parts))
    return [ICONS[part.name] if part.name in ICONS else next(spare) for part in parts]


def _icon_layers(rows: Parts, canvas: Canvas, cell: float, names: list[Row]) -> Iterator[alt.Chart]:
    """Draw each kind's icons in its cells, and one beside its name."""
    for icon, places, name in zip(_icons(rows.parts), _places(rows, cell), names, strict=True):
        area = icon.size * cell * cell
        yield canvas.symbols(places, shape=icon.shape, size=area, fill=icon.fill, stroke=icon.stroke)
        area = max(12.0, 110 * icon.size)
        yield canvas.symbols([name], shape=icon.shape, size=area, fill=icon.fill, stroke=icon.stroke)


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


def _name_layers(parts: Sequence[Part], canvas: Canvas, *, left: float, tops: list[float]) -> list[alt.Chart]:
    """Name each kind, and say its number and its range."""
    right = canvas.width - 2
    together = list(zip(parts, tops, strict=True))
    labels = [{"x": left, "y": top + 11, "text": part.label} for part, top in together]
    said = [{"x": right, "y": top + 11, "text": part.said} for part, top in together]
    spans = [{"x": right, "y": top + 29, "text": part.span} for part, top in together]
    return [
        canvas.texts(labels),
        canvas.texts(said, align="right", bold=True),
        canvas.texts(spans, align="right", size=SMALL, color=MUTED),
    ]


def _bar_layers(rows: Parts, canvas: Canvas, *, left: float, tops: list[float]) -> list[alt.Chart]:
    """Draw each kind's range on a bar that is the whole."""
    right = left + 0.5 * (canvas.width - 2 - left)

    def along(amount: float) -> float:
        return left + (right - left) * min(amount, rows.total) / rows.total

    tracks, ranges, middles = [], [], []
    for part, top in zip(rows.parts, tops, strict=True):
        low = along(part.value if part.low is None else part.low)
        high = along(part.value if part.high is None else part.high)
        middle = along(part.value)
        tracks.append({"x": left, "x2": right, "y": top + 28, "y2": top + 30})
        ranges.append({"x": low, "x2": max(high, low + 2), "y": top + 26, "y2": top + 32})
        middles.append({"x": middle - 1, "x2": middle + 1, "y": top + 23, "y2": top + 35})
    return [
        canvas.rectangles(tracks, fill=FAINT),
        canvas.rectangles(ranges, fill=MUTED),
        canvas.rectangles(middles, fill=INK),
    ]
