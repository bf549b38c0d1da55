"""What rules on documents share: is it there, is it dated before first use, are its parts filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from baserate.audit.manifest import as_date
from baserate.audit.rule import Verdict, combined, failed, passed, untold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from baserate.audit.facts import Facts


def before_first_use(facts: Facts, key: str, what: str) -> Verdict:
    """Hold the date at a manifest key against the first live search."""
    if facts.manifest.says_none(key):
        return failed(f"the manifest states that there is no {what}")
    return day_before_first_use(facts, facts.manifest.date(key), what, f"m.{key}")


def day_before_first_use(facts: Facts, day: date | None, what: str, field: str) -> Verdict:
    """Hold a day against the first live search; the same day leaves it open, because logs are coarse in time."""
    if day is None:
        return untold(f"the manifest gives no date of the {what}", fields=(field,))
    first = facts.first_day
    if first is None:
        return untold("no live search has a time", fields=("time_start_utc",))
    if facts.n_mode_unknown and day < first:
        return untold(f"{facts.n_mode_unknown:,} searches may be live ones before it", fields=("mode",))
    if day == first:
        return untold(f"the {what} and the first live search are of the same day, {day}", fields=("time_start_utc",))
    told = f"the {what} is of {day}, the first live search of {first}"
    return passed(told) if day < first else failed(told)


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
