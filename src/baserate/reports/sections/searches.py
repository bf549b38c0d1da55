"""Of a thousand searches: what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.outcomes.names import OUTCOMES, PARTS_PREFIX, outcome_name
from baserate.reports import words
from baserate.reports.charts.rows import Part, Parts
from baserate.reports.document import Bullets, Column, Figure, Note, Section, Table

if TYPE_CHECKING:
    from baserate.outcomes.results import Curves, Outcome, Results

TOTAL = 1000
SMALLEST_DRAWN = 0.5  # of a thousand: less rounds to no icon


def section(results: Results, curves: Curves) -> Section | None:  # noqa: ARG001 - every section has this shape
    """Build the section; none where the results do not hold the parts."""
    outcomes = [
        item
        for item in results.outcomes
        if item.name.startswith(PARTS_PREFIX) and item.group == "all" and item.value is not None
    ]
    if not outcomes:
        return None
    order = list(OUTCOMES)
    outcomes.sort(key=lambda item: order.index(item.name) if item.name in order else len(order))
    parts = tuple(_part(outcome) for outcome in outcomes)
    note = Note(
        "Each number is the middle of its own range, so they need not add up to exactly 1,000; in the picture the "
        "largest part takes up the difference."
    )
    meanings = Bullets(tuple(f"{part.label}: {_meaning(part.name)}" for part in parts if _meaning(part.name)))
    return Section("searches", "What becomes of 1,000 searches?", (_figure(parts), meanings, note))


def _meaning(name: str) -> str:
    meaning = outcome_name(name).meaning
    return meaning[:1].lower() + meaning[1:]


def _part(outcome: Outcome) -> Part:
    value = outcome.value or 0.0
    spoken = words.of_1000(value, low=outcome.low, high=outcome.high)
    label = outcome_name(outcome.name).label
    return Part(outcome.name, label, value, outcome.low, outcome.high, spoken.middle, spoken.span)


def _figure(parts: tuple[Part, ...]) -> Figure:
    caption = "Each mark is one search of a thousand, in the middle of the range. The bars show how far it may be off."
    if any(0 < part.value < SMALLEST_DRAWN for part in parts):
        caption += " What happens less often than once in two thousand searches has no mark."
    alternative = "A thousand searches: " + "; ".join(f"{p.label} {p.said} ({p.span})" for p in parts) + "."
    rows = tuple((part.label, part.said, part.span) for part in parts)
    columns = (Column("outcome"), Column("of 1,000 searches", numeric=True), Column("range", numeric=True))
    table = Table("What becomes of 1,000 searches", columns, rows)
    return Figure("of_1000_searches", "", caption, alternative, Parts(parts, TOTAL), table)
