"""The statistics can be reproduced from the log.

Looks for: each total that an annual report of the manifest claims, counted again.

Why it matters: as for every report.

Complies: every claimed total is the log's.
"""

from __future__ import annotations

from functools import partial

from baserate.audit.applicability import UTAH
from baserate.audit.asking import totals_reproduce
from baserate.audit.rule import LogCheck, Rule

RULE = Rule(
    id="UT-1",
    page=__doc__,
    citation="Utah Code 77-23e-106",
    verified=("C",),
    severity="low",
    binds=UTAH,
    checks=(
        LogCheck(
            fields=("m.annual_reports", "time_start_utc"),
            check=partial(totals_reproduce, needed=("searches", "crime_code", "match_shown", "gallery_id")),
        ),
    ),
)
