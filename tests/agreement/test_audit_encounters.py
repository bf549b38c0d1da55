"""What rules ask of encounters in one grouping is what asking each encounter by its name gives."""

# ruff: noqa: S608 - SQL of our own.
import duckdb
import pytest
from tests.audit.case_log import RULES, CaseLog

from baserate.audit.encounters import count_encounters
from baserate.audit.facts import look_at
from baserate.audit.finding import mask_event
from baserate.audit.rule import CountCheck
from baserate.audit.run import hold_against
from baserate.columns import TABLES, duckdb_columns

ROWS = 3_000
ALONE = (
    "mode = 'live' AND modality = 'face' AND outcome IN ('detained', 'arrested', 'transported') "
    "AND outcome_basis = 'biometric_only' AND agency_type = 'federal_immigration'"
)
ON_A_FACE, AGAIN = (check.encounters for name in ("SD-10", "ISO-5") for check in RULES[name][1].checks
                    if isinstance(check, CountCheck))  # fmt: skip
FINGER = "mode = 'live' AND modality = 'finger_contact' AND agency_type = 'federal_immigration'"


def made_log(encounters):
    connection = duckdb.connect()
    for table in TABLES:
        kinds = ", ".join(f'"{name}" {kind}' for name, kind in duckdb_columns(table).items())
        connection.execute(f'CREATE TABLE {table} ("row" BIGINT, {kinds})')

    def one_of(salt, *values):
        return f"{list(values)}[1 + (hash(i || '-{salt}') % {len(values)})::BIGINT]"

    connection.execute(
        f"INSERT INTO search_event BY NAME SELECT i + 1 AS \"row\", 'ev_number_' || i AS event_id, "
        f"CASE hash(i || '-0') % 50 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'en_' || (hash(i || '-1') % {encounters}) END "
        f"AS encounter_pid, {one_of(2, 'live', 'live', 'test', 'unknown')} AS mode, "
        f"{one_of(3, 'face', 'face', 'finger_contact', 'iris')} AS modality, "
        f"{one_of(4, 'detained', 'arrested', 'none')} AS outcome, "
        f"{one_of(5, 'biometric_only', 'independent', 'unknown')} AS outcome_basis, "
        f"{one_of(6, 'federal_immigration', 'local')} AS agency_type, "
        "CASE WHEN hash(i || '-7') % 9 > 0 THEN TIMESTAMPTZ '2027-03-01 00:00:00+00' + INTERVAL 1 HOUR * (i // 40) END "
        f"AS time_start_utc FROM range({ROWS}) t(i)"
    )
    return CaseLog(connection, frozenset(), {"jurisdictions": ["US-DHS"]})


@pytest.mark.parametrize("encounters", [2, 400, 3_000])
def test_actions_on_a_face_in_encounters_with_a_fingerprint(encounters):
    log = made_log(encounters)
    (finding,) = hold_against(log, [RULES["SD-10"]])
    rows = log.connection.execute(
        f'SELECT "row", event_id FROM search_event WHERE {ALONE} AND encounter_pid IN '
        f'(SELECT encounter_pid FROM search_event WHERE {FINGER} AND encounter_pid IS NOT NULL) ORDER BY "row"'
    ).fetchall()
    assert rows
    assert (finding.status, finding.count) == ("fail", len(rows))
    assert [(row.row, row.event) for row in finding.rows] == [(row, mask_event(event)) for row, event in rows[:10]]
    assert log.connection.execute(f"SELECT count(*) FROM ({finding.query})").fetchall() == [(len(rows),)]


@pytest.mark.parametrize("encounters", [2, 400, 3_000])
def test_encounters_that_come_up_again(encounters):
    log = made_log(encounters)
    (finding,) = hold_against(log, [RULES["ISO-5"]])
    ((of, bad),) = log.connection.execute(
        "SELECT count(*), count(*) FILTER (last - first > INTERVAL 25 HOUR) FROM (SELECT min(time_start_utc) AS first, "
        "max(time_start_utc) AS last FROM search_event WHERE mode = 'live' AND encounter_pid <> '' "
        "GROUP BY encounter_pid)"
    ).fetchall()
    assert bad > 0
    assert f"{bad:,} of {of:,} encounter identifiers" in finding.reason


@pytest.mark.parametrize("encounters", [2, 400, 100_000])
def test_sorting_in_parts_finds_what_sorting_at_once_does(encounters):
    facts = look_at(made_log(encounters), emptiness=(), bounds=())
    asked = [(one, "agency_type <> 'local'") for one in (ON_A_FACE, AGAIN)]
    at_once = count_encounters(asked, facts)
    assert count_encounters(asked, facts, most=100) == at_once
    ((different, timed),) = facts.rows(
        "SELECT count(DISTINCT encounter_pid) FILTER (encounter_pid <> ''), count(time_start_utc) FILTER "
        "(encounter_pid IS NOT NULL AND agency_type <> 'local') FROM search_event WHERE mode = 'live'"
    )
    assert [found["encounters"] for found in at_once] == [different, different]
    assert at_once[1]["timed"] == timed


def test_a_log_without_encounters():
    log = made_log(5)
    log.connection.execute("UPDATE search_event SET encounter_pid = NULL")
    asked = [(ON_A_FACE, "TRUE")]
    (found,) = count_encounters(asked, look_at(log, emptiness=(), bounds=()))
    assert (found["encounters"], found["taken"]) == (0, 0)
