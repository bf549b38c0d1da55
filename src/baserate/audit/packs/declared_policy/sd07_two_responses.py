"""The partner app gives one of two responses.

Looks for: live searches by partner agencies under section 287(g), of whose agreements the task force model is one, and
what the machine told the operator; each other answer is counted.

Why it matters: partners were to learn only whether to let a person go or whom to ask. A match or a candidate list
would hand them the identification itself.

Complies: the answer is an instruction not to detain, a reference code, or an error.
"""

from __future__ import annotations

from baserate.audit.applicability import DHS_DECLARED
from baserate.audit.rule import MeasureSql, RowCheck, Rule

RULE = Rule(
    id="SD-7",
    page=__doc__,
    citation=(
        "Plan for the partner app as reported by 404 Media: an instruction not to detain, or a reference code "
        "(reported facts S035, S036)"
    ),
    verified=("S",),
    severity="high",
    binds=DHS_DECLARED,
    checks=(
        RowCheck(
            scope="live searches by partner agencies",
            applies="live AND partner_agreement = '287g'",
            violates="decision_shown NOT IN ('instruction_no_detain', 'reference_code', 'error')",
            measures=tuple(
                MeasureSql(name=f"answers shown as {value}", when=f"decision_shown = '{value}'")
                for value in ("no_match", "match_single", "candidate_list", "timeout")
            ),
        ),
    ),
)
