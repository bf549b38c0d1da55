"""Outcomes by demographic group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.sections._breakdown import breakdown

if TYPE_CHECKING:
    from baserate.outcomes.results import Curves, Results
    from baserate.reports.document import Section


def section(results: Results, curves: Curves) -> Section | None:  # noqa: ARG001 - every section has this shape
    """Build the section; none where the results are not divided by group."""
    return breakdown(
        results,
        prefix="group:",
        key="groups",
        title="By group",
        text=(
            "One threshold for everybody does not give everybody the same error rates. Ranges of groups may overlap "
            "and the groups still differ, because the unknown inputs move all of them together: where a rate is given "
            "as a multiple of everybody's, they cancel out."
        ),
    )
