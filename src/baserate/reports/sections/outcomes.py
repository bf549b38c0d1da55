"""Every outcome for everybody, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.outcomes.names import PARTS_PREFIX, outcome_name
from baserate.reports.document import Column, Paragraph, Section, Table
from baserate.reports.pick import expected_of, level_of, outcome_table

if TYPE_CHECKING:
    from baserate.outcomes.results import Curves, Outcome, Results


def section(results: Results, curves: Curves) -> Section | None:  # noqa: ARG001 - every section has this shape
    """Build the section; none where the results hold no outcome for everybody."""
    shown = [item for item in expected_of(results) if item.group == "all" and not item.name.startswith(PARTS_PREFIX)]
    if not shown:
        return None
    return Section("outcomes", "All outcomes", (Paragraph(_introduction(shown)), _with_meanings(shown)))


def _introduction(shown: list[Outcome]) -> str:
    level = level_of(shown)
    return "Everything that was worked out for everybody together." + (
        f" Ranges cover {level} of what came out." if level else ""
    )


def _with_meanings(shown: list[Outcome]) -> Table:
    """Add to the table what each outcome is."""
    table = outcome_table(shown, caption="Outcomes for everybody", heading="outcome")
    meanings = [outcome_name(item.name, unit=item.unit).meaning for item in shown]
    rows = tuple((*row, meaning) for row, meaning in zip(table.rows, meanings, strict=True))
    return Table(table.caption, (*table.columns, Column("what it is")), rows)
