"""Counting for many rules: rows in scope, violating and undecidable, and the first rows of what failed.

Rows are counted by combinations of values (:mod:`baserate.audit.combinations`). The first rows of what failed, and the
fields that were empty where a rule could not tell, are fetched afterwards and stop at the first few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from baserate.audit.combinations import Group, count_conditions
from baserate.audit.expressions import manifest_keys, names_in
from baserate.audit.facts import BEHIND, CONDITIONS
from baserate.audit.finding import EvidenceRow, Measure, mask_event
from baserate.audit.rule import RowCounts
from baserate.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from baserate.audit.facts import Facts, Source
    from baserate.audit.rule import RowCheck

#: Rows shown of what violates a rule.
MAX_ROWS = 10
#: Rows of a log that are joined first when a few rows are looked for.
_BEGINNING = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One row check made ready for one log.

    Parameters
    ----------
    part
        Which check of which rule: ``EU-7#1``.
    source
        Table that it runs over.
    limits
        Expanded SQL conditions that a row in scope meets, all of them.
    violates
        Expanded SQL: the row, if in scope, violates the rule.
    measures
        Name, expanded condition and expanded base of each share.
    fields
        Columns and manifest keys that the SQL reads.
    """

    part: str
    source: Source
    limits: tuple[str, ...]
    violates: str
    measures: tuple[tuple[str, str, str], ...]
    fields: tuple[str, ...]

    @property
    def applies(self) -> str:
        """SQL condition: the row is in scope."""
        return " AND ".join(f"({limit})" for limit in self.limits)

    @property
    def bad(self) -> str:
        """SQL condition: the row is in scope and violates the rule."""
        return f"({self.applies}) AND ({self.violates})"

    @property
    def near(self) -> str:
        """SQL condition: the row may be in scope; condition by condition, so that the engine stops at the first."""
        return may_hold(self.limits)


def may_hold(limits: Sequence[str]) -> str:
    """Give SQL that is false only where one of the conditions is false."""
    return " AND ".join(f"({limit}) IS NOT FALSE" for limit in limits)


def split_conditions(sql: str) -> list[str]:
    """Split a condition at its outermost ``AND``.

    Examples
    --------
    >>> split_conditions("live AND (a OR b AND c) AND kind IN ('x AND y')")
    ['live', '(a OR b AND c)', "kind IN ('x AND y')"]
    """
    parts, depth, quoted, start = [], 0, False, 0
    for i, c in enumerate(sql):
        quoted ^= c == "'"
        depth += 0 if quoted else (c == "(") - (c == ")")
        if not quoted and not depth and sql.startswith(" AND ", i):
            parts.append(sql[start:i])
            start = i + 5
    return [*parts, sql[start:]]


def question(part: str, check: RowCheck, *, facts: Facts, governed: str) -> Question:
    """Make a row check ready for a log: expand its macros and add the condition for the rows that it governs."""
    scope = [limit for sql in (check.applies, governed) for limit in split_conditions(sql) if limit != "TRUE"]
    limits = tuple(dict.fromkeys(facts.sql(limit) for limit in scope)) or ("TRUE",)
    return Question(
        part=part,
        source=check.source,
        limits=limits,
        violates=facts.sql(check.violates),
        measures=tuple(
            (m.name, facts.sql(m.when), f"({facts.sql(governed)}) AND ({facts.sql(m.of)})" if m.of else "")
            for m in check.measures
        ),
        fields=fields_of(f"{check.applies} {check.violates}", check.source),
    )


def count(questions: Sequence[Question], *, facts: Facts) -> dict[str, RowCounts]:
    """Count rows in scope, violating and undecidable, with the shares to report."""
    found: dict[str, RowCounts] = {}
    for source in dict.fromkeys(q.source for q in questions):
        together = [q for q in questions if q.source == source]
        numbers = count_conditions([_group(q) for q in together], source, facts=facts)
        found |= {q.part: _row_counts(q, counts) for q, counts in zip(together, numbers, strict=True)}
    return found


def _group(q: Question) -> Group:
    bad = f"({q.applies}) AND ({q.violates})"
    bases = [of or q.applies for _, _, of in q.measures]
    inside = [f"({of}) AND ({when})" for of, (_, when, _) in zip(bases, q.measures, strict=True)]
    # A share of other rows than those in scope has to see them all.
    limits = () if any(of for _, _, of in q.measures) else q.limits
    return Group(conditions=(q.applies, bad, *inside, *bases), limits=limits)


