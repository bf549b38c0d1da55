"""False negative identification rate: mated searches without their mate in rank and at or above threshold."""

from baserate.estimates.metrics.metric import Metric

METRIC = Metric(
    name="fnir",
    symbol="FNIR(N, R, T)",
    title="False negative identification rate",
    trials="searches",
    mated=True,
    event="mate not among the first R candidates at or above the threshold, or failure",
)
