"""Each search has a court's order or an emergency, and the yearly totals add up.

Looks for: live searches for law enforcement with neither an order that a court gave nor an emergency (the
identification of the dead aside), and claimed totals, by kind of authorisation too, counted again and summed.

Why it matters: the order is what puts a second office between a photograph and a name.

Complies: each has one; the totals are the log's.
"""

from __future__ import annotations

from baserate.audit.applicability import MASSACHUSETTS
from baserate.audit.asking import parts_sum, reports_reproduce
from baserate.audit.packs.conditions import ORDER_OR_EMERGENCY
from baserate.audit.rule import DocumentCheck, RowCheck, Rule

RULE = Rule(
    id="MA-1",
    page=__doc__,
    citation="M.G.L. c. 6 s. 220 (2020)",
    verified=("S", "M"),
    severity="high",
    binds=MASSACHUSETTS,
    checks=(
        RowCheck(
            scope="live searches for law enforcement",
            applies="live AND law_enforcement AND purpose_code <> 'deceased'",
            violates=f"NOT ({ORDER_OR_EMERGENCY})",
        ),
        reports_reproduce("searches", "authorisation_type"),
        DocumentCheck(fields=("m.annual_reports",), check=parts_sum),
    ),
)
