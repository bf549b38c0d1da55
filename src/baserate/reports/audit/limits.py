"""What an audit of a log cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.audit.say import clean
from baserate.reports.document import Bullets, Section

if TYPE_CHECKING:
    from baserate.audit.result import AuditResult

ALWAYS = (
    "What is not in the log. A search that was never logged, an answer that was read aloud, a copy that was passed on: "
    "none of it can be seen from here.",
    "Whether what the log says is true. A field that was filled in wrongly passes every rule that reads it.",
    "Whether a use was lawful. A rule here is one reading of one duty; a failed one is a reason to look at its rows, "
    "and a passed one is no permission.",
    "Anything about a person. Events are shown by row number and the end of a random identifier; small groups are "
    "hidden.",
    "Error rates beyond the best and the worst case, unless truth was established for all searches, or for a random "
    "sample of those with an alert and of those without.",
)


def section(result: AuditResult) -> Section:
    """Build the section."""
    told = tuple(clean(f"The log was read with a warning: {w.what}. {w.remedy}.") for w in result.warnings)
    return Section("limits", "What this audit cannot say", (Bullets((*ALWAYS, *told)),))
