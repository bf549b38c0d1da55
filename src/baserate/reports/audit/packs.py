"""One section for each pack: every rule with its answer and all that it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.finding import MARKS, sort_findings
from baserate.audit.packs import PACK_TITLES, PACKS
from baserate.inputs.problems import count_of, said_of
from baserate.reports.audit.say import clean, status_said, tally_said
from baserate.reports.document import Column, Paragraph, Section, Table, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from baserate.audit.finding import Finding
    from baserate.audit.result import AuditResult
    from baserate.audit.rule import Rule

_RULES = {rule.id: rule for rules in PACKS.values() for rule in rules}


def section_of(pack: str) -> Callable[[AuditResult], Section | None]:
    """Give the builder of one pack's section."""

    def section(result: AuditResult) -> Section | None:
        found = tuple(finding for finding in result.findings if finding.pack == pack)
        if not found:
            return None
        lead = Paragraph(f"{count_of(len(found), 'rule')}: {tally_said(found)}.")
        return Section(f"pack-{pack}", PACK_TITLES[pack], (lead, _table(found), *map(_verdict, sort_findings(found))))

    return section


def _table(findings: tuple[Finding, ...]) -> Table:
    columns = (Column("rule"), Column("answer"), Column("violating", numeric=True), Column("in scope", numeric=True),
               Column("open", numeric=True), Column("if it applied"))  # fmt: skip
    rows = tuple(
        (f.rule, status_said(f.status), _number(f.count), _number(f.of), _number(f.undecided),
         status_said(f.if_applied) if f.if_applied else "")
        for f in findings
    )  # fmt: skip
    return Table(f"{PACK_TITLES[findings[0].pack]}: answers in the order of the rules", columns, rows)


def _number(n: int | None) -> str:
    return "" if n is None else f"{n:,}"


def _verdict(finding: Finding) -> Verdict:
    details = tuple((label, clean(text)) for label, text in _details(finding) if text)
    reason = clean(finding.reason)
    return Verdict(
        status_said(finding.status), finding.rule, finding.title, f"{reason[:1].upper()}{reason[1:]}.", details,
        finding.query,
    )  # fmt: skip


def _details(finding: Finding) -> Iterator[tuple[str, str]]:
    rule = _RULES.get(finding.rule)
    if finding.of is not None:
        n = finding.count or 0
        told = f"{n:,} of {finding.of:,} {said_of(n, 'violate it')}; {finding.undecided or 0:,} cannot be decided"
        yield "Count", told
    yield from ((m.name, f"{m.count:,} of {m.of:,}") for m in finding.measures)
    yield "If it applied", _applied(finding)
    yield "Period", " to ".join(finding.period) + " (UTC)" if finding.period else ""
    yield "First rows", ", ".join(f"{row.row} ({row.event})" for row in finding.rows)
    yield "Missing", ", ".join(finding.fields)
    yield "Fields read", ", ".join(finding.reads)
    yield "Would comply", _paragraph(rule, "Complies")
    yield "Why it matters", _paragraph(rule, "Why it matters")
    yield "Source", finding.citation
    yield "How far verified", "; ".join(MARKS[mark] for mark in finding.verified)
    yield "Severity", finding.severity
    yield "Note", finding.note
    yield "Query", "Run on the log, this lists every row that violates the rule:" if finding.query else ""


def _paragraph(rule: Rule | None, label: str) -> str:
    """Give a paragraph of the rule's page as plain text; nothing for a rule that is no longer there."""
    text = rule.paragraph(label).replace("`", "") if rule else ""
    return text[:1].upper() + text[1:]


def _applied(finding: Finding) -> str:
    if finding.if_applied is None:
        return ""
    return f"{status_said(finding.if_applied)}: {finding.if_applied_reason}"
