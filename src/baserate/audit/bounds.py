"""What a log supports about errors: shares by three denominators, and rates as bounds where truth is partly open.

**Three denominators.** The same false alerts are few per face seen, more per search and many per alert. All three are
given; which one a force published is usually the flattering one.

**Bounds.** Where only some searches were adjudicated, a rate has a best and a worst case over everything that the open
rows could be. Nothing narrower follows from the log alone. With the assumption that the adjudicated rows are a random
sample of the alerts, and of the searches without alert, an interval follows; it is given beside the bounds and says
so. Forces adjudicate alerts far more often than searches without one, and mostly those that led somewhere, so that
the assumption is seldom true.

An *alert* is a live search that showed a match. It is *true* when its truth was established as mated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from baserate.audit.asking import live_rows
from baserate.audit.facts import look_at
from baserate.estimates.intervals.exact import exact
from baserate.inputs.problems import count_of
from baserate.notebook import Shown

if TYPE_CHECKING:
    from baserate.audit.facts import Facts, Log

ASSUMPTION = (
    "the adjudicated alerts are a random sample of all alerts, and the adjudicated searches without alert of all "
    "searches without alert"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTotals(Shown):
    """Totals of a deployment, from a log or from a published table; ``None`` where they were not counted.

    Parameters
    ----------
    alerts
        Alerts in all.
    false_alerts
        Alerts established as false.
    open_alerts
        Alerts whose truth is not established.
    faces_seen
        Faces that the cameras detected.
    searches
        Searches made.
    unclear
        Searches of which it is not recorded what they showed; with any, no share is given.
    """

    alerts: int
    false_alerts: int
    open_alerts: int = 0
    faces_seen: int | None = None
    searches: int | None = None
    unclear: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Shown):
    """A count as a share of one denominator, with its best and worst case over open rows.

    Parameters
    ----------
    name
        What it is a share of what.
    low, high
        Count in the best and in the worst case.
    of
        The denominator; ``None`` when it was not counted.
    undefined
        Why there is no share; empty where there is one.
    """

    name: str
    low: int
    high: int
    of: int | None
    undefined: str = ""

    @property
    def range(self) -> tuple[float, float] | None:
        """Best and worst case as fractions, or ``None`` when undefined."""
        return None if self.undefined or not self.of else (self.low / self.of, self.high / self.of)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTotals(Shown):
    """Live searches by what was shown and what was later established; whole numbers.

    Parameters
    ----------
    alert_true
        Alerts on the right person.
    alert_wrong
        Alerts on somebody else although the person searched was enrolled.
    alert_nonmated
        Alerts on people who were not enrolled.
    alert_open
        Alerts whose truth is open.
    quiet_mated, quiet_nonmated, quiet_open
        Searches without alert: of people who were enrolled, were not, and of whom it is not known.
    unclear
        Searches of which it is not recorded what they showed; with any, no rate is given.
    """

    alert_true: int
    alert_wrong: int
    alert_nonmated: int
    alert_open: int
    quiet_mated: int
    quiet_nonmated: int
    quiet_open: int
    unclear: int = 0

    @property
    def alerts(self) -> int:
        """Alerts in all."""
        return self.alert_true + self.alert_wrong + self.alert_nonmated + self.alert_open

    @property
    def quiet(self) -> int:
        """Searches without alert in all."""
        return self.quiet_mated + self.quiet_nonmated + self.quiet_open


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds(Shown):
    """A rate as far as partly adjudicated rows give it.

    Parameters
    ----------
    metric
        ``false_positive_identification_rate``, ``false_negative_identification_rate`` or ``precision``.
    low, high
        Best and worst case over everything that the open rows could be; ``None`` when undefined.
    interval
        Interval under ``assumption``, never wider than the bounds; ``None`` where it cannot be given.
    level
        Its nominal coverage.
    n_open
        Rows that are open.
    undefined
        Why there is no rate; empty where there is one.
    assumption
        What the interval assumes.
    """

    metric: str
    low: float | None
    high: float | None
    interval: tuple[float, float] | None
    level: float
    n_open: int
    undefined: str = ""
    assumption: str = ASSUMPTION


def alert_shares(totals: AlertTotals) -> tuple[Share, ...]:
    """Give alerts and false alerts by each denominator that was counted.

    Examples
    --------
    The eight deployments that the Home Office published for Holyhead in November 2025, summed: 2 alerts, none of them
    incorrect, 7,512 faces seen.

    >>> for share in alert_shares(AlertTotals(alerts=2, false_alerts=0, faces_seen=7512)):
    ...     print(share.name, share.undefined or (share.low, share.high, share.of))
    alerts per face seen (2, 2, 7512)
    alerts per search searches were not counted
    false alerts per face seen (0, 0, 7512)
    false alerts per search searches were not counted
    false alerts per alert (0, 0, 2)
    """
    bases = (("face seen", totals.faces_seen, "faces"), ("search", totals.searches, "searches"))
    false_high = totals.false_alerts + totals.open_alerts
    shares = [_share(f"alerts per {of}", totals.alerts, totals.alerts, n, what) for of, n, what in bases]
    shares += [_share(f"false alerts per {of}", totals.false_alerts, false_high, n, what) for of, n, what in bases]
    shares.append(_share("false alerts per alert", totals.false_alerts, false_high, totals.alerts, "alerts"))
    reason = _unclear(totals.unclear)
    return tuple(replace(share, undefined=reason) if reason else share for share in shares)


def error_bounds(totals: SearchTotals, *, level: float = 0.95) -> tuple[Bounds, ...]:
    """Give FPIR, FNIR and the precision of alerts as bounds, and as intervals under :data:`ASSUMPTION`.

    Parameters
    ----------
    totals
        Counts of live searches.
    level
        Nominal coverage of the intervals, between 0 and 1.

    Notes
    -----
    The open rows are completed in the two extreme ways. For FPIR, the share of non-mated searches with an alert, the
    worst case makes every open alert non-mated and no open quiet search so. The intervals join Clopper-Pearson
    intervals of the two strata (alerts; searches without) at half the error each, so that they cover at least at
    ``level``. They are for the rate among these searches.

    Examples
    --------
    >>> totals = SearchTotals(alert_true=6, alert_wrong=0, alert_nonmated=2, alert_open=2, quiet_mated=1,
    ...                       quiet_nonmated=80, quiet_open=909)
    >>> for bound in error_bounds(totals):
    ...     print(bound.metric, round(bound.low, 4), round(bound.high, 4))
    false_positive_identification_rate 0.002 0.0476
    false_negative_identification_rate 0.1111 0.9935
    precision 0.6 0.8
    """
    if totals.unclear:
        metrics = ("false_positive_identification_rate", "false_negative_identification_rate", "precision")
        return tuple(_undefined(metric, level, totals.unclear, _unclear(totals.unclear)) for metric in metrics)
    return (_false_positive(totals, level), _false_negative(totals, level), _precision(totals, level))


def count_searches(facts: Facts) -> SearchTotals:
    """Count live searches by what was shown and what was established; failures to answer count as no alert.

    A search is of an enrolled person when that was established, or when its alert was established as true.
    """
    enrolled = "CASE WHEN adjudicated_truth = 'mated' THEN 'yes' WHEN subject_enrolled IN ('yes', 'no') "
    enrolled += "THEN subject_enrolled WHEN adjudicated_truth = 'nonmated' THEN 'no' END"
    alert, right = "match_shown IS TRUE", "adjudicated_truth IS NOT DISTINCT FROM 'mated'"
    asked = [
        f"{alert} AND {right}",
        f"{alert} AND adjudicated_truth = 'nonmated' AND enrolled = 'yes'",
        f"{alert} AND adjudicated_truth = 'nonmated' AND enrolled = 'no'",
        f"{alert} AND adjudicated_truth IS NULL",
        f"NOT ({alert}) AND enrolled = 'yes'",
        f"NOT ({alert}) AND enrolled = 'no'",
        f"NOT ({alert}) AND enrolled IS NULL",
        "match_shown IS NULL",
    ]
    listed = ", ".join(f"count(*) FILTER ({condition})" for condition in asked)
    rows = f"(SELECT *, {enrolled} AS enrolled FROM {live_rows(facts, 'TRUE')})"  # noqa: S608
    ((a, b, c, d, e, f, g, unclear),) = facts.rows(f"SELECT {listed} FROM {rows}")  # noqa: S608
    return SearchTotals(
        alert_true=a,
        alert_wrong=b,
        alert_nonmated=c,
        alert_open=d,
        quiet_mated=e,
        quiet_nonmated=f,
        quiet_open=g,
        unclear=unclear,
    )


def alert_totals(facts: Facts, searches: SearchTotals) -> AlertTotals:
    """Add the faces seen to the counts of searches; unknown when any deployment lacks its count."""
    ((n, counted, faces),) = facts.rows(
        "SELECT count(*), count(faces_detected), sum(faces_detected)::BIGINT FROM faces_seen"
    )
    return AlertTotals(
        alerts=searches.alerts,
        false_alerts=searches.alert_wrong + searches.alert_nonmated,
        open_alerts=searches.alert_open,
        faces_seen=faces if n and counted == n else None,
        searches=searches.alerts + searches.quiet,
        unclear=searches.unclear,
    )


def _unclear(n: int) -> str:
    return f"what {count_of(n, 'search')} showed is not recorded" if n else ""


def _share(name: str, low: int, high: int, of: int | None, what: str) -> Share:
    undefined = f"{what} were not counted" if of is None else "" if of else f"there were no {what}"
    return Share(name=name, low=low, high=high, of=of, undefined=undefined)


def _false_positive(t: SearchTotals, level: float) -> Bounds:
    metric, n_open = "false_positive_identification_rate", t.alert_open + t.quiet_open
    if not t.alert_nonmated + t.quiet_nonmated:
        return _undefined(metric, level, n_open, "no search was established as non-mated")
    low = t.alert_nonmated / (t.alert_nonmated + t.quiet_nonmated + t.quiet_open)
    high = (t.alert_nonmated + t.alert_open) / (t.alert_nonmated + t.alert_open + t.quiet_nonmated)
    known_alerts, known_quiet = t.alerts - t.alert_open, t.quiet - t.quiet_open
    ends = _stratified(
        (t.alert_nonmated, known_alerts, t.alerts), (t.quiet_nonmated, known_quiet, t.quiet), level
    )  # fmt: skip
    return _bounds(metric, low, high, ends, level, n_open)


def _false_negative(t: SearchTotals, level: float) -> Bounds:
    metric, n_open = "false_negative_identification_rate", t.alert_open + t.quiet_open
    missed = t.quiet_mated + t.alert_wrong
    if not missed + t.alert_true:
        return _undefined(metric, level, n_open, "no search was established as of an enrolled person")
    low = missed / (missed + t.alert_true + t.alert_open)
    high = (missed + n_open) / (missed + n_open + t.alert_true)
    known_alerts, known_quiet = t.alerts - t.alert_open, t.quiet - t.quiet_open
    # A wrong alert on an enrolled person is a miss among alerts, so that only without any do the two strata separate
    # into hits and misses.
    ends = None if t.alert_wrong else _stratified(
        (t.quiet_mated, known_quiet, t.quiet), (t.alert_true, known_alerts, t.alerts), level
    )  # fmt: skip
    return _bounds(metric, low, high, ends, level, n_open)


def _precision(t: SearchTotals, level: float) -> Bounds:
    if not t.alerts:
        return _undefined("precision", level, 0, "there were no alerts")
    known = t.alerts - t.alert_open
    interval = exact(t.alert_true, known, level=level) if known else None
    ends = None if interval is None else (interval.low, interval.high)
    low, high = t.alert_true / t.alerts, (t.alert_true + t.alert_open) / t.alerts
    return _bounds("precision", low, high, ends, level, t.alert_open)


def _stratified(counted: tuple[int, int, int], other: tuple[int, int, int], level: float) -> tuple[float, float] | None:
    """Give the interval of a / (a + b), a and b being totals of which two samples tell the shares.

    Each is (established so, adjudicated, all) of one stratum.
    """
    if (counted[2] and not counted[1]) or (other[2] and not other[1]):
        return None
    a, b = _total(counted, level), _total(other, level)
    low = a[0] / (a[0] + b[1]) if a[0] + b[1] else 0.0
    high = a[1] / (a[1] + b[0]) if a[1] + b[0] else 1.0
    return low, high


def _total(stratum: tuple[int, int, int], level: float) -> tuple[float, float]:
    so, known, everything = stratum
    if known == everything:
        return float(so), float(so)
    interval = exact(so, known, level=(1 + level) / 2)
    return interval.low * everything, interval.high * everything


def _bounds(
    metric: str, low: float, high: float, ends: tuple[float, float] | None, level: float, n_open: int
) -> Bounds:
    interval = None if ends is None else (min(max(low, ends[0]), high), max(min(high, ends[1]), low))
    return Bounds(metric=metric, low=low, high=high, interval=interval, level=level, n_open=n_open)


def _undefined(metric: str, level: float, n_open: int, reason: str) -> Bounds:
    return Bounds(
        metric=metric, low=None, high=None, interval=None, level=level, n_open=n_open, undefined=reason
    )  # fmt: skip


def estimate(log: Log, *, level: float = 0.95) -> tuple[tuple[Share, ...], tuple[Bounds, ...]]:
    """Give what a log supports: shares by each denominator, and bounds on its error rates.

    Parameters
    ----------
    log
        What :func:`baserate.inputs.logs.read_log` gives.
    level
        Nominal coverage of the intervals, between 0 and 1.
    """
    facts = look_at(log, emptiness=(), bounds=())
    searches = count_searches(facts)
    return alert_shares(alert_totals(facts, searches)), error_bounds(searches, level=level)
