"""Notice at capture, and thirty days' public notice of a new database.

Looks for: live searches with a fresh image whose person was not told, and the public notice against the first live
search.

Why it matters: notice is the point at which somebody can still ask.

Complies: notice before, during or by sign; public notice thirty days before first use.
"""

from __future__ import annotations

from baserate.audit.applicability import UTAH
from baserate.audit.documents import before_first_use
from baserate.audit.rule import DocumentCheck, RowCheck, Rule

_NOTICE_DAYS = 30
RULE = Rule(
    id="UT-2",
    page=__doc__,
    citation="Utah Code 77-23e-105",
    verified=("C",),
    severity="medium",
    binds=UTAH,
    checks=(
        RowCheck(
            scope="live searches with a fresh image",
            applies="live AND real_time",
            violates="notice_given IN ('none', 'after', 'deferred_by_law')",
        ),
        DocumentCheck(
            fields=("m.public_notice_date",),
            check=lambda facts: before_first_use(facts, "public_notice_date", "public notice", days=_NOTICE_DAYS),
        ),
    ),
)
