"""Every estimate that was asked for, with what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.document import Bullets, Column, Section, Table
from baserate.reports.measure import say

if TYPE_CHECKING:
    from baserate.estimates import Estimate, Measurement


def section(found: Measurement) -> Section:
    """Build the section."""
    columns = (
        Column("what"),
        Column("estimate", numeric=True),
        Column("counted from", numeric=True),
        Column("interval by"),
    )
    shown = sorted((estimate for estimate in found.estimates if not estimate.group), key=say.by_threshold)
    table = Table("For everybody", columns, tuple(map(_row, shown)))
    explained = say.methods(shown)
    return Section("estimates", "Every estimate", (table, *([Bullets(explained)] if explained else [])))


def _row(e: Estimate) -> tuple[str, ...]:
    where = say.where(e).removeprefix("threshold ") if e.metric == "threshold" else say.where(e)
    what = f"{say.title(e.metric)}, {where}".removesuffix(", ")
    if e.value is None:
        return what, "undefined", "", str(e.undefined)
    return what, str(e), say.counted(e), say.how(e)
