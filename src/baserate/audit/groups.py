"""Who is searched and who is alerted on, by the groups that a log records; small cells are not shown.

A cell that holds fewer than :data:`LEAST` is hidden, and so is one that would follow from what is shown: where the
hidden cells of a column hold together fewer than that, or there is only one of them, the next smallest is hidden too;
and a part is hidden where the rest of its whole is small.
"""

# ruff: noqa: S608 - SQL is put together from constants of this package.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baserate.audit.asking import live_rows
from baserate.estimates.intervals.exact import exact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.audit.facts import Facts

LEAST = 10
ATTRIBUTES = ("group_sex", "group_age_band", "group_race_ethnicity")
NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCounts:
    """Live searches of one group; a count is ``None`` where it is hidden.

    Parameters
    ----------
    attribute, group
        Column of the log and its value; ``not recorded`` gathers searches without one.
    searches, alerts
        Searches, and those of them that showed a match.
    adjudicated_alerts, false_alerts
        Alerts whose truth was established, and those of them established as false.
    alert_rate
        Exact (Clopper-Pearson) 95 % interval of alerts per search, for independent searches; ``None`` where either
        count is hidden or there is no search.
    undefined
        Why there are no counts at all; empty where there are.
    """

    attribute: str
    group: str
    searches: int | None
    alerts: int | None
    adjudicated_alerts: int | None
    false_alerts: int | None
    alert_rate: tuple[float, float] | None = None
    undefined: str = ""


def count_groups(facts: Facts, *, least: int = LEAST) -> tuple[GroupCounts, ...]:
    """Count live searches by each attribute of :data:`ATTRIBUTES`.

    Parameters
    ----------
    facts
        The log.
    least
        Smallest count that is shown; 0 is shown too, unless another hidden cell would follow from it.
    """
    return tuple(row for attribute in ATTRIBUTES for row in _attribute(facts, attribute, least))


def _attribute(facts: Facts, attribute: str, least: int) -> list[GroupCounts]:
    rows = facts.rows(
        f"SELECT coalesce(nullif({attribute}, 'unknown'), '{NOT_RECORDED}') AS g, count(*), "
        "count(*) FILTER (match_shown), "
        "count(*) FILTER (match_shown AND adjudicated_truth IS NOT NULL), "
        "count(*) FILTER (match_shown AND adjudicated_truth = 'nonmated') "
        f"FROM {live_rows(facts, 'TRUE')} GROUP BY ALL ORDER BY ALL"
    )
    names = [row[0] for row in rows]
    if set(names) <= {NOT_RECORDED}:
        return [_without(attribute, f"no live search has {attribute}")]
    columns = [[row[i] for row in rows] for i in range(1, 5)]
    wholes = [None, *columns[:-1]]
    shown = [hide_small(counts, whole, least=least) for counts, whole in zip(columns, wholes, strict=True)]
    return [_row(attribute, name, cells) for name, *cells in zip(names, *shown, strict=True)]


def _row(attribute: str, name: str, cells: Sequence[int | None]) -> GroupCounts:
    searches, alerts, adjudicated, false = cells
    rate = exact(alerts, searches) if searches and alerts is not None else None
    return GroupCounts(
        attribute=attribute,
        group=name,
        searches=searches,
        alerts=alerts,
        adjudicated_alerts=adjudicated,
        false_alerts=false,
        alert_rate=None if rate is None else (rate.low, rate.high),
    )


def _without(attribute: str, reason: str) -> GroupCounts:
    return GroupCounts(
        attribute=attribute,
        group=NOT_RECORDED,
        searches=None,
        alerts=None,
        adjudicated_alerts=None,
        false_alerts=None,
        undefined=reason,
    )


def hide_small(counts: Sequence[int], whole: Sequence[int] | None = None, *, least: int = LEAST) -> list[int | None]:
    """Hide small counts of a column whose sum is known, and what would give them away.

    Parameters
    ----------
    counts
        One count a group, whose sum a reader knows.
    whole
        For each count, the count of which it is a part; ``None`` where there is none.
    least
        Smallest count that is shown.

    Examples
    --------
    >>> hide_small([500, 40, 3])
    [500, None, None]
    >>> hide_small([500, 40, 0])
    [500, 40, 0]
    >>> hide_small([95, 40], whole=[100, 400])  # 100 - 95 is small, and 40 would give 95 away
    [None, None]
    """
    rests = [0] * len(counts) if whole is None else [w - n for n, w in zip(counts, whole, strict=True)]
    hidden = {i for i, n in enumerate(counts) if 0 < n < least or 0 < rests[i] < least}
    others = sorted((i for i in range(len(counts)) if i not in hidden), key=lambda i: (not counts[i], counts[i]))
    while hidden and others and (len(hidden) == 1 or sum(counts[i] for i in hidden) < least):
        hidden.add(others.pop(0))
    return [None if i in hidden else n for i, n in enumerate(counts)]
