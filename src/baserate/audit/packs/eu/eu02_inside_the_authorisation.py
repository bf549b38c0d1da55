"""Use stays inside the time and place authorised.

Looks for: the time and place of each real-time search in public against the window and the area of its authorisation.
Times cut to the hour leave the first and last hour open.

Why it matters: limits in time, place and persons are what makes an authorisation one.

Complies: each search lies in the window and in a cell of the area.
"""

from __future__ import annotations

from datetime import date

from baserate.audit.applicability import EU
from baserate.audit.packs.conditions import REAL_TIME_IN_PUBLIC, later
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="EU-2",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 5(2) and 5(3)",
    verified=("C",),
    severity="high",
    binds=EU,
    checks=(
        RowCheck(
            scope="real-time searches in public places",
            applies=f"{REAL_TIME_IN_PUBLIC} AND authorisation_result IN ('granted', 'modified')",
            violates=(
                f"{later('authorisation_window_utc.start_utc', 'time_start_utc')} "
                f"OR {later('time_start_utc', 'authorisation_window_utc.end_utc')} "
                "OR NOT list_contains(authorisation_area, geo_cell)"
            ),
        ),
    ),
    applies_from=date(2025, 2, 2),
)
