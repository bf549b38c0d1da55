"""From comparisons or searches to estimates: every metric at every operating point, for everybody and by group."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from baserate.estimates.at_rates import at_target_of, group_at_target, matched_at_target
from baserate.estimates.counting import count_near
from baserate.estimates.equal_errors import estimate_equal_errors
from baserate.estimates.estimate import Estimate, Estimates, Interval
from baserate.estimates.intervals import count_by_subject
from baserate.estimates.intervals.two_way import member_spread
from baserate.estimates.metrics import METRICS
from baserate.estimates.operating_point import OperatingPoint, equal_errors
from baserate.estimates.people import NOBODY
from baserate.estimates.selectivity import (
    count_by_member,
    count_candidates,
    hidden_mates,
    list_faults,
    mark_hidden,
)
from baserate.estimates.tails import tail_share
from baserate.estimates.trial_run import (
    Run,
    false_positives_interval,
    people_interval,
    points_of,
    run_of_searches,
    with_columns,
)
from baserate.estimates.trials import comparison_trials, gallery_size
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from baserate.estimates.intervals.effective import Spread
    from baserate.estimates.people import Group, People
    from baserate.estimates.selectivity import ListFaults
    from baserate.estimates.trial_run import Wanted
    from baserate.inputs.candidates import Searches
    from baserate.inputs.comparisons import Comparisons


_Interval: TypeAlias = "Callable[[People, int, OperatingPoint, Group], Interval]"


def measure_comparisons(comparisons: Comparisons, wanted: Wanted) -> Estimates:
    r"""Measure FMR and FNMR at every operating point, and the equal error rate.

    Thresholds at target rates are set once, for everybody, and apply to every group.

    Parameters
    ----------
    comparisons
        The ``comparisons`` of :func:`baserate.inputs.read_scores`.
    wanted
        Operating points, groups and level.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from baserate.estimates import Wanted
    >>> from baserate.inputs import read_scores
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "scores.csv"
    ...     _ = file.write_text("mated,score\n1,0.9\n1,0.4\n1,\n0,0.1\n0,0.5\n0,0.2\n0,0.3\n")
    ...     for estimate in measure_comparisons(read_scores(file).comparisons, Wanted(thresholds=(0.4,))):
    ...         print(estimate.metric, estimate)
    fmr 0.25 (0.006309 to 0.8059)
    fnmr 0.3333 (0.008404 to 0.9057)
    eer 0.3333
    """
    trials = comparison_trials(comparisons)
    wanted = with_columns(trials, wanted)
    tally, trials = count_near(trials, thresholds=wanted.thresholds, rates=wanted.rates, tail=tail_share)
    equal = equal_errors(tally)
    run = Run(
        trials, tally, points_of(trials, tally, wanted), wanted, equal=None if isinstance(equal, str) else equal,
        mistaken=trials if trials.has_member else None,
    )  # fmt: skip
    found = [*_thresholds(run, "fmr"), *_false_positives(run, "fmr"), *_misses(run, "fnmr")]
    return Estimates(replace(e, level=wanted.level) for e in (*found, _equal_errors(run)))


def measure_searches(searches: Searches, wanted: Wanted) -> Estimates:
    """Measure FPIR, SEL, FNIR at every operating point and rank, and the rank-R miss rate.

    Thresholds at target rates are set once, on the best candidates of the non-mated searches.

    Parameters
    ----------
    searches
        The ``searches`` of :func:`baserate.inputs.read_scores`.
    wanted
        Operating points, ranks, groups and level.
    """
    run, returned = run_of_searches(searches, wanted)
    faults = list_faults(searches, run.trials)
    found = [*_thresholds(run, "fpir"), *_false_positives(run, "fpir")]
    found += _selectivity(returned, run, faults)
    for rank in wanted.ranks:
        within_rank = run.within(rank)
        missed = [replace(e, rank=rank) for e in (*_misses(within_rank, "fnir"), *_rank_misses(within_rank))]
        behind = rank is not None and rank > faults.longest
        found += _mark_hidden(searches, run, missed, faults.longest) if behind else missed
    size = gallery_size(searches)
    marked = (_mark_cut(e, faults.lowest_listed) for e in found)
    return Estimates(replace(e, gallery_size=size or _own_size(e), level=wanted.level) for e in marked)


def _own_size(estimate: Estimate) -> int | None:
    """Give the size of the gallery that a group's searches were of, where it is what they are grouped by."""
    return next((int(value) for column, value in estimate.group if column == "gallery_size" and value.isdigit()), None)


