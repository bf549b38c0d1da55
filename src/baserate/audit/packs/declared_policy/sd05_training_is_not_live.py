"""Training mode is not used on people.

Looks for: searches in training mode that have an outcome for a person, keep the probe, or run against a gallery that
live searches use.

Why it matters: a training search on a real person in the street has every effect of a live one and none of its
records. Whether training is counted as use is checked with the integrity of the log.

Complies: training searches have no outcome, keep nothing and use a gallery of their own.
"""

from __future__ import annotations

from baserate.audit.applicability import DHS_DECLARED
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="SD-5",
    page=__doc__,
    citation=(
        "Internal messages about the field app, press report: a non-live training mode exists (reported fact S060)"
    ),
    verified=("S",),
    severity="medium",
    binds=DHS_DECLARED,
    checks=(
        RowCheck(
            scope="training searches",
            applies="mode = 'training'",
            violates="outcome NOT IN ('none', 'no_contact') OR probe_retained OR in_live_use(gallery_id)",
        ),
    ),
)
