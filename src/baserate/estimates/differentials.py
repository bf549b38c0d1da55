"""Differences between groups: ratios to a reference group, summaries of the spread, and what the data can show."""

from __future__ import annotations

from dataclasses import replace
from math import exp, inf, log
from typing import TYPE_CHECKING

import numpy as np

from baserate.estimates.detectable import POWER, Rate, detectable_ratio, law_of
from baserate.estimates.estimate import Estimate, Estimates, Interval
from baserate.estimates.intervals.ratio import ratio
from baserate.estimates.intervals.wilson import FEW
from baserate.estimates.metrics import METRICS
from baserate.estimates.moves import at_least_half, by_chance, moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SMALLEST = 20  # people in a group below which no difference is told


def differentials(estimates: Iterable[Estimate], *, smallest: int = SMALLEST) -> Estimates:
    """Compare the groups of every metric and operating point.

    Parameters
    ----------
    estimates
        From :func:`baserate.estimates.measure_searches` or ``measure_comparisons`` with groups. The group with the
        most trials is the reference.
    smallest
        People that every group must have; with fewer the answer is *cannot tell*. A small group is never left out
        silently: it would look as if there were no difference.

    Returns
    -------
    tuple of Estimate
        ``METRIC_ratio`` and ``METRIC_detectable_ratio`` for each group but the reference; ``METRIC_max_min``,
        ``METRIC_max_geometric_mean`` and ``METRIC_gini`` over all. Undefined where they cannot be told, and why.
    """
    sets: dict[tuple[object, ...], dict[object, Estimate]] = {}
    for estimate in estimates:
        if estimate.group:
            at = estimate.metric, estimate.threshold, estimate.target, estimate.rank
            sets.setdefault(at, {}).setdefault(estimate.group, estimate)  # a rate that is asked for twice stands twice
    return Estimates(
        found for groups in sets.values() if len(groups) > 1 for found in _compare([*groups.values()], smallest)
    )


def _compare(groups: list[Estimate], smallest: int) -> list[Estimate]:
    reference = max(groups, key=lambda e: e.n)
    others = [e for e in groups if e is not reference]
    ratios = [_ratio(e, reference, smallest) for e in others]
    return [*ratios, *(_detectable(e, reference) for e in others), *_summaries(groups, smallest)]


def _ratio(estimate: Estimate, reference: Estimate, smallest: int) -> Estimate:
    name = f"{estimate.metric}_ratio"
    why = _cannot_tell([estimate, reference], smallest)
    if why is None and reference.value == 0:
        why = f"cannot tell: no event was seen in the reference group {_label(reference)}"
    if why is not None:
        return _undefined(name, estimate, why)
    ends = ratio(_value(estimate), _interval(estimate), reference=_value(reference),
                 reference_interval=_interval(reference))  # fmt: skip
    careful = ends.careful or any(_whole_interval(e).careful for e in (estimate, reference))
    careful = careful or _is_unknown_elsewhere(estimate, reference)
    method = f"ratio to {_label(reference)}" + ", careful" * careful
    value = _value(estimate) / _value(reference)
    if value > 0:
        both = moved(value, (ends.low, ends.high), *_moves(estimate, reference))
    else:
        both = ends.low, max([ends.high, *(rate / to for rate, to in _elsewhere(estimate, reference))])
    return _derived(name, estimate, value, both, method)


def _moves(estimate: Estimate, reference: Estimate) -> tuple[float, float]:
    """Tell how far the ratio falls and rises where the threshold was set on the data: squares of logarithms.

    What chance alone would have moved it by is taken off: the trials between two thresholds are counted, too.
    """
    fall = rise = 0.0
    for rate, to in _elsewhere(estimate, reference):
        move = log(rate / to * _value(reference) / _value(estimate))
        square = move**2 - sum(by_chance(_value(e), r, e.n) for e, r in ((estimate, rate), (reference, to)))
        fall, rise = (max(fall, square), rise) if move < 0 else (fall, max(rise, square))
    return fall, rise


def _elsewhere(estimate: Estimate, reference: Estimate) -> list[tuple[float, float]]:
    """Give both rates at either end of where a threshold that was set on the data may lie; no event counts as half.

    Where neither has an event, the data tell nothing of their ratio there.
    """
    return [
        (at_least_half(rate, estimate.n), at_least_half(to, reference.n))
        for rate, to in _between(estimate, reference)
        if rate > 0 or to > 0
    ]