def _thresholds(run: Run, metric: str) -> list[Estimate]:
    """Estimate the thresholds at target rates."""
    return [_threshold(run, point, (metric, point.target)) for point in run.points if point.target is not None]


def _threshold(run: Run, point: OperatingPoint, target: tuple[str, float]) -> Estimate:
    n, level = run.tally.n_non_mated, run.wanted.level
    matched = run.counted()[()].matched()
    people = len(matched.trials) if matched.named else None
    if point.threshold is None:
        why = f"not attainable: {point.unattainable}"
        return Estimate("threshold", undefined=why, n=n, n_subjects=people, target=target, level=level)
    ends = at_target_of(run, point).threshold
    # The threshold is the score after the last that may not pass, of which the interval is.
    low, high = min(ends.low, point.threshold), max(ends.high, point.threshold)
    return Estimate("threshold", point.threshold, low, high, level, n=n, n_subjects=people, target=target,
                    threshold=point.threshold, method=ends.method)  # fmt: skip


def _false_positives(run: Run, metric: str) -> list[Estimate]:
    def interval(people: People, place: int, point: OperatingPoint, group: Group) -> Interval:  # noqa: ARG001
        return false_positives_interval(run, people, place, group)

    return [matched_at_target(run, e) if e.group and e.target else e for e in _rates(run, metric, interval=interval)]


def _misses(run: Run, metric: str) -> list[Estimate]:
    def interval(people: People, place: int, point: OperatingPoint, group: Group) -> Interval:
        at_target = None if group or point.target is None else at_target_of(run, point).misses.get(run.rank)
        return at_target or people_interval(people, place, run.wanted.level)

    found = _rates(run, metric, interval=interval)
    return [group_at_target(run, e) if e.group and e.target else e for e in found]


def _rates(run: Run, metric: str, *, interval: _Interval) -> list[Estimate]:
    """Estimate one metric at every operating point, for everybody and then by group."""
    found = []
    for group, people in _each_group(run, metric):
        found += [
            _rate(metric, people, at, point, group=group, interval=interval) for at, point in enumerate(run.points)
        ]
    return found


def _each_group(run: Run, metric: str) -> list[tuple[Group, People]]:
    """Give the people behind a metric: everybody first, then each group that has such trials."""
    found: list[tuple[Group, People]] = []
    for groups in _groupings(run.wanted):
        for group, counted in run.counted(groups).items():
            people = counted.missed() if METRICS[metric].mated else counted.matched()
            found.append((group, people))
    return found or [((), NOBODY)]


def _groupings(wanted: Wanted) -> list[tuple[str, ...]]:
    return [(), wanted.groups] if wanted.groups else [()]


def _target(metric: str, point: OperatingPoint) -> tuple[str, float] | None:
    at = {"fmr": "fmr", "fnmr": "fmr"}.get(metric, "fpir")
    return None if point.target is None else (at, point.target)


def _rate(
    metric: str, people: People, place: int, point: OperatingPoint, *, group: Group, interval: _Interval
) -> Estimate:
    why = _no_rate(metric, people) or (f"not attainable: {point.unattainable}" if point.threshold is None else None)
    if why is not None:
        return _without(metric, people, point, why, group=group)
    return _written(metric, people, place, interval(people, place, point, group), point=point, group=group)


def _no_rate(metric: str, people: People) -> str | None:
    kind = "mated" if METRICS[metric].mated else "non-mated"
    return None if people.n else f"there are no {kind} {METRICS[metric].trials}"


def _without(metric: str, people: People, point: OperatingPoint, why: str, *, group: Group) -> Estimate:
    return Estimate(
        metric, undefined=why, n=people.n, n_subjects=len(people.trials) if people.named else None,
        threshold=point.threshold, target=_target(metric, point), group=group,
    )  # fmt: skip


