"""Times in an impossible order, within a row and from row to row."""

# ruff: noqa: S608 - SQL is put together from constants.
from __future__ import annotations

from baserate.audit.integrity.finding import RowCheck

# (earlier, later): the second can never lie before the first.
ORDERED: tuple[tuple[str, str], ...] = (
    ("time_start_utc", "time_end_utc"),
    ("time_start_utc", "outcome_time_utc"),
    ("time_start_utc", "truth_time_utc"),
    ("time_start_utc", "retention_start_utc"),
    ("retention_start_utc", "retention_expiry_utc"),
    ("retention_start_utc", "deletion_time_utc"),
    ("authorisation_request_time_utc", "authorisation_time_utc"),
)
_HOUR = 3_600_000_000
_NOT_SHOWN = "A clock that is wrong throughout, or times rewritten in a plausible order, are not seen."


def _before(later: str, earlier: str) -> str:
    """Give the SQL condition that one time lies before another, where the later may have been cut to the hour."""
    # In whole microseconds, as the engine's calendar takes ten times as long. A time on the hour may stand for any in
    # that hour: it lies before another for certain only when the whole hour does.
    cut = f"epoch_us({later}) % {_HOUR} = 0"
    return f"CASE WHEN {later} < {earlier} THEN NOT {cut} OR epoch_us({later}) + {_HOUR} <= epoch_us({earlier}) END"


_WITHIN = " OR ".join(
    "time_end_utc < time_start_utc" if later == "time_end_utc" else _before(later, earlier)
    for earlier, later in ORDERED
)
WITHIN = RowCheck(
    check="clock-within-row",
    bad=f"SELECT row FROM search_event WHERE {_WITHIN}",
    scope="time_start_utc IS NOT NULL",
    needs=("time_start_utc",),
    found="hold a time that lies before one it must follow.",
    good="Within each row the times follow each other.",
    cannot_show=_NOT_SHOWN,
)
BETWEEN = RowCheck(
    check="clock-between-rows",
    bad=(
        "SELECT row FROM (SELECT row, time_start_utc, lag(time_start_utc) OVER (PARTITION BY system_id ORDER BY seq) "
        "AS before FROM search_event WHERE amends_seq IS NULL AND seq IS NOT NULL AND time_start_utc IS NOT NULL) "
        "WHERE time_start_utc < before"
    ),
    scope="seq IS NOT NULL AND time_start_utc IS NOT NULL",
    needs=("seq", "time_start_utc"),
    found="begin before the row with the previous seq of the same system: the clock ran back.",
    good="Times never run back as seq grows.",
    cannot_show=_NOT_SHOWN,
)
REVIEWS = RowCheck(
    check="clock-review",
    bad=(
        "SELECT r.row FROM review r JOIN (SELECT event_id, min(time_start_utc) AS start FROM search_event "
        "SEMI JOIN review USING (event_id) GROUP BY event_id) e ON r.event_id = e.event_id "
        f"WHERE {_before('r.review_time_utc', 'e.start')}"
    ),
    scope="review_time_utc IS NOT NULL",
    needs=("event_id", "review_time_utc"),
    noun="review",
    found="lie before the search reviewed.",
    good="Reviews follow the searches they review.",
    cannot_show=_NOT_SHOWN,
    table="review",
)
