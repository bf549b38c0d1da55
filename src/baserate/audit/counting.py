"""Counting for many rules: rows in scope, violating and undecidable, and the first rows of what failed.

Searches are counted in one pass for all rules (:mod:`baserate.audit.slabs`). The first rows of what failed, and the
fields that were empty where a rule could not tell, are fetched afterwards and stop at the first few.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from baserate.audit.encounters import count_encounters
from baserate.audit.expressions import columns_in_live_use, manifest_keys, names_in
from baserate.audit.facts import BEHIND, CONDITIONS, EMPTY, beginning
from baserate.audit.finding import EvidenceRow, Measure, mask_event
from baserate.audit.rule import Counted, RowCounts
from baserate.audit.slabs import count_conditions
from baserate.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from baserate.audit.facts import Facts, Source
    from baserate.audit.rule import CountCheck, RowCheck

#: Rows shown of what violates a rule.
MAX_ROWS = 10
#: Rows of a log in which first rows are looked for first.
_BEGINNING = 20_000


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
    in_use
        Columns of which it asks whether a value is in live use.
    """

    part: str
    source: Source
    limits: tuple[str, ...]
    violates: str
    measures: tuple[tuple[str, str, str], ...]
    fields: tuple[str, ...]
    in_use: tuple[str, ...] = ()

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
        in_use=tuple(sorted(columns_in_live_use(f"{check.applies} {check.violates}"))),
    )


@dataclass(frozen=True, slots=True)
class Shared:
    """What the shared pass found: counts of row checks, and of the conditions that other checks ask, by part."""

    rows: dict[str, RowCounts]
    counted: dict[str, Counted]


def count(questions: Sequence[Question], asked: Mapping[str, tuple[CountCheck, str]], *, facts: Facts) -> Shared:
    """Count rows in scope, violating and undecidable, with the shares to report, and what other checks ask.

    Parameters
    ----------
    questions
        Row checks made ready.
    asked
        By part, checks of counts with the condition for the rows that their rule governs.
    facts
        The log.
    """
    apart = [q for q in questions if q.source in ("review", "operation")]
    conditions = {q.part: _conditions(q, facts) for q in questions if q not in apart}
    conditions |= {part: _asked(check, governed, facts) for part, (check, governed) in asked.items()}
    answers = iter(count_conditions([one for listed in conditions.values() for one in listed], facts))
    counts = {part: list(islice(answers, len(listed))) for part, listed in conditions.items()}
    counts |= {q.part: _count_apart(q, facts) for q in apart}
    encounters = count_encounters([(check.encounters, governed) for check, governed in asked.values()], facts)
    return Shared(
        {q.part: _row_counts(q, counts[q.part]) for q in questions},
        {
            part: _counted(check.conditions(facts.manifest), counts[part], found)
            for (part, (check, _)), found in zip(asked.items(), encounters, strict=True)
        },
    )


def _asked(check: CountCheck, governed: str, facts: Facts) -> list[str]:
    """Give what is counted: each condition, on live searches that the rule governs."""
    conditions = check.conditions(facts.manifest).values()
    return [facts.sql(f"live AND ({governed}) AND ({condition})") for condition in conditions]


def _counted(names: Collection[str], counts: Sequence[tuple[int, int]], encounters: Mapping[str, Any]) -> Counted:
    return Counted(
        true={name: true for name, (true, _) in zip(names, counts, strict=True)},
        unknown={name: unknown for name, (_, unknown) in zip(names, counts, strict=True)},
        encounters=encounters,
    )


def _conditions(q: Question, facts: Facts) -> list[str]:
    """Give what is counted: rows in scope, violating, and of each share those inside and its base."""
    bases = [of or q.applies for _, _, of in q.measures]
    shares = [f"({of}) AND ({when})" for of, (_, when, _) in zip(bases, q.measures, strict=True)]
    return [f"({facts.limits(q.source)}) AND ({condition})" for condition in (q.applies, q.bad, *shares, *bases)]


def _count_apart(q: Question, facts: Facts) -> list[tuple[int, int]]:
    """Count the rows of a side table: few, and read by few rules."""
    conditions = _conditions(q, facts)
    listed = ", ".join(f"count(*) FILTER ({c}), count(*) FILTER (({c}) IS NULL)" for c in conditions)
    (row,) = facts.rows(f"SELECT {listed} FROM {facts.source(q.source, listed)}")  # noqa: S608
    return list(zip(row[::2], row[1::2], strict=True))


def _row_counts(q: Question, counts: Sequence[tuple[int, int]]) -> RowCounts:
    (of, _), (failed, undecided), *rest = counts
    shares = [true for true, _ in rest]
    n = len(q.measures)
    measures = tuple(
        Measure(name, inside, base)
        for (name, _, _), inside, base in zip(q.measures, shares[:n], shares[n:], strict=True)
    )
    return RowCounts(of=of, failed=failed, undecided=undecided, measures=measures)


