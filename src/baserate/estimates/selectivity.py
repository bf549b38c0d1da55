"""Candidates per search, and what the lists cannot show because they end."""

# ruff: noqa: S608 - names are quoted by `name`, numbers are written by `repr`, and the connection is locked down.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from baserate.engines.duckdb import name
from baserate.estimates.people import split_groups, split_people
from baserate.estimates.trials import at_or_above, not_failed
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.estimates.estimate import Estimate
    from baserate.estimates.people import Counted, Group
    from baserate.estimates.tally import Floats, Ints
    from baserate.estimates.trials import Trials
    from baserate.inputs.candidates import Searches


@dataclass(frozen=True, eq=False)
class ListFaults:
    """How the candidate lists end.

    Parameters
    ----------
    last_scores
        Lowest score of each non-mated search's list that is as long as the longest of any search.
    lowest_listed
        Lowest score of any list, where lists end before others and before their gallery: they were cut at a score
        somewhere at or below it. So they were where a non-mated search that did not fail returned nobody. ``None``
        where lists are of one length.
    longest
        Candidates of the longest list of any search.
    """

    last_scores: Floats
    lowest_listed: float | None
    longest: int

    def full_lists(self, threshold: float) -> int:
        """Count the full lists whose last score is at or above a threshold."""
        return int(np.count_nonzero(self.last_scores >= threshold))


def list_faults(searches: Searches, trials: Trials) -> ListFaults:
    """Look at the ends of the lists (:func:`baserate.estimates.trials.prepare_searches` first)."""
    query = f"SELECT lowest::DOUBLE AS lowest, n FROM {trials.view} WHERE NOT mated AND lowest IS NOT NULL"
    found = searches.connection.execute(query).fetchnumpy()
    (ends,) = searches.connection.execute("SELECT min(lowest)::DOUBLE + 0.0, coalesce(max(n), 0) FROM tops").fetchall()
    lowest_listed, longest = ends
    lowest, length = np.asarray(found["lowest"], np.float64), np.asarray(found["n"], np.int64)
    # Lists of one length are cut by rank alone: then the first candidate is seen whatever its score.
    cut_by_score = _any_shorter(searches, trials, longest)
    whole_gallery = trials.n_members is not None and longest >= trials.n_members
    full = lowest[length == longest] if longest and not whole_gallery else np.zeros(0)
    return ListFaults(full, lowest_listed if cut_by_score else None, longest)


def _any_shorter(searches: Searches, trials: Trials, longest: int) -> bool:
    """Whether a list ended before others do and before its gallery; an empty one of a mated search is a failure."""
    sizes, limit = "", int(longest if trials.n_members is None else min(longest, trials.n_members))
    if trials.n_members is None and _states_sizes(searches):  # not one size for all
        sizes = f"JOIN {name(searches.searches.view)} s ON t.search_id = s.search_id "
    inside = f" AND {_inside_gallery('coalesce(t.n, 0)')}" if sizes else ""
    query = (
        f"SELECT count(*) FROM (SELECT 1 FROM {trials.view} t {sizes}WHERE t.alive AND coalesce(t.n, 0) < {limit} "
        f"AND (t.n > 0 OR NOT t.mated){inside} LIMIT 1)"
    )
    (found,) = searches.connection.execute(query).fetchall()[0]
    return bool(found)


def _states_sizes(searches: Searches) -> bool:
    return "gallery_size" in searches.searches.columns


def _inside_gallery(length: str) -> str:
    """Write the condition that a list is shorter than its gallery, as far as that is known."""
    return f"coalesce({length} < s.gallery_size, true)"


def hidden_mates(
    searches: Searches, trials: Trials, *, threshold: float | None = None, groups: Sequence[str] = ()
) -> dict[Group, int]:
    """Count the mated searches whose mate may stand behind the end of the list.

    That is where the list is as long as the longest of any search and does not hold the mate. A shorter one ended
    because the gallery was exhausted, or at a score below which nobody is returned: its mate is missed at any rank. So
    is that of a list as long as the gallery.

    Parameters
    ----------
    searches, trials
        After :func:`baserate.estimates.trials.prepare_searches`; the trials of the whole list.
    threshold
        Score at or above which the mate would have to be: a list whose last candidate is below it hides none. ``None``
        for any score.
    groups
        Columns to group by, crossed.
    """
    keys = _keys(groups)
    more = "" if threshold is None else f" AND {at_or_above(threshold, 't.lowest')}"
    size = f" AND {_inside_gallery('t.n')}" if _states_sizes(searches) else ""
    query = (
        f"SELECT {keys}count(*) AS n FROM {trials.view} t JOIN {name(searches.searches.view)} s "
        f"ON t.search_id = s.search_id WHERE t.mated AND t.alive AND NOT t.listed "
        f"AND t.n = (SELECT max(n) FROM tops){more}{size} GROUP BY ALL ORDER BY ALL"
    )
    *values, counts = searches.connection.execute(query).fetchnumpy().values()
    rows = split_groups(values, list(groups), len(counts)) if len(counts) else ()
    return {group: int(counts[rows][0]) for group, rows in rows}


