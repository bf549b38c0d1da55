"""From comparisons or searches to estimates: every metric at every operating point, for everybody and by group."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from baserate.estimates.counting import as_stored, count_scores
from baserate.estimates.estimate import Estimate, Interval
from baserate.estimates.intervals import at_target, by_subject, count_by_subject, resample, two_way, wilson
from baserate.estimates.metrics import METRICS
from baserate.estimates.operating_point import OperatingPoint, equal_error_rate, threshold_at_rate
from baserate.estimates.people import at_or_above, count_people, not_at_or_above, spread_over_members
from baserate.estimates.selectivity import count_candidates, list_faults
from baserate.estimates.tails import fetch_tail
from baserate.estimates.trials import comparison_trials, gallery_size, prepare_searches, search_trials

if TYPE_CHECKING:
    from collections.abc import Callable

    from baserate.estimates.people import Group, People
    from baserate.estimates.selectivity import ListFaults
    from baserate.estimates.tally import Tally
    from baserate.estimates.trials import Trials
    from baserate.inputs.candidates import Searches
    from baserate.inputs.comparisons import Comparisons


_Interval: TypeAlias = "Callable[[People, int, OperatingPoint, Group], Interval]"
FIRST_TAIL = 4.0  # times the target rate: how far down the non-mated scores are fetched at first


@dataclass(frozen=True)
class Wanted:
    """What to measure.

    Parameters
    ----------
    thresholds
        Scores at or above which a candidate is returned.
    rates
        Target rates of false positives (FMR of comparisons, FPIR of searches), above 0 and below 1, at which to set
        the threshold.
    ranks
        Longest list positions that count, 1 or more; ``None`` for the whole list.
    groups
        Columns to group by, crossed.
    level
        Nominal coverage of intervals, between 0 and 1.
    seed
        Of the resampling.
    """

    thresholds: tuple[float, ...] = ()
    rates: tuple[float, ...] = ()
    ranks: tuple[int | None, ...] = (None,)
    groups: tuple[str, ...] = ()
    level: float = 0.95
    seed: int = 1


@dataclass(frozen=True, eq=False)
class _Run:
    """One kind of trials with its operating points; intervals at target rates are worked out once."""

    trials: Trials
    tally: Tally
    points: tuple[OperatingPoint, ...]
    wanted: Wanted
    known: dict[OperatingPoint, tuple[Interval, Interval]] = field(default_factory=dict)

    def at_target(self, point: OperatingPoint) -> tuple[Interval, Interval]:
        if point not in self.known:
            self.known[point] = _at_target(self, point)
        return self.known[point]


def measure_comparisons(comparisons: Comparisons, wanted: Wanted) -> tuple[Estimate, ...]:
    r"""Measure FMR and FNMR at every operating point, and the equal error rate.

    Thresholds at target rates are set once, for everybody, and apply to every group.

    Parameters
    ----------
    comparisons
        From :func:`baserate.inputs.read_comparisons`.
    wanted
        Operating points, groups and level.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from baserate.inputs import read_comparisons
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "scores.csv"
    ...     _ = file.write_text("mated,score\n1,0.9\n1,0.4\n1,\n0,0.1\n0,0.5\n0,0.2\n0,0.3\n")
    ...     for estimate in measure_comparisons(read_comparisons(file), Wanted(thresholds=(0.4,))):
    ...         print(estimate.metric, estimate)
    fmr 0.25 (0.006309 to 0.8059)
    fnmr 0.3333 (0.008404 to 0.9057)
    eer 0.3333
    """
    trials = comparison_trials(comparisons)
    tally = count_scores(trials, thresholds=wanted.thresholds, rates=wanted.rates)
    run = _Run(trials, tally, _points(trials, tally, wanted), wanted)
    found = [*_thresholds(run, "fmr"), *_false_positives(run, "fmr"), *_misses(run, "fnmr")]
    return (*found, _equal_errors(tally, wanted))


def measure_searches(searches: Searches, wanted: Wanted) -> tuple[Estimate, ...]:
    """Measure FPIR, SEL, FNIR at every operating point and rank, and the rank-R miss rate.

    Thresholds at target rates are set once, on the best candidates of the non-mated searches.

    Parameters
    ----------
    searches
        From :func:`baserate.inputs.read_searches`.
    wanted
        Operating points, ranks, groups and level.
    """
    prepare_searches(searches)
    trials = search_trials(searches)
    tally = count_scores(trials, thresholds=wanted.thresholds, rates=wanted.rates, eer=False)
    run = _Run(trials, tally, _points(trials, tally, wanted), wanted)
    faults = list_faults(searches, trials)
    found = [*_thresholds(run, "fpir"), *_false_positives(run, "fpir"), *_selectivity(searches, run, faults)]
    for rank in wanted.ranks:
        ranked = replace(run, trials=search_trials(searches, rank=rank), known={})
        found += [replace(e, rank=rank) for e in (*_misses(ranked, "fnir"), *_rank_misses(ranked))]
    size = gallery_size(searches)
    return tuple(replace(_mark_cut(e, faults.lowest_listed), gallery_size=size) for e in found)


def _points(trials: Trials, tally: Tally, wanted: Wanted) -> tuple[OperatingPoint, ...]:
    given = [OperatingPoint(as_stored(trials, threshold)) for threshold in wanted.thresholds]
    return (*given, *(threshold_at_rate(tally, rate) for rate in wanted.rates))


def _thresholds(run: _Run, metric: str) -> list[Estimate]:
    """Estimate the thresholds at target rates."""
    return [_threshold(run, point, (metric, point.target)) for point in run.points if point.target is not None]


def _threshold(run: _Run, point: OperatingPoint, target: tuple[str, float]) -> Estimate:
    n, level = run.tally.n_non_mated, run.wanted.level
    if point.threshold is None:
        why = f"not attainable: {point.unattainable}"
        return Estimate("threshold", undefined=why, n=n, target=target, level=level)
    if not run.trials.has_subject or run.tally.n_mated == 0:
        return Estimate("threshold", point.threshold, n=n, target=target, threshold=point.threshold, level=level,
                        method="no interval: whose trials these are is not told")  # fmt: skip
    ends = run.at_target(point)[1]
    return Estimate("threshold", point.threshold, ends.low, ends.high, level, n=n, target=target,
                    threshold=point.threshold, method=ends.method)  # fmt: skip


def _at_target(run: _Run, point: OperatingPoint) -> tuple[Interval, Interval]:
    """Resample people; reach further down into the non-mated scores if a replicate had to."""
    assert point.threshold is not None  # noqa: S101
    assert point.target is not None  # noqa: S101
    share = min(FIRST_TAIL * point.target, 1.0)
    while True:
        people = fetch_tail(run.trials, run.tally, share=share)
        drawn = resample(people, point.target, seed=run.wanted.seed)
        if drawn.complete or share >= 1:
            break
        share = min(FIRST_TAIL * share, 1.0)
    counted = count_people(run.trials, [not_at_or_above(point.threshold)], mated=True)[()]
    return at_target(drawn, counted.events[:, 0], counted.trials, level=run.wanted.level)


def _false_positives(run: _Run, metric: str) -> list[Estimate]:
    conditions = _conditions(run, at_or_above)
    by_member = {
        groups: count_people(run.trials, conditions, mated=False, groups=groups, by="member")
        for groups in (_groupings(run.wanted) if run.trials.has_member else [])
    }

    def interval(people: People, place: int, point: OperatingPoint, group: Group) -> Interval:  # noqa: ARG001
        members = by_member.get(tuple(column for column, _ in group), {}).get(group)
        if members is None:
            return _of_people(people, place, run.wanted.level)
        spread = spread_over_members(run.trials, members, place)
        return two_way(people.events[:, place], people.trials, members=spread, level=run.wanted.level)

    return _rates(run, metric, conditions, interval=interval)


def _misses(run: _Run, metric: str) -> list[Estimate]:
    def interval(people: People, place: int, point: OperatingPoint, group: Group) -> Interval:
        if group or point.target is None or not people.named:
            return _of_people(people, place, run.wanted.level)
        return run.at_target(point)[0]

    return _rates(run, metric, _conditions(run, not_at_or_above), interval=interval)


def _conditions(run: _Run, write: Callable[[float], str]) -> list[str]:
    return [write(point.threshold) if point.threshold is not None else "false" for point in run.points]


def _of_people(people: People, place: int, level: float) -> Interval:
    if people.named:
        return by_subject(people.events[:, place], people.trials, level=level)
    return wilson(float(people.events[:, place].sum()), people.n, level=level)


def _rates(run: _Run, metric: str, conditions: list[str], *, interval: _Interval) -> list[Estimate]:
    """Estimate one metric at every operating point, for everybody and then by group."""
    found = []
    for groups in _groupings(run.wanted):
        counted = count_people(run.trials, conditions, mated=bool(METRICS[metric].mated), groups=groups)
        if not counted and not groups:
            found += [_nobody(metric, point) for point in run.points]
        found += [
            _rate(metric, people, place, point, group=group, interval=interval)
            for group, people in counted.items()
            for place, point in enumerate(run.points)
        ]
    return found


def _groupings(wanted: Wanted) -> list[tuple[str, ...]]:
    return [(), wanted.groups] if wanted.groups else [()]


def _target(metric: str, point: OperatingPoint) -> tuple[str, float] | None:
    at = {"fmr": "fmr", "fnmr": "fmr"}.get(metric, "fpir")
    return None if point.target is None else (at, point.target)


def _nobody(metric: str, point: OperatingPoint) -> Estimate:
    kind = "mated" if METRICS[metric].mated else "non-mated"
    why = f"there are no {kind} {METRICS[metric].trials}"
    return Estimate(metric, undefined=why, threshold=point.threshold, target=_target(metric, point))


def _rate(
    metric: str, people: People, place: int, point: OperatingPoint, *, group: Group, interval: _Interval
) -> Estimate:
    known = len(people.trials) if people.named else None
    target = _target(metric, point)
    if point.threshold is None:
        why = f"not attainable: {point.unattainable}"
        return Estimate(metric, undefined=why, n=people.n, n_subjects=known, target=target, group=group)
    return _written(metric, people, place, interval(people, place, point, group), point=point, group=group)


def _written(
    metric: str, people: People, place: int, ends: Interval, *, point: OperatingPoint, group: Group
) -> Estimate:
    events = int(people.events[:, place].sum())
    return Estimate(
        metric, events / people.n, ends.low, ends.high, ends.level, n=people.n, n_events=events,
        n_subjects=len(people.trials) if people.named else None, method=ends.method, threshold=point.threshold,
        target=_target(metric, point), group=group,
    )  # fmt: skip


def _rank_misses(run: _Run) -> list[Estimate]:
    """Estimate the rank-R miss rate: no threshold, so that lists without scores have it too."""
    found, nowhere = [], OperatingPoint(None)
    for groups in _groupings(run.wanted):
        counted = count_people(run.trials, ["NOT listed"], mated=True, groups=groups)
        if not counted and not groups:
            found.append(_nobody("rank_miss", nowhere))
        found += [
            _written("rank_miss", people, 0, _of_people(people, 0, run.wanted.level), point=nowhere, group=group)
            for group, people in counted.items()
        ]
    return found


def _selectivity(searches: Searches, run: _Run, faults: ListFaults) -> list[Estimate]:
    """Estimate candidates per non-mated search at every operating point."""
    found = []
    for point in run.points:
        if point.threshold is None:
            why = f"not attainable: {point.unattainable}"
            found.append(Estimate("sel", undefined=why, target=_target("sel", point), level=run.wanted.level))
            continue
        short = faults.full_lists(point.threshold)
        for groups in _groupings(run.wanted):
            counted = count_candidates(searches, point.threshold, groups=groups)
            if not counted and not groups:
                found.append(_nobody("sel", point))
            found += [_count(people, point, group, run.wanted, short=short) for group, people in counted.items()]
    return found


def _count(people: People, point: OperatingPoint, group: Group, wanted: Wanted, *, short: int) -> Estimate:
    if short:
        why = f"the lists of {short} non-mated searches are full and end at or above the threshold: more may follow"
        return Estimate("sel", undefined=why, n=people.n, threshold=point.threshold, target=_target("sel", point),
                        group=group)  # fmt: skip
    ends = count_by_subject(people.events[:, 0], people.trials, level=wanted.level)
    return _written("sel", people, 0, ends, point=point, group=group)


def _mark_cut(estimate: Estimate, lowest_listed: float | None) -> Estimate:
    """Undefine what cannot be told below the score at which the lists were cut."""
    asked = estimate.threshold
    if asked is None or lowest_listed is None or asked >= lowest_listed or estimate.metric == "threshold":
        return estimate
    why = f"lists were cut: none shows a score below {lowest_listed:.6g}, candidates down to {asked:.6g} are unseen"
    return replace(estimate, value=None, low=None, high=None, n_events=None, method=None, undefined=why)


def _equal_errors(tally: Tally, wanted: Wanted) -> Estimate:
    value = equal_error_rate(tally)
    if isinstance(value, str):
        return Estimate("eer", undefined=value, n=tally.n, level=wanted.level)
    return Estimate("eer", value, n=tally.n, level=wanted.level, method="no interval")
