"""Repeated searches within one encounter: how often somebody is searched again, and whether that is until it matches.

Every search of somebody who is not enrolled is another chance of a false match, so that a rate per search understates
what a person meets who is searched three times.
"""

# ruff: noqa: S608 - SQL is put together from constants of this package.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baserate.audit.asking import live_rows
from baserate.notebook import Shown

if TYPE_CHECKING:
    from baserate.audit.facts import Facts

MOST = 5  # searches of an encounter that are told apart; more are counted with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats(Shown):
    """Encounters by the number of their live searches; whole numbers.

    Parameters
    ----------
    encounters, searches
        Encounters, and the live searches that name one.
    without_encounter
        Live searches that name none.
    by_searches
        (searches, encounters): how many encounters had that many; the last stands for that many and more.
    alerted
        Encounters with at least one alert.
    both_answers
        Encounters in which one search showed a match and another showed none.
    match_after_none
        Encounters whose first attempt showed no match and a later one did; ``None`` where attempts are not numbered.
    undefined
        Why nothing was counted; empty where something was.
    """

    encounters: int
    searches: int
    without_encounter: int
    by_searches: tuple[tuple[int, int], ...] = ()
    alerted: int = 0
    both_answers: int = 0
    match_after_none: int | None = None
    undefined: str = ""


def count_repeats(facts: Facts) -> Repeats:
    """Count live searches by encounter."""
    encounters = (
        "SELECT count(*) AS n, coalesce(bool_or(match_shown), FALSE) AS hit, "
        "coalesce(bool_or(NOT match_shown), FALSE) AS miss, "
        "coalesce(bool_or(match_shown AND attempt_no > 1), FALSE) AND "
        "coalesce(bool_or(NOT match_shown AND attempt_no = 1), FALSE) AS after_none, "
        "count(attempt_no) = count(*) AS numbered "
        f"FROM {live_rows(facts, 'encounter_pid IS NOT NULL')} GROUP BY encounter_pid"
    )
    rows = facts.rows(
        f"SELECT least(n, {MOST}) AS searches, count(*), sum(n)::BIGINT, count(*) FILTER (hit), "
        f"count(*) FILTER (hit AND miss), count(*) FILTER (after_none), bool_and(numbered) FROM ({encounters}) "
        "GROUP BY ALL ORDER BY ALL"
    )
    searches = sum(row[2] for row in rows)
    if not rows:
        return Repeats(
            encounters=0, searches=0, without_encounter=facts.n_live, undefined="no live search names its encounter"
        )
    return Repeats(
        encounters=sum(row[1] for row in rows),
        searches=searches,
        without_encounter=facts.n_live - searches,
        by_searches=tuple((row[0], row[1]) for row in rows),
        alerted=sum(row[3] for row in rows),
        both_answers=sum(row[4] for row in rows),
        match_after_none=sum(row[5] for row in rows) if all(row[6] for row in rows) else None,
    )
