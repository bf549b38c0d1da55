"""The fundamental rights impact assessment precedes first use and is complete.

Looks for: the date of the assessment against the first live search, and its six parts: processes, period and
frequency, groups affected, risks, human oversight, measures when risks occur.

Why it matters: an assessment after first use assesses what has been done.

Complies: dated before, all six parts filled in.
"""

from __future__ import annotations

from datetime import date

from baserate.audit.applicability import EU
from baserate.audit.documents import before_first_use, parts_filled
from baserate.audit.packs.notes import EU_DATE_NOTE
from baserate.audit.rule import DocumentCheck, Rule, combined

_FROM = date(2027, 12, 2)
RULE = Rule(
    id="EU-15",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 27(1)(a) to (f); the duty is named in Art. 5(2)",
    verified=("C", "M"),
    severity="medium",
    binds=EU,
    checks=(
        DocumentCheck(
            fields=("m.fria_date", "m.fria_sections"),
            check=lambda facts: combined(
                [
                    before_first_use(facts, "fria_date", "fundamental rights impact assessment", since=_FROM),
                    parts_filled(
                        facts,
                        "fria_sections",
                        ("processes", "period_frequency", "affected_groups", "risks", "oversight", "measures"),
                        "fundamental rights impact assessment",
                    ),
                ]
            ),
        ),
    ),
    applies_from=_FROM,
    note=EU_DATE_NOTE,
)
