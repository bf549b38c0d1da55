"""Counting by slabs gives the counts that asking every row gives, whatever the slabs and the order of the rows."""

# ruff: noqa: S311, S608 - a log at random, and SQL from our own schema.
import random
from itertools import chain, pairwise

import duckdb
import pytest
from tests.audit.case_log import RULES, CaseLog

from baserate.audit import counting
from baserate.audit.counting import question
from baserate.audit.facts import CONDITIONS, look_at
from baserate.audit.finding import finding_to_json, mask_event
from baserate.audit.rule import RowCheck
from baserate.audit.run import audit
from baserate.audit.slabs import count_conditions
from baserate.columns import TABLES, duckdb_columns
from baserate.inputs.logs import read_log

N = 1_000
QUESTIONS = [(f"{rule.id}#{i}", check) for _, rule in RULES.values() for i, check in enumerate(rule.checks)
             if isinstance(check, RowCheck)]  # fmt: skip


def value(name: str, kind: str, values: tuple[str, ...], chance: random.Random) -> object:
    if name == "event_id":
        return None
    if chance.random() < 0.15:
        return None
    if values:
        one = chance.choice(values)
        return [one] if kind.endswith("[]") else one
    plain = {"BOOLEAN": chance.random() < 0.5, "BIGINT": chance.randrange(4), "DOUBLE": chance.randrange(3) / 2,
             "VARCHAR": chance.choice(("a", "b", "unknown")), "VARCHAR[]": ["a"],
             "TIMESTAMP WITH TIME ZONE": f"2028-01-0{chance.randrange(1, 4)} 0{chance.randrange(3)}:"
                                         f"{chance.choice(('00', '30'))}:00+00"}  # fmt: skip
    return plain.get(kind)


@pytest.fixture(scope="module")
def facts():
    chance, connection = random.Random(7), duckdb.connect()
    for table, columns in TABLES.items():
        types = duckdb_columns(table)
        kinds = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
        connection.execute(f'CREATE TABLE {table} ("row" BIGINT, {kinds})')
        for part in range(N // 1000 if table == "search_event" else 1):
            made = [[part * 1000 + i + 1, *(value(c.name, types[c.name], c.values, chance) for c in columns)]
                    for i in range(1000 if table == "search_event" else 200)]  # fmt: skip
            for row in made:
                row[1] = f"ev_{row[0]}" if "event_id" in types else row[1]
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * (len(columns) + 1))})", made)
    seen = {column.name for column in TABLES["search_event"]}
    return look_at(CaseLog(connection, frozenset(), {}), emptiness=seen, bounds=())


def asked(facts, source):
    governed = "agency_type <> 'private'" if source == "search" else "TRUE"
    return [question(part, check, facts=facts, governed=governed)
            for part, check in QUESTIONS if check.source == source]  # fmt: skip


def conditions_of(facts, source):
    return [f"({facts.limits(source)}) AND ({c})" for q in asked(facts, source) for c in (q.applies, q.bad)]


def count_every_row(conditions, rows, facts):
    listed = ", ".join(f"count(*) FILTER ({c}), count(*) FILTER (({c}) IS NULL)" for c in conditions)
    (row,) = facts.rows(f"SELECT {listed} FROM {rows}")
    return list(zip(row[::2], row[1::2], strict=True))


@pytest.mark.parametrize("slab", [130, 1_000_000])
@pytest.mark.parametrize("source", ["search", "reviewed", "disclosed"])
def test_counts_are_those_of_all_rows(facts, source, slab):
    conditions = conditions_of(facts, source)
    rows = facts.source(source, " ".join(conditions))
    every = count_every_row(conditions, rows, facts)
    found = count_conditions(conditions, facts, slab=slab)
    assert found == every
    assert sum(true for true, _ in found[1::2]) > 0
    assert sum(unknown for _, unknown in found[1::2]) > 0


def test_sources_are_counted_in_one_pass(facts):
    each = [conditions_of(facts, source) for source in ("search", "reviewed", "disclosed")]
    apart = [count_conditions(conditions, facts) for conditions in each]
    assert count_conditions(list(chain(*each)), facts) == list(chain(*apart))


def test_named_conditions_are_opened(facts):
    conditions = list(CONDITIONS)
    rows = facts.source("search", " ".join(conditions))
    assert count_conditions(conditions, facts) == count_every_row(conditions, rows, facts)


