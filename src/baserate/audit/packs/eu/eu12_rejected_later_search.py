"""A rejected later search is stopped and its data deleted.

Looks for: searches after the event under a rejected authorisation that began after the rejection or have no time of
deletion.

Why it matters: as for real-time use, the refusal has to reach the data.

Complies: none begins after the rejection; each has a time of deletion.
"""

from __future__ import annotations

from datetime import date

from baserate.audit.applicability import EU
from baserate.audit.packs.conditions import REJECTED_AND_KEPT
from baserate.audit.packs.notes import EU_DATE_NOTE
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="EU-12",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 26(10), second subparagraph",
    verified=("C",),
    severity="high",
    binds=EU,
    checks=(
        RowCheck(
            scope="searches after the event with a rejected authorisation",
            applies="live AND NOT real_time AND authorisation_result = 'rejected'",
            violates=REJECTED_AND_KEPT,
        ),
    ),
    applies_from=date(2027, 12, 2),
    note=EU_DATE_NOTE,
)
