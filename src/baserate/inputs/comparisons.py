"""Comparisons: one row a score, with its truth; the noun that rates per comparison are counted from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from baserate.inputs.tables import Table

KNOWN = ("mated", "score", "probe_subject", "reference_subject", "probe_id", "reference_id")


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
