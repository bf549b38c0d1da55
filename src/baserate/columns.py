"""The log schema as data: every table, column and manifest key, stated once for all who read, write or check a log.

One row of ``search_event`` is one search. Nothing in the schema identifies the person searched: no image, template,
name, birth date, document number or exact place has a column here, and the reader refuses files that bring one
(:mod:`baserate.inputs.logs`). *Unknown* is a value of each enumeration; null means that the system does not support the
field, and a rule that needs it answers *cannot tell*.

Privacy classes: **P0** public, **P1** low risk, **P2** quasi-identifier (coarser in the public profile), **P3**
sensitive (never in the public profile). Required: **R** always, **C** when the condition holds, **O** optional.

Columns called ``to`` and ``interval`` carry the schema's own names; quote them in SQL (``"to"``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LOG_SCHEMA_VERSION = "0.1.0"

Required = Literal["R", "C", "O"]
Privacy = Literal["P0", "P1", "P2", "P3"]


@dataclass(frozen=True, slots=True)
class ColumnType:
    """How a kind of value is held and written.

    Parameters
    ----------
    duckdb
        Type in DuckDB and Parquet.
    pattern
        Regular expression that each text value must match in full; empty where the type is not text.
    text
        How the value is written in CSV and JSON Lines.
    """

    duckdb: str
    pattern: str
    text: str


_ZONED = "TIMESTAMP WITH TIME ZONE"
_CODE = r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,63}"

TYPES: dict[str, ColumnType] = {
    "code": ColumnType("VARCHAR", _CODE, "short code without spaces, defined in the manifest or a register"),
    "codes": ColumnType("VARCHAR[]", _CODE, "JSON array of codes; in CSV also a|b"),
    "pseudonym": ColumnType("VARCHAR", r"[A-Za-z0-9_-]{1,64}", "random or keyed (HMAC) identifier, no meaning in it"),
    "digest": ColumnType("VARCHAR", r"[0-9a-f]{64}", "64 lower-case hexadecimal digits"),
    "version": ColumnType("VARCHAR", r"[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}", "semantic version, three numbers"),
    "cell": ColumnType(
        "VARCHAR",
        r"[A-Z]{2}(-[A-Z0-9]{1,3})?|[0-9]{5}|[A-Z]{3}|8[0-5][0-9a-f]{13}|unknown",
        "ISO 3166-2 state, five-digit county code, three-letter place code, or H3 cell of resolution 5 or coarser",
    ),
    "cells": ColumnType(
        "VARCHAR[]",
        r"[A-Z]{2}(-[A-Z0-9]{1,3})?|[0-9]{5}|[A-Z]{3}|8[0-5][0-9a-f]{13}|unknown",
        "JSON array of cells; in CSV also a|b",
    ),
    "integer": ColumnType("BIGINT", "", "whole number"),
    "float": ColumnType("DOUBLE", "", "finite decimal number"),
    "boolean": ColumnType("BOOLEAN", "", "true or false"),
    "enum": ColumnType("VARCHAR", "", "one of the listed values"),
    "set": ColumnType("VARCHAR[]", "", "JSON array of listed values; in CSV also a|b"),
    "timestamp": ColumnType(_ZONED, "", "RFC 3339 with zone, as 2026-03-01T14:00:00Z"),
    "interval": ColumnType(f"STRUCT(start_utc {_ZONED}, end_utc {_ZONED})", "", "two RFC 3339 times, start/end"),
    "candidates": ColumnType(
        "STRUCT(rank INTEGER, score DOUBLE, above_threshold BOOLEAN, source_gallery VARCHAR)[]",
        "",
        "JSON array of objects with rank, score, above_threshold, source_gallery; empty for an empty list",
    ),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a log table.

    Parameters
    ----------
    name
        Name in the file.
    type
        Key into :data:`TYPES`.
    unit
        Unit or range of the values; empty where the type says it all.
    values
        Allowed values of an ``enum`` or ``set``; empty for every other type.
    required
        ``R`` always, ``C`` when ``condition`` holds, ``O`` optional.
    condition
        When a ``C`` column has to be filled; empty for the others.
    privacy
        ``P0`` to ``P3``.
    used_by
        Rules and analyses that read the column.
    meaning
        What it says.
    example
        A valid value as written in CSV.

    Examples
    --------
    >>> column("search_event", "gallery_unit").values
    ('images', 'records', 'individuals')
    """

    name: str
    type: str
    unit: str
    values: tuple[str, ...]
    required: Required
    condition: str
    privacy: Privacy
    used_by: tuple[str, ...]
    meaning: str
    example: str


@dataclass(frozen=True, slots=True)
class ManifestKey:
    """One key of the manifest, the dated statement about a deployment that goes with its log.

    Parameters
    ----------
    name
        Path of the key: ``[]`` marks a list of tables, as in ``galleries[].size``, and a full stop a key of a table.
    type
        ``text``, ``integer``, ``number``, ``boolean``, ``date``, ``time``, ``list``, ``table`` or ``tables``.
    required
        ``R`` always, ``C`` where the thing exists, ``O`` optional.
    used_by
        Rules and analyses that read it.
    meaning
        What it says.
    example
        A valid value as written in JSON.
    """

    name: str
    type: str
    required: Required
    used_by: tuple[str, ...]
    meaning: str
    example: str

    @property
    def top(self) -> str:
        """The key of the manifest itself in which this one stands."""
        return self.name.partition(".")[0].removesuffix("[]")

    @property
    def part(self) -> str:
        """The key within the table in which this one stands; empty for a key of the manifest itself."""
        return self.name.partition(".")[2]


