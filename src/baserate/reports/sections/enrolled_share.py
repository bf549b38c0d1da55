"""How the chance that an alert is wrong depends on who is searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.document import Paragraph, Section
from baserate.reports.pick import curve_of
from baserate.reports.sections._curve import figure_of

if TYPE_CHECKING:
    from baserate.outcomes.results import Curves, Results


def section(results: Results, curves: Curves) -> Section | None:  # noqa: ARG001 - every section has this shape
    """Build the section; none where there is no such curve."""
    curve = curve_of(curves, "alert_is_wrong_by_enrolled_share")
    if curve is None:
        return None
    text = Paragraph(
        "The same system gives better or worse alerts depending on whom it is pointed at. Where almost nobody searched "
        "is enrolled, there is almost nobody to find, and most alerts are mistakes."
    )
    caption = f"{curve.title}. The line is the middle, the band what the unknown inputs leave open."
    return Section("enrolled-share", "It depends on who is searched", (text, figure_of(curve, caption=caption)))
