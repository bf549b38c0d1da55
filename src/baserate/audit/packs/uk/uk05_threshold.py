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

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


def _check(facts: Facts, governed: str) -> Verdict:
    days = (
        "SELECT system_id, threshold_scale, epoch_us(time_start_utc) // 86400000000 AS day, "  # noqa: S608
        "min(threshold) < max(threshold) AS changed, count(*) FILTER (threshold IS NULL) AS silent "
        f"FROM {live_rows(facts, governed)} GROUP BY ALL"
    )
    ((of, changed, silent),) = facts.rows(f"SELECT count(*), count(*) FILTER (changed), sum(silent) FROM ({days})")  # noqa: S608
    if changed:
        return failed(f"the threshold changed within {changed:,} of {of:,} days of a system", count=changed, of=of)
    if not of:
        return inapplicable(NO_LIVE)
    return (
        untold(f"{silent:,} searches give no threshold", fields=("threshold",))
        if silent
        else passed(f"one threshold on each of {of:,} days", of=of)
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
