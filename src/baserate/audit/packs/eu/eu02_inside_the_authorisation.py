"""Use stays inside the time and place authorised.

Looks for: the time and place of each real-time search in public against the window and the area of its authorisation.
Times cut to the hour leave the first and last hour open, and a place given more coarsely or more finely than the area
leaves it open whether it lies in it. That the person looked for is on the list authorised is not in the schema.

Why it matters: limits in time, place and persons are what makes an authorisation one.

Complies: each search lies in the window and in a cell of the area.
"""

from __future__ import annotations

from datetime import date

from baserate.audit.applicability import EU
from baserate.audit.packs.conditions import REAL_TIME_IN_PUBLIC, later
from baserate.audit.rule import RowCheck, Rule

#: How coarse a cell is: country, state, county, place, or the resolution of an H3 cell.
_GRAIN = (
    "CASE WHEN {0} LIKE '__-%' THEN 'state' WHEN length({0}) = 15 THEN 'H3 ' || {0}[2:2] ELSE length({0})::VARCHAR END"
)
# A cell that the area names, or in a country that it names; a cell of another grain can lie in the area all the same.
_OF_OTHER_GRAIN = f"list_filter(authorisation_area, lambda x: {_GRAIN.format('x')} <> {_GRAIN.format('geo_cell')})"
_IN_AREA = (
    f"(list_contains(authorisation_area, geo_cell) OR CASE WHEN len({_OF_OTHER_GRAIN}) = 0 THEN FALSE "
    "WHEN list_contains(authorisation_area, geo_cell[1:2]) THEN TRUE END)"
)
_OUT_OF_TIME = (
    f"({later('authorisation_window_utc.start_utc', 'time_start_utc')} "
    f"OR {later('time_start_utc', 'authorisation_window_utc.end_utc')})"
)

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
            # Where the time decides, the place need not be looked at.
            violates=f"CASE WHEN {_OUT_OF_TIME} THEN TRUE ELSE {_OUT_OF_TIME} OR NOT {_IN_AREA} END",
        ),
    ),
    applies_from=date(2025, 2, 2),
)
