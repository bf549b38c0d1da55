"""What a larger gallery does when the threshold stays, and when it is set anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports import words
from baserate.reports.document import Note, Paragraph, Section
from baserate.reports.pick import curve_of
from baserate.reports.sections._curve import figure_of

if TYPE_CHECKING:
    from baserate.outcomes.results import Curve, Curves, Results
    from baserate.reports.document import Block


def section(results: Results, curves: Curves) -> Section | None:  # noqa: ARG001 - every section has this shape
    """Build the section; none where there is no such curve."""
    curve = curve_of(curves, "fpir_by_gallery_size")
    if curve is None:
        return None
    text = Paragraph(
        "Every search is compared with everybody in the gallery, so a larger gallery gives more chances to be taken "
        "for somebody else. A threshold chosen for a small gallery does not keep its promise in a large one."
    )
    caption = f"{curve.title}. Lines are the middle, bands what the unknown inputs leave open."
    blocks: tuple[Block, ...] = (text, figure_of(curve, caption=caption), *_support(curve))
    return Section("gallery-growth", "What a larger gallery does", blocks)


def _support(curve: Curve) -> tuple[Note, ...]:
    if curve.supported is None:
        return ()
    low, high = (words.plain(end) for end in curve.supported)
    return (
        Note(
            f"Data support the range from {low} to {high} {curve.x_unit}. Beyond it, on the shaded ground, the lines "
            "follow the model and nothing else."
        ),
    )