def _is_unknown_elsewhere(estimate: Estimate, reference: Estimate) -> bool:
    """Whether neither rate has an event at one end of where the threshold may lie."""
    return any(rate == to == 0 for rate, to in _between(estimate, reference))


def _between(estimate: Estimate, reference: Estimate) -> list[tuple[float, float]]:
    one, other = estimate.at_threshold, reference.at_threshold
    return [] if one is None or other is None else list(zip(one.between, other.between, strict=True))


def _detectable(estimate: Estimate, reference: Estimate) -> Estimate:
    """Smallest ratio above 1 that data worth this many independent trials would have shown four times in five."""
    name, whom = f"{estimate.metric}_detectable_ratio", _label(reference)
    if (why := _no_start(estimate, reference)) is not None:
        return _undefined(name, estimate, f"cannot tell: {why}")
    moves = max(_moves(estimate, reference)) if estimate.value else 0.0
    value = detectable_ratio(_law(estimate), _law(reference), _value(reference), moves=moves)
    if value is None:
        why = f"cannot tell: not even a rate of 1 would have been told from that of {whom} four times in five"
        return _undefined(name, estimate, why)
    method = f"ratio to {whom} seen with probability {POWER:g}"
    return _derived(name, estimate, value, (None, None), method)


def _no_start(estimate: Estimate, reference: Estimate) -> str | None:
    """Say why there is nothing to work out from: what the rates vary by, and where the reference's lies."""
    if estimate.value is None:
        return f"{_label(estimate)} is undefined ({estimate.undefined})"
    if not reference.value:
        return f"no rate of the reference group {_label(reference)} to start from"
    if reference.value * _law(reference).worth < FEW:
        return f"the rate of the reference group {_label(reference)} rests on fewer than {FEW} independent events"
    return None


def _is_count(estimate: Estimate) -> bool:
    return METRICS[estimate.metric].per == "count"


def _law(estimate: Estimate) -> Rate:
    return law_of(_value(estimate), _interval(estimate), estimate.n, count=_is_count(estimate))


def _summaries(groups: list[Estimate], smallest: int) -> list[Estimate]:
    """Summarise the spread of the groups' rates; bounds come from intervals that hold for all groups at once."""
    metric, first, n = groups[0].metric, groups[0], sum(e.n for e in groups)
    names = [f"{metric}_{name}" for name in ("max_min", "max_geometric_mean", "gini")]
    why = _cannot_tell(groups, smallest)
    if why is None and min(_value(e) for e in groups) == 0:
        silent = _label(min(groups, key=_value))
        why = f"cannot tell: no event was seen in the group {silent}, so that its rate may be anything down to 0"
    if why is not None:
        return [replace(_undefined(name, first, why), group=(), n=n, n_subjects=None) for name in names]
    values = [_value(e) for e in groups]
    joint = [_jointly(e, len(groups)) for e in groups]
    found = ((max_min(values), _bounds_max_min(joint)), (max_geometric_mean(values), _bounds_geometric(joint)),
             (gini(values), _bounds_gini(joint)))  # fmt: skip
    careful = ", careful" * any(_whole_interval(e).careful for e in groups)
    method = f"bounds over joint intervals of {len(groups)} groups (conservative){careful}"
    return [
        # Somebody may be in several groups: how many people they are is not their sum.
        replace(_derived(name, first, value, ends, method), group=(), n=n, n_subjects=None)
        for name, (value, ends) in zip(names, found, strict=True)
    ]


def max_min(rates: Sequence[float]) -> float:
    """Divide the highest rate by the lowest; all above 0.

    Examples
    --------
    >>> max_min([0.02, 0.01, 0.04])
    4.0
    """
    return max(rates) / min(rates)


def max_geometric_mean(rates: Sequence[float]) -> float:
    """Divide the highest rate by the geometric mean of all; all above 0.

    Examples
    --------
    >>> max_geometric_mean([0.02, 0.01, 0.04])
    2.0
    """
    mean = exp(sum(log(rate) for rate in rates) / len(rates))
    return max(1.0, max(rates) / mean)  # of equal rates the mean may come out a hair above them


def gini(rates: Sequence[float]) -> float:
    """Gini coefficient with the correction n/(n-1), so that one group alone bearing all errors gives 1.

    Examples
    --------
    >>> gini([0.1, 0.1]), gini([0.1, 0.0, 0.0])
    (0.0, 1.0)
    """
    n, total = len(rates), sum(rates)
    apart = sum(abs(a - b) for a in rates for b in rates)
    return apart / (2 * n * total) * n / (n - 1) if total > 0 else 0.0


