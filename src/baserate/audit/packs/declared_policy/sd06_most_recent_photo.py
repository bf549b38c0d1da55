"""The photo shown is the most recent one.

Looks for: live searches that showed a photo, and by which policy it was chosen; the share in which it was not the
photo that gave the score is reported whatever the verdict.

Why it matters: an officer who compares the face before them with another photo than the one that matched is not
checking the match.

Complies: the photo shown is chosen as `most_recent`, as declared.
"""

from __future__ import annotations

from baserate.audit.applicability import DHS_DECLARED
from baserate.audit.rule import MeasureSql, RowCheck, Rule

RULE = Rule(
    id="SD-6",
    page=__doc__,
    citation=(
        "Privacy analysis of the field app as reported by 404 Media: the photo shown is the most recent one, "
        "matching uses all (reported facts S032, S033)"
    ),
    verified=("S",),
    severity="low",
    binds=DHS_DECLARED,
    checks=(
        RowCheck(
            scope="live searches that showed a photo",
            applies="live AND list_contains(fields_displayed, 'photo')",
            violates="display_photo_policy <> 'most_recent'",
            measures=(
                MeasureSql(name="photo shown was not the one that matched", when="display_photo_is_matched = FALSE"),
            ),
        ),
    ),
)
