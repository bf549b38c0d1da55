"""Published tables of deployments whose figures cannot all be right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.integrity.finding import SHOWN, IntegrityFinding
from baserate.inputs.log_formats.live_table import find_mismatches

if TYPE_CHECKING:
    from baserate.inputs.log_formats.live_table import Deployments

CHECKS = {
    "parts-do-not-sum": "The parts of a total sum to it.",
    "part-above-whole": "No part is larger than its whole.",
    "rate-does-not-follow": "Every rate given follows from its counts.",
}
_NOT_SHOWN = "Figures that agree may all be wrong: how alerts were judged is rarely published."


def check_published(table: Deployments) -> tuple[IntegrityFinding, ...]:
    """Hold the figures of a published table against each other.

    Parameters
    ----------
    table
        What :func:`baserate.inputs.log_formats.live_table.read_deployments` gave.

    Returns
    -------
    tuple of IntegrityFinding
        One for each of :data:`CHECKS`; ``rows`` are rows of the table.
    """
    return tuple(_check(table, check) for check in CHECKS)


def _check(table: Deployments, check: str) -> IntegrityFinding:
    found = [mismatch for mismatch in find_mismatches(table.rows) if mismatch.code == check]
    rows = tuple(dict.fromkeys(mismatch.row for mismatch in found))
    told = "; ".join(f"row {mismatch.row}: {mismatch.what}" for mismatch in found[:SHOWN])
    return IntegrityFinding(
        check=f"published-{check}",
        status="fail" if found else "pass",
        count=len(rows),
        of=len(table.rows),
        rows=rows[:SHOWN],
        reason=f"{told}." if found else CHECKS[check],
        cannot_show=_NOT_SHOWN,
        table="published table",
    )
