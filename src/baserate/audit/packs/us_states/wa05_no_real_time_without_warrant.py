"""No real-time identification without a warrant, an emergency or a court's order.

Looks for: live searches in real time or nearly so (cameras, and telephones held up to a face) with neither a judicial
nor an exigent authorisation nor a warrant.

Why it matters: real-time identification makes every passer-by a person searched.

Complies: each has a warrant, an emergency or an order.
"""

from __future__ import annotations

from baserate.audit.applicability import WASHINGTON
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
            violates=("authorisation_type NOT IN ('judicial', 'exigent') AND suspicion_basis <> 'warrant'"),
        ),
    ),
)
