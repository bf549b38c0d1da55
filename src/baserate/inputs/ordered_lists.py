"""Candidate lists whose rows are in order, read once as arrays: what checks and estimates ask of them is kept.

They are in order where each list stands together, is of a search that is known once, begins at rank 1, leaves no rank
out, and no candidate scores higher than the one before; all identifiers are whole numbers and nothing is missing.
Evaluations are mostly written so. Lists that are not in order are grouped by the engine (:mod:`baserate.inputs.lists`),
with the same answers at several times the cost.
"""

# ruff: noqa: S608 - names are quoted by `name`, and the connection is locked down.
from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import inf, isnan, nan
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from baserate.engines.batches import number_batches
from baserate.engines.duckdb import name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from duckdb import DuckDBPyConnection

    from baserate.inputs.tables import Table

Ints: TypeAlias = NDArray[np.signedinteger[Any]]
Floats: TypeAlias = NDArray[np.float32] | NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Columns: TypeAlias = "Sequence[NDArray[np.generic]]"

COLUMNS = ("search_id", "candidate_subject", "rank", "score")
MOST_NEAR = 2_000_000  # rows with the highest scores that are kept: 48 MB
WIDEST = 2**27  # numbers between the lowest and the highest subject of which can be marked who is on a list: 128 MB
#: Types that identifiers within a number on either side of 0 are read in: their differences stay within it too.
HOLD = {"INTEGER": 2**30, "BIGINT": 2**62}
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_FLOATS = ("FLOAT", "DOUBLE")


@dataclass(frozen=True, eq=False)
class OrderedLists:
    """What was found in lists that are in order.

    Parameters
    ----------
    ends
        One row per list: ``search_id``, highest ``score``, ``lowest``, ``n`` rows.
    own
        The candidates who are the subject of their search: ``search_id, subject, rank, score``.
    near
        The rows with the highest scores: ``search_id, candidate_subject, score``.
    edge
        All rows at or above this score are in ``near``.
    listed
        Subjects of searches that are on any list; ``None`` where it was not looked for, as their numbers are too far
        apart.
    looked_at
        Rows of the lists in which subjects that stand twice were looked for.
    repeated
        Whether any was found there.
    """

    ends: Columns
    own: Columns
    near: Columns
    edge: float
    listed: Ints | None
    looked_at: int
    repeated: bool


@dataclass(frozen=True, eq=False)
class _Searches:
    """The searches by identifier: whom each is for (0: not ``known``) and if its list is looked at."""

    ids: Ints
    subjects: Ints
    known: Bools
    looked: Bools

    @cached_property
    def lowest(self) -> int:
        """Lowest subject, 0 where none is known."""
        return int(self.subjects[self.known].min()) if np.any(self.known) else 0

    @cached_property
    def span(self) -> int:
        """Whole numbers from the lowest subject to the highest."""
        return int(self.subjects[self.known].max()) - self.lowest + 1 if np.any(self.known) else 1


@dataclass(frozen=True, eq=False)
class _Batch:
    """Rows of lists; those of one search that stand together are a piece of its list."""

    searches: Ints
    candidates: Ints
    ranks: Ints
    scores: Floats

    @cached_property
    def starts(self) -> Ints:
        return np.concatenate([[0], np.flatnonzero(self.searches[1:] != self.searches[:-1]) + 1])

    @cached_property
    def lengths(self) -> Ints:
        return np.diff(self.starts, append=len(self.searches))

    def columns(self, rows: Ints) -> tuple[Ints, Ints, Ints, Floats]:
        return self.searches[rows], self.candidates[rows], self.ranks[rows], self.scores[rows]


@dataclass(frozen=True, eq=False)
class _Pieces:
    """One row per piece, of one batch or of all of them."""

    searches: Ints
    ranks: Ints
    scores: Floats
    lowest: Floats
    lengths: Ints


