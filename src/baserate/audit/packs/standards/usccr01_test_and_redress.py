"""There is a test under real conditions, and a way to redress.

Looks for: both in the manifest.

Why it matters: a recommendation, not a duty: these are what the commission found missing.

Complies: the manifest names both.
"""

from __future__ import annotations

from baserate.audit.applicability import US_FEDERAL
from baserate.audit.documents import stated
from baserate.audit.rule import DocumentCheck, Rule, combined

RULE = Rule(
    id="USCCR-1",
    page=__doc__,
    citation="US Commission on Civil Rights, Sept 2024 (recommendation; read in a summary by epic.org)",
    verified=("C",),
    severity="low",
    binds=US_FEDERAL,
    checks=(
        DocumentCheck(
            fields=("m.operational_test", "m.redress"),
            check=lambda facts: combined(
                [
                    stated(facts, "operational_test", "test under real conditions"),
                    stated(facts, "redress", "way to redress"),
                ]
            ),
        ),
    ),
)
