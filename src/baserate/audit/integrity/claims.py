"""Totals that reports claimed, held against the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from baserate.audit.counting import fields_of
from baserate.audit.facts import searches
from baserate.audit.integrity.finding import IntegrityFinding
from baserate.audit.totals import BREAKDOWNS, TOTALS, Recount, covered, recount, recount_parts
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from baserate.audit.integrity.finding import Status
    from baserate.inputs.logs import SearchLog

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
    title, totals, within = str(report.get("title", "report"))[:80], report.get("totals"), covered(report)
    if within is None or not isinstance(totals, dict):
        yield _finding("cannot_tell", "claims", f'"{title}" lacks period_start, period_end or totals.')
        return
    for total, claimed in totals.items():
        if isinstance(claimed, dict):
            yield from _breakdown(log, title, total, claimed, totals.get("searches"), within)
        else:
            yield _total(log, title, total, claimed, within)


def _total(log: SearchLog, title: str, name: str, claimed: Any, within: str) -> IntegrityFinding:  # noqa: ANN401
    check = f"claim-{name}"[:80]
    if name not in TOTALS or not isinstance(claimed, int) or isinstance(claimed, bool):
        known = ", ".join((*TOTALS, *BREAKDOWNS))
        return _finding("cannot_tell", check, f'"{title}" claims "{name[:40]}", which is none of {known}.')
    total = TOTALS[name]
    missing = _missing(log, fields_of(f"{total.condition} {total.different} mode time_start_utc"))
    if missing:
        return _finding("cannot_tell", check, f"The log has no {missing}.")
    found = recount(_run(log), searches(), total, within=f"live AND {within}")
    if found.allows(claimed):
        return _allowed(check, f'"{title}" claims {claimed:,}', found, claimed)
    reason = f'"{title}" claims {claimed:,}; the log holds {_told(found)} in live mode.'
    every = recount(_run(log), searches(), total, within=within)
    if every == Recount(claimed, 0):
        reason += f" With training, test, demo and unknown rows it holds {every.n:,}: they were counted as use."
    query = f"SELECT row, mode FROM search_event WHERE {within}"  # noqa: S608 (days that were parsed and quoted text)
    return _finding("fail", check, reason, abs(found.n - claimed), claimed, query)


def _allowed(check: str, claims: str, found: Recount, claimed: int) -> IntegrityFinding:
    if found.unknown:
        return _finding("cannot_tell", check, f"{claims}, and the log holds {_told(found)}.", None, claimed)
    return _finding("pass", check, f"{claims}, and the log holds as many.", 0, claimed)


def _told(found: Recount) -> str:
    return f"{found.n:,}" + (f" and {found.unknown:,} that it leaves open" if found.unknown else "")


def _breakdown(
    log: SearchLog, title: str, by: str, claimed: Mapping[str, Any], whole: object, within: str
) -> Iterator[IntegrityFinding]:
    check = f"claim-by-{by}"[:80]
    numbers = {str(key): value for key, value in claimed.items() if isinstance(value, int)}
    if by not in BREAKDOWNS or len(numbers) < len(claimed):
        reason = f'"{title}" breaks down by "{by[:40]}", which cannot be recounted.'
        yield _finding("cannot_tell", check, reason)
        return
    missing = _missing(log, (by, "mode", "time_start_utc"))
    if missing:
        yield _finding("cannot_tell", check, f"The log has no {missing}.")
        return
    yield _parts(log, title, by, numbers, within)
    parts = sum(numbers.values())
    if isinstance(whole, int) and parts != whole:
        reason = f'"{title}" claims {count_of(whole, "search")}, but its parts by {by} sum to {parts:,}.'
        yield _finding("fail", f"{check}-sum", reason, abs(parts - whole), whole)


def _parts(log: SearchLog, title: str, by: str, numbers: Mapping[str, int], within: str) -> IntegrityFinding:
    check = f"claim-by-{by}"
    held, other = recount_parts(_run(log), searches(), by, within=f"live AND {within}")
    certain = {key for key, found in held.items() if found.n}
    wrong = [k for k in sorted({*certain, *numbers}) if not held.get(k, other).allows(numbers.get(k, 0))]
    if wrong:
        told = [f"{k[:40]}: claims {numbers.get(k, 0):,}, log {_told(held.get(k, other))}" for k in wrong[:10]]
        shown = "; ".join(told)
        reason = f'{count_of(len(wrong), "part", "do not reproduce")} by {by} in "{title}": {shown}.'
        return _finding("fail", check, reason, len(wrong), len({*certain, *numbers}))
    if any(held.get(key, other).unknown for key in numbers):
        reason = f'Rows that may belong to parts by {by} in "{title}" lack their value, mode or time.'
        return _finding("cannot_tell", check, reason, None, len(numbers))
    return _finding("pass", check, f'All parts by {by} in "{title}" reproduce.', 0, len(numbers))


def _run(log: SearchLog) -> Callable[[str], list[tuple[Any, ...]]]:
    return lambda sql: log.connection.execute(sql).fetchall()


def _missing(log: SearchLog, columns: Sequence[str]) -> str:
    return ", ".join(column for column in columns if ("search_event", column) in log.absent)


def _finding(
    status: Status, check: str, reason: str, wrong: int | None = None, of: int | None = None, query: str = ""
) -> IntegrityFinding:
    return IntegrityFinding(
        check=check, status=status, count=wrong, of=of, rows=(), reason=reason, cannot_show=_NOT_SHOWN, query=query
    )
