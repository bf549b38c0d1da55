"""Counting for many rules: each row check becomes whole-number columns of a query that its like share.

Checks with the same rows in scope share one pass, which leaves all other rows aside before it looks at anything else:
on a large log most rows are in scope of few rules, and a condition that is not evaluated costs nothing. Checks over a
join share one pass over the join. The first rows of what failed, and the fields that were empty where a rule could not
tell, are fetched afterwards and stop at the first few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from baserate.audit.expressions import manifest_keys, names_in
from baserate.audit.facts import BEHIND, CONDITIONS
from baserate.audit.finding import EvidenceRow, Measure, mask_event
from baserate.audit.rule import RowCounts
from baserate.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from baserate.audit.facts import Facts, Source
    from baserate.audit.rule import RowCheck

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
    """Count rows in scope, violating and undecidable; checks that share their scope, or a join, share a pass."""
    found: dict[str, RowCounts] = {}
    for shared in dict.fromkeys(_pass(q) for q in questions):
        together = [q for q in questions if _pass(q) == shared]
        found |= (_count_scope if shared[0] == "search" else _count_join)(together, facts)
    return found


def first_rows(q: Question, counts: RowCounts, *, facts: Facts) -> tuple[EvidenceRow, ...]:
    """Give the first rows that violate a question, event ids masked."""
    found = _first(q, '"row", event_id', q.bad, facts) if counts.first is None else counts.first
    return tuple(EvidenceRow(row, mask_event(event)) for row, event in found)


def empty_fields(q: Question, counts: RowCounts, *, facts: Facts) -> tuple[str, ...]:
    """Name the fields that are empty where a question could not tell; over a scan, in the first such rows."""
    lacking = [field for field in q.fields if _lacks(field, facts)]
    silent = [f for f in q.fields if f.startswith("m.") and not facts.manifest.has(f.removeprefix("m."))]
    empty = _empty(q, facts) if counts.empty is None else counts.empty
    return tuple(dict.fromkeys([*lacking, *empty, *silent]))


def _empty(q: Question, facts: Facts) -> tuple[str, ...]:
    columns = _columns(q)
    listed = ", ".join(f'"{_name(field)}" IS NULL' for field in columns)
    rows = _first(q, listed, f"({q.bad}) IS NULL", facts) if columns else []
    return tuple(field for i, field in enumerate(columns) if any(row[i] for row in rows))


def _first(q: Question, listed: str, where: str, facts: Facts) -> list[tuple[Any, ...]]:
    # A scan keeps the order of the rows and stops at the limit.
    source = facts.source(q.source, f"{listed} {q.bad}")
    return facts.rows(f"SELECT {listed} FROM {source} WHERE {q.near} AND {where} LIMIT {MAX_ROWS}")  # noqa: S608


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


def _pass(q: Question) -> tuple[str, ...]:
    """Give what questions have in common that share a pass."""
    return (q.source, *q.limits) if q.source == "search" else (q.source,)


def _count_scope(questions: Sequence[Question], facts: Facts) -> dict[str, RowCounts]:
    """Count questions with the same rows in scope."""
    inner, outer = [], []
    for i, q in enumerate(questions):
        inner += [f"({q.applies}) AS a{i}", f"({q.violates}) AS v{i}"]
        bad = f"a{i} AND v{i}"
        outer += [f"count(*) FILTER (a{i})", f"count(*) FILTER ({bad})", f"count(*) FILTER (({bad}) IS NULL)"]
        for j, (_, when, _) in enumerate(q.measures):
            inner.append(f"({when}) AS w{i}_{j}")
            outer.append(f"count(*) FILTER (a{i} AND w{i}_{j})")
    listed = ", ".join(inner)
    source = facts.source("search", listed)
    sql = f"SELECT {', '.join(outer)} FROM (SELECT {listed} FROM {source} WHERE {questions[0].near})"  # noqa: S608
    (row,) = facts.rows(sql)
    numbers = iter(row)
    return {q.part: _row_counts(q, numbers, facts) for q in questions}


def _count_join(questions: Sequence[Question], facts: Facts) -> dict[str, RowCounts]:
    """Count questions over a join, with first rows and empty fields, so that the join is made once."""
    asked = [sql for q in questions for sql in _asked_of_join(q)]
    listed = ", ".join(asked)
    source = facts.source(questions[0].source, listed)
    (row,) = facts.rows(f"SELECT {listed} FROM {source}")  # noqa: S608
    cells = iter(row)
    return {q.part: _join_counts(q, cells) for q in questions}


def _asked_of_join(q: Question) -> list[str]:
    bad, open_ = f"FILTER ({q.bad})", f"FILTER (({q.bad}) IS NULL)"
    measures = [(f"({of or q.applies}) AND ({when})", of or q.applies) for _, when, of in q.measures]
    return [
        f"count(*) FILTER ({q.applies})", f"count(*) {bad}", f"count(*) {open_}",
        f'min("row", {MAX_ROWS}) {bad}', f'arg_min(coalesce(event_id, \'\'), "row", {MAX_ROWS}) {bad}',
        *(f"count(*) FILTER ({sql})" for pair in measures for sql in pair),
        *(f'count(*) FILTER (({q.bad}) IS NULL AND "{_name(field)}" IS NULL)' for field in _columns(q)),
    ]  # fmt: skip


def _join_counts(q: Question, cells: Iterator[Any]) -> RowCounts:
    of, failed, undecided, rows, events = (next(cells) for _ in range(5))
    return RowCounts(
        of=of,
        failed=failed,
        undecided=undecided,
        measures=tuple(Measure(name, next(cells), next(cells)) for name, _, _ in q.measures),
        first=tuple(zip(rows or (), events or (), strict=True)),
        empty=tuple(field for field in _columns(q) if next(cells)),
    )


def _row_counts(q: Question, numbers: Iterator[int], facts: Facts) -> RowCounts:
    of, bad, undecided = next(numbers), next(numbers), next(numbers)
    inside = [next(numbers) for _ in q.measures]
    measures = tuple(
        _share(name, when, base, q, facts) if base else Measure(name, n, of)
        for n, (name, when, base) in zip(inside, q.measures, strict=True)
    )
    return RowCounts(of=of, failed=bad, undecided=undecided, measures=measures)


def _share(name: str, when: str, of: str, q: Question, facts: Facts) -> Measure:
    """Count a share whose base is not the rows in scope."""
    source = facts.source(q.source, f"{when} {of}")
    ((n, base),) = facts.rows(f"SELECT count(*) FILTER ({when}), count(*) FROM {source} WHERE {of}")  # noqa: S608
    return Measure(name, n, base)


def _columns(q: Question) -> list[str]:
    return [field for field in q.fields if field.startswith(f"{q.source}.") or "." not in field]


def _name(field: str) -> str:
    return field.rpartition(".")[2]


def _lacks(field: str, facts: Facts) -> bool:
    table, _, name = field.rpartition(".")
    return table != "m" and not facts.has_column(table or "search_event", name)
