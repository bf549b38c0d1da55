"""Outcomes by what the person searched is to the system: enrolled and flagged, enrolled, not enrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.sections._breakdown import breakdown

if TYPE_CHECKING:
    from baserate.outcomes.results import Curves, Results
    from baserate.reports.document import Section


def section(results: Results, curves: Curves) -> Section | None:  # noqa: ARG001 - every section has this shape
    """Build the section; none where the results are not divided by status."""
    return breakdown(
        results,
        prefix="status:",
        key="statuses",
        title="By status of the person searched",
        text="Whether somebody is in the gallery decides which mistakes can be made about them.",
    )
