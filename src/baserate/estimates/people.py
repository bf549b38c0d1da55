"""Counts by person: how many trials each person had and how many of them were events, for every group at once."""

# ruff: noqa: S608 - names are quoted by `name`, conditions are built from numbers, and the connection is locked down.
from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from baserate.errors import InputError, Problem
from baserate.estimates.trials import group_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
        Whether the data tell whose the trials are; if not, one row holds them all, each another person's.
    """

    trials: Ints
    events: Ints
    named: bool

    @property
    def n(self) -> int:
        """All trials."""
        return int(self.trials.sum())

    def one_by_one(self, place: int) -> tuple[Ints, Ints]:
        """Give the events at one operating point and the trials of each person."""
        if self.named:
            return self.events[:, place], self.trials
        return _apart(self.n, self.events[:, place].sum(keepdims=True))[:, 0], np.ones(self.n, np.int64)


@dataclass(frozen=True, eq=False)
class Counted:
    """Mated and non-mated trials of each person, and how many of them met each condition.

    Parameters
    ----------
    n_mated, n_non_mated
        Trials of each person.
    mated_met, non_mated_met
        Persons by conditions; there may be more of them on mated trials.
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

    def of_mated(self, conditions: slice) -> Counted:
        """Keep some of the conditions on mated trials, and all on the others."""
        return replace(self, mated_met=self.mated_met[:, conditions])

    def _people(self, trials: Ints, events: Ints) -> People:
        """Leave out who has no such trial; take a trial whose person is not told as a person of its own."""
        there = trials > 0
        if not self.named:
            return People(trials[there], events[there], named=False)
        lone = there & self.unknown
        if np.all(there) and not np.any(lone):
            return People(trials, events, named=True)
        known, hits = there & ~lone, events[lone].sum(axis=0)
        apart = int(trials[lone].sum())
        return People(
            np.concatenate([trials[known], np.ones(apart, np.int64)]),
            np.concatenate([events[known], _apart(apart, hits)]),
            named=True,
        )


def _apart(lone: int, hits: Ints) -> Ints:
    """Give each trial a row of its own, the events first."""
    return (np.arange(lone)[:, None] < hits[None, :]).astype(np.int64)


NOBODY = People(np.zeros(0, np.int64), np.zeros((0, 1), np.int64), named=True)


def count_people(
    trials: Trials,
    conditions: Sequence[str],
    *,
    groups: Sequence[str] = (),
    of_mated: Sequence[str] = (),
    by: str = "subject",
    lowest: float = -inf,
) -> dict[Group, Counted]:
    """Count by person, for every group, in one pass over the data.

    Afterwards the table of that name on the connection (:func:`counts_table`) holds the rows of the answer, in its
    order.

    Parameters
    ----------
    trials
        What to count.
    conditions
        SQL conditions, one for each operating point; what is unknown (NULL) does not meet them.
    groups
        Columns to group by, crossed; everybody is one group when empty.
    of_mated
        Further conditions, which are asked of mated trials only.
    by
        ``subject`` for the person searched for, ``member`` for the gallery's (trials without one are left out).
    lowest
        No trial below this score meets a condition.

    Raises
    ------
    InputError
        A column is not there, or the groups are more than 1,000.
    """
    need_groups(trials, groups)
    named = trials.has_member if by == "member" else trials.has_subject
    keys = group_keys(groups) | {"person": by if named else "NULL"}
    table = counts_table(groups, by=by)
    # By name as text, so that the same people are in the same order whatever type a file gives their identifiers.
    ordered = [*group_keys(groups), "person::VARCHAR"]
    counts = _counts(trials, (*conditions, *of_mated), conditions, keys, lowest)
    trials.connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM ({counts}) ORDER BY {', '.join(ordered)}")
    found = trials.connection.execute(f"SELECT * EXCLUDE (person), person IS NULL FROM {table}").fetchnumpy()
    return split_people(list(found.values()), list(groups), named=named, conditions=len(conditions))


def count_met(trials: Trials, conditions: Sequence[str], *, groups: Sequence[str], mated: bool) -> dict[Group, Ints]:
    """Count each group's mated or other trials that meet each condition; groups as in :func:`count_people`."""
    keys = group_keys(groups)
    met = "".join(f", count(*) FILTER ({condition})" for condition in conditions)
    columns = ", ".join(f"{sql} AS {key}" for key, sql in keys.items())
    query = (
        f"SELECT {columns}{met} FROM {trials.view} WHERE {'' if mated else 'NOT '}mated "
        f"GROUP BY {', '.join(keys)} ORDER BY {', '.join(keys)}"
    )
    rows = trials.connection.execute(query).fetchall()
    of = len(groups)
    return {tuple(zip(groups, map(str, row[:of]), strict=True)): np.array(row[of:], np.int64) for row in rows}


