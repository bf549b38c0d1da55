"""The first screen: how many rules answer what, the gravest findings, what the log can and cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.finding import NOT_ADVICE, SEVERITIES, sort_findings
from baserate.inputs.problems import count_of, said_of
from baserate.reports.audit.say import METRICS, bounds_said, clean, range_said, share_said, tallied
from baserate.reports.document import Answer, Bullets, Fact, Facts, Note, Paragraph, Section

if TYPE_CHECKING:
    from baserate.audit.finding import Finding
    from baserate.audit.result import AuditResult
    from baserate.reports.document import Block

MOST_SHOWN = 6


def section(result: AuditResult) -> Section:
    """Build the section."""
    binding = [finding for finding in result.findings if finding.if_applied is None]
    counts = tallied(result.findings)
    n = len(result.findings)
    middle = f"{counts['fail']} of {n} {said_of(counts['fail'], 'fail')}" if counts["fail"] else f"none of {n} fails"
    text = (
        f"For {counts['cannot_tell']} the log cannot tell, {counts['pass']} {said_of(counts['pass'], 'pass')}, and "
        f"{counts['not_applicable']} {said_of(counts['not_applicable'], 'do not apply')}."
    )
    blocks = (Answer("Rules held against this log", middle, "", text), *_gravest(binding), *_errors(result))
    return Section("answer", "The answer", (*blocks, Note(NOT_ADVICE)))


def _gravest(binding: list[Finding]) -> tuple[Block, ...]:
    failing = [f for f in sort_findings(tuple(binding)) if f.status == "fail"]
    if not failing:
        return ()
    gravest = min(SEVERITIES.index(f.severity) for f in failing)
    shown = [f for f in failing if SEVERITIES.index(f.severity) == gravest][:MOST_SHOWN]
    more = len(failing) - len(shown)
    lead = "The gravest findings:" if len(failing) > 1 else "The finding:"
    told = tuple(clean(f"{f.rule}, {f.title}: {f.reason}") for f in shown)
    rest = (f"{more} more of less weight stand below.",) if more else ()
    return (Paragraph(lead), Bullets(told + rest))


def _errors(result: AuditResult) -> tuple[Block, ...]:
    shares = {share.name: share for share in result.supports.shares}
    wanted = ("alerts per search", "false alerts per search", "false alerts per face seen", "false alerts per alert")
    items = [_fact(name.capitalize(), share_said(shares[name])) for name in wanted]
    items += [_fact(METRICS[bound.metric][0], bounds_said(bound), _assumed(bound.interval)) for bound in
              result.supports.bounds]  # fmt: skip
    open_rows = max((bound.n_open for bound in result.supports.bounds), default=0)
    note = (
        f"Truth is open for {count_of(open_rows, 'live search')}: each rate is given as its best and its worst case "
        "over what they could be."
    )
    return (Facts("What the log can show about errors", tuple(items)), *([Paragraph(note)] if open_rows else []))


def _fact(label: str, said: str, more: str = "") -> Fact:
    """Set the reason small where there is no number, and the counts where there is one."""
    if said.startswith("undefined: "):
        return Fact(label, "undefined", said.removeprefix("undefined: "))
    middle, _, counts = said.partition(" (")
    return Fact(label, middle, counts.removesuffix(")") or more)


def _assumed(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"{range_said(*interval)} if truth was sought at random"
