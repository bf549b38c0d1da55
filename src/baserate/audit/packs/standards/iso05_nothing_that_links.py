"""The log holds no template and nothing that links a person's encounters.

Looks for: identifiers of encounters that come up again more than a day after they began. A reader of this schema
refuses images, templates and embeddings before any rule runs, so that their absence is a condition of this finding.

Why it matters: an identifier that stays with a person turns a log of searches into a record of movements.

Complies: every encounter identifier ends within a day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import ANYBODY
from baserate.audit.asking import NO_LIVE, live_rows
from baserate.audit.rule import LogCheck, Rule, failed, inapplicable, passed, untold

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


def _check(facts: Facts, governed: str) -> Verdict:
    # Encounters are told apart by a 64-bit hash: far smaller than the text, and a collision among ten million of them
    # has a chance of 3 in a million.
    spans = (
        "SELECT hash(encounter_pid) AS encounter, min(epoch(time_start_utc)::INTEGER) AS first, "  # noqa: S608
        f"max(epoch(time_start_utc)::INTEGER) AS last FROM {live_rows(facts, governed)} "
        "WHERE encounter_pid <> '' GROUP BY 1"
    )
    ((of, bad),) = facts.rows(f"SELECT count(*), count(*) FILTER (last - first > 86400 + 3600) FROM ({spans})")  # noqa: S608
    ((silent,),) = facts.rows(
        f"SELECT count(*) FROM {live_rows(facts, governed)} WHERE encounter_pid IS NULL OR time_start_utc IS NULL"  # noqa: S608
    )  # noqa: RUF100, S608
    if bad:
        return failed(
            f"{bad:,} of {of:,} encounter identifiers come up again after more than a day",
            count=bad,
            of=of,
            query=_query(facts, governed),
        )
    if silent:
        return untold(f"{silent:,} searches name no encounter or no time", fields=("encounter_pid", "time_start_utc"))
    return passed(f"all {of:,} encounters end within a day", of=of) if of else inapplicable(NO_LIVE)


def _query(facts: Facts, governed: str) -> str:
    rows = live_rows(facts, governed)
    return (
        f"SELECT * FROM {rows} WHERE encounter_pid IN (SELECT encounter_pid FROM {rows} GROUP BY 1 "  # noqa: S608
        "HAVING max(epoch(time_start_utc)) - min(epoch(time_start_utc)) > 86400 + 3600)"
    )


RULE = Rule(
    id="ISO-5",
    page=__doc__,
    citation="ISO/IEC 24745:2022, protection of biometric information",
    verified=("M",),
    severity="high",
    binds=ANYBODY,
    checks=(LogCheck(fields=("encounter_pid", "time_start_utc"), check=_check),),
)
