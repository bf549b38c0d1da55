"""Logic with three values on whole columns: true, false, unknown, as bits of many rows at a time.

And, or, not and CASE are Kleene's, which are SQL's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from baserate.engines.batches import Flags, pack_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from baserate.engines.batches import Bits

#: One small number a row: the place of its value among those that a column can have; 0 where it has none.
Codes = NDArray[np.uint8]
#: How parts are joined. The parts of ``case`` are condition and answer in turn, and last what holds else.
Joint = Literal["and", "or", "not", "case"]


@dataclass(frozen=True, slots=True)
class Told:
    """Something that the value of one column tells: for no value, and for each value, whether it holds.

    The values of flags are true and false.
    """

    column: str
    answers: tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Something that other steps, named by their places, tell together."""

    by: Joint
    parts: tuple[int, ...]


Step = Told | Joined


def answer_steps(steps: Sequence[Step], columns: Mapping[str, Codes | Flags], rows: int) -> list[Flags]:
    """Flags steps, each of which may rest on those before it, for so many rows.

    Examples
    --------
    >>> steps = [Told("a", (None, True, False)), Told("b", (None, True, False)), Joined("and", (0, 1))]
    >>> codes = {"a": np.array([1, 1, 1, 2], np.uint8), "b": np.array([1, 2, 0, 0], np.uint8)}
    >>> both = answer_steps(steps, codes, 4)[2]
    >>> count_bits(both.true), count_bits(both.false)
    (1, 2)
    """
    found: list[Flags] = []
    values = _Values(columns, pack_rows(np.ones(rows, np.bool_)))
    for step in steps:
        if isinstance(step, Told):
            found.append(values.told(step))
        else:
            found.append(_JOINTS[step.by]([found[i] for i in step.parts]))
    return found


def count_bits(bits: Bits) -> int:
    """Count the rows whose bit is set."""
    return int(np.bitwise_count(bits).sum(dtype=np.int64))


@dataclass(frozen=True, slots=True)
class _Values:
    """Columns of some rows, and which rows have which value: each value is looked for once."""

    columns: Mapping[str, Codes | Flags]
    every: Bits
    places: dict[tuple[str, int], Bits] = field(default_factory=dict)

    def told(self, step: Told) -> Flags:
        found: dict[bool | None, list[Bits]] = {True: [], False: []}
        for place, answer in enumerate(step.answers):
            if answer is not None:
                found[answer].append(self.at(step.column, place))
        return Flags(*(reduce(np.bitwise_or, bits) if bits else np.zeros_like(self.every) for bits in found.values()))

    def at(self, name: str, place: int) -> Bits:
        """Give the rows that have one value of a column."""
        if (name, place) not in self.places:
            self.places[name, place] = self._looked_for(self.columns[name], place)
        return self.places[name, place]

    def _looked_for(self, column: Codes | Flags, place: int) -> Bits:
        if isinstance(column, Flags):
            return (self.every & ~(column.true | column.false), column.true, column.false)[place]
        return pack_rows(column == place)


def _and(parts: Sequence[Flags]) -> Flags:
    return Flags(reduce(np.bitwise_and, [p.true for p in parts]), reduce(np.bitwise_or, [p.false for p in parts]))


def _or(parts: Sequence[Flags]) -> Flags:
    return Flags(reduce(np.bitwise_or, [p.true for p in parts]), reduce(np.bitwise_and, [p.false for p in parts]))


def _not(parts: Sequence[Flags]) -> Flags:
    (part,) = parts
    return Flags(part.false, part.true)


def _case(parts: Sequence[Flags]) -> Flags:
    *pairs, otherwise = parts
    # From the last condition to the first: a row takes the answer of the first condition that is true.
    for when, then in zip(pairs[-2::-2], pairs[::-2], strict=True):
        true = (when.true & then.true) | (~when.true & otherwise.true)
        otherwise = Flags(true, (when.true & then.false) | (~when.true & otherwise.false))
    return otherwise


_JOINTS: dict[Joint, Callable[[Sequence[Flags]], Flags]] = {"and": _and, "or": _or, "not": _not, "case": _case}
