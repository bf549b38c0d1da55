"""A true alert is one thing, a confirmed true alert another.

Looks for: live camera alerts that are called true although nobody spoke to the person or the truth was established by
nothing more than a statement; confirmed ones are counted apart.

Why it matters: an alert judged at a screen by the officer who watches it is a belief.

Complies: each alert called true was confirmed after engagement, by a method.
"""

from __future__ import annotations

from baserate.audit.applicability import UK
from baserate.audit.rule import MeasureSql, RowCheck, Rule

RULE = Rule(
    id="UK-6",
    page=__doc__,
    citation="South Wales Police, terms and definitions of live facial recognition",
    verified=("C",),
    severity="medium",
    binds=UK,
    checks=(
        RowCheck(
            scope="live camera alerts called true",
            applies=("live AND capture_kind = 'live_camera' AND match_shown AND adjudicated_truth = 'mated'"),
            violates="outcome = 'no_contact' OR truth_method IN ('none', 'self_report')",
            measures=(
                MeasureSql(
                    name="alerts confirmed false",
                    when="adjudicated_truth = 'nonmated'",
                    of="live AND capture_kind = 'live_camera' AND match_shown",
                ),
                MeasureSql(
                    name="alerts called true",
                    when="adjudicated_truth = 'mated'",
                    of="live AND capture_kind = 'live_camera' AND match_shown",
                ),
            ),
        ),
    ),
)
