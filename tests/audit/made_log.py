"""A log of a few weeks with much in it: several operators and groups, a threshold that is lowered, reviews, truth.

All of it follows from the number of the row, so that every test sees the same log.
"""

# ruff: noqa: S608 - SQL of our own numbers and a temporary folder.
import json
from pathlib import Path

import duckdb
from tests.audit.case_log import NEUTRAL

DAYS, CHANGED = 42, 28  # days in the log; day from which the threshold is lower and alerts are more frequent
FIRST = "2028-03-01"
MANIFEST = {
    "jurisdictions": ["US", "US-DHS"],
    "roles_allowed": ["ice_officer", "cbp_officer"],
    "annual_reports": [
        {"title": "Yearly report", "period_start": "2028-03-01", "period_end": "2028-12-31", "totals": {"searches": 9}}
    ],
}

_LEFT_OUT = ("prev_hash", "row_hash", "candidates")

# `d` is the day, `u` a number in [0, 1) that looks random, `alert` whether a match was shown.
_COLUMNS = {
    "event_id": "printf('event-%08d-of-the-log', i)",
    "seq": "i",
    "agency_type": "'federal_immigration'",
    "agency_id": "'agency-0' || (1 + i % 3)",
    "operator_pid": "'op_' || (1 + i % 7)",
    "encounter_pid": "'en_' || (CASE WHEN i % 5 = 0 THEN i - 1 ELSE i END)",
    "attempt_no": "CASE WHEN i % 5 = 0 THEN 2 ELSE 1 END",
    "time_start_utc": "t",
    "time_end_utc": "t",
    "outcome_time_utc": "t + INTERVAL 1 HOUR",
    "retention_start_utc": "t",
    "retention_expiry_utc": "t + INTERVAL 10 DAY",
    "deletion_time_utc": "CASE WHEN i % 3 > 0 THEN t + INTERVAL 12 DAY END",
    "threshold": f"CASE WHEN d < {CHANGED} THEN 0.7 ELSE 0.6 END",
    "n_returned": "CASE WHEN alert THEN 1 ELSE 0 END",
    "decision_shown": "CASE WHEN alert THEN 'match_single' WHEN i % 50 = 7 THEN 'timeout' ELSE 'no_match' END",
    "hotlist_hit": "alert",
    "outcome": "CASE WHEN alert AND i % 2 = 0 THEN 'detained' ELSE 'released' END",
    "outcome_basis": "CASE WHEN alert AND i % 4 = 0 THEN 'biometric_only' WHEN alert THEN 'biometric_plus' "
    "ELSE 'independent' END",
    "adjudicated_truth": "CASE WHEN alert AND i % 3 = 0 THEN 'nonmated' WHEN alert AND i % 3 = 1 THEN 'mated' "
    "WHEN i % 40 = 1 THEN 'nonmated' ELSE 'unknown' END",
    "subject_enrolled": "CASE WHEN alert AND i % 3 = 0 THEN 'no' WHEN alert AND i % 3 = 1 THEN 'yes' "
    "WHEN i % 40 = 1 THEN 'no' WHEN i % 400 = 2 THEN 'yes' ELSE 'unknown' END",
    "group_sex": "CASE i % 3 WHEN 0 THEN 'female' ELSE 'male' END",
    "group_age_band": "CASE WHEN i % 300 = 1 THEN '65+' WHEN i % 2 = 0 THEN '18-34' ELSE '35-64' END",
}


def write_log(folder: Path, *, a_day: int = 30, manifest: dict[str, object] | None = None) -> Path:
    """Write the log as a folder of Parquet with its manifest; ``a_day`` searches on each of :data:`DAYS` days."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    neutral = {name: value for name, value in NEUTRAL["search"].items() if name not in _LEFT_OUT}
    columns = {name: _literal(name, value) for name, value in neutral.items()} | _COLUMNS
    listed = ", ".join(f'({sql}) AS "{name}"' for name, sql in columns.items())
    connection.execute(
        f"""COPY (SELECT {listed} FROM (
              SELECT *, u < (CASE WHEN d < {CHANGED} THEN 0.03 ELSE 0.12 END) AS alert,
                TIMESTAMPTZ '{FIRST} 08:00:00+00' + INTERVAL (d) DAY + INTERVAL ((i - 1) % {a_day} * 10 // {a_day}) HOUR
                  AS t
              FROM (SELECT i, (i - 1) // {a_day} AS d, hash(i * 7919) / 18446744073709551616.0 AS u
                    FROM range(1, {DAYS * a_day + 1}) r(i))) ORDER BY i)
            TO '{folder / "search_event.parquet"}' (FORMAT parquet)"""
    )
    connection.execute(
        f"""COPY (SELECT event_id, 'op_r' AS reviewer_pid, 'supervisor' AS reviewer_role, 'review' AS review_level,
              i % 4 = 0 AS is_operator, TRUE AS independent, TRUE AS could_override,
              t AS review_time_utc, 'same' AS review_decision
            FROM (SELECT event_id, seq AS i, time_end_utc AS t FROM '{folder / "search_event.parquet"}'
                  WHERE decision_shown = 'match_single'))
            TO '{folder / "review.parquet"}' (FORMAT parquet)"""
    )
    (folder / "manifest.json").write_text(json.dumps(MANIFEST | (manifest or {})), encoding="utf-8")
    return folder


def _literal(name: str, value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(f"'{item}'" for item in value) + "]::VARCHAR[]"
    if isinstance(value, str) and name.endswith("_utc"):
        return f"TIMESTAMPTZ '{value}'"
    return f"'{value}'" if isinstance(value, str) else str(value)
