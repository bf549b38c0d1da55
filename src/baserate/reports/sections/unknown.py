"""What nobody has disclosed: what an overseer should ask for first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.document import Bullets, Paragraph, Section

if TYPE_CHECKING:
    from baserate.outcomes.results import Curves, Results


def section(results: Results, curves: Curves) -> Section | None:  # noqa: ARG001 - every section has this shape
    """Build the section; none where the scenario names nothing."""
    if not results.about.unknown:
        return None
    text = (
        "Each of these would make the ranges above narrower. None has been made public, as far as the scenario knows."
    )
    return Section("unknown", "What has not been disclosed", (Paragraph(text), Bullets(results.about.unknown)))
