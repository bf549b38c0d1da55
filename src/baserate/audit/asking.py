"""What checks with their own queries share: the values of a column in live use, and published totals."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from baserate.audit.counting import MAX_ROWS, fields_of
from baserate.audit.expressions import text_literal
from baserate.audit.facts import searches
from baserate.audit.finding import EvidenceRow, mask_event
from baserate.audit.manifest import as_date
from baserate.audit.rule import Verdict, combined, failed, passed, untold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from baserate.audit.facts import Facts

#: Totals that reports claim and a log can reproduce, as conditions on live searches. Names are those of
#: :mod:`baserate.audit.integrity.claims`; what is unknown in a row stays open here.
TOTALS: dict[str, str] = {
    "searches": "TRUE",
    "searches_with_candidates": "n_returned > 0",
    "searches_without_candidates": "n_returned = 0",
    "no_match_shown": "decision_shown = 'no_match'",
    "match_shown": "match_shown",
    "matches_with_action": "match_shown AND acted",
    "false_matches": "n_returned > 0 AND adjudicated_truth = 'nonmated'",
    "arrests": "outcome = 'arrested'",
    "detentions": "outcome = 'detained'",
    "authorisations_granted": "authorisation_result = 'granted'",
    "authorisations_rejected": "authorisation_result = 'rejected'",
}

#: Columns by which a total may be broken down: ``{"purpose_code": {"victim": 3}}``.
BREAKDOWNS = ("purpose_code", "crime_code", "gallery_id", "agency_id", "agency_type", "outcome", "authorisation_type",
              "system_id", "operator_role")  # fmt: skip

#: One combination of values with its number of searches, first and last day.
Used = tuple[tuple[str | None, ...], int, date | None, date | None]

NO_LIVE = "no live search in the log"


def live_rows(facts: Facts, governed: str) -> str:
    """Give SQL of the live searches that a rule governs."""
    # On the column as it stands, so that the engine can leave other rows aside while it reads.
    live = searches(where="mode = 'live'")
    return facts.sql(f"(SELECT * FROM {live} WHERE {governed})")  # noqa: S608


def count_first(facts: Facts, query: str) -> tuple[int, tuple[EvidenceRow, ...]]:
    """Count what a query lists, and give the first rows of it."""
    sql = f"SELECT count(*), min(\"row\", {MAX_ROWS}), arg_min(coalesce(event_id, ''), \"row\", {MAX_ROWS}) FROM ({query})"  # noqa: S608, E501
    ((n, rows, events),) = facts.rows(sql)
    return n, tuple(EvidenceRow(row, mask_event(event)) for row, event in zip(rows or (), events or (), strict=True))


def values_in_use(facts: Facts, governed: str, *columns: str) -> list[Used]:
    """Give each combination of values in live use, with its number of searches and its first and last day (UTC)."""
    listed = ", ".join(columns)
    days = ", ".join(f"({f}(time_start_utc) AT TIME ZONE 'UTC')::DATE" for f in ("min", "max"))
    sql = f"SELECT {listed}, count(*), {days} FROM {live_rows(facts, governed)} GROUP BY ALL ORDER BY ALL"  # noqa: S608
    n = len(columns)
    return [(tuple(row[:n]), row[n], row[n + 1], row[n + 2]) for row in facts.rows(sql)]


def totals_reproduce(facts: Facts, governed: str) -> Verdict:
    """Count again each total that the manifest's annual reports claim.

    A report is held against the searches of its period and, where it names one, of its system. A total with a name
    that is not in :data:`TOTALS` cannot be reproduced from the log.
    """
    reports = facts.manifest.records("annual_reports")
    if reports is None:
        return untold("the manifest holds no annual report to reproduce", fields=("m.annual_reports",))
    return combined([_report(facts, governed, report) for report in reports])


def _report(facts: Facts, governed: str, report: Mapping[str, Any]) -> Verdict:
    first, last = as_date(report.get("period_start")), as_date(report.get("period_end"))
    totals = report.get("totals")
    if first is None or last is None or not isinstance(totals, dict) or not totals:
        return untold("an annual report lacks its period or its totals", fields=("m.annual_reports",))
    within = f"(time_start_utc AT TIME ZONE 'UTC')::DATE BETWEEN DATE '{first}' AND DATE '{last}'"
    system = report.get("system_id")
    if system is not None:
        within += f" AND system_id = {text_literal(str(system))}"
    conditions = [pair for name, claimed in totals.items() for pair in _conditions(str(name), claimed)]
    return combined(
        [_total(facts, governed, name, condition, claimed, within) for name, condition, claimed in conditions]
    )


def _conditions(name: str, claimed: object) -> list[tuple[str, str | None, object]]:
    """Give each claimed number with its condition; none where a log cannot give it."""
    if name in BREAKDOWNS and isinstance(claimed, dict):
        return [(f"{name} {key}"[:60], f"{name} = {text_literal(str(key))}", n) for key, n in claimed.items()]
    return [(name[:60], TOTALS.get(name), claimed)]


def _total(facts: Facts, governed: str, name: str, total: str | None, claimed: object, within: str) -> Verdict:
    if total is None or not isinstance(claimed, int):
        return untold(f"total {name!r} is not one that a log can reproduce", fields=("m.annual_reports.totals",))
    condition = f"({within}) AND ({total})"
    ((n, unknown),) = facts.rows(
        f"SELECT count(*) FILTER ({condition}), count(*) FILTER (({condition}) IS NULL) "  # noqa: S608
        f"FROM {live_rows(facts, governed)}"
    )
    told = f"{name}: {claimed:,} claimed, {n:,} in the log" + (f" and {unknown:,} undecidable" if unknown else "")
    if n <= claimed <= n + unknown:
        return passed(told) if not unknown else untold(told, fields=(*fields_of(total), "time_start_utc"))
    return failed(told, count=abs(claimed - n), of=max(claimed, n))
