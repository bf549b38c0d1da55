"""Live searches of a log counted by a few columns, with every total."""

# ruff: noqa: S608 - SQL is made of the schema's own names; values are quoted.
from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from baserate.audit.facts import CONDITIONS, searches
from baserate.columns import TABLES
from baserate.engines.duckdb import text
from baserate.errors import InputError, Problem, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from baserate.audit.facts import Log
    from baserate.columns import Column

    Counts = NDArray[np.int64]

#: Most cells of a table, totals included: each withheld cell costs two linear programs.
MAX_CELLS = 4_000
#: Most columns that a table is counted by.
MAX_DIMENSIONS = 4
#: Kinds of column whose values are few and say nothing about one person.
_KINDS = ("enum", "boolean", "code", "cell")
#: Periods of the start of a search, UTC.
PERIODS = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
NOT_RECORDED = "(not recorded)"
OTHER = "(other)"
ALL = "(all)"


@dataclass(frozen=True, slots=True)
class Dimension:
    """A column that a table is counted by.

    Parameters
    ----------
    name
        A column of ``search_event``, one of the conditions of :data:`baserate.audit.facts.CONDITIONS`, or one of
        :data:`PERIODS`.
    values
        Its values in the table, in order.
    """

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CrossTable:
    """Counts of live searches.

    Parameters
    ----------
    dimensions
        What they are counted by.
    counts
        Whole numbers, one axis a dimension; the last place of each axis is the total over it.
    """

    dimensions: tuple[Dimension, ...]
    counts: Counts

    def cells(self) -> Iterator[tuple[str, ...]]:
        """Give the values of each cell in the order of ``counts.ravel()``; a total is :data:`ALL`."""
        return product(*((*dimension.values, ALL) for dimension in self.dimensions))


def observed_dimension(log: Log, name: str) -> Dimension:
    """Give a dimension with the values that the log holds: for suppression, where what is there is no secret.

    Raises
    ------
    InputError
        If the table cannot be counted by it.
    """
    found = log.connection.execute(
        f"SELECT DISTINCT {_cell(name)} FROM {searches()} WHERE live ORDER BY 1 LIMIT {MAX_CELLS + 1}"
    ).fetchall()
    return Dimension(name, tuple(value for (value,) in found))


def declared_dimension(name: str, values: Sequence[str] = ()) -> Dimension:
    """Give a dimension with the values that it may have, whatever the log holds.

    For noise, where the absence of a value is to stay as hidden as everything else.

    Parameters
    ----------
    name
        Its name.
    values
        Values to be told apart; needed where the schema does not list them. All others are counted together.

    Raises
    ------
    InputError
        If neither the schema nor ``values`` lists them.
    """
    column = _column(name)
    if values:
        return Dimension(name, (*dict.fromkeys(values), OTHER, NOT_RECORDED))
    if name in CONDITIONS or (column is not None and column.type == "boolean"):
        return Dimension(name, ("true", "false", NOT_RECORDED))
    if column is not None and column.values:
        return Dimension(name, (*(v for v in column.values if v != "unknown"), NOT_RECORDED))
    what = "has no list of values in the schema, and which ones a log holds would show through any noise"
    raise refuse("no-declared-values", f"--by {name[:60]}", what, f"Name them: --values {name[:60]}=first,second")


def count_table(log: Log, dimensions: Sequence[Dimension], *, per_encounter: int | None = None) -> CrossTable:
    """Count the live searches of a log by some dimensions.

    Parameters
    ----------
    log
        What :func:`baserate.inputs.logs.read_log` gives.
    dimensions
        One to four; values that a dimension does not list are counted as :data:`OTHER` where it has that value.
    per_encounter
        Most searches counted of one encounter, the first ones; all where it is not given.

    Raises
    ------
    InputError
        If there are too many dimensions or cells.
    """
    _refuse_large(dimensions)
    counts = np.zeros([len(dimension.values) for dimension in dimensions], dtype=np.int64)
    cells = ", ".join(_within(dimension) for dimension in dimensions)
    rows = log.connection.execute(f"SELECT {cells}, count(*) FROM {_counted(per_encounter)} GROUP BY ALL").fetchall()
    places = [{value: place for place, value in enumerate(dimension.values)} for dimension in dimensions]
    for *values, n in rows:
        counts[tuple(place[value] for place, value in zip(places, values, strict=True))] += n
    return CrossTable(tuple(dimensions), with_totals(counts))


def with_totals(counts: Counts) -> Counts:
    """Add the total over each axis at its end.

    Examples
    --------
    >>> with_totals(np.array([[1, 2], [3, 4]]))
    array([[ 1,  2,  3],
           [ 3,  4,  7],
           [ 4,  6, 10]])
    """
    for axis in range(counts.ndim):
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    return counts


def check_names(names: Sequence[str]) -> None:
    """Refuse what a table cannot be counted by, all of it at once.

    Raises
    ------
    InputError
        With a problem for each name.
    """
    allowed = [*_allowed()]
    problems = [
        Problem(
            "not-a-dimension",
            f"--by {name[:60]}",
            "is no column that counts can be published by",
            f"Choose among {', '.join(allowed)}",
        )
        for name in names
        if name not in allowed
    ]
    if len(set(names)) < len(names):
        problems.append(Problem("repeated-dimension", "--by", "names a column twice", "Name it once"))
    if problems:
        raise InputError(problems)


def _allowed() -> Iterator[str]:
    yield from PERIODS
    yield from (condition for condition in CONDITIONS if condition != "live")
    yield from (column.name for column in TABLES["search_event"] if column.type in _KINDS)


def _refuse_large(dimensions: Sequence[Dimension]) -> None:
    n = 1
    for dimension in dimensions:
        n *= len(dimension.values) + 1
    if len(dimensions) > MAX_DIMENSIONS or n > MAX_CELLS:
        what = f"make {n:,} cells of {len(dimensions)} columns; at most {MAX_CELLS:,} of {MAX_DIMENSIONS} are released"
        raise refuse("table-too-large", "--by", what, "Count by fewer columns, or by a longer period")


def _column(name: str) -> Column | None:
    return next((column for column in TABLES["search_event"] if column.name == name), None)


def _cell(name: str) -> str:
    """SQL of a dimension's value as text."""
    if name in PERIODS:
        sql = f"strftime(time_start_utc AT TIME ZONE 'UTC', {text(PERIODS[name])})"
    else:
        sql = f"({name})::VARCHAR"
    return f"coalesce({sql}, {text(NOT_RECORDED)})"


def _within(dimension: Dimension) -> str:
    """SQL of a dimension's value, those that it does not list put together."""
    if OTHER not in dimension.values:
        return _cell(dimension.name)
    listed = ", ".join(text(value) for value in dimension.values)
    cell = _cell(dimension.name)
    return f"CASE WHEN {cell} IN ({listed}) THEN {cell} ELSE {text(OTHER)} END"


def _counted(per_encounter: int | None) -> str:
    """SQL of the searches that are counted; a search without an encounter is one of its own."""
    if per_encounter is None:
        return f"(SELECT * FROM {searches()} WHERE live)"
    order = 'PARTITION BY coalesce(encounter_pid, event_id) ORDER BY attempt_no, "row"'
    return f"(SELECT * FROM {searches()} WHERE live QUALIFY row_number() OVER ({order}) <= {per_encounter})"
