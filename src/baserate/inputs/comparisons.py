"""Comparisons: one row a score, with its truth; the noun that rates per comparison are counted from."""

# ruff: noqa: S608 - names are quoted by `name`, and the connection is locked down.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baserate.engines.duckdb import connect, name
from baserate.errors import InputError
from baserate.inputs.tables import Table, equal, need_columns, open_table, table_of

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

KNOWN = ("mated", "score", "probe_subject", "reference_subject", "probe_id", "reference_id")
TYPES = {"mated": "BOOLEAN", "score": "DOUBLE"}


@dataclass(frozen=True)
class Comparisons:
    """A table of comparisons: ``mated BOOLEAN``, ``score`` (NULL is a failure to acquire or enrol), who, and groups.

    Parameters
    ----------
    connection
        Where the table is.
    table
        Columns ``mated`` and ``score``; ``probe_subject`` and ``reference_subject`` where known; every further column
        can be a group.
    """

    connection: DuckDBPyConnection
    table: Table

    @property
    def view(self) -> str:
        """Name of the table on the connection."""
        return self.table.view

    @property
    def groups(self) -> tuple[str, ...]:
        """Columns that can be used as groups."""
        return tuple(column for column in self.table.columns if column not in KNOWN)

    def has(self, column: str) -> bool:
        """Whether the table has a column."""
        return column in self.table.columns


def read_comparisons(path: Path | str, *, memory_limit: str = "1GB") -> Comparisons:
    """Read comparisons in Baserate's own columns from CSV or Parquet.

    Parameters
    ----------
    path
        A file with ``score`` and either ``mated`` or both ``probe_subject`` and ``reference_subject`` (equal subjects
        are mated). A missing score is a failure to acquire or enrol and stays in the denominators.
    memory_limit
        Most memory that the engine may take (``"1GB"``); more spills to disk.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    connection = connect([path], memory_limit)
    return as_comparisons(connection, open_table(connection, path, view="comparisons_read", types=TYPES))


def as_comparisons(connection: DuckDBPyConnection, table: Table) -> Comparisons:
    """Make comparisons of a table with canonical columns; truth comes from the subjects where both are there.

    Raises
    ------
    InputError
        The table lacks ``score``, or says nothing of what is mated.
    """
    both = {"probe_subject", "reference_subject"} <= set(table.columns)
    required = ("score",) if both else ("score", "mated")
    problems = need_columns(table, required, remedy="Name the columns mated, score, probe_subject, reference_subject")
    if problems:
        raise InputError(problems)
    truth = equal(table.types, "probe_subject", table.types, "reference_subject") if both else "mated"
    others = [name(column) for column in table.columns if column != "mated"]
    view = "comparisons"
    connection.execute(f"CREATE VIEW {view} AS SELECT {truth} AS mated, {', '.join(others)} FROM {name(table.view)}")
    return Comparisons(connection, table_of(connection, view, source=table.source))
