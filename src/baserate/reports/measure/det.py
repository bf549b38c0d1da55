"""The trade-off between the two errors, drawn: the DET curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports import words
from baserate.reports.charts.rows import Axis, Line, LinePoint, Lines, Place
from baserate.reports.document import Column, Figure, Paragraph, Section, Table
from baserate.reports.measure import say

if TYPE_CHECKING:
    from typing import TypeAlias

    from baserate.estimates import Estimate, Measurement

    Points: TypeAlias = dict[tuple[tuple[str, float] | None, float | None], Estimate]


MOST_LINES = 4  # that can be told apart


def section(found: Measurement) -> Section | None:
    """Build the section; none where no curve was made."""
    misses = sorted(say.of(found.trade_off, say.miss(found)), key=say.by_threshold)
    if not misses:
        return None
    wrong = {say.point(e): e for e in say.of(found.trade_off, say.false_positive(found))}
    ranks = tuple(dict.fromkeys(e.rank for e in misses))[:MOST_LINES]
    table = _table(found, misses, wrong, ranks)
    text = (
        "Each point is a threshold, set so that the false positives on the left side are not exceeded. The band is the "
        "interval of the misses, with the uncertainty of the threshold itself."
    )
    lines = tuple(line for rank in ranks if len((line := _line(found, misses, wrong, rank)).points) > 1)
    if not lines:
        return Section("trade-off", "One error against the other", (Paragraph(text), table))
    return Section("trade-off", "One error against the other", (Paragraph(text), _figure(found, lines, table)))


def _line(found: Measurement, misses: list[Estimate], wrong: Points, rank: int | None) -> Line:
    """Draw the misses within a rank, where anybody is falsely returned."""
    points = [_point(e, _x(e, wrong)) for e in misses if e.rank == rank and _x(e, wrong) > 0]
    return Line(_of_rank(found, rank), tuple(sorted(points, key=lambda p: p.x)))


def _of_rank(found: Measurement, rank: int | None) -> str:
    if not found.listed:
        return say.title(say.miss(found))
    return "whole list" if rank is None else f"within rank {rank}"


def _x(estimate: Estimate, wrong: Points) -> float:
    at = wrong.get(say.point(estimate))
    return 0.0 if at is None or at.value is None else at.value


def _figure(found: Measurement, lines: tuple[Line, ...], table: Table) -> Figure:
    x, y = say.title(say.false_positive(found)), say.title(say.miss(found))
    which = f", {lines[0].label}" if found.listed and len(lines) == 1 else ""
    rows = Lines(
        lines,
        _places(found),
        None,
        Axis(x, log=True, probability=True),
        Axis(f"{y}{which}", log=True, probability=True),
    )
    first, last = lines[0].points[0], lines[0].points[-1]
    ends = " and ".join(f"{words.rate(p.value)} at {words.rate(p.x)}" for p in (first, last))
    named = f" {lines[0].label}" if found.listed else ""
    caption = f"Misses{named} are {ends} false positives.{_asked(rows.places, first.x, last.x)}{_not_drawn(found)}"
    return Figure("trade-off", "", caption, f"{y}{which} against {x}: {ends}.", rows, table)


def _not_drawn(found: Measurement) -> str:
    """Say which ranks have no line."""
    ranks = tuple(dict.fromkeys(e.rank for e in say.of(found.trade_off, say.miss(found))))
    return f" Not drawn: {', '.join(_of_rank(found, r) for r in ranks[MOST_LINES:])}." if ranks[MOST_LINES:] else ""


def _asked(places: tuple[Place, ...], low: float, high: float) -> str:
    """Say what dashed lines are, and which would lie outside of the picture."""
    inside = [place for place in places if low <= place.x <= high]
    outside = [f"{place.label} ({words.rate(place.x)} false positives)" for place in places if place not in inside]
    lines = " A dashed line is a rate or threshold that was asked for." if inside else ""
    return f"{lines} Outside of the picture: {'; '.join(outside)}." if outside else lines


def _places(found: Measurement) -> tuple[Place, ...]:
    """Mark the rates that were asked for, and the rates of the thresholds that were."""
    rates = sorted({e.target[1] for e in found.estimates if e.target and not e.group})
    held = [e for e in say.of(found.estimates, say.false_positive(found)) if e.target is None and e.value]
    return (
        *(Place(rate, f"asked: {words.rate(rate)}") for rate in rates),
        *(Place(e.value or 0.0, f"threshold {e.threshold:.6g}") for e in held),
    )


def _point(estimate: Estimate, x: float) -> LinePoint:
    value = estimate.value or 0.0
    low, high = estimate.low, estimate.high
    return LinePoint(x, value, value if low is None else low, value if high is None else high)


def _table(found: Measurement, misses: list[Estimate], wrong: Points, ranks: tuple[int | None, ...]) -> Table:
    """Lay out one row for each threshold, with a column of misses for each rank."""
    thresholds = {e.target: e for e in say.of(found.trade_off, "threshold")}
    missed = {(say.point(e), e.rank): e for e in misses}
    miss = say.title(say.miss(found))
    columns = (
        Column("false positives allowed", numeric=True),
        Column("threshold", numeric=True),
        Column(say.title(say.false_positive(found)), numeric=True),
        *(Column(f"{miss}, {_of_rank(found, rank)}" if found.listed else miss, numeric=True) for rank in ranks),
    )
    rows = []
    for at in dict.fromkeys(say.point(e) for e in misses):
        (target, _), threshold = at, thresholds.get(at[0])
        rows.append((
            "" if target is None else str(words.rate(target[1])),
            "" if threshold is None else str(say.said(threshold)),
            "" if at not in wrong else str(say.said(wrong[at])),
            *(str(say.said(missed[at, rank])) if (at, rank) in missed else "" for rank in ranks),
        ))  # fmt: skip
    return Table("Thresholds and what they give", columns, tuple(rows))
