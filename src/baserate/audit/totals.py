"""Totals that reports claim, counted again in the log: one count for the rules and for the integrity checks."""

# ruff: noqa: S608 - SQL is put together from constants, days that were parsed and quoted text.
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from baserate.audit.expressions import text_literal
from baserate.audit.manifest import as_date
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    #: Runs SQL and gives its rows.
    Run = Callable[[str], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Total:
    """What a total counts.

    Parameters
    ----------
    condition
        SQL of the rows that count, with the named conditions of :mod:`baserate.audit.facts`; what is unknown in a row
        stays open.
    different
        Column of which different values are counted instead of rows.
    """

    condition: str = "TRUE"
    different: str = ""


@dataclass(frozen=True, slots=True)
class Recount(Shown):
    """What the log gives for a total: ``n`` for certain, and ``unknown`` more that it does not decide."""

    n: int
    unknown: int

    def allows(self, claimed: int) -> bool:
        """Say whether the claimed number may be right."""
        return self.n <= claimed <= self.n + self.unknown


#: Name of a total in ``annual_reports[].totals`` -> what it counts of live searches.
TOTALS: dict[str, Total] = {
    "searches": Total(),
    "encounters": Total(different="encounter_pid"),
    "searches_with_candidates": Total("n_returned > 0"),
    "searches_without_candidates": Total("n_returned = 0"),
    "no_match_shown": Total("decision_shown = 'no_match'"),
    "match_shown": Total("match_shown"),
    "matches_with_action": Total("match_shown AND acted"),
    "false_matches": Total("n_returned > 0 AND adjudicated_truth = 'nonmated'"),
    "arrests": Total("outcome = 'arrested'"),
    "detentions": Total("outcome = 'detained'"),
    "authorisations_granted": Total("authorisation_result = 'granted'"),
    "authorisations_rejected": Total("authorisation_result = 'rejected'"),
    "deletions": Total("deletion_time_utc IS NOT NULL"),
}

_EPOCH = date(1970, 1, 1)

#: Columns by which a total may be broken down: ``{"purpose_code": {"victim": 3}}``.
BREAKDOWNS = ("purpose_code", "crime_code", "gallery_id", "agency_id", "agency_type", "outcome", "authorisation_type",
              "system_id", "operator_role")  # fmt: skip


def covered(report: Mapping[str, Any]) -> str | None:
    """Give SQL of the searches that a report covers, by its days (both included, UTC) and system; None without days."""
    first, last = as_date(report.get("period_start")), as_date(report.get("period_end"))
    if first is None or last is None:
        return None
    # Days by plain numbers: the engine's time zones would cost more than the count.
    days = f"floor(epoch_us(time_start_utc) / 86400e6) BETWEEN {(first - _EPOCH).days} AND {(last - _EPOCH).days}"
    system = report.get("system_id")
    return days if system is None else f"{days} AND system_id = {text_literal(str(system))}"


def recount(run: Run, rows: str, total: Total, *, within: str) -> Recount:
    """Count a total among rows.

    Parameters
    ----------
    run
        The log's connection.
    rows
        SQL of the rows, with named conditions.
    total
        What to count.
    within
        SQL condition of the rows that count.
    """
    condition = f"({within}) AND ({total.condition})"
    counted, open_ = "*", f"({condition}) IS NULL"
    if total.different:
        # By 64-bit hashes, of which two of ten million are the same with a chance of 3 in a million: texts take far
        # more memory.
        counted, open_ = f"DISTINCT hash({total.different})", f"{open_} OR ({condition} AND {total.different} IS NULL)"
        condition = f"{condition} AND {total.different} IS NOT NULL"
    sql = f"SELECT count({counted}) FILTER ({condition}), count(*) FILTER ({open_}) FROM {rows}"
    ((n, unknown),) = run(sql)
    return Recount(n, unknown)


def recount_parts(run: Run, rows: str, by: str, *, within: str) -> tuple[dict[str, Recount], Recount]:
    """Count rows by a column; give each value's count, and that of a value that no row has for certain."""
    sql = f"SELECT {by}, count(*) FILTER ({within}), count(*) FILTER (({within}) IS NULL) FROM {rows} GROUP BY ALL"
    found = {value: (n, unknown) for value, n, unknown in run(sql)}
    # A row without a value may have any.
    open_ = sum(found.pop(None, (0, 0)))
    return {value: Recount(n, unknown + open_) for value, (n, unknown) in found.items()}, Recount(0, open_)
