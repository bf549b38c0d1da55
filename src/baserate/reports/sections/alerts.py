"""Of a hundred alerts: how many name the wrong person, at both ends of the range and in its middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.charts.rows import Grids, Panel
from baserate.reports.document import Figure, Note, Section
from baserate.reports.pick import outcome_of, outcome_table, said

if TYPE_CHECKING:
    from baserate.outcomes.results import Curves, Outcome, Results


def section(results: Results, curves: Curves) -> Section | None:  # noqa: ARG001 - every section has this shape
    """Build the section; none where the chance is undefined."""
    outcome = outcome_of(results, "alert_is_wrong")
    if outcome is None or outcome.value is None:
        return None
    note = Note(
        "This is not the false positive rate. A false positive rate is a share of searches; what counts for the "
        "person who is stopped is the share of alerts, and that depends on how many of the people searched are "
        "enrolled at all."
    )
    return Section("alerts", "Of 100 alerts, how many are wrong?", (_figure(outcome), note))


def _figure(outcome: Outcome) -> Figure:
    spoken = said(outcome)
    panels = [Panel("middle", spoken.middle, outcome.value or 0.0)]
    if outcome.low is not None and outcome.high is not None and spoken.span:
        panels = [
            Panel("low end", spoken.low, outcome.low),
            *panels,
            Panel("high end", spoken.high, outcome.high),
        ]
    caption = "Each square is one alert of a hundred; filled squares name the wrong person."
    if spoken.span:
        caption += " What is not known leaves everything between the outer grids open."
    alternative = "Grids of a hundred alerts. Wrong: " + "; ".join(f"{p.title} {p.said}" for p in panels) + "."
    table = outcome_table([outcome], caption="Chance that an alert is wrong", heading="outcome")
    return Figure("of_100_alerts", "", caption, alternative, Grids(tuple(panels), "wrong"), table)
