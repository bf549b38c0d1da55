"""Nobody is held on a face alone when a fingerprint was taken.

Looks for: detentions, arrests and transports after a face search that rested on the biometric answer alone, and
whether the same encounter holds a fingerprint search. That a fingerprint could have been taken is not recorded
anywhere, so without one the row cannot be decided.

Why it matters: an operator that holds one method to be the better one has to say why it acted on the other.

Complies: no such action rests on the face alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from baserate.audit.applicability import DHS_DECLARED
from baserate.audit.asking import live_rows
from baserate.audit.counting import MAX_ROWS
from baserate.audit.encounters import EncounterSql
from baserate.audit.finding import EvidenceRow, Measure, mask_event
from baserate.audit.rule import CountCheck, Rule, Verdict, inapplicable
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Counted


_RESTED = "modality = 'face' AND outcome IN ('detained', 'arrested', 'transported')"
_ALONE = "outcome_basis = 'biometric_only'"
_FINGER = "modality IN ('finger_contactless', 'finger_contact')"


_ENCOUNTERS = EncounterSql(
    marks={"alone": f"{_RESTED} AND {_ALONE}", "finger": _FINGER},
    each={
        "alone_rows": "count(*) FILTER (alone)",
        "alone_first": 'min("row") FILTER (alone)',
        "has_finger": "bool_or(finger)",
    },
    over={
        "taken": "coalesce(sum(alone_rows) FILTER (has_finger), 0)::BIGINT",
        # Few encounters have both, and only they need a place in the list.
        "first": f"min(alone_first, {MAX_ROWS}) FILTER (has_finger AND alone_rows > 0)",
    },
)


_OPEN = ("mode", "modality", "outcome_basis", "outcome")


def _check(facts: Facts, governed: str, counted: Counted) -> Verdict:
    rows = live_rows(facts, governed)
    of, n_alone, open_rows = counted.true["rested"], counted.true["alone"], counted.unknown["alone"]
    query = f"SELECT * FROM {rows} WHERE {_RESTED} AND {_ALONE} AND encounter_pid IN ({_fingers(rows)})"  # noqa: S608
    n = counted.encounters["taken"]
    first = _first(facts, governed, counted) if n else ()
    measures = (Measure("actions that rest on the face alone", n_alone, of),)
    numbers = Verdict(status="pass", reason="", count=n, of=of, undecided=open_rows + n_alone - n, measures=measures)
    if n:
        return replace(
            numbers,
            status="fail",
            reason=f"{count_of(n, 'action')} on a face alone though a fingerprint was taken",
            query=query,
            rows=first,
        )
    if open_rows or n_alone:
        told = f"{count_of(n_alone, 'action')} on a face alone, {open_rows:,} undecided"
        reason = f"{told}; whether a finger could be taken is not logged"
        return replace(numbers, status="cannot_tell", reason=reason, fields=_OPEN)
    if not of:
        return inapplicable("no action after a face search in the log")
    return replace(numbers, reason=f"none of {of:,} actions after a face search rests on the face alone")


def _fingers(rows: str) -> str:
    return f"SELECT encounter_pid FROM {rows} WHERE {_FINGER} AND encounter_pid IS NOT NULL"  # noqa: S608


def _first(facts: Facts, governed: str, counted: Counted) -> tuple[EvidenceRow, ...]:
    """Give the first rows: they are in the encounters that come first, and none of them comes after the last of these.

    With few encounters all rows of theirs count.
    """
    starts = counted.encounters["first"]
    rows = live_rows(facts, governed, until=max(starts) if len(starts) == MAX_ROWS else 0)
    listed = ", ".join(map(str, starts))
    those = f'SELECT encounter_pid FROM {live_rows(facts, governed, until=max(starts))} WHERE "row" IN ({listed})'  # noqa: S608
    found = facts.rows(
        f'SELECT "row", event_id FROM {rows} WHERE {_RESTED} AND {_ALONE} AND encounter_pid IN ({those}) '  # noqa: S608
        f'ORDER BY "row" LIMIT {MAX_ROWS}'
    )
    return tuple(EvidenceRow(row, mask_event(event)) for row, event in found)


RULE = Rule(
    id="SD-10",
    page=__doc__,
    citation=(
        "Internal messages about the field app, press report: fingerprint said to be the more accurate (reported "
        "fact S016)"
    ),
    verified=("S",),
    severity="medium",
    binds=DHS_DECLARED,
    checks=(
        CountCheck(
            fields=("modality", "outcome", "outcome_basis", "encounter_pid"),
            asks={"rested": _RESTED, "alone": f"{_RESTED} AND {_ALONE}"},
            check=_check,
            encounters=_ENCOUNTERS,
        ),
    ),
)
