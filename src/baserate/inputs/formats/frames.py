"""Data frames in memory: pandas, Polars, Arrow, DuckDB relations, Ibis tables, through the Arrow C stream interface."""

# ruff: noqa: S608 - what goes into SQL is quoted; `refuse` takes a problem's code first
from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import duckdb

from baserate.errors import refuse
from baserate.inputs.formats.columns import Raw
from baserate.inputs.formats.format import Contents
from baserate.inputs.formats.layouts import lay_out
from baserate.inputs.formats.reading import Options, reading_from, said

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


_IN_MEMORY = ("pandas", "polars", "pyarrow")


class _Stream:
    """Nothing but the Arrow C stream of an object, so that the engine does not look for another package by its type."""

    def __init__(self, frame: object) -> None:
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)  # type: ignore[attr-defined]


def read_stream(connection: DuckDBPyConnection, frame: object, source: str, options: Options) -> Contents:
    """Read a data frame that has the Arrow C stream interface, or a pandas one, which the engine reads itself.

    The frame is looked at in place and must be readable more than once: a table, not a stream that is spent.

    Raises
    ------
    InputError
        The object has no such interface, or can be read only once.
    """
    view = "frame_" + hashlib.sha256(source.encode()).hexdigest()[:16]
    pandas = type(frame).__module__.partition(".")[0] == "pandas"
    if not pandas and not hasattr(frame, "__arrow_c_stream__"):
        what = f"an object of the type {type(frame).__qualname__} is no data frame"
        raise refuse("not-a-frame", source, what, "Give one with the Arrow C stream interface (__arrow_c_stream__)")
    try:
        connection.register(view, frame if pandas else _Stream(frame))
        columns = {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {view}").fetchall()}
    except duckdb.Error as error:
        remedy = "Give a table that can be read more than once, and not a stream or reader"
        raise refuse("frame-unreadable", source, f"cannot be read as Arrow data ({said(error)})", remedy) from None
    # A frame that is itself a query (DuckDB, Ibis) cannot be run twice at once, as a join with itself would.
    lazy = type(frame).__module__.partition(".")[0] in _IN_MEMORY
    raw = Raw(view, columns, "row_number() OVER ()" if lazy else None, source, lazy=lazy, trim=False)
    with reading_from(source):
        return Contents(lay_out(connection, raw, options))
