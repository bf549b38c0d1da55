"""Collection, alteration, consultation, disclosure, combination and erasure are logged.

Looks for: the table of operations: whether each of the six kinds occurs, and whether consultations and disclosures
have a justification, a time and a person.

Why it matters: a search is one use of such a system; who looked at a record and passed it on is another.

Complies: all six kinds can be seen, and each consultation and disclosure has the three.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import EU
from baserate.audit.rule import LogCheck, Rule, failed, passed, untold

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


_KINDS = ("collect", "alter", "consult", "disclose", "combine", "erase")
_NEEDED = ("justification_code", "time_utc", "by_pid")


def _check(facts: Facts, governed: str) -> Verdict:  # noqa: ARG001
    absent = tuple(f"operation.{name}" for name in ("event_type", *_NEEDED) if not facts.has_column("operation", name))
    if absent:
        return untold("the log does not hold operations in full", fields=absent)
    empty = " OR ".join(f"{name} IS NULL" for name in _NEEDED)
    values = ", ".join(f"count({name})" for name in _NEEDED)
    rows = facts.rows(f"SELECT event_type, count(*), count(*) FILTER ({empty}), {values} FROM operation GROUP BY ALL")  # noqa: S608
    never = tuple(f"operation.{name}" for i, name in enumerate(_NEEDED, start=3) if not any(row[i] for row in rows))
    if rows and never:
        return untold("the log records these of no operation", fields=never)
    counts = {kind: (n, bad) for kind, n, bad, *_ in rows}
    of, bad = (sum(counts.get(kind, (0, 0))[i] for kind in ("consult", "disclose")) for i in (0, 1))
    if bad:
        return failed(
            f"of {of:,} consultations and disclosures {bad:,} without justification, time or person", count=bad, of=of
        )
    unseen = [kind for kind in _KINDS if kind not in counts]
    if unseen or None in counts:
        return untold(
            f"no operation of kind {', '.join(unseen) or 'known'} occurs, so that it is logged does not show",
            fields=("operation.event_type",),
        )
    return passed(f"all six kinds occur and {of:,} consultations and disclosures are complete", of=of)


RULE = Rule(
    id="EU-18",
    page=__doc__,
    citation="Directive (EU) 2016/680, Art. 25",
    verified=("M",),
    severity="medium",
    binds=EU,
    checks=(
        LogCheck(
            fields=("operation.event_type", "operation.justification_code", "operation.time_utc", "operation.by_pid"),
            check=_check,
        ),
    ),
)
