"""What one pass over candidate lists tells, kept on the connection: checks and estimates ask for the same."""

# ruff: noqa: S608 - names are quoted by `name`, and the connection is locked down.
from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.engines.duckdb import name

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from baserate.inputs.tables import Table


def list_ends(connection: DuckDBPyConnection, candidates: Table) -> str:
    """Name a table with one row per list: ``search_id``, highest ``score``, ``lowest``, ``n`` rows, ``scored`` of them.

    It is made once; what the candidates' view shows must not change afterwards.

    Examples
    --------
    >>> import duckdb
    >>> from baserate.inputs.tables import table_of
    >>> c = duckdb.connect()
    >>> _ = c.execute("CREATE VIEW lists AS SELECT i // 3 AS search_id, i / 2 AS score FROM range(6) t(i)")
    >>> c.sql(f"FROM {list_ends(c, table_of(c, 'lists', source='here'))} ORDER BY ALL").fetchall()
    [(0, 1.0, 0.0, 3, 3), (1, 2.5, 1.5, 3, 3)]
    """
    kept = name(f"{candidates.view} ends")
    connection.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS {kept} AS SELECT search_id, max(score) AS score, min(score) AS lowest, "
        f"count(*) AS n, count(score) AS scored FROM {name(candidates.view)} GROUP BY search_id"
    )
    return kept


def own_candidates(connection: DuckDBPyConnection, candidates: Table, searches: Table) -> str:
    """Name a table of the candidates who are the subject of their search: ``search_id, subject, rank, score``.

    Each is there once, even if the search is repeated. The table is made once; what the two views show must not change
    afterwards.

    Examples
    --------
    >>> import duckdb
    >>> from baserate.inputs.tables import table_of
    >>> c = duckdb.connect()
    >>> _ = c.execute("CREATE VIEW searches AS SELECT 1 AS search_id, 'a' AS subject")
    >>> rows = "VALUES (1, 'b', 1, 0.9), (1, 'a', 2, 0.5)"
    >>> _ = c.execute(f"CREATE VIEW lists AS FROM ({rows}) t(search_id, candidate_subject, rank, score)")
    >>> tables = [table_of(c, view, source="here") for view in ("lists", "searches")]
    >>> c.sql(f"SELECT search_id, subject, rank FROM {own_candidates(c, *tables)}").fetchall()
    [(1, 'a', 2)]
    """
    kept = name(f"{candidates.view} own of {searches.view}")
    connection.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS {kept} AS SELECT search_id, candidate_subject AS subject, rank, score "
        f"FROM {name(candidates.view)} l SEMI JOIN {name(searches.view)} s "
        "ON l.search_id = s.search_id AND l.candidate_subject = s.subject"
    )
    return kept
