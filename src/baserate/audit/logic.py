"""Logic with three values on whole columns: true, false, unknown, as bits of many rows at a time.

An answer is two rows of bits, one that says on which rows it is true and one on which it is false; where neither is set
it is unknown. And, or, not and CASE are Kleene's, which are SQL's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: One bit a row, the bits after the last row 0.
Bits = NDArray[np.uint64]
#: One small number a row: the place of its value among those that a column can have; 0 where it has none.
Codes = NDArray[np.uint8]
#: How parts are joined. The parts of ``case`` are condition and answer in turn, and last what holds else.
Joint = Literal["and", "or", "not", "case"]


@dataclass(frozen=True, slots=True)
class Answer:
    """On which rows something is true, and on which it is false."""

    true: Bits
    false: Bits


@dataclass(frozen=True, slots=True)
class Told:
    """Something that the value of one column tells: for no value, and for each value, whether it holds."""

    column: str
    answers: tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Something that other steps, named by their places, tell together."""

    by: Joint
    parts: tuple[int, ...]


Step = Told | Joined


def answer_steps(steps: Sequence[Step], columns: Mapping[str, Codes]) -> list[Answer]:
    """Answer steps, each of which may rest on those before it, for some rows.

    Examples
    --------
    >>> steps = [Told("a", (None, True, False)), Told("b", (None, True, False)), Joined("and", (0, 1))]
    >>> rows = {"a": np.array([1, 1, 1, 2], np.uint8), "b": np.array([1, 2, 0, 0], np.uint8)}
    >>> count_bits(answer_steps(steps, rows)[2].true), count_bits(answer_steps(steps, rows)[2].false)
    (1, 2)
    """
    found: list[Answer] = []
    places: dict[tuple[str, int], Bits] = {}
    for step in steps:
        if isinstance(step, Told):
            found.append(_told(step, columns[step.column], places))
        else:
            found.append(_JOINTS[step.by]([found[i] for i in step.parts]))
    return found


def count_bits(bits: Bits) -> int:
    """Count the rows whose bit is set."""
    return int(np.bitwise_count(bits).sum(dtype=np.int64))


def _told(step: Told, codes: Codes, places: dict[tuple[str, int], Bits]) -> Answer:
    found: dict[bool | None, list[Bits]] = {True: [], False: []}
    for place, answer in enumerate(step.answers):
        if answer is not None:
            found[answer].append(_at(step.column, codes, place, places))
    return Answer(*(reduce(np.bitwise_or, bits) if bits else _none(len(codes)) for bits in found.values()))


def _none(rows: int) -> Bits:
    return np.zeros(-(-rows // 64), np.uint64)


def _at(column: str, codes: Codes, place: int, places: dict[tuple[str, int], Bits]) -> Bits:
    """Give the rows that have one value of a column; each value is looked for once."""
    if (column, place) not in places:
        places[column, place] = _packed(codes == place)
    return places[column, place]


def _packed(rows: NDArray[np.bool_]) -> Bits:
    """Put 64 rows into a word, which a machine takes at once."""
    bits = np.packbits(rows)
    short = -len(bits) % 8
    return (np.concatenate([bits, np.zeros(short, np.uint8)]) if short else bits).view(np.uint64)


def _and(parts: Sequence[Answer]) -> Answer:
    return Answer(reduce(np.bitwise_and, [p.true for p in parts]), reduce(np.bitwise_or, [p.false for p in parts]))


def _or(parts: Sequence[Answer]) -> Answer:
    return Answer(reduce(np.bitwise_or, [p.true for p in parts]), reduce(np.bitwise_and, [p.false for p in parts]))


def _not(parts: Sequence[Answer]) -> Answer:
    (part,) = parts
    return Answer(part.false, part.true)


def _case(parts: Sequence[Answer]) -> Answer:
    *pairs, otherwise = parts
    # From the last condition to the first: a row takes the answer of the first condition that is true.
    for when, then in zip(pairs[-2::-2], pairs[::-2], strict=True):
        true = (when.true & then.true) | (~when.true & otherwise.true)
        otherwise = Answer(true, (when.true & then.false) | (~when.true & otherwise.false))
    return otherwise


_JOINTS: dict[Joint, Callable[[Sequence[Answer]], Answer]] = {"and": _and, "or": _or, "not": _not, "case": _case}
