"""Rank-R miss rate: the share of mated searches without their mate among the first R candidates; 1 minus the CMC."""

from baserate.estimates.metrics.metric import Metric

METRIC = Metric(
    name="rank_miss",
    symbol="FNIR(N, R, 0)",
    title="Rank-R miss rate",
    trials="searches",
    mated=True,
    event="mate not among the first R candidates, whatever the score, or failure",
)
