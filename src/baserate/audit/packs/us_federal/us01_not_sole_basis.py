"""Recognition is not the sole basis of an enforcement action.

Looks for: adverse decisions after a live search that rest on the machine's answer alone, or claim to rest on more
while nothing else is recorded that was there before the action.

Why it matters: the department promised it, and the person held bears the error.

Complies: the basis is `independent`, or `biometric_plus` with something recorded before the action.
"""

from __future__ import annotations

from baserate.audit.applicability import DHS
from baserate.audit.packs.conditions import SOLE_BASIS
from baserate.audit.packs.notes import DHS_NOTE
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="US-1",
    page=__doc__,
    citation="DHS Directive 026-11 (Sept 2023), as stated on dhs.gov, 16 Jan 2025",
    verified=("C",),
    severity="high",
    binds=DHS,
    checks=(
        RowCheck(
            scope="adverse decisions after a live search",
            applies="live AND adverse",
            violates=SOLE_BASIS,
        ),
    ),
    note=DHS_NOTE,
)
