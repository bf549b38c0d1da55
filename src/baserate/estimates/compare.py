"""Two algorithms on the same searches: how much more often one misses than the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from baserate.errors import InputError, Problem
from baserate.estimates.counting import as_stored
from baserate.estimates.estimate import Estimate
from baserate.estimates.intervals import paired_difference
from baserate.estimates.people import Counted, count_people
from baserate.estimates.trials import at_or_above, prepare_searches, ranked, search_trials

if TYPE_CHECKING:
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
        Between -1 and 1; undefined without mated searches. Thresholds are taken as given: if they were set on these
        very searches, the interval does not know.

    Raises
    ------
    InputError
        The two do not have the same people with the same number of mated searches.
    """
    pair = thresholds or (None, None)
    people, counted = zip(*(_missed(s, t, rank) for s, t in zip((first, second), pair, strict=True)), strict=True)
    if not _same(people, counted):
        what = "the mated searches are not of the same people, as often, as in the other table"
        raise InputError([Problem("searches-differ", second.searches.source, what, "Compare the same searches")])
    metric = "rank_miss_difference" if thresholds is None else "fnir_difference"
    one, two = (c.missed() for c in counted)
    if one.n == 0:
        return Estimate(metric, undefined="there are no mated searches", rank=rank, level=level)
    ends = paired_difference(one.events[:, 0], two.events[:, 0], one.trials, level=level)
    value = (int(one.events.sum()) - int(two.events.sum())) / one.n
    return Estimate(
        metric, value, ends.low, ends.high, level, n=one.n, n_subjects=len(one.trials), method=ends.method, rank=rank
    )


def _missed(searches: Searches, threshold: float | None, rank: int | None) -> tuple[list[object], Counted]:
    """Count the misses of each person, with the people's identifiers in the same order."""
    prepare_searches(searches)
    trials = ranked(search_trials(searches, ranks=() if rank is None else (rank,)), rank)
    condition = "listed" if threshold is None else at_or_above(as_stored(trials, threshold))
    counted = count_people(trials, [condition])
    rows = searches.connection.execute("SELECT person FROM people ORDER BY rowid").fetchall()
    nobody = np.zeros(0, np.int64)
    empty = Counted(nobody, nobody, nobody[:, None], nobody[:, None], nobody.astype(bool), named=True)
    return [row[0] for row in rows], counted.get((), empty)


def _same(people: tuple[list[object], ...], counted: tuple[Counted, ...]) -> bool:
    return people[0] == people[1] and np.array_equal(counted[0].n_mated, counted[1].n_mated)
