"""Every outcome for everybody, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.outcomes.names import PARTS_PREFIX, outcome_name
from baserate.reports.document import Bullets, Paragraph, Section
from baserate.reports.pick import level_of, outcome_table

if TYPE_CHECKING:
    from baserate.outcomes.results import Curves, Results


def section(results: Results, curves: Curves) -> Section | None:  # noqa: ARG001 - every section has this shape
    """Build the section; none where the results hold no outcome for everybody."""
    shown = [item for item in results.outcomes if item.group == "all" and not item.name.startswith(PARTS_PREFIX)]
    if not shown:
        return None
    level = level_of(shown)
    text = "Middle is the median of the draws" + (f"; low and high enclose {level} of them." if level else ".")
    table = outcome_table(shown, caption="Outcomes for everybody", heading="outcome")
    records = [outcome_name(item.name, unit=item.unit) for item in shown]
    meanings = Bullets(tuple(f"{record.label}: {record.meaning}" for record in records if record.meaning))
    return Section("outcomes", "All outcomes", (Paragraph(text), table, meanings))
