"""Whether a log can be relied on: numbers, hash chain, clock, duplicates, modes, and totals that were claimed.

Each check answers pass, fail, cannot tell or not applicable, names the rows it rests on, and says what it cannot show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.integrity import clock, duplicates, modes, sequence
from baserate.audit.integrity.chain import verify_chain
from baserate.audit.integrity.claims import check_claims
from baserate.audit.integrity.finding import IntegrityFinding, RowCheck, judge
from baserate.audit.integrity.published import check_published
from baserate.inputs.log_formats.chain import row_digest, row_text, write_chain

if TYPE_CHECKING:
    from baserate.inputs.logs import SearchLog

ROW_CHECKS: tuple[RowCheck, ...] = (
    sequence.REPEATED,
    sequence.UNNUMBERED,
    sequence.MISPLACED,
    clock.WITHIN,
    clock.BETWEEN,
    clock.REVIEWS,
    duplicates.EVENTS,
    duplicates.CAPTURES,
    duplicates.AMENDMENTS,
    *map(duplicates.orphans, ("review", "retention_event", "disclosure")),
    modes.TEST_AS_USE,
    modes.USE_AS_TEST,
    modes.MODE_UNKNOWN,
)
"""Checks that list rows; gaps, chain and claims count otherwise and stand beside them."""

__all__ = [
    "ROW_CHECKS", "IntegrityFinding", "check_claims", "check_integrity", "check_published", "row_digest", "row_text",
    "verify_chain", "write_chain",
]  # fmt: skip


def check_integrity(log: SearchLog) -> tuple[IntegrityFinding, ...]:
    """Run every integrity check on a log.

    Parameters
    ----------
    log
        What :func:`baserate.inputs.logs.read_log` gave.

    Returns
    -------
    tuple of IntegrityFinding
        Checks of side tables that are not there are left out; of everything else there is one.
    """
    rows = [judge(log, check) for check in ROW_CHECKS if check.table == "search_event" or check.table in log.parts]
    return (sequence.check_gaps(log), *rows, *verify_chain(log), *check_claims(log))
