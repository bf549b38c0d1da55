"""Missing, repeated and misplaced numbers: ``seq`` is gapless per system, so a removed row leaves a hole."""

# ruff: noqa: S608 - SQL is put together from constants and whole numbers.
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from baserate.audit.integrity.finding import SHOWN, RowCheck, judge
from baserate.engines.duckdb import text
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from baserate.audit.integrity.finding import IntegrityFinding
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

# Which numbers there are, as bits: a sixtieth of the rows to group, and no sorting. The same number twice is one bit.
_BITS = (
    "(SELECT system_id, count(*) AS n, bit_or(1::UBIGINT << (seq & 63)) AS bits, min(seq) AS lowest, "
    "max(seq) AS highest FROM search_event WHERE seq IS NOT NULL GROUP BY system_id, seq // 64)"
)
_NONE_REPEATED = f"SELECT sum(n) = sum(bit_count(bits)) FROM {_BITS}"
_NONE_MISSING = (
    "SELECT bool_and(whole) FROM (SELECT min(lowest) > 0 AND sum(bit_count(bits)) = max(highest) AS whole "
    f"FROM {_BITS} GROUP BY system_id)"
)

REPEATED = RowCheck(
    check="sequence-repeated",
    bad=_REPEATED,
    scope="seq IS NOT NULL",
    needs=("seq",),
    found="share a seq with another row of the same system.",
    good="No system gave a number twice.",
    cannot_show=_NEVER_LOGGED,
    clear=_NONE_REPEATED,
)
UNNUMBERED = RowCheck(
    check="sequence-unnumbered",
    bad="SELECT row FROM search_event WHERE seq IS NULL",
    scope="true",
    needs=("seq",),
    found="have no seq, so that nothing shows the place.",
    good="Every row is numbered.",
    cannot_show=_NEVER_LOGGED,
)
MISPLACED = RowCheck(
    check="sequence-order",
    bad=_MISPLACED,
    scope="seq IS NOT NULL",
    needs=("seq",),
    found="stand behind a row of the same system with a higher seq.",
    good="Rows stand in the order of their numbers.",
    cannot_show="Rows that were swapped and renumbered stand in order; only the hash chain shows them.",
)


def gaps(manifest: Mapping[str, Any]) -> RowCheck:
    """Give the check for rows behind numbers that no row has, apart from gaps that the manifest states."""
    listed = f"SELECT row, {_missing_sql(manifest)} AS missing FROM ({_BEFORE}) WHERE seq > before + 1"
    return RowCheck(
        check="sequence-gaps",
        bad=f"SELECT row, missing FROM ({listed}) WHERE missing > 0",
        scope="seq IS NOT NULL",
        needs=("seq",),
        found="",
        good="Numbers run without a hole from 1, apart from gaps that the manifest states.",
        cannot_show=_NEVER_LOGGED,
        clear=_NONE_MISSING,
    )


def check_gaps(log: SearchLog) -> IntegrityFinding:
    """Find numbers that no row has, also before the first row, apart from gaps that the manifest states.

    ``count`` is the number of missing numbers, ``rows`` are the rows behind each gap.
    """
    check = gaps(log.manifest)
    found = judge(log, check)
    if found.status != "fail":
        return found
    sql = f"SELECT CAST(sum(missing) AS BIGINT), count(*), min(row, {SHOWN}) FROM ({check.bad})"
    missing, n_gaps, rows = log.connection.execute(sql).fetchall()[0]
    told = f"{count_of(missing, 'number', 'are missing')}, in {count_of(n_gaps, 'gap')}"
    reason = f"{told}; the rows named stand behind a gap."
    return replace(found, count=missing, of=(found.of or 0) + missing, rows=tuple(rows), reason=reason)


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
