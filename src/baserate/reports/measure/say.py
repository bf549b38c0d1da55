"""Estimates in words, shared by the sections."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from baserate.estimates.estimate import CAREFUL, span
from baserate.estimates.metrics import METRICS
from baserate.reports import words
from baserate.reports.charts.rows import IntervalRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.estimates import Estimate, Measurement

#: What is estimated and is no metric.
TITLES = {
    "threshold": "Threshold",
    "fnir_difference": "Misses less those of the other algorithm, each at its own threshold",
    "rank_miss_difference": "Misses by rank less those of the other algorithm",
}

#: Methods of intervals by their names in ``--json``: a few words, and what they mean. Others are words already.
METHODS = {
    "wilson": ("trials", "every trial stands by itself (Wilson)"),
    "exact": ("trials, exact", "every trial stands by itself (Clopper-Pearson)"),
    "by_subject": ("people", "people are independent of each other, the trials of one person are not"),
    "two_way": ("people and gallery", "people searched for and members of the gallery are independent, trials that "
                "share one of them are not"),
    "at_target": ("people, threshold set anew", "people are drawn again and again, and each time the threshold is set "
                  "for the rate"),
    "trials_at_target": ("trials, threshold set anew", "every trial stands by itself, and the threshold for the rate "
                         "varies with them"),
    "group_at_target": ("people, threshold of all", "people are independent of each other, and the threshold for the "
                        "rate varies with those of all groups"),
    "at_equal_errors": ("people, equal errors", "people are independent of each other, and the threshold where both "
                        "rates are equal moves with them"),
    "counts_by_subject": ("people, counts", "people are independent of each other, the counts of one person are not"),
    "counts_two_way": ("people and gallery, counts", "people searched for and members of the gallery are independent, "
                       "candidates that share one of them are not"),
    "ratio": ("both rates", "made from the intervals of both rates"),
    "difference_at_target": (
        "people, paired, threshold set again",
        "both algorithms searched for the same people, who are independent; each threshold is set again",
    ),
    "paired_difference": ("people, paired", "both algorithms searched for the same people, who are independent"),
}  # fmt: skip

#: Rates that count the candidates as far as a rank.
BY_RANK = frozenset({"fnir", "rank_miss", "fnir_difference", "rank_miss_difference"})
#: Digits of a rate that is read against the target of its threshold, of which two are said.
BESIDE_TARGET = 2
LEAST_PERCENT = 0.0001

#: What a careful interval is.
CAREFUL_MEANS = (
    "careful: too few people made the errors (or too few did not), a few have too many of the trials, or too few "
    "members of the gallery were met, for the data to tell how uncertain they are. The range is made wide for that; of "
    "people unlike all who were tested it cannot know."
)


def title(metric: str) -> str:
    """Name a metric, or a difference, in words."""
    return TITLES[metric] if metric in TITLES else METRICS[metric].title


def heading(estimate: Estimate) -> str:
    """Name what was estimated, and where."""
    return f"{title(estimate.metric)}, {where(estimate)}".removesuffix(", ")


def symbol(metric: str) -> str:
    """Name a metric by its symbol."""
    return METRICS[metric].symbol if metric in METRICS else title(metric)


def said(estimate: Estimate, *, per_cent: bool = False) -> words.Said:
    """Say a rate, a count or a threshold; of what is undefined, why."""
    if estimate.value is None:
        return words.Said(f"undefined: {estimate.undefined}")
    if estimate.metric == "threshold":
        return _plain(estimate, 6)
    if estimate.metric not in METRICS:
        return _plain(estimate, 4)
    if METRICS[estimate.metric].per != "share":
        return words.count(estimate.value, low=estimate.low, high=estimate.high)
    least = BESIDE_TARGET if estimate.target and estimate.target[0] == estimate.metric else 1
    return words.rate(estimate.value, low=estimate.low, high=estimate.high, least=least, per_cent=per_cent)


def reads_per_cent(estimates: Sequence[Estimate]) -> bool:
    """Whether rates that stand below each other are said per cent, all of them because one is.

    Not where an end is so small that nobody reads it so.
    """
    ends = [end for e in estimates for end in (e.value, e.low, e.high) if end]
    return min(ends, default=0.0) >= LEAST_PERCENT and any("%" in str(said(e)) for e in estimates)


def counted(estimate: Estimate) -> str:
    """Say what a rate was counted from."""
    events = "" if estimate.n_events is None else f"{estimate.n_events:,} of "
    people = "" if estimate.n_subjects is None else f", {estimate.n_subjects:,} people"
    return f"{events}{estimate.n:,}{people}"


def care(estimate: Estimate) -> str:
    """Say that an interval rests on too few people, where it does."""
    return ", careful" if estimate.value is not None and "careful" in (estimate.method or "") else ""


def how(estimate: Estimate) -> str:
    """Say in a few words by which method an interval was made."""
    method = _plain_method(estimate)
    return METHODS[method][0] + care(estimate) if method in METHODS else method


def methods(estimates: Sequence[Estimate]) -> tuple[str, ...]:
    """Explain the methods that estimates name in a few words, each once."""
    used = dict.fromkeys(_plain_method(e) for e in estimates if e.value is not None)
    explained = (f"{METHODS[method][0]}: {METHODS[method][1]}." for method in used if method in METHODS)
    return (*explained, *if_careful(estimates))


def if_careful(estimates: Sequence[Estimate]) -> tuple[str, ...]:
    """Explain what careful means, where any interval is."""
    return (CAREFUL_MEANS,) if any(map(care, estimates)) else ()


def _plain_method(estimate: Estimate) -> str:
    return (estimate.method or "").removesuffix(CAREFUL)


def _plain(estimate: Estimate, digits: int) -> words.Said:
    """Write a number that is no rate with a number of digits."""
    middle = f"{estimate.value:.{digits}g}"
    if estimate.low is None or estimate.high is None:
        return words.Said(middle)
    ends = span(estimate.low, estimate.high, digits=digits)
    return words.Said(middle, ends, ends)


def where(estimate: Estimate) -> str:
    """Say where it was measured: the rate at which the threshold was set or the threshold, and the rank."""
    parts = []
    if estimate.target is not None:
        parts.append(f"threshold set for {estimate.target[0].upper()} {words.rate(estimate.target[1])}")
    elif estimate.threshold is not None:
        parts.append(f"threshold {estimate.threshold:.6g}")
    if estimate.rank is not None:
        parts.append(f"within rank {estimate.rank}")
    elif estimate.metric in BY_RANK:
        parts.append("whole list")
    return ", ".join(parts)


def interval_row(estimate: Estimate, label: str, *, per_cent: bool = False) -> IntervalRow | None:
    """Make a row of the interval chart; none where there is no value or no interval."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return None
    told = said(estimate, per_cent=per_cent)
    return IntervalRow(label, estimate.value, estimate.low, estimate.high, told.middle, told.span)


