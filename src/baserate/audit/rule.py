"""A rule: one duty that can be held against a log, and the forms its check can take.

Most rules are a :class:`RowCheck`: which rows are in scope and what would violate the rule, both as SQL that keeps
three values. A NULL (a field that the system does not record) and ``unknown`` make the answer for that row *unknown*
by SQL's own logic, so that no missing field can turn into a pass. The few macros that may stand in such SQL are those
of :mod:`baserate.audit.expressions`; the named conditions (``live``, ``adverse`` ...) those of
:mod:`baserate.audit.facts`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from baserate.audit.encounters import EncounterSql
from baserate.audit.finding import STATUSES
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from baserate.audit.applicability import Jurisdiction
    from baserate.audit.facts import Facts, Source
    from baserate.audit.finding import EvidenceRow, Mark, Measure, RuleSeverity, Status
    from baserate.audit.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Shown):
    """What a check found, before the rule's own record is added.

    Parameters
    ----------
    status, reason
        As in :class:`~baserate.audit.finding.Finding`.
    count, of, undecided
        Whole numbers of the things checked.
    fields
        What is missing.
    measures
        Shares to report.
    query
        SQL giving ``row`` and ``event_id`` of what violates the rule.
    rows
        The first rows of it, where the check has them already.
    """

    status: Status
    reason: str
    count: int | None = None
    of: int | None = None
    undecided: int | None = None
    fields: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    query: str = ""
    rows: tuple[EvidenceRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSql:
    """A share to report: rows where ``when`` holds among those where ``of`` holds (default: the rows in scope)."""

    name: str
    when: str
    of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCounts:
    """Rows of one check: in scope, violating, undecidable; all whole numbers."""

    of: int
    failed: int
    undecided: int
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCheck:
    """A check of single rows, counted in one pass that all such checks share.

    Parameters
    ----------
    scope
        The rows in scope, in words that complete "no ... in the log".
    applies
        SQL condition for those rows.
    violates
        SQL condition that holds where a row in scope breaks the rule.
    source
        The table it runs over.
    measures
        Shares to report beside the verdict.
    waived_by
        Manifest key that, when it says anything, takes the duty away.
    judge
        Second thoughts on a verdict, for rules where a perfect score is itself suspicious.
    """

    scope: str
    applies: str
    violates: str
    source: Source = "search"
    measures: tuple[MeasureSql, ...] = ()
    waived_by: str = ""
    judge: Callable[[RowCounts, Verdict], Verdict] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCheck:
    """A check of what the manifest says, against the time of use where that matters.

    Parameters
    ----------
    fields
        Manifest keys that it reads.
    check
        Takes the log.
    """

    fields: tuple[str, ...]
    check: Callable[[Facts], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCheck:
    """A check that needs its own queries: sums, groups, order. Its answers are whole numbers too.

    Parameters
    ----------
    fields
        What it reads.
    check
        Takes the log and the SQL condition for the rows that the rule governs.
    """

    fields: tuple[str, ...]
    check: Callable[[Facts, str], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted for a check.

    Parameters
    ----------
    true, unknown
        Searches that are live, that the rule governs, and on which a condition is true; and those on which any of it is
        unknown, and none of it false.
    encounters
        What was found of encounters.
    """

    true: Mapping[str, int]
    unknown: Mapping[str, int]
    encounters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCheck:
    """A check of a few numbers, counted in the passes that all such checks share.

    Parameters
    ----------
    fields
        What it reads.
    asks
        Name to SQL condition on the live searches that the rule governs.
    check
        Takes the log, the SQL condition for the rows that the rule governs, and what was counted.
    encounters
        What is asked of encounters.
    asks_by_manifest
        Takes the manifest, and gives more of ``asks``, which depend on it.
    """

    fields: tuple[str, ...]
    asks: Mapping[str, str]
    check: Callable[[Facts, str, Counted], Verdict]
    encounters: EncounterSql = EncounterSql()  # noqa: RUF009 (frozen)
    asks_by_manifest: Callable[[Manifest], Mapping[str, str]] | None = None

    def conditions(self, manifest: Manifest) -> dict[str, str]:
        """Give all that is asked of a log with a manifest."""
        return {**self.asks, **(self.asks_by_manifest(manifest) if self.asks_by_manifest else {})}


Check = RowCheck | DocumentCheck | LogCheck | CountCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One duty, where it comes from, whom it binds, and how a log is held against it.

    Parameters
    ----------
    id
        Stable name, as in ``audit/data/rules.csv``.
    page
        The docstring of the rule's file: a first line that says the rule, then paragraphs "Looks for", "Why it
        matters" and "Complies". It is the rule's message and its page.
    citation
        Where the duty stands.
    verified
        How far that was verified, see :data:`~baserate.audit.finding.MARKS`.
    severity
        ``high``: bears on what is done to a person; ``medium``: a safeguard or a limit; ``low``: reporting.
    binds
        Whose searches the rule governs.
    checks
        How it is checked; with several, one that fails fails the rule.
    applies_from
        First day of searches that the rule governs, where that is late enough to matter.
    note
        A warning about the rule itself, printed with each finding.
    """

    id: str
    page: str | None
    citation: str
    verified: tuple[Mark, ...]
    severity: RuleSeverity
    binds: Jurisdiction
    checks: tuple[Check, ...]
    applies_from: date | None = None
    note: str = ""

    @property
    def title(self) -> str:
        """First line of the page without its full stop."""
        return (self.page or "").strip().split("\n", 1)[0].removesuffix(".")

    def paragraph(self, label: str) -> str:
        """Give the page's paragraph with this label, on one line; empty where there is none."""
        found = re.search(rf"^{label}: (.+?)(?:\n\n|\Z)", (self.page or "").strip(), re.DOTALL | re.MULTILINE)
        return " ".join(found.group(1).split()) if found else ""


def passed(reason: str, *, of: int = 1) -> Verdict:
    """All that was to be checked is there and complies."""
    return Verdict(status="pass", reason=reason, count=0, of=of, undecided=0)


def failed(reason: str, *, count: int = 1, of: int = 1, query: str = "") -> Verdict:
    """At least one thing violates the rule."""
    return Verdict(status="fail", reason=reason, count=count, of=of, undecided=0, query=query)


def untold(reason: str, *, fields: tuple[str, ...] = ()) -> Verdict:
    """Answer that the log or the manifest does not say enough."""
    return Verdict(status="cannot_tell", reason=reason, fields=fields)


def inapplicable(reason: str) -> Verdict:
    """There is nothing here that the rule speaks about."""
    return Verdict(status="not_applicable", reason=reason)


def combined(verdicts: Sequence[Verdict]) -> Verdict:
    """Join verdicts on parts of one rule: one failure fails, else one open question leaves it open.

    Counts and query are those of the part that decided.

    Examples
    --------
    >>> combined([passed("dated in time"), untold("no parts listed", fields=("m.fria_sections",))]).status
    'cannot_tell'
    """
    status = next(s for s in STATUSES if any(v.status == s for v in verdicts))
    deciding = [v for v in verdicts if v.status == status]
    return replace(
        deciding[0],
        reason="; ".join(dict.fromkeys(v.reason for v in deciding)),
        fields=tuple(dict.fromkeys(field for v in verdicts for field in v.fields)),
        measures=tuple(measure for v in verdicts for measure in v.measures),
    )