SEARCH_EVENT: tuple[Column, ...] = (
    # --- the row itself -----------------------------------------------------------------------------------------
    Column("schema_version", "version", "", (), "R", "", "P0", ("all",),
           "Version of this schema that the row follows.", "0.1.0"),
    Column("event_id", "pseudonym", "", (), "R", "", "P1", ("all",),
           "Random identifier of the search (ULID or UUIDv4); says nothing about who was searched.",
           "01J9ZC5Q8W3K7T2M4N6P8R0S1V"),
    Column("seq", "integer", "1 and up, no gaps per system_id", (), "R", "", "P0", ("EU-13", "integrity"),
           "Running number that the system gives each row, so that a missing row leaves a hole.", "1"),
    Column("prev_hash", "digest", "SHA-256", (), "R", "", "P0", ("integrity",),
           "row_hash of the row with the previous seq of the same system; 64 zeros in the first row.", "0" * 64),
    Column("row_hash", "digest", "SHA-256", (), "R", "", "P0", ("integrity",),
           "Digest of prev_hash and the canonical form of the row without its two hash columns.", "a3" * 32),
    Column("amends_seq", "integer", "an earlier seq", (), "C", "the row corrects an earlier one", "P0", ("integrity",),
           "The row that this one corrects; logs are never rewritten, a correction is a new row.", ""),
    Column("logged_by", "enum", "", ("system", "manual"), "R", "", "P0", ("EU-7",),
           "Whether the system wrote the row by itself or a person typed it in.", "system"),
    Column("mode", "enum", "", ("live", "training", "test", "demo", "unknown"), "R", "", "P0", ("SD-5", "counts"),
           "Whether the search was real use; only live rows are use.", "live"),
    # --- who searched, with what authority ----------------------------------------------------------------------
    Column("system_id", "code", "", (), "R", "", "P0", ("US-3", "US-5", "MD-4", "NYC-1"),
           "The system that searched, as the manifest names it.", "sys-a"),
    Column("algorithm_version", "code", "", (), "R", "", "P0", ("US-3", "US-5", "MD-4"),
           "Version of the matching algorithm at the time.", "4.2"),
    Column("agency_id", "code", "", (), "R", "", "P1", ("US-5", "MD-4"),
           "Register key of the agency, never of a person.", "agency-01"),
    Column("agency_type", "enum", "",
           ("federal_immigration", "federal_other", "state", "local", "tribal", "foreign", "private"),
           "R", "", "P0", ("applicability",), "Kind of agency; decides which law applies.", "federal_immigration"),
    Column("partner_agreement", "enum", "", ("none", "287g", "mou", "task_force", "other"), "R", "", "P1",
           ("applicability",), "Agreement under which a partner agency used the system.", "none"),
    Column("legal_basis_code", "code", "", (), "R", "", "P1", ("applicability", "EU-1"),
           "Legal basis claimed for the search, as coded in the manifest.", "lb-1"),
    Column("operator_pid", "pseudonym", "", (), "R", "", "P2", ("US-6", "workload"),
           "Keyed pseudonym of the operator: operators can be counted, not named.", "op_7f3a9c"),
    Column("operator_role", "code", "", (), "R", "", "P1", ("SD-4", "SD-8"),
           "Role of the operator, one of the manifest's roles.", "ice_officer"),
    Column("operator_training_valid", "boolean", "", (), "R", "", "P1", ("US-6", "MD-3", "DET-3"),
           "Whether the operator's training was valid on that day.", "true"),
    Column("device_class", "enum", "",
           ("issued_phone", "fixed_camera", "workstation", "wearable", "personal", "other"), "R", "", "P1",
           ("scope",), "Kind of device; never its identifier.", "issued_phone"),
    # --- when and where, coarsely -------------------------------------------------------------------------------
    Column("time_start_utc", "timestamp", "UTC; auditor to the hour, public to the day", (), "R", "", "P2",
           ("EU-1", "EU-2", "EU-3", "EU-7", "EU-13"), "When the use began.", "2026-03-01T14:00:00Z"),
    Column("time_end_utc", "timestamp", "UTC; auditor to the hour, public to the day", (), "R", "", "P2",
           ("EU-2", "EU-7"), "When the use ended.", "2026-03-01T14:00:00Z"),
    Column("geo_cell", "cell", "county or H3 resolution 5 at finest; public: state", (), "R", "", "P2",
           ("SD-12", "UK-1", "EU-2"), "Coarse place of the search.", "US-TX"),
    Column("place_type", "enum", "",
           ("port_of_entry", "street", "vehicle", "residence", "workplace", "custody", "court",
            "school_health_worship", "public_event", "other", "unknown"),
           "R", "", "P2", ("EU-1", "WA-5", "UK-1"), "Kind of place.", "street"),
    Column("protest_or_assembly", "boolean", "", (), "R", "", "P2", ("US-9", "MD-2"),
           "Whether the search happened at a protest or assembly.", "false"),
    Column("encounter_pid", "pseudonym", "", (), "R", "", "P2", ("repeat captures",),
           "Random identifier of one encounter; groups repeated captures and ends with the encounter.", "en_51b0"),
    Column("attempt_no", "integer", "1 and up within encounter_pid", (), "R", "", "P2", ("repeat captures",),
           "Number of the capture within its encounter.", "1"),
    # --- why ----------------------------------------------------------------------------------------------------
    Column("purpose_code", "enum", "",
           ("status_check", "target_confirmation", "unknown_identity", "criminal_lead", "victim", "missing_person",
            "deceased", "border_entry", "benefit", "protest_identification", "audit_test", "other"),
           "R", "", "P1", ("EU-1", "EU-9", "EU-10", "VA-2", "UT-1", "MD-4"), "Purpose stated for the search.",
           "status_check"),
    Column("crime_code", "code", "", (), "C", "the purpose is a crime", "P2", ("MD-2", "ME-1", "MT-1"),
           "Crime code of the manifest's list, or none.", "none"),
    Column("case_link", "enum", "", ("none", "offence", "proceeding", "threat", "missing_person"), "R", "", "P1",
           ("EU-10", "EU-11"), "Kind of case the search belongs to; a flag, never a case number.", "none"),
    Column("suspicion_basis", "enum", "",
           ("none", "consent", "border", "reasonable_suspicion", "probable_cause", "warrant", "unknown"),
           "R", "", "P2", ("EU-9", "US-9", "MD-2", "ME-1"), "Ground for searching this person.", "none"),
    Column("authorisation_type", "enum", "", ("none", "supervisor", "administrative", "judicial", "exigent"),
           "R", "", "P1", ("EU-1", "EU-3", "WA-5", "MA-1", "MT-1"), "Who authorised the search.", "none"),
    Column("authorisation_request_time_utc", "timestamp", "UTC", (), "C", "an authorisation was asked for", "P1",
           ("EU-3", "EU-9"), "When the authorisation was asked for.", ""),
    Column("authorisation_time_utc", "timestamp", "UTC", (), "C", "an authorisation was decided", "P1",
           ("EU-3", "EU-9"), "When it was decided.", ""),
    Column("authorisation_result", "enum", "", ("granted", "modified", "rejected", "pending"), "C",
           "an authorisation was asked for", "P1", ("EU-4", "EU-6", "EU-12"), "How it was decided.", ""),
    Column("authorisation_window_utc", "interval", "UTC", (), "C", "the authorisation limits the time", "P1",
           ("EU-2",), "Time within which the order allows use.", "2026-03-01T00:00:00Z/2026-03-02T00:00:00Z"),
    Column("authorisation_area", "cells", "", (), "C", "the authorisation limits the place", "P1", ("EU-2",),
           "Cells within which the order allows use.", "US-TX|US-NM"),
    # --- the probe ----------------------------------------------------------------------------------------------
    Column("modality", "enum", "",
           ("face", "finger_contactless", "finger_contact", "iris", "gait", "document_ocr"), "R", "", "P0",
           ("SD-10",), "What was compared.", "face"),
    Column("capture_kind", "enum", "",
           ("live_mobile", "live_camera", "still_from_video", "document_photo", "social_media", "sketch",
            "composite", "other"),
           "R", "", "P1", ("US-3", "WA-3", "WA-5"), "How the probe came about.", "live_mobile"),
    Column("probe_ref", "digest", "keyed commitment", (), "C", "the search led to a match", "P2", ("EU-7",),
           "Keyed commitment to the probe that the operator holds: proves later which probe it was, reveals nothing.",
           "b7" * 32),
    Column("probe_edited", "boolean", "", (), "R", "", "P1", ("NYC-2",), "Whether the probe was altered first.",
           "false"),
    Column("edit_kinds", "set", "", ("crop", "brighten", "mirror", "fill", "other"), "C", "probe_edited is true",
           "P1", ("NYC-2",), "What was done to the probe.", ""),
    Column("edit_time_utc", "timestamp", "UTC", (), "C", "probe_edited is true", "P1", ("NYC-2",),
           "When the probe was altered.", ""),
    Column("quality_score", "float", "on quality_scale", (), "O", "", "P1", ("ISO-1",),
           "Quality of the probe by the named measure.", "63.0"),
    Column("quality_scale", "code", "", (), "O", "", "P1", ("ISO-1",), "Measure of quality_score.", "iso29794-5"),
    Column("quality_pass", "boolean", "", (), "O", "", "P1", ("ISO-1",),
           "Whether the probe passed; false is a failure to acquire.", "true"),
    # --- what was searched --------------------------------------------------------------------------------------
    Column("gallery_id", "code", "", (), "R", "", "P0", ("EU-7", "MD-4", "UT-1", "SD-5"),
           "The gallery searched, as the manifest names it.", "gal-a"),
    Column("gallery_version", "code", "", (), "R", "", "P0", ("EU-7",), "Its version or build.", "2026-02"),
    Column("gallery_size", "integer", "gallery_unit; 0 and up", (), "R", "", "P0", ("ISO-1", "VA-1"),
           "How many were searched.", "200000000"),
    Column("gallery_unit", "enum", "", ("images", "records", "individuals"), "R", "", "P0", ("ISO-1", "VA-1"),
           "What gallery_size counts; a size without it means nothing.", "images"),
    Column("watchlist_id", "code", "", (), "C", "a watchlist gates the answer", "P1", ("EU-1", "UK-4", "UK-7"),
           "The watchlist or hotlist used.", ""),
    Column("watchlist_size", "integer", "persons; 0 and up", (), "C", "a watchlist gates the answer", "P1",
           ("UK-4", "UK-7"), "How many are on it.", ""),
    # --- what came back -----------------------------------------------------------------------------------------
    Column("threshold", "float", "on threshold_scale", (), "R", "", "P0", ("UK-5", "VA-1"),
           "A candidate scoring at or above this is returned.", "0.64"),
    Column("threshold_scale", "code", "", (), "R", "", "P0", ("UK-5", "VA-1"), "Scale of threshold and scores.",
           "similarity_0_1"),
    Column("candidate_limit", "integer", "candidates; 0 and up", (), "R", "", "P0", ("US-11",),
           "Longest list that the search could return.", "20"),
    Column("n_returned", "integer", "candidates; 0 and up", (), "R", "", "P0", ("US-11", "UT-1", "MA-1"),
           "How many candidates came back.", "0"),
    Column("candidates_reviewed", "integer", "candidates; 0 and up", (), "R", "", "P0", ("US-11",),
           "How many of them a person looked at.", "0"),
    Column("candidates", "candidates", "scores on threshold_scale", (), "R", "", "P1", ("DET-3", "ISO-1"),
           "The list without identities; empty when nobody came back.",
           '[{"rank":1,"score":0.71,"above_threshold":true,"source_gallery":"gal-a"}]'),
    Column("hotlist_hit", "boolean", "", (), "C", "a hotlist gates the answer", "P1", ("SD-1", "SD-2"),
           "Whether the best candidate was on the hotlist.", "false"),
    Column("decision_shown", "enum", "",
           ("no_match", "match_single", "candidate_list", "instruction_no_detain", "reference_code", "error",
            "timeout"),
           "R", "", "P0", ("SD-7", "ISO-1"), "What the machine told the operator.", "no_match"),
    Column("fields_displayed", "set", "",
           ("none", "name", "dob", "nationality", "alien_number", "removal_order", "status", "photo", "associates",
            "address", "other"),
           "R", "", "P1", ("SD-1",), "Which kinds of information appeared on the screen; the kinds, not the data.",
           "none"),
    Column("display_photo_policy", "enum", "", ("matched_image", "most_recent", "several", "none"), "C",
           "a photo was shown", "P1", ("SD-6",), "Which photo of a candidate is shown.", "most_recent"),
    Column("display_photo_is_matched", "boolean", "", (), "C", "a photo was shown", "P1", ("SD-6",),
           "Whether the photo shown is the one that gave the score.", ""),
    Column("score_shown_to_operator", "boolean", "", (), "R", "", "P0", ("review models",),
           "Whether the operator saw the score.", "false"),
    Column("sources_queried", "set", "",
           ("tvs", "ident", "saw", "hotlist", "fbi", "state_dmv", "state_dept", "commercial", "social_media",
            "other"),
           "R", "", "P1", ("SD-9", "NYC-1"), "Sources touched by the search.", "tvs|ident"),
    Column("super_query", "boolean", "", (), "C", "the system offers it", "P1", ("SD-8",),
           "Whether the search was widened to further kinds of record.", "false"),
    Column("super_query_types", "set", "",
           ("individuals", "vehicles", "airplanes", "vessels", "addresses", "phones", "firearms"), "C",
           "super_query is true", "P1", ("SD-8",), "Kinds of record that the widened query covered.", ""),
    Column("latency_ms", "integer", "ms; 0 and up", (), "O", "", "P0", ("operations",),
           "Time from capture to answer.", "2300"),
    # --- what else was known ------------------------------------------------------------------------------------
    Column("document_offered", "enum", "",
           ("none", "us_passport", "birth_certificate", "state_id", "real_id", "visa_pr_card", "foreign_id", "other"),
           "R", "", "P3", ("SD-11", "EU-5"), "Kind of document the person offered; never its number.", "none"),
    Column("document_checked", "boolean", "", (), "R", "", "P3", ("SD-11",), "Whether it was checked.", "false"),
    Column("document_result", "enum", "", ("consistent", "inconsistent", "not_checked"), "R", "", "P3", ("SD-11",),
           "What the check found.", "not_checked"),
    Column("citizenship_claimed", "boolean", "", (), "R", "", "P3", ("SD-11",),
           "Whether the person claimed the country's citizenship.", "false"),
    Column("contrary_evidence", "boolean", "", (), "R", "", "P3", ("SD-11",),
           "Whether anything spoke against the machine's answer.", "false"),
    Column("contrary_disposition", "enum", "", ("weighed", "overridden", "not_considered"), "C",
           "contrary_evidence is true", "P3", ("SD-11",), "What became of that evidence.", ""),
    Column("other_corroboration", "set", "",
           ("tenprint", "second_modality", "interview", "records", "witness", "none"), "R", "", "P1",
           ("EU-5", "US-1", "MD-1", "DET-1"), "What else supported the identity.", "none"),
    Column("corroboration_independent", "boolean", "", (), "R", "", "P1", ("MD-1", "DET-2"),
           "Whether that support came about without the search.", "false"),
    Column("corroboration_before_action", "boolean", "", (), "R", "", "P1", ("EU-5", "DET-2"),
           "Whether it was there before anybody acted.", "false"),
    Column("lineup_after_search", "boolean", "", (), "C", "a line-up was held", "P1", ("DET-1", "DET-2"),
           "Whether a line-up followed the search.", ""),
    # --- the person's side --------------------------------------------------------------------------------------
    Column("notice_given", "enum", "",
           ("before", "during", "after", "signage", "none", "deferred_by_law", "unknown"), "R", "", "P1",
           ("EU-14", "UT-2"), "When the person was told.", "none"),
    Column("consent", "enum", "", ("given", "refused", "not_asked", "no_opportunity", "not_required"), "R", "", "P1",
           ("US-2",), "Whether the person was asked and what the answer was.", "not_asked"),
    Column("opt_out_honoured", "boolean", "", (), "C", "consent is refused", "P1", ("US-2",),
           "Whether a refusal was followed.", ""),
    # --- what happened ------------------------------------------------------------------------------------------
    Column("outcome", "enum", "",
           ("no_contact", "released", "continued_stop", "detained", "arrested", "transported", "referred", "admitted",
            "refused_entry", "lead_only", "none", "unknown"),
           "R", "", "P3", ("SD-2", "SD-5", "EU-5", "EU-8", "US-1", "MD-4", "DET-1"),
           "What happened to the person; proves neither a true nor a false match.", "released"),
    Column("outcome_time_utc", "timestamp", "UTC", (), "C", "somebody acted", "P3", ("EU-8",),
           "When it happened.", "2026-03-01T15:00:00Z"),
    Column("outcome_basis", "enum", "", ("biometric_only", "biometric_plus", "independent", "unknown"), "R", "", "P1",
           ("SD-2", "EU-5", "US-1", "US-9", "US-11", "MD-1", "DET-1"), "What the action rested on.", "unknown"),
    Column("stop_minutes", "enum", "minutes", ("0-5", "6-15", "16-60", "61-240", ">240", "unknown"), "O", "", "P2",
           ("burden",), "How long the person was held up.", "6-15"),
    Column("subject_status_after", "enum", "", ("us_citizen", "lpr", "visa_holder", "other", "unknown"), "O", "",
           "P3", ("US-2",), "Status as later established.", "unknown"),
    Column("group_sex", "code", "", (), "O", "", "P3", ("MD-4", "ISO-3"), "Sex as in the record.", "F"),
    Column("group_age_band", "code", "years", (), "O", "", "P3", ("MD-4", "ISO-3"), "Age band as in the record.",
           "25-34"),
    Column("group_race_ethnicity", "code", "", (), "O", "", "P3", ("MD-4", "ISO-3"),
           "Race or ethnicity as in the record.", "unknown"),
    Column("group_recorded_by", "code", "", (), "O", "", "P3", ("MD-4", "ISO-3"),
           "Who recorded the groups: operator, self, record.", "operator"),
    # --- what was later established -----------------------------------------------------------------------------
    Column("adjudicated_truth", "enum", "", ("mated", "nonmated", "unknown"), "R", "", "P1",
           ("US-8", "UK-4", "UK-6", "ISO-2"), "Whether the person was the one returned, as later established.",
           "unknown"),
    Column("truth_rank", "integer", "1 and up", (), "C", "the true person is in the list", "P1", ("ISO-1",),
           "Rank of the true person.", ""),
    Column("subject_enrolled", "enum", "", ("yes", "no", "unknown"), "C", "truth was established", "P1", ("FNIR",),
           "Whether the person was in the gallery searched at that time.", "unknown"),
    Column("truth_method", "enum", "",
           ("tenprint", "verified_document", "court", "agency_review", "self_report", "none"), "C",
           "truth was established", "P1", ("US-8", "UK-6"), "How it was established.", "none"),
    Column("truth_by", "enum", "", ("operator", "supervisor", "independent"), "C", "truth was established", "P1",
           ("US-8", "UK-6"), "Who established it.", ""),
    Column("truth_time_utc", "timestamp", "UTC", (), "C", "truth was established", "P1", ("US-8", "UK-6"),
           "When it was established.", ""),
    # --- what was kept ------------------------------------------------------------------------------------------
    Column("probe_retained", "boolean", "", (), "R", "", "P1", ("SD-3", "SD-5", "UK-2"),
           "Whether the probe was kept.", "true"),
    Column("template_retained", "boolean", "", (), "R", "", "P1", ("SD-3", "UK-2"),
           "Whether its template was kept.", "true"),
    Column("enrolled_into_gallery", "boolean", "", (), "R", "", "P1", ("SD-3", "UK-2"),
           "Whether the probe joined a gallery that is searched.", "false"),
    Column("nonmatch_handling", "enum", "",
           ("deleted_immediately", "deleted_24h", "retained_reduced", "retained_same_as_match", "unknown"), "R", "",
           "P0", ("SD-3", "UK-2"), "What is done with the data of a search without match.", "retained_same_as_match"),
    Column("retention_policy_id", "code", "", (), "R", "", "P1", ("SD-3", "UK-3"),
           "Retention policy of the manifest that applies.", "rp-15y"),
    Column("retention_start_utc", "timestamp", "UTC", (), "R", "", "P1", ("SD-3",), "When keeping began.",
           "2026-03-01T14:00:00Z"),
    Column("retention_expiry_utc", "timestamp", "UTC", (), "C", "the policy has an end", "P1", ("SD-3", "EU-4"),
           "When the data are due for deletion.", "2041-03-01T14:00:00Z"),
    Column("deletion_time_utc", "timestamp", "UTC", (), "C", "the data were deleted", "P1",
           ("SD-3", "EU-4", "EU-12", "UK-2", "UK-3"), "When they were deleted.", ""),
    Column("shared_with", "codes", "", (), "R", "", "P1", ("NYC-1",),
           "Register keys of the agencies that received anything.", "agency-02|agency-03"),
    Column("notification_ref", "code", "", (), "C", "the use was notified to an authority", "P1", ("EU-6",),
           "Reference of that notification.", ""),
    Column("complaint_filed", "boolean", "", (), "O", "", "P3", ("US-10",), "Whether the person complained.",
           "false"),
    Column("appeal_result", "enum", "", ("upheld", "rejected", "pending", "none"), "O", "", "P3", ("US-10",),
           "What became of an appeal.", "none"),
)  # fmt: skip

