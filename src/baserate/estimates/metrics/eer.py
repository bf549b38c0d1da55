"""Equal error rate: the rate at which false matches and false non-matches are equally frequent."""

from baserate.estimates.metrics.metric import Metric

METRIC = Metric(
    name="eer",
    symbol="EER",
    title="Equal error rate",
    trials="comparisons",
    mated=None,
    event="false match or false non-match, at the threshold where both rates are equal",
)
