"""Missing, repeated and misplaced numbers: ``seq`` is gapless per system, so a removed row leaves a hole."""

# ruff: noqa: S608 - SQL is put together from constants and whole numbers.
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from baserate.audit.integrity.finding import SHOWN, IntegrityFinding, RowCheck, judge
from baserate.engines.duckdb import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from baserate.inputs.logs import SearchLog

_NEVER_LOGGED = (
    "Searches that were never logged, and rows cut off at the end, leave no hole: compare the last seq with the "
    "system's own counter and with heads deposited earlier."
)
_BEFORE = (
    "SELECT row, system_id, seq, coalesce(lag(seq) OVER (PARTITION BY system_id ORDER BY seq), 0) AS before "
    "FROM search_event WHERE seq IS NOT NULL"
)
_REPEATED = (
    "SELECT row FROM (SELECT row, count(*) OVER (PARTITION BY system_id, seq) AS n FROM search_event "
    "WHERE seq IS NOT NULL) WHERE n > 1"
)
_MISPLACED = (
    "SELECT row FROM (SELECT row, seq, max(seq) OVER (PARTITION BY system_id ORDER BY row "
    "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS highest FROM search_event WHERE seq IS NOT NULL) "
    "WHERE seq < highest"
)

REPEATED = RowCheck(
    check="sequence-repeated",
    bad=_REPEATED,
    scope="seq IS NOT NULL",
    needs=("seq",),
    found="{n} rows share their seq with another row of the same system.",
    good="No system gave a number twice.",
    cannot_show=_NEVER_LOGGED,
)
UNNUMBERED = RowCheck(
    check="sequence-unnumbered",
    bad="SELECT row FROM search_event WHERE seq IS NULL",
    scope="true",
    needs=("seq",),
    found="{n} rows have no seq, so nothing shows where they belong.",
    good="Every row is numbered.",
    cannot_show=_NEVER_LOGGED,
)
MISPLACED = RowCheck(
    check="sequence-order",
    bad=_MISPLACED,
    scope="seq IS NOT NULL",
    needs=("seq",),
    found="{n} rows stand behind a row of the same system with a higher seq.",
    good="Rows stand in the order of their numbers.",
    cannot_show="Rows that were swapped and renumbered stand in order; only the hash chain shows them.",
)


def check_gaps(log: SearchLog) -> IntegrityFinding:
    """Find numbers that no row has, also before the first row, apart from gaps that the manifest states.

    ``count`` is the number of missing numbers, ``rows`` are the rows behind each gap.
    """
    listed = f"SELECT row, {_missing_sql(log.manifest)} AS missing FROM ({_BEFORE}) WHERE seq > before + 1"
    query = f"SELECT row, missing FROM ({listed}) WHERE missing > 0"
    shape = RowCheck(
        check="sequence-gaps",
        bad=query,
        scope="seq IS NOT NULL",
        needs=("seq",),
        found="{n}",
        good="Numbers run without a hole from 1, apart from gaps that the manifest states.",
        cannot_show=_NEVER_LOGGED,
    )
    found = judge(log, shape)
    if found.status != "fail":
        return found
    sql = f"SELECT CAST(sum(missing) AS BIGINT), count(*), min(row, {SHOWN}) FROM ({query})"
    missing, gaps, rows = log.connection.execute(sql).fetchall()[0]
    reason = f"{missing:,} numbers are missing, in {gaps:,} gaps; the rows named stand behind a gap."
    return IntegrityFinding(
        check=found.check,
        status="fail",
        count=missing,
        of=(found.of or 0) + missing,
        rows=tuple(rows),
        reason=reason,
        cannot_show=_NEVER_LOGGED,
        query=query,
    )


def _missing_sql(manifest: Mapping[str, Any]) -> str:
    """Numbers missing before a row, less those that the manifest's known gaps explain."""
    known = [gap for gap in manifest.get("known_gaps") or [] if _is_gap(gap)]
    explained = " + ".join(_overlap_sql(gap) for gap in known) or "0"
    return f"greatest(0, seq - before - 1 - ({explained}))"


def _is_gap(gap: object) -> bool:
    return isinstance(gap, dict) and all(isinstance(gap.get(key), int) for key in ("seq_first", "seq_last"))


def _overlap_sql(gap: Mapping[str, Any]) -> str:
    first, last = int(gap["seq_first"]), int(gap["seq_last"])
    overlap = f"greatest(0, least(seq - 1, {last}) - greatest(before + 1, {first}) + 1)"
    system = gap.get("system_id")
    return overlap if system is None else f"CASE WHEN system_id = {text(system)} THEN {overlap} ELSE 0 END"
