"""Searches with their candidate lists: the noun that rates per search are counted from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from baserate.inputs.tables import Table

NO_GROUPS = ("search_id", "subject", "mated", "failed")


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
        return tuple(column for column in self.searches.columns if column not in NO_GROUPS)
