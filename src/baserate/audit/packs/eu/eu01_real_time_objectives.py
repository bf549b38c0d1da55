"""Real-time identification in public only for the three objectives, of a person looked for.

Looks for: live, real-time searches for law enforcement in a publicly accessible place; whether their purpose is one
of the three objectives (victims and missing persons, a threat, a suspect who is looked for) and whether a list of
those persons was used. A telephone held up to a face counts as real time here; streets, public events and places of
school, health and worship count as publicly accessible.

Why it matters: the ban is the rule and the objectives the exception. A search of a general gallery to learn who
somebody is has no objective at all.

Complies: the purpose is an objective and a watchlist is named.
"""

from __future__ import annotations

from datetime import date

from baserate.audit.applicability import EU
from baserate.audit.packs.conditions import REAL_TIME_IN_PUBLIC
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="EU-1",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 5(1)(h) and 5(2)",
    verified=("C",),
    severity="high",
    binds=EU,
    checks=(
        RowCheck(
            scope="real-time searches in public places",
            applies=REAL_TIME_IN_PUBLIC,
            violates=(
                "(purpose_code NOT IN ('victim', 'missing_person', 'target_confirmation') AND"
                " case_link <> 'threat') OR missing(watchlist_id)"
            ),
        ),
    ),
    applies_from=date(2025, 2, 2),
)