def _row_counts(q: Question, counts: Sequence[tuple[int, int]]) -> RowCounts:
    (of, _), (failed, undecided), *rest = counts
    shares = [true for true, _ in rest]
    n = len(q.measures)
    measures = tuple(
        Measure(name, inside, base)
        for (name, _, _), inside, base in zip(q.measures, shares[:n], shares[n:], strict=True)
    )
    return RowCounts(of=of, failed=failed, undecided=undecided, measures=measures)


def first_rows(questions: Sequence[Question], *, facts: Facts) -> dict[str, tuple[EvidenceRow, ...]]:
    """Give for each part the first rows that violate its question, event ids masked."""
    found = _first_of_each({q.part: (q, '"row", event_id', q.bad) for q in questions}, facts)
    return {part: tuple(EvidenceRow(row, mask_event(event)) for row, event in rows) for part, rows in found.items()}


def empty_fields(questions: Sequence[Question], *, facts: Facts) -> dict[str, tuple[str, ...]]:
    """Name for each part the fields that are empty where its question could not tell; looked for in the first rows."""
    listed = {q.part: ", ".join(f'"{_name(field)}" IS NULL' for field in _columns(q)) for q in questions}
    asked = {q.part: (q, listed[q.part], f"({q.bad}) IS NULL") for q in questions if listed[q.part]}
    found = _first_of_each(asked, facts)
    return {q.part: _empty_fields(q, found.get(q.part, []), facts) for q in questions}


def _empty_fields(q: Question, rows: Sequence[tuple[Any, ...]], facts: Facts) -> tuple[str, ...]:
    lacking = [field for field in q.fields if _lacks(field, facts)]
    empty = [field for i, field in enumerate(_columns(q)) if any(row[i] for row in rows)]
    silent = [f for f in q.fields if f.startswith("m.") and not facts.manifest.has(f.removeprefix("m."))]
    return tuple(dict.fromkeys([*lacking, *empty, *silent]))


#: A question with what is listed and the condition of the rows looked for.
_Asked = tuple[Question, str, str]


def _first_of_each(asked: Mapping[str, _Asked], facts: Facts) -> dict[str, list[tuple[Any, ...]]]:
    """Look for the first rows of each question; those over the same join share the join of the log's beginning."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for source in dict.fromkeys(q.source for q, _, _ in asked.values()):
        those = {part: one for part, one in asked.items() if one[0].source == source}
        found |= _first_of_source(source, those, facts)
    return found


def _first_of_source(source: Source, asked: Mapping[str, _Asked], facts: Facts) -> dict[str, list[tuple[Any, ...]]]:
    if not facts.joins(source):
        # A scan keeps the order of the rows and stops at the limit.
        return {part: _first(one, facts.source(source, _used(one)), facts) for part, one in asked.items()}
    used = " ".join(map(_used, asked.values()))
    facts.rows(f"CREATE OR REPLACE TEMP TABLE beginning AS FROM {facts.source(source, used, first=_BEGINNING)}")
    found = {part: _first(one, "beginning", facts) for part, one in asked.items()}
    facts.rows("DROP TABLE beginning")
    few = {part: one for part, one in asked.items() if len(found[part]) < MAX_ROWS}
    return found | {part: _first(one, facts.source(source, _used(one)), facts) for part, one in few.items()}


def _used(one: _Asked) -> str:
    q, listed, _ = one
    return f"{listed} {q.bad}"


def _first(one: _Asked, rows: str, facts: Facts) -> list[tuple[Any, ...]]:
    q, listed, where = one
    return facts.rows(f"SELECT {listed} FROM {rows} WHERE {q.near} AND {where} LIMIT {MAX_ROWS}")  # noqa: S608


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


def _columns(q: Question) -> list[str]:
    return [field for field in q.fields if field.startswith(f"{q.source}.") or "." not in field]


def _name(field: str) -> str:
    return field.rpartition(".")[2]


def _lacks(field: str, facts: Facts) -> bool:
    table, _, name = field.rpartition(".")
    return table != "m" and not facts.has_column(table or "search_event", name)
