"""From results and curves to a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate import __version__
from baserate.reports.document import Document
from baserate.reports.sections import SECTIONS

if TYPE_CHECKING:
    from baserate.outcomes.results import Curves, Results


def document_of(results: Results, curves: Curves) -> Document:
    """Build the report of a scenario's results.

    Parameters
    ----------
    results, curves
        What ``results.json`` and ``curves.json`` hold.

    Returns
    -------
    Document
        Every section of :data:`baserate.reports.sections.SECTIONS` that has something to show.
    """
    head = results.about
    made = (build(results, curves) for build in SECTIONS)
    sections = tuple(section for section in made if section is not None)
    return Document(head.title, head.question, head.summary, sections, f"Baserate {__version__}")