def _written(
    metric: str, people: People, place: int, ends: Interval, *, point: OperatingPoint, group: Group
) -> Estimate:
    events = int(people.events[:, place].sum())
    return Estimate(
        metric, events / people.n, ends.low, ends.high, ends.level, n=people.n, n_events=events,
        n_subjects=len(people.trials) if people.named else None, method=ends.method, threshold=point.threshold,
        target=_target(metric, point), group=group,
    )  # fmt: skip


def _rank_misses(run: Run) -> list[Estimate]:
    """Estimate the rank-R miss rate: no threshold, so that lists without scores have it too."""
    found, nowhere = [], OperatingPoint(None)
    for group, people in _each_group(run, "rank_miss"):
        if why := _no_rate("rank_miss", people):
            found.append(_without("rank_miss", people, nowhere, why, group=group))
            continue
        ends = people_interval(people, -1, run.wanted.level)
        found.append(_written("rank_miss", people, -1, ends, point=nowhere, group=group))
    return found


def _selectivity(searches: Searches, run: Run, faults: ListFaults) -> list[Estimate]:
    """Estimate candidates per non-mated search at every operating point."""
    found = []
    for point in run.points:
        if point.threshold is None:
            why = f"not attainable: {point.unattainable}"
            found += [
                _without("sel", people, point, _no_rate("sel", people) or why, group=group)
                for group, people in _each_group(run, "sel")
            ]
            continue
        counted = [
            pair
            for g in _groupings(run.wanted)
            for pair in count_candidates(searches, point.threshold, groups=g).items()
        ]
        people = [(group, c.matched()) for group, c in counted] or [((), NOBODY)]
        if short := faults.full_lists(point.threshold):
            searched = count_of(short, "non-mated search")
            why = f"of {searched} the list is full and ends at or above the threshold: more may follow"
            found += [_without("sel", behind, point, _no_rate("sel", behind) or why, group=g) for g, behind in people]
            continue
        members = _candidates_by_member(searches, run, point.threshold)
        found += [_count(run, behind, point, group, members.get(group)) for group, behind in people]
    return [matched_at_target(run, e) if e.group and e.target else e for e in found]


def _candidates_by_member(searches: Searches, run: Run, threshold: float) -> dict[Group, Spread]:
    """Measure how unevenly the candidates of non-mated searches fall on the gallery's members, for every grouping."""
    return {
        group: member_spread(hits, run.trials.n_members)
        for groups in _groupings(run.wanted)
        for group, hits in count_by_member(searches, threshold, groups=groups).items()
    }


def _count(run: Run, people: People, point: OperatingPoint, group: Group, members: Spread | None) -> Estimate:
    if (why := _no_rate("sel", people)) is not None:
        return _without("sel", people, point, why, group=group)
    most, level = run.trials.n_members, run.wanted.level
    ends = count_by_subject(people.events[:, 0], people.trials, members=members, most=most, level=level)
    return _written("sel", people, 0, ends, point=point, group=group)


def _mark_hidden(searches: Searches, run: Run, found: Iterable[Estimate], longest: int) -> Iterator[Estimate]:
    """Undefine what cannot be told of a rank behind the ends of lists."""
    hidden: dict[tuple[float | None, tuple[str, ...]], dict[Group, int]] = {}
    for estimate in found:
        groups = tuple(column for column, _ in estimate.group)
        at = estimate.threshold, groups
        if at not in hidden:
            hidden[at] = hidden_mates(searches, run.trials, threshold=estimate.threshold, groups=groups)
        yield mark_hidden(estimate, hidden[at].get(estimate.group, 0), longest)


def _mark_cut(estimate: Estimate, lowest_listed: float | None) -> Estimate:
    """Undefine what cannot be told below the score at which the lists were cut."""
    asked = estimate.threshold
    if asked is None or lowest_listed is None or asked >= lowest_listed or estimate.metric == "threshold":
        return estimate
    why = f"lists were cut: none shows a score below {lowest_listed:.6g}, candidates down to {asked:.6g} are unseen"
    return estimate.without_value(why)


def _equal_errors(run: Run) -> Estimate:
    if not run.meeting():
        return estimate_equal_errors(run.tally, None, level=run.wanted.level)
    members = run.members_of()
    told = (members, run.trials) if members else None
    return estimate_equal_errors(run.tally, run.counted()[()], members=told, level=run.wanted.level)