REVIEW: tuple[Column, ...] = (
    Column("event_id", "pseudonym", "", (), "R", "", "P1", ("EU-7", "EU-8", "WA-2"), "The search reviewed.",
           "01J9ZC5Q8W3K7T2M4N6P8R0S1V"),
    Column("reviewer_pid", "pseudonym", "", (), "R", "", "P2", ("EU-7", "EU-8"), "Keyed pseudonym of the reviewer.",
           "op_2b61d0"),
    Column("reviewer_role", "code", "", (), "R", "", "P1", ("WA-2",), "Role of the reviewer.", "supervisor"),
    Column("review_level", "enum", "", ("assessment", "review", "examination"), "R", "", "P1", ("FIS-1",),
           "Depth of the comparison in FISWG's sense; a glance at a phone is an assessment.", "review"),
    Column("is_operator", "boolean", "", (), "R", "", "P1", ("EU-8",), "Whether the reviewer ran the search.",
           "false"),
    Column("independent", "boolean", "", (), "R", "", "P1", ("EU-8",),
           "Whether the reviewer decided without knowing the others' answers.", "true"),
    Column("blind_to_score", "boolean", "", (), "R", "", "P1", ("review models",),
           "Whether the score was hidden from the reviewer.", "true"),
    Column("blind_to_biographic", "boolean", "", (), "R", "", "P1", ("review models",),
           "Whether biographic data were hidden from the reviewer.", "true"),
    Column("review_time_utc", "timestamp", "UTC", (), "R", "", "P2", ("EU-8",), "When the reviewer decided.",
           "2026-03-01T14:00:00Z"),
    Column("review_decision", "enum", "", ("same", "different", "inconclusive"), "R", "", "P1",
           ("WA-2", "UK-6"), "What the reviewer decided.", "different"),
    Column("confidence", "integer", "1 to 5", (), "O", "", "P1", ("review models",),
           "How sure the reviewer was.", "4"),
    Column("could_override", "boolean", "", (), "R", "", "P1", ("WA-2",),
           "Whether the reviewer had authority to alter the decision.", "true"),
)  # fmt: skip

