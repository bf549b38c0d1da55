"""Selectivity: candidates at or above the threshold per non-mated search; what reviewers have to look at."""

from baserate.estimates.metrics.metric import Metric

METRIC = Metric(
    name="sel",
    symbol="SEL(N, T)",
    title="Selectivity",
    trials="searches",
    mated=False,
    event="each candidate at or above the threshold",
    per="count",
)
