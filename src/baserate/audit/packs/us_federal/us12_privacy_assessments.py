"""Privacy threshold analysis and impact assessment precede collection.

Looks for: the dates of both against the first live search; a decision that no impact assessment is needed counts when
it gives reason, office and date (m.pia_decision).

Why it matters: the assessment is where the public first reads what will be collected.

Complies: both are dated before, or the second is replaced by such a decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import US_FEDERAL
from baserate.audit.documents import before_first_use, table_dated_before_first_use
from baserate.audit.rule import DocumentCheck, Rule, combined

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


def _check(facts: Facts) -> Verdict:
    return combined([before_first_use(facts, "pta_date", "privacy threshold analysis"), _pia(facts)])


def _pia(facts: Facts) -> Verdict:
    if not facts.manifest.date("pia_date") and facts.manifest.has("pia_decision"):
        return table_dated_before_first_use(
            facts, "pia_decision", ("reason", "decided_by"), "decision on the impact assessment"
        )
    return before_first_use(facts, "pia_date", "privacy impact assessment")


RULE = Rule(
    id="US-12",
    page=__doc__,
    citation="E-Government Act of 2002, s. 208; practice of the Department of Homeland Security",
    verified=("M",),
    severity="medium",
    binds=US_FEDERAL,
    checks=(DocumentCheck(fields=("m.pta_date", "m.pia_date", "m.pia_decision"), check=_check),),
)
