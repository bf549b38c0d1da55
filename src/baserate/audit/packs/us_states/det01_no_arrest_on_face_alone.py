"""No arrest on a face alone, nor on a line-up that follows it.

Looks for: arrests after a live search that rest on the machine's answer alone, or on nothing besides but a line-up
held after the search.

Why it matters: a line-up filled around the machine's candidate asks the witness to confirm the machine.

Complies: something independent supports the arrest.
"""

from __future__ import annotations

from baserate.audit.applicability import DETROIT
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="DET-1",
    page=__doc__,
    citation="Williams v. City of Detroit, settlement of June 2024",
    verified=("C",),
    severity="high",
    binds=DETROIT,
    checks=(
        RowCheck(
            scope="arrests after a live search",
            applies="live AND outcome = 'arrested'",
            violates=(
                "outcome_basis = 'biometric_only' OR (outcome_basis = 'biometric_plus' AND "
                "(NOT corroborated OR (marked(lineup_after_search) AND NOT "
                "corroboration_independent)))"
            ),
        ),
    ),
)
