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
from baserate.audit.encounters import EncounterSql
from baserate.audit.rule import CountCheck, Rule, failed, inapplicable, passed, untold
from baserate.inputs.problems import count_of, said_of

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Counted, Verdict


_LONG = 86400 + 3600
# Of all live searches: the rule governs them all.
_ENCOUNTERS = EncounterSql(
    rows={"timed": "time_start_utc IS NOT NULL"},
    each={
        "first_second": "min(epoch(time_start_utc)::UINTEGER)",
        "last_second": "max(epoch(time_start_utc)::UINTEGER)",
    },
    over={"long": f"count(*) FILTER (last_second - first_second > {_LONG} AND encounter <> hash(''))"},
)


def _check(facts: Facts, governed: str, counted: Counted) -> Verdict:
    found = counted.encounters
    of, bad, silent = found["encounters"], found["long"], facts.n_live - found["timed"]
    if bad:
        return failed(
            f"{bad:,} of {of:,} encounter identifiers {said_of(bad, 'come')} up again after more than a day",
            count=bad,
            of=of,
            query=_query(facts, governed),
        )
    if silent:
        told = count_of(silent, "search", "name no encounter or no time")
        return untold(told, fields=("encounter_pid", "time_start_utc"))
    return passed(f"all {of:,} encounters end within a day", of=of) if of else inapplicable(NO_LIVE)


def _query(facts: Facts, governed: str) -> str:
    rows = live_rows(facts, governed)
    return (
        f"SELECT * FROM {rows} WHERE encounter_pid IN (SELECT encounter_pid FROM {rows} GROUP BY 1 "  # noqa: S608
        f"HAVING max(epoch(time_start_utc)) - min(epoch(time_start_utc)) > {_LONG})"
    )


RULE = Rule(
    id="ISO-5",
    page=__doc__,
    citation="ISO/IEC 24745:2022, protection of biometric information",
    verified=("M",),
    severity="high",
    binds=ANYBODY,
    checks=(
        CountCheck(
            fields=("encounter_pid", "time_start_utc"),
            asks={},
            check=_check,
            encounters=_ENCOUNTERS,
        ),
    ),
)
