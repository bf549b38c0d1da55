"""Several things over one axis of time: bars by period, one panel below the other, moments as lines through all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.charts.canvas import Canvas, Row
from baserate.reports.charts.theme import BLUE, FAINT, INK, MUTED, NARROW, SMALL, VERMILION, finish

if TYPE_CHECKING:
    from collections.abc import Callable

    import altair as alt

    from baserate.reports.charts.rows import Place, Span, Timeline, TimePanel

LEFT = 190.0  # px for the names, where there is room beside the panels
TALL, LOW = 52.0, 20.0  # px of a panel
GAP, NAME = 14.0, 18.0  # px between panels, and for a name above one
HEAD, FOOT = 22.0, 26.0  # px above the panels for the names of moments, below them for the axis
NEAR = 24.0  # px between lines that can have a name each
LEAST_WIDE, LEAST_HIGH = 1.0, 3.0  # px: what is there is seen
PADDING = 0.15  # of the range of values, where a scale does not begin at zero


def draw(rows: Timeline, *, width: int) -> alt.LayerChart:
    """Draw the panels; names stand beside them, or above them on a phone."""
    narrow = width < NARROW
    head = HEAD if rows.places else 4.0
    tops, foot = _tops(rows, head, narrow=narrow)
    canvas = Canvas(width, foot + FOOT)
    left = 0.0 if narrow else LEFT
    spans = [span for panel in rows.panels for span in panel.spans]
    ends = min(span.start for span in spans), max(span.end for span in spans)

    def across(moment: float) -> float:
        return left + (width - 2 - left) * (moment - ends[0]) / (ends[1] - ends[0])

    layers = [
        canvas.rectangles([_ground(panel, top, left, width) for panel, top in _both(rows, tops)], fill=FAINT),
        canvas.rectangles(_lines(rows, across, [(head - 4, foot)] if not narrow else _heights(rows, tops)), fill=MUTED),
        *(_bars(canvas, panel, top, across) for panel, top in _both(rows, tops)),
        *_names(canvas, rows, tops, narrow=narrow),
        canvas.texts([{"x": x, "y": 8, "text": text} for x, text in _marks(rows, across)], align="center", bold=True),
        *_axis(canvas, rows.ticks, across, foot, most=3 if narrow else 6),
    ]  # fmt: skip
    return finish(layers, width=width, height=canvas.height)


def _both(rows: Timeline, tops: list[float]) -> list[tuple[TimePanel, float]]:
    return list(zip(rows.panels, tops, strict=True))


def _heights(rows: Timeline, tops: list[float]) -> list[tuple[float, float]]:
    """Ends of each panel: on a phone names stand between them, which no line may cross."""
    return [(top, top + _high(panel)) for panel, top in _both(rows, tops)]


def _lines(rows: Timeline, across: Callable[[float], float], heights: list[tuple[float, float]]) -> list[Row]:
    return [
        {"x": across(place.x) - 0.5, "x2": across(place.x) + 0.5, "y": top, "y2": foot}
        for place in rows.places
        for top, foot in heights
    ]


def _marks(rows: Timeline, across: Callable[[float], float]) -> list[tuple[float, str]]:
    """Name the lines; those too near for names of their own share one, from the first to the last."""
    groups: list[list[Place]] = []
    for place in rows.places:
        if groups and across(place.x) - across(groups[-1][-1].x) < NEAR:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [((across(group[0].x) + across(group[-1].x)) / 2, _shared([p.label for p in group])) for group in groups]


def _shared(labels: list[str]) -> str:
    """Join the names of near lines.

    Examples
    --------
    >>> _shared(["A"]), _shared(["A", "B C", "D"])
    ('A', 'A–D')
    """
    return labels[0] if len(labels) == 1 else f"{labels[0].split()[0]}–{labels[-1].split()[-1]}"


def _high(panel: TimePanel) -> float:
    return LOW if panel.small else TALL


def _tops(rows: Timeline, head: float, *, narrow: bool) -> tuple[list[float], float]:
    """Give the top of each panel and the foot of the last."""
    tops, at = [], head
    for panel in rows.panels:
        at += NAME if narrow else 0.0
        tops.append(at)
        at += _high(panel) + GAP
    return tops, at - GAP


def _ground(panel: TimePanel, top: float, left: float, width: float) -> Row:
    foot = top + _high(panel)
    return {"x": left, "x2": width - 2, "y": foot, "y2": foot + 1}


def _bars(canvas: Canvas, panel: TimePanel, top: float, across: Callable[[float], float]) -> alt.Chart:
    low, high = _scale(panel)
    tall = _high(panel)

    def up(value: float) -> float:
        return top + tall * (1 - (value - low) / (high - low))

    shown = [span for span in panel.spans if span.high or not panel.from_zero]  # nothing is drawn as nothing
    drawn = [_bar(span, across(span.start), across(span.end), up(span.high), up(span.low)) for span in shown]
    fill = VERMILION if panel.small else BLUE if panel.from_zero else INK
    return canvas.rectangles(drawn, fill=fill)


def _bar(span: Span, x: float, x2: float, y: float, y2: float) -> Row:
    wide = max(x2 - x - (1 if x2 - x > 3 else 0), LEAST_WIDE)
    # A value and not a length stands at its height; a bar that would be too thin to see is made thicker.
    middle, high = (y + y2) / 2, max(y2 - y, LEAST_HIGH)
    ends = (y2 - high, y2) if span.low == 0 else (middle - high / 2, middle + high / 2)
    return {"x": x, "x2": x + wide, "y": ends[0], "y2": ends[1]}


def _scale(panel: TimePanel) -> tuple[float, float]:
    low, high = min(span.low for span in panel.spans), max(span.high for span in panel.spans)
    if panel.from_zero:
        return 0.0, high or 1.0
    pad = PADDING * (high - low) or 1.0
    return low - pad, high + pad


def _names(canvas: Canvas, rows: Timeline, tops: list[float], *, narrow: bool) -> list[alt.Chart]:
    names, said = [], []
    for panel, top in _both(rows, tops):
        beside = top + _high(panel) / 2
        names.append({"x": 0, "y": top - 10 if narrow else beside - (0 if panel.small else 9), "text": panel.title})
        said.append({"x": canvas.width - 2 if narrow else 0, "text": panel.said,
                     "y": top - 10 if narrow else beside + 9})  # fmt: skip
    return [
        canvas.texts(names),
        canvas.texts([row for row, panel in zip(said, rows.panels, strict=True) if narrow or not panel.small],
                     align="right" if narrow else "left", size=SMALL, color=MUTED),
    ]  # fmt: skip


def _axis(
    canvas: Canvas, ticks: tuple[Place, ...], across: Callable[[float], float], foot: float, *, most: int
) -> list[alt.Chart]:
    """Name as many moments as there is room for, evenly among those that may be named."""
    step = max(1, -(-len(ticks) // most))
    shown = ticks[::step]
    marks = [{"x": across(p.x), "x2": across(p.x) + 1, "y": foot + 1, "y2": foot + 6} for p in shown]
    last = [p for p in shown if across(p.x) > canvas.width - 70]
    texts = [{"x": across(p.x), "y": foot + 16, "text": p.label} for p in shown if p not in last]
    at_end = [{"x": canvas.width - 2, "y": foot + 16, "text": p.label} for p in last]
    return [
        canvas.rectangles(marks, fill=MUTED),
        canvas.texts(texts, size=SMALL, color=MUTED),
        canvas.texts(at_end, align="right", size=SMALL, color=MUTED),
    ]
