"""Nobody searches without valid training.

Looks for: live searches by an operator whose training was not valid on that day.

Why it matters: the count of such searches is what made the finding of 2023 heard.

Complies: training was valid in every live search.
"""

from __future__ import annotations

from baserate.audit.applicability import US_FEDERAL
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="US-6",
    page=__doc__,
    citation=("GAO-23-105607 (about 60,000 searches were made with no training requirement in place); GAO-24-107372"),
    verified=("C",),
    severity="medium",
    binds=US_FEDERAL,
    checks=(
        RowCheck(
            scope="live searches",
            applies="live",
            violates="NOT operator_training_valid",
        ),
    ),
)
