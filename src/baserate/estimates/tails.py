"""The tail of the non-mated scores with whose they are: what resampling at a target rate needs of the data."""

# ruff: noqa: S608 - names are ours, numbers are written by `repr`, and the connection is locked down.
from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np

from baserate.estimates.counting import step_at_rate
from baserate.estimates.intervals.at_target import ScoredPeople
from baserate.estimates.trials import at_or_above

if TYPE_CHECKING:
    from baserate.estimates.people import Counted
    from baserate.estimates.tally import Ints, Tally
    from baserate.estimates.trials import Trials


FURTHER = 4.0  # times the target rate, and divided by it: how far down and up scores are fetched at first
AT_MOST = 0.05  # of the non-mated trials more than the target rate, or fewer, however high that is


def tail_share(rate: float) -> float:
    """Share of the non-mated trials down to which a replicate's threshold is expected.

    Examples
    --------
    >>> tail_share(0.001), tail_share(0.3)
    (0.004, 0.35)
    """
    return min(FURTHER * rate, rate + AT_MOST)


def tail_edge(tally: Tally, share: float) -> float:
    """Find the score down to which at least ``share`` of the non-mated trials lie; minus infinity for all."""
    step = step_at_rate(tally, share) if share < 1 else 0
    return float(tally.scores[step - 1]) if step > 0 else float("-inf")


def tail_ceiling(tally: Tally, rate: float) -> float:
    """Find a score that no replicate's threshold is expected to reach; infinity for none."""
    step = step_at_rate(tally, max(rate / FURTHER, rate - AT_MOST))
    return float(tally.scores[step]) if step < len(tally.scores) else inf


def fetch_tail(
    trials: Trials, tally: Tally, counted: Counted, *, edge: float, place: int, ceiling: float = inf
) -> ScoredPeople:
    """Fetch the non-mated scores down to an edge, the mated scores among them, and counts of the rest.

    Parameters
    ----------
    trials
        With named subjects; each search whose subject is not told is one more person's.
    tally
        Counts of the same trials.
    counted
        The latest answer of :func:`baserate.estimates.people.count_people`, for everybody.
    edge
        From :func:`tail_edge`.
    place
        Of the condition "at or above the edge" in ``counted``.
    ceiling
        Mated scores are fetched up to it, and in no case above the highest non-mated score.
    """
    top = np.flatnonzero(tally.non_mated)[-1] + 1
    ceiling = min(ceiling, float(tally.scores[top])) if top < len(tally.scores) else ceiling
    reach = f"(NOT mated OR score < '{ceiling!r}'::DOUBLE)"
    lone = _lone_searches(trials, edge) if trials.members_meet_all and counted.unknown.any() else None
    number = (
        "p.rowid"
        if lone is None
        else f"CASE WHEN p.person IS NULL THEN {len(counted.n_mated)} + l.place ELSE p.rowid END"
    )
    join = "" if lone is None else "LEFT JOIN lone_searches l ON t.search_id = l.search_id "
    query = (
        f"SELECT t.mated, t.score::DOUBLE AS score, {number} AS place FROM {trials.at_hand(edge).view} t JOIN people p "
        f"ON t.subject IS NOT DISTINCT FROM p.person {join}WHERE {at_or_above(edge)} AND {reach} ORDER BY ALL"
    )
    found = trials.connection.execute(query).fetchnumpy()
    mated, scores, people = (np.asarray(found[c], t) for c, t in (("mated", bool), ("score", float), ("place", int)))
    counts = [counted.n_mated, counted.n_non_mated, counted.n_mated - counted.mated_met[:, place]]
    if lone is not None:
        counts = [np.append(np.where(counted.unknown, 0, c), more) for c, more in zip(counts, lone, strict=True)]
    n_mated, n_non_mated, n_below = counts
    return ScoredPeople(
        n_mated, n_non_mated, n_below, scores[mated], people[mated], scores[~mated], people[~mated], ceiling
    )  # fmt: skip


def _lone_searches(trials: Trials, edge: float) -> tuple[Ints, Ints, Ints]:
    """Number the searches whose subject is not told, by name, and tell of each what :class:`ScoredPeople` counts."""
    trials.connection.execute(
        "CREATE OR REPLACE TEMP TABLE lone_searches AS SELECT search_id, "
        "row_number() OVER (ORDER BY search_id::VARCHAR) - 1 AS place, mated AS enrolled, "
        f"coalesce({at_or_above(edge)}, false) AS near FROM {trials.view} WHERE subject IS NULL"
    )
    query = (
        "SELECT enrolled::INT AS one, (NOT enrolled)::INT AS two, (enrolled AND NOT near)::INT AS three "
        "FROM lone_searches ORDER BY place"
    )
    found = trials.connection.execute(query).fetchnumpy()
    one, two, three = (np.asarray(found[column], np.int64) for column in ("one", "two", "three"))
    return one, two, three