RETENTION_EVENT: tuple[Column, ...] = (
    Column("event_id", "pseudonym", "", (), "R", "", "P1", ("SD-3",), "The search whose data are meant.",
           "01J9ZC5Q8W3K7T2M4N6P8R0S1V"),
    Column("what", "enum", "", ("probe", "template", "result", "audit_row"), "R", "", "P1",
           ("SD-3", "EU-4", "UK-2", "UK-3"), "Which of its data.", "probe"),
    Column("action", "enum", "", ("created", "extended", "legal_hold", "deleted", "transferred"), "R", "", "P1",
           ("SD-3", "EU-4", "EU-18", "UK-2", "UK-3"), "What was done with them.", "deleted"),
    Column("time_utc", "timestamp", "UTC", (), "R", "", "P1", ("SD-3", "UK-2", "UK-3"), "When.",
           "2026-03-02T14:00:00Z"),
    Column("by_role", "code", "", (), "R", "", "P1", ("EU-18",), "Role that did it, or system.", "system"),
)  # fmt: skip

DISCLOSURE: tuple[Column, ...] = (
    Column("event_id", "pseudonym", "", (), "R", "", "P1", ("WA-4", "DET-3"), "The search disclosed.",
           "01J9ZC5Q8W3K7T2M4N6P8R0S1V"),
    Column("to", "enum", "", ("defence", "court", "subject", "oversight", "other_agency"), "R", "", "P1",
           ("WA-4", "DET-3", "NYC-1"), "Who was told.", "defence"),
    Column("time_utc", "timestamp", "UTC", (), "R", "", "P1", ("WA-4", "DET-2"), "When.", "2026-04-01T09:00:00Z"),
    Column("contents", "enum", "",
           ("rank1_only", "full_list", "null_result", "quality", "edits", "error_rates"), "R", "", "P1", ("DET-3",),
           "What was told; one row for each kind.", "full_list"),
)  # fmt: skip

