"""Whole curves: the error trade-off along the threshold, and misses along the rank."""

# ruff: noqa: S608 - names are quoted by `name`, and the connection is locked down.
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from baserate.engines.duckdb import name
from baserate.errors import NotEstimableError, refuse
from baserate.estimates.counting import count_scores
from baserate.estimates.estimate import Estimate, Estimates
from baserate.estimates.intervals import by_subject
from baserate.estimates.people import NOBODY, count_people
from baserate.estimates.selectivity import behind_lists, hidden_mates, mark_hidden
from baserate.estimates.tally import Tally
from baserate.estimates.trials import comparison_trials, gallery_size, prepare_searches, ranked, search_trials
from baserate.inputs.comparisons import Comparisons
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.estimates.people import People
    from baserate.estimates.tally import Floats, Ints
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


def error_trade_off(of: Tally | Comparisons | Searches, *, rank: int | None = None) -> ErrorTradeOff:
    """Count the whole DET curve: one point at every score, from a file or from a tally.

    Of more than 200,000 trials scores are counted in some 65,000 ranges: the curve has a point at every edge of a range
    and, within a range, none. Intervals stand on the points of :func:`baserate.estimates.measure_reading`, with curves.

    Parameters
    ----------
    of
        The ``comparisons`` or the ``searches`` of :func:`baserate.inputs.read_scores`, or a tally with mated and
        non-mated trials.
    rank
        Longest list position that counts, of searches; ``None`` for the whole list.

    Raises
    ------
    NotEstimableError
        One of the two kinds of trials is missing, or lists end before the rank and may hide mates.
    InputError
        A rank below 1, or lists and searches that do not belong together.

    Examples
    --------
    >>> import numpy as np
    >>> from baserate.estimates.tally import tally_of_scores
    >>> curve = error_trade_off(tally_of_scores(np.array([0.4, 0.9]), np.array([0.1, 0.5])))
    >>> curve.false_positive_rate.tolist(), curve.miss_rate.tolist()
    ([1.0, 0.5, 0.5, 0.0], [0.0, 0.0, 0.5, 0.5])

    >>> import duckdb
    >>> from baserate.inputs import read_scores
    >>> rows = duckdb.sql("SELECT i % 2 = 0 AS mated, i * i / 10 AS score FROM range(4) t(i)")
    >>> error_trade_off(read_scores(rows).comparisons).thresholds.tolist()
    [0.0, 0.1, 0.4, 0.9]
    """
    tally = of if isinstance(of, Tally) else _counted(of, rank)
    if tally.n_mated == 0 or tally.n_non_mated == 0:
        msg = "an error trade-off needs mated and non-mated trials"
        raise NotEstimableError(msg)
    return ErrorTradeOff(
        tally.scores,
        tally.non_mated_at_or_above() / tally.n_non_mated,
        1 - tally.mated_at_or_above() / tally.n_mated,
    )


def _counted(of: Comparisons | Searches, rank: int | None) -> Tally:
    if isinstance(of, Comparisons):
        return count_scores(comparison_trials(of), eer=False)
    if rank is not None and rank < 1:
        raise refuse("rank-out-of-range", "rank", f"{rank} is below 1", "Count ranks from 1")
    prepare_searches(of)
    trials = search_trials(of, ranks=() if rank is None else (rank,))
    if why := behind_lists(of, trials, rank, None):
        raise NotEstimableError(why)
    return count_scores(ranked(trials, rank), eer=False)


def misses_by_rank(searches: Searches) -> tuple[Ints, int]:
    """Count the mated searches that miss their mate within each rank: 1 minus the cumulative match characteristic.

    Parameters
    ----------
    searches
        The ``searches`` of :func:`baserate.inputs.read_scores`.

    Returns
    -------
    tuple
        Misses at rank 1, 2, ... up to the last rank at which a mate was found, and the number of mated searches.

    Raises
    ------
    InputError
        Lists and searches do not belong together, or ranks do not count from 1.

    Examples
    --------
    >>> import duckdb
    >>> from baserate.inputs import read_scores
    >>> lists = duckdb.sql("SELECT i // 3 AS search_id, i % 3 AS candidate_subject, i % 3 + 1 AS rank, -i AS score "
    ...                    "FROM range(12) t(i)")
    >>> searches = duckdb.sql("SELECT i AS search_id, i AS subject, i < 3 AS mated FROM range(4) t(i)")
    >>> misses, n = misses_by_rank(read_scores(lists, searches=searches).searches)
    >>> misses.tolist(), n
    ([2, 1, 0], 3)
    """
    prepare_searches(searches)
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
    prepare_searches(searches)
    trials = search_trials(searches)
    counted = count_people(trials, [f"listed AND best <= {int(rank)}" for rank in ranks]).get(())
    people = NOBODY if counted is None else counted.missed()
    size = gallery_size(searches)
    found = [replace(_rank_miss(people, place, rank, level), gallery_size=size) for place, rank in enumerate(ranks)]
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