def names_of_people(trials: Trials) -> list[object]:
    """Name the people of everybody's latest count by subject, in its order; ``None`` for those who are not told."""
    query = f"SELECT person::VARCHAR FROM {counts_table()} ORDER BY rowid"
    return [row[0] for row in trials.connection.execute(query).fetchall()]


def group_keys(groups: Sequence[str]) -> dict[str, str]:
    """Write the expression that gives each grouping's value, by the column that holds it in a table of counts."""
    return {f"group_{i}": f"coalesce({group_column(g)}::VARCHAR, '(missing)')" for i, g in enumerate(groups)}


def counts_table(groups: Sequence[str] = (), *, by: str = "subject") -> str:
    """Name the table that holds the latest counts by person: ``people`` of those searched for, for everybody."""
    return {"subject": "people", "member": "members"}[by] + ("_by_group" if groups else "")


def _counts(
    trials: Trials, of_mated: Sequence[str], of_others: Sequence[str], keys: Mapping[str, str], lowest: float
) -> str:
    """Write the counts of trials and of those that meet each condition, these from what is at hand if it suffices."""
    asked = {"mated": of_mated, "NOT mated": of_others}
    met = [f"count(*) FILTER ({kind} AND {condition})" for kind, those in asked.items() for condition in those]
    both = [f"count(*) FILTER ({kind})" for kind in asked]
    near = trials.at_hand(lowest)
    if near is trials or not met:
        return _grouped(trials, [*both, *met], keys)
    same = " AND ".join(f"a.{key} IS NOT DISTINCT FROM m.{key}" for key in keys)
    columns = [*(f"a.{key}" for key in keys), "a.n_0", "a.n_1", *(f"coalesce(m.n_{i}, 0)" for i in range(len(met)))]
    return (
        f"SELECT {', '.join(columns)} FROM ({_grouped(trials, both, keys)}) a "
        f"LEFT JOIN ({_grouped(near, met, keys)}) m ON {same}"
    )


def _grouped(trials: Trials, counts: Sequence[str], keys: Mapping[str, str]) -> str:
    columns = {**keys, **{f"n_{i}": count for i, count in enumerate(counts)}}
    named = ", ".join(f"{sql} AS {column}" for column, sql in columns.items())
    there = " WHERE member IS NOT NULL" if keys["person"] == "member" else ""
    return f"SELECT {named} FROM {trials.view}{there} GROUP BY {', '.join(keys)}"


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
        raise InputError([Problem("group-missing", trials.groups_of, what, "Name a column of the table")])
    if not groups:
        return
    keys = ", ".join(group_column(group) for group in groups)
    (count,) = trials.connection.execute(
        f"SELECT count(*) FROM (SELECT DISTINCT {keys} FROM {trials.view} LIMIT {MOST_GROUPS + 1})"
    ).fetchall()[0]
    if count > MOST_GROUPS:
        what = f"{', '.join(groups)} make more than {MOST_GROUPS:,} groups"
        raise InputError([Problem("groups-too-many", trials.groups_of, what, "Group by a column with fewer values")])


def split_people(columns: list[np.ndarray], groups: list[str], *, named: bool, conditions: int) -> dict[Group, Counted]:
    """Cut the rows, which are in the order of the groups, into one table of people per group.

    The last ``conditions`` counts are of trials that are not mated.
    """
    unknown = np.asarray(columns[-1], bool)
    if not len(unknown):
        return {}
    # Each column in one piece: they are asked for one at a time.
    counts = np.array(columns[len(groups) : -1], np.int64).T
    cut = split_groups(columns[: len(groups)], groups, len(unknown))
    return {group: _counted(counts[rows], unknown[rows], named=named, conditions=conditions) for group, rows in cut}


def split_groups(columns: Sequence[np.ndarray], groups: Sequence[str], n: int) -> Iterator[tuple[Group, slice]]:
    """Give each group and its rows, among ``n`` that are in the order of the columns of the groups."""
    values = [np.asarray(column, object) for column in columns]
    edges = [np.zeros(0, np.int64)] + [np.flatnonzero(column[1:] != column[:-1]) + 1 for column in values]
    cuts = sorted({0, *np.concatenate(edges).tolist(), n})
    for start, end in pairwise(cuts):
        group = tuple((column, str(texts[start])) for column, texts in zip(groups, values, strict=True))
        yield group, slice(start, end)


def _counted(counts: Ints, unknown: Bools, *, named: bool, conditions: int) -> Counted:
    others = counts.shape[1] - conditions
    return Counted(counts[:, 0], counts[:, 1], counts[:, 2:others], counts[:, others:], unknown, named)