OPERATION: tuple[Column, ...] = (
    Column("event_type", "enum", "", ("collect", "alter", "consult", "disclose", "combine", "erase"), "R", "", "P0",
           ("EU-18",), "Operation on the system's data; not a search.", "consult"),
    Column("time_utc", "timestamp", "UTC", (), "R", "", "P2", ("EU-18",), "When.", "2026-03-01T14:00:00Z"),
    Column("by_pid", "pseudonym", "", (), "R", "", "P2", ("EU-18",), "Keyed pseudonym of who did it.", "op_7f3a9c"),
    Column("justification_code", "code", "", (), "R", "", "P1", ("EU-18",), "Reason, as coded in the manifest.",
           "j-1"),
)  # fmt: skip

FACES_SEEN: tuple[Column, ...] = (
    Column("deployment_id", "code", "", (), "R", "", "P0", ("UK-4",), "Deployment of live cameras.", "dep-01"),
    Column("interval", "interval", "UTC", (), "R", "", "P1", ("UK-4",), "Time counted.",
           "2026-03-01T09:00:00Z/2026-03-01T12:00:00Z"),
    Column("faces_detected", "integer", "faces; 0 and up", (), "R", "", "P0", ("UK-4",),
           "Faces that the cameras detected: without it a false alert rate per face cannot be given.", "2038"),
    Column("cameras", "integer", "cameras; 1 and up", (), "R", "", "P0", ("UK-4", "ISO-4"), "Cameras in use.", "2"),
)  # fmt: skip