@pytest.mark.parametrize("condition", [
    "TRUE", "NULL::BOOLEAN", "NOT (mode = 'live')", "CASE WHEN mode = 'live' THEN hotlist_hit END",
    "CASE WHEN hotlist_hit THEN mode = 'live' WHEN n_returned > 1 THEN FALSE ELSE outcome = 'arrested' END",
    "mode = outcome", "(mode = 'live' OR hotlist_hit) IS NULL", "coalesce(hotlist_hit, mode = 'live')",
    "gallery_id IN (SELECT gallery_id FROM search_event WHERE mode = 'live')", "NOT (TRUE AND hotlist_hit)",
    "mode = 'live' AND n_returned > 1 AND NOT (probe_retained OR len(edit_kinds) > 0)", "mode = 'no such value'",
])  # fmt: skip
def test_any_condition_is_counted_as_on_every_row(facts, condition):
    rows = facts.source("search", condition)
    assert count_conditions([condition], facts, slab=300) == count_every_row([condition], rows, facts)


def test_a_value_that_the_schema_does_not_list_is_as_good_as_unknown(facts):
    conditions = ["mode = 'live'", "NOT (mode = 'live')", "mode IN ('test', 'no such value')"]
    facts.rows("CREATE TABLE listed AS FROM search_event")
    facts.rows("UPDATE search_event SET mode = 'no such value' WHERE \"row\" % 3 = 0")
    try:
        every = count_every_row(conditions, facts.source("search", " ".join(conditions)), facts)
        assert count_conditions(conditions, facts, slab=300) == every
    finally:
        facts.rows("DROP TABLE search_event")
        facts.rows("ALTER TABLE listed RENAME TO search_event")


def test_the_order_of_rows_does_not_matter(facts):
    conditions = [c for source in ("search", "reviewed", "disclosed") for c in conditions_of(facts, source)]
    before = count_conditions(conditions, facts)
    facts.rows("CREATE TABLE shuffled AS FROM search_event ORDER BY hash(event_id)")
    facts.rows("ALTER TABLE search_event RENAME TO ordered")
    facts.rows("ALTER TABLE shuffled RENAME TO search_event")
    try:
        assert count_conditions(conditions, facts, slab=400) == before
    finally:
        facts.rows("DROP TABLE search_event")
        facts.rows("ALTER TABLE ordered RENAME TO search_event")


def test_a_log_in_many_files_gives_the_findings_of_one_file(facts, tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    (parts / "search_event").mkdir(parents=True)
    whole.mkdir()
    connection = facts.log.connection
    for table, columns in TABLES.items():
        listed = ", ".join(f'"{column.name}"' for column in columns)
        rows = f'(SELECT {listed} FROM {table} ORDER BY "row")'
        connection.execute(f"COPY {rows} TO '{whole}/{table}.parquet'")
        if table != "search_event":
            connection.execute(f"COPY {rows} TO '{parts}/{table}.parquet'")
    bounds = (0, 10, 10, 460, N)
    for i, (low, high) in enumerate(pairwise(bounds)):
        rows = f'(SELECT {listed_searches()} FROM search_event WHERE "row" > {low} AND "row" <= {high} ORDER BY "row")'
        connection.execute(f"COPY {rows} TO '{parts}/search_event/part-{i}.parquet'")
    one, many = (read_log(folder, check_values=False) for folder in (whole, parts))
    asked = " UNION ALL ".join(f"SELECT count(*) FROM search_event WHERE {where}" for _, _, where in many.slabs(300))
    covered = [n for (n,) in many.connection.execute(asked).fetchall()]
    assert covered == [300, 300, 300, 100]
    assert [without_query(f) for f in audit(one)] == [without_query(f) for f in audit(many)]


@pytest.mark.parametrize("most", [3, 10_000])
def test_the_rows_shown_are_the_first_that_violate(facts, monkeypatch, most):
    monkeypatch.setattr(counting, "_BEGINNING", 5)  # few are found there, so that the whole log is looked through
    monkeypatch.setattr(counting, "MAX_ROWS", most)
    sources = ("search", "reviewed", "disclosed", "review")
    questions = list(chain.from_iterable(asked(facts, source) for source in sources))
    _, shown = counting.look_closer(questions, [], facts=facts)
    for one in questions:
        rows = facts.source(one.source, f"event_id {one.bad}")
        every = facts.rows(f'SELECT "row", event_id FROM {rows} WHERE {one.bad}')
        first = sorted((row, mask_event(event)) for row, event in every)[:most]
        assert [(row.row, row.event) for row in shown[one.part]] == first


def listed_searches():
    return ", ".join(f'"{column.name}"' for column in TABLES["search_event"])


def without_query(finding):
    return finding_to_json(finding) | {"query": ""}
