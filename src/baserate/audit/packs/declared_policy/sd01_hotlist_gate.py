"""Off the hotlist, no further information is returned.

Looks for: live searches whose best candidate was not on the hotlist, and whether the screen showed anything about
that person all the same.

Why it matters: the operator told its privacy office that people who are not on the hotlist stay unknown to the
officer. If names or status appear for them, the search is a lookup of anybody who can be photographed.

Complies: each such search has `none` as the only kind of field displayed.
"""

from __future__ import annotations

from baserate.audit.applicability import DHS_DECLARED
from baserate.audit.expressions import other_than_none
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="SD-1",
    page=__doc__,
    citation=(
        "Privacy analysis of the field app as reported by 404 Media: off the hotlist nothing further is returned "
        "(reported fact S034)"
    ),
    verified=("S",),
    severity="high",
    binds=DHS_DECLARED,
    checks=(
        RowCheck(
            scope="live searches without a hotlist hit",
            applies="live AND hotlist_hit = FALSE",
            # A screen without anything is `none`.
            violates=other_than_none("fields_displayed"),
        ),
    ),
)
