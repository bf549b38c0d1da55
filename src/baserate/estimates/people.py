"""Counts by person: how many trials each person had and how many of them were events, for every group at once."""

# ruff: noqa: S608 - names are quoted by `name`, conditions are built from numbers, and the connection is locked down.
from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from baserate.errors import InputError, Problem
from baserate.estimates.intervals.effective import Spread, spread_of
from baserate.estimates.intervals.two_way import member_spread
from baserate.estimates.trials import group_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.estimates.tally import Bools, Ints
    from baserate.estimates.trials import Trials

Group: TypeAlias = tuple[tuple[str, str], ...]
MOST_GROUPS = 1000


@dataclass(frozen=True, eq=False)
class People:
    """Trials and events of each person, under one or more operating points.

    Parameters
    ----------
    trials
        One number a person, above 0.
    events
        Persons by operating points.
    named
        Whether the data tell whose the trials are; if not, every trial is taken as another person's.
    """

    trials: Ints
    events: Ints
    named: bool

    @property
    def n(self) -> int:
        """All trials."""
        return int(self.trials.sum())


@dataclass(frozen=True, eq=False)
class Counted:
    """Mated and non-mated trials of each person, and how many of them met each condition.

    Parameters
    ----------
    n_mated, n_non_mated
        Trials of each person.
    mated_met, non_mated_met
        Persons by conditions.
    unknown
        Whether the row gathers trials whose person is not told.
    named
        Whether the data tell persons at all.
    """

    n_mated: Ints
    n_non_mated: Ints
    mated_met: Ints
    non_mated_met: Ints
    unknown: Bools
    named: bool

    def missed(self) -> People:
        """Give the mated trials, with those as events that did not meet the conditions."""
        return self._people(self.n_mated, self.n_mated[:, None] - self.mated_met)

    def matched(self) -> People:
        """Give the non-mated trials, with those as events that met the conditions."""
        return self._people(self.n_non_mated, self.non_mated_met)

    def _people(self, trials: Ints, events: Ints) -> People:
        """Leave out who has no such trial; take a trial whose person is not told as a person of its own."""
        there = trials > 0
        known = there & ~self.unknown if self.named else there
        lone, hits = int(trials[there & ~known].sum()), events[there & ~known].sum(axis=0)
        apart = (np.arange(lone)[:, None] < hits[None, :]).astype(np.int64)
        alone = np.ones(lone, np.int64)
        return People(np.concatenate([trials[known], alone]), np.concatenate([events[known], apart]), named=self.named)


NOBODY = People(np.zeros(0, np.int64), np.zeros((0, 1), np.int64), named=True)


def count_people(
    trials: Trials, conditions: Sequence[str], *, groups: Sequence[str] = (), by: str = "subject"
) -> dict[Group, Counted]:
    """Count by person, for every group, in one pass over the data.

    Afterwards the table ``people`` on the connection holds the rows of the answer, in its order, if it was by subject
    and for everybody.

    Parameters
    ----------
    trials
        What to count.
    conditions
        SQL conditions, one for each operating point; what is unknown (NULL) does not meet them.
    groups
        Columns to group by, crossed; everybody is one group when empty.
    by
        ``subject`` for the person searched for, ``member`` for the gallery's (trials without one are left out).

    Raises
    ------
    InputError
        A column is not there, or the groups are more than 1,000.
    """
    need_groups(trials, groups)
    keys = "".join(f"coalesce({group_column(g)}::VARCHAR, '(missing)') AS group_{i}, " for i, g in enumerate(groups))
    named = trials.has_member if by == "member" else trials.has_subject
    person = by if named else "NULL"
    met = "".join(
        f", count(*) FILTER ({kind} AND {condition})" for kind in ("mated", "NOT mated") for condition in conditions
    )
    table = "people" if by == "subject" and not groups else "people_otherwise"
    order = ", ".join([*(f"group_{i}" for i in range(len(groups))), "person"])
    trials.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM (SELECT {keys}{person} AS person, "
        f"count(*) FILTER (mated), count(*) FILTER (NOT mated){met} FROM {trials.view} "
        f"{'WHERE member IS NOT NULL' if by == 'member' else ''} GROUP BY {order}) ORDER BY {order}"
    )
    found = trials.connection.execute(f"SELECT * EXCLUDE (person), person IS NULL FROM {table}").fetchnumpy()
    return split_people(list(found.values()), list(groups), named=named)


def need_groups(trials: Trials, groups: Sequence[str]) -> None:
    """Refuse groups that the data do not have, or that are too many.

    Raises
    ------
    InputError
        With each missing column.
    """
    missing = [group for group in groups if group not in trials.groups]
    if missing:
        what = f"there is no group column {', '.join(missing)}; found {', '.join(trials.groups) or 'none'}"
        raise InputError([Problem("group-missing", trials.source, what, "Name a column of the table")])
    if not groups:
        return
    keys = ", ".join(group_column(group) for group in groups)
    (count,) = trials.connection.execute(
        f"SELECT count(*) FROM (SELECT DISTINCT {keys} FROM {trials.view} LIMIT {MOST_GROUPS + 1})"
    ).fetchall()[0]
    if count > MOST_GROUPS:
        what = f"{', '.join(groups)} make more than {MOST_GROUPS:,} groups"
        raise InputError([Problem("groups-too-many", trials.source, what, "Group by a column with fewer values")])


def at_or_above(threshold: float) -> str:
    """Write the condition that a candidate is returned."""
    return f"score >= '{threshold!r}'::DOUBLE"


def spread_over_members(trials: Trials, members: People, place: int) -> Spread:
    """Measure how unevenly false positives fall on the gallery's members."""
    events = members.events[:, place]
    if trials.members_meet_all:
        return member_spread(events[events > 0], trials.n_members)
    return spread_of(events, members.trials)


def split_people(columns: list[np.ndarray], groups: list[str], *, named: bool) -> dict[Group, Counted]:
    """Cut the rows, which are in the order of the groups, into one table of people per group."""
    unknown = np.asarray(columns[-1], bool)
    if not len(unknown):
        return {}
    counts = np.column_stack(columns[len(groups) : -1]).astype(np.int64)
    values = [np.asarray(column, object) for column in columns[: len(groups)]]
    edges = [np.zeros(0, np.int64)] + [np.flatnonzero(column[1:] != column[:-1]) + 1 for column in values]
    cuts = [0, *np.unique(np.concatenate(edges)).tolist(), len(counts)]
    return {
        tuple((group, str(column[start])) for group, column in zip(groups, values, strict=True)): _counted(
            counts[start:end], unknown[start:end], named=named
        )
        for start, end in pairwise(cuts)
    }


def _counted(counts: Ints, unknown: Bools, *, named: bool) -> Counted:
    n_mated, n_non_mated, met = counts[:, 0], counts[:, 1], counts[:, 2:]
    half = met.shape[1] // 2
    return Counted(n_mated, n_non_mated, met[:, :half], met[:, half:], unknown, named)
