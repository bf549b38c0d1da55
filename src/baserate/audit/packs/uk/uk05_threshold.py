"""The threshold is at least the declared minimum, and constant within a day.

Looks for: live searches below the declared minimum (m.threshold_minimum), and days on which a system used more than
one threshold on the same scale.

Why it matters: a threshold lowered for an afternoon gives that afternoon's alerts another meaning.

Complies: at least the minimum; one value a day for each system and scale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import UK
from baserate.audit.asking import NO_LIVE, live_rows
from baserate.audit.rule import LogCheck, RowCheck, Rule, failed, inapplicable, passed, untold
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


def _check(facts: Facts, governed: str) -> Verdict:
    days = (
        "SELECT system_id, threshold_scale, epoch_us(time_start_utc) // 86400000000 AS day, count(*) AS n, "  # noqa: S608
        "min(threshold) < max(threshold) AS differs, count(*) FILTER (threshold IS NULL) AS silent "
        f"FROM {live_rows(facts, governed)} GROUP BY ALL"
    )
    # Searches that do not say when, where or on which scale cannot be held against each other.
    known = "system_id IS NOT NULL AND threshold_scale IS NOT NULL AND day IS NOT NULL"
    ((of, changed, silent),) = facts.rows(
        f"SELECT count(*), count(*) FILTER (differs AND {known}), "  # noqa: S608
        f"sum(CASE WHEN {known} THEN silent ELSE n END)::BIGINT "
        f"FROM ({days})"
    )
    if changed:
        return failed(
            f"the threshold changed within {changed:,} of {count_of(of, 'day')} of a system", count=changed, of=of
        )
    if not of:
        return inapplicable(NO_LIVE)
    return (
        untold(
            f"{count_of(silent, 'search', 'give')} no threshold, scale, system or time",
            fields=("threshold", "threshold_scale", "system_id", "time_start_utc"),
        )
        if silent
        else passed(f"one threshold on each of {count_of(of, 'day')}", of=of)
    )


RULE = Rule(
    id="UK-5",
    page=__doc__,
    citation=(
        "Home Office table of live facial recognition at Holyhead (threshold 0.64); biometricupdate.com, Nov "
        "2025, on the National Physical Laboratory's advice"
    ),
    verified=("C", "S"),
    severity="medium",
    binds=UK,
    checks=(
        RowCheck(
            scope="live searches",
            applies="live",
            violates="threshold < m_number(threshold_minimum)",
        ),
        LogCheck(fields=("threshold", "threshold_scale", "system_id", "time_start_utc"), check=_check),
    ),
)
