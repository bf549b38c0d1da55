"""Whether the log can be relied on, and what each check cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.finding import STATUSES
from baserate.reports.audit.say import clean, status_said
from baserate.reports.document import Note, Paragraph, Section, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.audit.integrity import IntegrityFinding
    from baserate.audit.result import AuditResult


def section(result: AuditResult) -> Section:
    """Build the section."""
    if not result.integrity:
        return Section("integrity", "Can the log be relied on?", (Note("The log's integrity was not checked."),))
    text = Paragraph(
        "Running numbers, hashes, clocks and claimed totals show faults of the log that is here. A chain of hashes "
        "shows later changes inside what was kept; it does not show a search that was never logged, nor a log that was "
        "written anew as a whole, unless the head of its chain was deposited with somebody else at the time."
    )
    shown = sorted(result.integrity, key=lambda found: STATUSES.index(found.status))
    return Section("integrity", "Can the log be relied on?", (text, *map(_verdict, shown)))


def _verdict(found: IntegrityFinding) -> Verdict:
    details = tuple((label, clean(text)) for label, text in _details(found) if text)
    return Verdict(status_said(found.status), clean(found.check), "", clean(found.reason), details, found.query)


def _details(found: IntegrityFinding) -> Iterator[tuple[str, str]]:
    yield "Count", f"{found.count:,} of {found.of:,}" if found.count is not None and found.of is not None else ""
    yield "First rows", f"{', '.join(map(str, found.rows))} of {found.table}" if found.rows else ""
    yield "Cannot show", found.cannot_show
