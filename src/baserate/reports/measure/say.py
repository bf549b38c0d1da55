"""Estimates in words, shared by the sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def title(metric: str) -> str:
    """Name a metric, or a difference, in words."""
    return TITLES[metric] if metric in TITLES else METRICS[metric].title


def symbol(metric: str) -> str:
    """Name a metric by its symbol."""
    return METRICS[metric].symbol if metric in METRICS else title(metric)


def said(estimate: Estimate) -> words.Said:
    """Say a rate, a count or a threshold; of what is undefined, why."""
    if estimate.value is None:
        return words.Said(f"undefined: {estimate.undefined}")
    if estimate.metric == "threshold":
        return _plain(estimate, 6)
    if estimate.metric not in METRICS:
        return _plain(estimate, 4)
    share = METRICS[estimate.metric].per == "share"
    return (words.rate if share else words.count)(estimate.value, low=estimate.low, high=estimate.high)


def _plain(estimate: Estimate, digits: int) -> words.Said:
    """Write a number that is no rate with a number of digits."""
    middle, low, high = (
        "" if value is None else f"{value:.{digits}g}" for value in (estimate.value, estimate.low, estimate.high)
    )
    return words.Said(middle, low, high)


def where(estimate: Estimate) -> str:
    """Say where it was measured: the rate at which the threshold was set or the threshold, and the rank."""
    parts = []
    if estimate.target is not None:
        parts.append(f"threshold set for {estimate.target[0].upper()} {words.rate(estimate.target[1])}")
    elif estimate.threshold is not None:
        parts.append(f"threshold {estimate.threshold:.6g}")
    if estimate.rank is not None:
        parts.append(f"within rank {estimate.rank}")
    return ", ".join(parts)


def interval_row(estimate: Estimate, label: str) -> IntervalRow | None:
    """Make a row of the interval chart; none where there is no value or no interval."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return None
    told = said(estimate)
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


def point(estimate: Estimate) -> tuple[object, object]:
    """What two estimates at one operating point share."""
    return estimate.target, estimate.threshold
