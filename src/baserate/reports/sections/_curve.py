"""A curve as a figure with its table: shared by the sections that show one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.outcomes.results import RATE_UNITS
from baserate.reports import words
from baserate.reports.charts.rows import Axis, Line, LinePoint, Lines, Place
from baserate.reports.document import Column, Figure, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.outcomes.results import Curve, Point, Series


def figure_of(curve: Curve, *, caption: str) -> Figure | Table:
    """Build the figure of a curve; undefined points are in its table and not in its chart.

    A curve that is defined nowhere is its table alone.
    """
    lines = tuple(Line(series.label, points) for series in curve.series if (points := tuple(_points(series))))
    if not lines:
        return _table(curve)
    drawn = Lines(
        lines=lines,
        places=tuple(Place(mark.x, mark.label) for mark in curve.marks),
        supported=curve.supported,
        x=Axis(curve.x_label, curve.x_scale == "log", curve.x_unit in RATE_UNITS),
        y=Axis(curve.y_label, curve.y_scale == "log", curve.y_unit in RATE_UNITS),
    )
    ends = " ".join(_ends(curve, series) for series in curve.series)
    return Figure(curve.name, "", caption, f"{curve.y_label} against {curve.x_label}. {ends}", drawn, _table(curve))


def _points(series: Series) -> Iterator[LinePoint]:
    for point in series.points:
        if point.value is not None:
            low = point.value if point.low is None else point.low
            high = point.value if point.high is None else point.high
            yield LinePoint(point.x, point.value, low, high)


def _ends(curve: Curve, series: Series) -> str:
    """Say where a line begins and where it ends."""
    defined = [point for point in series.points if point.value is not None]
    if not defined:
        return f"{series.label}: undefined everywhere."
    first, last = (f"{_x(curve, point.x)}: {_y(curve, point)}" for point in (defined[0], defined[-1]))
    return f"{series.label}: at {first}; at {last}."


def _x(curve: Curve, x: float) -> str:
    return str(words.rate(x)) if curve.x_unit in RATE_UNITS else f"{words.count(x)} {curve.x_unit}".strip()


def _y(curve: Curve, point: Point) -> words.Said:
    if point.value is None:
        return words.Said("undefined")
    say = words.rate if curve.y_unit in RATE_UNITS else words.count
    return say(point.value, low=point.low, high=point.high)


def _table(curve: Curve) -> Table:
    """Set the curve as a table: a row for each x, a column for each line."""
    columns = (Column(curve.x_label, numeric=True), *(Column(series.label, numeric=True) for series in curve.series))
    by_x = [{point.x: str(_y(curve, point)) for point in series.points} for series in curve.series]
    places = sorted({x for points in by_x for x in points})
    rows = tuple((_x(curve, x), *(points.get(x, "") for points in by_x)) for x in places)
    return Table(f"{curve.y_label} against {curve.x_label}", columns, rows)
