"""Scores that were read, as the sample from which rates in another gallery are extrapolated."""

# ruff: noqa: S608 - names are ours or quoted by `name`, and the connection is locked down.
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from baserate.engines.duckdb import name
from baserate.errors import InputError, Problem, refuse
from baserate.estimates.selectivity import list_faults
from baserate.estimates.trials import comparison_trials, group_column, prepare_searches, search_trials
from baserate.inputs.problems import count_of
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
    "alive",
)


def sample_of_comparisons(comparisons: Comparisons, gallery_size: int, *, dispersion: float = 0.0) -> ScoreSample:
    """Take comparisons as the scores of a gallery of one, or the best scores of searches of a larger one.

    Parameters
    ----------
    comparisons
        ``mated`` and ``score``; a missing score is a failure, which returns nobody in any gallery. Best scores that are
        missing because a list was empty are better given as lists. Whose the searches are is told by
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
    >>> sample = sample_of_comparisons(read_scores(frame).comparisons, 1000)
    >>> sample.non_mated.tolist(), sample.non_mated_failed
    ([0.1], 1)
    """
    trials = comparison_trials(comparisons)
    subject = "subject" if trials.has_subject else None
    if subject is None and "subject" in trials.groups:
        subject = group_column("subject")
    sample = _sample(_columns(trials, subject), gallery_size, dispersion, named=subject is not None)
    sample = _without_failures(sample, np.isfinite(sample.non_mated), trials.source)
    return replace(sample, as_float32=trials.score_type == "FLOAT")


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
    _refuse_unscored(trials)
    found = _columns(trials, "subject", *_LISTS)
    cut_at = list_faults(searches, trials).lowest_listed
    sample = _with_lists(_sample(found, size, dispersion, named=True), found, -np.inf if cut_at is None else cut_at)
    alive, mated = (np.asarray(found[column], bool) for column in ("alive", "mated"))
    sample = _without_failures(sample, alive[~mated], trials.source)
    return replace(sample, as_float32=trials.score_type == "FLOAT")


def _with_lists(sample: ScoreSample, found: Columns, lowest_seen: float) -> ScoreSample:
    """Say how many stand before each mate, and down from which score one that is not listed may stand."""
    mated = np.asarray(found["mated"], bool)
    ahead, length, longest = (np.asarray(found[column], np.int64)[mated] for column in ("ahead", "n", "longest"))
    lowest, away = np.ma.filled(found["lowest"], -np.inf)[mated], np.asarray(found["away"], bool)[mated]
    # A list as long as the longest goes on below its last score, a shorter one below the score at which it was cut.
    ends = np.where(length == longest, lowest, lowest_seen)
    at_most = np.where(away & (length < sample.gallery_size), ends, -np.inf)
    return replace(
        sample,
        mated_ahead=ahead,
        mated_at_most=at_most,
        lowest_seen=lowest_seen,
    )


def _without_failures(sample: ScoreSample, alive: NDArray[np.bool_], source: str) -> ScoreSample:
    """Take out the non-mated searches that failed: they return nobody in any gallery."""
    if not alive.any():
        what = f"all {count_of(len(alive), 'non-mated trial')} failed"
        raise refuse("no-non-mated-score", source, what, "Give some that did not: they set FPIR")
    subjects = sample.non_mated_subjects
    return replace(
        sample,
        non_mated=sample.non_mated[alive],
        non_mated_subjects=None if subjects is None else subjects[alive],
        non_mated_failed=int(np.count_nonzero(~alive)),
    )


def _one_size(searches: Searches, given: int | None) -> int:
    where = f"{searches.searches.source}, column gallery_size"
    stated = sorted(_sizes(searches))
    if len(stated) > 1:
        what = f"galleries of different sizes were searched, of {stated[0]:,} to {stated[-1]:,} persons"
        raise refuse("gallery-sizes-mixed", where, what, "Give the searches of one gallery alone")
    if given is not None and stated and given != stated[0]:
        what = f"the searches were of {stated[0]:,} persons, and --gallery-size says {given:,}"
        raise refuse("gallery-size-differs", where, what, "Correct one of them")
    if given is None and not stated:
        remedy = "Give --gallery-size, in persons"
        raise refuse("gallery-size-unknown", where, "it does not state the size of the gallery", remedy)
    return stated[0] if given is None else given


def _sizes(searches: Searches) -> set[int]:
    """Give the sizes of the galleries that were searched, as far as they are stated."""
    if "gallery_size" not in searches.searches.columns:
        return set()
    query = f"SELECT DISTINCT gallery_size FROM {name(searches.searches.view)} WHERE gallery_size IS NOT NULL"
    return {int(size) for (size,) in searches.connection.execute(query).fetchall()}


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


def _refuse_unscored(trials: Trials) -> None:
    """Refuse mates that are listed without a score: where they would stand in another gallery cannot be told."""
    query = f"SELECT count(*) FROM {name(trials.view)} WHERE mated AND listed AND score IS NULL"
    (unscored,) = trials.connection.execute(query).fetchall()[0]
    if unscored:
        what = f"{count_of(unscored, 'mate')} listed without a score"
        raise refuse("score-missing", trials.source, what, "Give the scores; take failed searches out of the lists")


def _refuse_unusable(trials: Trials, subject: str | None) -> None:
    nobody = "false" if subject is None else f"{subject} IS NULL"
    query = f"SELECT count(*), count(*) FILTER ({nobody}), count(*) FILTER (NOT mated) FROM {name(trials.view)}"
    rows, without, non_mated = trials.connection.execute(query).fetchall()[0]
    problems = []
    if not non_mated:
        what, remedy = "it holds no non-mated trial", "Give those too: how often somebody is falsely returned sets FPIR"
        problems.append(Problem("no-non-mated-score", trials.source, what, remedy))
    if rows > MOST_ROWS:
        what, remedy = f"it has more than {MOST_ROWS:,} rows", "Give the largest score of each search, or a sample"
        problems.append(Problem("too-many-rows", trials.source, what, remedy))
    if without:
        what = f"rows that do not say whose they are: {without:,} of {rows:,}"
        remedy = "Write who was searched in every row, as a pseudonym, or leave the column out"
        problems.append(Problem("identifier-missing", trials.source, what, remedy))
    if problems:
        raise InputError(problems)
