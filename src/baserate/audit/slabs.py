"""Counting conditions on all searches in one pass, a slab of rows at a time.

The engine reads a slab once. It gives enumerations as codes and flags as bits, and decides row by row what conditions
read besides (times, identifiers, sets). What a code says of a part of a condition is asked beforehand, once for each
value; and, or, not are then taken on whole columns (:mod:`baserate.audit.logic`), each part once however many
conditions it stands in. The counts of the slabs add up.

Searches that a side table has something on are few. They are joined once; what the side tables have a say in is decided
then, and replaces in each slab the answer of a search without reviews and disclosures.
"""

# ruff: noqa: S608 - SQL is put together from the schema and from trees that the engine wrote.
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from baserate.audit.expressions import texts
from baserate.audit.facts import BEHIND, JOINED, searches
from baserate.audit.logic import Joined, Told, answer_steps, count_bits
from baserate.audit.trees import (
    columns_in,
    key_of,
    parse_conditions,
    read_by,
    share_functions,
    write_trees,
)
from baserate.columns import TABLES
from baserate.engines.batches import Flags, flag_batches, pack_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from baserate.audit.facts import Facts, Slab
    from baserate.audit.logic import Codes, Joint, Step
    from baserate.audit.trees import Node
    from baserate.engines.batches import Bits

#: Rows of a slab: a whole number of the row groups that the usual writers make, and enough for the engine's planning of
#: a slab, a tenth of a second, not to matter.
SLAB = 64 * 122_880
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
    parts = list(map(_part, trees))
    leaves = {leaf.key: leaf for part in parts for leaf in _leaves(part)}
    program = _Program(_told(leaves, facts))
    asked = [program.add(part) for part in parts]
    rowwise = {program.told[key].column: leaf.node for key, leaf in leaves.items() if leaf.teller is None}
    reader = _reader(rowwise, {told.column for told in program.told.values()}, facts)
    different = list(dict.fromkeys(asked))
    counts = np.zeros((len(different), 2), np.int64)
    for rows in facts.log.slabs(slab):
        for block in reader.read(rows):
            counts += _count_block(block, program.steps, different)
    reader.forget()
    found = {step: (int(true), int(unknown)) for step, (true, unknown) in zip(different, counts, strict=True)}
    return [found[step] for step in asked]


# --- parts of conditions ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A condition: joined from parts, or a leaf, which is decided as a whole and has a key for what it says."""

    node: Node
    teller: str | None = None
    joint: Joint | None = None
    parts: tuple[_Part, ...] = ()

    @property
    def key(self) -> str:
        return key_of(self.node)


@dataclass(slots=True)
class _Program:
    """Steps that decide conditions, each different one once; ``told`` has those that no other steps make up."""

    told: Mapping[str, Told]
    steps: list[Step] = field(default_factory=list)
    places: dict[Step, int] = field(default_factory=dict)

    def add(self, part: _Part) -> int:
        """Add what a condition needs, and give the place of the step that decides it."""
        step = self.told[part.key] if part.joint is None else Joined(part.joint, tuple(map(self.add, part.parts)))
        if step not in self.places:
            self.places[step] = len(self.steps)
            self.steps.append(step)
        return self.places[step]


def _leaves(part: _Part) -> Iterator[_Part]:
    if part.joint is None:
        yield part
    for one in part.parts:
        yield from _leaves(one)


def _part(node: Node) -> _Part:
    """Take a condition apart, down to what a code or a flag alone decides, or the engine does."""
    columns, asks_others = read_by(node)
    joint, teller = _JOINTS.get(node["type"]), None if asks_others else _teller(columns)
    # What is not so is no more to decide than what is so.
    if teller is not None or not (_are_codes(columns) or joint == "not"):
        return _Part(node, teller)
    if node["type"] == "CASE_EXPR":
        pairs = [part for check in node["case_checks"] for part in (check["when_expr"], check["then_expr"])]
        return _Part(node, joint="case", parts=tuple(map(_part, [*pairs, node["else_expr"]])))
    return _Part(node) if joint is None else _Part(node, joint=joint, parts=tuple(map(_part, _parts(node))))


