"""Counts by person: how many trials each person had and how many of them were events, for every group at once."""

# ruff: noqa: S608 - names are quoted by `name`, conditions are built from numbers, and the connection is locked down.
from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from baserate.engines.duckdb import name
from baserate.errors import InputError, Problem
from baserate.estimates.intervals.effective import Spread, spread_of
from baserate.estimates.intervals.two_way import member_spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.estimates.tally import Ints
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

    def __add__(self, other: People) -> People:
        """Put the people of two parts of the data together; nobody may be in both."""
        trials, events = (np.concatenate(pair) for pair in ((self.trials, other.trials), (self.events, other.events)))
        return People(trials, events, self.named and other.named)


def count_people(
    trials: Trials, conditions: Sequence[str], *, mated: bool, groups: Sequence[str] = (), by: str = "subject"
) -> dict[Group, People]:
    """Count events by person, for every group.

    Parameters
    ----------
    trials
        What to count.
    conditions
        SQL conditions that make a trial an event, one for each operating point.
    mated
        Which of the two kinds of trials.
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
    keys = "".join(f"coalesce({name(g)}::VARCHAR, '(missing)'), " for g in groups)
    named = trials.has_member if by == "member" else trials.has_subject
    person, known = (by if named else "NULL"), ("member IS NOT NULL" if by == "member" else "true")
    counts = ", ".join(f"count(*) FILTER (coalesce({condition}, false))" for condition in conditions) or "0"
    query = (
        f"SELECT {keys}{person} IS NULL, count(*), {counts} FROM {trials.view} "
        f"WHERE mated = {mated} AND {known} GROUP BY {keys}{person} ORDER BY ALL"
    )
    columns = list(trials.connection.execute(query).fetchnumpy().values())
    return split_people(columns, list(groups), named=named)


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
    keys = ", ".join(name(group) for group in groups)
    (count,) = trials.connection.execute(
        f"SELECT count(*) FROM (SELECT DISTINCT {keys} FROM {trials.view} LIMIT {MOST_GROUPS + 1})"
    ).fetchall()[0]
    if count > MOST_GROUPS:
        what = f"{', '.join(groups)} make more than {MOST_GROUPS:,} groups"
        raise InputError([Problem("groups-too-many", trials.source, what, "Group by a column with fewer values")])


def at_or_above(threshold: float) -> str:
    """Write the condition that a candidate is returned."""
    return f"score >= '{threshold!r}'::DOUBLE"


def not_at_or_above(threshold: float) -> str:
    """Write the condition that no candidate is returned, failures included."""
    return f"NOT coalesce({at_or_above(threshold)}, false)"


def spread_over_members(trials: Trials, members: People, place: int) -> Spread:
    """Measure how unevenly false positives fall on the gallery's members."""
    events = members.events[:, place]
    if trials.members_meet_all:
        return member_spread(events[events > 0], trials.n_members)
    return spread_of(events, members.trials)


def split_people(columns: list[np.ndarray], groups: list[str], *, named: bool) -> dict[Group, People]:
    """Cut the rows, which are in the order of the groups, into one table of people per group."""
    unknown, counts = (
        np.asarray(columns[len(groups)], bool),
        np.column_stack(columns[len(groups) + 1 :]).astype(np.int64),
    )
    if not len(counts):
        return {}
    values = [np.asarray(column, object) for column in columns[: len(groups)]]
    edges = [np.zeros(0, np.int64)] + [np.flatnonzero(column[1:] != column[:-1]) + 1 for column in values]
    cuts = [0, *np.unique(np.concatenate(edges)).tolist(), len(counts)]
    return {
        tuple((group, str(column[start])) for group, column in zip(groups, values, strict=True)): _people(
            counts[start:end], unknown[start:end], named=named
        )
        for start, end in pairwise(cuts)
    }


def _people(counts: Ints, unknown: np.ndarray, *, named: bool) -> People:
    """Make people of rows; a trial whose person is not told is taken as a person of its own."""
    trials, events = counts[:, 0], counts[:, 1:]
    if not named or not unknown.any():
        return People(trials, events, named)
    lone, hits = int(trials[unknown].sum()), events[unknown].sum(axis=0)
    apart = (np.arange(lone)[:, None] < hits[None, :]).astype(np.int64)
    known = People(trials[~unknown], events[~unknown], named)
    return known + People(np.ones(lone, np.int64), apart, named)
