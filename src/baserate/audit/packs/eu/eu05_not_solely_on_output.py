"""No adverse decision rests solely on the output.

Looks for: detentions, arrests, transports and refusals of entry after a live search: whether they rest on the
machine's answer alone, or claim to rest on more while nothing else is recorded that was there before the action.
Real-time searches are asked about from 2 February 2025 (Art. 5), others from 2 December 2027 (Art. 26).

Why it matters: the answer is a candidate, and most candidates of a large gallery are wrong when few of the people
searched are in it.

Complies: the basis is `independent`, or `biometric_plus` with something recorded before the action.
"""

from __future__ import annotations

from datetime import date

from baserate.audit.applicability import EU
from baserate.audit.packs.conditions import SOLE_BASIS
from baserate.audit.packs.notes import EU_DATE_NOTE
from baserate.audit.rule import RowCheck, Rule

_OTHERS_FROM = date(2027, 12, 2)
RULE = Rule(
    id="EU-5",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 5(3) and 26(10)",
    verified=("C",),
    severity="high",
    binds=EU,
    checks=(
        RowCheck(
            scope="adverse decisions after a live search",
            applies=f"live AND adverse AND (real_time OR time_start_utc >= TIMESTAMPTZ '{_OTHERS_FROM} 00:00:00+00')",
            violates=SOLE_BASIS,
        ),
    ),
    applies_from=date(2025, 2, 2),
    note=f"Art. 26(10): {EU_DATE_NOTE}",
)
