"""From comparisons or searches to estimates: every metric at every operating point, for everybody and by group."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from math import inf
from typing import TYPE_CHECKING, TypeAlias

from baserate.estimates.counting import as_stored, count_near, count_scores
from baserate.estimates.equal_errors import estimate_equal_errors
from baserate.estimates.estimate import Estimate, Estimates, Interval
from baserate.estimates.intervals import (
    at_target,
    by_subject,
    count_by_subject,
    resample,
    resample_together,
    threshold_at_target,
    two_way,
    wilson,
)
from baserate.estimates.intervals.two_way import between_galleries, member_spread
from baserate.estimates.members import count_members
from baserate.estimates.metrics import METRICS
from baserate.estimates.operating_point import OperatingPoint, equal_errors, threshold_at_rate
from baserate.estimates.people import NOBODY, count_people
from baserate.estimates.selectivity import (
    behind_lists,
    count_by_member,
    count_candidates,
    hidden_mates,
    list_faults,
    mark_hidden,
)
from baserate.estimates.tails import FURTHER, fetch_tail, tail_ceiling, tail_edge, tail_share
from baserate.estimates.trials import (
    at_or_above,
    comparison_trials,
    gallery_size,
    keep_candidates,
    prepare_searches,
    ranked,
    search_trials,
    with_members,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from baserate.estimates.intervals.at_target import Replicates, ScoredPeople
    from baserate.estimates.intervals.effective import Spread
    from baserate.estimates.members import Members
    from baserate.estimates.operating_point import EqualErrors
    from baserate.estimates.people import Counted, Group, People
    from baserate.estimates.selectivity import ListFaults
    from baserate.estimates.tally import Tally
    from baserate.estimates.trials import Trials
    from baserate.inputs.candidates import Searches
    from baserate.inputs.comparisons import Comparisons


FEW = 0.5  # of the searches
_Interval: TypeAlias = "Callable[[People, int, OperatingPoint, Group], Interval]"


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
    """One kind of trials with its operating points; the data are counted once for each grouping."""

    trials: Trials
    tally: Tally
    points: tuple[OperatingPoint, ...]
    wanted: Wanted
    listed: bool = False
    rank: int | None = None
    counts: dict[tuple[str, ...], dict[Group, Counted]] = field(default_factory=dict)
    targets: dict[OperatingPoint, tuple[Interval | None, Interval]] = field(default_factory=dict)
    equal: EqualErrors | None = None
    mistaken: Trials | None = None
    members: dict[tuple[str, ...], dict[Group, Members]] = field(default_factory=dict)

    def counted(self, groups: tuple[str, ...] = ()) -> dict[Group, Counted]:
        """Count people under the conditions; all ranks in one pass over the data."""
        ranks: list[int | None] = [None, *_positions(self.wanted)] if self.listed else [None]
        whole, *within_ranks = map(self.conditions, ranks)
        if groups not in self.counts:
            lowest = float("-inf") if self.listed else min(_lowest(self.points, self.edges()), self.meeting_at())
            further = list(chain.from_iterable(within_ranks))
            self.counts[groups] = count_people(self.trials, whole, groups=groups, of_mated=further, lowest=lowest)
        first = ranks.index(self.rank) * len(whole)
        here = slice(first, first + len(whole))
        return {group: counted.of_mated(here) for group, counted in self.counts[groups].items()}

    def by_member(self, groups: tuple[str, ...] = ()) -> dict[Group, Members]:
        """Count false positives by gallery member, where the trials tell which were mistaken for somebody."""
        if self.mistaken is not None and groups not in self.members:
            self.counted(groups)
            conditions = [*_conditions(point.threshold for point in self.points), *self.meeting()]
            lowest, of_subjects = min(_lowest(self.points), self.meeting_at()), len(self.conditions(None))
            self.members[groups] = count_members(
                self.mistaken, conditions, groups=groups, lowest=lowest, of_subjects=of_subjects
            )
        return self.members.get(groups, {})

    def members_of(self, group: Group = ()) -> Members | None:
        """Give the gallery members of a group's non-mated trials, where they are told."""
        found = self.by_member(tuple(column for column, _ in group)).get(group)
        return found if found is not None and found.people.n else None

    def within(self, rank: int | None) -> _Run:
        """Take the same searches where only the first positions of lists count."""
        return replace(self, trials=ranked(self.trials, rank), rank=rank, targets={})

    def conditions(self, rank: int | None) -> list[str]:
        """Ask at every point, at the edge of every tail, then whose mate is listed or where the rates meet."""
        thresholds = [*(point.threshold for point in self.points), *self.edges()]
        asked = _conditions(thresholds, within("score", rank))
        return asked + ([within("listed", rank)] if self.listed else self.meeting())

    def meeting(self) -> list[str]:
        """Condition of the threshold at which both error rates are equal, if it is asked for and somebody's."""
        return [at_or_above(self.equal.threshold)] if self.equal and self.trials.has_subject else []

    def meeting_at(self) -> float:
        """Threshold of :meth:`meeting`; infinity where there is none."""
        return self.equal.threshold if self.equal and self.trials.has_subject else inf

    def edges(self) -> list[float]:
        """Score down to which the tail is fetched, for each point that was set at a rate; infinity for the others."""
        return [
            tail_edge(self.tally, tail_share(point.target)) if point.target and point.threshold is not None else inf
            for point in self.points
        ]

    def at_target(self, point: OperatingPoint) -> tuple[Interval | None, Interval]:
        """Give the intervals of the miss rate and of the threshold at a point that was set at a rate.

        The former is not there without mated trials.
        """
        if point not in self.targets:
            self.targets.update(_at_targets(self))
        return self.targets[point]


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
    tally, trials = count_near(
        comparison_trials(comparisons), thresholds=wanted.thresholds, rates=wanted.rates, tail=tail_share
    )
    equal = equal_errors(tally)
    run = _Run(
        trials, tally, _points(trials, tally, wanted), wanted, equal=None if isinstance(equal, str) else equal,
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
    run, returned = _searched(searches, wanted)
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
    return Estimates(replace(e, gallery_size=size, level=wanted.level) for e in marked)


def _searched(searches: Searches, wanted: Wanted) -> tuple[_Run, Searches]:
    """Prepare to measure searches, with the candidates that are returned at any point at hand where they are few."""
    prepare_searches(searches)
    trials = search_trials(searches, ranks=_positions(wanted))
    tally = count_scores(trials, thresholds=wanted.thresholds, rates=wanted.rates, eer=False)
    run = _Run(trials, tally, _points(trials, tally, wanted), wanted, listed=True)
    lowest = _lowest(run.points)
    returned = keep_candidates(searches, lowest) if _few(tally, lowest) else searches
    mistaken = with_members(returned, trials, lowest=lowest) if lowest < inf else None
    return replace(run, mistaken=mistaken), returned


@dataclass(frozen=True, eq=False)
class MissesAtRate:
    """Misses of each person at a threshold that was set at a target rate, with those of resampled people.

    Parameters
    ----------
    names
        Identifier of each person, in order; those whose trials were resampled.
    counted
        Trials of each, mated and not.
    missed
        Mated trials and misses.
    drawn
        Of people resampled with weights that are the same for the same people and the same seed.
    """

    names: list[object]
    counted: Counted
    missed: People
    drawn: Replicates


def misses_at_rates(
    searches: Searches, wanted: Wanted, *, galleries: int = 0
) -> dict[tuple[float, int | None], MissesAtRate | str]:
    """Count misses by person and resample them, at every target rate and rank, or tell why a rate cannot be attained.

    Parameters
    ----------
    searches
        Candidate lists with their searches.
    wanted
        Target rates of false positives, ranks, level and seed.
    galleries
        Seed of what other galleries draw; another for another algorithm.
    """
    run, _ = _searched(searches, replace(wanted, thresholds=(), groups=()))
    found: dict[tuple[float, int | None], MissesAtRate | str] = {
        (rate, rank): f"not attainable: {point.unattainable}"
        for rate, point in zip(wanted.rates, run.points, strict=True)
        for rank in wanted.ranks
    }
    for rank in wanted.ranks:
        within_rank = run.within(rank)
        drawn = resample_targets(within_rank, galleries=galleries)
        counted = within_rank.counted()[()]
        names = [row[0] for row in run.trials.connection.execute("SELECT person FROM people ORDER BY rowid").fetchall()]
        for place, replicates in drawn.items():
            missed = counted.missed()
            missed = replace(missed, events=missed.events[:, [place]])
            hidden = behind_lists(searches, run.trials, rank, run.points[place].threshold)
            found[wanted.rates[place], rank] = hidden or MissesAtRate(names, counted, missed, replicates)
    return found


def _few(tally: Tally, lowest: float) -> bool:
    """Whether so few searches return anybody at or above a score that the candidates who are returned are few."""
    return lowest < inf and sum(tally.at(lowest)) <= FEW * tally.n


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
    if not run.trials.has_subject:
        return Estimate("threshold", point.threshold, n=n, target=target, threshold=point.threshold, level=level,
                        method="no interval: whose trials these are is not told")  # fmt: skip
    ends = run.at_target(point)[1]
    # The threshold is the score after the last that may not pass, of which the interval is.
    low, high = min(ends.low, point.threshold), max(ends.high, point.threshold)
    return Estimate("threshold", point.threshold, low, high, level, n=n, target=target,
                    threshold=point.threshold, method=ends.method)  # fmt: skip


def _at_targets(run: _Run) -> dict[OperatingPoint, tuple[Interval | None, Interval]]:
    missed, matched = run.counted()[()].missed(), run.counted()[()].matched()
    found = {}
    for place, drawn in resample_targets(run).items():
        false_positives = _of_false_positives(run, matched, place, ())
        threshold = threshold_at_target(drawn.falling, matched.n, false_positives)
        found[run.points[place]] = _misses_at_target(run, missed, place, drawn), threshold
    return found


def _misses_at_target(run: _Run, missed: People, place: int, drawn: Replicates) -> Interval | None:
    if not missed.n:
        return None
    members, n = run.members_of(), run.tally.n_non_mated
    spread = members.spread(run.trials, place, n=n) if members else None
    few = members is not None and (spread is None or spread.few)
    return at_target(drawn, missed.events[:, place], missed.trials, careful=few, level=run.wanted.level)


def resample_targets(run: _Run, *, galleries: int = 0) -> dict[int, Replicates]:
    """Resample people for every point that was set at a rate; reach further down where a replicate had to.

    Parameters
    ----------
    run
        What to resample.
    galleries
        Seed of what other galleries draw; another for another algorithm.
    """
    places = [place for place, point in enumerate(run.points) if point.target and point.threshold is not None]
    between = {place: _between_galleries(run, place) for place in places}
    counted, edges = run.counted()[()], run.edges()
    asked = []
    for place in places:
        at = len(run.points) + place  # of the condition that the score is in the tail
        rate = run.points[place].target or 0.0
        ceiling = tail_ceiling(run.tally, rate)
        people = fetch_tail(run.trials, run.tally, counted, edge=edges[place], place=at, ceiling=ceiling)
        asked.append((replace(people, between_galleries=between[place]), rate))
    if not asked:
        return {}
    drawn = resample_together(asked, seed=run.wanted.seed, galleries=galleries)
    matched = run.counted()[()].matched()
    found = {}
    for place, one, (people, rate) in zip(places, drawn, asked, strict=True):
        reach = int(matched.n * _of_false_positives(run, matched, place, ()).high) + 1
        enough = one.complete and len(one.falling) > reach
        found[place] = one if enough else _further(run, people, rate, reach=reach, galleries=galleries)
    return found


def _between_galleries(run: _Run, place: int) -> float:
    """Measure how much the false positives at a point vary between galleries, where members are told."""
    members, n = run.members_of(), run.tally.n_non_mated
    spread = members.spread(run.trials, place, n=n) if members else None
    if members is None or spread is None:
        return 0.0
    events = float(members.people.events[:, place].sum())
    return between_galleries(spread, events, n, level=run.wanted.level)


def _further(run: _Run, people: ScoredPeople, rate: float, *, reach: int, galleries: int) -> Replicates:
    """Resample again at one rate, with more and more of the non-mated scores, in any case more than some."""
    share = tail_share(rate)
    while True:
        share *= FURTHER
        edge = tail_edge(run.tally, share)
        counted = count_people(run.trials, [at_or_above(edge)], lowest=edge)[()]
        deeper = fetch_tail(run.trials, run.tally, counted, edge=edge, place=0)
        deeper = replace(deeper, between_galleries=people.between_galleries)
        drawn = resample(deeper, rate, seed=run.wanted.seed, galleries=galleries)
        if share >= 1 or (drawn.complete and len(drawn.falling) > reach):
            return drawn


def _false_positives(run: _Run, metric: str) -> list[Estimate]:
    def interval(people: People, place: int, point: OperatingPoint, group: Group) -> Interval:  # noqa: ARG001
        return _of_false_positives(run, people, place, group)

    return _rates(run, metric, interval=interval)


def _of_false_positives(run: _Run, people: People, place: int, group: Group) -> Interval:
    members = run.members_of(group)
    if members is None:
        return _of_people(people, place, run.wanted.level)
    spread = members.spread(run.trials, place, n=people.n)
    return two_way(*people.one_by_one(place), members=spread, level=run.wanted.level)


def _misses(run: _Run, metric: str) -> list[Estimate]:
    def interval(people: People, place: int, point: OperatingPoint, group: Group) -> Interval:
        resampled = None if group or point.target is None or not people.named else run.at_target(point)[0]
        return resampled or _of_people(people, place, run.wanted.level)

    return _rates(run, metric, interval=interval)


def _positions(wanted: Wanted) -> list[int]:
    """Give the ranks that are wanted, apart from the whole list."""
    return list(dict.fromkeys(rank for rank in wanted.ranks if rank is not None))


def _conditions(thresholds: Iterable[float | None], score: str = "score") -> list[str]:
    return ["false" if at is None or at == inf else at_or_above(at, score) for at in thresholds]


def _lowest(points: Iterable[OperatingPoint], edges: Iterable[float] = ()) -> float:
    """Find the lowest score that any condition speaks of."""
    return min([*(point.threshold for point in points if point.threshold is not None), *edges], default=inf)


def _of_people(people: People, place: int, level: float) -> Interval:
    if people.named:
        return by_subject(people.events[:, place], people.trials, level=level)
    return wilson(float(people.events[:, place].sum()), people.n, level=level)


def _rates(run: _Run, metric: str, *, interval: _Interval) -> list[Estimate]:
    """Estimate one metric at every operating point, for everybody and then by group."""
    found = []
    for group, people in _each_group(run, metric):
        found += [
            _rate(metric, people, at, point, group=group, interval=interval) for at, point in enumerate(run.points)
        ]
    return found


def _each_group(run: _Run, metric: str) -> list[tuple[Group, People]]:
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


def _rank_misses(run: _Run) -> list[Estimate]:
    """Estimate the rank-R miss rate: no threshold, so that lists without scores have it too."""
    found, nowhere = [], OperatingPoint(None)
    for group, people in _each_group(run, "rank_miss"):
        if why := _no_rate("rank_miss", people):
            found.append(_without("rank_miss", people, nowhere, why, group=group))
            continue
        ends = _of_people(people, -1, run.wanted.level)
        found.append(_written("rank_miss", people, -1, ends, point=nowhere, group=group))
    return found


def _selectivity(searches: Searches, run: _Run, faults: ListFaults) -> list[Estimate]:
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
            why = f"the lists of {short} non-mated searches are full and end at or above the threshold: more may follow"
            found += [_without("sel", behind, point, _no_rate("sel", behind) or why, group=g) for g, behind in people]
            continue
        members = _candidates_by_member(searches, run, point.threshold)
        found += [_count(run, behind, point, group, members.get(group)) for group, behind in people]
    return found


def _candidates_by_member(searches: Searches, run: _Run, threshold: float) -> dict[Group, Spread]:
    """Measure how unevenly the candidates of non-mated searches fall on the gallery's members, for every grouping."""
    return {
        group: member_spread(hits, run.trials.n_members)
        for groups in _groupings(run.wanted)
        for group, hits in count_by_member(searches, threshold, groups=groups).items()
    }


def _count(run: _Run, people: People, point: OperatingPoint, group: Group, members: Spread | None) -> Estimate:
    if (why := _no_rate("sel", people)) is not None:
        return _without("sel", people, point, why, group=group)
    most, level = run.trials.n_members, run.wanted.level
    ends = count_by_subject(people.events[:, 0], people.trials, members=members, most=most, level=level)
    return _written("sel", people, 0, ends, point=point, group=group)


def _mark_hidden(searches: Searches, run: _Run, found: Iterable[Estimate], longest: int) -> Iterator[Estimate]:
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
    return replace(estimate, value=None, low=None, high=None, n_events=None, method=None, undefined=why)


def _equal_errors(run: _Run) -> Estimate:
    if not run.meeting():
        return estimate_equal_errors(run.tally, None, level=run.wanted.level)
    members = run.members_of()
    told = (members, run.trials) if members else None
    return estimate_equal_errors(run.tally, run.counted()[()], members=told, level=run.wanted.level)
