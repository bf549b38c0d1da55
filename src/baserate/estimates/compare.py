"""Two algorithms on the same searches: how much more often one misses than the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from baserate.errors import InputError, Problem
from baserate.estimates.at_rates import MissesAtRate, misses_at_rates
from baserate.estimates.counting import as_stored
from baserate.estimates.estimate import Estimate, Estimates
from baserate.estimates.intervals import difference_at_target, paired_difference
from baserate.estimates.people import Counted, count_people, names_of_people
from baserate.estimates.selectivity import behind_lists
from baserate.estimates.trials import at_or_above, prepare_searches, ranked, search_trials

if TYPE_CHECKING:
    from baserate.estimates.estimate import Interval
    from baserate.estimates.people import People
    from baserate.estimates.trial_run import Wanted
    from baserate.inputs.candidates import Searches


def compare_misses(
    first: Searches,
    second: Searches,
    *,
    thresholds: tuple[float, float] | None = None,
    rank: int | None = None,
    level: float = 0.95,
) -> Estimate:
    """Estimate the FNIR of one algorithm minus that of another, on the same searches of the same people.

    What makes a person hard for both cancels: the interval is that of the difference, not of two rates apart.

    Parameters
    ----------
    first, second
        Candidate lists of either algorithm with the same searches table.
    thresholds
        Of either algorithm, in the unit of its own scores; ``None`` to compare by rank alone.
    rank
        Longest list position that counts; ``None`` for the whole list.
    level
        Nominal coverage, between 0 and 1.

    Returns
    -------
    Estimate
        Between -1 and 1; undefined without mated searches, and at a rank behind the end of lists that may hide mates
        (:func:`~baserate.estimates.selectivity.hidden_mates`). Thresholds are taken as given; for thresholds set on
        these very searches see :func:`compare_at_rates`.

    Raises
    ------
    InputError
        The two do not have the same people with the same number of mated searches.
    """
    pair = thresholds or (None, None)
    people, counted = zip(*(_missed(s, t, rank) for s, t in zip((first, second), pair, strict=True)), strict=True)
    if not _same(people, counted):
        raise InputError([_other_searches(second)])
    metric = "rank_miss_difference" if thresholds is None else "fnir_difference"
    one, two = (c.missed() for c in counted)
    if one.n == 0:
        return Estimate(metric, undefined="there are no mated searches", rank=rank, level=level)
    for searches, threshold in zip((first, second), pair, strict=True):
        if why := behind_lists(searches, search_trials(searches), rank, threshold):
            return Estimate(metric, undefined=why, rank=rank, level=level)
    ends = paired_difference(one.events[:, 0], two.events[:, 0], one.trials, level=level)
    return replace(_difference(metric, one, two, ends), rank=rank)


def compare_at_rates(first: Searches, second: Searches, wanted: Wanted) -> Estimates:
    """Estimate the FNIR of one algorithm minus that of another where both have the same rate of false positives.

    Each algorithm's threshold is set on its own non-mated searches, and both thresholds are set again for every
    resampling of the people, the same people for both, so that the interval knows how they vary.

    Parameters
    ----------
    first, second
        Candidate lists of either algorithm with the same searches table.
    wanted
        Target rates, ranks, level and seed.

    Returns
    -------
    Estimates
        One a rate and rank; undefined where a rate cannot be attained by both, or without mated searches.

    Raises
    ------
    InputError
        The two do not have the same people with the same number of searches.
    """
    ours, theirs = (misses_at_rates(s, wanted, galleries=i) for i, s in enumerate((first, second)))
    found = [_at_rate(second, ours[at], theirs[at], wanted) for at in ours]
    return Estimates(
        replace(one, target=("fpir", rate), rank=rank, level=wanted.level)
        for one, (rate, rank) in zip(found, ours, strict=True)
    )


def _at_rate(second: Searches, one: MissesAtRate | str, two: MissesAtRate | str, wanted: Wanted) -> Estimate:
    metric = "fnir_difference"
    if isinstance(one, str) or isinstance(two, str):
        return Estimate(metric, undefined=one if isinstance(one, str) else f"of the other: {two}")
    ours, theirs = one.counted, two.counted
    same = _same((one.names, two.names), (ours, theirs)) and np.array_equal(ours.n_non_mated, theirs.n_non_mated)
    if not same:
        raise InputError([_other_searches(second)])
    if one.missed.n == 0:
        return Estimate(metric, undefined="there are no mated searches")
    events = one.missed.events[:, 0], two.missed.events[:, 0]
    careful = one.few_members or two.few_members
    ends = difference_at_target(
        one.drawn, two.drawn, *events, one.missed.trials, careful=careful, level=wanted.level
    )  # fmt: skip
    return _difference(metric, one.missed, two.missed, ends)


def _difference(metric: str, one: People, two: People, ends: Interval) -> Estimate:
    value = (int(one.events.sum()) - int(two.events.sum())) / one.n
    return Estimate(
        metric, value, ends.low, ends.high, ends.level, n=one.n, n_subjects=len(one.trials), method=ends.method
    )


def _other_searches(second: Searches) -> Problem:
    what = "the searches are not of the same people, as often, as in the other table"
    return Problem("searches-differ", second.searches.source, what, "Compare the same searches")


def _missed(searches: Searches, threshold: float | None, rank: int | None) -> tuple[list[object], Counted]:
    """Count the misses of each person, with the people's identifiers in the same order."""
    prepare_searches(searches)
    trials = ranked(search_trials(searches, ranks=() if rank is None else (rank,)), rank)
    condition = "listed" if threshold is None else at_or_above(as_stored(trials, threshold))
    counted = count_people(trials, [condition])
    nobody = np.zeros(0, np.int64)
    empty = Counted(nobody, nobody, nobody[:, None], nobody[:, None], nobody.astype(bool), named=True)
    return names_of_people(trials), counted.get((), empty)


def _same(people: tuple[list[object], ...], counted: tuple[Counted, ...]) -> bool:
    return people[0] == people[1] and np.array_equal(counted[0].n_mated, counted[1].n_mated)
