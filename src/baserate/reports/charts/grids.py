"""A share as filled squares of a hundred, at the low end, in the middle and at the high end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.charts.canvas import Canvas, Row
from baserate.reports.charts.theme import FAINT, INK, MUTED, NARROW, SMALL, VERMILION, finish

if TYPE_CHECKING:
    import altair as alt

    from baserate.reports.charts.rows import Grids

SIDE = 10
HEAD, FOOT = 24.0, 52.0  # px above a grid for its title, below it for its number
GAP = 0.14  # of a cell, between squares


def draw(rows: Grids, *, width: int) -> alt.LayerChart:
    """Draw the grids; a share that is no whole number of squares fills its last square in part."""
    narrow = width < NARROW
    gap = 20.0 if narrow else 64.0
    cell = (width - 2 - 2 * gap) / 3 / SIDE
    canvas = Canvas(width, HEAD + SIDE * cell + FOOT)
    lefts = [number * (SIDE * cell + gap) for number in range(len(rows.panels))]
    empty = [square for left in lefts for square in _squares(left, cell, SIDE * SIDE)]
    filled = [
        square
        for left, panel in zip(lefts, rows.panels, strict=True)
        for square in _squares(left, cell, SIDE * SIDE * panel.share)
    ]
    below = HEAD + SIDE * cell
    titles = [{"x": x, "y": 8, "text": panel.title} for x, panel in zip(lefts, rows.panels, strict=True)]
    said = [{"x": x, "y": below + 18, "text": panel.said} for x, panel in zip(lefts, rows.panels, strict=True)]
    units = [{"x": x, "y": below + 39, "text": f"of alerts are {rows.filled}"} for x in lefts]
    layers = (
        canvas.rectangles(empty, fill="white", stroke=FAINT, corner=1),
        canvas.rectangles(filled, fill=VERMILION),
        canvas.texts(titles, size=SMALL, color=MUTED),
        canvas.texts(said, size=15 if narrow else 20, color=INK, bold=True),
        canvas.texts(units, size=SMALL, color=MUTED),
    )
    return finish(layers, width=width, height=canvas.height)


def _squares(left: float, cell: float, amount: float) -> list[Row]:
    """Lay out squares row by row from the upper left; the last one is as wide as what is left of the amount."""
    found = []
    for number in range(SIDE * SIDE):
        part = min(1.0, amount - number)
        if part <= 0:
            break
        x, y = left + number % SIDE * cell, HEAD + number // SIDE * cell
        inner = cell * (1 - GAP)
        found.append({"x": x, "x2": x + inner * part, "y": y, "y2": y + inner})
    return found
