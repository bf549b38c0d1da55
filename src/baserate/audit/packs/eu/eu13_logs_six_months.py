"""Logs are kept for at least six months without a hole.

Looks for: for each system, the running numbers of the last six months (183 days) before the end of the log, and
whether the log reaches back that far.

Why it matters: a hole in the numbers is a search that nobody can look at again. That a search was never numbered, no
log can show.

Complies: every number between the first and the last is there, over at least six months.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from baserate.audit.applicability import EU
from baserate.audit.packs.notes import EU_DATE_NOTE
from baserate.audit.rule import LogCheck, Rule, failed, passed, untold
from baserate.inputs.problems import count_of, said_of

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


_WINDOW = "time_start_utc >= log_end() - INTERVAL 183 DAY"


def _check(facts: Facts, governed: str) -> Verdict:
    if facts.first is None or facts.last is None:
        return untold("no live search has a time", fields=("time_start_utc",))
    recent = facts.sql(f"{_WINDOW} AND seq > 0 AND ({governed})")
    spans = _spans(facts, f"FROM search_event WHERE {recent}")
    if any(missing for _, missing, _ in spans):
        # A row that was written late, as a correction is, has a number of these months and a time from before them.
        of_system = "SELECT system_id AS named, min(seq) AS low, max(seq) AS high FROM search_event"
        same = "system_id IS NOT DISTINCT FROM named AND seq BETWEEN low AND high"
        spans = _spans(facts, f"FROM search_event JOIN ({of_system} WHERE {recent} GROUP BY ALL) ON {same}")
    ((unnumbered,),) = facts.rows(
        facts.sql(f"SELECT count(*) FROM search_event WHERE ({_WINDOW} AND seq > 0) IS NULL AND ({governed})")  # noqa: S608
    )
    systems = {system for system, _, _ in spans}
    doubtful = any(missing for _, missing, _ in spans) or (None in systems and len(systems) > 1)
    loose = _loose(facts, governed, named=systems != {None}) if doubtful else 0
    return _verdict(spans, unnumbered, loose, (facts.last - facts.first).days)


def _loose(facts: Facts, governed: str, *, named: bool) -> int:
    """Count the rows, of whatever time, that may have a number that is missing: they lack theirs, or their system."""
    of_any = " OR system_id IS NULL" if named else ""
    rows = facts.sql(f"search_event WHERE (seq IS NULL{of_any}) AND ({governed}) IS NOT FALSE")
    ((n,),) = facts.rows(f"SELECT count(*) FROM {rows}")  # noqa: S608
    return int(n)


def _spans(facts: Facts, rows: str) -> list[tuple[str | None, int, int]]:
    """Give for each system how many numbers are missing between its lowest and its highest, and how many there are."""
    # Numbers are marked in blocks of 32 bits: exact, and small however long the log is.
    blocks = (
        "SELECT system_id, seq >> 5 AS block, bit_or(1::UBIGINT << (seq & 31)) AS marks, min(seq) AS lowest, "
        f"max(seq) AS highest {rows} GROUP BY ALL"
    )
    return facts.rows(
        "SELECT system_id, (max(highest) - min(lowest) + 1 - sum(bit_count(marks)))::BIGINT, "  # noqa: S608
        f"(max(highest) - min(lowest) + 1)::BIGINT FROM ({blocks}) GROUP BY ALL"
    )


def _verdict(systems: list[tuple[str | None, int, int]], unnumbered: int, loose: int, days: int) -> Verdict:
    holes, of = sum(missing for _, missing, _ in systems), sum(span for _, _, span in systems)
    if holes > loose:
        return failed(
            f"{holes:,} of {of:,} running numbers {said_of(holes, 'are')} missing in the last six months",
            count=holes,
            of=of,
        )
    if loose:
        return untold(
            f"{count_of(loose, 'row', 'lack')} a running number, or the system whose number it is",
            fields=("seq", "system_id"),
        )
    if unnumbered or not systems:
        return untold(
            f"{count_of(unnumbered, 'row', 'have')} no running number or no time", fields=("seq", "time_start_utc")
        )
    if days < _SIX_MONTHS:
        return untold(f"the log covers {days} days; six months of keeping do not show in it")
    return passed(f"none of {of:,} running numbers is missing", of=of)


_SIX_MONTHS = 183
RULE = Rule(
    id="EU-13",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 19 and 26(6)",
    verified=("S",),
    severity="medium",
    binds=EU,
    checks=(LogCheck(fields=("system_id", "seq", "time_start_utc"), check=_check),),
    applies_from=date(2027, 12, 2),
    note=EU_DATE_NOTE,
)
