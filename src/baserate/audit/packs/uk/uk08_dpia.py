"""The data protection impact assessment precedes first use, and each search has a purpose.

Looks for: the date of the assessment against the first live search, and live searches whose purpose is `other`.

Why it matters: necessity cannot be judged for a purpose that is not named.

Complies: dated before; every search names its purpose.
"""

from __future__ import annotations

from baserate.audit.applicability import UK
from baserate.audit.documents import before_first_use
from baserate.audit.rule import DocumentCheck, RowCheck, Rule

RULE = Rule(
    id="UK-8",
    page=__doc__,
    citation="Information Commissioner's Opinion on live facial recognition in public places, 18 June 2021",
    verified=("M",),
    severity="medium",
    binds=UK,
    checks=(
        DocumentCheck(
            fields=("m.dpia_date",),
            check=lambda facts: before_first_use(facts, "dpia_date", "data protection impact assessment"),
        ),
        RowCheck(
            scope="live searches",
            applies="live",
            violates="purpose_code = 'other'",
        ),
    ),
)
