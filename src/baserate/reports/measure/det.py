"""The trade-off between the two errors, drawn: the DET curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports import words
from baserate.reports.charts.rows import Axis, Line, LinePoint, Lines, Place
from baserate.reports.document import Column, Figure, Paragraph, Section, Table
from baserate.reports.measure import say

if TYPE_CHECKING:
    from baserate.estimates import Estimate, Measurement


def section(found: Measurement) -> Section | None:
    """Build the section; none where no curve was made."""
    misses = sorted((e for e in say.of(found.trade_off, say.miss(found)) if e.rank is None), key=say.by_threshold)
    if not misses:
        return None
    wrong = {say.point(e): e for e in say.of(found.trade_off, say.false_positive(found))}
    table = _table(found, misses, wrong)
    drawn = [e for e in misses if _x(e, wrong) > 0 and e.value is not None]
    text = (
        "Each point is a threshold, set so that the false positives on the left side are not exceeded. The band is the "
        "interval of the misses, with the uncertainty of the threshold itself."
    )
    if len(drawn) < 2:
        return Section("trade-off", "One error against the other", (Paragraph(text), table))
    return Section("trade-off", "One error against the other", (Paragraph(text), _figure(found, drawn, wrong, table)))


def _x(estimate: Estimate, wrong: dict[tuple[object, object], Estimate]) -> float:
    at = wrong.get(say.point(estimate))
    return 0.0 if at is None or at.value is None else at.value


def _figure(
    found: Measurement, drawn: list[Estimate], wrong: dict[tuple[object, object], Estimate], table: Table
) -> Figure:
    points = sorted((_point(e, _x(e, wrong)) for e in drawn), key=lambda p: p.x)
    x, y = say.title(say.false_positive(found)), say.title(say.miss(found))
    asked = sorted({e.target[1] for e in found.estimates if e.target and not e.group})
    rows = Lines(
        (Line(y, tuple(points)),),
        tuple(Place(rate, f"asked: {words.rate(rate)}") for rate in asked),
        None,
        Axis(x, log=True, probability=True),
        Axis(y, log=True, probability=True),
    )
    first, last = points[0], points[-1]
    ends = " and ".join(f"{words.rate(p.value)} at {words.rate(p.x)}" for p in (first, last))
    caption = f"Misses are {ends} false positives.{' A dashed line is a rate that was asked for.' if asked else ''}"
    return Figure("trade-off", "", caption, f"{y} against {x}: {ends}.", rows, table)


def _point(estimate: Estimate, x: float) -> LinePoint:
    value = estimate.value or 0.0
    low, high = estimate.low, estimate.high
    return LinePoint(x, value, value if low is None else low, value if high is None else high)


def _table(found: Measurement, misses: list[Estimate], wrong: dict[tuple[object, object], Estimate]) -> Table:
    thresholds = {e.target: e for e in say.of(found.trade_off, "threshold")}
    columns = (
        Column("false positives allowed", numeric=True),
        Column("threshold", numeric=True),
        Column(say.title(say.false_positive(found)), numeric=True),
        Column(say.title(say.miss(found)), numeric=True),
    )
    rows = []
    for estimate in misses:
        target = estimate.target
        at, threshold = wrong.get(say.point(estimate)), thresholds.get(target)
        rows.append((
            "" if target is None else str(words.rate(target[1])),
            "" if threshold is None else str(say.said(threshold)),
            "" if at is None else str(say.said(at)),
            str(say.said(estimate)),
        ))  # fmt: skip
    return Table("Thresholds and what they give", columns, tuple(rows))
