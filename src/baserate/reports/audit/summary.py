"""What an audit found as text, for the terminal and ``audit.txt``."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from baserate.audit.finding import NOT_ADVICE, STATUSES, printable, sort_findings
from baserate.audit.groups import ATTRIBUTES
from baserate.audit.integrity.finding import SHOWN
from baserate.audit.packs import PACK_TITLES
from baserate.inputs.problems import count_of
from baserate.reports.audit.retention import said, totals_said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from baserate.audit.bounds import Bounds, Share
    from baserate.audit.drift import Drift, RateChange, ThresholdChange
    from baserate.audit.finding import Finding
    from baserate.audit.groups import GroupCounts
    from baserate.audit.integrity import IntegrityFinding
    from baserate.audit.repeats import Repeats
    from baserate.audit.result import AuditResult
    from baserate.audit.retention import Retention
    from baserate.audit.supports import Supports
    from baserate.audit.workload import Workload

_WIDTH = 120
_MOST_CHANGES = 10  # of thresholds that are told


def audit_lines(result: AuditResult) -> list[str]:
    """Lay a result out as lines: findings by pack, what the log supports, what is kept, integrity."""
    lines = [NOT_ADVICE, ""]
    for pack in dict.fromkeys(finding.pack for finding in result.findings):
        lines += [*_pack(PACK_TITLES[pack], [f for f in result.findings if f.pack == pack]), ""]
    lines += ["What the log supports", *_supports(result.supports)]
    lines += ["", *_retention(result.retention)]
    if result.integrity:
        lines += ["", "Integrity", *(line for found in result.integrity for line in _checked(found))]
        unseen = dict.fromkeys(found.cannot_show for found in result.integrity)
        lines += [
            "",
            "  What these checks cannot show",
            *(line for text in unseen for line in _wrapped(text, indent=4)),
        ]
    return [printable(line) for line in lines]


def _pack(title: str, findings: list[Finding]) -> list[str]:
    totals = {status: sum(f.status == status for f in findings) for status in STATUSES}
    counted = ", ".join(f"{n} {status.replace('_', ' ')}" for status, n in totals.items() if n)
    lines = [f"{title}: {counted}"]
    told = [f for f in findings if f.if_applied is None]
    for finding in sort_findings(tuple(told)):
        lines += _finding(finding)
    return lines + _not_binding([f for f in findings if f.if_applied is not None])


def _not_binding(findings: list[Finding]) -> list[str]:
    """Gather rules that do not bind, or of which that is not known, under their common reasons."""
    lines = []
    for status, reason in dict.fromkeys((f.status, f.reason) for f in findings):
        here = [f for f in findings if (f.status, f.reason) == (status, reason)]
        lines += _line(status, "", f"{', '.join(f.rule for f in here)}: {reason}")
        failing = [f.rule for f in here if f.if_applied == "fail"]
        lines += _wrapped(f"if they applied, these would fail: {', '.join(failing)}") if failing else []
    return lines


def _finding(finding: Finding) -> list[str]:
    lines = _line(finding.status, finding.rule, f"{finding.title}: {finding.reason}")
    if finding.status != "fail":
        return lines
    marks = "".join(f"[{mark}]" for mark in finding.verified)
    rows = ", ".join(f"{row.row} ({row.event})" for row in finding.rows)
    told = [f"{finding.citation} {marks}", f"rows {rows}" if rows else "", finding.note]
    return [*lines, *(line for text in told if text for line in _wrapped(text))]


def _line(status: str, name: str, text: str) -> list[str]:
    lines = _wrapped(f"{name} {text}".strip(), indent=19)
    return [f"  {status.replace('_', ' '):17}{lines[0].strip()}", *lines[1:]]


def _retention(found: Retention | str) -> list[str]:
    if isinstance(found, str):
        return _wrapped(found, indent=0)
    return [*totals_said(found), *(f"  {sentence}" for sentence in said(found))]


def _checked(found: IntegrityFinding) -> list[str]:
    """Tell what an integrity check found, with the rows it rests on."""
    lines = _line(found.status, found.check, found.reason)
    if not found.rows:
        return lines
    beside = "" if found.table == "search_event" else f"{found.table} "
    # The count may be of something else than rows, such as missing numbers.
    more = ", ..." if len(found.rows) == SHOWN and found.count != SHOWN else ""
    return [*lines, *_wrapped(f"{beside}rows {', '.join(map(str, found.rows))}{more}")]


def _wrapped(text: str, *, indent: int = 21) -> list[str]:
    space = " " * indent
    return wrap(text, _WIDTH, initial_indent=space, subsequent_indent=space, break_long_words=False)


def _supports(found: Supports) -> Iterator[str]:
    yield from map(_share, found.shares)
    yield from map(_bound, found.bounds)
    yield from ("", "  Live searches per operator, agency, day and hour", *map(_workload, found.workload))
    yield from ("", "  Repeats within an encounter", f"    {_repeats(found.repeats)}")
    yield from ("", "  Change over time", *map(_drift, found.drift), *map(_rate_change, found.rate_changes))
    yield from map(_threshold_change, found.threshold_changes[:_MOST_CHANGES])
    if len(found.threshold_changes) > _MOST_CHANGES:
        more = len(found.threshold_changes) - _MOST_CHANGES
        yield f"    {more:,} more changes of thresholds are in the report and in --json"
    yield from ("", "  By group recorded in the log", *_groups(found.groups))


def _share(share: Share) -> str:
    if share.range is None:
        return f"  {share.name}: undefined, {share.undefined}"
    low, high = share.range
    counts = f"{share.low:,}" if share.low == share.high else f"{share.low:,} to {share.high:,}"
    rates = f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
    return f"  {share.name}: {rates} ({counts} of {share.of:,})"


def _bound(bound: Bounds) -> str:
    name = bound.metric.replace("_", " ")
    if bound.low is None or bound.high is None:
        return f"  {name}: undefined, {bound.undefined}"
    text = f"  {name}: between {bound.low:.3g} and {bound.high:.3g} ({count_of(bound.n_open, 'row')} open)"
    if bound.interval is None or not bound.n_open:
        return text
    low, high = bound.interval
    return f"{text}; {low:.3g} to {high:.3g} ({bound.level:.0%}) if {bound.assumption}"


def _workload(load: Workload) -> str:
    if load.undefined:
        return f"    per {load.per}: undefined, {load.undefined}"
    return (
        f"    per {load.per}: half have {load.median:,} or fewer, 95 in 100 have {load.high:,} or fewer, the most is "
        f"{load.most:,} ({load.units:,} in all)"
    )


def _repeats(found: Repeats) -> str:
    if found.undefined:
        return f"undefined, {found.undefined}"
    more = found.encounters - dict(found.by_searches).get(1, 0)
    after = "unknown" if found.match_after_none is None else f"{found.match_after_none:,}"
    return (
        f"{more:,} of {found.encounters:,} encounters were searched more than once; {found.both_answers:,} got both "
        f"answers; match only after a first search without one: {after}"
    )


def _drift(drift: Drift) -> str:
    if drift.undefined:
        return f"    {drift.series}: not searched for changes, {drift.undefined}"
    found = f"{drift.changes} change{'' if drift.changes == 1 else 's'}"
    return f"    {drift.series}: {found} over {drift.periods} {drift.unit}s (first look: p = {drift.p_value:.3g})"


def _rate_change(change: RateChange) -> str:
    (a, b), (c, d) = change.before, change.after
    return (
        f"    {change.series} from {change.start[:16]}: {change.before_count:,} of {change.before_of:,} ({a:.3g} to "
        f"{b:.3g}) became {change.after_count:,} of {change.after_of:,} ({c:.3g} to {d:.3g}), p = {change.p_value:.3g}"
    )


def _threshold_change(change: ThresholdChange) -> str:
    old, new = (", ".join(f"{value:g}" for value in values) for values in (change.before, change.after))
    on = f" on the scale {change.scale}" if change.scale else ""
    return f"    threshold of {change.system or 'an unnamed system'}{on} from {change.start[:16]}: {old} became {new}"


def _groups(groups: Sequence[GroupCounts]) -> Iterator[str]:
    for attribute in ATTRIBUTES:
        rows = [row for row in groups if row.attribute == attribute]
        if rows and rows[0].undefined:
            yield f"    {attribute}: undefined, {rows[0].undefined}"
            continue
        for row in rows:
            alerts, of = (_cell(n) for n in (row.alerts, row.searches))
            yield f"    {attribute} {row.group}: alerts {alerts} of {of} searches"


def _cell(n: int | None) -> str:
    return "hidden" if n is None else f"{n:,}"
