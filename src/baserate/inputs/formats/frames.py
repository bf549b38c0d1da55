"""Data frames in memory: pandas, Polars, Arrow, DuckDB relations, Ibis tables, through the Arrow C stream interface."""

# ruff: noqa: S608 - what goes into SQL is quoted; `refuse` takes a problem's code first
from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any

import duckdb

from baserate.errors import Problem, refuse
from baserate.inputs.formats.columns import Raw, check_names
from baserate.inputs.formats.format import Contents
from baserate.inputs.formats.layouts import lay_out
from baserate.inputs.formats.reading import Options, reading_from, said
from baserate.inputs.problems import column_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


_IN_MEMORY = (("pandas", "DataFrame"), ("polars", "DataFrame"), ("pyarrow", "Table"), ("pyarrow", "RecordBatch"))
_FLOATS = ("float16", "float32", "float64")  # in which a missing number is NaN
_REMEDY = "Give a table that can be read more than once, and not a stream or reader"


class _Stream:
    """Nothing but the Arrow C stream of an object, so that the engine does not look for another package by its type."""

    def __init__(self, frame: object) -> None:
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)  # type: ignore[attr-defined]


def read_stream(
    connection: DuckDBPyConnection, frame: object, source: str, options: Options, *, remedy: str = _REMEDY
) -> Contents:
    """Read a data frame that has the Arrow C stream interface, or a pandas one, which the engine reads itself.

    A table in memory is looked at in place. Anything else is read once and kept: a query (DuckDB, Ibis) cannot be run
    twice at once, as a join with itself would, and the second reading of a stream would find it empty.

    Raises
    ------
    InputError
        The object has no such interface, is a stream that is spent, or names two of its columns alike.
    """
    view = "frame_" + hashlib.sha256(source.encode()).hexdigest()[:16]
    package = type(frame).__module__.partition(".")[0]
    pandas = package == "pandas"
    if not pandas and not hasattr(frame, "__arrow_c_stream__"):
        what = f"an object of the type {type(frame).__qualname__} is no data frame"
        raise refuse("not-a-frame", source, what, "Give one with the Arrow C stream interface (__arrow_c_stream__)")
    check_names(_names(frame), source)
    lazy = (package, type(frame).__name__) in _IN_MEMORY
    try:
        connection.register(view, frame if pandas else _Stream(frame))
        relation = view if lazy else _kept(connection, view)
        columns = {row[0]: row[1] for row in connection.execute(f"DESCRIBE {relation}").fetchall()}
    except duckdb.Error as error:
        raise refuse("frame-unreadable", source, f"cannot be read as Arrow data ({said(error)})", remedy) from None
    _refuse_spent(connection, frame, relation, source)
    raw = Raw(relation, columns, "row_number() OVER ()" if lazy else "rowid + 1", source, lazy=True, trim=False)
    with reading_from(source):
        sheets = lay_out(connection, raw, options)
    told = _told_of_nan(frame, source, options) if pandas and "comparisons" in sheets else ()
    return Contents(sheets, told)


def _told_of_nan(frame: object, source: str, options: Options) -> tuple[Problem, ...]:
    """Say that NaN is taken for a missing score, which pandas has no other way to write in a column of floats."""
    if options.failure_code is not None and math.isnan(options.failure_code):
        return ()
    pandas: Any = frame
    scores = [pandas[column] for column in pandas.columns if str(column).lower() == "score"]
    missing = sum(int(score.isna().sum()) for score in scores if str(score.dtype) in _FLOATS)
    if not missing:
        return ()
    what = f"scores that are NaN, and count as failures to acquire or enrol: {missing:,}"
    remedy = 'If they are failures, say so with failure_code=float("nan"); if a computation failed, correct it'
    return (Problem("score-nan-in-pandas", column_of(source, "score"), what, remedy, "warning"),)


def _names(frame: object) -> list[str]:
    """Names of the columns as the frame has them: the engine would rename one that stands twice, and go on."""
    names = getattr(getattr(frame, "schema", None), "names", None)
    return [str(column) for column in (names if isinstance(names, list) else getattr(frame, "columns", ()))]


def _kept(connection: DuckDBPyConnection, view: str) -> str:
    connection.execute(f"CREATE TABLE {view}_kept AS SELECT * FROM {view}")
    connection.unregister(view)
    return f"{view}_kept"


def _refuse_spent(connection: DuckDBPyConnection, frame: object, relation: str, source: str) -> None:
    """Refuse a stream that gives no row: it cannot be told from one that was read before."""
    if hasattr(frame, "__next__") and connection.execute(f"SELECT 1 FROM {relation} LIMIT 1").fetchone() is None:
        what = f"the {type(frame).__qualname__} gives no row, as one does that was read before"
        raise refuse("frame-unreadable", source, what, _REMEDY)
