"""Whether rates and thresholds stayed the same over time: change points, and how sure they are.

**Rates.** The counts of each period (hour, day, week or month) are searched by *binary segmentation*: the place is
found where the periods before and after differ most, by the score statistic of two binomial shares; that place is a
change where so large a difference is rare when the same periods stand in random order (a *permutation test* of the
largest difference over all places, so that looking everywhere is paid for). Then each side is searched alike.

**False alarms.** The level is divided among the series, and each side of a change gets half of the level of what was
searched, so that over all series and all looks the chance of any change where the periods are exchangeable is at most
:data:`LEVEL`. Exchangeable periods may well scatter more than coin tosses would: whole periods are permuted, so that
scatter alone is no change. What is not exchangeable without a change (a slow drift, a season) is told as a change too.

**Thresholds** are settings and no estimates: every change of the thresholds in use from one period to the next is
listed.

Sources: A. J. Scott and M. Knott, Biometrics 30 (1974), for the segmentation; B. Phipson and G. K. Smyth, Statistical
Applications in Genetics and Molecular Biology 9 (2010), for p = (b + 1) / (draws + 1).
"""

# ruff: noqa: S608 - SQL is put together from constants of this package.
from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from baserate.audit.asking import live_rows
from baserate.audit.periods import as_text, truncated
from baserate.estimates.intervals.exact import exact
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from baserate.audit.facts import Facts
    from baserate.audit.periods import Period, Unit

LEVEL = 0.05
DRAWS = 1999
SEED = 20261126
FEWEST = 6  # periods with anything in them, below which no order is rare enough
MOST_CHANGES = 100  # changes of threshold that are listed
MOST_VALUES = 20  # thresholds of one period that are told apart, from the lowest

