"""The sections of a report, one a file: results in, a section out, or none where there is nothing to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.sections import (
    alerts,
    answer,
    disclosure,
    enrolled_share,
    gallery_growth,
    groups,
    limits,
    modalities,
    outcomes,
    parameters,
    rerun,
    searches,
    simulated,
    statuses,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from baserate.outcomes.results import Curves, Results
    from baserate.reports.document import Section

# In the order of reading: the answer, pictures, tables, sources, limits.
SECTIONS: tuple[Callable[[Results, Curves], Section | None], ...] = (
    answer.section,
    alerts.section,
    searches.section,
    enrolled_share.section,
    gallery_growth.section,
    groups.section,
    statuses.section,
    modalities.section,
    outcomes.section,
    simulated.section,
    disclosure.section,
    unknown.section,
    parameters.section,
    limits.section,
    rerun.section,
)
