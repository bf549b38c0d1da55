"""A table on a connection, with the types of its columns and the file that it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baserate.engines.duckdb import name
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Table(Shown):
    """A table or view on a connection, with where it came from.

    Parameters
    ----------
    view
        Its name on the connection.
    types
        SQL type of each column, in order.
    source
        The file, for messages.
    """

    view: str
    types: Mapping[str, str]
    source: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(self.types)


def table_of(connection: DuckDBPyConnection, view: str, *, source: str) -> Table:
    """Describe a table or view that is on the connection."""
    rows = connection.execute(f"DESCRIBE {name(view)}").fetchall()
    return Table(view, {row[0]: row[1] for row in rows}, source)
