"""Pictures that follow while an input moves: rows in, places in per cent of a drawing out; nothing is computed.

The report's charts take a tenth of a second each, which is all the time there is. These are drawn by the page's own
template, with all text beside the drawing and none in it, so that they need neither a script nor another size on a
phone. They say the same words as the report.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from baserate.outcomes.names import outcome_name
from baserate.outcomes.results import Curves
from baserate.reports import words
from baserate.reports.charts.rows import Grids
from baserate.reports.differences import times, verdict
from baserate.reports.document import Figure
from baserate.reports.pick import heading_of, outcome_of, said
from baserate.reports.sections import alerts
from baserate.reports.sections.answer import BESIDE_IT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from baserate.outcomes.compare import Difference
    from baserate.outcomes.results import Outcome, Results
    from baserate.web.answers import Answer, Side

RATES = ("alert_is_wrong", "fpir", "fnir", "action_is_wrongful")
COUNTS = BESIDE_IT
_TICKS = 4  # at most, so that their words do not touch on a phone
_LEAST = -9  # powers of ten: what is rarer is drawn at the foot of the axis
_SIDE = 10  # squares along a grid


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, in per cent from the left, and its words."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """A logarithmic axis between two powers of ten."""

    first: int
    last: int
    is_rate: bool

    def at(self, value: float) -> float:
        """Place of a value in per cent; what lies beyond an end stands at the end."""
        exponent = math.log10(value) if value > 0 else -math.inf
        return round(100 * min(max((exponent - self.first) / (self.last - self.first), 0.0), 1.0), 3)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """Places with words, from the right end on."""
        step = math.ceil((self.last - self.first + 1) / _TICKS)
        say = words.rate if self.is_rate else words.count
        exponents = range(self.last, self.first - 1, -step)
        return tuple(Tick(self.at(10.0**exponent), say(10.0**exponent).middle) for exponent in exponents)


@dataclass(frozen=True, slots=True)
class Bar:
    """One policy's value on an axis: words, and places in per cent; ``None`` where it is undefined."""

    letter: str
    middle: str
    span: str
    at: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class Rung:
    """One outcome under each policy, and what differs."""

    label: str
    meaning: str
    bars: tuple[Bar, ...]
    difference: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """Outcomes on a common axis."""

    key: str
    title: str
    axis: Axis
    rungs: tuple[Rung, ...]


def ladders(answer: Answer, own: Results) -> tuple[Ladder, ...]:
    """Lay out the rates and the yearly numbers; ``own`` is the scenario without settings, which sets the axes.

    The axes stay where they are while inputs move, so that what moves is the answer.
    """
    shown = (("rates", "How often", RATES, True), ("counts", "In a year", COUNTS, False))
    return tuple(
        Ladder(key, title, axis_of(own, names, is_rate=is_rate), tuple(_rungs(answer, own, names, is_rate=is_rate)))
        for key, title, names, is_rate in shown
    )


def axis_of(own: Results, names: Sequence[str], *, is_rate: bool) -> Axis:
    """Span an axis over the scenario's own ranges and a factor of ten beyond them; of rates, up to one."""
    found = [number for name in names for number in _ends(outcome_of(own, name)) if number > 0]
    low = max(math.floor(math.log10(min(found, default=0.01))) - 1, _LEAST)
    high = 0 if is_rate else math.ceil(math.log10(max(found, default=100.0))) + 1
    return Axis(low, max(high, low + 1), is_rate)


def _ends(outcome: Outcome | None) -> Iterable[float]:
    return () if outcome is None else (number for number in (outcome.low, outcome.high) if number is not None)


def _rungs(answer: Answer, own: Results, names: Sequence[str], *, is_rate: bool) -> Iterable[Rung]:
    axis = axis_of(own, names, is_rate=is_rate)
    by_name = {difference.name: difference for difference in answer.differences}
    for name in names:
        outcomes = [(side, outcome_of(side.results, name)) for side in answer.sides]
        bars = tuple(_bar(side, outcome, axis) for side, outcome in outcomes if outcome is not None)
        if bars:
            some = next(outcome for _, outcome in outcomes if outcome is not None)
            label = heading_of(some)
            yield Rung(label, outcome_name(name, unit=some.unit).meaning, bars, difference_said(by_name.get(name)))


def _bar(side: Side, outcome: Outcome, axis: Axis) -> Bar:
    spoken = said(outcome)
    if outcome.value is None:
        return Bar(side.letter, spoken.middle, outcome.undefined or "", None)
    ends = (outcome.value if end is None else end for end in (outcome.low, outcome.high))
    low, high = ends
    return Bar(side.letter, spoken.middle, spoken.span, (axis.at(low), axis.at(outcome.value), axis.at(high)))


def difference_said(one: Difference | None) -> str:
    """Say how B differs from A; empty where one policy stands alone."""
    if one is None:
        return ""
    told = one.ratio.value is not None and one.share_equal != 1.0
    return f"{verdict(one)}; B is {times(one.ratio)} times A" if told else verdict(one)


# -- grids of a hundred -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Square:
    """A filled square of a grid, in units of a square; the last one may be a part."""

    x: int
    y: int
    width: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A hundred alerts, those that are wrong filled."""

    title: str
    said: str
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True)
class Alerts:
    """The report's figure of a hundred alerts for one policy: its words, and its grids laid out."""

    letter: str
    caption: str
    alternative: str
    grids: tuple[Grid, ...]


def alert_grids(side: Side) -> Alerts | None:
    """Lay out the grids of a policy; ``None`` where there is no alert."""
    section = alerts.section(side.results, Curves(schema_version="1", scenario=side.results.scenario, curves=()))
    figures = [block for block in section.blocks if isinstance(block, Figure)] if section else []
    for figure in figures:
        if isinstance(figure.rows, Grids):
            grids = tuple(Grid(panel.title, panel.said, squares(panel.share)) for panel in figure.rows.panels)
            return Alerts(side.letter, figure.caption, figure.alternative, grids)
    return None


def squares(share: float) -> tuple[Square, ...]:
    """Fill a share of a hundred squares, row by row; a rest fills its square in part.

    Examples
    --------
    >>> squares(0.015)
    (Square(x=0, y=0, width=1.0), Square(x=1, y=0, width=0.5))
    """
    amount = _SIDE * _SIDE * share
    whole = range(math.ceil(amount - 1e-9))
    return tuple(Square(n % _SIDE, n // _SIDE, round(min(1.0, amount - n), 3)) for n in whole)
