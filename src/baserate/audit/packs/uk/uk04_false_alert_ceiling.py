"""Fewer than one false alert in a thousand faces, in each deployment and over all.

Looks for: alerts shown to be false against faces seen, for each deployment whose hours the faces were counted in and
over all. It fails when the share is over the ceiling (m.declared_faces_false_alert_ceiling, else 1 in 1000). It
passes only when the one-sided 95 % upper bound (Clopper-Pearson), with every open alert counted as false, is below
it. False alerts per alert are reported too: the same table often gives one in a thousand by the first and one in five
by the second.

Why it matters: over few faces a rate of zero shows nothing, and per face every system looks small.

Complies: the upper bound is below the ceiling in each deployment.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scipy.special import betaincinv

from baserate.audit.applicability import UK
from baserate.audit.asking import live_rows
from baserate.audit.finding import Measure
from baserate.audit.rule import LogCheck, Rule, combined, failed, inapplicable, passed, untold

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


_CEILING = 0.001
_ALERTS = "live AND capture_kind = 'live_camera' AND match_shown"


def upper_bound(count: int, of: int, *, level: float = 0.95) -> float:
    """Give the one-sided Clopper-Pearson upper bound of a share.

    Examples
    --------
    >>> round(upper_bound(0, 7512), 6)
    0.000399
    """
    return 1.0 if count >= of else float(betaincinv(count + 1, of - count, level))


def _check(facts: Facts, governed: str) -> Verdict:
    if not facts.has_column("faces_seen", "faces_detected"):
        return untold("faces seen were not counted", fields=("faces_seen.faces_detected",))
    seen = facts.rows(_deployments_sql(facts, governed))
    if not seen:
        return inapplicable("no deployment of live cameras in the log")
    parts = [_deployment(str(name), faces, false, open_, facts) for name, faces, false, open_, _ in seen]
    totals = [None if any(row[i] is None for row in seen) else sum(row[i] for row in seen) for i in (1, 2, 3, 4)]
    pooled = _deployment("all deployments", totals[0], totals[1], totals[2], facts)
    verdict = combined([*parts, pooled] if len(parts) > 1 else parts)
    false, open_, alerts = (int(total or 0) for total in totals[1:])
    measures = (
        Measure("false alerts of all alerts", false, alerts),
        Measure("alerts without an established truth", open_, alerts),
    )
    return replace(verdict, measures=measures, query=_query(facts, governed) if verdict.status == "fail" else "")


def _deployments_sql(facts: Facts, governed: str) -> str:
    alerts = f"(SELECT * FROM {live_rows(facts, governed)} WHERE {_ALERTS})"  # noqa: S608
    return (
        "SELECT deployment_id, any_value(faces)::BIGINT, count(*) FILTER (adjudicated_truth = 'nonmated'), "  # noqa: S608
        "count(*) FILTER (event_id IS NOT NULL AND adjudicated_truth IS NULL), count(event_id) FROM ("
        "SELECT deployment_id, list({'a': \"interval\".start_utc, 'b': \"interval\".end_utc}) AS hours, "
        "CASE WHEN count(faces_detected) = count(*) THEN sum(faces_detected) END AS faces "
        "FROM faces_seen GROUP BY ALL) "
        f"LEFT JOIN {alerts} ON len(list_filter(hours, lambda h: time_start_utc >= date_trunc('hour', h.a) "
        "AND time_start_utc <= h.b)) > 0 GROUP BY deployment_id ORDER BY ALL"
    )


def _query(facts: Facts, governed: str) -> str:
    return f"SELECT * FROM {live_rows(facts, governed)} WHERE {_ALERTS} AND adjudicated_truth = 'nonmated'"  # noqa: S608


def _deployment(name: str, faces: int | None, false: int | None, open_: int | None, facts: Facts) -> Verdict:
    ceiling = facts.manifest.number("declared_faces_false_alert_ceiling") or _CEILING
    if not faces or false is None or open_ is None:
        return untold(f"{name}: no faces counted", fields=("faces_seen.faces_detected",))
    bound = upper_bound(false + open_, faces)
    told = f"{name}: {false:,} false alerts in {faces:,} faces, at most {bound:.2g} per face with 95 % confidence"
    if false > ceiling * faces:
        return failed(f"{told}, over the ceiling of {ceiling:g}", count=false, of=faces)
    if bound < ceiling:
        return passed(told, of=faces)
    return untold(
        f"{told}: too few faces, or too many open alerts ({open_:,}), to show less than {ceiling:g}",
        fields=("adjudicated_truth",) if open_ else (),
    )


RULE = Rule(
    id="UK-4",
    page=__doc__,
    citation=(
        "South Wales Police operating procedure as quoted in R (Bridges) v Chief Constable of South Wales Police "
        "[2020] EWCA Civ 1058; Immigration Enforcement target as reported by biometricupdate.com, Jan 2026"
    ),
    verified=(
        "C",
        "S",
    ),
    severity="high",
    binds=UK,
    checks=(
        LogCheck(
            fields=("faces_seen.faces_detected", "decision_shown", "adjudicated_truth", "capture_kind"), check=_check
        ),
    ),
)
