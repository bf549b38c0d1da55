"""The answer of a query as arrays, a batch at a time: it leaves the engine without a copy of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import duckdb
import nanoarrow
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

Column: TypeAlias = np.ndarray[tuple[int], np.dtype[Any]]
#: One bit a row, 64 rows to a word, the first row the lowest bit; the bits behind the last row are 0.
Bits = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Flags:
    """On which rows something is true, and on which it is false; on all others it is unknown.

    Parameters
    ----------
    true, false
        Bits of the rows; no row has both.
    """

    true: Bits
    false: Bits


def number_batches(connection: DuckDBPyConnection, query: str) -> Iterator[tuple[Column, ...] | None]:
    """Yield the columns of an answer, in its order, some 100,000 rows at a time.

    No other query may run on the connection before the last batch.

    Parameters
    ----------
    connection
        From :func:`baserate.engines.duckdb.connect`.
    query
        A SELECT whose columns are whole numbers of up to 64 bits or floating point numbers.

    Yields
    ------
    tuple of numpy.ndarray, or None
        One array for each column, which may not be written to; ``None`` for a batch in which a value is missing, as
        arrays of numbers have no place for it.

    Raises
    ------
    duckdb.Error
        The query failed, at its beginning or on its way.

    Examples
    --------
    >>> from baserate.engines.duckdb import connect
    >>> for numbers, halves in number_batches(connect([]), "SELECT i, i / 2 FROM range(3) t(i)"):
    ...     print(numbers, halves)
    [0 1 2] [0.  0.5 1. ]
    """
    for batch in _batches(connection, query):
        yield None if any(column.null_count for column in batch.children) else tuple(map(_array, batch.children))


def flag_batches(
    connection: DuckDBPyConnection, numbers: Sequence[str], flags: Sequence[str], rows: str
) -> Iterator[tuple[list[Column], list[Flags]]]:
    """Yield numbers and flags of some rows, as :func:`number_batches` does.

    Parameters
    ----------
    connection
        From :func:`baserate.engines.duckdb.connect`.
    numbers
        SQL of numbers, none of which may be missing.
    flags
        SQL of conditions.
    rows
        SQL of the rows, as it stands after FROM.

    Yields
    ------
    tuple of list
        An array for each column of numbers, and the flags of each condition.

    Raises
    ------
    duckdb.Error
        The query failed, at its beginning or on its way.
    ValueError
        A number is missing.

    Examples
    --------
    >>> from baserate.engines.duckdb import connect
    >>> for (numbers,), (flags,) in flag_batches(connect([]), ["i"], ["nullif(i, 2) > 0"], "range(4) t(i)"):
    ...     print(numbers, flags)
    [0 1 2 3] Flags(true=array([10], dtype=uint64), false=array([1], dtype=uint64))
    """
    # Flags as small numbers: the engine sets bits one by one, and takes longer for it than NumPy for packing them.
    listed = ", ".join([*numbers, *(f"({flag})::BOOLEAN::UTINYINT" for flag in flags)])
    for batch in _batches(connection, f"SELECT {listed} FROM {rows}"):  # noqa: S608 (SQL is the callers')
        columns = list(batch.children)
        yield [_complete(c) for c in columns[: len(numbers)]], [_flags(c) for c in columns[len(numbers) :]]


def pack_rows(rows: NDArray[np.bool_ | np.uint8]) -> Bits:
    """Put 64 rows into a word, which a machine takes at once; what is not 0 is set."""
    return _words(np.packbits(rows, bitorder="little"), len(rows))


def _batches(connection: DuckDBPyConnection, query: str) -> Iterator[Any]:
    stream = nanoarrow.c_array_stream(connection.sql(query))
    while (batch := _next(stream)) is not None:
        if batch.length:  # it has a length of its own: an empty batch is not the end
            yield batch


def _next(stream: Any) -> Any:  # noqa: ANN401 - nanoarrow states no types
    """Take the next batch, ``None`` after the last; the engine's errors are the engine's again."""
    try:
        return next(stream, None)
    except RuntimeError as error:
        told = str(error).partition(": ")[2] or str(error)
        kind = duckdb.OutOfMemoryException if told.startswith("Out of Memory") else duckdb.Error
        raise kind(told) from None


def _array(column: Any) -> Column:  # noqa: ANN401 - nanoarrow states no types
    values: Column = np.asarray(column.view().buffer(1))
    return values[column.offset : column.offset + column.length]


def _complete(column: Any) -> Column:  # noqa: ANN401 - nanoarrow states no types
    if column.null_count:
        message = "a number is missing, and arrays of numbers have no place for it"
        raise ValueError(message)
    return _array(column)


def _flags(column: Any) -> Flags:  # noqa: ANN401 - nanoarrow states no types
    known, true = _known(column), pack_rows(_array(column))
    return Flags(known & true, known & ~true)


def _known(column: Any) -> Bits:  # noqa: ANN401 - nanoarrow states no types
    """Give the rows that hold a value."""
    held = np.asarray(column.view().buffer(0)).view(np.uint8)
    if not len(held):  # what is nowhere missing need not say where it is known
        return pack_rows(np.ones(column.length, np.bool_))
    if column.offset:
        held = np.packbits(np.unpackbits(held, bitorder="little")[column.offset :], bitorder="little")
    return _words(held, column.length)


def _words(held: NDArray[np.uint8], rows: int) -> Bits:
    """Give bytes of bits as words, without what stands behind the last row."""
    over = -rows % 64
    words: Bits = np.concatenate([held[: -(-rows // 8)], np.zeros(over // 8, np.uint8)]).view(np.uint64)
    if over:
        words[-1] &= np.uint64(2 ** (64 - over) - 1)
    return words
