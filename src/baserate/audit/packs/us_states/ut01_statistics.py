"""The statistics can be reproduced from the log.

Looks for: each total that an annual report of the manifest claims, counted again.

Why it matters: as for every report.

Complies: every claimed total is the log's.
"""

from __future__ import annotations

from baserate.audit.applicability import UTAH
from baserate.audit.asking import reports_reproduce
from baserate.audit.rule import Rule

RULE = Rule(
    id="UT-1",
    page=__doc__,
    citation="Utah Code 77-23e-106",
    verified=("C",),
    severity="low",
    binds=UTAH,
    checks=(reports_reproduce("searches", "crime_code", "match_shown", "gallery_id"),),
)
