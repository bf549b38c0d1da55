"""What one pass over candidate lists tells, kept on the connection: checks and estimates ask for the same."""

# ruff: noqa: S608 - names are quoted by `name`, and the connection is locked down.
from __future__ import annotations

from dataclasses import astuple, dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from baserate.engines.duckdb import name
from baserate.inputs.ordered_lists import COLUMNS, read_ordered
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from baserate.inputs.ordered_lists import OrderedLists
    from baserate.inputs.tables import Table

MOST_LOOKED_AT = 500_000  # rows of lists that are looked through for subjects that stand twice


@dataclass(frozen=True, slots=True)
class Survey(Shown):
    """What one pass over candidate lists told, if they are in order (:mod:`baserate.inputs.ordered_lists`).

    Parameters
    ----------
    ordered
        Whether each list stands together, has the ranks from 1 without a gap, and scores that do not rise.
    looked_at
        Rows in which subjects that stand twice on a list were looked for.
    repeated
        Whether any was found.
    edge
        Score from which on every row is in the table of :func:`near_candidates`.
    listed
        Whether the table of :func:`listed_subjects` is there.
    once
        Whether no list shows the subject of its search twice.
    """

    ordered: bool = False
    looked_at: int = 0
    repeated: bool = False
    edge: float = inf
    listed: bool = False
    once: bool = False


def survey(
    connection: DuckDBPyConnection,
    candidates: Table,
    searches: Table,
    *,
    most_looked_at: int = MOST_LOOKED_AT,
    marked: bool = True,
) -> Survey:
    """Look at all lists once, if they are in order, and keep what the functions of this module give.

    The first call does it; what the two views show must not change afterwards. If it is not ``marked``, who is on any
    list, which only checks ask, is not kept (:func:`listed_subjects`).

    Examples
    --------
    >>> import duckdb
    >>> from baserate.inputs.tables import table_of
    >>> c = duckdb.connect()
    >>> _ = c.execute("CREATE VIEW searches AS SELECT i AS search_id, 7 AS subject FROM range(2) t(i)")
    >>> rows = "VALUES (0, 8, 1, 0.9::FLOAT), (0, 7, 2, 0.5), (1, 9, 1, 0.8)"
    >>> _ = c.execute(f"CREATE VIEW lists AS FROM ({rows}) t(search_id, candidate_subject, rank, score)")
    >>> survey(c, *(table_of(c, view, source="here") for view in ("lists", "searches"))).ordered
    True
    """
    kept = f"{candidates.view} survey of {searches.view}"
    query = "SELECT count(*) FROM duckdb_tables() WHERE table_name = ?"
    (made,) = connection.execute(query, [kept]).fetchall()[0]
    if not made:
        found = read_ordered(connection, candidates, searches, most_looked_at=most_looked_at, marked=marked)
        told = Survey() if found is None else _keep_all(connection, candidates, searches, found)
        columns = "? AS ordered, ? AS looked_at, ? AS repeated, ?::DOUBLE AS edge, ? AS listed, ? AS once"
        connection.execute(f"CREATE TEMP TABLE {name(kept)} AS SELECT {columns}", list(astuple(told)))
    return Survey(*connection.execute(f"FROM {name(kept)}").fetchall()[0])


def _keep_all(connection: DuckDBPyConnection, candidates: Table, searches: Table, found: OrderedLists) -> Survey:
    search, candidate, rank, score = (f"{c}::{candidates.types[c]}" for c in COLUMNS)
    ends = {"search_id": search, "score": score, "lowest": f"lowest::{candidates.types['score']}", "n": "n"}
    own = {"search_id": search, "subject": f"subject::{candidates.types['candidate_subject']}", "rank": rank,
           "score": score}  # fmt: skip
    near = {"search_id": search, "candidate_subject": candidate, "score": score}
    _keep(connection, _ends(candidates), {**ends, "scored": "n"}, found.ends)
    _keep(connection, _own(candidates, searches), own, found.own)
    _keep(connection, _near(candidates), near, found.near)
    if found.listed is not None:
        _keep(connection, _listed(candidates, searches), {"subject": "subject"}, [found.listed])
    return Survey(
        ordered=True,
        looked_at=found.looked_at,
        repeated=found.repeated,
        edge=found.edge,
        listed=found.listed is not None,
        once=not np.any(found.own[0][1:] == found.own[0][:-1]),  # a list stands together
    )


def _keep(
    connection: DuckDBPyConnection, table: str, columns: Mapping[str, str], arrays: Sequence[NDArray[np.generic]]
) -> None:
    """Make a view of arrays, which the connection keeps; the columns say from which and in what type."""
    view = f"{table} as arrays"
    connection.register(view, dict(zip(columns, map(np.ascontiguousarray, arrays), strict=False)))
    selected = ", ".join(f"{sql} AS {column}" for column, sql in columns.items())
    connection.execute(f"CREATE TEMP VIEW {name(table)} AS SELECT {selected} FROM {name(view)}")


def near_candidates(connection: DuckDBPyConnection, candidates: Table, searches: Table, lowest: float) -> str | None:
    """Name a view with all rows at or above a score, ``search_id, candidate_subject, score``, if it is at hand."""
    return _near(candidates) if survey(connection, candidates, searches).edge <= lowest else None


def listed_subjects(connection: DuckDBPyConnection, candidates: Table, searches: Table) -> str | None:
    """Name a table of the subjects of searches that are on any list, whosever, if it is at hand."""
    told = survey(connection, candidates, searches)
    return name(_listed(candidates, searches)) if told.listed else None


def _ends(candidates: Table) -> str:
    return f"{candidates.view} ends"


def _own(candidates: Table, searches: Table) -> str:
    return f"{candidates.view} own of {searches.view}"


def _near(candidates: Table) -> str:
    return f"{candidates.view} near"


def _listed(candidates: Table, searches: Table) -> str:
    return f"{searches.view} listed in {candidates.view}"


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
    kept = name(_ends(candidates))
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
    kept = name(_own(candidates, searches))
    connection.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS {kept} AS SELECT search_id, candidate_subject AS subject, rank, score "
        f"FROM {name(candidates.view)} l SEMI JOIN {name(searches.view)} s "
        "ON l.search_id = s.search_id AND l.candidate_subject = s.subject"
    )
    return kept
