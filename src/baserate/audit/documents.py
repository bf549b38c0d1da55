"""What rules on documents share: is it there, is it dated before first use, are its parts filled in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from baserate.audit.facts import LIVE
from baserate.audit.manifest import as_date
from baserate.audit.rule import Verdict, combined, failed, passed, untold
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from baserate.audit.facts import Facts


def before_first_use(facts: Facts, key: str, what: str, *, since: date | None = None, days: int = 0) -> Verdict:
    """Hold the date at a manifest key against the first live search, from the day on that the duty applies."""
    if facts.manifest.says_none(key):
        return failed(f"the manifest states that there is no {what}")
    return day_before_first_use(facts, facts.manifest.date(key), what, f"m.{key}", since=since, days=days)


def day_before_first_use(
    facts: Facts, day: date | None, what: str, field: str, *, since: date | None = None, days: int = 0
) -> Verdict:
    """Hold a day against the first live search.

    The last day that would do leaves it open, because logs are coarse in time; so do searches that may lie before.

    Parameters
    ----------
    facts
        The log.
    day
        The day of the document; ``None`` where the manifest gives none.
    what, field
        The document in words, and the manifest's key of its day.
    since
        Day from which the duty applies: what was searched earlier does not count.
    days
        How many days at least have to lie between; 0 for any time before.
    """
    if day is None:
        return untold(f"the manifest gives no date of the {what}", fields=(field,))
    first = _first_use(facts, since)
    if first is None:
        return untold("no live search has a time", fields=("time_start_utc",))
    told = f"the {what} is of {day}, the first live search of {first}"
    least = first - timedelta(days=days)
    if day > least:
        return failed(told)
    if day == least:
        return untold(f"{told}, and times are coarse", fields=("time_start_utc",))
    for n, lost in ((facts.n_mode_unknown, "mode"), (facts.n_untimed, "time_start_utc")):
        if n:
            return untold(f"{told}; {count_of(n, 'row')} may be live and before it", fields=(lost,))
    return passed(told)


def _first_use(facts: Facts, since: date | None) -> date | None:
    if since is None or facts.first_day is None or facts.first_day >= since:
        return facts.first_day
    rows = f"search_event WHERE {LIVE} AND time_start_utc >= TIMESTAMPTZ '{since} 00:00:00+00'"
    ((first,),) = facts.rows(f"SELECT (min(time_start_utc) AT TIME ZONE 'UTC')::DATE FROM {rows}")  # noqa: S608
    return first or facts.first_day


def first_before_first_use(facts: Facts, records: Sequence[Mapping[str, Any]], what: str, field: str) -> Verdict:
    """Hold the earliest date of some records against the first live search; one without a date may be earlier."""
    days = dates_of(records)
    verdict = day_before_first_use(facts, min(days, default=None), what, field)
    if verdict.status == "fail" and len(days) < len(records):
        return untold(f"{verdict.reason}, and another has no date", fields=(field,))
    return verdict


def parts_filled(facts: Facts, key: str, parts: Sequence[str], what: str) -> Verdict:
    """Ask whether a table of the manifest has every part, and text in each."""
    if facts.manifest.says_none(key):
        return failed(f"the manifest states no part of the {what}", count=len(parts), of=len(parts))
    table = facts.manifest.get(key)
    if not isinstance(table, dict):
        return untold(f"the manifest lists no parts of the {what}", fields=(f"m.{key}",))
    lacking = [part for part in parts if not _filled(table.get(part))]
    if lacking:
        return failed(f"the {what} lacks {', '.join(lacking)}", count=len(lacking), of=len(parts))
    return passed(f"the {what} has all of {', '.join(parts)}", of=len(parts))


def stated(facts: Facts, key: str, what: str) -> Verdict:
    """Ask whether the manifest says anything at a key."""
    if facts.manifest.says_none(key):
        return failed(f"the manifest states that there is no {what}")
    if not facts.manifest.has(key):
        return untold(f"the manifest does not speak of: {what}", fields=(f"m.{key}",))
    return passed(f"the manifest names: {what}")


def stated_records(facts: Facts, key: str, what: str) -> tuple[Mapping[str, Any], ...] | Verdict:
    """Give the tables at a manifest key, or the verdict where there are none: stated as none, or not stated."""
    if facts.manifest.says_none(key):
        return failed(f"the manifest states that there are no {what}")
    records = facts.manifest.records(key)
    return untold(f"the manifest holds no {what}", fields=(f"m.{key}",)) if records is None else records


def table_dated_before_first_use(facts: Facts, key: str, parts: Sequence[str], what: str) -> Verdict:
    """Ask of a document given as a table both its parts and its date."""
    return combined([
        parts_filled(facts, key, parts, what),
        day_before_first_use(facts, as_date(facts.manifest.get(f"{key}.date")), what, f"m.{key}.date"),
    ])  # fmt: skip


def dates_of(records: Sequence[Mapping[str, Any]], key: str = "date") -> list[date]:
    """Give the days that records hold, in order."""
    return sorted(day for day in (as_date(record.get(key)) for record in records) if day is not None)


def _filled(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value not in (None, [], {})
