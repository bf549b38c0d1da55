"""A quick answer that no row is bad is given exactly where the list of bad rows is empty."""

# ruff: noqa: S608 - SQL of the checks.
import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from baserate.audit.integrity import sequence

NUMBERS = st.one_of(st.integers(1, 5), st.integers(60, 70), st.integers(-70, 0), st.none())
RUNS = st.integers(1, 140).map(lambda n: list(range(1, n + 1)))


CONNECTION = duckdb.connect(config={"threads": 1})


def log_of(systems):
    names = [name for name, numbers in systems.items() for _ in numbers]
    numbers = [seq for numbers in systems.values() for seq in numbers]
    CONNECTION.execute(
        "CREATE OR REPLACE TABLE search_event AS SELECT i + 1 AS row, $names[i + 1]::VARCHAR AS system_id, "
        "$numbers[i + 1]::BIGINT AS seq FROM range(len($names)) t(i)",
        {"names": names, "numbers": numbers},
    )
    return CONNECTION


def is_clear(connection, sql):
    return connection.execute(sql).fetchall() == [(True,)]


def listed(connection, sql):
    return connection.execute(f"SELECT count(*) FROM ({sql})").fetchall()[0][0]


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["a", "b", None]), st.one_of(RUNS, st.lists(NUMBERS, max_size=8), RUNS.flatmap(
    lambda run: st.lists(NUMBERS, max_size=2).map(lambda more: run + more)))))  # fmt: skip
def test_what_is_clear_lists_nothing(systems):
    connection = log_of(systems)
    known = {"system_id": "a", "seq_first": 1, "seq_last": 2}
    for check in (sequence.REPEATED, sequence.gaps({}), sequence.gaps({"known_gaps": [known]})):
        if is_clear(connection, check.clear):
            assert not listed(connection, check.bad)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["a", "b"]), RUNS, min_size=1))
def test_numbers_without_a_hole_are_clear(systems):
    connection = log_of(systems)
    assert is_clear(connection, sequence.REPEATED.clear)
    assert is_clear(connection, sequence.gaps({}).clear)
    name, numbers = next(iter(systems.items()))
    twice = log_of(systems | {name: [*numbers, numbers[-1]]})
    assert not is_clear(twice, sequence.REPEATED.clear)
    if len(numbers) > 1:
        assert not is_clear(log_of(systems | {name: numbers[1:]}), sequence.gaps({}).clear)
