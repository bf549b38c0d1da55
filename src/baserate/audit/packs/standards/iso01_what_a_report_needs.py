"""The log holds what a report of performance has to state.

Looks for: live searches without gallery size, its unit, the threshold with its scale, the longest list, or whether
the capture passed; the shares with established truth are reported.

Why it matters: a rate without its gallery, threshold and failures is no rate.

Complies: all are there. This does not make a report conform to the standard, whose text has to be bought.
"""

from __future__ import annotations

from baserate.audit.applicability import ANYBODY
from baserate.audit.rule import MeasureSql, RowCheck, Rule

RULE = Rule(
    id="ISO-1",
    page=__doc__,
    citation="ISO/IEC 19795-1:2021 (scope seen; exact clauses from memory)",
    verified=("C", "M"),
    severity="low",
    binds=ANYBODY,
    checks=(
        RowCheck(
            scope="live searches",
            applies="live",
            violates=(
                "missing(gallery_size) OR missing(gallery_unit) OR missing(threshold) OR "
                "missing(threshold_scale) OR missing(candidate_limit) OR "
                "missing(quality_pass)"
            ),
            measures=(
                MeasureSql(name="searches established as mated", when="adjudicated_truth = 'mated'"),
                MeasureSql(name="searches established as non-mated", when="adjudicated_truth = 'nonmated'"),
            ),
        ),
    ),
)
