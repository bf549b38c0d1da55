"""What a rule says of a log, as a value that can be printed, stored and argued with."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from baserate.notebook import Shown, table_html

Status = Literal["fail", "cannot_tell", "pass", "not_applicable"]
Mark = Literal["C", "S", "M"]
RuleSeverity = Literal["high", "medium", "low"]

#: The order in which findings are shown: what needs a reader's eye first.
STATUSES: tuple[Status, ...] = ("fail", "cannot_tell", "pass", "not_applicable")
SEVERITIES: tuple[RuleSeverity, ...] = ("high", "medium", "low")

#: How far a citation was verified; printed wherever a finding is.
MARKS: dict[Mark, str] = {
    "C": "words or number seen in the original or an official copy",
    "S": "secondary source only: find the primary before stating it as fact",
    "M": "from memory, not confirmed: find the primary before stating it as fact",
}

NOT_ADVICE = (
    "A finding says what the rows of this log show when held against one reading of a rule. It is not legal advice and "
    "says nothing about any person."
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A count that a rule reports beside its verdict.

    Parameters
    ----------
    name
        What was counted.
    count, of
        Whole numbers of rows, ``count`` out of ``of``.
    """

    name: str
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One row that a failing finding rests on.

    Parameters
    ----------
    row
        Row in the table, counted from 1.
    event
        The event id with all but its last four characters hidden. The end is kept because a ULID begins with its time.
    """

    row: int
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Shown):
    """What one rule says of one log.

    Parameters
    ----------
    rule, pack, title, severity, citation
        The rule's own record.
    verified
        Marks of the citation, see :data:`MARKS`.
    status
        ``fail``: at least one row violates the rule. ``pass``: rows were in scope, none violates it and none is
        undecidable. ``cannot_tell``: a needed field is missing; ``fields`` names it. ``not_applicable``: see
        ``reason``.
    reason
        Why, in one sentence or two.
    count, of, undecided
        Rows that violate the rule, rows in scope, and rows of which the log does not say enough. For a rule on
        documents they count the things checked. ``None`` where nothing is counted.
    fields
        Columns (``m.`` for manifest keys) that are missing or empty where the rule needed them.
    period
        First and last day (UTC) of the live searches, or ``None``.
    rows
        The first rows that violate the rule.
    query
        SQL that lists all such rows, over the tables of the log; empty for rules on documents.
    measures
        Shares that the rule reports whatever its verdict.
    if_applied
        For a rule that does not bind here, or of which that is not known: what it would have said.
    if_applied_reason
        Why it would have.
    note
        A warning about the rule itself.
    reads
        Columns and manifest keys that the rule reads.
    """

    rule: str
    pack: str
    title: str
    severity: RuleSeverity
    citation: str
    verified: tuple[Mark, ...]
    status: Status
    reason: str
    count: int | None = None
    of: int | None = None
    undecided: int | None = None
    fields: tuple[str, ...] = ()
    period: tuple[str, str] | None = None
    rows: tuple[EvidenceRow, ...] = ()
    query: str = ""
    measures: tuple[Measure, ...] = ()
    if_applied: Status | None = None
    if_applied_reason: str = ""
    note: str = ""
    reads: tuple[str, ...] = ()


class Findings(tuple[Finding, ...]):
    """What all rules say, which shows itself as a table in a notebook."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        rows = ((f.rule, f.status.replace("_", " "), f.severity, f.title, f.reason, f.citation) for f in self)
        return table_html(NOT_ADVICE, ("rule", "status", "severity", "asks", "because", "source"), rows)


def mask_event(event_id: str | None) -> str:
    """Hide an event id but for its last four characters, and all of a short one.

    Examples
    --------
    >>> mask_event("01JD8ZK3M9Q0V7W5T2R4XY6ABC")
    '…6ABC'
    >>> mask_event("e17")
    '…'
    """
    return "…" + event_id[-4:] if event_id is not None and len(event_id) >= 12 else "…"


def printable(text: str) -> str:
    r"""Replace characters that a terminal would obey; parts of a reason come from files that nobody vouches for.

    Examples
    --------
    >>> printable("role \x1b[2Jx is not listed")
    'role ?[2Jx is not listed'
    """
    return "".join(c if c.isprintable() else "?" for c in text)


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """Give the finding as plain values, in the order of its fields, for ``--json``."""
    return asdict(finding)


def sort_findings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Order findings as they are shown: fails first, within a status the severest first, then in the rules' order."""
    return tuple(sorted(findings, key=lambda f: (STATUSES.index(f.status), SEVERITIES.index(f.severity))))