def read_ordered(
    connection: DuckDBPyConnection, candidates: Table, searches: Table, *, most_looked_at: int
) -> OrderedLists | None:
    """Read candidate lists once; ``None`` where they are not in order, or hold anything but numbers.

    Parameters
    ----------
    connection
        Where the two tables are.
    candidates, searches
        The lists, with ``search_id, candidate_subject, rank, score``, and the searches, with ``search_id, subject``.
    most_looked_at
        About how many rows are looked through for subjects that stand twice on a list.

    Examples
    --------
    >>> import duckdb
    >>> from baserate.inputs.tables import table_of
    >>> c = duckdb.connect()
    >>> _ = c.execute("CREATE VIEW searches AS SELECT i AS search_id, 7 AS subject FROM range(2) t(i)")
    >>> rows = "VALUES (0, 8, 1, 0.9::FLOAT), (0, 7, 2, 0.5), (1, 9, 1, 0.8)"
    >>> _ = c.execute(f"CREATE VIEW lists AS FROM ({rows}) t(search_id, candidate_subject, rank, score)")
    >>> found = read_ordered(c, *(table_of(c, v, source="here") for v in ("lists", "searches")), most_looked_at=100)
    >>> [column.tolist() for column in found.own[:3]], found.listed.tolist()
    ([[0], [7], [2]], [7])
    """
    if not (_are_numbers(candidates, COLUMNS) and _are_numbers(searches, ("search_id", "subject"))):
        return None
    rows, whole = _extent(connection, candidates, searches)
    if not rows or whole is None:
        return None
    sought = _sought(connection, searches, whole, share=max(rows // most_looked_at, 1))
    return None if sought is None else _read(_batches(connection, candidates, whole), sought, rows)


def _are_numbers(table: Table, columns: Iterable[str]) -> bool:
    kinds = {column: _FLOATS if column == "score" else _WHOLE for column in columns}
    return all(table.types.get(column) in kind for column, kind in kinds.items())


def _extent(connection: DuckDBPyConnection, candidates: Table, searches: Table) -> tuple[int, str | None]:
    """Count the rows, and give the type that holds every identifier, if one does; files say both without being read."""
    asked = {candidates.view: ("search_id", "candidate_subject"), searches.view: ("search_id", "subject")}
    ends = [
        value
        for view, columns in asked.items()
        for value in connection.execute(
            f"SELECT {', '.join(f'min({column}), max({column})' for column in columns)} FROM {name(view)}"
        ).fetchall()[0]
    ]
    (rows,) = connection.execute(f"SELECT count(*) FROM {name(candidates.view)}").fetchall()[0]
    furthest = max(abs(end) for end in ends if end is not None) if rows else 0
    return rows, next((kind for kind, within in HOLD.items() if furthest <= within), None)


def _sought(connection: DuckDBPyConnection, searches: Table, whole: str, *, share: int) -> _Searches | None:
    """Fetch the searches in the order of their identifiers; ``None`` where these are missing or repeated."""
    found = connection.execute(
        f"SELECT search_id::{whole} AS search_id, coalesce(subject, 0)::{whole} AS subject, "
        f"subject IS NOT NULL AS known, hash(search_id) % {share} = 0 AS looked, search_id IS NULL AS missing "
        f"FROM {name(searches.view)}"
    ).fetchnumpy()
    if np.any(found["missing"]):
        return None
    ids = np.asarray(found["search_id"])
    order = np.argsort(ids, kind="stable")
    ids = ids[order]
    if np.any(ids[1:] == ids[:-1]):
        return None
    subjects, known, looked = (np.asarray(found[column])[order] for column in ("subject", "known", "looked"))
    return _Searches(ids, subjects, known.astype(bool), looked.astype(bool))


def _batches(connection: DuckDBPyConnection, candidates: Table, whole: str) -> Iterator[_Batch | None]:
    rank = "BIGINT" if candidates.types["rank"] in ("BIGINT", "UINTEGER") else "INTEGER"
    columns = f"search_id::{whole}, candidate_subject::{whole}, rank::{rank}, score"
    for arrays in number_batches(connection, f"SELECT {columns} FROM {name(candidates.view)}"):
        yield None if arrays is None else _Batch(*arrays)


def _read(batches: Iterable[_Batch | None], sought: _Searches, rows: int) -> OrderedLists | None:
    pieces: list[_Pieces] = []
    own: list[Columns] = []
    near: list[Columns] = []
    edge, looked_at, repeated = nan, 0, False
    seen = np.zeros(sought.span, np.bool_) if sought.span <= WIDEST else None
    for batch in batches:
        if batch is None or not _in_order(batch):
            return None
        places = np.searchsorted(sought.ids, batch.searches[batch.starts])
        if not _known(sought, batch, places):
            return None
        pieces.append(_pieces(batch))
        own.append(batch.columns(_own(batch, sought, places)))
        if seen is not None:
            _mark(seen, batch.candidates, sought.lowest)
        near, edge = _with_highest(near, batch, _first_edge(batch, rows) if isnan(edge) else edge)
        looked, twice = _repeats(batch, sought.looked[places])
        looked_at, repeated = looked_at + looked, repeated or twice
    ends = _lists(_joined(pieces))
    if ends is None:
        return None
    listed = None if seen is None else np.flatnonzero(seen) + sought.lowest
    return OrderedLists(ends, _stacked(own), _stacked(near), edge, listed, looked_at, repeated)


def _in_order(batch: _Batch) -> bool:
    """Whether within each piece ranks rise by one and no score is above the one before (or not a number)."""
    follows = batch.ranks[1:] - batch.ranks[:-1] == 1
    follows &= batch.scores[1:] <= batch.scores[:-1]
    between = batch.starts[1:] - 1
    inside = len(follows) - len(between)
    return int(np.count_nonzero(follows) - np.count_nonzero(follows[between])) == inside


def _known(sought: _Searches, batch: _Batch, places: Ints) -> bool:
    """Whether each list is of a search that is there."""
    if not len(sought.ids) or places.max(initial=0) >= len(sought.ids):
        return False
    return bool(np.all(sought.ids[places] == batch.searches[batch.starts]))


def _pieces(batch: _Batch) -> _Pieces:
    starts, last = batch.starts, batch.starts + batch.lengths - 1
    return _Pieces(batch.searches[starts], batch.ranks[starts], batch.scores[starts], batch.scores[last], batch.lengths)


def _own(batch: _Batch, sought: _Searches, places: Ints) -> Ints:
    """Find the rows whose candidate is the subject of the search."""
    rows = np.flatnonzero(batch.candidates == np.repeat(sought.subjects[places], batch.lengths))
    return rows[sought.known[np.searchsorted(sought.ids, batch.searches[rows])]]


def _mark(seen: Bools, candidates: Ints, lowest: int) -> None:
    """Mark those of the subjects who are candidates here."""
    # What is below the lowest is very large without a sign.
    above = (candidates - lowest).view(np.dtype(f"u{candidates.itemsize}"))
    seen[above[above < len(seen)]] = True


def _first_edge(batch: _Batch, rows: int) -> float:
    """Guess the score that half as many rows as are kept reach, if all batches are like this one."""
    share = MOST_NEAR / 2 / rows
    return float(np.quantile(batch.scores, 1 - share, method="higher")) if 2 * share < 1 else -inf


def _with_highest(near: list[Columns], batch: _Batch, edge: float) -> tuple[list[Columns], float]:
    """Add the rows at or above the edge; where they become too many, leave out those up to the median of them."""
    rows = np.flatnonzero(batch.scores >= edge)
    near = [*near, (batch.searches[rows], batch.candidates[rows], batch.scores[rows])]
    if sum(len(scores) for _, _, scores in near) <= MOST_NEAR:
        return near, edge
    together = _stacked(near)
    scores = together[-1]
    kept = scores > np.partition(scores, len(scores) // 2)[len(scores) // 2]
    return [tuple(column[kept] for column in together)], float(scores[kept].min(initial=inf))


def _repeats(batch: _Batch, looked: Bools) -> tuple[int, bool]:
    """Look for subjects that stand twice in pieces that are not at an end of the batch; tell in how many rows."""
    chosen = np.flatnonzero(looked[1:-1]) + 1
    lengths = batch.lengths[chosen]
    before = np.repeat(np.cumsum(lengths) - lengths, lengths)
    rows = np.repeat(batch.starts[chosen], lengths) + np.arange(len(before)) - before
    order = np.lexsort((batch.candidates[rows], batch.searches[rows]))
    pairs = batch.searches[rows][order], batch.candidates[rows][order]
    same = [column[1:] == column[:-1] for column in pairs]
    return len(rows), bool(np.any(same[0] & same[1]))


def _joined(pieces: Sequence[_Pieces]) -> _Pieces:
    columns = zip(*((p.searches, p.ranks, p.scores, p.lowest, p.lengths) for p in pieces), strict=True)
    return _Pieces(*(np.concatenate(column) for column in columns))


def _lists(pieces: _Pieces) -> Columns | None:
    """Join the pieces of one list, which batches have cut; ``None`` where a list stands in two places or is broken."""
    follows = np.concatenate([[False], pieces.searches[1:] == pieces.searches[:-1]])
    after = np.flatnonzero(follows)
    expected = pieces.ranks[after - 1] + pieces.lengths[after - 1]
    whole = np.all(pieces.ranks[after] == expected) and np.all(pieces.scores[after] <= pieces.lowest[after - 1])
    starts = np.flatnonzero(~follows)
    searches, scores = pieces.searches[starts], pieces.scores[starts]
    lowest = pieces.lowest[np.append(starts[1:], len(follows)) - 1]
    ordered = np.sort(searches)
    alone = not np.any(ordered[1:] == ordered[:-1])
    finite = np.all(np.isfinite(scores)) and np.all(np.isfinite(lowest))
    if not (whole and alone and finite and np.all(pieces.ranks[starts] == 1)):
        return None
    return searches, scores, lowest, np.add.reduceat(pieces.lengths, starts)


def _stacked(parts: Sequence[Columns]) -> Columns:
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))
