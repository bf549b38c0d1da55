"""Lists that are in order are read as arrays, in pieces of any size, and say what the rows say; others are told."""

# ruff: noqa: S608 - tables of our own.
from contextlib import contextmanager
from unittest.mock import patch

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baserate.engines.batches import number_batches
from baserate.inputs import lists, ordered_lists
from baserate.inputs.lists import list_ends, listed_subjects, near_candidates, own_candidates, survey
from baserate.inputs.tables import table_of

SCORES = st.floats(-3, 3, width=32).map(lambda score: round(score, 1))
LISTS = st.lists(st.lists(SCORES, min_size=1, max_size=6), min_size=1, max_size=12)
SEARCHES = "SELECT i AS search_id, CASE WHEN i % 4 < 3 THEN i % 5 - 2 END AS subject FROM range(12) t(i)"
#: Identifiers about here take 4 bytes, or 8 of them, or lie on both sides of where that changes.
ABOUT = (0, -ordered_lists.HOLD["INTEGER"], ordered_lists.HOLD["INTEGER"] - 6, 2**31 - 13, -(2**40), 2**61)
GOOD = [(0, 7, 1, 0.9), (0, 8, 2, 0.9), (0, 9, 3, 0.1), (5, 7, 1, 0.4), (5, 1, 2, 0.3)]
FAULTS = {
    "a gap": [*GOOD[:2], (0, 9, 4, 0.1), *GOOD[3:]],
    "a repeated rank": [*GOOD[:2], (0, 9, 2, 0.1), *GOOD[3:]],
    "ranks from 0": [(0, 7, 0, 0.9), (0, 8, 1, 0.8)],
    "ranks from 2": [*GOOD[1:3], *GOOD[3:]],
    "a rising score": [*GOOD[:2], (0, 9, 3, 0.95), *GOOD[3:]],
    "a list in two places": [*GOOD[:2], *GOOD[3:], GOOD[2]],
    "a list twice": [*GOOD, *GOOD[:3]],
    "a missing score": [*GOOD[:2], (0, 9, 3, None), *GOOD[3:]],
    "a missing candidate": [*GOOD[:2], (0, None, 3, 0.1), *GOOD[3:]],
    "a missing rank": [*GOOD[:2], (0, 9, None, 0.1), *GOOD[3:]],
    "no number": [(0, 9, 1, float("nan"))],
    "no number further down": [*GOOD[:2], (0, 9, 3, float("nan")), *GOOD[3:]],
    "an infinite score": [(0, 9, 1, float("inf")), *GOOD[3:]],
    "an unknown search": [*GOOD, (99, 7, 1, 0.5)],
    "an unknown search between": [*GOOD, (-1, 7, 1, 0.5)],
    "no rows": [],
}


def tables(rows, *, kind="BIGINT", score="FLOAT", searches=SEARCHES):
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE l (search_id {kind}, candidate_subject {kind}, rank INTEGER, score {score})")
    if rows:
        connection.executemany("INSERT INTO l VALUES (?, ?, ?, ?)", rows)
    connection.execute(f"CREATE VIEW s AS {searches}")
    return connection, table_of(connection, "l", source="l"), table_of(connection, "s", source="s")


@contextmanager
def cut_into(size, most_near=1_000):
    """Hand on the engine's batches in pieces of a size."""

    def cut(connection, query):
        for columns in number_batches(connection, query):
            if columns is None:
                yield None
                continue
            for start in range(0, len(columns[0]), size):
                yield tuple(column[start : start + size] for column in columns)

    with patch.object(ordered_lists, "number_batches", cut), patch.object(ordered_lists, "MOST_NEAR", most_near):
        yield


def in_order(drawn, order, about=0):
    """Write each list's rows, the best score first, lists in the order given, identifiers about a number."""
    rows = []
    for search in order[: len(drawn)]:
        scores = sorted(drawn[search % len(drawn)], reverse=True)
        rows += [
            (search + about, (search * 7 + rank * rank) % 9 - 4 + about, rank, score)
            for rank, score in enumerate(scores, 1)
        ]
    return rows


