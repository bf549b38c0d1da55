"""A rejected authorisation ends the use and its data.

Looks for: real-time searches under an authorisation that was rejected: whether they began after the rejection, and
whether their data have a time of deletion.

Why it matters: otherwise urgency is a way to keep what a judge refused.

Complies: no such search begins after the rejection, and each has a time of deletion.
"""

from __future__ import annotations

from datetime import date

from baserate.audit.applicability import EU
from baserate.audit.packs.conditions import REJECTED_AND_KEPT
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="EU-4",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 5(3)",
    verified=("C",),
    severity="high",
    binds=EU,
    checks=(
        RowCheck(
            scope="real-time searches with a rejected authorisation",
            applies="live AND real_time AND authorisation_result = 'rejected'",
            violates=REJECTED_AND_KEPT,
        ),
    ),
    applies_from=date(2025, 2, 2),
)
