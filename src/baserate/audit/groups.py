"""Who is searched and who is alerted on, by the groups that a log records; small cells are not shown.

A count below :data:`LEAST` is hidden, and so are as many others as it takes so that none of the small ones can be
worked out from the totals of the log, which a report states, nor from a part and its whole: the rule of
:mod:`baserate.audit.release`.
"""

# ruff: noqa: S608 - SQL is put together from constants of this package.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from baserate.audit.asking import live_rows
from baserate.audit.release.suppression import Known, withhold
from baserate.estimates.intervals.exact import exact
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from baserate.audit.facts import Facts

    Counts = NDArray[np.int64]
    Bools = NDArray[np.bool_]

LEAST = 10
MOST_GROUPS = 30  # values of one attribute
ATTRIBUTES = ("group_sex", "group_age_band", "group_race_ethnicity")
NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCounts(Shown):
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
        Smallest count above 0 that is shown.
    """
    return tuple(row for attribute in ATTRIBUTES for row in _attribute(facts, attribute, least))


def _attribute(facts: Facts, attribute: str, least: int) -> list[GroupCounts]:
    rows = facts.rows(
        f"SELECT coalesce(nullif({attribute}, 'unknown'), '{NOT_RECORDED}') AS g, count(*), "
        "count(*) FILTER (match_shown), "
        "count(*) FILTER (match_shown AND adjudicated_truth IS NOT NULL), "
        "count(*) FILTER (match_shown AND adjudicated_truth = 'nonmated') "
        f"FROM {live_rows(facts, 'TRUE')} GROUP BY ALL ORDER BY ALL LIMIT {MOST_GROUPS + 1}"
    )
    if len(rows) > MOST_GROUPS:
        return [_without(attribute, f"{attribute} has more than {MOST_GROUPS} values, which are no groups")]
    names = [row[0] for row in rows]
    if set(names) <= {NOT_RECORDED}:
        return [_without(attribute, f"no live search has {attribute}")]
    shown = hide_small([row[1:] for row in rows], least=least)
    return [_row(attribute, name, cells) for name, cells in zip(names, shown, strict=True)]


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


def hide_small(rows: Sequence[Sequence[int]], *, least: int = LEAST) -> list[list[int | None]]:
    """Hide small counts of groups whose totals are known, and what would give them away.

    Parameters
    ----------
    rows
        For each group its counts, each a part of the one before it.
    least
        Smallest count above 0 that is shown, also of what a part leaves of its whole.

    Returns
    -------
    list
        The rows with ``None`` for what is hidden. For each count that is small, other counts agree with what is shown
        and with the totals, by which it is 1, and ``least`` or more. Where the totals leave no room for that, zeros
        are hidden like other small counts, and it may be 0, and as large as its total or ``least``. A single group is
        shown as it is: it is the total.

    Examples
    --------
    >>> hide_small([[500], [40], [3]])
    [[500], [None], [None]]
    >>> hide_small([[500], [40], [0]])
    [[500], [40], [0]]
    >>> hide_small([[100, 95], [400, 40]])  # 100 - 95 is small, and 40 would give 95 away
    [[100, None], [400, None]]
    >>> hide_small([[100, 3], [400, 0]])  # all that there are: who has none would tell who has them
    [[100, None], [400, None]]
    """
    if len(rows) == 1:
        return [list(rows[0])]
    counts = np.array(rows, dtype=np.int64)
    hidden = _hidden(counts, least, zeros_shown=True)
    if hidden is None:
        hidden = _hidden(counts, least, zeros_shown=False)
    assert hidden is not None  # noqa: S101 - each part may lie in one group or in another
    return [
        [None if h else int(n) for n, h in zip(row, cells, strict=True)]
        for row, cells in zip(counts, hidden, strict=True)
    ]


def _hidden(counts: Counts, least: int, *, zeros_shown: bool) -> Bools | None:
    """Which counts are hidden, or ``None`` where zeros cannot all be shown.

    To the counts of each group come what each leaves of the one before it. Those are not shown, but follow.
    """
    n_groups, n_shown = counts.shape
    rests = -np.diff(counts, axis=1)
    every = np.hstack([counts, rests])
    small = (every > 0) & (every < least)
    if zeros_shown:
        only = (counts[:, :-1] > 0) & (counts[:, 1:] == 0)  # the whole is not 0, and the part is
        lowest = np.hstack([counts > 0, only]).astype(np.int64)
        highest = np.hstack([np.where(counts > 0, np.inf, 0.0), np.full(rests.shape, np.inf)])
        goals = {int(at): (int(lowest.flat[at]), least) for at in np.flatnonzero(small)}
    else:
        lowest, highest = np.zeros_like(every), np.full(every.shape, np.inf)
        most = np.minimum(every.sum(axis=0), least)
        goals = {int(at): (0, int(most[at % every.shape[1]])) for at in np.flatnonzero(small)}
        small |= (every == 0) & (every.sum(axis=0) > 0)
    known = Known(every.ravel(), lowest.ravel(), highest.ravel(), _equations(n_groups, n_shown))
    small[:, n_shown:] = True
    found = withhold(known, goals, small.ravel())
    return None if found is None else found.reshape(every.shape)[:, :n_shown]


def _equations(n_groups: int, n_shown: int) -> csr_array:
    """Each count is the next one and what that leaves; the sum over groups of each kind is known."""
    parts = np.hstack([np.eye(n_shown), np.zeros((n_shown, n_shown - 1))])[: n_shown - 1]
    parts[:, 1:n_shown] -= np.eye(n_shown - 1)
    parts[:, n_shown:] -= np.eye(n_shown - 1)
    sums = np.tile(np.eye(2 * n_shown - 1), n_groups)
    return csr_array(np.vstack([np.kron(np.eye(n_groups), parts), sums]))
