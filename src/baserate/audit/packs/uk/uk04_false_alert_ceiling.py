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
from baserate.audit.counting import may_hold
from baserate.audit.finding import Measure
from baserate.audit.rule import LogCheck, Rule, combined, failed, inapplicable, passed, untold
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from typing import Any

    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


_CEILING = 0.001
_LIMITS = ("live", "capture_kind = 'live_camera'", "match_shown")
_ALERTS = " AND ".join(_LIMITS)
_FALSE = f"{_ALERTS} AND adjudicated_truth = 'nonmated'"


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
    *deployments, pooled, (_, _, _, _, _, possible) = [row[1:] for row in facts.rows(_deployments_sql(facts, governed))]
    if not deployments:
        return inapplicable("no deployment of live cameras in the log")
    parts = [_deployment(row, facts) for row in ([*deployments, pooled] if len(deployments) > 1 else deployments)]
    if possible > pooled[-1]:
        fields = ("time_start_utc", "capture_kind", "decision_shown")
        parts.append(
            untold(count_of(possible - pooled[-1], "possible alert", "lie in no deployment's hours"), fields=fields)
        )
    _, _, false, open_, alerts, _ = pooled
    verdict = combined(parts)
    return replace(
        verdict,
        measures=(Measure("false alerts of all alerts", false, alerts), Measure("open alerts of all", open_, alerts)),
        query=_query(facts, governed) if verdict.status == "fail" else "",
    )


def _deployments_sql(facts: Facts, governed: str) -> str:
    """Give SQL for deployment, faces, false alerts, open alerts, alerts, and rows that may be alerts.

    Deployments come first, then all of them together, then all rows that may be alerts, in a deployment's hours or not.
    Times are cut to the hour, so that an alert in an hour that two deployments share counts in both of them; over all
    deployments it counts once.
    """
    rows = live_rows(facts, governed)
    counts = "coalesce(sum(n) FILTER (bad), 0)::BIGINT, coalesce(sum(n) FILTER (bad IS NULL), 0)::BIGINT, "
    counts += "coalesce(sum(n) FILTER (alert), 0)::BIGINT, coalesce(sum(n), 0)::BIGINT"
    faces = "CASE WHEN count(faces_detected) = count(*) THEN sum(faces_detected) END::BIGINT AS faces FROM faces_seen"
    return (
        f"WITH possible AS MATERIALIZED (SELECT time_start_utc AS moment, ({_ALERTS}) AS alert, ({_FALSE}) AS bad, "  # noqa: S608
        f"count(*) AS n FROM {rows} WHERE {may_hold(_LIMITS)} GROUP BY ALL), "
        'hours AS (SELECT deployment_id, date_trunc(\'hour\', "interval".start_utc) AS a, "interval".end_utc AS b '
        "FROM faces_seen), within AS MATERIALIZED (SELECT DISTINCT deployment_id AS place, moment, alert, bad, n "
        "FROM possible JOIN hours ON moment >= a AND moment <= b), "
        "here AS (SELECT DISTINCT TRUE AS here, moment, alert, bad, n FROM within) "
        f"SELECT 1 AS part, deployment_id, any_value(faces), {counts} FROM "
        f"(SELECT deployment_id, {faces} GROUP BY ALL) LEFT JOIN within ON place IS NOT DISTINCT FROM deployment_id "
        "GROUP BY deployment_id UNION ALL "
        f"SELECT 2, 'all deployments', (SELECT faces FROM (SELECT {faces})), {counts} FROM here UNION ALL "
        f"SELECT 3, '', 0, {counts} FROM possible ORDER BY ALL"
    )


def _query(facts: Facts, governed: str) -> str:
    return f"SELECT * FROM {live_rows(facts, governed)} WHERE {_FALSE}"  # noqa: S608


def _deployment(row: tuple[Any, ...], facts: Facts) -> Verdict:
    name, faces, false, open_, _, _ = row
    ceiling = facts.manifest.number("declared_faces_false_alert_ceiling") or _CEILING
    if not faces:
        return untold(f"{name}: no faces counted", fields=("faces_seen.faces_detected",))
    bound = upper_bound(false + open_, faces)
    told = f"{name}: {false:,} false alerts in {faces:,} faces, at most {bound:.2g} per face with 95 % confidence"
    if false > ceiling * faces:
        return failed(f"{told}, over the ceiling of {ceiling:g}", count=false, of=faces)
    if bound < ceiling:
        return passed(told, of=faces)
    return untold(
        f"{told}: too few faces, or too many open alerts ({open_:,}), to show less than {ceiling:g}",
        fields=("adjudicated_truth", "capture_kind", "decision_shown") if open_ else (),
    )


RULE = Rule(
    id="UK-4",
    page=__doc__,
    citation=(
        "South Wales Police operating procedure as quoted in R (Bridges) v Chief Constable of South Wales Police "
        "[2020] EWCA Civ 1058; Immigration Enforcement target as reported by biometricupdate.com, Jan 2026"
    ),
    verified=("C", "S"),
    severity="high",
    binds=UK,
    checks=(
        LogCheck(
            fields=(
                "faces_seen.faces_detected",
                "decision_shown",
                "adjudicated_truth",
                "capture_kind",
                "time_start_utc",
            ),
            check=_check,
        ),
    ),
)
