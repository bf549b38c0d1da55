"""What checks with their own queries share: the values of a column in live use, and published totals."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from baserate.audit.counting import fields_of
from baserate.audit.facts import LIVE, searches
from baserate.audit.rule import CountCheck, Verdict, combined, failed, passed, untold
from baserate.audit.totals import BREAKDOWNS, TOTALS, Recount, covered, recount, recount_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from baserate.audit.facts import Facts
    from baserate.audit.manifest import Manifest
    from baserate.audit.rule import Counted
    from baserate.audit.totals import Total

#: One combination of values with its number of searches, first and last day.
Used = tuple[tuple[str | None, ...], int, date | None, date | None]

NO_LIVE = "no live search in the log"
#: Claimed totals that are counted in the pass that all rules share; of more, each is a query of its own.
_MOST_CLAIMED = 200


def live_rows(facts: Facts, governed: str, *, until: int = 0) -> str:
    """Give SQL of the live searches that a rule governs, all or up to a row."""
    # On columns as they stand, so that the engine can leave other rows aside while it reads.
    live = searches(where=LIVE, first=until)
    return facts.sql(f"(SELECT * FROM {live} WHERE {governed})")  # noqa: S608


def values_in_use(facts: Facts, governed: str, *columns: str) -> list[Used]:
    """Give each combination of values in live use, with its number of searches and its first and last day (UTC).

    Searches without a time are a combination of their own, without days.
    """
    listed = ", ".join(columns)
    # Searches without a time stand apart: no day of the others says anything of them.
    apart = ", time_start_utc IS NULL" if facts.n_untimed else ""
    days = ", ".join(f"({f}(time_start_utc) AT TIME ZONE 'UTC')::DATE" for f in ("min", "max"))
    sql = f"SELECT {listed}, count(*), {days}{apart} FROM {live_rows(facts, governed)} GROUP BY ALL ORDER BY ALL"  # noqa: S608
    n = len(columns)
    return [(tuple(row[:n]), row[n], row[n + 1], row[n + 2]) for row in facts.rows(sql)]


def numbers_in_use(facts: Facts, governed: str, column: str) -> dict[str | None, int]:
    """Give each value of a column in live use with its number of searches; ``None`` is for no known value."""
    sql = f"SELECT {column}, count(*) FROM {live_rows(facts, governed)} GROUP BY ALL ORDER BY ALL"  # noqa: S608
    return dict(facts.once(sql))


def values_in_doubt(facts: Facts, governed: str, column: str) -> dict[str | None, int]:
    """Give each value of a column in searches of which it is unknown whether they are live and governed."""
    doubt = facts.sql(f"(live AND ({governed})) IS NULL")
    sql = f"SELECT {column}, count(*) FROM {searches()} WHERE {doubt} GROUP BY ALL ORDER BY ALL"  # noqa: S608
    return dict(facts.rows(sql))


def reports_reproduce(*needed: str) -> CountCheck:
    """Give the check that the log gives each total that annual reports claim, among them those that are needed."""
    return CountCheck(
        fields=("m.annual_reports", "time_start_utc"),
        asks={},
        check=partial(totals_reproduce, needed=needed),
        asks_by_manifest=_claimed,
    )


def totals_reproduce(facts: Facts, governed: str, counted: Counted, *, needed: Sequence[str] = ()) -> Verdict:
    """Count again each total that the manifest's annual reports claim; ``needed`` are those that they have to claim.

    A report is held against the searches of its period and, where it names one, of its system. A total with a name
    that is not in :data:`baserate.audit.totals.TOTALS` cannot be reproduced from the log.
    """
    reports = facts.manifest.records("annual_reports")
    if reports is None:
        return untold("the manifest holds no annual report to reproduce", fields=("m.annual_reports",))
    found = {name: Recount(n, counted.unknown[name]) for name, n in counted.true.items()}
    silent = [name for name in needed if any(_totals(report).get(name) in (None, {}) for report in reports)]
    unclaimed = [untold(f"a report claims no {name}", fields=("m.annual_reports.totals",)) for name in silent]
    return combined([*(_report(facts, governed, report, found) for report in reports), *unclaimed])


def parts_sum(facts: Facts) -> Verdict:
    """Ask whether the parts by authorisation of each annual report sum to the searches that it claims."""
    totals = [_totals(report) for report in facts.manifest.records("annual_reports") or ()]
    pairs = [(t.get("searches"), _sum(t.get("authorisation_type"))) for t in totals]
    known = [(whole, parts) for whole, parts in pairs if isinstance(whole, int) and parts is not None]
    wrong = [f"{parts:,} by authorisation, {whole:,} claimed" for whole, parts in known if parts != whole]
    if wrong:
        return failed("; ".join(wrong), count=len(wrong), of=len(known))
    if not known or len(known) < len(pairs):
        return untold("a report does not give searches and their parts", fields=("m.annual_reports.totals",))
    return passed("parts sum to the total", of=len(known))


def _sum(parts: object) -> int | None:
    return sum(parts.values()) if isinstance(parts, dict) and all(isinstance(n, int) for n in parts.values()) else None


def _claimed(manifest: Manifest) -> dict[str, str]:
    """Give the conditions of totals that reports claim, as far as they are numbers of searches, and not very many."""
    conditions = [
        _condition(total, within)
        for report in manifest.records("annual_reports") or ()
        if (within := covered(report)) is not None
        for name in _totals(report)
        if (total := TOTALS.get(name)) is not None and not total.different
    ]
    return {condition: condition for condition in conditions[:_MOST_CLAIMED]}


def _condition(total: Total, within: str) -> str:
    return f"({within}) AND ({total.condition})"


def _totals(report: Mapping[str, Any]) -> Mapping[str, Any]:
    totals = report.get("totals")
    return {str(name): claimed for name, claimed in totals.items()} if isinstance(totals, dict) else {}


def _report(facts: Facts, governed: str, report: Mapping[str, Any], found: Mapping[str, Recount]) -> Verdict:
    within, totals = covered(report), _totals(report)
    if within is None or not totals:
        return untold("an annual report lacks its period or its totals", fields=("m.annual_reports",))
    held = [_total(facts, governed, name, claimed, within, found) for name, claimed in totals.items()]
    return combined([verdict for verdicts in held for verdict in verdicts])


def _total(
    facts: Facts, governed: str, name: str, claimed: object, within: str, found: Mapping[str, Recount]
) -> list[Verdict]:
    # Of all searches: one that may be live and governed may be among those that are claimed.
    here = facts.sql(f"live AND ({governed}) AND ({within})")
    if name in BREAKDOWNS and isinstance(claimed, dict):
        parts, other = recount_parts(facts.once, searches(), name, within=here)
        read = (name, "time_start_utc")
        return [_held(f"{name} {key}"[:60], n, parts.get(str(key), other), read) for key, n in claimed.items()]
    total = TOTALS.get(name)
    if total is None:
        return [_irreproducible(name[:60])]
    fields = (*fields_of(f"{total.condition} {total.different}"), "time_start_utc")
    counted = found.get(_condition(total, within)) if not total.different else None
    return [_held(name, claimed, counted or recount(facts.once, searches(), total, within=here), fields)]


def _irreproducible(name: str) -> Verdict:
    return untold(f"total {name!r} is not one that a log can reproduce", fields=("m.annual_reports.totals",))


def _held(name: str, claimed: object, found: Recount, fields: tuple[str, ...]) -> Verdict:
    if not isinstance(claimed, int) or isinstance(claimed, bool):
        return _irreproducible(name)
    told = f"{name}: {claimed:,} claimed, {found.n:,} in the log"
    told += f" and {found.unknown:,} undecidable" if found.unknown else ""
    if not found.allows(claimed):
        return failed(told, count=abs(claimed - found.n), of=max(claimed, found.n))
    return untold(told, fields=fields) if found.unknown else passed(told)
