"""Every estimate that was asked for, with what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.document import Column, Section, Table
from baserate.reports.measure import say

if TYPE_CHECKING:
    from baserate.estimates import Estimate, Measurement


def section(found: Measurement) -> Section:
    """Build the section."""
    columns = (Column("what"), Column("estimate", numeric=True), Column("counted from, and method of the interval"))
    rows = tuple(_row(estimate) for estimate in found.estimates if not estimate.group)
    return Section("estimates", "Every estimate", (Table("For everybody", columns, rows),))


def _row(e: Estimate) -> tuple[str, ...]:
    where = say.where(e).removeprefix("threshold ") if e.metric == "threshold" else say.where(e)
    what = f"{say.title(e.metric)}, {where}".removesuffix(", ")
    return what, "undefined" if e.value is None else str(e), str(e.undefined) if e.value is None else e.basis
