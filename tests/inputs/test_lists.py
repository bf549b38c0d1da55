"""Candidate lists are looked at once: checks and estimates share what was found, and it says what the rows say."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baserate.inputs.checks import check_reading
from baserate.inputs.formats import read_frame
from baserate.inputs.lists import list_ends, own_candidates

SCORES = st.sampled_from([None, float("nan"), float("inf"), -float("inf"), -1.0, 0.5, 0.5, 2.0])
ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 5), SCORES), max_size=40)
ENDS = (
    "SELECT search_id, max(score), min(score), count(*), count(score) FROM candidates GROUP BY search_id ORDER BY ALL"
)
OWN = (
    "SELECT l.search_id, subject, rank, score FROM candidates l, searches s "
    "WHERE l.search_id = s.search_id AND candidate_subject = subject ORDER BY ALL"
)
SEARCHES = "SELECT i AS search_id, CASE WHEN i < 4 THEN i % 3 END AS subject, i % 2 = 0 AS mated FROM range(5) t(i)"


COLUMNS = "search_id BIGINT, candidate_subject BIGINT, rank INTEGER, score DOUBLE"


def reading_of(lists):
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE l ({COLUMNS})")
    if lists:
        connection.executemany("INSERT INTO l VALUES (?, ?, ?, ?)", lists)
    return read_frame(connection.sql("FROM l"), searches=connection.sql(SEARCHES))


def tied(lists, odd):
    """Check 5,000 lists of two, of which some have 9 at rank 2, and 101, if odd, an infinite score before it."""
    score = f"CASE WHEN i < {lists} AND r = 2 THEN 9 WHEN i < 101 AND r = 1 AND {odd} THEN 'inf'::DOUBLE ELSE 1 / r END"
    columns = f"i AS search_id, r AS candidate_subject, r AS rank, {score} AS score"
    rows = f"SELECT {columns} FROM range(5000) t(i), range(1, 3) u(r)"  # noqa: S608 - numbers of our own
    problems = check_reading(read_frame(duckdb.sql(rows)))
    return [problem.what for problem in problems if problem.code == "score-tied-at-top"]


@settings(max_examples=25)
@given(ROWS)
def test_what_is_kept_is_what_the_rows_say(lists):
    reading = reading_of(lists)
    candidates, searches = (reading.sheets[role].table for role in ("candidates", "searches"))
    ends = list_ends(reading.connection, candidates)
    own = own_candidates(reading.connection, candidates, searches)
    for kept, query in ((ends, ENDS), (own, OWN)):
        found = reading.connection.execute(f"FROM {kept} ORDER BY ALL").fetchall()
        assert str(found) == str(reading.connection.execute(query).fetchall())  # NaN is no equal of itself


@pytest.mark.parametrize("odd", [False, True])
@pytest.mark.parametrize(("lists", "told"), [(5000, True), (101, True), (90, False), (40, False)])
def test_a_tie_at_the_top_is_told_where_it_is_more_than_a_hundredth(lists, told, odd):
    what = f"scores at the highest value 9: {lists:,} of {10_000 - 101 * odd:,}"
    assert tied(lists, odd) == ([what] if told else [])


def test_scores_that_are_not_finite_are_told_with_their_rows():
    lists = [(0, 1, 1, 3.0), (0, 2, 2, 2.0), (1, 1, 1, float("inf")), (1, 2, 2, float("nan"))]
    told = {problem.code: problem.what for problem in check_reading(reading_of(lists))}
    assert "row 3" in told["score-infinite"]
    assert "row 4" in told["score-nan"]