@settings(max_examples=120)
@given(LISTS, st.permutations(range(12)), st.integers(1, 9), st.integers(1, 12), st.sampled_from(ABOUT), st.booleans())
def test_what_is_kept_is_what_the_rows_say_however_they_are_cut(drawn, order, size, most_near, about, wide):
    rows = in_order(drawn, order, about)
    kind = "BIGINT" if wide or abs(about) > 2**31 else "INTEGER"
    moved = f"SELECT search_id + {about} AS search_id, subject + {about} AS subject FROM ({SEARCHES})"
    connection, candidates, searches = tables(rows, kind=kind, searches=moved)
    with cut_into(size, most_near):
        told = survey(connection, candidates, searches)
    assert told.ordered
    scores = np.array([score for *_, score in rows], np.float32)
    expected = {
        list_ends(connection, candidates): "SELECT search_id, max(score), min(score), count(*), count(score) FROM l "
        "GROUP BY search_id",
        own_candidates(connection, candidates, searches): "SELECT search_id, subject, rank, score FROM l "
        "JOIN s USING (search_id) WHERE candidate_subject = subject",
        f'"{near_candidates(connection, candidates, searches, told.edge)}"': "SELECT search_id, candidate_subject, "
        f"score FROM l WHERE score >= '{told.edge!r}'::FLOAT",
        listed_subjects(connection, candidates, searches): "SELECT candidate_subject FROM l WHERE candidate_subject "
        "BETWEEN (SELECT min(subject) FROM s) AND (SELECT max(subject) FROM s) GROUP BY 1",
    }
    for kept, query in expected.items():
        found = [connection.execute(f"FROM ({part}) ORDER BY ALL").fetchall() for part in (f"FROM {kept}", query)]
        assert found[0] == found[1]
    below = np.nextafter(told.edge, -np.inf)
    assert below == told.edge or near_candidates(connection, candidates, searches, below) is None
    assert np.count_nonzero(scores >= told.edge) <= most_near


def test_identifiers_whose_differences_no_type_holds_are_left_to_the_engine():
    connection, candidates, searches = tables(in_order([[1.0]], [0], 2**62))
    assert not survey(connection, candidates, searches).ordered


@pytest.mark.parametrize("size", [1, 2, 100])
@pytest.mark.parametrize("fault", FAULTS)
def test_lists_that_are_not_in_order_are_told(fault, size):
    connection, candidates, searches = tables(FAULTS[fault])
    with cut_into(size):
        assert not survey(connection, candidates, searches).ordered
        connection, candidates, searches = tables(GOOD)
        assert survey(connection, candidates, searches).ordered


@pytest.mark.parametrize(
    "searches",
    [
        f"{SEARCHES} UNION ALL SELECT 3, 3",
        f"{SEARCHES} UNION ALL SELECT NULL, 3",
        "SELECT i::VARCHAR AS search_id, i AS subject FROM range(12) t(i)",
        "SELECT i AS search_id FROM range(12) t(i)",
        f"FROM ({SEARCHES}) WHERE false",
    ],
)
def test_searches_that_are_not_numbered_once_are_told(searches):
    connection, candidates, searches = tables(GOOD, searches=searches)
    assert not survey(connection, candidates, searches).ordered


@pytest.mark.parametrize(("rows", "repeated"), [(1_000, True), (997, False)])
def test_a_subject_that_stands_twice_is_seen(rows, repeated):
    made = (
        "SELECT i // 3 AS search_id, CASE WHEN i = 998 THEN 996 ELSE i END AS candidate_subject, "
        f"(i % 3 + 1)::INTEGER AS rank, -i / 1 AS score FROM range({rows}) t(i)"
    )
    connection, _, searches = tables([], searches="SELECT i AS search_id, 5 AS subject FROM range(999) t(i)")
    connection.execute(f"CREATE VIEW m AS {made}")
    told = survey(connection, table_of(connection, "m", source="m"), searches)
    assert told.ordered
    assert told.repeated == repeated
    assert 900 < told.looked_at < rows


def test_subjects_far_apart_are_left_to_the_engine():
    far = f"SELECT i AS search_id, i * {2**40} AS subject FROM range(12) t(i)"
    connection, candidates, searches = tables(GOOD, searches=far)
    assert survey(connection, candidates, searches).ordered
    assert listed_subjects(connection, candidates, searches) is None


def test_the_pass_is_made_once():
    connection, candidates, searches = tables(GOOD)
    first = survey(connection, candidates, searches)
    with patch.object(lists, "read_ordered", side_effect=AssertionError):
        assert survey(connection, candidates, searches) == first
