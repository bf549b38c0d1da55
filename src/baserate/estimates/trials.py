"""Trials: comparisons and searches brought to one form, so that counting, metrics and intervals are written once."""

# ruff: noqa: S608 - names are quoted by `name`, numbers are ours, and the connection is locked down.
from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from baserate.engines.duckdb import name
from baserate.errors import InputError, Problem
from baserate.inputs.lists import list_ends, near_candidates, own_candidates, survey

if TYPE_CHECKING:
    from collections.abc import Collection

    from duckdb import DuckDBPyConnection

    from baserate.inputs.candidates import Searches
    from baserate.inputs.comparisons import Comparisons


@dataclass(frozen=True)
class Trials:
    """A view with one row per trial: ``mated``, ``score`` and, where known, ``subject`` and ``member``.

    Parameters
    ----------
    connection
        Where the view is.
    view
        ``score`` is NULL where no threshold would make the trial count: a failure, a mate not listed, an empty list.
    source
        The file, for messages.
    has_subject
        Whether ``subject`` tells whose probe it was: trials of one person are not independent.
    has_member
        Whether ``member`` tells which gallery entry gave the score of a non-mated trial.
    groups, groups_of
        Further columns, by which trials can be grouped, and the file that has them, for messages.
    score_type
        ``FLOAT`` or ``DOUBLE``: thresholds are compared in the type in which the scores were stored, so that 0.7 means
        the score that the file shows as 0.7.
    n_members
        Entries of the gallery, where one number holds for all.
    members_meet_all
        Whether every member was compared in every trial (searches), or ``member`` tells which was (comparisons).
    near, edge
        A table of all trials at or above the score ``edge``, where these are few and the view is a large file: what is
        asked of them need not read the file again (:func:`keep_near`).
    """

    connection: DuckDBPyConnection
    view: str
    source: str
    has_subject: bool
    has_member: bool
    groups: tuple[str, ...]
    groups_of: str
    score_type: str
    n_members: int | None = None
    members_meet_all: bool = False
    near: str | None = None
    edge: float = inf

    def at_hand(self, score: float) -> Trials:
        """Give the smaller table, if it holds every trial at or above a score."""
        return replace(self, view=self.near) if self.near is not None and score >= self.edge else self


def group_column(group: str) -> str:
    """Name the column of a view of trials that holds a group, apart from the view's own: a group may be "member"."""
    return name(f"group {group}")


def comparison_trials(comparisons: Comparisons) -> Trials:
    """Take each comparison as a trial: the probe's person is the subject, the reference's the gallery member."""
    connection, view = comparisons.connection, "comparison_trials"
    subject, member = (_or_null(comparisons.has(c), c) for c in ("probe_subject", "reference_subject"))
    groups = "".join(f", {name(group)} AS {group_column(group)}" for group in comparisons.groups)
    connection.execute(
        f"CREATE OR REPLACE VIEW {view} AS "
        f"SELECT mated, score, {subject} AS subject, {member} AS member{groups} FROM {name(comparisons.view)}"
    )
    return Trials(
        connection,
        view,
        comparisons.table.source,
        has_subject=comparisons.has("probe_subject"),
        has_member=comparisons.has("reference_subject"),
        groups=comparisons.groups,
        groups_of=comparisons.table.source,
        score_type=_score_type(connection, view),
    )


def keep_near(trials: Trials, edge: float) -> Trials:
    """Copy the trials at or above a score, so that they can be asked again and again."""
    near = f"{trials.view}_near"
    trials.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {near} AS SELECT * FROM {trials.view} WHERE {at_or_above(edge)}"
    )
    return replace(trials, near=near, edge=edge)


def at_or_above(threshold: float, score: str = "score") -> str:
    """Write the condition that a candidate is returned."""
    return f"{score} >= '{threshold!r}'::DOUBLE"


def prepare_searches(searches: Searches) -> None:
    """Reduce the candidate lists, in one pass each, to the subjects found and the best candidate of each search.

    Where the lists were checked (:func:`baserate.inputs.read_scores`) both are at hand already.

    Afterwards everything asked of the searches costs what the number of searches costs, whatever the lists' length.

    Raises
    ------
    InputError
        Lists and searches do not belong together, or ranks do not count from 1: rows would be dropped or miscounted.
    """
    connection = searches.connection
    told = survey(connection, searches.candidates, searches.searches, marked=False)
    own_candidates(connection, searches.candidates, searches.searches)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW tops AS FROM {list_ends(connection, searches.candidates)}")
    # Lists that are in order are of searches that stand there once, and have ranks from 1.
    problems = [] if told.ordered else [problem for check in CHECKS for problem in check(searches)]
    if problems:
        raise InputError(problems)


