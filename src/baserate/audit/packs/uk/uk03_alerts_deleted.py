"""Alerts are deleted after use or within 24 hours.

Looks for: live camera alerts deleted more than 24 hours after, or not deleted though the log goes on for longer.
Recordings may be kept up to 31 days; the schema does not log them.

Why it matters: an alert kept is a record of where somebody was.

Complies: deleted within 24 hours.
"""

from __future__ import annotations

from baserate.audit.applicability import UK
from baserate.audit.packs.conditions import later
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="UK-3",
    page=__doc__,
    citation="South Wales Police, published answers on live facial recognition",
    verified=("C",),
    severity="medium",
    binds=UK,
    checks=(
        RowCheck(
            scope="live camera alerts",
            applies="live AND capture_kind = 'live_camera' AND match_shown",
            violates=(
                "CASE WHEN missing(deletion_time_utc) THEN time_start_utc < log_end() - INTERVAL "
                f"24 HOUR OR NULL ELSE {later('deletion_time_utc', 'time_start_utc', hours=24)} "
                "END"
            ),
        ),
    ),
)
