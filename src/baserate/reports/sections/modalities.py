"""Outcomes by what a search compares: faces, fingers, irises, gait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.sections._breakdown import breakdown

if TYPE_CHECKING:
    from baserate.outcomes.results import Curves, Results
    from baserate.reports.document import Section


def section(results: Results, curves: Curves) -> Section | None:  # noqa: ARG001 - every section has this shape
    """Build the section; none where all searches are with one modality."""
    return breakdown(
        results,
        prefix="modality:",
        key="modalities",
        title="By modality",
        text=(
            "A search is compared with the store of its own modality, by a matcher and at a threshold of its own. A "
            "rate over all modalities is a mixture that is true of none of them, and moves with how often each is used."
        ),
    )
