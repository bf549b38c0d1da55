"""Counting conditions on all searches in one pass, a slab of rows at a time.

The engine reads a slab once. It gives the codes of enumerations and flags, and decides row by row what conditions read
besides (times, identifiers, sets). What a code says of a part of a condition is asked beforehand, once for each value;
and, or, not are then taken on whole columns (:mod:`baserate.audit.logic`), each part once however many conditions it
stands in. The counts of the slabs add up.

Searches that a side table has something on are few. They are joined once; what the side tables have a say in is decided
then, and replaces in each slab the answer of a search without reviews and disclosures.
"""

# ruff: noqa: S608 - SQL is put together from the schema and from trees that the engine wrote.
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from baserate.audit.expressions import texts
from baserate.audit.facts import BEHIND, JOINED, searches
from baserate.audit.logic import Joined, Told, answer_steps, count_bits
from baserate.audit.trees import (
    columns_in,
    has_subquery,
    inside,
    key_of,
    parse_conditions,
    share_functions,
    write_trees,
)
from baserate.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from baserate.audit.facts import Facts, Slab
    from baserate.audit.logic import Codes, Joint, Step
    from baserate.audit.trees import Node

#: Rows of a slab: a whole number of the row groups that the usual writers make.
SLAB = 16 * 122_880
#: Rows whose bits are joined at a time, so that they stay within a processor's cache.
_BLOCK = 1 << 17
_CODED = {c.name: tuple(v for v in c.values if v != "unknown") for c in TABLES["search_event"] if c.type == "enum"}
_FLAGS = {c.name for c in TABLES["search_event"] if c.type == "boolean"}
#: Columns that functions may be shared of: those of searches, and what side tables say.
_ALL = {c.name for c in TABLES["search_event"]} | BEHIND.keys()
#: Stands for a column where a part reads none.
_NOTHING = ""
_JOINTS: dict[str, Joint] = {"CONJUNCTION_AND": "and", "CONJUNCTION_OR": "or", "OPERATOR_NOT": "not"}


def count_conditions(conditions: Sequence[str], facts: Facts, *, slab: int = SLAB) -> list[tuple[int, int]]:
    """Count the searches on which each of some conditions is true, and on which it is unknown.

    Parameters
    ----------
    conditions
        Expanded SQL over the columns of searches, named conditions, and what side tables say of a search.
    facts
        The log.
    slab
        Rows that are read at a time, about.

    Returns
    -------
    list of tuple
        For each condition, in the order given: rows on which it is true, rows on which it is unknown.
    """
    if not conditions:
        return []
    trees = parse_conditions(conditions, facts)
    leaves = {key_of(leaf): leaf for tree in trees for leaf in _leaves(tree)}
    program = _Program(_told(leaves, facts))
    asked = [program.add(tree) for tree in trees]
    rowwise = {program.told[key].column: leaf for key, leaf in leaves.items() if _teller(leaf) is None}
    reader = _reader(rowwise, {told.column for told in program.told.values()}, facts)
    different = list(dict.fromkeys(asked))
    counts = np.zeros((len(different), 2), np.int64)
    for rows in facts.log.slabs(slab):
        counts += _count_slab(reader.read(rows), program.steps, different)
    reader.forget()
    found = {step: (int(true), int(unknown)) for step, (true, unknown) in zip(different, counts, strict=True)}
    return [found[step] for step in asked]


# --- parts of conditions ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Program:
    """Steps that decide conditions, each different one once; ``told`` has those that no other steps make up."""

    told: Mapping[str, Told]
    steps: list[Step] = field(default_factory=list)
    places: dict[Step, int] = field(default_factory=dict)

    def add(self, node: Node) -> int:
        """Add what a condition needs, and give the place of the step that decides it."""
        split = _split(node)
        step = self.told[key_of(node)] if split is None else Joined(split[0], tuple(map(self.add, split[1])))
        if step not in self.places:
            self.places[step] = len(self.steps)
            self.steps.append(step)
        return self.places[step]


def _leaves(node: Node) -> Iterator[Node]:
    split = _split(node)
    if split is None:
        yield node
    else:
        for part in split[1]:
            yield from _leaves(part)


def _split(node: Node) -> tuple[Joint, list[Node]] | None:
    """Say how a condition is joined from parts; None where it is decided as a whole."""
    if _teller(node) is not None or not _reads_codes(node):
        return None
    if node["type"] == "CASE_EXPR":
        pairs = [part for check in node["case_checks"] for part in (check["when_expr"], check["then_expr"])]
        return "case", [*pairs, node["else_expr"]]
    by = _JOINTS.get(node["type"])
    return None if by is None else (by, _parts(node))


