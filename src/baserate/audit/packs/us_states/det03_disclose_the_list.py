"""The defence gets the other candidates, and searches that found nobody.

Looks for: live searches linked to a prosecution: the full list was disclosed where there were further candidates, the
empty result where there were none.

Why it matters: the second candidate is the defence's best witness.

Complies: full lists and empty results are disclosed.
"""

from __future__ import annotations

from baserate.audit.applicability import DETROIT
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="DET-3",
    page=__doc__,
    citation="Williams v. City of Detroit, settlement of June 2024",
    verified=("C", "S"),
    severity="high",
    binds=DETROIT,
    checks=(
        RowCheck(
            scope="live searches linked to a prosecution",
            applies="live AND answered AND case_link IN ('offence', 'proceeding')",
            violates=(
                "(n_returned > 1 AND NOT told_defence_all) OR (n_returned = 0 AND NOT "
                "told_defence_null) OR (n_returned = 1 AND NOT told_defence)"
            ),
            source="disclosed",
        ),
    ),
)
