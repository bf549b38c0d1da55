"""Defendants are told of the search.

Looks for: live searches that belong to an offence or a proceeding, and whether the defence was told. The date of the
trial is not in the schema, so that *in time* has to be checked by hand.

Why it matters: nobody can contest an identification that is not disclosed.

Complies: each has a disclosure to the defence.
"""

from __future__ import annotations

from baserate.audit.applicability import WASHINGTON
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="WA-4",
    page=__doc__,
    citation="RCW 43.386.070(1) and (2)",
    verified=("C",),
    severity="high",
    binds=WASHINGTON,
    checks=(
        RowCheck(
            scope="live searches linked to a prosecution",
            applies="live AND case_link IN ('offence', 'proceeding')",
            violates="NOT told_defence",
            source="disclosed",
        ),
    ),
)
