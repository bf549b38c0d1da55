"""No real-time identification without a warrant, an emergency or a court's order.

Looks for: live searches in real time or nearly so (cameras, and telephones held up to a face) with neither an order
that a court gave, nor an emergency, nor a warrant. An order that was refused or is pending is none.

Why it matters: real-time identification makes every passer-by a person searched.

Complies: each has a warrant, an emergency or an order.
"""

from __future__ import annotations

from baserate.audit.applicability import WASHINGTON
from baserate.audit.packs.conditions import ORDER_OR_EMERGENCY
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="WA-5",
    page=__doc__,
    citation="RCW 43.386.080 (heading seen; detail from memory)",
    verified=("C", "M"),
    severity="high",
    binds=WASHINGTON,
    checks=(
        RowCheck(
            scope="real-time searches",
            applies="live AND real_time",
            violates=f"NOT ({ORDER_OR_EMERGENCY}) AND suspicion_basis <> 'warrant'",
        ),
    ),
)