def _unknown_searches(searches: Searches) -> list[Problem]:
    """Find lists of searches that the searches table does not have."""
    table = name(searches.searches.view)
    query = f"SELECT search_id FROM tops ANTI JOIN {table} USING (search_id) ORDER BY ALL"
    what = "searches with candidates are not in the searches table"
    remedy = "Add them to the searches table, or take their candidates out"
    return _problem(searches, query, "search-unknown", searches.candidates.source, what=what, remedy=remedy)


def _repeated_searches(searches: Searches) -> list[Problem]:
    """Find searches that stand in the searches table more than once, or without an identifier."""
    table = name(searches.searches.view)
    query = f"SELECT search_id FROM {table} GROUP BY 1 HAVING count(*) > 1 OR search_id IS NULL ORDER BY ALL"
    what = "search_id are repeated or missing"
    return _problem(searches, query, "search-repeated", searches.searches.source, what=what,
                    remedy="Give each search one row")  # fmt: skip


def _ranks_from_zero(searches: Searches) -> list[Problem]:
    """Find mates at rank 0 or without a rank."""
    own = own_candidates(searches.connection, searches.candidates, searches.searches)
    mated = f"SELECT search_id, subject FROM {name(searches.searches.view)} WHERE mated"
    mates = f"{own} SEMI JOIN ({mated}) USING (search_id, subject)"
    query = f"SELECT search_id FROM {mates} WHERE rank IS NULL OR rank < 1 ORDER BY ALL"
    what = "mates have no rank or one below 1"
    return _problem(searches, query, "rank-below-1", searches.candidates.source, what=what,
                    remedy="Count ranks from 1, 1 being the best candidate")  # fmt: skip


CHECKS = (_unknown_searches, _repeated_searches, _ranks_from_zero)


def _problem(searches: Searches, query: str, code: str, where: str, *, what: str, remedy: str) -> list[Problem]:
    rows = searches.connection.execute(f"{query} LIMIT 10").fetchall()
    if not rows:
        return []
    (count,) = searches.connection.execute(f"SELECT count(*) FROM ({query})").fetchall()[0]
    first = ", ".join(str(row[0])[:40] for row in rows)
    return [Problem(code, where, f"{count:,} {what} (first: {first})", remedy)]


def search_trials(searches: Searches, *, ranks: Collection[int] = ()) -> Trials:
    """Take each search as a trial, decided by the mate's score, or by the best non-mate.

    Call :func:`prepare_searches` first. A failed search has no score. Where lists hold no scores, every mate that is
    listed counts as found.

    Parameters
    ----------
    searches
        What to take.
    ranks
        Longest list positions that will be asked too, each with :func:`within` or :func:`ranked`.
    """
    view = "search_trials"
    table, alive = name(searches.searches.view), not_failed(searches)
    groups = "".join(f", s.{name(group)} AS {group_column(group)}" for group in searches.groups)
    columns = {column: f"CASE WHEN {alive} THEN CASE WHEN s.mated THEN m.{column} ELSE t.score END END"
               for column in (within("score", rank) for rank in (None, *ranks))}  # fmt: skip
    columns["best"] = "CASE WHEN s.mated THEN m.rank END"
    columns["listed"] = f"s.mated AND m.rank IS NOT NULL AND {alive}"
    columns |= {within("listed", rank): f"{columns['listed']} AND m.rank <= {rank}" for rank in ranks}
    written = ", ".join(f"{sql} AS {column}" for column, sql in columns.items())
    searches.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {view} AS SELECT s.search_id, s.mated, {written}, "
        f"{alive} AS alive, t.lowest, t.n, s.subject{groups} FROM {table} s "
        f"LEFT JOIN ({_found(searches, ranks)}) m ON s.search_id = m.search_id "
        "LEFT JOIN tops t ON s.search_id = t.search_id"
    )
    return Trials(
        searches.connection,
        view,
        searches.candidates.source,
        has_subject=True,
        has_member=False,
        groups=searches.groups,
        groups_of=searches.searches.source,
        score_type=_score_type(searches.connection, view),
        n_members=gallery_size(searches),
        members_meet_all=True,
    )


