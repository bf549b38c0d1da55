"""Counting conditions on combinations of values instead of on rows.

Most conditions of rules read enumerations and flags, of which a log has few combinations and very many rows. One pass
counts the rows of each combination; the conditions are then asked of the combinations, each weighing as much as it has
rows. What a condition reads besides (times, identifiers, sets) is decided row by row in the same pass, and its answer
(true, false or unknown) becomes part of the combination.

The counts are those of asking every row: values that no condition names are told apart by none, and are counted as
one. Conditions that read much the same share a table of combinations, as long as it stays small.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import inf, prod
from typing import TYPE_CHECKING, Any

from baserate.audit.expressions import text_literal, texts
from baserate.audit.facts import CONDITIONS
from baserate.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from baserate.audit.facts import Facts, Source

Node = dict[str, Any]

#: Most combinations that a table may have, so that counting stays within a processor's cache.
MAX_COMBINATIONS = 50_000
_CODED = {c.name: tuple(v for v in c.values if v != "unknown") for c in TABLES["search_event"] if c.type == "enum"}
# What a pass costs before it looks at anything, in the unit of `_Table.cost`: of one table, and of a join.
_SCAN, _JOIN = 20, 400
#: What each part of a condition costs that is decided row by row.
_WORK = 2
#: What most rows of a log meet: leaving the others out costs more than it saves.
_NEARLY_ALL = {"mode"}
_FLAGS = {c.name for c in TABLES["search_event"] if c.type == "boolean"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Conditions that are counted together, and what every row that they can hold on meets.

    Parameters
    ----------
    conditions
        Expanded SQL.
    limits
        Expanded SQL: a row on which one of these is false counts for no condition.
    """

    conditions: tuple[str, ...]
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of combinations: the groups asked of it, by what rows are told apart, values named, and rows left in.

    ``decided`` has what it costs to decide each key that is decided row by row.
    """

    groups: tuple[int, ...]
    keys: frozenset[str]
    named: frozenset[str]
    limits: frozenset[str]
    base: int
    decided: Mapping[str, float]

    @property
    def size(self) -> int:
        """Combinations that there can be."""
        return prod(len(set(_counted_for(key, self.named).values())) + 1 if key in _CODED else 3 for key in self.keys)

    @property
    def cost(self) -> float:
        """Time that counting takes, roughly: of each limit it is guessed that it leaves half of the rows."""
        coded = len(self.keys & _CODED.keys())
        flags = len(self.keys & _FLAGS)
        each = 10 + 8 * coded + 8 * flags + sum(self.decided.get(key, 0) for key in self.keys)
        return self.base + 12 * len(self.limits) + 0.5 ** len(self.limits) * each

    def __or__(self, other: _Table) -> _Table:
        """Give one table for both."""
        return _Table(
            groups=self.groups + other.groups,
            keys=self.keys | other.keys,
            named=self.named | other.named,
            limits=self.limits & other.limits,
            base=self.base,
            decided=self.decided,
        )


def count_conditions(groups: Sequence[Group], source: Source, *, facts: Facts) -> list[list[tuple[int, int]]]:
    """Count the rows on which each of some conditions is true, and on which it is unknown.

    Parameters
    ----------
    groups
        Conditions. Those of one group are asked of the same table of combinations.
    source
        Table that they run over.
    facts
        The log.

    Returns
    -------
    list of list of tuple
        For each condition, in the order given: rows on which it is true, rows on which it is unknown.
    """
    atoms: dict[str, tuple[str, Node]] = {}
    cut = [[_cut(tree, atoms) for tree in _parsed(group.conditions, facts)] for group in groups]
    limits = [frozenset(_limits(group.limits, facts)) for group in groups]
    found: dict[int, list[tuple[int, int]]] = {}
    decided = {key: _WORK * len(list(_inside(node))) for key, node in atoms.values()}
    owned = [
        _own_table(i, group, limits[i], base=_SCAN if source == "search" else _JOIN, decided=decided)
        for i, group in enumerate(cut)
    ]
    for table in _tables(owned):
        asked = [tree for i in table.groups for tree in cut[i]]
        numbers = iter(_weigh(asked, table, dict(atoms.values()), source, facts))
        found |= {i: [next(numbers) for _ in cut[i]] for i in table.groups}
    return [found[i] for i in range(len(groups))]


# --- conditions as trees ---------------------------------------------------------------------------------------------


def _parsed(conditions: Sequence[str], facts: Facts) -> list[Node]:
    """Parse conditions by the engine itself, named conditions opened."""
    found = _trees(conditions, facts)
    named = dict(zip(CONDITIONS, _trees(tuple(CONDITIONS.values()), facts), strict=True))
    opened: list[Node] = _opened(found, named)
    return opened


def _trees(conditions: Sequence[str], facts: Facts) -> list[Node]:
    ((text,),) = facts.rows(f"SELECT json_serialize_sql({text_literal('SELECT ' + ', '.join(conditions))})")
    trees: list[Node] = json.loads(text)["statements"][0]["node"]["select_list"]
    return [_unplaced(tree) for tree in trees]


def _unplaced(node: Any) -> Any:  # noqa: ANN401 (JSON)
    """Leave out where in the text a node stood, so that equal conditions are equal trees."""
    if isinstance(node, list):
        return [_unplaced(item) for item in node]
    if isinstance(node, dict):
        return {key: _unplaced(value) for key, value in node.items() if not key.startswith("query_location")}
    return node


def _opened(node: Any, named: Mapping[str, Node]) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(node, list):
        return [_opened(item, named) for item in node]
    if not isinstance(node, dict):
        return node
    meaning = named.get(_column(node))
    return {key: _opened(value, named) for key, value in node.items()} if meaning is None else _opened(meaning, named)


def _limits(limits: Sequence[str], facts: Facts) -> list[str]:
    """Give SQL, quick to ask, that is false only where a limit is false: of limits on one enumeration each."""
    found = []
    for piece in _pieces(_parsed(limits, facts) if limits else []):
        columns = _columns(piece)
        if _is_told_by_values(piece) and len(columns) == 1 and columns <= _CODED.keys() - _NEARLY_ALL:
            found.append(_leaves(piece, columns.pop(), facts))
    return found


def _pieces(trees: Sequence[Node]) -> list[Node]:
    """Take conditions apart that are joined by and."""
    inner = [tree for tree in trees if tree["type"] == "CONJUNCTION_AND"]
    return [tree for tree in trees if tree not in inner] + [p for tree in inner for p in _pieces(tree["children"])]


def _leaves(piece: Node, column: str, facts: Facts) -> str:
    """Ask of each value of an enumeration beforehand whether a row with it may stay."""
    values = texts(_CODED[column])
    asked = f"SELECT coalesce({_written([piece], facts)}, TRUE) FROM (SELECT unnest({values}) AS {column})"  # noqa: S608
    stays = ", ".join(str(answer).upper() for (answer,) in facts.rows(asked))
    return f"([{stays}])[list_position({values}, raw_{column})] IS NOT FALSE"


def _column(node: Node) -> str:
    return str(node["column_names"][0]) if node.get("class") == "COLUMN_REF" else ""


def _joins(node: Node) -> bool:
    """Say whether a node only joins conditions by and, or, not."""
    return bool(node["class"] == "CONJUNCTION" or node["type"] == "OPERATOR_NOT")


def _cut(node: Node, atoms: dict[str, tuple[str, Node]]) -> Node:
    """Put a key in place of each part that reads anything but enumerations and flags, as few keys as can be."""
    if _is_told_by_values(node):
        return node
    if not _joins(node):
        return _atom(node, atoms)
    apart = [child for child in node["children"] if not _coded_inside(child)]
    if len(apart) == len(node["children"]):
        return _atom(node, atoms)
    kept = [_cut(child, atoms) for child in node["children"] if _coded_inside(child)]
    joined = [_atom(apart[0] if len(apart) == 1 else node | {"children": apart}, atoms)] if apart else []
    return node | {"children": [*kept, *joined]}


def _atom(node: Node, atoms: dict[str, tuple[str, Node]]) -> Node:
    key, _ = atoms.setdefault(json.dumps(node, sort_keys=True), (f"atom_{len(atoms)}", node))
    return {"class": "COLUMN_REF", "type": "COLUMN_REF", "alias": "", "column_names": [key]}


def _coded_inside(node: Node) -> bool:
    """Say whether some part of a condition is told by values, and so worth asking of combinations."""
    if _joins(node):
        return any(map(_coded_inside, node["children"]))
    # A constant is told by nothing, and stays with its neighbours.
    return _is_told_by_values(node) and bool(_columns(node))


def _is_told_by_values(node: Node) -> bool:
    nested = any(inner.get("class") == "SUBQUERY" for inner in _inside(node))
    return not nested and all(name in _CODED or name in _FLAGS for name in _columns(node))


def _columns(node: Node) -> set[str]:
    return {_column(inner) for inner in _inside(node)} - {""}


def _inside(node: Any) -> Iterator[Node]:  # noqa: ANN401 (JSON)
    if isinstance(node, list):
        for item in node:
            yield from _inside(item)
    elif isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _inside(value)


# --- tables of combinations ------------------------------------------------------------------------------------------


def _tables(owned: Sequence[_Table]) -> list[_Table]:
    """Share out groups of conditions over tables: each to the one where it costs least, or to a new one."""
    tables: list[_Table] = []
    for own in owned:
        at = min(range(len(tables)), key=lambda j: _extra(tables[j], own), default=None)
        if at is None or _extra(tables[at], own) >= own.cost:
            tables.append(own)
        else:
            tables[at] |= own
    return tables


def _extra(table: _Table, own: _Table) -> float:
    """Give what a table costs more with another group in it."""
    both = table | own
    # A join costs more than any table of combinations grows.
    return both.cost - table.cost if both.size <= MAX_COMBINATIONS or own.base > _SCAN else inf


def _own_table(
    i: int, group: Sequence[Node], limits: frozenset[str], *, base: int, decided: Mapping[str, float]
) -> _Table:
    inside = [node for tree in group for node in _inside(tree)]
    keys = frozenset(_column(node) for node in inside) - {""}
    named = frozenset(node["literal"]["text"] for node in inside if node.get("class") == "CONSTANT")
    return _Table((i,), keys, named, limits, base, decided)


def _counted_for(column: str, named: Collection[str]) -> dict[str, str]:
    """Give for each value of an enumeration the value that is counted for it: itself, or one for all not named."""
    other = next((value for value in _CODED[column] if value not in named), "")
    return {value: value if value in named else other for value in _CODED[column]}


def _weigh(
    asked: Sequence[Node], table: _Table, atoms: Mapping[str, Node], source: Source, facts: Facts
) -> list[tuple[int, int]]:
    """Count the rows of each combination in one pass, and add up those on which each condition is true or unknown."""
    conditions = _written([node | {"alias": f"asked_{i}"} for i, node in enumerate(asked)], facts)
    cases = [f"asked_{i}{null}" for i in range(len(asked)) for null in ("", " IS NULL")]
    sums = ", ".join(f"coalesce(sum(n) FILTER ({case}), 0)" for case in cases)
    combinations = _combinations(table, atoms, source, facts)
    (row,) = facts.rows(f"SELECT {sums} FROM (SELECT n, {conditions} FROM ({combinations}))")  # noqa: S608
    return [(int(true), int(unknown)) for true, unknown in zip(row[::2], row[1::2], strict=True)]


def _combinations(table: _Table, atoms: Mapping[str, Node], source: Source, facts: Facts) -> str:
    """Give SQL of the combinations with their numbers of rows."""
    coded, flags = sorted(table.keys & _CODED.keys()), sorted(table.keys & _FLAGS)
    decided = [atoms[key] | {"alias": key} for key in sorted(table.keys) if key in atoms]
    keys = [*(_code(key, table.named) for key in coded), *flags, *([_written(decided, facts)] if decided else [])]
    limits = " AND ".join(sorted(table.limits)) or "TRUE"
    names = ", ".join([*coded, *flags, *(node["alias"] for node in decided), "count(*) AS n"])
    listed = ", ".join(keys or ["TRUE AS always"])
    raw = [column for column in _CODED if column in coded or f"raw_{column})" in limits]
    rows = facts.source(source, f"{listed} {limits}", raw=raw)
    values = ", ".join(f"({texts(_counted_for(key, table.named))})[{key}] AS {key}" for key in coded)
    replaced = f"* REPLACE ({values})" if values else "*"
    return f"SELECT {replaced} FROM (SELECT {names} FROM (SELECT {listed} FROM {rows} WHERE {limits}) GROUP BY ALL)"  # noqa: S608


def _code(column: str, named: Collection[str]) -> str:
    """Give SQL of the place of a value among those of its enumeration, as one byte; NULL where it is unknown."""
    counted = _counted_for(column, named)
    places = ", ".join(f"{list(counted).index(value) + 1}::UTINYINT" for value in counted.values())
    # A function of the column alone, which the engine asks once for each entry of a column's dictionary.
    return f"([{places}])[list_position({texts(counted)}, raw_{column})] AS {column}"


def _written(trees: Sequence[Node], facts: Facts) -> str:
    """Write trees as the list of a SELECT."""
    ((text,),) = facts.rows("SELECT json_serialize_sql('SELECT 1')")
    statement = json.loads(text)
    statement["statements"][0]["node"]["select_list"] = list(trees)
    ((sql,),) = facts.rows(f"SELECT json_deserialize_sql({text_literal(json.dumps(statement))}::JSON)")
    return str(sql).removeprefix("SELECT ")
