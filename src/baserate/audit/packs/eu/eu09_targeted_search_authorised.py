"""A later search for a person is authorised before, or asked for within 48 hours.

Looks for: live searches after the event for law enforcement, other than the first identification of a suspect on
objective facts (reasonable suspicion or probable cause, with a case): an authorisation before the search, or an
urgent one asked for within 48 hours. The share that uses the exception is reported.

Why it matters: the exception covers the first question in a case, not a habit.

Complies: authorised before, or urgent and asked for in 48 hours, or within the exception with its case.
"""

from __future__ import annotations

from datetime import date

from baserate.audit.applicability import EU
from baserate.audit.packs.conditions import AFTER_THE_FACT, authorised
from baserate.audit.packs.notes import EU_DATE_NOTE
from baserate.audit.rule import MeasureSql, RowCheck, Rule

#: The first identification of a suspect, on facts and in a case.
_EXCEPTED = (
    "suspicion_basis IN ('reasonable_suspicion', 'probable_cause') AND case_link <> 'none' "
    "AND purpose_code IN ('criminal_lead', 'unknown_identity')"
)

RULE = Rule(
    id="EU-9",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 26(10), first subparagraph",
    verified=("C",),
    severity="high",
    binds=EU,
    checks=(
        RowCheck(
            scope="searches after the event",
            applies=AFTER_THE_FACT,
            violates=f"NOT ({_EXCEPTED}) AND NOT {authorised(48)}",
            measures=(
                MeasureSql(name="searches that call on the exception for a first identification", when=_EXCEPTED),
            ),
        ),
    ),
    applies_from=date(2027, 12, 2),
    note=EU_DATE_NOTE,
)
