# ruff: noqa: S608 - queries of the test's own words
"""A simulated log has the columns of the log schema, and says what the counts say."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
import pytest

from baserate import columns
from baserate.models.counts import COUNTS, STATUSES
from baserate.models.encounters import CHUNK
from baserate.models.scenario import load_scenario, override
from baserate.models.simulate import simulate

SEARCHES = CHUNK + 5_000  # two parts
SETTINGS = {
    "hotlist": [],
    "list": ["policy.response=candidate_list", "policy.list_length=5", "policy.gate=none", "policy.review.reviewers=2",
             "policy.threshold.reset_for_gallery=no", "encounters.max_attempts=3"],
    "deleted": ["policy.response=two_outcome", "retention.unmatched=0", "policy.consent=may_decline"],
}  # fmt: skip


@pytest.fixture(scope="module", params=SETTINGS)
def made(request, tmp_path_factory) -> Any:
    """(simulation, connection with tables search_event and truth)"""
    folder = tmp_path_factory.mktemp(request.param)
    scenario = override(load_scenario("mobile-fortify"), SETTINGS[request.param])
    simulation = simulate(scenario, searches=SEARCHES, seed=2, log_folder=folder)
    connection = duckdb.connect()
    for table in ("search_event", "truth"):
        connection.execute(f"CREATE TABLE {table} AS FROM read_parquet('{folder}/{table}/*.parquet')")
    yield request.param, simulation, connection
    connection.close()


def rows(connection, query) -> Any:
    return connection.execute(query).fetchall()


def one(connection, query) -> Any:
    return connection.execute(query).fetchone()[0]


def test_names_and_types_are_the_schemas(made):
    _, _, connection = made
    wanted = columns.duckdb_columns("search_event")
    described = {name: kind for name, kind, *_ in rows(connection, "DESCRIBE search_event")}
    assert set(described) <= set(wanted)
    as_schema = connection.execute(
        "DESCRIBE SELECT " + ", ".join(f"CAST(NULL AS {wanted[name]}) AS {name}" for name in described)
    ).fetchall()
    assert described == {name: kind for name, kind, *_ in as_schema}


def test_required_columns_that_are_filled_are_filled_in_every_row(made):
    _, _, connection = made
    described = {name for name, *_ in rows(connection, "DESCRIBE search_event")}
    required = {column.name for column in columns.SEARCH_EVENT if column.required == "R"}
    assert len(required & described) > 10
    for name in sorted(required & described):  # a simulation leaves out what it knows nothing of, such as devices
        assert one(connection, f"SELECT count(*) FROM search_event WHERE {name} IS NULL") == 0, name


def test_words_are_those_of_the_schema(made):
    _, _, connection = made
    described = {name for name, *_ in rows(connection, "DESCRIBE search_event")}
    checked = 0
    for column in columns.SEARCH_EVENT:
        if column.name in described and column.values:
            value = f"unnest({column.name})" if column.type == "set" else column.name
            found = {one for (one,) in rows(connection, f"SELECT DISTINCT {value} FROM search_event")}
            assert found - {None} <= set(column.values), column.name
            checked += 1
    assert checked >= 5


def test_rows_are_numbered_without_a_gap_and_identified_once(made):
    _, _, connection = made
    query = "SELECT count(*), min(seq), max(seq), count(DISTINCT seq), count(DISTINCT event_id) FROM search_event"
    assert rows(connection, query) == [(SEARCHES, 1, SEARCHES, SEARCHES, SEARCHES)]
    assert one(connection, "SELECT count(*) FROM search_event JOIN truth USING (seq)") == SEARCHES


def test_times_are_zoned_in_order_and_within_the_year(made):
    _, _, connection = made
    connection.execute("SET TimeZone = 'UTC'")
    assert one(connection, "SELECT typeof(time_start_utc) FROM search_event LIMIT 1") == "TIMESTAMP WITH TIME ZONE"
    texts = [text for (text,) in rows(connection, "SELECT time_start_utc::VARCHAR FROM search_event ORDER BY seq")]
    assert all(earlier <= later for earlier, later in pairwise(texts))
    first, last = (datetime.fromisoformat(text) for text in (texts[0], texts[-1]))
    assert first.utcoffset() == timedelta(0)
    assert first.year == last.year == 2026
    assert last - first > timedelta(days=360)
    assert one(connection, "SELECT count(*) FROM search_event WHERE time_end_utc < time_start_utc") == 0


def test_attempts_of_an_encounter_count_up(made):
    _, _, connection = made
    query = """SELECT count(*) FROM (SELECT encounter_pid, count(*) AS n, max(attempt_no) AS last,
        min(attempt_no) AS first, max(seq) - min(seq) + 1 AS span FROM search_event GROUP BY ALL)
        WHERE n != last OR first != 1 OR span != n"""
    assert one(connection, query) == 0
    # Nobody who was shown somebody is searched again in the same encounter.
    shown = "decision_shown IN ('match_single', 'candidate_list', 'reference_code')"
    again = f"""SELECT count(*) FROM search_event a JOIN search_event b ON a.encounter_pid = b.encounter_pid
        AND b.attempt_no = a.attempt_no + 1 WHERE a.{shown}"""
    assert one(connection, again) == 0


def test_candidate_lists_are_ranked_above_the_threshold_and_no_longer_than_allowed(made):
    _, _, connection = made
    lists = rows(
        connection, "SELECT candidates, n_returned, threshold, candidate_limit, quality_pass FROM search_event"
    )
    assert any(n > 0 for _, n, *_ in lists)
    for candidates, n_returned, threshold, limit, acquired in lists:
        scores = [candidate["score"] for candidate in candidates]
        assert n_returned == len(scores) <= limit
        assert acquired or not scores
        assert all(score >= threshold - 5e-7 for score in scores)  # written with six decimals
        assert all(better >= worse for better, worse in pairwise(scores))
        assert [candidate["rank"] for candidate in candidates] == list(range(1, len(scores) + 1))
        assert all(candidate["above_threshold"] for candidate in candidates)


def test_a_search_names_its_modality_and_meets_the_galleries_of_that_alone(made):
    _, _, connection = made
    faces, prints = "traveler_faces+enforcement_faces", "fingerprint_store"
    found = rows(
        connection,
        "SELECT DISTINCT condition = 'fingers', modality, gallery_id, gallery_unit FROM search_event "
        "JOIN truth USING (seq) WHERE mode = 'live' ORDER BY ALL",
    )
    assert found == [(False, "face", faces, "images"), (True, "finger_contactless", prints, "individuals")]
    assert one(connection, f"SELECT any_value(gallery_size) FROM search_event WHERE gallery_id = '{prints}'") == 270e6
    assert one(connection, "SELECT count(DISTINCT (modality, threshold)) FROM search_event") == 2
    stores = rows(
        connection,
        "SELECT DISTINCT modality, unnest(candidates).source_gallery AS store FROM search_event ORDER BY ALL",
    )
    assert {store for modality, store in stores if modality == "face"} == set(faces.split("+"))
    assert {store for modality, store in stores if modality != "face"} == {prints}


def test_the_log_has_the_counts(made):
    name, simulation, connection = made
    shown = "decision_shown IN ('match_single', 'candidate_list', 'reference_code')"
    live = "mode = 'live'"
    truth = {
        "searches": live,
        "unacquired": f"{live} AND NOT quality_pass",
        "returned": f"{live} AND n_returned > 0",
        "mate_returned": f"{live} AND mate_rank IS NOT NULL",
        "misidentified": f"{live} AND mated AND n_returned > 0 AND mate_rank IS NULL",
        "alerts": f"{live} AND {shown}",
        "confirmed_right": f"{live} AND confirmed_rank = mate_rank",
        "confirmed_wrong": f"{live} AND confirmed_rank IS DISTINCT FROM mate_rank AND confirmed_rank IS NOT NULL",
        "rightful_actions": f"{live} AND outcome = 'detained' AND confirmed_rank = mate_rank",
        "wrongful_actions": f"{live} AND outcome = 'detained' AND confirmed_rank IS DISTINCT FROM mate_rank",
    }
    for group_index, group in enumerate(load_scenario("mobile-fortify").groups):
        for status_index, status in enumerate(STATUSES):
            sums = ", ".join(f"count(*) FILTER ({condition})" for condition in truth.values())
            query = f"""SELECT {sums} FROM search_event JOIN truth USING (seq)
                WHERE person_group = '{group}' AND status = '{status}'"""
            found = dict(zip(truth, connection.execute(query).fetchone(), strict=True))
            for count, number in found.items():
                where = (group_index, status_index, list(COUNTS).index(count))
                assert number == simulation.counts[where], f"{name}: {count} of {group}, {status}"
    assert one(connection, f"SELECT count(*) FROM search_event WHERE NOT ({live}) AND outcome = 'detained'") == 0


def test_a_hotlist_hides_and_a_list_shows(made):
    name, simulation, connection = made
    returned, alerts = (simulation.counts[..., list(COUNTS).index(count)].sum() for count in ("returned", "alerts"))
    if name == "list":
        assert alerts == returned
        assert one(connection, "SELECT count(*) FROM search_event WHERE hotlist_hit IS NOT NULL") == 0
    else:
        assert alerts < returned


def test_retention_is_what_the_scenario_says(made):
    name, _, connection = made
    years = rows(
        connection,
        "SELECT DISTINCT decision_shown IN ('match_single', 'candidate_list', 'reference_code'), "
        "date_diff('year', retention_start_utc, retention_expiry_utc), probe_retained FROM search_event "
        "WHERE mode = 'live' ORDER BY ALL",
    )
    unmatched = (False, 0, False) if name == "deleted" else (False, 15, True)
    assert years == [unmatched, (True, 15, True)]


def test_nobody_is_in_it(made):
    """Names of columns that would say who somebody is; the readers refuse them, so the writer has none."""
    _, _, connection = made
    described = {name for name, *_ in rows(connection, "DESCRIBE search_event")}
    assert not {
        name for name in described if any(word in name for word in ("name", "birth", "address", "image", "face"))
    }


def test_identifiers_do_not_repeat_between_seeds(tmp_path):
    scenario, found = load_scenario("mobile-fortify"), []
    for seed in (1, 2):
        simulate(scenario, searches=500, seed=seed, log_folder=tmp_path / str(seed))
        path = f"{tmp_path}/{seed}/search_event/*.parquet"
        found.append({row[0] for row in duckdb.execute("SELECT event_id FROM read_parquet(?)", [path]).fetchall()})
    assert not found[0] & found[1]
    assert np.unique([len(next(iter(ids))) for ids in found]).tolist() == [32]
