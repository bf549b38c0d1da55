"""Counts of kept records against a count by hand, day by day, in plain Python."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.inputs.log_rows import rows, write_csv

from baserate.audit.retention import Retention, count_retention
from baserate.errors import NotEstimableError
from baserate.inputs.logs import read_log
from baserate.reports.audit.retention import said

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = st.integers(0, 120)
RECORD = st.fixed_dictionaries({
    "start": DAYS, "kept": st.none() | st.integers(0, 90), "due": st.none() | st.integers(0, 90),
    "n": st.sampled_from(["0", "1", "3", ""]),
})  # fmt: skip


def moment(days: int) -> str:
    return (START + timedelta(days=days, hours=5)).strftime("%Y-%m-%dT%H:%M:%SZ")


def write(folder: Path, records: list[dict[str, int]]) -> Path:
    cells: list[dict[str, str]] = [{
        "event_id": f"ev_{i}x", "n_returned": str(r["n"]), "retention_start_utc": moment(r["start"]),
        "retention_expiry_utc": "" if r["due"] is None else moment(r["start"] + r["due"]),
        "deletion_time_utc": "" if r["kept"] is None else moment(r["start"] + r["kept"]),
        "nonmatch_handling": "deleted_24h",
    } for i, r in enumerate(records)]  # fmt: skip
    return write_csv(folder / "a.csv", cells)


def by_hand(records: list[dict[str, int]], group: str, day: int) -> tuple[int, int]:
    """Records of a group held, and overdue, at the end of a day."""
    mine = [r for r in records if {"0": "unmatched", "": "unknown"}.get(str(r["n"]), "matched") == group]
    held = [r for r in mine if r["start"] <= day and (r["kept"] is None or r["start"] + r["kept"] > day)]
    return len(held), sum(r["due"] is not None and r["start"] + r["due"] <= day for r in held)


@given(st.lists(RECORD, min_size=1, max_size=12), st.integers(0, 200), st.sampled_from(["day", "month", "year"]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_stock_is_what_a_count_by_hand_gives(tmp_path, records, last, every):
    log = read_log(write(tmp_path, records))
    found = count_retention(log, as_of=(START + timedelta(days=last)).date(), every=every)
    for point in found.stock:
        day = (point.end - START.date()).days
        assert (point.held, point.overdue) == by_hand(records, point.group, day), point
    for total in found.totals:
        assert (total.held, total.overdue) == by_hand(records, total.group, last)
        assert total.held + total.deleted == total.records <= total.searches
        late = [r for r in records if None not in (r["kept"], r["due"]) and r["kept"] > r["due"]]
        assert total.deleted_late <= len(late)
    assert sum(total.searches for total in found.totals) == len(records)


def example(tmp_path: Path, as_of: date | None = None) -> Retention:
    made: list[dict[str, object]] = [
        {"start": 0, "kept": None, "due": 10, "n": "1"},  # overdue since 11 January
        {"start": 0, "kept": 30, "due": 10, "n": "1"},  # deleted late
        {"start": 5, "kept": None, "due": None, "n": "0"},  # declared deleted in 24 hours, still there
        {"start": 5, "kept": 0, "due": 1, "n": "0"},  # deleted at once
    ]
    return count_retention(read_log(write(tmp_path, made)), as_of=as_of)  # type: ignore[arg-type]


def test_totals_of_an_example(tmp_path):
    found = example(tmp_path)
    assert found.as_of == date(2026, 1, 31)  # the last thing that happened
    matched, unmatched = found.totals
    assert (matched.held, matched.deleted, matched.overdue, matched.deleted_late) == (1, 1, 1, 1)
    assert (unmatched.held, unmatched.deleted, unmatched.overdue, unmatched.no_expiry) == (1, 1, 0, 1)
    assert found.handled_otherwise == 1
    assert found.handling == (("deleted_24h", 2),)
    assert [p.held for p in example(tmp_path, date(2026, 3, 1)).stock if p.group == "matched"] == [1, 1, 1]


def test_deletions_and_extensions_in_the_side_table_count(tmp_path):
    made = [{key: row[key] for key in ("event_id", "n_returned", "retention_start_utc", "retention_expiry_utc")}
            for row in rows(3, retention_start_utc="2026-01-01T00:00:00Z")]  # fmt: skip
    write_csv(tmp_path / "search_event.csv", made)
    actions = ["extended", "deleted", "legal_hold"]
    side = rows(3, "retention_event", event_id=lambda i: made[i]["event_id"], action=lambda i: actions[i])
    write_csv(tmp_path / "retention_event.csv", side)
    found = count_retention(read_log(tmp_path), as_of=date(2026, 12, 31))
    assert [(t.held, t.deleted) for t in found.totals] == [(2, 1)]
    assert found.actions == (("probe", "deleted", 1), ("probe", "extended", 1), ("probe", "legal_hold", 1))
    assert any("retention_event" in assumption for assumption in found.assumptions)
    # Without a day of the count, the last thing that happened may be an action: it is counted then.
    late = rows(1, "retention_event", event_id=made[0]["event_id"], action="extended", time_utc="2027-05-01T00:00:00Z")
    write_csv(tmp_path / "retention_event.csv", late)
    found = count_retention(read_log(tmp_path))
    assert (found.as_of, found.actions) == (date(2027, 5, 1), (("probe", "extended", 1),))


def test_what_cannot_be_is_said(tmp_path):
    never: dict[str, Any] = {"start": 9, "kept": -5, "due": 30, "n": "0"}  # deleted five days before it began
    found = count_retention(read_log(write(tmp_path, [never])))
    assert "1 search left a record that was deleted, or expires, before it began." in said(found)


def test_a_log_without_retention_says_so(tmp_path):
    (tmp_path / "a.csv").write_text("event_id\nev_a\n")
    with pytest.raises(NotEstimableError, match="retention_start_utc"):
        count_retention(read_log(tmp_path / "a.csv"))
    (tmp_path / "b.csv").write_text("event_id,retention_start_utc\nev_a,\n")
    with pytest.raises(NotEstimableError, match="no row"):
        count_retention(read_log(tmp_path / "b.csv"))
