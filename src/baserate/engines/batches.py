"""The answer of a query as arrays, a batch at a time: numbers leave the engine without a copy of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import duckdb
import nanoarrow
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

Column: TypeAlias = np.ndarray[tuple[int], np.dtype[Any]]


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
    stream = nanoarrow.c_array_stream(connection.sql(query))
    while (batch := _next(stream)) is not None:
        if not batch.length:  # it has a length of its own, and is not the end
            continue
        yield None if any(column.null_count for column in batch.children) else tuple(map(_array, batch.children))


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
