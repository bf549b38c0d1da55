"""Gallery members: how unevenly false positives fall on them, and who is a member and searched for at once."""

# ruff: noqa: S608 - names are ours, numbers are written by `repr`, and the connection is locked down.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from baserate.estimates.intervals.effective import Spread, spread_of
from baserate.estimates.intervals.two_way import member_spread, of_the_best
from baserate.estimates.people import count_people, counts_table, group_keys, split_groups, split_people
from baserate.estimates.trials import at_or_above

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.estimates.people import Counted, Group, People
    from baserate.estimates.tally import Floats
    from baserate.estimates.trials import Trials

FEWEST_MEMBERS = 2


@dataclass(frozen=True, eq=False)
class BothSides:
    """People who are searched for and gallery members at once, as where everybody is compared with everybody.

    Parameters
    ----------
    searched, enrolled
        Their counts on either side, in the same order.
    in_pairs
        Under each operating point, the sum over pairs of people of their false positives squared.
    """

    searched: Counted
    enrolled: Counted
    in_pairs: Floats

    def added(self, place: int, events: float, share: float) -> float:
        """Sum what counting each as one person, not two, adds to the squares of both sides.

        What a person adds on either side is one thing, so that twice the product is added; and pairs of people, whom
        both of them meet, were taken off once by chance only: what they are more than that is taken off too.
        """
        together = 2 * float((_beyond(self.searched, place, share) * _beyond(self.enrolled, place, share)).sum())
        return together - max(float(self.in_pairs[place]) - events, 0.0) * (1 - share)

    def with_misses(self, place: int, share: float, *, missed: float) -> float:
        """Sum each one's false positives as a member beyond a share times the misses beyond the share missed."""
        misses = (1 - missed) * self.searched.n_mated - self.searched.mated_met[:, place]
        return float((misses * _beyond(self.enrolled, place, share)).sum())


def _beyond(counted: Counted, place: int, share: float) -> Floats:
    found: Floats = counted.non_mated_met[:, place] - share * counted.n_non_mated
    return found


@dataclass(frozen=True, eq=False)
class Members:
    """False positives of each gallery member, under one or more operating points.

    Parameters
    ----------
    people
        Non-mated trials and false positives of each.
    both
        Those who are searched for as well; ``None`` where nobody is.
    """

    people: People
    both: BothSides | None = None

    def spread(self, trials: Trials, place: int, *, n: int) -> Spread | None:
        """Measure how unevenly false positives, among ``n`` non-mated trials, fall on members.

        Returns
        -------
        Spread or None
            ``None`` where one member alone does not tell how members differ.
        """
        events = self.people.events[:, place]
        n_members = trials.n_members if trials.members_meet_all else len(events)
        if n_members is not None and n_members < FEWEST_MEMBERS:
            return None
        if trials.members_meet_all:
            return of_the_best(member_spread(events[events > 0], n_members), float(events.sum()), n)
        spread = spread_of(events, self.people.trials)
        if self.both is None:
            return spread
        all_ = float(events.sum())
        squares = max(spread.squares + self.both.added(place, all_, all_ / n), 0.0)
        # No more members tell it than before: the fourth powers grow as the squares of the squares.
        grown = squares / spread.squares if spread.squares else 0.0
        return Spread(squares, spread.fourths * grown**2)


def count_members(
    trials: Trials, conditions: Sequence[str], *, groups: Sequence[str] = (), lowest: float, of_subjects: int
) -> dict[Group, Members]:
    """Count false positives by gallery member, for every group.

    Parameters
    ----------
    trials
        Trials whose member is told.
    conditions
        SQL conditions, one for each operating point.
    groups
        Columns to group by.
    lowest
        No trial below this score meets a condition.
    of_subjects
        How many conditions of non-mated trials the latest :func:`~baserate.estimates.people.count_people` by subject
        for these groups had: the same in the same order, others after them, and for the last the last.
    """
    counted = count_people(trials, conditions, groups=groups, by="member", lowest=lowest)
    both = {}
    if trials.has_subject and not trials.members_meet_all:
        both = _both_sides(trials, conditions, groups, lowest=lowest, of_subjects=of_subjects)
    return {group: Members(c.matched(), both.get(group)) for group, c in counted.items()}


def _both_sides(
    trials: Trials, conditions: Sequence[str], groups: Sequence[str], *, lowest: float, of_subjects: int
) -> dict[Group, BothSides]:
    searched = _on_this_side(trials, groups, "subject", "member", conditions=of_subjects)
    if not searched:
        return {}
    enrolled = _on_this_side(trials, groups, "member", "subject", conditions=len(conditions))
    pairs = _in_pairs(trials, conditions, groups, lowest)
    none = np.zeros(len(conditions))
    return {group: BothSides(searched[group], enrolled[group], pairs.get(group, none)) for group in searched}


def _on_this_side(
    trials: Trials, groups: Sequence[str], by: str, other: str, *, conditions: int
) -> dict[Group, Counted]:
    """Fetch from the counts by person those of people who are on the other side too, in the order of their names."""
    keys = ", ".join([*group_keys(groups), "person"])
    query = (
        f"SELECT * EXCLUDE (person), false FROM {counts_table(groups, by=by)} "
        f"SEMI JOIN {counts_table(groups, by=other)} USING ({keys}) ORDER BY {keys}"
    )
    found = trials.connection.execute(query).fetchnumpy()
    return split_people(list(found.values()), list(groups), named=True, conditions=conditions)


def _in_pairs(trials: Trials, conditions: Sequence[str], groups: Sequence[str], lowest: float) -> dict[Group, Floats]:
    """Sum over pairs of people, whoever of both was searched for, the squares of their false positives."""
    keys, places = group_keys(groups), range(len(conditions))
    counts = "".join(f", count(*) FILTER ({condition}) AS n_{i}" for i, condition in enumerate(conditions))
    columns = "".join(f", {sql} AS {key}" for key, sql in keys.items())
    squares = ", ".join([*keys, *(f"sum(n_{i} * n_{i})::DOUBLE" for i in places)])
    query = (
        f"SELECT {squares} FROM (SELECT least(subject, member), greatest(subject, member){columns}{counts} "
        f"FROM {trials.at_hand(lowest).view} WHERE NOT mated AND {at_or_above(lowest)} GROUP BY ALL)"
    )
    by_group = f" GROUP BY {', '.join(keys)} ORDER BY {', '.join(keys)}" if keys else " HAVING count(*) > 0"
    found = list(trials.connection.execute(query + by_group).fetchnumpy().values())
    sums = np.array(found[len(keys) :], np.float64).T
    return {group: sums[rows][0] for group, rows in split_groups(found[: len(keys)], groups, len(sums))}