def _parts(node: Node) -> list[Node]:
    """Give the parts of a condition, those that read no codes as one: the engine decides them together."""
    apart = [child for child in node["children"] if columns_in(child) and not _are_codes(columns_in(child))]
    together = apart if len(apart) < 2 else [node | {"children": apart}]
    return [child for child in node["children"] if child not in apart] + together


def _are_codes(columns: set[str]) -> bool:
    """Say whether enumerations or flags are among columns."""
    return not columns.isdisjoint(_CODED.keys() | _FLAGS)


def _teller(columns: set[str]) -> str | None:
    """Name the enumeration or flag that alone decides a condition; :data:`_NOTHING` if it is the same on every row."""
    if len(columns) > 1 or not columns <= _CODED.keys() | _FLAGS:
        return None
    return next(iter(columns), _NOTHING)


def _told(leaves: Mapping[str, _Part], facts: Facts) -> dict[str, Told]:
    """Ask what the values of each enumeration and flag say of the parts that it alone decides; leave others to rows."""
    found: dict[str, Told] = {}
    for teller in {leaf.teller for leaf in leaves.values()} - {None}:
        those = {key: leaf.node for key, leaf in leaves.items() if leaf.teller == teller}
        answers = facts.rows(f"SELECT {write_trees(list(those.values()), facts)} FROM {_values(str(teller))}")
        found |= {key: Told(str(teller), column) for key, column in zip(those, zip(*answers, strict=True), strict=True)}
    rowwise = [key for key in leaves if key not in found]
    return found | {key: Told(f"part_{i}", (None, True, False)) for i, key in enumerate(rowwise)}


def _values(column: str) -> str:
    """Give SQL of the values of a column in the order of their codes, none first."""
    listed = f"{texts(_CODED[column])}" if column in _CODED else "[TRUE, FALSE]"
    return f"(SELECT unnest(list_prepend(NULL, {listed})) AS {column})" if column else "(SELECT 1)"


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Block:
    """Some rows of a slab."""

    rows: int
    codes: Mapping[str, Codes]
    flags: Mapping[str, Flags]


@dataclass(frozen=True, slots=True)
class _Kept:
    """Rows of a slab that a side table has something on, in order: on which of them each part is true, and false."""

    rows: NDArray[np.int64]
    decided: Mapping[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]]


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
    silent: Mapping[str, bool | None]

    def read(self, slab: Slab) -> Iterator[_Block]:
        """Give the rows of a slab, a block at a time."""
        first, last, where = slab
        numbers, flags = ('"row"', *map(_code, self.coded)), (*self.flags, *self.rowwise.decided)
        used = " ".join([*self.flags, self.rowwise.used])
        rows = self.rowwise.over(self.facts.alone(searches(used, raw=self.coded, where=where)))
        # Before the slab itself: the engine answers one question at a time.
        kept = [self._kept(table, first, last) for table in self.replaced]
        for (row, *codes), told in flag_batches(self.facts.log.connection, numbers, flags, rows):
            found = self._alone(len(row)) | dict(zip((*self.flags, *self.rowwise.names), told, strict=True))
            for one in kept:
                found |= _replaced(found, row, one)
            yield _Block(len(row), dict(zip(self.coded, codes, strict=True)), found)

    def _alone(self, rows: int) -> dict[str, Flags]:
        """Give what is the same on all rows."""
        every, none = (pack_rows(np.full(rows, value)) for value in (True, False))
        same = {None: Flags(none, none), True: Flags(every, none), False: Flags(none, every)}
        return {_NOTHING: same[None]} | {name: same[value] for name, value in self.silent.items()}

    def forget(self) -> None:
        """Drop what was kept."""
        for table in self.replaced:
            self.facts.rows(f"DROP TABLE {table}")

    def _kept(self, table: str, first: int, last: int) -> _Kept:
        sql = f'SELECT * FROM {table} WHERE "row" BETWEEN {first} AND {last} ORDER BY "row"'
        found = self.facts.log.connection.execute(sql).fetchnumpy()
        # Where it is unknown it is neither.
        filled = {name: [np.ma.filled(found[name], empty) for empty in (False, True)] for name in self.replaced[table]}
        return _Kept(found["row"], {name: (true, ~unless_false) for name, (true, unless_false) in filled.items()})


