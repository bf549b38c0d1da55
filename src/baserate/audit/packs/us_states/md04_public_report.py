"""The public report can be reproduced from the log.

Looks for: each total that an annual report of the manifest claims (searches, matches, matches with further action, by
system), counted again.

Why it matters: as for every report.

Complies: every claimed total is the log's.
"""

from __future__ import annotations

from functools import partial

from baserate.audit.applicability import MARYLAND
from baserate.audit.asking import totals_reproduce
from baserate.audit.rule import LogCheck, Rule

RULE = Rule(
    id="MD-4",
    page=__doc__,
    citation="Md. Crim. Proc. 2-510(a)",
    verified=("C",),
    severity="low",
    binds=MARYLAND,
    checks=(
        LogCheck(
            fields=("m.annual_reports", "time_start_utc"),
            check=partial(totals_reproduce, needed=("searches", "crime_code", "gallery_id", "matches_with_action")),
        ),
    ),
)