#: Rates over time: name -> (fields of :class:`~baserate.audit.periods.Period`: what is counted, out of what).
SERIES: dict[str, tuple[str, str]] = {
    "alerts per search": ("alerts", "searches"),
    "errors and timeouts per search": ("no_answer", "searches"),
    "false alerts per adjudicated alert": ("false_alerts", "adjudicated_alerts"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChange(Shown):
    """A place where a rate changed.

    Parameters
    ----------
    series
        Which rate, see :data:`SERIES`.
    unit, start
        Length of the periods, and the first moment (UTC) of the first period after the change, as well as it can be
        placed.
    before_count, before_of, after_count, after_of
        Counts of the stretches on both sides, each up to the next change.
    before, after
        Exact (Clopper-Pearson) 95 % intervals of the two rates, for independent searches; they are wider where searches
        come in clusters.
    p_value, level
        Of the permutation test that found it, and what it was held against.
    """

    series: str
    unit: Unit
    start: str
    before_count: int
    before_of: int
    after_count: int
    after_of: int
    before: tuple[float, float]
    after: tuple[float, float]
    p_value: float
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift(Shown):
    """How a rate was searched for changes.

    Parameters
    ----------
    series
        Which rate.
    unit, periods
        Length of the periods, and how many had anything in them.
    count, of
        Totals over all.
    changes
        How many were found.
    p_value
        Of the first look, over the whole log; ``None`` when undefined.
    level, draws, seed
        Chance of any false change over all series and looks; random orders of each test; seed of them.
    undefined
        Why it was not searched; empty where it was.
    """

    series: str
    unit: Unit
    periods: int
    count: int
    of: int
    changes: int
    p_value: float | None
    level: float = LEVEL
    draws: int = DRAWS
    seed: int = SEED
    undefined: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdChange(Shown):
    """The thresholds in use changed from one period to the next.

    Parameters
    ----------
    system, scale
        Of which system and on which scale; empty where it is not recorded.
    start
        First moment of the period in which the new ones were in use.
    before, after
        Thresholds in use in the two periods, in order.
    """

    system: str
    scale: str
    start: str
    before: tuple[float, ...]
    after: tuple[float, ...]


def find_drift(periods: Sequence[Period]) -> tuple[tuple[Drift, ...], tuple[RateChange, ...]]:
    """Search every series for changes.

    Parameters
    ----------
    periods
        From :func:`baserate.audit.periods.count_periods`.

    Returns
    -------
    tuple
        How each series was searched, and the changes of all of them.
    """
    found = [_series(series, periods) for series in SERIES]
    return tuple(drift for drift, _ in found), tuple(change for _, changes in found for change in changes)


def _series(series: str, periods: Sequence[Period]) -> tuple[Drift, tuple[RateChange, ...]]:
    count_name, of_name = SERIES[series]
    used = [period for period in periods if getattr(period, of_name)]
    counts = np.array([getattr(period, count_name) for period in used], dtype=np.int64)
    of = np.array([getattr(period, of_name) for period in used], dtype=np.int64)
    reason = _reason(series, periods, counts, of)
    splits, p_value = ([], None) if reason else change_points(counts, of, level=LEVEL / len(SERIES))
    drift = Drift(
        series=series,
        unit=periods[0].unit if periods else "day",
        periods=len(used),
        count=int(counts.sum()),
        of=int(of.sum()),
        changes=len(splits),
        p_value=p_value,
        undefined=reason,
    )
    return drift, tuple(_changes(series, used, counts, of, splits))


def _reason(series: str, periods: Sequence[Period], counts: NDArray[np.int64], of: NDArray[np.int64]) -> str:
    if sum(period.unclear for period in periods) and series != "false alerts per adjudicated alert":
        return "what some searches showed is not recorded"
    if len(of) < FEWEST:
        return f"{len(of)} periods have anything to count, and {FEWEST} are needed"
    if not counts.sum() or counts.sum() == of.sum():
        return "nothing to compare: " + ("all of them" if counts.sum() else "none") + " in every period"
    return ""


@dataclass(frozen=True, slots=True)
class Split(Shown):
    """A change before period ``at``, with its test."""

    at: int
    p_value: float
    level: float


def change_points(
    counts: NDArray[np.int64], of: NDArray[np.int64], *, level: float, draws: int = DRAWS, seed: int = SEED
) -> tuple[list[Split], float]:
    """Find the places where a share changes.

    Parameters
    ----------
    counts, of
        Whole numbers of each period, every ``of`` above 0.
    level
        Chance, at most, of any place found where the periods are exchangeable.
    draws, seed
        Random orders of each test, and their seed.

    Returns
    -------
    tuple
        The changes in order of time, and the p-value over all periods.

    Examples
    --------
    >>> counts, of = np.array([1, 2, 1, 0, 2, 1, 20, 22, 19, 21, 18, 20]), np.full(12, 100)
    >>> [split.at for split in change_points(counts, of, level=0.05)[0]]
    [6]
    """
    random = np.random.Generator(np.random.PCG64(seed))
    first, found = _test(counts, of, draws, random)
    splits, todo = [], [(0, len(of), level, first, found)]
    while todo:
        start, end, allowed, p_value, at = todo.pop()
        if p_value > allowed:
            continue
        splits.append(Split(start + at, p_value, allowed))
        for low, high in ((start, start + at), (start + at, end)):
            todo.append((low, high, allowed / 2, *_test(counts[low:high], of[low:high], draws, random)))
    return sorted(splits, key=lambda split: split.at), first


def _test(
    counts: NDArray[np.int64], of: NDArray[np.int64], draws: int, random: np.random.Generator
) -> tuple[float, int]:
    """Give the p-value of the largest difference over all places, and its place."""
    if len(of) < 2 or not 0 < counts.sum() < of.sum():
        return 1.0, 1
    observed = _differences(counts[None, :], of[None, :])[0]
    at = int(observed.argmax())
    orders = random.permuted(np.tile(np.arange(len(of)), (draws, 1)), axis=1)
    largest = _differences(counts[orders], of[orders]).max(axis=1)
    # A difference that arises in the same way in another order is summed otherwise: equal up to rounding is equal.
    b = int((largest >= observed[at] * (1 - 1e-9)).sum())
    return (b + 1) / (draws + 1), at + 1


def _differences(counts: NDArray[np.int64], of: NDArray[np.int64]) -> NDArray[np.float64]:
    """Score statistic of two binomial shares for each place along the last axis; basic arithmetic only."""
    k, n = counts.cumsum(axis=1), of.cumsum(axis=1)
    total_k, total_n = k[:, -1:].astype(np.float64), n[:, -1:].astype(np.float64)
    k, n = k[:, :-1].astype(np.float64), n[:, :-1].astype(np.float64)
    gap = k / n - total_k / total_n
    found: NDArray[np.float64] = gap * gap * n * total_n / (total_n - n)
    return found


def _changes(
    series: str, used: Sequence[Period], counts: NDArray[np.int64], of: NDArray[np.int64], splits: Sequence[Split]
) -> Iterator[RateChange]:
    edges = [0, *(split.at for split in splits), len(used)]
    for i, split in enumerate(splits):
        before, after = slice(edges[i], split.at), slice(split.at, edges[i + 2])
        numbers = [int(x[part].sum()) for part in (before, after) for x in (counts, of)]
        intervals = [exact(numbers[j], numbers[j + 1]) for j in (0, 2)]
        yield RateChange(
            series=series,
            unit=used[split.at].unit,
            start=used[split.at].start,
            before_count=numbers[0],
            before_of=numbers[1],
            after_count=numbers[2],
            after_of=numbers[3],
            before=(intervals[0].low, intervals[0].high),
            after=(intervals[1].low, intervals[1].high),
            p_value=split.p_value,
            level=split.level,
        )


def find_threshold_changes(facts: Facts, unit: Unit) -> tuple[ThresholdChange, ...]:
    """List every change of the thresholds in live use from one period to the next, at most the first hundred."""
    rows = facts.rows(
        f"SELECT * REPLACE ({as_text('start')} AS start) FROM ("
        f"SELECT coalesce(system_id, ''), coalesce(threshold_scale, ''), {truncated(unit)} AS start, "
        f"list_sort(list(DISTINCT threshold::DOUBLE))[1:{MOST_VALUES}] "
        f"FROM {live_rows(facts, 'time_start_utc IS NOT NULL AND threshold IS NOT NULL')} GROUP BY ALL) ORDER BY ALL"
    )
    changes = [
        ThresholdChange(system=new[0], scale=new[1], start=new[2], before=tuple(old[3]), after=tuple(new[3]))
        for old, new in pairwise(rows)
        if old[:2] == new[:2] and old[3] != new[3]
    ]
    return tuple(sorted(changes, key=lambda change: (change.start, change.system, change.scale))[:MOST_CHANGES])
