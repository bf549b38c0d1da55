"""At target rates: people are resampled, and the threshold is set again for each of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from math import inf, log
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from baserate.estimates.counting import resolve_rates
from baserate.estimates.detectable import law_of
from baserate.estimates.estimate import AtThreshold, Interval, named
from baserate.estimates.intervals import at_target, over_thresholds, resample, resample_together, with_threshold
from baserate.estimates.intervals.two_way import between_galleries
from baserate.estimates.intervals.wilson import FEW
from baserate.estimates.moves import LEAST, beyond_everybody, by_chance, moved
from baserate.estimates.people import count_met, count_people, names_of_people
from baserate.estimates.selectivity import behind_lists
from baserate.estimates.tails import FURTHER, fetch_tail, tail_ceiling, tail_edge, tail_share
from baserate.estimates.threshold_interval import left_open, threshold_interval
from baserate.estimates.trial_run import AtTarget, false_positives_interval, people_interval, run_of_searches
from baserate.estimates.trials import at_or_above

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from baserate.estimates.estimate import Estimate
    from baserate.estimates.intervals.at_target import Replicates, ScoredPeople
    from baserate.estimates.intervals.effective import Spread
    from baserate.estimates.operating_point import OperatingPoint
    from baserate.estimates.people import Counted, Group, People
    from baserate.estimates.tally import Floats, Tally
    from baserate.estimates.trial_run import Run, Wanted
    from baserate.inputs.candidates import Searches


STEPS = 40  # of the thresholds that resampled people set


def at_target_of(run: Run, point: OperatingPoint) -> AtTarget:
    """Give the intervals of the threshold and of everybody's miss rate at a point that was set at a rate."""
    if point not in run.targets:
        run.targets.update(_at_targets(run))
    return run.targets[point]


def group_at_target(run: Run, estimate: Estimate) -> Estimate:
    """Widen the interval of a group's miss rate by what the threshold may be, which was set on everybody's trials."""
    fixed = _given(estimate)
    if fixed is None or estimate.value is None:
        return estimate
    point = _point_of(run, estimate)
    misses = 1 - _found_between(run)[estimate.group][point] / estimate.n
    at, (low, high) = at_target_of(run, point), misses[:2].tolist()
    name = "group_at_target" if at.drawn else "trials_at_target"
    ends = with_threshold(estimate.value, fixed, between=(low, high), name=name, careful=at.careful)
    if at.drawn:
        # A group's misses lean with the threshold as everybody's, as far as it moves them and the group sets it.
        squares = float(ndtri((1 + fixed.level) / 2)) ** 2
        together = squares * at.leaning[run.rank] * float(np.std(misses[2:])) * _weight(run, estimate, point)
        ends = over_thresholds(estimate.value, fixed, misses[2:], ends, together=together)
    few = not ends.careful and _few_events(estimate, ends)
    given = AtThreshold(fixed, (low, high))
    method = named(ends.method, careful=few)
    return replace(estimate, low=ends.low, high=ends.high, method=method, at_threshold=given)


def _weight(run: Run, estimate: Estimate, point: OperatingPoint) -> float:
    """Share of the false positives that a group has, over its share of mated trials: 1 of a group like the others."""
    met = {group: float(counts[point][2]) for group, counts in _matched_between(run).items()}
    everybody, mated = sum(met.values()), run.counted()[()].missed().n
    return met.get(estimate.group, 0.0) / everybody / (estimate.n / mated) if everybody else 1.0


def _given(estimate: Estimate) -> Interval | None:
    """Give the interval of an estimate that takes the threshold as given."""
    if estimate.low is None or estimate.high is None:
        return None
    return Interval(estimate.low, estimate.high, estimate.level, estimate.method or "")


def _few_events(estimate: Estimate, ends: Interval) -> bool:
    """Whether an interval is worth fewer independent events than tell how uncertain it is."""
    value = estimate.value or 0.0
    return value > 0 and law_of(value, ends, estimate.n, count=False).worth * value < FEW


