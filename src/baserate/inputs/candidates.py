"""Searches with their candidate lists: the noun that rates per search are counted from."""

# ruff: noqa: S608 - names are quoted by `name`, and the connection is locked down.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baserate.engines.duckdb import connect, name
from baserate.errors import InputError
from baserate.inputs.tables import Table, need_columns, open_table, table_of

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

KNOWN = ("search_id", "subject", "mated", "gallery_size", "failed")
SEARCH_TYPES = {
    "mated": "BOOLEAN",
    "gallery_size": "BIGINT",
    "failed": "BOOLEAN",
}
CANDIDATE_TYPES = {"rank": "INTEGER", "score": "DOUBLE"}


@dataclass(frozen=True)
class Searches:
    """A table of searches (one row each, truth included) and a table of their candidates.

    Parameters
    ----------
    connection
        Where the tables are.
    searches
        ``search_id, subject, mated``, optional ``gallery_size``, ``failed`` and groups. A search whose list is empty,
        or that failed, has its row here.
    candidates
        ``search_id, candidate_subject, rank`` (1 is best), ``score``.
    """

    connection: DuckDBPyConnection
    searches: Table
    candidates: Table

    @property
    def groups(self) -> tuple[str, ...]:
        """Columns of the searches table that can be used as groups."""
        return tuple(column for column in self.searches.columns if column not in KNOWN)


def read_searches(candidates: Path | str, searches: Path | str, *, memory_limit: str = "1GB") -> Searches:
    """Read candidate lists and their searches table in Baserate's own columns from CSV or Parquet.

    Parameters
    ----------
    candidates
        A file with ``search_id, candidate_subject, rank, score``.
    searches
        A file with ``search_id, subject, mated`` and optional ``gallery_size``, ``failed`` and groups.
    memory_limit
        Most memory that the engine may take (``"1GB"``).

    Raises
    ------
    InputError
        With every problem of both files.
    """
    connection = connect([candidates, searches], memory_limit)
    listed = open_table(connection, candidates, view="candidates", types=CANDIDATE_TYPES)
    searched = open_table(connection, searches, view="searches", types=SEARCH_TYPES)
    return as_searches(connection, listed, searched)


def as_searches(connection: DuckDBPyConnection, candidates: Table, searches: Table) -> Searches:
    """Make searches of two tables with canonical columns.

    Raises
    ------
    InputError
        A table lacks a column.
    """
    remedy = "Name the columns as in the guide"
    problems = need_columns(candidates, ("search_id", "candidate_subject", "rank", "score"), remedy=remedy)
    problems += need_columns(searches, ("search_id", "subject", "mated"), remedy=remedy)
    if problems:
        raise InputError(problems)
    for column, other in (("search_id", "search_id"), ("candidate_subject", "subject")):
        if candidates.types[column] != searches.types[other]:
            candidates = _as_text(connection, candidates, column)
            searches = _as_text(connection, searches, other)
    return Searches(connection, searches, candidates)


def _as_text(connection: DuckDBPyConnection, table: Table, column: str) -> Table:
    """Make an identifier text, where the two tables hold it in different types."""
    view = f"{table.view}_{column}_as_text"
    quoted = name(column)
    connection.execute(
        f"CREATE VIEW {name(view)} AS SELECT * REPLACE ({quoted}::VARCHAR AS {quoted}) FROM {name(table.view)}"
    )
    return table_of(connection, view, source=table.source)
