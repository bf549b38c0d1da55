"""Hold a log against the rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from baserate.audit.applicability import does_bind
from baserate.audit.counting import count, first_listed, look_closer, question
from baserate.audit.expressions import columns_in_live_use, columns_whose_absence_speaks
from baserate.audit.facts import look_at
from baserate.audit.fields import fields_read
from baserate.audit.finding import Finding, Findings, printable
from baserate.audit.packs import PACKS
from baserate.audit.rule import CountCheck, DocumentCheck, RowCheck, Verdict, combined, inapplicable, untold
from baserate.inputs.problems import count_of, said_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.audit.applicability import Answer
    from baserate.audit.counting import Question
    from baserate.audit.facts import Facts, Log
    from baserate.audit.finding import EvidenceRow, Status
    from baserate.audit.rule import Counted, RowCounts, Rule


@dataclass(frozen=True, slots=True)
class _Asked:
    """A rule of a pack, whether it binds, the rows it governs, and the questions of its row checks by part."""

    pack: str
    rule: Rule
    answer: Answer
    governed: str
    questions: dict[int, Question]


def audit(log: Log, *, packs: Sequence[str] | None = None) -> Findings:
    """Hold a log against every rule of some packs.

    Whether a rule binds is asked first. Checks of rows with the same scope share one pass, and those over a join the
    join.

    Parameters
    ----------
    log
        What :func:`baserate.inputs.logs.read_log` gives.
    packs
        Names out of :data:`baserate.audit.packs.PACKS`; all when ``None``.

    Returns
    -------
    Findings
        One for each rule, in the order of the packs.

    Raises
    ------
    KeyError
        If there is no such pack.
    """
    rules = [(pack, rule) for pack in (PACKS if packs is None else packs) for rule in PACKS[pack]]
    return hold_against(log, rules)


def hold_against(log: Log, rules: Sequence[tuple[str, Rule]]) -> Findings:
    """Hold a log against rules given with the names of their packs."""
    facts = look_at(
        log,
        emptiness={name for _, rule in rules for name in columns_whose_absence_speaks(_sql(rule))},
        bounds={(rule.binds.rows, rule.binds.exempt) for _, rule in rules},
        in_use={name for _, rule in rules for name in columns_in_live_use(_sql(rule))},
    )
    asked = [_ask(pack, rule, facts) for pack, rule in rules]
    answered = _answers(asked, facts)
    verdicts = [combined([_verdict(one, i, answered, facts) for i in range(len(one.rule.checks))]) for one in asked]
    return Findings(_finding(one, v, answered, facts) for one, v in zip(asked, verdicts, strict=True))


def _sql(rule: Rule) -> str:
    """Give all SQL of a rule's checks of rows."""
    texts = [rule.binds.bound]
    for check in rule.checks:
        if isinstance(check, RowCheck):
            texts += [check.applies, check.violates, *(f"{m.when} {m.of}" for m in check.measures)]
    return " ".join(texts)


def _ask(pack: str, rule: Rule, facts: Facts) -> _Asked:
    answer = does_bind(rule.binds, facts, applies_from=rule.applies_from)
    # Where a rule does not bind, it is asked as if it did: a reader may disagree about whom it binds.
    governed = _governed(rule) if answer.binds == "yes" else "TRUE"
    questions = {
        i: question(f"{rule.id}#{i}", check, facts=facts, governed=_on(check, governed))
        for i, check in enumerate(rule.checks)
        if isinstance(check, RowCheck) and not _waived(check, facts)
    }
    return _Asked(pack, rule, answer, governed, questions)


def _governed(rule: Rule) -> str:
    if rule.applies_from is None:
        return rule.binds.bound
    return f"({rule.binds.bound}) AND time_start_utc >= TIMESTAMPTZ '{rule.applies_from} 00:00:00+00'"


def _on(check: RowCheck, governed: str) -> str:
    return "TRUE" if check.source in ("review", "operation") else governed


def _waived(check: RowCheck, facts: Facts) -> bool:
    return bool(check.waived_by) and facts.manifest.has(check.waived_by)


@dataclass(frozen=True, slots=True)
class _Answered:
    """What the shared passes found: counts of every check; the empty fields and the first rows of every question."""

    counts: dict[str, RowCounts]
    counted: dict[str, Counted]
    fields: dict[str, tuple[str, ...]]
    rows: dict[str, tuple[EvidenceRow, ...]]


def _answers(asked: Sequence[_Asked], facts: Facts) -> _Answered:
    questions = [q for one in asked for q in one.questions.values()]
    others = {
        f"{one.rule.id}#{i}": (check, one.governed)
        for one in asked
        for i, check in enumerate(one.rule.checks)
        if isinstance(check, CountCheck)
    }
    shared = count(questions, others, facts=facts)
    failed = [q for q in questions if shared.rows[q.part].failed]
    undecided = [q for q in questions if shared.rows[q.part].undecided]
    return _Answered(shared.rows, shared.counted, *look_closer(failed, undecided, facts=facts))