def _found_between(run: Run) -> dict[Group, dict[OperatingPoint, Floats]]:
    """Count each group's mated trials that would be found with the threshold at either end, and where it was drawn."""
    if not run.found_between:
        asked = {point: (at.ends + at.drawn) for point in targets_of(run).values() for at in [at_target_of(run, point)]}
        run.found_between.update(_met(run, asked, mated=True))
    return run.found_between


def _met(
    run: Run, asked: Mapping[OperatingPoint, tuple[float, ...]], *, mated: bool
) -> dict[Group, dict[OperatingPoint, Floats]]:
    """Count each group's trials at or above the scores that are asked at each point."""
    conditions = [at_or_above(end) for ends in asked.values() for end in ends]
    cuts = np.cumsum([len(ends) for ends in asked.values()])[:-1]
    return {
        group: dict(zip(asked, np.split(found.astype(np.float64), cuts), strict=True))
        for group, found in count_met(run.trials, conditions, groups=run.wanted.groups, mated=mated).items()
    }


def matched_at_target(run: Run, estimate: Estimate) -> Estimate:
    """Tell of a group's false positives how they move with the threshold, which was set on everybody's trials.

    Its rate is made wider where it moves more than twice as far as everybody's: less far, the group's own false
    positives, among those that set the threshold, hold it back (:func:`baserate.estimates.moves.beyond_everybody`).
    """
    fixed = _given(estimate)
    if fixed is None or not estimate.value:
        return estimate
    point, counts = _point_of(run, estimate), _matched_between(run)
    met = counts[estimate.group][point]
    # Candidates move as the searches that return any do.
    between = (estimate.value * met[:2] / max(met[2], 1)).tolist()
    everybody = np.asarray(sum(group[point] for group in counts.values()))
    low, high = moved(estimate.value, (fixed.low, fixed.high), *_beyond_everybody(met, everybody, estimate.n))
    careful = at_target_of(run, point).careful and (low, high) != (fixed.low, fixed.high) and not fixed.careful
    method, given = named(fixed.method, careful=careful), AtThreshold(fixed, (between[0], between[1]))
    return replace(estimate, low=low, high=high, method=method, at_threshold=given)


def _beyond_everybody(met: Floats, everybody: Floats, n: int) -> tuple[float, float]:
    """Squares by which a group's ``n`` trials, met at both ends and at the threshold, fall and rise beyond its own."""
    fall = rise = 0.0
    (*ends, at), (*ends_of_all, at_of_all) = (np.maximum(counts, LEAST).tolist() for counts in (met, everybody))
    for end, end_of_all in zip(ends, ends_of_all, strict=True):
        own = log(end / at)
        square = beyond_everybody(own, log(end_of_all / at_of_all)) - by_chance(at / n, end / n, n)
        fall, rise = (max(fall, square), rise) if own < 0 else (fall, max(rise, square))
    return fall, rise


def _matched_between(run: Run) -> dict[Group, dict[OperatingPoint, Floats]]:
    """Count each group's non-mated trials at either end of where the threshold may lie, and at it, once for a run."""
    if not run.matched_between:
        targets = targets_of(run).values()
        ends = {point: (*at_target_of(run, point).ends, point.threshold or 0.0) for point in targets}
        run.matched_between.update(_met(run, ends, mated=False))
    return run.matched_between


def _point_of(run: Run, estimate: Estimate) -> OperatingPoint:
    return next(point for point in run.points if estimate.target and point.target == estimate.target[1])


def _at_targets(run: Run) -> dict[OperatingPoint, AtTarget]:
    targets, (tally, thresholds) = targets_of(run), _threshold_intervals(run)
    if not run.trials.has_subject:
        missed = run.counted()[()].missed()
        return {point: _of_trials(tally, missed, place, thresholds[place]) for place, point in targets.items()}
    runs = {rank: run.within(rank) for rank in run.ranks()}
    drawn = resample_targets(runs)
    as_told = {place: _as_far_as_told(tally, threshold) for place, threshold in thresholds.items()}
    return {point: _of_people(runs, place, as_told[place], drawn) for place, point in targets.items()}


