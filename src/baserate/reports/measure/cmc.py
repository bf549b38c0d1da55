"""Misses along the rank: the complement of the cumulative match characteristic (CMC)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.charts.rows import Axis, Line, LinePoint, Lines
from baserate.reports.document import Column, Figure, Paragraph, Section, Table
from baserate.reports.measure import say

if TYPE_CHECKING:
    from baserate.estimates import Measurement


def section(found: Measurement) -> Section | None:
    """Build the section; none for comparisons, or without mated searches."""
    told = [(e, say.said(e)) for e in found.by_rank if e.value is not None]
    if not told:
        return None
    table = Table(
        "Mated searches whose mate is not within the rank",
        (Column("rank", numeric=True), Column("missed", numeric=True), Column("of", numeric=True)),
        tuple((str(e.rank), str(said), f"{e.n:,}") for e, said in told),
    )
    text = (
        "Without a threshold: somebody looks at the list as far as the rank. One minus this is the cumulative match "
        "characteristic (CMC). It says nothing of people who are not enrolled: their searches fill lists too."
    )
    if len(told) < 2:
        return Section("by-rank", "How far down the list", (Paragraph(text), table))
    points = tuple(LinePoint(float(e.rank or 1), e.value or 0.0, e.low or 0.0, e.high or 0.0) for e, _ in told)
    rows = Lines(
        (Line("missed", points),), (), None,
        Axis("Candidates looked at, from the top", log=points[-1].x > 20, probability=False),
        Axis("Mated searches that miss their mate", log=False, probability=True),
    )  # fmt: skip
    first, last = told[0], told[-1]
    caption = f"{first[1]} at rank {first[0].rank}, {last[1]} at rank {last[0].rank}."
    figure = Figure("cmc", "", caption, f"Misses along the rank: {caption}", rows, table)
    return Section("by-rank", "How far down the list", (Paragraph(text), figure))
