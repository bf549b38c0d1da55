"""The columns of a simulated log that no outcome depends on: who searched, with what, where, on what ground.

They come from the scenario's table ``record``. Operators, agencies and probes are identifiers without a meaning, drawn
from the rows' own random numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.engines.duckdb import text, text_list

if TYPE_CHECKING:
    from baserate.models.scenario_schema import RecordTable

YEAR_START = "2026-01-01 00:00:00"
#: SQL for the start of a search.
START = f"(TIMESTAMP {text(YEAR_START)} + to_hours(hour)) AT TIME ZONE 'UTC'"
_SHOWN = "n_shown > 0"
_EDITED = "encounter % 16 = 0"  # one probe in sixteen was cropped, and the log says so


def record_columns(record: RecordTable) -> dict[str, str]:
    """Give SQL of each such column, over the arrays of a chunk."""
    fixed = ("agency_type", "partner_agreement", "device_class", "capture_kind", "place_type", "geo_cell",
             "purpose_code", "case_link", "notice_given")  # fmt: skip
    return {
        **{name: text(getattr(record, name)) for name in fixed},
        "agency_id": f"format('agency-{{:04d}}', {_operator(record)} % {record.agencies})",
        "legal_basis_code": "'lb-1'",
        "operator_pid": f"format('op_{{:06x}}', {_operator(record)})",
        "operator_role": f"{text_list(record.operator_roles)}[{_operator(record)} % {len(record.operator_roles)} + 1]",
        "operator_training_valid": "true",
        "protest_or_assembly": "false",
        "crime_code": "'none'",
        "suspicion_basis": "'unknown'",
        "authorisation_type": "'none'",
        "probe_ref": f"CASE WHEN {_SHOWN} THEN sha256(format('probe {{:016x}}{{:016x}}', event_high, event_low)) END",
        "probe_edited": _EDITED,
        "edit_kinds": f"CASE WHEN {_EDITED} THEN ['crop'] END",
        "edit_time_utc": f"CASE WHEN {_EDITED} THEN {START} END",
        "fields_displayed": f"CASE WHEN {_SHOWN} THEN {text_list(record.fields_displayed)} ELSE ['none'] END",
        "display_photo_policy": f"CASE WHEN {_SHOWN} THEN {text(record.display_photo_policy)} END",
        "sources_queried": text_list(record.sources_queried),
        "super_query": "false",
        "other_corroboration": f"CASE WHEN action AND {_corroborated(record)} THEN ['records'] ELSE ['none'] END",
        "corroboration_independent": f"action AND {_corroborated(record)}",
        "corroboration_before_action": f"action AND {_corroborated(record)}",
        "outcome_basis": f"CASE WHEN action AND NOT training THEN {text(record.outcome_basis)} ELSE 'unknown' END",
        "enrolled_into_gallery": "false",
        "shared_with": "[]",
    }


def review_columns(record: RecordTable, *, reviewer: int, independent: bool) -> dict[str, str]:
    """Give SQL of each column of ``review`` for the first or the second reviewer; the first is the operator."""
    who = _operator(record) if reviewer == 1 else f"({_operator(record)} + 1) % {max(record.operators, 2)}"
    return {
        "event_id": "format('{:016x}{:016x}', event_high, event_low)",
        "reviewer_pid": f"format('op_{{:06x}}', {who})",
        "reviewer_role": text(record.operator_roles[0]),
        "review_level": "'assessment'",
        "is_operator": str(reviewer == 1).lower(),
        "independent": str(independent).lower(),
        "blind_to_score": "true",
        "blind_to_biographic": "false",
        "review_decision": "CASE WHEN confirmed >= 0 THEN 'same' ELSE 'different' END",
        "review_time_utc": START,
        "could_override": "true",
    }


def _operator(record: RecordTable) -> str:
    """SQL for the number of the operator: the same through an encounter."""
    return f"(encounter % {record.operators})::BIGINT"


def _corroborated(record: RecordTable) -> str:
    return str(record.outcome_basis in ("biometric_plus", "independent")).lower()
