"""What became of each match is established, and how.

Looks for: live matches with an adjudicated truth, and truths without a method. The share adjudicated is reported; as
long as matches are open, accuracy in operation has bounds and no value.

Why it matters: an agency that never learns which matches were right cannot say that they were.

Complies: every match is adjudicated by a stated method.
"""

from __future__ import annotations

from baserate.audit.applicability import US_FEDERAL
from baserate.audit.rule import MeasureSql, RowCheck, Rule

RULE = Rule(
    id="US-8",
    page=__doc__,
    citation=(
        "GAO technology assessment on biometric identification technologies (2024; its number GAO-24-106293 is "
        "not confirmed)"
    ),
    verified=("C", "M"),
    severity="medium",
    binds=US_FEDERAL,
    checks=(
        RowCheck(
            scope="live matches",
            applies="live AND match_shown",
            violates=("CASE WHEN adjudicated_truth IN ('mated', 'nonmated') THEN truth_method = 'none' END"),
            measures=(
                MeasureSql(name="matches with an established truth", when="adjudicated_truth IN ('mated', 'nonmated')"),
            ),
        ),
    ),
)
