"""Scores that were read, as the sample from which rates in another gallery are extrapolated."""

# ruff: noqa: S608 - names are ours or quoted by `name`, and the connection is locked down.
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from baserate.engines.duckdb import name
from baserate.errors import InputError, Problem, refuse
from baserate.estimates.selectivity import list_faults
from baserate.estimates.trials import comparison_trials, gallery_size, group_column, prepare_searches, search_trials
from baserate.models.score_extrapolation import ScoreSample

if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from numpy.typing import NDArray

    from baserate.estimates.trials import Trials
    from baserate.inputs import Comparisons, Searches

    Columns: TypeAlias = dict[str, NDArray[Any]]

MOST_ROWS = 50_000_000
# Of each search's list: who stands before the mate, whether the mate may be behind its end, and where that is.
_LISTS = (
    "coalesce(best - 1, n, 0) AS ahead",
    "alive AND NOT listed AS away",
    "coalesce(n, 0) AS n",
    "(SELECT coalesce(max(n), 0) FROM tops) AS longest",
    "lowest::DOUBLE AS lowest",
)


def sample_of_comparisons(comparisons: Comparisons, gallery_size: int, *, dispersion: float = 0.0) -> ScoreSample:
    """Take comparisons as the scores of a gallery of one, or the best scores of searches of a larger one.

    Parameters
    ----------
    comparisons
        ``mated`` and ``score``; a missing score is a search that returned nobody. Whose the searches are is told by
        ``probe_subject``, or by ``subject`` where there is no such column.
    gallery_size
        Persons that each non-mated score is the best of: 1 for single comparisons.
    dispersion
        See :class:`baserate.models.score_extrapolation.ScoreSample`.

    Raises
    ------
    InputError
        More than 50 million rows, or rows without a subject where others have one.

    Examples
    --------
    >>> import duckdb
    >>> from baserate.inputs import read_scores
    >>> frame = duckdb.sql("SELECT i % 2 = 0 AS mated, nullif(i, 3) / 10 AS score FROM range(5) t(i)")
    >>> sample_of_comparisons(read_scores(frame).comparisons, 1000).non_mated.tolist()
    [0.1, -inf]
    """
    trials = comparison_trials(comparisons)
    subject = "subject" if trials.has_subject else None
    if subject is None and "subject" in trials.groups:
        subject = group_column("subject")
    return _sample(_columns(trials, subject), gallery_size, dispersion, named=subject is not None)


def sample_of_searches(searches: Searches, gallery_size: int | None = None, *, dispersion: float = 0.0) -> ScoreSample:
    """Take from each non-mated search its best candidate, and from each mated one its mate, wherever it is listed.

    A mate that is not listed was not returned. Where it may stand behind the end of its list, the sample says down from
    which score, so that no rate is given that would depend on it.

    Parameters
    ----------
    searches
        Candidate lists with their searches.
    gallery_size
        Persons in the gallery; ``None`` for the one that the searches table states.
    dispersion
        See :class:`baserate.models.score_extrapolation.ScoreSample`.

    Raises
    ------
    InputError
        The gallery's size is not known, not the same for all searches, or not the one that is given.
    """
    size = _one_size(searches, gallery_size)
    prepare_searches(searches)
    trials = search_trials(searches)
    found = _columns(trials, "subject", *_LISTS)
    cut_at = list_faults(searches, trials).lowest_listed
    return _with_lists(_sample(found, size, dispersion, named=True), found, -np.inf if cut_at is None else cut_at)


def _with_lists(sample: ScoreSample, found: Columns, lowest_seen: float) -> ScoreSample:
    """Say how many stand before each mate, and down from which score one that is not listed may stand."""
    mated = np.asarray(found["mated"], bool)
    ahead, length, longest = (np.asarray(found[column], np.int64)[mated] for column in ("ahead", "n", "longest"))
    lowest, away = np.ma.filled(found["lowest"], -np.inf)[mated], np.asarray(found["away"], bool)[mated]
    # A list as long as the longest goes on below its last score, a shorter one below the score at which it was cut.
    ends = np.where(length == longest, lowest, lowest_seen)
    at_most = np.where(away & (length < sample.gallery_size), ends, -np.inf)
    return replace(sample, mated_ahead=ahead, mated_at_most=at_most, lowest_seen=lowest_seen)


def _one_size(searches: Searches, given: int | None) -> int:
    stated, where = gallery_size(searches), f"{searches.searches.source}, column gallery_size"
    if given is not None and stated is not None and given != stated:
        what = f"the searches were of {stated:,} persons, and --gallery-size says {given:,}"
        raise refuse("gallery-size-differs", where, what, "Correct one of them")
    size = stated if given is None else given
    if size is None:
        what = "it does not state one size for all searches"
        raise refuse(
            "gallery-size-unknown", where, what, "Give --gallery-size, in persons, and searches of one gallery"
        )
    return size


def _columns(trials: Trials, subject: str | None, *more: str) -> Columns:
    _refuse_unusable(trials, subject)
    person = "0" if subject is None else f"dense_rank() OVER (ORDER BY {subject})"
    asked = ("mated", "coalesce(score::DOUBLE, '-inf'::DOUBLE) AS score", f"{person} AS person", *more)
    return trials.connection.execute(f"SELECT {', '.join(asked)} FROM {name(trials.view)}").fetchnumpy()


def _sample(found: Columns, size: int, dispersion: float, *, named: bool) -> ScoreSample:
    mated, score = np.asarray(found["mated"], bool), np.asarray(found["score"], np.float64)
    people = np.asarray(found["person"], np.int64) if named else None

    def subjects(chosen: NDArray[np.bool_]) -> NDArray[np.int64] | None:
        return None if people is None else people[chosen]

    return ScoreSample(score[~mated], score[mated], size, subjects(~mated), subjects(mated), dispersion)


def _refuse_unusable(trials: Trials, subject: str | None) -> None:
    nobody = "false" if subject is None else f"{subject} IS NULL"
    query = f"SELECT count(*), count(*) FILTER ({nobody}) FROM {name(trials.view)}"
    rows, without = trials.connection.execute(query).fetchall()[0]
    problems = []
    if rows > MOST_ROWS:
        what, remedy = f"it has more than {MOST_ROWS:,} rows", "Give the largest score of each search, or a sample"
        problems.append(Problem("too-many-rows", trials.source, what, remedy))
    if without:
        what = f"rows that do not say whose they are: {without:,} of {rows:,}"
        remedy = "Write who was searched in every row, as a pseudonym, or leave the column out"
        problems.append(Problem("identifier-missing", trials.source, what, remedy))
    if problems:
        raise InputError(problems)