def look_closer(
    failed: Sequence[Question], undecided: Sequence[Question], *, facts: Facts
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[EvidenceRow, ...]]]:
    """Look at the first rows that questions failed on, or could not tell of.

    Returns
    -------
    tuple of dict
        By part, the fields that are empty where the question could not tell, and the first rows that violate it, event
        ids masked.
    """
    rows = [_Asked(q, "event_id", q.bad) for q in failed]
    open_ = [_Asked(q, _emptiness(q), f"({q.bad}) IS NULL") for q in undecided if _telling(q)]
    found = dict(zip([*rows, *open_], _first_of_each([*rows, *open_], facts), strict=True))
    seen = {one.question.part: found[one] for one in open_}
    return (
        {q.part: _empty_fields(q, seen.get(q.part, []), facts) for q in undecided},
        {one.question.part: tuple(EvidenceRow(row, mask_event(event)) for row, event in found[one]) for one in rows},
    )


def first_listed(query: str, facts: Facts) -> tuple[EvidenceRow, ...]:
    """Give the first rows that a query lists, event ids masked; looked for near the log's beginning first."""
    # Only where the searches are read once: what they are compared with has to be all of them.
    once = query.count("search_event") == 1
    near = query.replace("FROM search_event ", f"FROM {beginning(_BEGINNING)} ") if once else query
    found: list[tuple[Any, ...]] = []
    for rows in dict.fromkeys((near, query)):
        if len(found) < MAX_ROWS:
            found = facts.rows(f'SELECT "row", event_id FROM ({rows}) ORDER BY "row" LIMIT {MAX_ROWS}')  # noqa: S608
    return tuple(EvidenceRow(row, mask_event(event)) for row, event in found)


def _emptiness(q: Question) -> str:
    return ", ".join(_telling(q))


def _empty_fields(q: Question, rows: Sequence[tuple[Any, ...]], facts: Facts) -> tuple[str, ...]:
    lacking = [field for field in q.fields if _lacks(field, facts)]
    empty = [field for i, field in enumerate(_telling(q).values(), start=1) if any(row[i] for row in rows)]
    silent = [f for f in q.fields if f.startswith("m.") and not facts.manifest.has(f.removeprefix("m."))]
    # Empty in other rows than these.
    untold = [column for column in q.in_use if None in facts.in_use.get(column, ())]
    return tuple(dict.fromkeys([*lacking, *empty, *silent, *untold]))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with what is listed, and the condition of the rows looked for."""

    question: Question
    listed: str
    where: str

    @property
    def used(self) -> str:
        """The SQL whose columns are needed."""
        return f"{self.listed} {self.question.bad}"

    def query(self, rows: str) -> str:
        """Give SQL of the rows looked for among some, each with its number first."""
        return f'SELECT "row", {self.listed} FROM {rows} WHERE {self.question.near} AND {self.where}'  # noqa: S608


def _first_of_each(asked: Sequence[_Asked], facts: Facts) -> list[list[tuple[Any, ...]]]:
    """Look for the first rows of each question; those over the same source share the beginning of the log."""
    found: dict[_Asked, list[tuple[Any, ...]]] = {}
    for source in dict.fromkeys(one.question.source for one in asked):
        found |= _first_of_source(source, [one for one in asked if one.question.source == source], facts)
    return [found[one] for one in asked]


def _first_of_source(source: Source, asked: Sequence[_Asked], facts: Facts) -> dict[_Asked, list[tuple[Any, ...]]]:
    near = facts.source(source, " ".join(one.used for one in asked), first=_BEGINNING)
    facts.rows(f"CREATE OR REPLACE TEMP TABLE beginning AS FROM {near}")
    found = {one: _first(one, "beginning", facts) for one in asked}
    facts.rows("DROP TABLE beginning")
    few = [one for one in asked if len(found[one]) < MAX_ROWS]
    return found | {one: _first_of_all(one, facts) for one in few}


def _first_of_all(one: _Asked, facts: Facts) -> list[tuple[Any, ...]]:
    """Look through the whole log; with a limit alone the engine stops early, but at rows that need not be the first."""
    some = facts.rows(f"{one.query(facts.source(one.question.source, one.used))} LIMIT {MAX_ROWS}")
    if len(some) < MAX_ROWS:
        return sorted(some, key=itemgetter(0))
    last = max(row for row, *_ in some)
    return _first(one, facts.source(one.question.source, one.used, first=last), facts)


def _first(one: _Asked, rows: str, facts: Facts) -> list[tuple[Any, ...]]:
    # The order is asked for: the engine may make a join of any condition, and rows of a join come as they come.
    return facts.rows(f'{one.query(rows)} ORDER BY "row" LIMIT {MAX_ROWS}')


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


def _telling(q: Question) -> dict[str, str]:
    """Give conditions under which fields that a question reads are empty: those of its rows, and of a side table."""
    # Whom the rule binds is read of a row too; what a macro reads is gone from the SQL where the log has none of it.
    read = dict.fromkeys((*q.fields, *fields_of(q.bad, q.source)))
    own = [field for field in read if field.startswith(f"{q.source}.") or "." not in field]
    joined = {empty: field for empty, field in EMPTY.get(q.source, {}).items() if field in read}
    return {f'"{field.rpartition(".")[2]}" IS NULL': field for field in own} | joined


def _lacks(field: str, facts: Facts) -> bool:
    table, _, name = field.rpartition(".")
    return table != "m" and not facts.has_column(table or "search_event", name)
