"""Whole curves: the error trade-off along the threshold, and misses along the rank."""

# ruff: noqa: S608 - names are quoted by `name`, and the connection is locked down.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from baserate.engines.duckdb import name
from baserate.errors import NotEstimableError
from baserate.estimates.estimate import Estimate, Estimates
from baserate.estimates.intervals import by_subject
from baserate.estimates.people import NOBODY, count_people
from baserate.estimates.selectivity import hidden_mates, mark_hidden
from baserate.estimates.trials import search_trials
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.estimates.people import People
    from baserate.estimates.tally import Floats, Ints, Tally
    from baserate.inputs.candidates import Searches


@dataclass(frozen=True, eq=False)
class ErrorTradeOff(Shown):
    """Points of a detection error trade-off (DET) curve; each is exact, none is interpolated.

    Parameters
    ----------
    thresholds
        Scores, ascending.
    false_positive_rate, miss_rate
        FMR and FNMR of comparisons, FPIR and FNIR of searches, at each.
    """

    thresholds: Floats
    false_positive_rate: Floats
    miss_rate: Floats


def error_trade_off(tally: Tally) -> ErrorTradeOff:
    """Read the DET curve off a tally: one point at every edge of its steps.

    Where the tally counted ranges, the curve has a point at every edge of a range and, within a range, none: there are
    tens of thousands of them, closest where few non-mated scores are left.

    Parameters
    ----------
    tally
        With mated and non-mated trials.

    Raises
    ------
    NotEstimableError
        One of the two kinds of trials is missing.

    Examples
    --------
    >>> import numpy as np
    >>> from baserate.estimates.tally import tally_of_scores
    >>> curve = error_trade_off(tally_of_scores(np.array([0.4, 0.9]), np.array([0.1, 0.5])))
    >>> curve.false_positive_rate.tolist(), curve.miss_rate.tolist()
    ([1.0, 0.5, 0.5, 0.0], [0.0, 0.0, 0.5, 0.5])
    """
    if tally.n_mated == 0 or tally.n_non_mated == 0:
        msg = "an error trade-off needs mated and non-mated trials"
        raise NotEstimableError(msg)
    return ErrorTradeOff(
        tally.scores,
        tally.non_mated_at_or_above() / tally.n_non_mated,
        1 - tally.mated_at_or_above() / tally.n_mated,
    )


def misses_by_rank(searches: Searches) -> tuple[Ints, int]:
    """Count the mated searches that miss their mate within each rank: 1 minus the cumulative match characteristic.

    Call :func:`baserate.estimates.trials.prepare_searches` first.

    Returns
    -------
    tuple
        Misses at rank 1, 2, ... up to the last rank at which a mate was found, and the number of mated searches.
    """
    view = name(search_trials(searches).view)
    query = f"SELECT best, count(*) FROM {view} WHERE mated AND listed GROUP BY best ORDER BY best"
    found = searches.connection.execute(query).fetchall()
    (n,) = searches.connection.execute(f"SELECT count(*) FROM {view} WHERE mated").fetchall()[0]
    hits = np.zeros(max((rank for rank, _ in found), default=0), np.int64)
    for rank, count in found:
        hits[rank - 1] = count
    return int(n) - np.cumsum(hits), int(n)


def rank_misses(searches: Searches, ranks: Sequence[int], *, level: float = 0.95) -> Estimates:
    """Estimate the rank-R miss rate at several ranks in one pass: the complement of the CMC curve, with intervals.

    Call :func:`baserate.estimates.trials.prepare_searches` first.

    Parameters
    ----------
    searches
        The ``searches`` of :func:`baserate.inputs.read_scores`.
    ranks
        Longest list positions that count, 1 or more each.
    level
        Nominal coverage of the intervals, which treat people as independent, between 0 and 1.

    Returns
    -------
    Estimates
        One for each rank; undefined without mated searches, and at a rank behind the end of lists that may hide mates
        (:func:`baserate.estimates.selectivity.hidden_mates`).
    """
    trials = search_trials(searches)
    counted = count_people(trials, [f"listed AND best <= {int(rank)}" for rank in ranks]).get(())
    people = NOBODY if counted is None else counted.missed()
    found = [_rank_miss(people, place, rank, level) for place, rank in enumerate(ranks)]
    (longest,) = searches.connection.execute("SELECT coalesce(max(n), 0) FROM tops").fetchall()[0]
    if max(ranks, default=0) <= longest:
        return Estimates(found)
    hidden = hidden_mates(searches, trials).get((), 0)
    return Estimates(mark_hidden(one, hidden, longest) for one in found)


def _rank_miss(people: People, place: int, rank: int, level: float) -> Estimate:
    if not people.n:
        return Estimate("rank_miss", undefined="there are no mated searches", rank=rank, level=level)
    events = people.events[:, place]
    ends = by_subject(events, people.trials, level=level)
    missed = int(events.sum())
    return Estimate(
        "rank_miss", missed / people.n, ends.low, ends.high, level, n=people.n, n_events=missed,
        n_subjects=len(people.trials), method=ends.method, rank=rank,
    )  # fmt: skip
