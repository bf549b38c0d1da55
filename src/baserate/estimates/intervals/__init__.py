"""Interval methods, one file each: what each assumes of the trials' dependence is in its docstring.

The default for a rate is :func:`by_subject` where the data tell whose the trials are, :func:`two_way` for false
positives where they also tell the gallery member, and :func:`wilson` where they tell neither.
"""

from baserate.estimates.intervals.at_equal_errors import ErrorsOfPeople, at_equal_errors
from baserate.estimates.intervals.at_target import (
    ScoredPeople,
    at_target,
    over_thresholds,
    resample,
    resample_together,
    with_threshold,
)
from baserate.estimates.intervals.by_subject import by_subject, independent_people
from baserate.estimates.intervals.counts import count_by_subject
from baserate.estimates.intervals.difference import difference_at_target, paired_difference
from baserate.estimates.intervals.exact import exact
from baserate.estimates.intervals.ratio import ratio
from baserate.estimates.intervals.two_way import two_way
from baserate.estimates.intervals.wilson import wilson

INTERVALS = {
    "exact": exact,
    "wilson": wilson,
    "by_subject": by_subject,
    "two_way": two_way,
    "counts_by_subject": count_by_subject,
    "at_target": at_target,
    "trials_at_target": with_threshold,
    "group_at_target": over_thresholds,
    "at_equal_errors": at_equal_errors,
    "ratio": ratio,
    "paired_difference": paired_difference,
    "difference_at_target": difference_at_target,
}

__all__ = [
    "INTERVALS",
    "ErrorsOfPeople",
    "ScoredPeople",
    "at_equal_errors",
    "at_target",
    "by_subject",
    "count_by_subject",
    "difference_at_target",
    "exact",
    "independent_people",
    "over_thresholds",
    "paired_difference",
    "ratio",
    "resample",
    "resample_together",
    "two_way",
    "wilson",
    "with_threshold",
]
