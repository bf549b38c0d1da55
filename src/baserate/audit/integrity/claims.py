"""Totals that reports claimed, held against the log."""

# ruff: noqa: S608 - SQL is put together from constants and dates that were parsed.
from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from baserate.audit.integrity.finding import IntegrityFinding, count
from baserate.columns import column
from baserate.engines.duckdb import name, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from baserate.audit.integrity.finding import Status
    from baserate.inputs.logs import SearchLog

#: Name of a total in ``annual_reports[].totals`` -> (SQL that counts it over live rows, columns it needs).
TOTALS: dict[str, tuple[str, tuple[str, ...]]] = {
    "searches": ("count(*)", ()),
    "encounters": ("count(DISTINCT encounter_pid)", ("encounter_pid",)),
    "searches_with_candidates": ("count(*) FILTER (WHERE n_returned > 0)", ("n_returned",)),
    "searches_without_candidates": ("count(*) FILTER (WHERE n_returned = 0)", ("n_returned",)),
    "no_match_shown": ("count(*) FILTER (WHERE decision_shown = 'no_match')", ("decision_shown",)),
    "match_shown": (
        "count(*) FILTER (WHERE decision_shown IN ('match_single', 'candidate_list', 'reference_code'))",
        ("decision_shown",),
    ),
    "arrests": ("count(*) FILTER (WHERE outcome = 'arrested')", ("outcome",)),
    "detentions": ("count(*) FILTER (WHERE outcome = 'detained')", ("outcome",)),
    "false_matches": (
        "count(*) FILTER (WHERE n_returned > 0 AND adjudicated_truth = 'nonmated')",
        ("n_returned", "adjudicated_truth"),
    ),
    "authorisations_granted": ("count(*) FILTER (WHERE authorisation_result = 'granted')", ("authorisation_result",)),
    "authorisations_rejected": ("count(*) FILTER (WHERE authorisation_result = 'rejected')", ("authorisation_result",)),
    "deletions": ("count(*) FILTER (WHERE deletion_time_utc IS NOT NULL)", ("deletion_time_utc",)),
}
#: Columns by which a total may be broken down: ``{"purpose_code": {"victim": 3, ...}}``.
BREAKDOWNS = ("purpose_code", "crime_code", "gallery_id", "agency_id", "agency_type", "outcome", "authorisation_type",
              "system_id", "operator_role")  # fmt: skip
_NOT_SHOWN = "Searches that were left out of the log and of the report alike."


def check_claims(log: SearchLog) -> tuple[IntegrityFinding, ...]:
    """Recount every total that the manifest's reports claim, over the live rows of the report's period.

    Returns
    -------
    tuple of IntegrityFinding
        One for each total claimed; a single ``not_applicable`` where no report claims any.
    """
    reports = [report for report in log.manifest.get("annual_reports") or [] if isinstance(report, dict)]
    found = [finding for report in reports for finding in _report(log, report)]
    return tuple(found) or (_finding("not_applicable", "claims", "The manifest names no report with totals."),)


def _report(log: SearchLog, report: Mapping[str, Any]) -> Iterator[IntegrityFinding]:
    title = str(report.get("title", "report"))[:80]
    totals = report.get("totals")
    period = _period(report)
    if period is None or not isinstance(totals, dict):
        reason = f'"{title}" lacks period_start, period_end or totals.'
        yield _finding("cannot_tell", "claims", reason)
        return
    missing = [c for c in ("mode", "time_start_utc") if ("search_event", c) in log.absent]
    if missing:
        yield _finding("cannot_tell", "claims", f"The log has no {', '.join(missing)}.")
        return
    for total, claimed in totals.items():
        if isinstance(claimed, dict):
            yield from _breakdown(log, title, total, claimed, totals.get("searches"), period)
        else:
            yield _total(log, title, total, claimed, period)