def _jointly(estimate: Estimate, groups: int) -> Interval:
    """Widen a group's interval so that all groups' intervals hold together (Bonferroni)."""
    level, own = 1 - (1 - estimate.level) / groups, _whole_interval(estimate)
    law = law_of(_value(estimate), own, estimate.n, count=_is_count(estimate))
    wider = replace(law, level=level).interval(_value(estimate))
    return Interval(min(wider.low, own.low), max(wider.high, own.high), level, own.method)


def _bounds_max_min(joint: Sequence[Interval]) -> tuple[float, float]:
    least = max(1.0, max(i.low for i in joint) / min(i.high for i in joint))
    lowest = min(i.low for i in joint)
    return least, max(i.high for i in joint) / lowest if lowest > 0 else inf


def _bounds_geometric(joint: Sequence[Interval]) -> tuple[float, float]:
    """Smallest: no rate above the highest lower end where it can be helped. Largest: one high, the others low."""
    top = max(i.low for i in joint)
    least = 1.0 if top <= 0 else max(1.0, max_geometric_mean([min(i.high, top) for i in joint]))
    if min(i.low for i in joint) <= 0:
        return least, inf
    most = max(
        max_geometric_mean([i.high if place == at else i.low for place, i in enumerate(joint)])
        for at in range(len(joint))
    )
    return least, most


def _bounds_gini(joint: Sequence[Interval]) -> tuple[float, float]:
    """Smallest: all rates drawn to one level. Largest: each at one of its ends."""
    ends = sorted({end for i in joint for end in (i.low, i.high)})
    least = min(gini([min(max(level, i.low), i.high) for i in joint]) for level in ends)
    return least, _largest_gini(joint)


def _largest_gini(joint: Sequence[Interval]) -> float:
    """Find the largest Gini coefficient of any rates within the intervals, by Dinkelbach's method.

    The sum of all distances between rates is the largest sum of places x rates over all orders of the groups, the
    places being 1 - n, 3 - n, ..., n - 1 (twice each). Whether it can exceed a share of the sum of the rates is then an
    assignment of groups to places, each with the end of its interval that serves best. A share that cannot be exceeded
    is the largest.
    """
    from scipy.optimize import linear_sum_assignment  # here: few ask for groups, and it takes long to load

    low, high = (np.array([getattr(i, end) for i in joint]) for end in ("low", "high"))
    places, rates = np.arange(1.0 - len(joint), len(joint), 2.0), high
    share = -inf
    while (reached := gini(rates.tolist())) > share:
        share = reached
        # gini = (sum of places x rates in their order) / ((n - 1) x sum of rates)
        weights = places - share * (len(joint) - 1)
        worth = np.maximum(np.outer(low, weights), np.outer(high, weights))
        _, taken = linear_sum_assignment(worth, maximize=True)
        rates = np.where(weights[taken] > 0, high, low)
    return float(share)


def _cannot_tell(groups: Iterable[Estimate], smallest: int) -> str | None:
    for group in groups:
        if group.value is None:
            return f"cannot tell: {_label(group)} is undefined ({group.undefined})"
        people = group.n_subjects if group.n_subjects is not None else group.n
        if people < smallest:
            return f"cannot tell: {_label(group)} has {people} people, fewer than {smallest}"
    return None


def _derived(
    name: str, estimate: Estimate, value: float, ends: tuple[float | None, float | None], method: str
) -> Estimate:
    low, high = ends
    return replace(
        estimate, metric=name, value=value, low=low, high=high, method=method, n_events=None, at_threshold=None
    )  # fmt: skip


def _undefined(name: str, estimate: Estimate, why: str) -> Estimate:
    return replace(estimate.without_value(why), metric=name)


def _label(estimate: Estimate) -> str:
    return ", ".join(f"{column}={value}" for column, value in estimate.group)


def _value(estimate: Estimate) -> float:
    assert estimate.value is not None  # noqa: S101
    return estimate.value


def _interval(estimate: Estimate) -> Interval:
    """Give the interval that groups are compared by in pairs."""
    return _whole_interval(estimate) if estimate.at_threshold is None else estimate.at_threshold.interval


def _whole_interval(estimate: Estimate) -> Interval:
    assert estimate.low is not None  # noqa: S101
    assert estimate.high is not None  # noqa: S101
    return Interval(estimate.low, estimate.high, estimate.level, estimate.method or "")
