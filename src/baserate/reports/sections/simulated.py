"""What the simulated searches of one world came to: a count to hold against the closed form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.outcomes.names import PARTS_PREFIX, SIMULATED_PREFIX
from baserate.reports.document import Paragraph, Section
from baserate.reports.pick import level_of, outcome_table

if TYPE_CHECKING:
    from baserate.outcomes.results import Curves, Results


def section(results: Results, curves: Curves) -> Section | None:  # noqa: ARG001 - every section has this shape
    """Build the section; none where nothing was simulated."""
    parts = f"{SIMULATED_PREFIX}{PARTS_PREFIX}"
    everybody = [item for item in results.outcomes if item.group == "all" and item.name.startswith(SIMULATED_PREFIX)]
    shown = [item for item in everybody if not item.name.startswith(parts)]
    if not shown:
        return None
    text = (
        "Searches of synthetic people, one by one, with every unknown input at its reference value. A range here "
        f"({level_of(shown)}) says how much chance is left in that many searches; it holds nothing of what is unknown, "
        "and is narrower for that reason."
    )
    table = outcome_table(shown, caption="Counted in simulated searches", heading="outcome")
    return Section("simulated", "Counted in a simulation", (Paragraph(text), table))
