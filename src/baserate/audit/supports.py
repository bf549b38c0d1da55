"""Everything that a log supports beside findings: shares, bounds, workload, repeats, groups, and drift over time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from baserate.audit.bounds import alert_shares, alert_totals, count_searches, error_bounds
from baserate.audit.drift import find_drift, find_threshold_changes
from baserate.audit.facts import look_at
from baserate.audit.groups import count_groups
from baserate.audit.periods import count_periods, unit_of
from baserate.audit.repeats import count_repeats
from baserate.audit.workload import count_workload
from baserate.notebook import Shown

if TYPE_CHECKING:
    from baserate.audit.bounds import Bounds, SearchTotals, Share
    from baserate.audit.drift import Drift, RateChange, ThresholdChange
    from baserate.audit.facts import Log
    from baserate.audit.groups import GroupCounts
    from baserate.audit.periods import Period
    from baserate.audit.repeats import Repeats
    from baserate.audit.workload import Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Supports(Shown):
    """What a log supports; each part is explained where it is counted.

    Parameters
    ----------
    totals
        Live searches by what was shown and what was established.
    shares, bounds
        From :mod:`baserate.audit.bounds`.
    workload, repeats, groups
        From the modules of the same names.
    periods
        Searches over time, from :mod:`baserate.audit.periods`.
    drift, rate_changes, threshold_changes
        From :mod:`baserate.audit.drift`.
    """

    totals: SearchTotals
    shares: tuple[Share, ...]
    bounds: tuple[Bounds, ...]
    workload: tuple[Workload, ...]
    repeats: Repeats
    groups: tuple[GroupCounts, ...]
    periods: tuple[Period, ...]
    drift: tuple[Drift, ...]
    rate_changes: tuple[RateChange, ...]
    threshold_changes: tuple[ThresholdChange, ...]


def what_is_supported(log: Log, *, level: float = 0.95) -> Supports:
    """Count and estimate everything that a log supports beside findings.

    Parameters
    ----------
    log
        What :func:`baserate.inputs.logs.read_log` gives.
    level
        Nominal coverage of the intervals of error rates, between 0 and 1.
    """
    facts = look_at(log, emptiness=(), bounds=())
    totals, unit = count_searches(facts), unit_of(facts)
    periods = count_periods(facts, unit)
    drift, rate_changes = find_drift(periods)
    return Supports(
        totals=totals,
        shares=alert_shares(alert_totals(facts, totals)),
        bounds=error_bounds(totals, level=level),
        workload=count_workload(facts),
        repeats=count_repeats(facts),
        groups=count_groups(facts),
        periods=periods,
        drift=drift,
        rate_changes=rate_changes,
        threshold_changes=find_threshold_changes(facts, unit),
    )


def estimates_json(found: Supports) -> list[dict[str, Any]]:
    """Give everything as plain values, each with its ``kind``, for the list ``estimates`` of ``--json``."""
    kinds: dict[str, tuple[Any, ...]] = {
        "share": found.shares,
        "bounds": found.bounds,
        "workload": found.workload,
        "repeats": (found.repeats,),
        "group": found.groups,
        "drift": found.drift,
        "rate_change": found.rate_changes,
        "threshold_change": found.threshold_changes,
        "period": found.periods,
    }
    return [{"kind": kind, **asdict(entry)} for kind, entries in kinds.items() for entry in entries]
