"""The equal error rate with its interval: where the two rates meet, how steep they are there, and who erred."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from baserate.estimates.estimate import Estimate
from baserate.estimates.intervals.at_equal_errors import ErrorsOfPeople, at_equal_errors
from baserate.estimates.operating_point import equal_errors

if TYPE_CHECKING:
    from baserate.estimates.intervals.effective import Spread
    from baserate.estimates.members import Members
    from baserate.estimates.people import Counted
    from baserate.estimates.tally import Tally
    from baserate.estimates.trials import Trials

FEWEST_PEOPLE = 10


def estimate_equal_errors(
    tally: Tally, counted: Counted | None, *, members: tuple[Members, Trials] | None = None, level: float
) -> Estimate:
    """Estimate the equal error rate, with an interval where the data tell whose the trials are.

    Parameters
    ----------
    tally
        Counts of comparisons, resolved where the rates meet.
    counted
        The same by person; the last of their conditions is "at or above" the threshold of :func:`equal_errors`.
    members
        The same by gallery member, where it is known, and what was counted.
    level
        Nominal coverage of the interval, between 0 and 1.
    """
    found = equal_errors(tally)
    if isinstance(found, str):
        return Estimate("eer", undefined=found, n=tally.n)
    if counted is None or not counted.named:
        why = "no interval: whose trials these are is not told"
        return Estimate("eer", found.rate, n=tally.n, method=why)
    people = errors_of_people(counted)
    fewest = min(int((n > 0).sum()) for n in (people.n_mated, people.n_non_mated))
    if fewest < FEWEST_PEOPLE:
        why = f"no interval: {fewest} people with trials of one kind are too few"
        return Estimate("eer", found.rate, n=tally.n, n_subjects=len(people.n_mated), method=why)
    spread, with_misses = _of_members(people, *members) if members else (None, 0.0)
    ends = at_equal_errors(
        people, found.rate, lean=found.lean, members=spread, with_misses=with_misses, level=level
    )  # fmt: skip
    return Estimate("eer", found.rate, ends.low, ends.high, level, n=tally.n, n_subjects=len(people.n_mated),
                    method=ends.method)  # fmt: skip


def _of_members(people: ErrorsOfPeople, members: Members, trials: Trials) -> tuple[Spread | None, float]:
    """Measure how unevenly false matches fall on members, and what these have in common with their own misses."""
    n = int(people.n_non_mated.sum())
    if members.both is None:
        return members.spread(trials, -1, n=n), 0.0
    missed = float(people.misses.sum() / people.n_mated.sum())
    share = float(people.matches.sum() / n)
    return members.spread(trials, -1, n=n), members.both.with_misses(-1, share, missed=missed)


def errors_of_people(counted: Counted) -> ErrorsOfPeople:
    """Errors of each person at the last condition counted; a trial whose person is not told is a person of its own."""
    known = ~counted.unknown
    misses = counted.n_mated - counted.mated_met[:, -1]
    matches = counted.non_mated_met[:, -1]
    lone_misses, lone_matches = (
        _apart(int(n[~known].sum()), int(events[~known].sum()))
        for n, events in ((counted.n_mated, misses), (counted.n_non_mated, matches))
    )
    none_mated, none_matched = np.zeros_like(lone_matches), np.zeros_like(lone_misses)
    return ErrorsOfPeople(
        misses=np.concatenate([misses[known], lone_misses, none_mated]),
        n_mated=np.concatenate([counted.n_mated[known], np.ones_like(lone_misses), none_mated]),
        matches=np.concatenate([matches[known], none_matched, lone_matches]),
        n_non_mated=np.concatenate([counted.n_non_mated[known], none_matched, np.ones_like(lone_matches)]),
    )


def _apart(number: int, events: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return (np.arange(number) < events).astype(np.int64)