def _found(searches: Searches, ranks: Collection[int]) -> str:
    """Write the best place and score of each search's subject; only mated searches take what is found."""
    own = own_candidates(searches.connection, searches.candidates, searches.searches)
    if survey(searches.connection, searches.candidates, searches.searches).once:
        best = "".join(f", CASE WHEN rank <= {rank} THEN score END AS {within('score', rank)}" for rank in ranks)
        return f"SELECT search_id, score, rank{best} FROM {own}"
    best = "".join(f", max(score) FILTER (rank <= {rank}) AS {within('score', rank)}" for rank in ranks)
    return f"SELECT search_id, max(score) AS score, min(rank) AS rank{best} FROM {own} GROUP BY search_id"


def within(column: str, rank: int | None) -> str:
    """Name the column that holds ``score`` or ``listed`` where only the first positions of lists count."""
    return column if rank is None else f"{column}_within_{int(rank)}"


def ranked(trials: Trials, rank: int | None) -> Trials:
    """Take the same searches where only the first positions of lists count; :func:`search_trials` has to know them."""
    if rank is None:
        return trials
    view = within(trials.view, rank)
    columns = ", ".join(f"{within(column, rank)} AS {column}" for column in ("score", "listed"))
    trials.connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT * REPLACE ({columns}) FROM {trials.view}")
    return replace(trials, view=view)


def not_failed(searches: Searches) -> str:
    """Write the condition that a search, of a table named ``s``, did not fail."""
    return "NOT coalesce(s.failed, false)" if "failed" in searches.searches.columns else "true"


def keep_candidates(searches: Searches, lowest: float) -> Searches:
    """Have the candidates at or above a score at hand, so that what is asked of them need not read the file again."""
    near = near_candidates(searches.connection, searches.candidates, searches.searches, lowest)
    if near is not None:
        return replace(searches, candidates=replace(searches.candidates, view=near))
    kept = "candidates_near"
    searches.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {kept} AS SELECT search_id, candidate_subject, score "
        f"FROM {name(searches.candidates.view)} WHERE {at_or_above(lowest)}"
    )
    return replace(searches, candidates=replace(searches.candidates, view=kept))


def with_members(searches: Searches, trials: Trials, *, lowest: float) -> Trials:
    """Tell which gallery member was the best candidate of each non-mated search, where that is a false positive.

    Parameters
    ----------
    searches, trials
        The trials of the whole list, :func:`search_trials`.
    lowest
        Lowest threshold that will be asked; candidates below it are not looked at.
    """
    view = "search_trials_with_members"
    # Among candidates with the same score the first by name is taken, so that the same file gives the same answer.
    best = (
        f"SELECT l.search_id, min(l.candidate_subject) AS member FROM {name(searches.candidates.view)} l "
        f"JOIN tops t ON l.search_id = t.search_id AND l.score = t.score "
        f"WHERE l.score >= '{lowest!r}'::DOUBLE GROUP BY l.search_id"
    )
    searches.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {view} AS SELECT s.*, b.member FROM {trials.view} s "
        f"JOIN ({best}) b ON s.search_id = b.search_id WHERE NOT s.mated"
    )
    return replace(trials, view=view, has_member=True)


def gallery_size(searches: Searches) -> int | None:
    """Tell the size of the gallery when the searches table has one for all; ``None`` when it is unknown or mixed."""
    if "gallery_size" not in searches.searches.columns:
        return None
    query = f"SELECT DISTINCT gallery_size FROM {name(searches.searches.view)} LIMIT 2"
    rows = searches.connection.execute(query).fetchall()
    return int(rows[0][0]) if len(rows) == 1 and rows[0][0] is not None else None


def _or_null(present: bool, column: str) -> str:  # noqa: FBT001
    return name(column) if present else "NULL::VARCHAR"


def _score_type(connection: DuckDBPyConnection, view: str) -> str:
    (row,) = connection.execute(f"SELECT typeof(score) FROM {view} LIMIT 1").fetchall() or [("DOUBLE",)]
    return "FLOAT" if row[0] == "FLOAT" else "DOUBLE"
