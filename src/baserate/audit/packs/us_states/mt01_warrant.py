"""A warrant, save for an imminent threat.

Looks for: live searches for law enforcement with neither a warrant nor an emergency or threat.

Why it matters: as for every warrant.

Complies: each has one of these.
"""

from __future__ import annotations

from baserate.audit.applicability import MONTANA
from baserate.audit.packs.conditions import ORDER_OR_EMERGENCY
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="MT-1",
    page=__doc__,
    citation="Montana SB 397; 44-15-106 (heading seen; detail from a secondary source)",
    verified=("C", "S"),
    severity="high",
    binds=MONTANA,
    checks=(
        RowCheck(
            scope="live searches for law enforcement",
            applies="live AND law_enforcement",
            violates=f"NOT ({ORDER_OR_EMERGENCY}) AND suspicion_basis <> 'warrant' AND case_link <> 'threat'",
        ),
    ),
)
