"""Charts: one file for each kind of rows, whose ``draw`` turns them into an Altair chart of a given width."""

from __future__ import annotations

# Kind of rows -> module with its ``draw``. Modules are imported on use, because Altair is an extra.
CHARTS = {
    "Grids": "baserate.reports.charts.grids",
    "Parts": "baserate.reports.charts.parts",
    "Intervals": "baserate.reports.charts.intervals",
    "Lines": "baserate.reports.charts.lines",
    "Timeline": "baserate.reports.charts.timeline",
    "Network": "baserate.reports.charts.network",
}
