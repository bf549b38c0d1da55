"""What was measured: exact counts, metrics, intervals and groups.

A *trial* is a comparison, or a search with the one score that decides it. A *tally* counts trials by score; it holds
whole numbers only, so that parts of the data add up to the whole in any order. A *metric* is an occurrence given a
condition: the share of certain trials that are counted events. An *estimate* is a metric's value with the number of
trials and people it rests on and its interval, or *undefined* with the reason. An *operating point* is a threshold:
given, or set so that a rate of false positives is not exceeded.
"""

from baserate.estimates.compare import compare_at_rates, compare_misses
from baserate.estimates.curves import ErrorTradeOff, error_trade_off, misses_by_rank, rank_misses
from baserate.estimates.differentials import differentials
from baserate.estimates.estimate import Estimate, Estimates, Interval
from baserate.estimates.measure import measure_comparisons, measure_searches
from baserate.estimates.metrics import METRICS, Metric
from baserate.estimates.metrics.list_precision import list_precision
from baserate.estimates.operating_point import OperatingPoint, equal_error_rate, threshold_at_rate
from baserate.estimates.result import Measurement, measurement_json
from baserate.estimates.run import measure_reading
from baserate.estimates.tally import Tally, tally_of_scores
from baserate.estimates.trial_run import Wanted

__all__ = [
    "METRICS",
    "ErrorTradeOff",
    "Estimate",
    "Estimates",
    "Interval",
    "Measurement",
    "Metric",
    "OperatingPoint",
    "Tally",
    "Wanted",
    "compare_at_rates",
    "compare_misses",
    "differentials",
    "equal_error_rate",
    "error_trade_off",
    "list_precision",
    "measure_comparisons",
    "measure_reading",
    "measure_searches",
    "measurement_json",
    "misses_by_rank",
    "rank_misses",
    "tally_of_scores",
    "threshold_at_rate",
]
