"""The log holds the minimum content.

Looks for: whether each use has its start and end, the reference database, and, for a match, the input that led to it
and the people who verified it. How many rows have each field is reported.

Why it matters: without these four nobody can take up a single case again.

Complies: all are there for every use; the last two for every match.
"""

from __future__ import annotations

from datetime import date

from baserate.audit.applicability import EU
from baserate.audit.packs.notes import EU_DATE_NOTE
from baserate.audit.rule import MeasureSql, RowCheck, Rule

RULE = Rule(
    id="EU-7",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 12(3)(a) to (d)",
    verified=("C",),
    severity="medium",
    binds=EU,
    checks=(
        RowCheck(
            scope="live searches",
            applies="live",
            violates=(
                "missing(time_start_utc) OR missing(time_end_utc) OR missing(gallery_id) OR "
                "missing(gallery_version) OR (match_shown AND missing(probe_ref))"
            ),
            measures=(
                *(
                    MeasureSql(name=f"searches with {name}", when=f"NOT missing({name})")
                    for name in ("time_start_utc", "time_end_utc", "gallery_id", "gallery_version")
                ),
                MeasureSql(name="matches with probe_ref", when="NOT missing(probe_ref)", of="live AND match_shown"),
            ),
        ),
        RowCheck(
            scope="live matches",
            applies="live AND match_shown",
            violates="n_reviewers = 0 OR n_unnamed > 0",
            source="reviewed",
        ),
    ),
    applies_from=date(2027, 12, 2),
    note=EU_DATE_NOTE,
)
