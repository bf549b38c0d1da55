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
from baserate.audit.asking import count_first, live_rows
from baserate.audit.finding import Measure
from baserate.audit.rule import LogCheck, Rule, Verdict, inapplicable

if TYPE_CHECKING:
    from baserate.audit.facts import Facts


_RESTED = "modality = 'face' AND outcome IN ('detained', 'arrested', 'transported')"
_ALONE = "outcome_basis = 'biometric_only'"
_FINGER = "modality IN ('finger_contactless', 'finger_contact')"


def _check(facts: Facts, governed: str) -> Verdict:
    rows = live_rows(facts, governed)
    ((of, open_rows, n_alone),) = facts.rows(
        f"SELECT count(*) FILTER ({_RESTED}), "  # noqa: S608
        f"count(*) FILTER (({_RESTED} AND {_ALONE}) IS NULL), count(*) FILTER ({_RESTED} AND {_ALONE}) FROM {rows}"
    )
    query = f"SELECT * FROM {rows} WHERE {_RESTED} AND {_ALONE} AND encounter_pid IN ({_fingers(rows)})"  # noqa: S608
    n, first = count_first(facts, _taken(rows)) if n_alone else (0, ())
    measures = (Measure("actions that rest on the face alone", n_alone, of),)
    numbers = Verdict(status="pass", reason="", count=n, of=of, undecided=open_rows + n_alone - n, measures=measures)
    if n:
        return replace(
            numbers,
            status="fail",
            reason=f"{n:,} actions on a face alone though a fingerprint was taken",
            query=query,
            rows=first,
        )
    if open_rows or n_alone:
        told = f"{n_alone:,} actions on a face alone, {open_rows:,} undecided"
        reason = f"{told}; whether a finger could be taken is not logged"
        return replace(numbers, status="cannot_tell", reason=reason, fields=("modality", "outcome_basis", "outcome"))
    if not of:
        return inapplicable("no action after a face search in the log")
    return replace(numbers, reason=f"none of {of:,} actions after a face search rests on the face alone")


def _fingers(rows: str) -> str:
    return f"SELECT encounter_pid FROM {rows} WHERE {_FINGER} AND encounter_pid IS NOT NULL"  # noqa: S608


def _taken(rows: str) -> str:
    """Give SQL of the actions on a face alone in whose encounter there is a fingerprint, with little kept at a time."""
    return (
        f'WITH alone AS MATERIALIZED (SELECT "row", encounter_pid FROM {rows} WHERE {_RESTED} AND {_ALONE}), '  # noqa: S608
        # Of the fingerprints only those of such encounters are kept: they are few where fingerprints may be many.
        f"taken AS MATERIALIZED (SELECT encounter_pid FROM ({_fingers(rows)}) SEMI JOIN alone USING (encounter_pid)) "
        "SELECT * FROM alone SEMI JOIN taken USING (encounter_pid)"
    )


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
    checks=(LogCheck(fields=("modality", "outcome", "outcome_basis", "encounter_pid"), check=_check),),
)
