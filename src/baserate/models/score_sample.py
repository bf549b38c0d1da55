"""Scores that were read, as the sample from which rates in another gallery are extrapolated."""

# ruff: noqa: S608 - names are ours or quoted by `name`, and the connection is locked down.
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from baserate.engines.duckdb import name
from baserate.errors import InputError, Problem, refuse
from baserate.estimates.trials import comparison_trials, gallery_size, group_column, prepare_searches, search_trials
from baserate.models.score_extrapolation import ScoreSample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from baserate.estimates.trials import Trials
    from baserate.inputs import Comparisons, Searches

MOST_ROWS = 50_000_000


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
    return _sample(trials, subject, gallery_size, dispersion)


def sample_of_searches(searches: Searches, gallery_size: int | None = None, *, dispersion: float = 0.0) -> ScoreSample:
    """Take from each non-mated search its best candidate, and from each mated one its mate, wherever it is listed.

    A mate that is not listed was not returned: a list that was cut short makes FNIR higher than it is.

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
    return _sample(search_trials(searches), "subject", size, dispersion)


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


def _sample(trials: Trials, subject: str | None, size: int, dispersion: float) -> ScoreSample:
    _refuse_unusable(trials, subject)
    person = "0" if subject is None else f"dense_rank() OVER (ORDER BY {subject})"
    query = (
        f"SELECT mated, coalesce(score::DOUBLE, '-inf'::DOUBLE) AS score, {person} AS person FROM {name(trials.view)}"
    )
    found = trials.connection.execute(query).fetchnumpy()
    mated, score = np.asarray(found["mated"], bool), np.asarray(found["score"], np.float64)
    people = None if subject is None else np.asarray(found["person"], np.int64)

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
