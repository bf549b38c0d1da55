"""A court or an independent authority decides before use, or within 24 hours in urgency.

Looks for: real-time searches in public: an authorisation by a court or an independent administrative authority before
the start, or an urgent use whose request followed within 24 hours. A supervisor's approval is none.

Why it matters: afterwards nobody can undo that a face in a crowd was identified.

Complies: the authorisation precedes the search, or the type is `exigent` and the request is no more than 24 hours
later.
"""

from __future__ import annotations

from datetime import date

from baserate.audit.applicability import EU
from baserate.audit.packs.conditions import REAL_TIME_IN_PUBLIC, authorised
from baserate.audit.rule import MeasureSql, RowCheck, Rule

RULE = Rule(
    id="EU-3",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 5(3)",
    verified=("C",),
    severity="high",
    binds=EU,
    checks=(
        RowCheck(
            scope="real-time searches in public places",
            applies=REAL_TIME_IN_PUBLIC,
            violates=f"NOT {authorised(24)}",
            measures=(MeasureSql(name="urgent uses", when="authorisation_type = 'exigent'"),),
        ),
    ),
    applies_from=date(2025, 2, 2),
)
