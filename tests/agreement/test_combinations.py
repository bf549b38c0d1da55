"""Asking combinations of values gives the counts that asking every row gives."""

# ruff: noqa: S311, S608 - a log at random, and SQL from our own schema.
import random

import duckdb
import pytest
from tests.audit.case_log import RULES, CaseLog

from baserate.audit.combinations import Group, count_conditions
from baserate.audit.counting import question
from baserate.audit.facts import CONDITIONS, look_at
from baserate.audit.rule import RowCheck
from baserate.columns import TABLES, duckdb_columns

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


@pytest.mark.parametrize("source", ["search", "reviewed", "disclosed", "review"])
def test_counts_are_those_of_all_rows(facts, source):
    asked = [question(part, check, facts=facts, governed="agency_type <> 'private'" if source == "search" else "TRUE")
             for part, check in QUESTIONS if check.source == source]  # fmt: skip
    conditions = [(q.applies, q.bad) for q in asked]
    groups = [Group(conditions=pair, limits=q.limits) for q, pair in zip(asked, conditions, strict=True)]
    found = count_conditions(groups, source, facts=facts)
    listed = ", ".join(f"count(*) FILTER ({c}), count(*) FILTER (({c}) IS NULL)" for pair in conditions for c in pair)
    (row,) = facts.rows(f"SELECT {listed} FROM {facts.source(source, listed)}")
    every = list(zip(row[::2], row[1::2], strict=True))
    for q, (of, bad), of_all, bad_all in zip(asked, found, every[::2], every[1::2], strict=True):
        # Rows that a limit leaves aside violate nothing; of those in scope only the certain ones are a count.
        assert (of[0], bad) == (of_all[0], bad_all), q.part
    assert sum(bad[0] for _, bad in found) > 0


def test_named_conditions_are_opened(facts):
    conditions = tuple(CONDITIONS)
    (found,) = count_conditions([Group(conditions=conditions, limits=())], "search", facts=facts)
    listed = ", ".join(f"count(*) FILTER ({c}), count(*) FILTER (({c}) IS NULL)" for c in conditions)
    (row,) = facts.rows(f"SELECT {listed} FROM {facts.source('search', listed)}")
    assert found == list(zip(row[::2], row[1::2], strict=True))
