"""Protest is not the ground of a search, and a result is not the proof of identity.

Looks for: live searches at a protest or assembly, or to identify protesters, without any suspicion; and identities
that rest on the machine's answer alone.

Why it matters: searches at protests fall on people for what they say.

Complies: each search at an assembly has a ground of its own; no identity rests on the answer alone.
"""

from __future__ import annotations

from baserate.audit.applicability import DOJ
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="US-9",
    page=__doc__,
    citation=(
        "Department of Justice interim policy of Dec 2023, as described in testimony to the US Commission on "
        "Civil Rights (full text not public)"
    ),
    verified=("S",),
    severity="high",
    binds=DOJ,
    checks=(
        RowCheck(
            scope="live searches",
            applies="live",
            violates=(
                "((protest_or_assembly OR purpose_code = 'protest_identification') AND "
                "suspicion_basis = 'none') OR outcome_basis = 'biometric_only'"
            ),
        ),
    ),
)
