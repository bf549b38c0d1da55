"""Annual reports equal the log.

Looks for: each total that an annual report of the manifest claims, counted again over its period and system.

Why it matters: a report that cannot be reproduced reports something else.

Complies: every claimed total is the log's.
"""

from __future__ import annotations

from datetime import date

from baserate.audit.applicability import EU
from baserate.audit.asking import reports_reproduce
from baserate.audit.packs.notes import EU_DATE_NOTE
from baserate.audit.rule import Rule

RULE = Rule(
    id="EU-11",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 26(10)",
    verified=("C",),
    severity="low",
    binds=EU,
    checks=(reports_reproduce(),),
    applies_from=date(2027, 12, 2),
    note=EU_DATE_NOTE,
)
