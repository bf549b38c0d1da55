"""The accountability report precedes use.

Looks for: the report's date against the first live search, and its parts: name, vendor, version, data, purpose, use
policy.

Why it matters: the report is the public's only chance to object before the fact.

Complies: all parts, dated before.
"""

from __future__ import annotations

from baserate.audit.applicability import WASHINGTON
from baserate.audit.documents import table_dated_before_first_use
from baserate.audit.rule import DocumentCheck, Rule

RULE = Rule(
    id="WA-1",
    page=__doc__,
    citation="Washington SB 6280 (2020 c 257), RCW 43.386.020",
    verified=("C",),
    severity="medium",
    binds=WASHINGTON,
    checks=(
        DocumentCheck(
            fields=("m.accountability_report",),
            check=lambda facts: table_dated_before_first_use(
                facts,
                "accountability_report",
                ("name", "vendor", "version", "data", "purpose", "use_policy"),
                "accountability report",
            ),
        ),
    ),
)
