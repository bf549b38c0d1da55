"""What each chart is given: rows whose words are already said. No chart computes a number or writes a sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Panel:
    """One grid of a hundred: a share, the words for it, and a title such as *low end*."""

    title: str
    said: str
    share: float


@dataclass(frozen=True, slots=True)
class Grids:
    """Grids of a hundred squares side by side; the filled ones are called ``filled``."""

    panels: tuple[Panel, ...]
    filled: str


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of outcome among a thousand, with its range and the words for both."""

    name: str
    label: str
    value: float
    low: float | None
    high: float | None
    said: str
    span: str


@dataclass(frozen=True, slots=True)
class Parts:
    """How a thousand searches divide; ``total`` icons are drawn."""

    parts: tuple[Part, ...]
    total: int = 1000


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One group's value with its range and the words for both."""

    label: str
    value: float
    low: float
    high: float
    said: str
    span: str


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: its title, its scale, and whether its numbers are probabilities."""

    title: str
    log: bool
    probability: bool


@dataclass(frozen=True, slots=True)
class Intervals:
    """One row a group on a common axis; a dashed line stands at ``mark``, where there is one."""

    rows: tuple[IntervalRow, ...]
    x: Axis
    mark: float | None = None


@dataclass(frozen=True, slots=True)
class LinePoint:
    """A place on a line, with the band there."""

    x: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its name and its points."""

    label: str
    points: tuple[LinePoint, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A named place on the horizontal axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines with bands; beyond ``supported`` the ground is shaded."""

    lines: tuple[Line, ...]
    places: tuple[Place, ...]
    supported: tuple[float, float] | None
    x: Axis
    y: Axis


ChartRows = Grids | Parts | Intervals | Lines
