"""People are told that such a system decided about them.

Looks for: adverse decisions after a live search without notice and without a lawful deferral; the shares are
reported.

Why it matters: who does not know of the search cannot contest it.

Complies: notice before, during or after, by sign, or deferred by law.
"""

from __future__ import annotations

from datetime import date

from baserate.audit.applicability import EU
from baserate.audit.packs.notes import EU_DATE_NOTE
from baserate.audit.rule import MeasureSql, RowCheck, Rule

RULE = Rule(
    id="EU-14",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 26(11); for law enforcement Directive (EU) 2016/680, Art. 13",
    verified=("C",),
    severity="medium",
    binds=EU,
    checks=(
        RowCheck(
            scope="adverse decisions after a live search",
            applies="live AND adverse",
            violates="notice_given = 'none'",
            measures=(
                MeasureSql(
                    name="people told, of all live searches",
                    when="notice_given IN ('before', 'during', 'after', 'signage')",
                    of="live",
                ),
                MeasureSql(
                    name="notice deferred by law, of all live searches",
                    when="notice_given = 'deferred_by_law'",
                    of="live",
                ),
            ),
        ),
    ),
    applies_from=date(2027, 12, 2),
    note=EU_DATE_NOTE,
)