def _parts(node: Node) -> list[Node]:
    """Give the parts of a condition, those that read no codes as one: the engine decides them together."""
    apart = [child for child in node["children"] if not _reads_codes(child) and _teller(child) is None]
    together = apart if len(apart) < 2 else [node | {"children": apart}]
    return [child for child in node["children"] if child not in apart] + together


def _reads_codes(node: Node) -> bool:
    return any(_teller(part) for part in inside(node) if part.get("class") == "COLUMN_REF")


def _teller(node: Node) -> str | None:
    """Name the enumeration or flag that alone decides a condition; :data:`_NOTHING` if it is the same on every row."""
    columns = columns_in(node)
    if has_subquery(node) or len(columns) > 1 or not columns <= _CODED.keys() | _FLAGS:
        return None
    return columns.pop() if columns else _NOTHING


def _told(leaves: Mapping[str, Node], facts: Facts) -> dict[str, Told]:
    """Ask what the values of each enumeration and flag say of the parts that it alone decides; leave others to rows."""
    found: dict[str, Told] = {}
    for teller in {_teller(leaf) for leaf in leaves.values()} - {None}:
        those = {key: leaf for key, leaf in leaves.items() if _teller(leaf) == teller}
        answers = facts.rows(f"SELECT {write_trees(list(those.values()), facts)} FROM {_values(str(teller))}")
        found |= {key: Told(str(teller), column) for key, column in zip(those, zip(*answers, strict=True), strict=True)}
    rowwise = [key for key in leaves if key not in found]
    return found | {key: Told(f"part_{i}", (None, True, False)) for i, key in enumerate(rowwise)}


