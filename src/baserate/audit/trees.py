"""Conditions of rules as trees, parsed and written by the engine itself, never by us."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from baserate.audit.expressions import text_literal
from baserate.audit.facts import CONDITIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from baserate.audit.facts import Facts

#: A node of a tree, as the engine's JSON has it.
Node = dict[str, Any]


def parse_conditions(conditions: Sequence[str], facts: Facts) -> list[Node]:
    """Parse conditions, named conditions opened; equal conditions are equal trees."""
    found = _trees(conditions, facts)
    named = dict(zip(CONDITIONS, _trees(tuple(CONDITIONS.values()), facts), strict=True))
    opened: list[Node] = _opened(found, named)
    return opened


def write_trees(trees: Sequence[Node], facts: Facts) -> str:
    """Write trees as the list of a SELECT."""
    ((text,),) = facts.rows("SELECT json_serialize_sql('SELECT 1')")
    statement = json.loads(text)
    statement["statements"][0]["node"]["select_list"] = list(trees)
    ((sql,),) = facts.rows(f"SELECT json_deserialize_sql({text_literal(json.dumps(statement))}::JSON)")
    return str(sql).removeprefix("SELECT ")


def inside(node: Any) -> Iterator[Node]:  # noqa: ANN401 (JSON)
    """Go through a node and all nodes below it."""
    if isinstance(node, list):
        for item in node:
            yield from inside(item)
    elif isinstance(node, dict):
        yield node
        for value in node.values():
            yield from inside(value)


def column_of(node: Node) -> str:
    """Name the column that a node is; empty where it is none."""
    return str(node["column_names"][0]) if node.get("class") == "COLUMN_REF" else ""


def columns_in(node: Node) -> set[str]:
    """Columns that a tree reads."""
    return {column_of(part) for part in inside(node)} - {""}


def read_by(node: Node) -> tuple[set[str], bool]:
    """Columns that a tree reads, and whether it asks other rows."""
    parts = list(inside(node))
    return {column_of(part) for part in parts} - {""}, any(part.get("class") == "SUBQUERY" for part in parts)


def key_of(node: Node) -> str:
    """Give a text that is the same for equal trees alone."""
    return json.dumps(node, sort_keys=True)


def share_functions(trees: Sequence[Node], columns: Collection[str]) -> tuple[list[Node], dict[str, Node]]:
    """Put a name in place of each function of ``columns`` that trees ask for more than once.

    The engine asks for it again each time: behind a CASE it may not have to ask at all.

    Returns
    -------
    tuple
        The trees, and the functions by name.
    """
    asked = Counter(key_of(part) for part in inside(list(trees)) if _is_function(part, columns))
    names = {key: f"shared_{i}" for i, key in enumerate(key for key, n in asked.items() if n > 1)}
    found: dict[str, Node] = {}
    return [_with_names(tree, names, found) for tree in trees], found


def _is_function(node: Node, columns: Collection[str]) -> bool:
    return node.get("class") == "FUNCTION" and bool(read := columns_in(node)) and read <= set(columns)


def _with_names(node: Any, names: Mapping[str, str], found: dict[str, Node]) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(node, list):
        return [_with_names(item, names, found) for item in node]
    if not isinstance(node, dict):
        return node
    name = names.get(key_of(node), "")
    if not name:
        return {key: _with_names(value, names, found) for key, value in node.items()}
    found[name] = node
    return {"class": "COLUMN_REF", "type": "COLUMN_REF", "alias": "", "column_names": [name]}


def _trees(conditions: Sequence[str], facts: Facts) -> list[Node]:
    ((text,),) = facts.rows(f"SELECT json_serialize_sql({text_literal('SELECT ' + ', '.join(conditions))})")
    trees: list[Node] = json.loads(text)["statements"][0]["node"]["select_list"]
    return [_unplaced(tree) for tree in trees]


def _unplaced(node: Any) -> Any:  # noqa: ANN401 (JSON)
    """Leave out where in the text a node stood."""
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
    meaning = named.get(column_of(node))
    return {key: _opened(value, named) for key, value in node.items()} if meaning is None else _opened(meaning, named)
