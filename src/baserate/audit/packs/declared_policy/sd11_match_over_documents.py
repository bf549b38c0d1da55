"""Evidence against a match is weighed before anybody acts.

Looks for: live matches against which something spoke, such as a document, and that nevertheless led to an adverse
action resting on the match.

Why it matters: a match is a score over a threshold. Called definitive, it outranks a birth certificate; the log can
show how often that happened.

Complies: where evidence spoke against the match, no action rests on the match alone, and evidence was weighed where
it rests on more.
"""

from __future__ import annotations

from baserate.audit.applicability import DHS_DECLARED
from baserate.audit.rule import MeasureSql, RowCheck, Rule

RULE = Rule(
    id="SD-11",
    page=__doc__,
    citation=(
        "Account of a briefing by a member of Congress, as reported by 404 Media: a match is called definitive "
        "and set above documents (reported facts S055, S056; a claim, with its speaker)"
    ),
    verified=("S",),
    severity="high",
    binds=DHS_DECLARED,
    checks=(
        RowCheck(
            scope="live matches with contrary evidence",
            applies="live AND match_shown AND contrary_evidence",
            violates=(
                "adverse AND (outcome_basis = 'biometric_only' OR (outcome_basis = "
                "'biometric_plus' AND contrary_disposition <> 'weighed'))"
            ),
            measures=(MeasureSql(name="people who offered a document", when="document_offered <> 'none'"),),
        ),
    ),
)
