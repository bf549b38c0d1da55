"""Every use is one of the fourteen authorised ones.

Looks for: the purposes of live searches. The fourteen uses are finer than the schema's purposes: leads in a crime,
victims, missing and dead persons fall inside them; identifying protesters, benefits, border entry and checks of
status do not; for the other codes the log cannot tell. This mapping is ours.

Why it matters: a list of uses is a limit only if somebody compares it with the uses.

Complies: every purpose falls inside.
"""

from __future__ import annotations

from baserate.audit.applicability import VIRGINIA
from baserate.audit.packs.notes import VA_NOTE
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="VA-2",
    page=__doc__,
    citation="Va. Code 15.2-1723.2 and 52-4.5",
    verified=("C",),
    severity="medium",
    binds=VIRGINIA,
    checks=(
        RowCheck(
            scope="live searches",
            applies="live AND purpose_code <> 'audit_test'",
            violates=(
                "CASE WHEN purpose_code IN ('criminal_lead', 'victim', 'missing_person', "
                "'deceased') THEN FALSE WHEN purpose_code IN ('protest_identification', "
                "'benefit', 'border_entry', 'status_check') THEN TRUE END"
            ),
        ),
    ),
    note=VA_NOTE,
)
