"""Each real-time use is notified, and the yearly totals can be reproduced.

Looks for: the reference of the notification of each real-time search in public, and the totals that annual reports
claim, counted again.

Why it matters: yearly totals are all that the public gets; a total that the log does not give is worth nothing.

Complies: each use has a reference, and the claimed totals are those of the log.
"""

from __future__ import annotations

from datetime import date

from baserate.audit.applicability import EU
from baserate.audit.asking import reports_reproduce
from baserate.audit.packs.conditions import REAL_TIME_IN_PUBLIC
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="EU-6",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 5(4), 5(6) and 5(7)",
    verified=("C",),
    severity="low",
    binds=EU,
    checks=(
        RowCheck(
            scope="real-time searches in public places",
            applies=REAL_TIME_IN_PUBLIC,
            violates="missing(notification_ref)",
        ),
        reports_reproduce("authorisations_granted", "authorisations_rejected"),
    ),
    applies_from=date(2025, 2, 2),
)
