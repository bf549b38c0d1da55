"""No commercial broker is queried.

Looks for: sources touched by live searches.

Why it matters: the analysis of risks was written for government sources. A broker adds records that nobody assessed.
A later document that allows one changes this rule from its date on; the schema has no key for that date.

Complies: `commercial` is not among the sources.
"""

from __future__ import annotations

from baserate.audit.applicability import DHS_DECLARED
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="SD-9",
    page=__doc__,
    citation=(
        "Privacy analysis of the field app as reported by 404 Media: a commercial broker is not supported at the "
        "time of writing (reported fact S112)"
    ),
    verified=("S",),
    severity="medium",
    binds=DHS_DECLARED,
    checks=(
        RowCheck(
            scope="live searches",
            applies="live",
            # No search queries nothing, so that an empty list states nothing.
            violates="CASE WHEN len(sources_queried) > 0 THEN list_contains(sources_queried, 'commercial') END",
        ),
    ),
)