def false_positive(found: Measurement) -> str:
    """The metric of false positives of this kind of file."""
    return "fpir" if found.listed else "fmr"


def miss(found: Measurement) -> str:
    """The metric of misses."""
    return "fnir" if found.listed else "fnmr"


def of(estimates: Sequence[Estimate], metric: str, *, grouped: bool = False) -> tuple[Estimate, ...]:
    """Pick the estimates of a metric, of everybody or of groups."""
    return tuple(e for e in estimates if e.metric == metric and bool(e.group) is grouped)


def by_threshold(estimate: Estimate) -> tuple[float, ...]:
    """Order estimates by threshold, and at one threshold by metric and rank; then what has none, and why.

    A target rate that was not attainable has no threshold: the lower the rate, the further up it would lie.
    """
    without = 0 if estimate.threshold is not None else 1 if estimate.target is not None else 2
    target = 0.0 if estimate.target is None else -estimate.target[1]
    return without, estimate.threshold or 0.0, target, metric_place(estimate), estimate.rank or math.inf


def metric_place(estimate: Estimate) -> int:
    """Tell where a metric stands in the order of metrics: thresholds before them, differences after."""
    order = ("threshold", *METRICS)
    return order.index(estimate.metric) if estimate.metric in order else len(order)


def point(estimate: Estimate) -> tuple[tuple[str, float] | None, float | None]:
    """What two estimates at one operating point share."""
    return estimate.target, estimate.threshold