def behind_lists(searches: Searches, trials: Trials, rank: int | None, threshold: float | None) -> str | None:
    """Say why a number of misses cannot be told at a rank, for everybody; ``None`` where it can."""
    (longest,) = searches.connection.execute("SELECT coalesce(max(n), 0) FROM tops").fetchall()[0]
    if rank is None or rank <= longest:
        return None
    hidden = hidden_mates(searches, trials, threshold=threshold).get((), 0)
    what = f"of {count_of(hidden, 'mated search')} the list ends after {longest} candidates without the mate"
    return f"{what}, who may be at a rank up to {rank}" if hidden else None


def mark_hidden(estimate: Estimate, hidden: int, longest: int) -> Estimate:
    """Undefine a miss rate at a rank behind the end of lists that may hide mates, and say between what it lies."""
    rank, missed = estimate.rank, estimate.n_events
    if rank is None or rank <= longest or not hidden or missed is None:
        return estimate
    where = f"rank {longest + 1}" if rank == longest + 1 else f"ranks {longest + 1} to {rank}"
    ends = "ends" if estimate.threshold is None else "ends at or above the threshold"
    rates = f"{(missed - hidden) / estimate.n:.4g} if all are, {missed / estimate.n:.4g} if none is"
    why = (
        f"of {hidden:,} of {count_of(estimate.n, 'mated search')} the list {ends} after {longest} candidates without "
        f"the mate, who may be at {where}: {rates}"
    )
    return estimate.without_value(why)


def count_candidates(searches: Searches, threshold: float, *, groups: Sequence[str] = ()) -> dict[Group, Counted]:
    """Count non-mated searches and the candidates at or above the threshold that they returned, by person.

    A search of nobody knows whom is a person of its own: how many candidates came of it cannot be told from a sum.
    """
    keys, alive = _keys(groups), not_failed(searches)
    returned = (
        f"SELECT search_id, count(*) AS n FROM {name(searches.candidates.view)} "
        f"WHERE {at_or_above(threshold)} GROUP BY search_id"
    )
    query = (
        f"SELECT {keys}0 AS n_mated, count(*), 0 AS mated_met, coalesce(sum(c.n) FILTER ({alive}), 0)::BIGINT, "
        f"false AS unknown FROM {name(searches.searches.view)} s LEFT JOIN ({returned}) c "
        f"ON s.search_id = c.search_id WHERE NOT s.mated "
        f"GROUP BY {keys}s.subject, CASE WHEN s.subject IS NULL THEN s.search_id END ORDER BY ALL"
    )
    columns = list(searches.connection.execute(query).fetchnumpy().values())
    return split_people(columns, list(groups), named=True, conditions=1)


def count_by_member(searches: Searches, threshold: float, *, groups: Sequence[str] = ()) -> dict[Group, Ints]:
    """Count how often each gallery member was a candidate of non-mated searches at or above the threshold."""
    keys, alive = _keys(groups), not_failed(searches)
    query = (
        f"SELECT {keys}count(*) AS n FROM {name(searches.candidates.view)} l JOIN {name(searches.searches.view)} s "
        f"ON l.search_id = s.search_id WHERE NOT s.mated AND {alive} AND {at_or_above(threshold)} "
        f"GROUP BY {keys}l.candidate_subject ORDER BY ALL"
    )
    *values, hits = searches.connection.execute(query).fetchnumpy().values()
    return {group: hits[rows] for group, rows in split_groups(values, list(groups), len(hits))}


def _keys(groups: Sequence[str]) -> str:
    """Write the values of groups as they stand first in a SELECT."""
    return "".join(f"coalesce(s.{name(group)}::VARCHAR, '(missing)'), " for group in groups)
