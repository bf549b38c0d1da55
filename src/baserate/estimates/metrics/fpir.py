"""False positive identification rate: the share of non-mated searches that return anybody at or above the threshold."""

from baserate.estimates.metrics.metric import Metric

METRIC = Metric(
    name="fpir",
    symbol="FPIR(N, T)",
    title="False positive identification rate",
    trials="searches",
    mated=False,
    event="any candidate at or above the threshold",
)
