"""A refusal is honoured where the use is not law enforcement.

Looks for: live searches at the border or for benefits in which the person refused. The directive speaks of citizens;
since nobody knows a citizen before the search, every refusal counts. How often the stated purpose takes the right
away is reported.

Why it matters: a right that the operator's choice of purpose code removes is used as often as the operator likes.

Complies: each refusal is honoured.
"""

from __future__ import annotations

from baserate.audit.applicability import DHS
from baserate.audit.packs.notes import DHS_NOTE
from baserate.audit.rule import MeasureSql, RowCheck, Rule

RULE = Rule(
    id="US-2",
    page=__doc__,
    citation="DHS Directive 026-11 (Sept 2023), as stated on dhs.gov, 16 Jan 2025",
    verified=("C",),
    severity="medium",
    binds=DHS,
    checks=(
        RowCheck(
            scope="refusals outside law enforcement",
            applies="live AND purpose_code IN ('border_entry', 'benefit') AND consent = 'refused'",
            violates="NOT opt_out_honoured",
            measures=(
                MeasureSql(
                    name="refusals that the purpose code leaves without the right",
                    when="purpose_code NOT IN ('border_entry', 'benefit')",
                    of="live AND consent = 'refused'",
                ),
            ),
        ),
    ),
    note=DHS_NOTE,
)