def _threshold_intervals(run: Run) -> tuple[Tally, dict[int, Interval]]:
    """Give the interval of each threshold that was set at a rate, by place, and a tally that is exact at their ends."""
    matched, targets = run.counted()[()].matched(), targets_of(run)
    rates = {place: false_positives_interval(run, matched, place, ()) for place in targets}
    counts = {
        place: left_open(matched.n, point.target or 0.0, rates[place], events=int(matched.events[:, place].sum()))
        for place, point in targets.items()
    }
    shares = chain.from_iterable(one.rates(matched.n) for one in counts.values())
    tally = resolve_rates(run.trials, run.tally, [0.0, *shares])
    return tally, {place: threshold_interval(tally, counts[place], rates[place]) for place in targets}


def _of_people(
    runs: Mapping[int | None, Run], place: int, told: AtTarget, drawn: Mapping[tuple[int | None, int], Replicates]
) -> AtTarget:
    """Tell of a point from resampled people; within each rank they set the same thresholds."""
    missed = {rank: run.counted()[()].missed() for rank, run in runs.items()}
    misses = {
        rank: _misses_of_people(run, missed[rank], place, drawn[rank, place])
        for rank, run in runs.items()
        if missed[rank].n
    }
    one, level = drawn[next(iter(runs)), place], told.threshold.level
    low, high = _passing(one, [(1 - level) / 2, (1 + level) / 2])
    if told.careful:
        low, high = min(low, told.ends[0]), max(high, told.ends[1])
    steps = (np.arange(STEPS) + 0.5) / STEPS
    leaning = {rank: drawn[rank, place].leaning for rank in misses}
    return AtTarget(told.threshold, (low, high), misses, _passing(one, steps.tolist()), leaning)


def targets_of(run: Run) -> dict[int, OperatingPoint]:
    """Give the points that were set at a rate, by place."""
    return {place: point for place, point in enumerate(run.points) if point.target and point.threshold is not None}


def _passing(drawn: Replicates, shares: Sequence[float]) -> tuple[float, ...]:
    """Give the thresholds of replicates at some shares of them all: the lowest scores that pass."""
    last = np.quantile(drawn.thresholds, shares, method="inverted_cdf")
    return tuple(np.nextafter(last, inf).tolist())


def _of_trials(tally: Tally, missed: People, place: int, threshold: Interval) -> AtTarget:
    """Tell of a point where the data do not tell whose the trials are: they stand by themselves."""
    at = _as_far_as_told(tally, threshold)
    if not missed.n:
        return at
    found = np.append(tally.mated_at_or_above(), 0)
    low, high = (1 - int(found[np.searchsorted(tally.scores, end)]) / tally.n_mated for end in at.ends)
    share, fixed = int(missed.events.sum(0)[place]) / missed.n, people_interval(missed, place, threshold.level)
    misses = with_threshold(share, fixed, between=(low, high), name="trials_at_target", careful=at.careful)
    return replace(at, misses={None: misses})


def _as_far_as_told(tally: Tally, threshold: Interval) -> AtTarget:
    """Take the ends of the threshold's interval for where it may lie."""
    return AtTarget(threshold, (threshold.low, min(threshold.high, _above_all(tally))), {})


def _above_all(tally: Tally) -> float:
    """Give the lowest score above all non-mated ones."""
    above = int(np.flatnonzero(tally.non_mated)[-1]) + 1 if tally.non_mated.any() else 0
    return float(tally.scores[above]) if above < len(tally.scores) else inf


def _misses_of_people(run: Run, missed: People, place: int, drawn: Replicates) -> Interval:
    careful = _few_members(run, place)
    return at_target(drawn, missed.events[:, place], missed.trials, careful=careful, level=run.wanted.level)


