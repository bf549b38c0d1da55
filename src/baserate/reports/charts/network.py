"""What hangs together, drawn like a line of stops: lanes along a trunk, each stop with its name and what it holds.

Kinds of link differ in their dashes, kinds of stop in their shapes, so that colour is not needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from baserate.reports.charts.canvas import Canvas, Row
from baserate.reports.charts.theme import BLUE, INK, MUTED, NARROW, SMALL, TEXT, VERMILION, finish, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    import altair as alt

    from baserate.reports.charts.rows import Lane, Network, Stop

LINE = 17.0  # px of a line of text
GAP, HEADING = 11.0, 34.0  # px between stops, and for a lane's heading
TRUNK, ARROW = 8.0, 9.0  # px from the left to the trunk, and from it to the tip of an arrow
WIDER = 1.06  # TEXT is wider than SMALL, by which theme.wrapped counts
DASHES: dict[str, tuple[list[int], float]] = {
    "solid": ([1, 0], 2.4),
    "long": ([9, 4], 1.8),
    "short": ([4, 3], 1.6),
    "dots": ([1, 4], 1.8),
}


class Look(NamedTuple):
    """How one kind of stop is drawn."""

    shape: str
    size: float
    fill: str


LOOKS = {
    "role": Look("circle", 95, "white"),
    "search": Look("circle", 190, INK),
    "store": Look("square", 105, BLUE),
    "kept": Look("triangle-down", 120, INK),
    "added": Look("diamond", 170, VERMILION),
    "proposed": Look("square", 95, "white"),
}


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where things stand from left to right, in pixels: stops, stops behind, and notes; 0 for notes below."""

    stop: float
    inner: float
    note: float
    width: float

    def mark(self, stop: Stop) -> float:
        return TRUNK if stop.mark == "search" else self.inner if stop.inner else self.stop

    def text(self, stop: Stop) -> float:
        return (self.inner if stop.inner else self.stop) + 14.0

    def lines(self, stop: Stop) -> tuple[list[str], list[str]]:
        """Name and note, broken to what the columns hold."""
        left = self.text(stop)
        name = wrapped(stop.title, width=((self.note or self.width) - left - 12) / WIDER)
        return name, wrapped(stop.note, width=self.width - (self.note or left))

    def height(self, stop: Stop) -> float:
        name, note = self.lines(stop)
        return LINE * (max(len(name), len(note)) if self.note else len(name) + len(note)) + GAP


@dataclass(frozen=True, slots=True)
class _Place:
    """A stop with its lane and the height of its first line, in pixels."""

    stop: Stop
    lane: Lane
    y: float


def draw(rows: Network, *, width: int) -> alt.LayerChart:
    """Draw the lanes from top to bottom; notes stand beside the names, or below them on a phone."""
    columns = _Columns(40, 66, 0, width) if width < NARROW else _Columns(60, 98, 384, width)
    places, headings, height = _laid_out(rows, columns)
    canvas = Canvas(width, height)
    layers = [
        *_trunks(places, canvas),
        *_branches(places, columns, canvas),
        *_marks(places, columns, canvas),
        canvas.texts(headings, size=SMALL, color=MUTED),
        *_texts(places, columns, canvas),
    ]
    return finish(layers, width=width, height=height)


def _laid_out(rows: Network, columns: _Columns) -> tuple[list[_Place], list[Row], float]:
    places, headings, y = [], [], 0.0
    for lane in rows.lanes:
        if lane.title:
            headings.append({"x": columns.stop + 14 if lane.joined else 0, "y": y + 14, "text": lane.title})
            y += HEADING
        for stop in lane.stops:
            places.append(_Place(stop, lane, y + LINE / 2))
            y += columns.height(stop)
        y += GAP / 2
    return places, headings, y


def _trunks(places: list[_Place], canvas: Canvas) -> Iterator[alt.Chart]:
    """Draw the trunk from the first stop that hangs on it to the last, and one for those beside it."""
    for joined in (True, False):
        ends = [place.y for place in places if place.lane.joined is joined and not place.stop.inner]
        if len(ends) > 1:
            row = {"x": TRUNK, "x2": TRUNK, "y": min(ends), "y2": max(ends)}
            yield canvas.rules([row], color=INK, thick=2.4 if joined else 1.2)


def _branches(places: list[_Place], columns: _Columns, canvas: Canvas) -> Iterator[alt.Chart]:
    """Draw the links: from the trunk to a stop, from a stop behind up to the one it feeds; arrows go as data go."""
    for line, (dash, thick) in DASHES.items():
        found = [place for place in places if place.lane.line == line]
        outer = [
            {"x": TRUNK, "x2": columns.stop, "y": place.y, "y2": place.y} for place in found if not place.stop.inner
        ]
        if outer:
            yield canvas.rules(outer, color=INK, dash=dash, thick=thick)
    inner = [row for number, place in enumerate(places) if place.stop.inner for row in _elbow(places, number, columns)]
    if inner:
        yield canvas.rules(inner, color=MUTED, thick=1.2)
    stores = [place for place in places if place.stop.mark not in ("role", "search") and not place.stop.inner]
    into = [{"x": TRUNK + ARROW, "y": place.y} for place in stores if place.stop.mark != "kept"]
    out = [{"x": columns.stop - ARROW - 3, "y": place.y} for place in stores if place.stop.mark == "kept"]
    for rows, shape in ((into, "triangle-left"), (out, "triangle-right")):
        if rows:
            yield canvas.symbols(rows, shape=shape, size=60, fill=INK)


def _elbow(places: list[_Place], number: int, columns: _Columns) -> list[Row]:
    """Lines from a stop behind to the one it feeds: the nearest above that is not behind itself."""
    place = places[number]
    fed = next(one for one in reversed(places[:number]) if not one.stop.inner)
    return [
        {"x": columns.stop, "x2": columns.stop, "y": fed.y, "y2": place.y},
        {"x": columns.stop, "x2": columns.inner, "y": place.y, "y2": place.y},
    ]


def _marks(places: list[_Place], columns: _Columns, canvas: Canvas) -> Iterator[alt.Chart]:
    for mark, look in LOOKS.items():
        rows = [{"x": columns.mark(one.stop), "y": one.y} for one in places if one.stop.mark == mark]
        if rows:
            yield canvas.symbols(rows, shape=look.shape, size=look.size, fill=look.fill, stroke=INK)


def _texts(places: list[_Place], columns: _Columns, canvas: Canvas) -> Iterator[alt.Chart]:
    names: list[Row] = []
    notes: list[Row] = []
    for place in places:
        name, note = columns.lines(place.stop)
        left = columns.text(place.stop)
        names += [{"x": left, "y": place.y + LINE * n, "text": text} for n, text in enumerate(name)]
        top = place.y if columns.note else place.y + LINE * len(name)
        notes += [{"x": columns.note or left, "y": top + LINE * n, "text": text} for n, text in enumerate(note)]
    yield canvas.texts(names, size=TEXT, color=INK, bold=True)
    if notes:
        yield canvas.texts(notes, size=SMALL, color=MUTED)
