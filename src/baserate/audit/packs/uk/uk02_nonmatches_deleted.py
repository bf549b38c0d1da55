"""What matched nobody is deleted at once.

Looks for: live searches without a match whose data are kept, or were deleted more than an hour after (logs are cut to
the hour), or of which no deletion is recorded.

Why it matters: the promise to everybody who walks past the camera; compare SD-3, where the same data stay fifteen
years.

Complies: handling is `deleted_immediately`, nothing is retained, the deletion has its time.
"""

from __future__ import annotations

from baserate.audit.applicability import UK
from baserate.audit.packs.conditions import later
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="UK-2",
    page=__doc__,
    citation=(
        "South Wales Police, published answers on live facial recognition; Home Office equality impact assessment"
        ' for Immigration Enforcement ("immediately and permanently deleted")'
    ),
    verified=("C",),
    severity="high",
    binds=UK,
    checks=(
        RowCheck(
            scope="live searches without a match",
            applies="live AND decision_shown = 'no_match'",
            violates=(
                "nonmatch_handling <> 'deleted_immediately' OR probe_retained OR template_retained "
                f"OR missing(deletion_time_utc) OR {later('deletion_time_utc', 'time_end_utc', hours=1)}"
            ),
        ),
    ),
)
