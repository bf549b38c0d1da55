"""The metrics, one file each; a new one is a line here."""

from baserate.estimates.metrics import eer, fmr, fnir, fnmr, fpir, list_precision, rank_miss, sel
from baserate.estimates.metrics.metric import Metric

_FILES = (fmr, fnmr, eer, fpir, fnir, sel, rank_miss, list_precision)
METRICS: dict[str, Metric] = {file.METRIC.name: file.METRIC for file in _FILES}

__all__ = ["METRICS", "Metric"]