def _verdict(one: _Asked, i: int, answered: _Answered, facts: Facts) -> Verdict:
    check = one.rule.checks[i]
    if isinstance(check, DocumentCheck):
        return check.check(facts)
    if isinstance(check, CountCheck):
        found = answered.counted[f"{one.rule.id}#{i}"]
        return _if_all_seen(check.check(facts, one.governed, found), one, facts)
    if not isinstance(check, RowCheck):
        return _if_all_seen(check.check(facts, one.governed), one, facts)
    if i not in one.questions:
        return inapplicable(f"the manifest claims that the duty is lifted (m.{check.waived_by})")
    if check.source in ("review", "operation") and not facts.has_table(check.source):
        return untold(f"the log has no table {check.source}", fields=one.questions[i].fields)
    return _row_verdict(check, answered.counts[one.questions[i].part], answered.fields.get(one.questions[i].part, ()))


def _if_all_seen(verdict: Verdict, one: _Asked, facts: Facts) -> Verdict:
    """Withhold a pass, or a "nothing here", while searches may or may not be among those governed."""
    nothing = verdict.status == "not_applicable" and not facts.n_live
    if verdict.status != "pass" and not nothing:
        return verdict
    binds = one.answer.binds == "yes"
    agencies = facts.bound[one.rule.binds.rows, one.rule.binds.exempt][1] if binds else 0
    untimed = facts.n_untimed if binds and one.rule.applies_from else 0
    for n, field in ((facts.n_mode_unknown, "mode"), (agencies, "agency_type"), (untimed, "time_start_utc")):
        if n:
            return untold(f"whether the rule governs {count_of(n, 'search')} is not known", fields=(field,))
    return verdict


def _row_verdict(check: RowCheck, counts: RowCounts, fields: tuple[str, ...]) -> Verdict:
    verdict = replace(_plain_verdict(check, counts, fields), measures=counts.measures)
    return verdict if check.judge is None else check.judge(counts, verdict)


def _plain_verdict(check: RowCheck, counts: RowCounts, fields: tuple[str, ...]) -> Verdict:
    numbers = (counts.failed, counts.of, counts.undecided)
    open_rows = f"{counts.undecided:,} cannot be decided" + (f" ({', '.join(fields)})" if fields else "")
    if counts.failed:
        more = f"; {open_rows}" if counts.undecided else ""
        return _counted(
            "fail",
            f"{counts.failed:,} of {counts.of:,} {check.scope} {said_of(counts.failed, 'violate')} the rule{more}",
            numbers,
            fields,
        )
    if counts.undecided:
        return _counted("cannot_tell", f"of {check.scope}, {open_rows}", numbers, fields)
    if not counts.of:
        return Verdict(status="not_applicable", reason=f"no {check.scope} in the log", count=0, of=0, undecided=0)
    return _counted("pass", f"none of {counts.of:,} {check.scope} violates the rule", numbers, ())


def _counted(status: Status, reason: str, numbers: tuple[int, int, int], fields: tuple[str, ...]) -> Verdict:
    failed, of, undecided = numbers
    return Verdict(status=status, reason=reason, count=failed, of=of, undecided=undecided, fields=fields)


def _finding(one: _Asked, verdict: Verdict, answered: _Answered, facts: Facts) -> Finding:
    rule = one.rule
    query, rows = _grounds(one, verdict, answered.rows if verdict.status == "fail" else {}, facts)
    plain = Finding(
        rule=rule.id, pack=one.pack, title=rule.title, severity=rule.severity, citation=rule.citation,
        verified=rule.verified, note=rule.note, period=_period(facts),
        status=verdict.status, reason=printable(verdict.reason),
        count=verdict.count, of=verdict.of, undecided=verdict.undecided, fields=verdict.fields, rows=rows,
        query=query, measures=verdict.measures,
        reads=tuple(dict.fromkeys(field for check in rule.checks for field in fields_read(check))),
    )  # fmt: skip
    if one.answer.binds == "yes":
        return plain
    status: Status = "not_applicable" if one.answer.binds == "no" else "cannot_tell"
    settles = (one.answer.field,) if one.answer.field else ()
    return replace(
        plain,
        status=status,
        reason=printable(one.answer.reason),
        if_applied=verdict.status,
        if_applied_reason=plain.reason,
        fields=settles or plain.fields,
    )


def _grounds(
    one: _Asked, verdict: Verdict, evidence: dict[str, tuple[EvidenceRow, ...]], facts: Facts
) -> tuple[str, tuple[EvidenceRow, ...]]:
    """Give the query that lists what violates the rule, and its first rows."""
    if verdict.rows:
        return verdict.query, verdict.rows
    if verdict.query:
        return verdict.query, first_listed(verdict.query, facts)
    asked = [q for q in one.questions.values() if q.part in evidence] or list(one.questions.values())
    if not asked:
        return "", ()
    query = f'SELECT "row", event_id FROM {facts.source(asked[0].source, asked[0].bad)} WHERE {asked[0].bad}'  # noqa: S608
    return query, evidence.get(asked[0].part, ())


def _period(facts: Facts) -> tuple[str, str] | None:
    if facts.first_day is None or facts.last_day is None:
        return None
    return facts.first_day.isoformat(), facts.last_day.isoformat()
