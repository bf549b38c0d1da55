"""False non-match rate: the share of mated comparisons below the threshold, failures included."""

from baserate.estimates.metrics.metric import Metric

METRIC = Metric(
    name="fnmr",
    symbol="FNMR(T)",
    title="False non-match rate",
    trials="comparisons",
    mated=True,
    event="score below the threshold, or failure to acquire or enrol",
)
