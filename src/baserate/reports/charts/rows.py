"""What each chart is given: rows whose words are already said. No chart computes a number or writes a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


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
    """One group's value with its range and the words for both; no value where there is only a range."""

    label: str
    value: float | None
    low: float
    high: float
    said: str
    span: str


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: its title, its scale, and whether its numbers are probabilities, and said per cent on powers of ten."""

    title: str
    log: bool
    probability: bool
    per_cent: bool = False


@dataclass(frozen=True, slots=True)
class Intervals:
    """One row a group on a common axis.

    Parameters
    ----------
    rows
        From above to below.
    x
        The axis.
    mark
        Where a dashed line stands; ``None`` for none.
    ends
        Where the axis begins and ends, with every value between them; a bar that goes on beyond ends in an arrow.
        ``None`` where the axis is as long as the bars.
    """

    rows: tuple[IntervalRow, ...]
    x: Axis
    mark: float | None = None
    ends: tuple[float, float] | None = None


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


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in days since 1970 (UTC), and the stretch of values in it."""

    start: float
    end: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TimePanel:
    """One thing over time.

    Parameters
    ----------
    title, said
        What it is, and the largest value or the range of values in words.
    spans
        What is drawn.
    small
        Whether it stands on a low line, as one of many.
    from_zero
        Whether its scale begins at zero.
    """

    title: str
    said: str
    spans: tuple[Span, ...]
    small: bool = False
    from_zero: bool = True


@dataclass(frozen=True, slots=True)
class Timeline:
    """Panels one below the other on one axis of time.

    Parameters
    ----------
    panels
        From above to below.
    places
        Named moments, each a line through all panels; their labels are short.
    ticks
        Moments that the axis may name, of which it takes as many as there is room for.
    """

    panels: tuple[TimePanel, ...]
    places: tuple[Place, ...]
    ticks: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing on a network's way: ``mark`` is its shape, ``inner`` says that it feeds the stop above it."""

    title: str
    note: str
    mark: Literal["role", "search", "store", "kept", "added", "proposed"]
    inner: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """Stops under a heading, with the kind of line that leads to them; ``joined`` to the trunk, or beside it."""

    title: str
    line: Literal["solid", "long", "short", "dots"]
    stops: tuple[Stop, ...]
    joined: bool = True


@dataclass(frozen=True, slots=True)
class Network:
    """What hangs together, as lanes along a trunk from top to bottom."""

    lanes: tuple[Lane, ...]


ChartRows = Grids | Parts | Intervals | Lines | Timeline | Network
