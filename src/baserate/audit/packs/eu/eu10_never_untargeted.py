"""No later search without an offence, a proceeding, a threat or a missing person.

Looks for: live searches after the event for law enforcement that have none of the four links.

Why it matters: a search that belongs to nothing is a search of anybody.

Complies: each has a case of one of the four kinds.
"""

from __future__ import annotations

from datetime import date

from baserate.audit.applicability import EU
from baserate.audit.packs.conditions import AFTER_THE_FACT
from baserate.audit.packs.notes import EU_DATE_NOTE
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="EU-10",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 26(10)",
    verified=("C",),
    severity="high",
    binds=EU,
    checks=(
        RowCheck(
            scope="searches after the event",
            applies=AFTER_THE_FACT,
            violates="case_link = 'none' AND purpose_code <> 'missing_person'",
        ),
    ),
    applies_from=date(2027, 12, 2),
    note=EU_DATE_NOTE,
)
