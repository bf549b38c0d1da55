"""The public report can be reproduced from the log.

Looks for: each total that an annual report of the manifest claims (searches, matches, matches with further action, by
system), counted again.

Why it matters: as for every report.

Complies: every claimed total is the log's.
"""

from __future__ import annotations

from baserate.audit.applicability import MARYLAND
from baserate.audit.asking import reports_reproduce
from baserate.audit.rule import Rule

RULE = Rule(
    id="MD-4",
    page=__doc__,
    citation="Md. Crim. Proc. 2-510(a)",
    verified=("C",),
    severity="low",
    binds=MARYLAND,
    checks=(reports_reproduce("searches", "crime_code", "gallery_id", "matches_with_action"),),
)
