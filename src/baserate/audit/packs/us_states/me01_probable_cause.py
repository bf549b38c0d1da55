"""Investigations only with probable cause of a serious crime.

Looks for: criminal searches whose ground is less than probable cause, or which name no crime.

Why it matters: the ban is the rule, serious crime the exception.

Complies: probable cause or a warrant, and a crime.
"""

from __future__ import annotations

from baserate.audit.applicability import MAINE
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="ME-1",
    page=__doc__,
    citation="25 M.R.S. 6001 (LD 1585; its content from memory)",
    verified=("C", "M"),
    severity="high",
    binds=MAINE,
    checks=(
        RowCheck(
            scope="criminal searches",
            applies=("live AND purpose_code IN ('criminal_lead', 'unknown_identity', 'target_confirmation')"),
            violates="suspicion_basis NOT IN ('probable_cause', 'warrant') OR crime_code = 'none'",
        ),
    ),
)
