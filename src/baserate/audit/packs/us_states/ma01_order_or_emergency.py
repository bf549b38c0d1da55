"""Each search has a court's order or an emergency, and the yearly totals add up.

Looks for: live searches for law enforcement with neither a judicial nor an exigent authorisation (the identification
of the dead aside), and claimed totals counted again.

Why it matters: the order is what puts a second office between a photograph and a name.

Complies: each has one; the totals are the log's.
"""

from __future__ import annotations

from baserate.audit.applicability import MASSACHUSETTS
from baserate.audit.asking import TOTALS_REPRODUCE
from baserate.audit.rule import RowCheck, Rule

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
            violates="authorisation_type NOT IN ('judicial', 'exigent')",
        ),
        TOTALS_REPRODUCE,
    ),
)
