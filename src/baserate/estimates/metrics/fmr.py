"""False match rate: the share of non-mated comparisons at or above the threshold; a failure never matches."""

from baserate.estimates.metrics.metric import Metric

METRIC = Metric(
    name="fmr",
    symbol="FMR(T)",
    title="False match rate",
    trials="comparisons",
    mated=False,
    event="score at or above the threshold",
)
