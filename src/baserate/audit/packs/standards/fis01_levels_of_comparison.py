"""A glance is not an examination.

Looks for: the level of each comparison: whether it is recorded, and whether what is called an examination was made by
the operator who ran the search.

Why it matters: an examination has a trained examiner, a method and a second person; a look at a telephone has none.

Complies: every review has its level, and no operator examined their own search.
"""

from __future__ import annotations

from baserate.audit.applicability import ANYBODY
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="FIS-1",
    page=__doc__,
    citation="FISWG, answers to frequent questions; the second person in an examination from memory",
    verified=("C", "M"),
    severity="medium",
    binds=ANYBODY,
    checks=(
        RowCheck(
            scope="reviews",
            applies="TRUE",
            violates=(
                "CASE review_level WHEN 'examination' THEN is_operator WHEN 'review' THEN "
                "FALSE WHEN 'assessment' THEN FALSE END"
            ),
            source="review",
        ),
    ),
)