def _period(report: Mapping[str, Any]) -> str | None:
    """Give the SQL condition of the report's days (both included, UTC) and its system, or None."""
    try:
        start = date.fromisoformat(str(report["period_start"])[:10])
        end = date.fromisoformat(str(report["period_end"])[:10]) + timedelta(days=1)
    except (KeyError, ValueError):
        return None
    local = "time_start_utc AT TIME ZONE 'UTC'"
    days = f"{local} >= TIMESTAMP '{start}' AND {local} < TIMESTAMP '{end}'"
    system = report.get("system_id")
    return days if system is None else f"{days} AND system_id = {text(system)}"


def _total(log: SearchLog, title: str, total: str, claimed: Any, period: str) -> IntegrityFinding:  # noqa: ANN401
    check = f"claim-{total}"[:80]
    if total not in TOTALS or not isinstance(claimed, int) or isinstance(claimed, bool):
        known = ", ".join((*TOTALS, *BREAKDOWNS))
        return _finding("cannot_tell", check, f'"{title}" claims "{total[:40]}", which is none of {known}.')
    sql, needs = TOTALS[total]
    missing = [c for c in needs if ("search_event", c) in log.absent]
    if missing:
        return _finding("cannot_tell", check, f"The log has no {', '.join(missing)}.")
    live = count(log, f"SELECT {sql} FROM search_event WHERE mode = 'live' AND {period}")
    if live == claimed:
        return _finding("pass", check, f'"{title}" claims {claimed:,}, and the log holds as many.', 0, claimed)
    reason = f'"{title}" claims {claimed:,}; the log holds {live:,} in live mode.'
    every = count(log, f"SELECT {sql} FROM search_event WHERE {period}")
    if every == claimed:
        reason += f" With training, test, demo and unknown rows it holds {every:,}: they were counted as use."
    query = f"SELECT row, mode FROM search_event WHERE {period}"
    return _finding("fail", check, reason, abs(live - claimed), claimed, query)


def _breakdown(
    log: SearchLog,
    title: str,
    by: str,
    claimed: Mapping[str, Any],
    whole: object,
    period: str,
) -> Iterator[IntegrityFinding]:
    check = f"claim-by-{by}"[:80]
    numbers = {str(key): value for key, value in claimed.items() if isinstance(value, int)}
    if by not in BREAKDOWNS or len(numbers) < len(claimed) or ("search_event", by) in log.absent:
        known = by in BREAKDOWNS and len(numbers) == len(claimed)
        reason = (
            f"The log has no {by}." if known else f'"{title}" breaks down by "{by[:40]}", which cannot be recounted.'
        )
        yield _finding("cannot_tell", check, reason)
        return
    yield _recount(log, title, by, numbers, period)
    parts = sum(numbers.values())
    if isinstance(whole, int) and parts != whole:
        reason = (
            f'"{title}" claims {whole:,} searches, but its parts by {column("search_event", by).name} sum to {parts:,}.'
        )
        yield _finding("fail", f"{check}-sum", reason, abs(parts - whole), whole)


def _recount(log: SearchLog, title: str, by: str, numbers: Mapping[str, int], period: str) -> IntegrityFinding:
    sql = (
        f"SELECT coalesce({name(by)}, 'null'), count(*) FROM search_event WHERE mode = 'live' AND {period} "
        "GROUP BY 1 ORDER BY 1"
    )
    held = dict(log.connection.execute(sql).fetchall())
    wrong = [key for key in sorted({*held, *numbers}) if held.get(key, 0) != numbers.get(key, 0)]
    if not wrong:
        return _finding("pass", f"claim-by-{by}", f'All parts by {by} in "{title}" reproduce.', 0, len(numbers))
    shown = "; ".join(f"{key[:40]}: claims {numbers.get(key, 0):,}, log {held.get(key, 0):,}" for key in wrong[:10])
    reason = f'{len(wrong)} parts by {by} in "{title}" do not reproduce: {shown}.'
    return _finding("fail", f"claim-by-{by}", reason, len(wrong), len({*held, *numbers}), sql)


def _finding(
    status: Status, check: str, reason: str, wrong: int | None = None, of: int | None = None, query: str = ""
) -> IntegrityFinding:
    return IntegrityFinding(
        check=check, status=status, count=wrong, of=of, rows=(), reason=reason, cannot_show=_NOT_SHOWN, query=query
    )
