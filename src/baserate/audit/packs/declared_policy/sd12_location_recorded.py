"""Each search has a coarse place.

Looks for: live searches without a place, or with one finer than the schema allows.

Why it matters: without places nobody can see where people are searched; with exact places the log itself becomes a
record of movements.

Complies: every live search has a county, state or coarse cell.
"""

from __future__ import annotations

from baserate.audit.applicability import DHS_DECLARED
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="SD-12",
    page=__doc__,
    citation=(
        "Privacy analysis of the field app as reported by 404 Media: location is uploaded with the encounter "
        "(reported fact S041)"
    ),
    verified=("S",),
    severity="low",
    binds=DHS_DECLARED,
    checks=(
        RowCheck(
            scope="live searches",
            applies="live",
            violates="missing(geo_cell) OR regexp_full_match(geo_cell, '8[6-9a-f][0-9a-f]{13}')",
        ),
    ),
)
