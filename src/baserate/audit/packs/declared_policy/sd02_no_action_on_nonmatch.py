"""People who are not on the hotlist are left alone, unless another law was broken.

Looks for: live searches without a hotlist hit that ended in detention, arrest or transport, and whether that action
rested on grounds of its own.

Why it matters: the exception is only as narrow as its use. The share of actions that call on it is reported whatever
the verdict.

Complies: each such action has `independent` as its basis.
"""

from __future__ import annotations

from baserate.audit.applicability import DHS_DECLARED
from baserate.audit.rule import MeasureSql, RowCheck, Rule

RULE = Rule(
    id="SD-2",
    page=__doc__,
    citation=(
        "Privacy analysis of the field app as reported by 404 Media: no action on people who are not on the "
        "hotlist, with an exception for other violations of law (reported facts S053, S054)"
    ),
    verified=("S",),
    severity="high",
    binds=DHS_DECLARED,
    checks=(
        RowCheck(
            scope="actions on people without a hotlist hit",
            applies=("live AND hotlist_hit = FALSE AND outcome IN ('detained', 'arrested', 'transported')"),
            violates="outcome_basis <> 'independent'",
            measures=(MeasureSql(name="actions that call on the exception", when="outcome_basis = 'independent'"),),
        ),
    ),
)
