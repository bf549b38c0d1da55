"""Candidates per search, and what the lists cannot show because they end."""

# ruff: noqa: S608 - names are quoted by `name`, numbers are written by `repr`, and the connection is locked down.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from baserate.engines.duckdb import name
from baserate.estimates.people import split_groups, split_people
from baserate.estimates.trials import at_or_above, not_failed

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        Lowest score of any list, mated or not, where lists of non-mated searches that did not fail are empty or of
        different length: they were cut at a score somewhere at or below it. ``None`` where they are of one length.
    """

    last_scores: Floats
    lowest_listed: float | None

    def full_lists(self, threshold: float) -> int:
        """Count the full lists whose last score is at or above a threshold."""
        return int(np.count_nonzero(self.last_scores >= threshold))


def list_faults(searches: Searches, trials: Trials) -> ListFaults:
    """Look at the ends of the lists (:func:`baserate.estimates.trials.prepare_searches` first)."""
    query = f"SELECT lowest::DOUBLE AS lowest, n FROM {trials.view} WHERE NOT mated AND lowest IS NOT NULL"
    found = searches.connection.execute(query).fetchnumpy()
    (ends,) = searches.connection.execute("SELECT min(lowest)::DOUBLE, coalesce(max(n), 0) FROM tops").fetchall()
    lowest_listed, longest = ends
    lowest, length = np.asarray(found["lowest"], np.float64), np.asarray(found["n"], np.int64)
    empty_query = f"SELECT count(*) FROM {trials.view} WHERE NOT mated AND score IS NULL AND alive"
    (empty,) = searches.connection.execute(empty_query).fetchall()[0]
    # Lists of one length are cut by rank alone: then the first candidate is seen whatever its score.
    cut_by_score = empty > 0 or (len(length) > 0 and length.min() < length.max())
    whole_gallery = trials.n_members is not None and longest >= trials.n_members
    full = lowest[length == longest] if longest and not whole_gallery else np.zeros(0)
    return ListFaults(full, lowest_listed if cut_by_score else None)


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
