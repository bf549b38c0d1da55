"""One kind of trials with its operating points, counted by person and by gallery member, each once for a grouping."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from math import inf
from typing import TYPE_CHECKING

from baserate.estimates.counting import as_stored, count_scores
from baserate.estimates.intervals import by_subject, two_way, wilson
from baserate.estimates.members import count_members
from baserate.estimates.operating_point import OperatingPoint, threshold_at_rate
from baserate.estimates.people import count_people
from baserate.estimates.tails import tail_edge, tail_share
from baserate.estimates.trials import (
    at_or_above,
    keep_candidates,
    prepare_searches,
    ranked,
    search_trials,
    with_members,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from baserate.estimates.estimate import Interval
    from baserate.estimates.members import Members
    from baserate.estimates.operating_point import EqualErrors
    from baserate.estimates.people import Counted, Group, People
    from baserate.estimates.tally import Floats, Tally
    from baserate.estimates.trials import Trials
    from baserate.inputs.candidates import Searches

FEW = 0.5  # of the searches


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


@dataclass(frozen=True)
class AtTarget:
    """What is known of a point that was set at a rate.

    Parameters
    ----------
    threshold
        The threshold's interval.
    ends
        Between which thresholds those of resampled people lie. Where nobody is named, and at least where the interval
        is careful: its ends, the upper one not above the scores that no non-mated trial reaches, as nothing tells how
        far it may lie.
    misses
        Interval of the miss rate within each rank that is wanted; none without mated trials.
    drawn
        The thresholds that resampled people set, at equal steps of their share; empty where nobody is named.
    leaning
        How much misses vary together with the threshold, within each rank, where people were resampled
        (:attr:`baserate.estimates.intervals.at_target.Replicates.leaning`).
    """

    threshold: Interval
    ends: tuple[float, float]
    misses: dict[int | None, Interval]
    drawn: tuple[float, ...] = ()
    leaning: dict[int | None, float] = field(default_factory=dict)

    @property
    def careful(self) -> bool:
        """Whether the threshold's interval is, or is not bounded."""
        return self.threshold.careful or inf in (-self.threshold.low, self.threshold.high)


@dataclass(frozen=True, eq=False)
class Run:
    """One kind of trials with its operating points; the data are counted once for each grouping."""

    trials: Trials
    tally: Tally
    points: tuple[OperatingPoint, ...]
    wanted: Wanted
    listed: bool = False
    rank: int | None = None
    counts: dict[tuple[str, ...], dict[Group, Counted]] = field(default_factory=dict)
    targets: dict[OperatingPoint, AtTarget] = field(default_factory=dict)
    found_between: dict[Group, dict[OperatingPoint, Floats]] = field(default_factory=dict)
    matched_between: dict[Group, dict[OperatingPoint, Floats]] = field(default_factory=dict)
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

    def within(self, rank: int | None) -> Run:
        """Take the same searches where only the first positions of lists count."""
        return replace(self, trials=ranked(self.trials, rank), rank=rank, found_between={})

    def ranks(self) -> tuple[int | None, ...]:
        """Give the ranks within which misses are asked for; of comparisons there is none."""
        return self.wanted.ranks if self.listed else (None,)

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


def points_of(trials: Trials, tally: Tally, wanted: Wanted) -> tuple[OperatingPoint, ...]:
    """Give the thresholds that are wanted, then those at the target rates."""
    given = [OperatingPoint(as_stored(trials, threshold)) for threshold in wanted.thresholds]
    return (*given, *(threshold_at_rate(tally, rate) for rate in wanted.rates))


def run_of_searches(searches: Searches, wanted: Wanted) -> tuple[Run, Searches]:
    """Prepare to measure searches, with the candidates that are returned at any point at hand where they are few."""
    prepare_searches(searches)
    trials = search_trials(searches, ranks=_positions(wanted))
    wanted = with_columns(trials, wanted)
    tally = count_scores(trials, thresholds=wanted.thresholds, rates=wanted.rates, eer=False)
    run = Run(trials, tally, points_of(trials, tally, wanted), wanted, listed=True)
    lowest = _lowest(run.points)
    returned = keep_candidates(searches, lowest) if _few(tally, lowest) else searches
    mistaken = with_members(returned, trials, lowest=lowest) if lowest < inf else None
    return replace(run, mistaken=mistaken), returned


def with_columns(trials: Trials, wanted: Wanted) -> Wanted:
    """Name the groups as the table does: like other columns they are found whatever the case of their letters."""
    named = {column.casefold(): column for column in reversed(trials.groups)}
    known = set(trials.groups)
    groups = (group if group in known else named.get(group.casefold(), group) for group in wanted.groups)
    return replace(wanted, groups=tuple(dict.fromkeys(groups)))


def _few(tally: Tally, lowest: float) -> bool:
    """Whether so few searches return anybody at or above a score that the candidates who are returned are few."""
    return lowest < inf and sum(tally.at(lowest)) <= FEW * tally.n


def false_positives_interval(run: Run, people: People, place: int, group: Group) -> Interval:
    """Give the interval of a rate of false positives at one point, for other members too where they are told."""
    members = run.members_of(group)
    if members is None:
        return people_interval(people, place, run.wanted.level)
    spread = members.spread(run.trials, place, n=people.n)
    return two_way(*people.one_by_one(place), members=spread, level=run.wanted.level)


def people_interval(people: People, place: int, level: float) -> Interval:
    """Give the interval of a rate at one point, by person where the data tell whose the trials are."""
    if people.named:
        return by_subject(people.events[:, place], people.trials, level=level)
    return wilson(float(people.events[:, place].sum()), people.n, level=level)


def _positions(wanted: Wanted) -> list[int]:
    """Give the ranks that are wanted, apart from the whole list."""
    return list(dict.fromkeys(rank for rank in wanted.ranks if rank is not None))


def _conditions(thresholds: Iterable[float | None], score: str = "score") -> list[str]:
    return ["false" if at is None or at == inf else at_or_above(at, score) for at in thresholds]


def _lowest(points: Iterable[OperatingPoint], edges: Iterable[float] = ()) -> float:
    """Find the lowest score that any condition speaks of."""
    return min([*(point.threshold for point in points if point.threshold is not None), *edges], default=inf)
