"""How the searches are spread over operators, agencies, days and hours: distributions, and never a ranking of people.

A distribution says whether a few make most of the searches and how fast they were made; it names nobody. Where fewer
than :data:`LEAST` operators or agencies share the work, it would say what one of them does, and is withheld.
"""

# ruff: noqa: S608 - SQL is put together from constants of this package.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baserate.audit.asking import live_rows
from baserate.audit.periods import truncated
from baserate.notebook import Shown

if TYPE_CHECKING:
    from baserate.audit.facts import Facts

LEAST = 5
QUANTILES = (0.0, 0.25, 0.5, 0.75, 0.95, 1.0)

#: What searches are counted by: name -> (columns that tell it, columns it needs, whether it is about single people or
#: bodies, the first column).
COUNTED_BY: dict[str, tuple[tuple[str, ...], tuple[str, ...], bool]] = {
    "operator": (("operator_pid",), ("operator_pid",), True),
    "operator and day of use": (("operator_pid", "day"), ("operator_pid", "time_start_utc"), True),
    "operator and hour of use": (("operator_pid", "hour"), ("operator_pid", "time_start_utc"), True),
    "agency": (("agency_id",), ("agency_id",), True),
    "day of use": (("day",), ("time_start_utc",), False),
    "hour of use": (("hour",), ("time_start_utc",), False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload(Shown):
    """How many live searches fall on one operator, agency, day or hour.

    Parameters
    ----------
    per
        What searches are counted by, see :data:`COUNTED_BY`; days and hours are those with at least one search.
    units
        How many there are.
    searches, unassigned
        Live searches that belong to one, and those that lack the field.
    least, lower_quartile, median, upper_quartile, high, most
        Searches of the one with the fewest, of those at a quarter, a half, three quarters and 95 % of the way, and of
        the one with the most: numbers that occur, none is interpolated. ``None`` when undefined.
    undefined
        Why there is no distribution; empty where there is one.
    """

    per: str
    units: int
    searches: int
    unassigned: int
    least: int | None = None
    lower_quartile: int | None = None
    median: int | None = None
    upper_quartile: int | None = None
    high: int | None = None
    most: int | None = None
    undefined: str = ""


def count_workload(facts: Facts) -> tuple[Workload, ...]:
    """Give the distribution of live searches over everything in :data:`COUNTED_BY`, from one pass over the log."""
    hours = f"""SELECT operator_pid, agency_id, {truncated("hour")} AS hour, {truncated("day")} AS day, count(*) AS n
        FROM {live_rows(facts, "TRUE")} GROUP BY ALL"""
    units = " UNION ALL ".join(_units(per) for per in COUNTED_BY)
    listed = ", ".join(map(str, QUANTILES))
    rows = facts.rows(
        f"WITH hours AS MATERIALIZED ({hours}) "
        f"SELECT per, count(*), sum(n)::BIGINT, count(DISTINCT who), quantile_disc(n, [{listed}]) "
        f"FROM ({units}) GROUP BY per"
    )
    found = {row[0]: row[1:] for row in rows}
    return tuple(_workload(per, found.get(per), facts.n_live) for per in COUNTED_BY)


def _units(per: str) -> str:
    """Give SQL of every operator, agency, day or hour with its searches."""
    key = COUNTED_BY[per][0]
    there = " AND ".join(f"{column} IS NOT NULL" for column in key)
    return (
        f"SELECT '{per}' AS per, {key[0]}::VARCHAR AS who, sum(n)::BIGINT AS n FROM hours WHERE {there} "
        f"GROUP BY {', '.join(key)}"
    )


def _workload(per: str, found: tuple[int, int, int, list[int]] | None, n_live: int) -> Workload:
    _, columns, single = COUNTED_BY[per]
    if found is None:
        reason = f"no live search has {' and '.join(columns)}"
        return Workload(per=per, units=0, searches=0, unassigned=n_live, undefined=reason)
    units, searches, people, quantiles = found
    if single and people < LEAST:
        reason = f"fewer than {LEAST} share the searches, so that it would say what one of them does"
        return Workload(per=per, units=units, searches=searches, unassigned=n_live - searches, undefined=reason)
    least, lower, median, upper, high, most = quantiles
    return Workload(
        per=per,
        units=units,
        searches=searches,
        unassigned=n_live - searches,
        least=least,
        lower_quartile=lower,
        median=median,
        upper_quartile=upper,
        high=high,
        most=most,
    )