def _few_members(run: Run, place: int) -> bool:
    """Whether few gallery members, where they are told, draw most false positives at a point."""
    spread = _over_members(run, place)
    return run.members_of() is not None and (spread is None or spread.few)


def _over_members(run: Run, place: int) -> Spread | None:
    """Measure how unevenly false positives fall on members, where they are told and more than one."""
    members = run.members_of()
    return members.spread(run.trials, place, n=run.tally.n_non_mated) if members else None


def resample_targets(runs: Mapping[int | None, Run], *, galleries: int = 0) -> dict[tuple[int | None, int], Replicates]:
    """Resample people for every point that was set at a rate; reach further down where a replicate had to.

    Parameters
    ----------
    runs
        The same searches within each rank, whose people are drawn once for all.
    galleries
        Seed of what other galleries draw; another for another algorithm.

    Returns
    -------
    dict
        By rank and place.
    """
    asked = {(rank, place): _tail(run, place) for rank, run in runs.items() for place in targets_of(run)}
    if not asked:
        return {}
    seed = next(iter(runs.values())).wanted.seed
    drawn = resample_together([*asked.values()], seed=seed, galleries=galleries)
    return {
        at: one if one.complete else _further(runs[at[0]], *asked[at], galleries=galleries)
        for at, one in zip(asked, drawn, strict=True)
    }


def _tail(run: Run, place: int) -> tuple[ScoredPeople, float]:
    """Fetch what resampling needs at a point that was set at a rate, and give the rate."""
    at, rate = len(run.points) + place, run.points[place].target or 0.0  # the condition that the score is in the tail
    ceiling, counted = tail_ceiling(run.tally, rate), run.counted()[()]
    people = fetch_tail(run.trials, run.tally, counted, edge=run.edges()[place], place=at, ceiling=ceiling)
    return replace(people, between_galleries=_between_galleries(run, place)), rate


def _between_galleries(run: Run, place: int) -> float:
    """Measure how much the false positives at a point vary between galleries, where members are told."""
    spread, matched = _over_members(run, place), run.counted()[()].matched()
    if spread is None:
        return 0.0
    return between_galleries(spread, float(matched.events[:, place].sum()), matched.n, level=run.wanted.level)


def _further(run: Run, people: ScoredPeople, rate: float, *, galleries: int) -> Replicates:
    """Resample again at one rate, with more and more of the non-mated scores."""
    share = tail_share(rate)
    while True:
        share *= FURTHER
        edge = tail_edge(run.tally, share)
        counted = count_people(run.trials, [at_or_above(edge)], lowest=edge)[()]
        deeper = fetch_tail(run.trials, run.tally, counted, edge=edge, place=0)
        deeper = replace(deeper, between_galleries=people.between_galleries)
        drawn = resample(deeper, rate, seed=run.wanted.seed, galleries=galleries)
        if drawn.complete or share >= 1:
            return drawn


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
    few_members
        Whether few gallery members draw most false positives.
    """

    names: list[object]
    counted: Counted
    missed: People
    drawn: Replicates
    few_members: bool


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
    run, _ = run_of_searches(searches, replace(wanted, thresholds=(), groups=()))
    found: dict[tuple[float, int | None], MissesAtRate | str] = {
        (rate, rank): f"not attainable: {point.unattainable}"
        for rate, point in zip(wanted.rates, run.points, strict=True)
        for rank in wanted.ranks
    }
    runs = {rank: run.within(rank) for rank in wanted.ranks}
    drawn, names = resample_targets(runs, galleries=galleries), names_of_people(run.trials)
    for (rank, place), replicates in drawn.items():
        counted = runs[rank].counted()[()]
        missed = counted.missed()
        missed = replace(missed, events=missed.events[:, [place]])
        hidden = behind_lists(searches, run.trials, rank, run.points[place].threshold)
        found[wanted.rates[place], rank] = hidden or MissesAtRate(
            names, counted, missed, replicates, _few_members(runs[rank], place)
        )
    return found
