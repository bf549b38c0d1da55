"""A person with authority to alter it reviews each decision with legal effect.

Looks for: adverse decisions after a live search without a reviewer who could have altered them. The share of reviewed
matches that a reviewer altered is reported: where it is zero the verdict is *cannot tell*, because a review that
never changes anything does not show that it is one.

Why it matters: a reviewer who cannot say no is a signature.

Complies: each such decision has a reviewer with that authority, and reviewers do alter some.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from baserate.audit.applicability import WASHINGTON
from baserate.audit.rule import MeasureSql, RowCheck, Rule

if TYPE_CHECKING:
    from baserate.audit.rule import RowCounts, Verdict


def _rubber_stamp(counts: RowCounts, verdict: Verdict) -> Verdict:
    altered = counts.measures[0]
    if verdict.status != "pass" or altered.count:
        return verdict
    reason = (
        f"{verdict.reason}; but of {altered.of:,} reviewed matches none was altered, which is a warning and no pass"
    )
    return replace(verdict, status="cannot_tell", reason=reason, fields=("review.review_decision",))


RULE = Rule(
    id="WA-2",
    page=__doc__,
    citation="RCW 43.386.030",
    verified=("C",),
    severity="high",
    binds=WASHINGTON,
    checks=(
        RowCheck(
            scope="adverse decisions after a live search",
            applies="live AND adverse",
            violates="n_with_authority < 1",
            source="reviewed",
            measures=(
                MeasureSql(
                    name="reviewed matches that a reviewer altered",
                    when="n_altered > 0",
                    of="live AND match_shown AND n_with_authority > 0",
                ),
            ),
            judge=_rubber_stamp,
        ),
    ),
)
