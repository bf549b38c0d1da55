"""Every altered image has a record of what was altered and when.

Looks for: live searches with an edited probe that lack the kinds or the time of the edit.

Why it matters: a face that was filled in or mirrored is partly drawn by the person who searches.

Complies: kinds and time are there.
"""

from __future__ import annotations

from baserate.audit.applicability import NEW_YORK_CITY
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="NYC-2",
    page=__doc__,
    citation="NYC Admin. Code 14-188.1 (Int. 233-A of 2025)",
    verified=("C",),
    severity="medium",
    binds=NEW_YORK_CITY,
    checks=(
        RowCheck(
            scope="live searches with an edited probe",
            applies="live AND probe_edited",
            violates="missing(edit_kinds) OR len(edit_kinds) = 0 OR missing(edit_time_utc)",
        ),
    ),
)
