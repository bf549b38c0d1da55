"""Counting for many rules in one pass: each row check becomes whole-number columns of one query per table.

A second pass, over the same tables, fetches the first rows of what failed and says which fields were empty where a
rule could not tell. It runs only when there is something to fetch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baserate.audit.expressions import manifest_keys, names_in
from baserate.audit.facts import BEHIND, CONDITIONS
from baserate.audit.finding import EvidenceRow, Measure, mask_event
from baserate.audit.rule import RowCounts
from baserate.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from baserate.audit.facts import Facts
    from baserate.audit.rule import RowCheck, Source

#: Rows shown of what violates a rule.
MAX_ROWS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One row check made ready for one log.

    Parameters
    ----------
    part
        Which check of which rule: ``EU-7#1``.
    source
        Table that it runs over.
    applies, bad
        Expanded SQL: the row is in scope; it is in scope and violates the rule.
    measures
        Name, expanded condition and expanded base of each share.
    fields
        Columns and manifest keys that the SQL reads.
    """

    part: str
    source: Source
    applies: str
    bad: str
    measures: tuple[tuple[str, str, str], ...]
    fields: tuple[str, ...]


def question(part: str, check: RowCheck, *, facts: Facts, governed: str) -> Question:
    """Make a row check ready for a log: expand its macros and add the condition for the rows that it governs."""
    applies = facts.sql(f"({governed}) AND ({check.applies})")
    violates = facts.sql(check.violates)
    return Question(
        part=part,
        source=check.source,
        applies=applies,
        bad=f"({applies}) AND ({violates})",
        measures=tuple(
            (m.name, *_share(facts.sql(m.when), f"({governed}) AND ({facts.sql(m.of)})" if m.of else applies))
            for m in check.measures
        ),
        fields=fields_of(f"{check.applies} {check.violates}", check.source),
    )


def _share(when: str, of: str) -> tuple[str, str]:
    return f"({of}) AND ({when})", of


def count(questions: Sequence[Question], *, facts: Facts) -> dict[str, RowCounts]:
    """Count rows in scope, violating and undecidable, for all questions on a table at once."""
    found: dict[str, RowCounts] = {}
    for source in dict.fromkeys(q.source for q in questions):
        found |= _count_source([q for q in questions if q.source == source], facts.source(source), facts=facts)
    return found


def first_rows(questions: Sequence[Question], *, facts: Facts) -> dict[str, tuple[EvidenceRow, ...]]:
    """Fetch the first rows that violate each question, event ids masked."""
    found: dict[str, tuple[EvidenceRow, ...]] = {}
    for source in dict.fromkeys(q.source for q in questions):
        here = [q for q in questions if q.source == source]
        sql = facts.source(source)
        asked = ", ".join(f'min("row", {MAX_ROWS}) FILTER ({q.bad})' for q in here)
        (lists,) = facts.rows(f"SELECT {asked} FROM {sql}")  # noqa: S608
        events = _events({row for rows in lists for row in rows or ()}, sql, facts=facts)
        found |= {
            q.part: tuple(EvidenceRow(row, mask_event(events.get(row))) for row in rows or ())
            for q, rows in zip(here, lists, strict=True)
        }
    return found


def empty_fields(questions: Sequence[Question], *, facts: Facts) -> dict[str, tuple[str, ...]]:
    """Name, for each question, the fields that are empty where it could not tell."""
    found: dict[str, tuple[str, ...]] = {}
    for source in dict.fromkeys(q.source for q in questions):
        here = [q for q in questions if q.source == source]
        pairs = [(q, field) for q in here for field in q.fields if _column(field, source)]
        counts = _empty_counts(pairs, facts.source(source), facts=facts)
        for q in here:
            silent = [f for f in q.fields if f.startswith("m.") and not facts.manifest.has(f.removeprefix("m."))]
            lacking = [f for f in q.fields if _lacks(f, facts)]
            empty = [f for (asked, f), n in zip(pairs, counts, strict=True) if asked is q and n]
            found[q.part] = tuple(dict.fromkeys([*lacking, *empty, *silent]))
    return found


def fields_of(sql: str, source: Source = "search") -> tuple[str, ...]:
    """Columns and manifest keys that a rule's SQL reads, named conditions opened, in the schema's order.

    Examples
    --------
    >>> fields_of("live AND list_contains(m_list(super_query_roles), operator_role)")
    ('mode', 'operator_role', 'm.super_query_roles')
    """
    names = names_in(sql)
    for condition, meaning in CONDITIONS.items():
        names |= names_in(meaning) if condition in names else set()
    if source in ("review", "operation"):
        columns = [f"{source}.{c.name}" for c in TABLES[source] if c.name in names]
    else:
        columns = [c.name for c in TABLES["search_event"] if c.name in names]
    behind = [field for name, fields in BEHIND.items() if name in names for field in fields]
    return (*columns, *behind, *sorted(manifest_keys(sql)))


def _count_source(questions: Sequence[Question], source: str, *, facts: Facts) -> dict[str, RowCounts]:
    inner, outer = [], []
    for i, q in enumerate(questions):
        inner += [f"({q.applies}) AS a{i}", f"({q.bad}) AS b{i}"]
        outer += [f"count(*) FILTER (a{i})", f"count(*) FILTER (b{i})", f"count(*) FILTER (b{i} IS NULL)"]
        for j, (_, when, of) in enumerate(q.measures):
            inner += [f"({when}) AS w{i}_{j}", f"({of}) AS o{i}_{j}"]
            outer += [f"count(*) FILTER (w{i}_{j})", f"count(*) FILTER (o{i}_{j})"]
    sql = f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM {source})"  # noqa: S608
    (row,) = facts.rows(sql)
    numbers = iter(row)
    return {q.part: _row_counts(q, numbers) for q in questions}


def _row_counts(q: Question, numbers: Iterator[int]) -> RowCounts:
    of, bad, undecided = next(numbers), next(numbers), next(numbers)
    measures = tuple(Measure(name, next(numbers), next(numbers)) for name, _, _ in q.measures)
    return RowCounts(of=of, failed=bad, undecided=undecided, measures=measures)


def _events(rows: set[int], source: str, *, facts: Facts) -> dict[int, str]:
    if not rows:
        return {}
    listed = ", ".join(str(int(row)) for row in sorted(rows))
    return dict(facts.rows(f'SELECT "row", event_id FROM {source} WHERE "row" IN ({listed})'))  # noqa: S608


def _empty_counts(pairs: Sequence[tuple[Question, str]], source: str, *, facts: Facts) -> list[int]:
    asked = [f'count(*) FILTER (({q.bad}) IS NULL AND "{field.split(".")[-1]}" IS NULL)' for q, field in pairs]
    numbers: list[int] = []
    if asked:
        (row,) = facts.rows(f"SELECT {', '.join(asked)} FROM {source}")  # noqa: S608
        numbers += row
    return numbers


def _column(field: str, source: Source) -> bool:
    return field.startswith(f"{source}.") or "." not in field


def _lacks(field: str, facts: Facts) -> bool:
    table, _, name = field.rpartition(".")
    return table != "m" and not facts.has_column(table or "search_event", name)
