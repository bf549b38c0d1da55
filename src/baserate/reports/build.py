"""From results and curves to a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate import __version__
from baserate.reports.document import Document
from baserate.reports.sections import SECTIONS, exposure, statuses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.outcomes.exposure import Exposure
    from baserate.outcomes.results import Curves, Results
    from baserate.reports.document import Section


def document_of(results: Results, curves: Curves, found: Exposure | None = None) -> Document:
    """Build the report of a scenario's results.

    Parameters
    ----------
    results, curves
        What ``results.json`` and ``curves.json`` hold.
    found
        What ``exposure.json`` holds; ``None`` where there is no such file.

    Returns
    -------
    Document
        Every section of :data:`baserate.reports.sections.SECTIONS` that has something to show.
    """
    head = results.about
    sections = tuple(section for section in _sections(results, curves, found) if section is not None)
    return Document(head.title, head.question, head.summary, sections, f"Baserate {__version__}")


def _sections(results: Results, curves: Curves, found: Exposure | None) -> Iterator[Section | None]:
    """Make every section; what one search touches follows the pictures of its outcomes."""
    for build in SECTIONS:
        yield build(results, curves)
        if build is statuses.section and found is not None:
            yield exposure.section(found)
