"""No arrest without evidence obtained independently of the search.

Looks for: arrests after a live search without anything else that supports the identity, or with nothing that came
about without the search.

Why it matters: a witness who is shown the match repeats the machine.

Complies: at least one corroboration, independent of the search.
"""

from __future__ import annotations

from baserate.audit.applicability import MARYLAND
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="MD-1",
    page=__doc__,
    citation="Maryland SB 182 (2024), ch. 808 and 809; Md. Crim. Proc. 2-502(b)(2)",
    verified=("C",),
    severity="high",
    binds=MARYLAND,
    checks=(
        RowCheck(
            scope="arrests after a live search",
            applies="live AND outcome = 'arrested'",
            violates="NOT corroborated OR NOT corroboration_independent",
        ),
    ),
)