TABLES: dict[str, tuple[Column, ...]] = {
    "search_event": SEARCH_EVENT,
    "review": REVIEW,
    "retention_event": RETENTION_EVENT,
    "disclosure": DISCLOSURE,
    "operation": OPERATION,
    "faces_seen": FACES_SEEN,
}
"""Tables of a log by name, in the order of the schema."""

MANIFEST: tuple[ManifestKey, ...] = (
    ManifestKey("manifest_version", "text", "R", ("all",), "Version of the log schema.", '"0.1.0"'),
    ManifestKey("deployment_id", "text", "R", ("all",), "Name of the deployment.", '"dep-01"'),
    ManifestKey("jurisdictions", "list", "C", ("applicability",), "Where the deployment lies: EU, UK, US, US-WA, ...",
                '["US", "US-WA"]'),
    ManifestKey("signed_by", "text", "O", ("all",), "Office that signs the manifest.", '"privacy office"'),
    ManifestKey("signed_date", "date", "R", ("all",), "Date of signature.", '"2026-03-01"'),
    ManifestKey("synthetic", "boolean", "O", ("all",), "True when the log was simulated.", "true"),
    # --- system ---
    ManifestKey("system_name", "text", "R", ("US-5",), "Name of the system.", '"System A"'),
    ManifestKey("vendor", "text", "R", ("US-5",), "Who made it.", '"Vendor"'),
    ManifestKey("vendor_role", "text", "O", ("IL-1",), "none, supplies, or holds_data.", '"supplies"'),
    ManifestKey("systems_register", "tables", "C", ("US-5", "US-3"), "Systems the agency says it uses.", "[]"),
    ManifestKey("systems_register[].system_id", "text", "R", ("US-5",), "system_id in the log.", '"sys-a"'),
    ManifestKey("systems_register[].algorithm_version", "text", "O", ("US-3",), "Its algorithm version.", '"4.2"'),
    ManifestKey("systems_register[].stated_searches", "integer", "O", ("US-5",), "Searches stated; 0 is a stated zero.",
                "0"),
    ManifestKey("galleries", "tables", "R", ("EU-7", "EU-17"), "Galleries that the system can search.", "[]"),
    ManifestKey("galleries[].id", "text", "R", ("EU-7",), "gallery_id in the log.", '"gal-a"'),
    ManifestKey("galleries[].source_type", "text", "R", ("EU-17",),
                "border, visa, passport, booking, dmv, scraped_web, cctv_untargeted, commercial, other.", '"border"'),
    ManifestKey("galleries[].image_source", "table", "C", ("UK-7",), "Source of each class of image.",
                '{"custody": "police records"}'),
    ManifestKey("galleries[].size", "integer", "R", ("ISO-1",), "Size in the unit given.", "200000000"),
    ManifestKey("galleries[].unit", "text", "R", ("ISO-1",), "images, records or individuals.", '"images"'),
    ManifestKey("galleries[].images_per_person", "number", "O", ("ISO-1",), "Mean images per person.", "1.6"),
    ManifestKey("galleries[].build_date", "date", "O", ("UK-7",), "When it was built.", '"2026-02-01"'),
    ManifestKey("galleries[].refresh", "text", "O", ("UK-7",), "How often it is refreshed.", '"daily"'),
    ManifestKey("galleries[].live", "boolean", "O", ("SD-5",), "False for a training or test gallery.", "true"),
    ManifestKey("watchlists", "tables", "C", ("UK-1", "UK-4", "UK-7"), "Watchlists and hotlists.", "[]"),
    ManifestKey("watchlists[].id", "text", "R", ("UK-7",), "watchlist_id in the log.", '"wl-1"'),
    ManifestKey("watchlists[].category", "text", "R", ("UK-1",), "Who may be on it.", '"wanted"'),
    ManifestKey("watchlists[].size", "integer", "R", ("UK-4",), "Persons on it.", "1942"),
    ManifestKey("watchlists[].build_time", "time", "R", ("UK-7",), "When it was built.", '"2026-03-01T06:00:00Z"'),
    ManifestKey("thresholds", "tables", "R", ("UK-5",), "Thresholds over time: the change log.", "[]"),
    ManifestKey("thresholds[].value", "number", "R", ("UK-5",), "Threshold.", "0.64"),
    ManifestKey("thresholds[].scale", "text", "R", ("UK-5",), "threshold_scale in the log.", '"similarity_0_1"'),
    ManifestKey("thresholds[].from", "date", "R", ("UK-5",), "First day.", '"2026-01-01"'),
    ManifestKey("thresholds[].changed_by", "text", "O", ("UK-5",), "Role that set it.", '"system owner"'),
    ManifestKey("threshold_minimum", "number", "C", ("UK-5",), "Lowest threshold that policy allows.", "0.64"),
    ManifestKey("candidate_limit", "integer", "R", ("US-11",), "Longest candidate list.", "20"),
    ManifestKey("declared_faces_false_alert_ceiling", "number", "C", ("UK-4",),
                "Highest false alerts per face seen that policy allows.", "0.001"),
    # --- roles and codes ---
    ManifestKey("roles_allowed", "tables", "R", ("SD-4",), "Roles that may search.", "[]"),
    ManifestKey("roles_allowed[].role", "text", "R", ("SD-4",), "operator_role in the log.", '"ice_officer"'),
    ManifestKey("roles_allowed[].from", "date", "R", ("SD-4",), "Date of the document that allows it.", '"2025-05-01"'),
    ManifestKey("super_query_roles", "list", "C", ("SD-8",), "Roles entitled to the widened query.", '["analyst"]'),
    ManifestKey("legal_bases", "table", "R", ("EU-1",), "legal_basis_code to its text.", '{"lb-1": "8 USC 1357"}'),
    ManifestKey("crime_codes", "table", "C", ("MD-2", "ME-1", "MT-1"), "crime_code to its text.", '{"none": "-"}'),
    ManifestKey("claimed_federal_exemption", "text", "C", ("WA-1", "CO-1"), "Exemption claimed, with its authority.",
                '"RCW 43.386.090"'),
    ManifestKey("training_requirement", "table", "C", ("US-6", "MD-3"), "months_valid and the document.",
                '{"months_valid": 12}'),
    # --- retention ---
    ManifestKey("retention_policies", "tables", "R", ("SD-3", "UK-2", "UK-3"), "Retention policies.", "[]"),
    ManifestKey("retention_policies[].id", "text", "R", ("SD-3",), "retention_policy_id in the log.", '"rp-15y"'),
    ManifestKey("retention_policies[].applies_to", "text", "R", ("SD-3",),
                "all, matched, unmatched, citizen or child.", '"all"'),
    ManifestKey("retention_policies[].years", "number", "C", ("SD-3",), "Period in calendar years.", "15"),
    ManifestKey("retention_policies[].seconds", "integer", "C", ("UK-2", "UK-3"), "Period in seconds, if short.",
                "86400"),
    # --- documents ---
    ManifestKey("policy_docs", "tables", "C", ("US-7", "NYC-1"), "Policies.", "[]"),
    ManifestKey("policy_docs[].title", "text", "R", ("US-7",), "Title.", '"Use policy"'),
    ManifestKey("policy_docs[].date", "date", "R", ("US-7",), "Date.", '"2025-04-01"'),
    ManifestKey("policy_docs[].systems", "list", "C", ("NYC-1",), "system_ids it covers.", '["sys-a"]'),
    ManifestKey("policy_docs[].shared_with", "list", "C", ("NYC-1",), "Agencies it names.", '["agency-02"]'),
    ManifestKey("policy_docs[].civil_rights", "boolean", "O", ("US-7",), "Whether it treats civil rights.", "true"),
    ManifestKey("where_policy", "table", "C", ("UK-1",), "Policy on who may be searched for, and where.", "{}"),
    ManifestKey("where_policy.date", "date", "C", ("UK-1",), "Day of the policy.", '"2025-04-01"'),
    ManifestKey("where_policy.watchlist_categories", "list", "C", ("UK-1",), "Categories of watchlists it allows.",
                '["wanted"]'),
    ManifestKey("where_policy.place_types", "list", "C", ("UK-1",), "Kinds of places it allows; place_type in the log.",
                '["street"]'),
    ManifestKey("pta_date", "date", "C", ("US-12",), "Privacy threshold analysis.", '"2025-02-01"'),
    ManifestKey("pia_date", "date", "C", ("US-12",), "Privacy impact assessment.", '"2025-03-01"'),
    ManifestKey("pia_decision", "table", "C", ("US-12",), "Reason for none, decided_by, date.", "{}"),
    ManifestKey("sorn", "table", "C", ("US-12",), "System of records notice: date, address, or none decided by.", "{}"),
    ManifestKey("dpia_date", "date", "C", ("UK-8",), "Data protection impact assessment.", '"2025-03-01"'),
    ManifestKey("fria_date", "date", "C", ("EU-15",), "Fundamental rights impact assessment.", '"2025-03-01"'),
    ManifestKey("fria_sections", "table", "C", ("EU-15",),
                "processes, period_frequency, affected_groups, risks, oversight, measures.", "{}"),
    ManifestKey("eu_db_id", "text", "C", ("EU-16",), "Number in the EU database.", '"EU-1"'),
    ManifestKey("registration_date", "date", "C", ("EU-16",), "When it was registered.", '"2025-03-01"'),
    ManifestKey("registration_urgency", "text", "O", ("EU-16",), "Urgency recorded for late registration.", '""'),
    ManifestKey("art14_5_derogation", "text", "O", ("EU-8",), "Law that lifts two-person verification.", '""'),
    ManifestKey("accountability_report", "table", "C", ("WA-1", "CO-1"),
                "Report on the system before its use, or on its evaluation.", "{}"),
    ManifestKey("accountability_report.date", "date", "C", ("WA-1", "CO-1"), "Day of the report.", '"2025-03-01"'),
    ManifestKey("accountability_report.name", "text", "C", ("WA-1",), "Name of the system in it.", '"System A"'),
    ManifestKey("accountability_report.vendor", "text", "C", ("WA-1",), "Vendor named in it.", '"Vendor"'),
    ManifestKey("accountability_report.version", "text", "C", ("WA-1",), "Version described in it.", '"4.2"'),
    ManifestKey("accountability_report.data", "text", "C", ("WA-1",), "What it says is collected and kept.",
                '"see part 3"'),
    ManifestKey("accountability_report.purpose", "text", "C", ("WA-1",), "Purpose that it states.", '"see part 2"'),
    ManifestKey("accountability_report.use_policy", "text", "C", ("WA-1",), "Policy of use that it holds.",
                '"see part 5"'),
    ManifestKey("reviews", "tables", "C", ("US-4",), "Reviews by oversight offices.", "[]"),
    ManifestKey("reviews[].office", "text", "R", ("US-4",), "Office that reviewed.", '"privacy office"'),
    ManifestKey("reviews[].date", "date", "R", ("US-4",), "Day on which it was done with the review.", '"2025-03-01"'),
    ManifestKey("oversight_official", "text", "C", ("MD-3",), "Office that answers for compliance.", '"compliance"'),
    ManifestKey("audit_dates", "list", "C", ("MD-3",), "Dates of compliance audits.", '["2025-09-30"]'),
    ManifestKey("public_notice_date", "date", "C", ("UT-2",), "Notice of a new database.", '"2025-03-01"'),
    ManifestKey("mitigation_plan_date", "date", "C", ("CO-1",), "Plan after unfair differences.", '"2025-03-01"'),
    ManifestKey("redress", "text", "C", ("USCCR-1", "US-10"), "Route of appeal and redress.", '"ombudsman"'),
    ManifestKey("register_ids", "list", "O", ("US-10",), "Numbers in public registers.", '["DHS-2731"]'),
    ManifestKey("inventory", "tables", "C", ("US-10",), "Its rows in a public inventory, with report_date.", "[]"),
    ManifestKey("inventory[].report_date", "date", "R", ("US-10",), "Day of the inventory.", '"2026-01-28"'),
    # --- tests ---
    ManifestKey("test_reports", "tables", "C", ("US-3", "WA-3"), "Test reports.", "[]"),
    ManifestKey("test_reports[].date", "date", "R", ("US-3",), "Date.", '"2025-03-01"'),
    ManifestKey("test_reports[].kind", "text", "R", ("WA-3",), "laboratory, scenario or operational.", '"scenario"'),
    ManifestKey("test_reports[].algorithm_version", "text", "R", ("US-3",), "What was tested.", '"4.2"'),
    ManifestKey("test_reports[].capture_kinds", "list", "R", ("US-3", "WA-3"), "Captures tested.", '["live_mobile"]'),
    ManifestKey("test_reports[].place_types", "list", "C", ("WA-3",), "Places tested.", '["street"]'),
    ManifestKey("test_reports[].gallery_size", "integer", "R", ("VA-1",), "Gallery size of the test.", "12000000"),
    ManifestKey("test_reports[].threshold", "number", "C", ("VA-1",), "Threshold of the test.", "0.64"),
    ManifestKey("test_reports[].demographic", "boolean", "R", ("US-3",), "Whether groups are reported.", "true"),
    ManifestKey("test_reports[].differences_found", "boolean", "O", ("CO-1",), "Unfair differences found.", "false"),
    ManifestKey("test_reports[].tpir_by_group", "table", "C", ("VA-1",), "Group to {value, low, n}.", "{}"),
    ManifestKey("nist_report", "text", "C", ("VA-1",), "Evaluation by NIST.", '"FRTE 1:N, 2025-11-28"'),
    ManifestKey("operational_test", "text", "C", ("USCCR-1",), "Test under real conditions.", '""'),
    # --- what was claimed ---
    ManifestKey("annual_reports", "tables", "C", ("EU-6", "EU-11", "MD-4"), "Published totals, to be reproduced.",
                "[]"),
    ManifestKey("annual_reports[].title", "text", "R", ("EU-11",), "Report.", '"Annual report 2026"'),
    ManifestKey("annual_reports[].period_start", "date", "R", ("EU-11",), "First day.", '"2026-01-01"'),
    ManifestKey("annual_reports[].period_end", "date", "R", ("EU-11",), "Last day.", '"2026-12-31"'),
    ManifestKey("annual_reports[].system_id", "text", "O", ("MD-4",), "One system only.", '"sys-a"'),
    ManifestKey("annual_reports[].totals", "table", "R", ("EU-6", "EU-11", "MD-4"),
                "Name of a total to the number claimed; names in baserate.audit.totals.",
                '{"searches": 1000}'),
    ManifestKey("known_gaps", "tables", "O", ("EU-13", "integrity"), "Known downtime and holes in the log.", "[]"),
    ManifestKey("known_gaps[].system_id", "text", "R", ("integrity",), "System concerned.", '"sys-a"'),
    ManifestKey("known_gaps[].seq_first", "integer", "R", ("integrity",), "First missing seq.", "100"),
    ManifestKey("known_gaps[].seq_last", "integer", "R", ("integrity",), "Last missing seq.", "120"),
    ManifestKey("known_gaps[].reason", "text", "R", ("integrity",), "Why.", '"disk failure"'),
    ManifestKey("chain_heads", "tables", "O", ("integrity",), "Heads of the hash chain deposited with a third party.",
                "[]"),
    ManifestKey("chain_heads[].system_id", "text", "R", ("integrity",), "System concerned.", '"sys-a"'),
    ManifestKey("chain_heads[].seq", "integer", "R", ("integrity",), "seq of the row.", "1000"),
    ManifestKey("chain_heads[].row_hash", "text", "R", ("integrity",), "Its row_hash.", '"a3..."'),
)  # fmt: skip


def column(table: str, name: str) -> Column:
    """Return the record of one column.

    Parameters
    ----------
    table
        A key of :data:`TABLES`.
    name
        A column of that table.

    Raises
    ------
    KeyError
        If there is no such table or column.

    Examples
    --------
    >>> column("search_event", "threshold").unit
    'on threshold_scale'
    """
    for record in TABLES[table]:
        if record.name == name:
            return record
    message = f"{table}.{name}"
    raise KeyError(message)


def duckdb_type(record: Column) -> str:
    """Return the DuckDB (and Parquet) type of a column.

    Examples
    --------
    >>> duckdb_type(column("search_event", "time_start_utc"))
    'TIMESTAMP WITH TIME ZONE'
    >>> duckdb_type(column("search_event", "shared_with"))
    'VARCHAR[]'
    """
    return TYPES[record.type].duckdb


def duckdb_columns(table: str) -> dict[str, str]:
    """Return every column of a table with its DuckDB type, in the schema's order.

    Examples
    --------
    >>> duckdb_columns("faces_seen")["faces_detected"]
    'BIGINT'
    """
    return {record.name: duckdb_type(record) for record in TABLES[table]}
