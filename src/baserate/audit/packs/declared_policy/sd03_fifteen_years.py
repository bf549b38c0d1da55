"""Data are kept for the declared fifteen years, and deleted after.

Looks for: the time between start and expiry of keeping, and data past their expiry on the last day of the log with no
deletion recorded. A day is allowed for leap years.

Why it matters: fifteen years for a face that matched nothing is already the longest period found in any programme.
Longer keeping, or keeping without end, is outside what was declared.

Complies: expiry lies fifteen years after start, and what has expired has a time of deletion.
"""

from __future__ import annotations

from baserate.audit.applicability import DHS_DECLARED
from baserate.audit.packs.conditions import utc, years_later
from baserate.audit.rule import MeasureSql, RowCheck, Rule

RULE = Rule(
    id="SD-3",
    page=__doc__,
    citation=(
        "Privacy analysis of the field app as reported by 404 Media: kept 15 years, citizens included, matched or"
        " not (reported facts S043, S044, S045)"
    ),
    verified=("S",),
    severity="medium",
    binds=DHS_DECLARED,
    checks=(
        RowCheck(
            scope="live searches",
            applies="live",
            violates=(
                f"abs(date_diff('day', {years_later('retention_start_utc', 15)}, {utc('retention_expiry_utc')})) > 1 "
                "OR (retention_expiry_utc < log_end() AND missing(deletion_time_utc))"
            ),
            measures=(
                MeasureSql(
                    name="searches whose data are kept as long without a match as with one",
                    when="nonmatch_handling = 'retained_same_as_match'",
                ),
            ),
        ),
    ),
)
