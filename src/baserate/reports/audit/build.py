"""From an audit's result to a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate import __version__
from baserate.audit.packs import PACKS
from baserate.inputs.problems import count_of
from baserate.reports.audit import answer, drift, errors, integrity, limits, packs, rerun, retention, timeline, use
from baserate.reports.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable

    from baserate.audit.result import AuditResult
    from baserate.reports.document import Section

# In the order of reading: the answer, when it happened, the rules, numbers, the log itself, limits.
SECTIONS: tuple[Callable[[AuditResult], Section | None], ...] = (
    answer.section,
    timeline.section,
    *(packs.section_of(pack) for pack in PACKS),
    errors.section,
    use.section,
    drift.section,
    retention.section,
    integrity.section,
    limits.section,
    rerun.section,
)

QUESTION = "What does this log show when it is held against the rules?"
PEOPLE = "No person is named in it: rows are shown by number, and events by the end of a random identifier."


def document_of(result: AuditResult) -> Document:
    """Build the report of an audit.

    Parameters
    ----------
    result
        From :func:`baserate.audit.result.audit_log`.

    Returns
    -------
    Document
        Every section of :data:`SECTIONS` that has something to show.
    """
    made = (build(result) for build in SECTIONS)
    sections = tuple(section for section in made if section is not None)
    return Document(_title(result), QUESTION, "", sections, f"Baserate {__version__}", PEOPLE)


def _title(result: AuditResult) -> str:
    totals = result.supports.totals
    period = next((finding.period for finding in result.findings if finding.period), None)
    when = f", {period[0]} to {period[1]} (UTC)" if period else ""
    return f"{count_of(totals.alerts + totals.quiet, 'live search')}{when}"