@dataclass(frozen=True, slots=True)
class _Rowwise:
    """What is decided row by row, by name, as SQL, and the functions that several of them share."""

    names: tuple[str, ...]
    decided: tuple[str, ...]
    shared: tuple[str, ...]

    @property
    def used(self) -> str:
        """The SQL whose columns are needed."""
        return " ".join([*self.decided, *self.shared])

    @property
    def listed(self) -> str:
        """What is decided, as a SELECT lists it."""
        return ", ".join(f"({sql})::BOOLEAN AS {name}" for name, sql in zip(self.names, self.decided, strict=True))

    def over(self, rows: str) -> str:
        """Give SQL of rows with the shared functions."""
        return f"(SELECT *, {', '.join(self.shared)} FROM {rows})" if self.shared else rows


def _rowwise(nodes: Mapping[str, Node], facts: Facts) -> _Rowwise:
    trees, shared = share_functions(list(nodes.values()), _ALL)
    return _Rowwise(
        tuple(nodes),
        tuple(write_trees([tree], facts) for tree in trees),
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


def _silent(rowwise: _Rowwise, facts: Facts) -> dict[str, bool | None]:
    """Ask once what is said of a search that no side table has anything on."""
    if not rowwise.names:
        return {}
    (row,) = facts.rows(f"SELECT {rowwise.listed} FROM {rowwise.over(facts.alone('(SELECT 1)'))}")
    return dict(zip(rowwise.names, row, strict=True))


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
        decided = f'SELECT "row", {one.listed} FROM {one.over(facts.accompanied(source))}'
        facts.rows(f"CREATE OR REPLACE TEMP TABLE accompanied_{source} AS {decided}")
    facts.rows("DROP TABLE IF EXISTS accompanied")
    return {f"accompanied_{source}": tuple(by_source[source]) for source in joined}


def _code(column: str) -> str:
    """Give SQL of the code of an enumeration: the place of the value, 0 for none, unknown, or one that is not its."""
    values = _CODED[column]
    codes = ", ".join(f"{i}::UTINYINT" for i in range(len(values) + 1))
    # A function of the column alone, which the engine asks once for each entry of a column's dictionary. What is not
    # found has the place NULL, which is not the greatest of two.
    return f"([{codes}])[greatest(list_position(list_prepend(NULL, {texts(values)}), raw_{column}), 1)] AS {column}"


def _replaced(flags: Mapping[str, Flags], numbers: NDArray[np.int64], kept: _Kept) -> dict[str, Flags]:
    """Give flags anew, with what is decided of some rows in its place."""
    at, those = _places(numbers, kept.rows)
    others = ~_set_rows(len(numbers), at, np.ones(len(at), np.bool_))
    return {
        name: Flags(
            flags[name].true & others | _set_rows(len(numbers), at, true[those]),
            flags[name].false & others | _set_rows(len(numbers), at, false[those]),
        )
        for name, (true, false) in kept.decided.items()
    }


def _set_rows(rows: int, at: NDArray[np.int64], values: NDArray[np.bool_]) -> Bits:
    found = np.zeros(rows, np.bool_)
    found[at] = values
    return pack_rows(found)


def _places(numbers: NDArray[np.int64], wanted: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find rows among those of a block, in whatever order: their places in it, and their places among those wanted."""
    lowest, highest = numbers.min(), numbers.max()
    places = np.full(highest - lowest + 1, -1)
    places[numbers - lowest] = np.arange(len(numbers))
    near = np.arange(*np.searchsorted(wanted, (lowest, highest + 1)))
    at = places[wanted[near] - lowest]
    return at[at >= 0], near[at >= 0]


# --- counting --------------------------------------------------------------------------------------------------------


def _count_block(block: _Block, steps: Sequence[Step], asked: Sequence[int]) -> NDArray[np.int64]:
    """Count the rows of a block on which each condition asked is true, and on which it is unknown."""
    answers = answer_steps(steps, {**block.codes, **block.flags}, block.rows)
    true = np.array([count_bits(answers[i].true) for i in asked])
    return np.stack([true, block.rows - true - [count_bits(answers[i].false) for i in asked]], axis=1)
