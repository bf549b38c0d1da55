"""The hash chain: rows altered after they were written, rows removed or put in, and heads deposited elsewhere."""

# ruff: noqa: S608 - SQL is put together from constants.
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from baserate.audit.integrity.finding import IntegrityFinding, RowCheck, judge
from baserate.inputs.log_formats.chain import FIRST, canonical_sql

if TYPE_CHECKING:
    from baserate.inputs.logs import SearchLog

CANNOT_SHOW = (
    "A chain does not show that an event was never logged, that rows were cut off at the end, or that somebody rewrote "
    "the whole chain; a head deposited with a third party shows the last two. It says nothing of whether what was "
    "logged is true."
)
_ALTERED = (
    f"SELECT row FROM search_event WHERE row_hash IS NULL OR prev_hash IS NULL "
    f"OR row_hash <> sha256(prev_hash || {canonical_sql()})"
)
_LINKS = (
    "SELECT row FROM (SELECT row, prev_hash, lag(row_hash, 1, "
    f"'{FIRST}') OVER (PARTITION BY system_id ORDER BY seq, row) AS expected FROM search_event) "
    "WHERE prev_hash IS DISTINCT FROM expected"
)
ALTERED = RowCheck(
    check="chain-altered",
    bad=_ALTERED,
    scope="row_hash IS NOT NULL",
    needs=("prev_hash", "row_hash"),
    found="do not have the digest of the content: altered, or written without the hash.",
    good="Every row has the digest of its content.",
    cannot_show=CANNOT_SHOW,
)
LINKS = RowCheck(
    check="chain-links",
    bad=_LINKS,
    scope="row_hash IS NOT NULL",
    needs=("prev_hash", "row_hash", "seq"),
    found="do not follow the row before: rows were removed, put in, reordered or rewritten there.",
    good="Every row follows the row before it.",
    cannot_show=CANNOT_SHOW,
)


def verify_chain(log: SearchLog) -> tuple[IntegrityFinding, ...]:
    """Verify the chain of a log, and the heads that the manifest says were deposited.

    The digests are made in one scan; the links need a sort by ``seq``, which spills to disk beyond the memory given.

    Parameters
    ----------
    log
        With ``prev_hash``, ``row_hash`` and ``seq``, and every column with which it was written: a release from which
        columns were taken cannot be verified.

    Returns
    -------
    tuple of IntegrityFinding
        ``chain-altered``, ``chain-links`` and ``chain-heads``.
    """
    return judge(log, ALTERED), judge(log, LINKS), check_heads(log)


def check_heads(log: SearchLog) -> IntegrityFinding:
    """Compare the log with heads deposited earlier: the row must still be there with the same hash."""
    heads = [head for head in log.manifest.get("chain_heads") or [] if isinstance(head, dict)]
    if not heads:
        return _heads("not_applicable", None, None, (), "The manifest names no deposited head of the chain.")
    if ("search_event", "row_hash") in log.absent:
        return _heads("cannot_tell", None, len(heads), (), "The log has no row_hash.")
    faults = [fault for head in heads if (fault := _head_fault(log, head)) is not None]
    rows = tuple(row for row, _ in faults if row)
    reason = "; ".join(what for _, what in faults) or "Every deposited head is in the log"
    return _heads("fail" if faults else "pass", len(faults), len(heads), rows, f"{reason}.")


def _head_fault(log: SearchLog, head: dict[str, Any]) -> tuple[int | None, str] | None:
    sql = "SELECT row, row_hash FROM search_event WHERE system_id IS NOT DISTINCT FROM ? AND seq = ?"
    found = log.connection.execute(sql, [head.get("system_id"), head.get("seq")]).fetchall()
    if not found:
        return None, f"the row with seq {head.get('seq')} whose hash was deposited is not in the log"
    row, row_hash = found[0]
    if row_hash == head.get("row_hash"):
        return None
    return row, f"row {row} (seq {head.get('seq')}) has another hash than was deposited"


def _heads(
    status: Any,  # noqa: ANN401 (a Status)
    count: int | None,
    of: int | None,
    rows: tuple[int, ...],
    reason: str,
) -> IntegrityFinding:
    return IntegrityFinding(
        check="chain-heads", status=status, count=count, of=of, rows=rows, reason=reason, cannot_show=CANNOT_SHOW
    )
