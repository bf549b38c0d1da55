"""No line-up on a lead without independent evidence.

Looks for: line-ups held after a live search without independent evidence that was there before the action. Whether it
was there before the line-up too has to be checked by hand: the schema has no time of the line-up.

Why it matters: as for the arrest; the line-up is where the error becomes a witness.

Complies: independent evidence precedes the action, and the line-up.
"""

from __future__ import annotations

from baserate.audit.applicability import DETROIT
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="DET-2",
    page=__doc__,
    citation="Williams v. City of Detroit, settlement of June 2024",
    verified=("C",),
    severity="high",
    binds=DETROIT,
    checks=(
        RowCheck(
            scope="line-ups after a live search",
            applies="live AND marked(lineup_after_search)",
            violates="NOT corroboration_independent OR NOT corroboration_before_action",
        ),
    ),
)