def _values(column: str) -> str:
    """Give SQL of the values of a column in the order of their codes, none first."""
    listed = f"{texts(_CODED[column])}" if column in _CODED else "[TRUE, FALSE]"
    return f"(SELECT unnest(list_prepend(NULL, {listed})) AS {column})" if column else "(SELECT 1)"


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads the columns of a slab.

    ``coded`` and ``flags`` are columns as they stand, ``rowwise`` what the engine decides row by row. For some rows it
    is decided already, by what side tables say of them: ``replaced`` has the tables where that is kept, with its names,
    and ``silent`` what the same is on all other rows, where it is the same.
    """

    facts: Facts
    coded: tuple[str, ...]
    flags: tuple[str, ...]
    rowwise: _Rowwise
    replaced: Mapping[str, tuple[str, ...]]
    silent: Mapping[str, NDArray[Any]]

    def read(self, slab: Slab) -> dict[str, NDArray[Any]]:
        """Give the columns of the rows of a slab."""
        first, last, where = slab
        listed = ", ".join(['"row"', *map(_code, self.coded), *self.flags, *self.rowwise.listed])
        used = " ".join([*self.flags, self.rowwise.used])
        rows = self.rowwise.over(self.facts.alone(searches(used, raw=self.coded, where=where)))
        found = self._fetch(f"SELECT {listed} FROM {rows}")
        rows_read = len(found["row"])
        found |= {name: np.ma.repeat(one, rows_read) for name, one in self.silent.items()}
        # The engine does not promise the order of the rows; it gives all that there are between two.
        lowest = found["row"].min(initial=last)
        places = np.empty(found["row"].max(initial=lowest) - lowest + 1, np.int64)
        places[found["row"] - lowest] = np.arange(rows_read)
        for table, names in self.replaced.items():
            others = self._fetch(f'SELECT * FROM {table} WHERE "row" BETWEEN {first} AND {last}')
            at = places[others["row"] - lowest]
            for name in names:
                found[name] = _codes(found[name])
                found[name][at] = _codes(others[name])
        del found["row"]
        return found | {_NOTHING: np.zeros(rows_read, np.uint8)}

    def forget(self) -> None:
        """Drop what was kept."""
        for table in self.replaced:
            self.facts.rows(f"DROP TABLE {table}")

    def _fetch(self, sql: str) -> dict[str, NDArray[Any]]:
        return self.facts.log.connection.execute(sql).fetchnumpy()


@dataclass(frozen=True, slots=True)
class _Rowwise:
    """SQL of what is decided row by row, and of the functions that several of them share."""

    listed: tuple[str, ...]
    shared: tuple[str, ...]

    @property
    def used(self) -> str:
        """The SQL whose columns are needed."""
        return " ".join([*self.listed, *self.shared])

    def over(self, rows: str) -> str:
        """Give SQL of rows with the shared functions."""
        return f"(SELECT *, {', '.join(self.shared)} FROM {rows})" if self.shared else rows


def _rowwise(nodes: Mapping[str, Node], facts: Facts) -> _Rowwise:
    trees, shared = share_functions(list(nodes.values()), _ALL)
    return _Rowwise(
        tuple(f"({write_trees([tree], facts)})::BOOLEAN AS {name}" for name, tree in zip(nodes, trees, strict=True)),
        tuple(f"{write_trees([tree], facts)} AS {name}" for name, tree in shared.items()),
    )


def _reader(nodes: Mapping[str, Node], tellers: set[str], facts: Facts) -> _Reader:
    """Make a reader of the parts that are decided row by row and of the columns that tell others."""
    by_sides = {name: node for name, node in nodes.items() if columns_in(node) <= BEHIND.keys()}
    return _Reader(
        facts=facts,
        coded=tuple(sorted(tellers & _CODED.keys())),
        flags=tuple(sorted(tellers & _FLAGS)),
        rowwise=_rowwise({name: node for name, node in nodes.items() if name not in by_sides}, facts),
        replaced=_keep_replaced(nodes, facts),
        silent=_silent(_rowwise(by_sides, facts), facts),
    )


def _silent(rowwise: _Rowwise, facts: Facts) -> dict[str, NDArray[Any]]:
    """Ask once what is said of a search that no side table has anything on."""
    if not rowwise.listed:
        return {}
    sql = f"SELECT {', '.join(rowwise.listed)} FROM {rowwise.over(facts.alone('(SELECT 1)'))}"
    return facts.log.connection.execute(sql).fetchnumpy()


def _keep_replaced(nodes: Mapping[str, Node], facts: Facts) -> dict[str, tuple[str, ...]]:
    """Decide what side tables have a say in, for the searches that they have something on; give it by table."""
    by_source = {
        source: {name: node for name, node in nodes.items() if columns_in(node) & told}
        for source, told in JOINED.items()
    }
    joined = {source: _rowwise(those, facts) for source, those in by_source.items() if those}
    if joined:
        facts.keep_accompanied(" ".join(one.used for one in joined.values()))
    for source, one in joined.items():
        decided = f'SELECT "row", {", ".join(one.listed)} FROM {one.over(facts.accompanied(source))}'
        facts.rows(f"CREATE OR REPLACE TEMP TABLE accompanied_{source} AS {decided}")
    facts.rows("DROP TABLE IF EXISTS accompanied")
    return {f"accompanied_{source}": tuple(by_source[source]) for source in joined}


def _code(column: str) -> str:
    """Give SQL of the code of an enumeration: the place of the value, 0 where there is none or it is unknown."""
    values = _CODED[column]
    places = ", ".join(f"{i}::UTINYINT" for i in (*range(1, len(values) + 1), 0, 0))
    # A function of the column alone, which the engine asks once for each entry of a column's dictionary.
    known = f"list_append({texts((*values, 'unknown'))}, NULL)"
    return f"([{places}])[list_position({known}, raw_{column})] AS {column}"


def _codes(column: NDArray[Any]) -> Codes:
    """Give a column as codes: 0 for no value, 1 for true and 2 for false."""
    values = np.ma.getdata(column)
    codes = 2 - values.view(np.uint8) if values.dtype == bool else values
    return codes * ~np.ma.getmaskarray(column) if np.ma.isMaskedArray(column) else codes


# --- counting --------------------------------------------------------------------------------------------------------


def _count_slab(columns: Mapping[str, NDArray[Any]], steps: Sequence[Step], asked: Sequence[int]) -> NDArray[np.int64]:
    counts = np.zeros((len(asked), 2), np.int64)
    for i in range(0, len(columns[_NOTHING]), _BLOCK):
        block = {name: _codes(column[i : i + _BLOCK]) for name, column in columns.items()}
        counts += _count_block(block, steps, asked)
    return counts


def _count_block(columns: Mapping[str, Codes], steps: Sequence[Step], asked: Sequence[int]) -> NDArray[np.int64]:
    """Count the rows of a block on which each condition asked is true, and on which it is unknown."""
    answers, rows = answer_steps(steps, columns), len(columns[_NOTHING])
    true = np.array([count_bits(answers[i].true) for i in asked])
    return np.stack([true, rows - true - [count_bits(answers[i].false) for i in asked]], axis=1)
