"""Candidate lists whose rows are in order, read once as arrays: what checks and estimates ask of them is kept.

They are in order where each list stands together, is of a search that is known once, begins at rank 1, leaves no rank
out, and no candidate scores higher than the one before; all identifiers are whole numbers and nothing is missing.
Evaluations are mostly written so. Lists that are not in order are grouped by the engine (:mod:`baserate.inputs.lists`),
with the same answers at several times the cost.
"""

# ruff: noqa: S608 - names are quoted by `name`, and the connection is locked down.
from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from baserate.engines.batches import number_batches
from baserate.engines.duckdb import name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

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
_RANKS = {"TINYINT": 2**7 - 1, "SMALLINT": 2**15 - 1, "INTEGER": 2**31 - 1, "BIGINT": 2**63 - 1}
_SPREADS = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: multiples of it lie far apart
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
        Subjects of searches that are on any list; ``None`` where it was not looked for, or their numbers are too far
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
    def all_known(self) -> bool:
        return bool(np.all(self.known))

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

    @cached_property
    def heads(self) -> Ints:
        """The search of each piece."""
        return self.searches[self.starts]

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
    connection: DuckDBPyConnection, candidates: Table, searches: Table, *, most_looked_at: int, marked: bool = True
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
    marked
        Whether subjects that are on any list are looked for.

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
    rows, whole, rank = _extent(connection, candidates, searches)
    if not rows or whole is None or rank is None:
        return None
    sought = _sought(connection, searches, whole, share=max(rows // most_looked_at, 1))
    return None if sought is None else _read(_batches(connection, candidates, whole, rank), sought, rows, marked=marked)


def _are_numbers(table: Table, columns: Iterable[str]) -> bool:
    kinds = {column: _FLOATS if column == "score" else _WHOLE for column in columns}
    return all(table.types.get(column) in kind for column, kind in kinds.items())


def _extent(connection: DuckDBPyConnection, candidates: Table, searches: Table) -> tuple[int, str | None, str | None]:
    """Count the rows, and give the types that hold every identifier and every rank, if these count from 1.

    Files say what is lowest and highest without being read.
    """
    asked = {candidates.view: ("search_id", "candidate_subject"), searches.view: ("search_id", "subject")}
    ends = [
        value
        for view, columns in asked.items()
        for value in connection.execute(
            f"SELECT {', '.join(f'min({column}), max({column})' for column in columns)} FROM {name(view)}"
        ).fetchall()[0]
    ]
    query = f"SELECT count(*), coalesce(min(rank), 0), max(rank) FROM {name(candidates.view)}"
    rows, first, last = connection.execute(query).fetchall()[0]
    furthest = max((abs(end) for end in ends if end is not None), default=0)
    return rows, _holds(furthest, HOLD), _holds(last, _RANKS) if first >= 1 else None


def _holds(number: int, kinds: Mapping[str, int]) -> str | None:
    """Name the smallest type that holds a number, if one does."""
    return next((kind for kind, most in kinds.items() if number <= most), None)


def _sought(connection: DuckDBPyConnection, searches: Table, whole: str, *, share: int) -> _Searches | None:
    """Fetch the searches in the order of their identifiers; ``None`` where these are missing or repeated."""
    found = connection.execute(
        f"SELECT search_id::{whole} AS search_id, coalesce(subject, 0)::{whole} AS subject, "
        f"subject IS NOT NULL AS known, hash(search_id) % {share} = 0 AS looked, search_id IS NULL AS missing "
        f"FROM {name(searches.view)}"
    ).fetchnumpy()
    if np.any(found["missing"]):
        return None
    ids, subjects, known, looked = (np.asarray(found[column]) for column in ("search_id", "subject", "known", "looked"))
    if np.any(ids[1:] <= ids[:-1]):
        order = np.argsort(ids, kind="stable")
        ids, subjects, known, looked = ids[order], subjects[order], known[order], looked[order]
    return None if np.any(ids[1:] == ids[:-1]) else _Searches(ids, subjects, known, looked)


def _batches(connection: DuckDBPyConnection, candidates: Table, whole: str, rank: str) -> Iterator[_Batch | None]:
    columns = f"search_id::{whole}, candidate_subject::{whole}, rank::{rank}, score"
    for arrays in number_batches(connection, f"SELECT {columns} FROM {name(candidates.view)}"):
        yield None if arrays is None else _Batch(*arrays)


@dataclass(eq=False)
class _Highest:
    """The rows at or above an edge, which rises where they become too many."""

    edge: float
    parts: list[Columns] = field(default_factory=list)
    rows: int = 0

    def add(self, batch: _Batch) -> None:
        rows = np.flatnonzero(batch.scores >= self.edge)
        self.parts.append((batch.searches[rows], batch.candidates[rows], batch.scores[rows]))
        self.rows += len(rows)
        if self.rows > MOST_NEAR:
            self._raise_edge()

    def _raise_edge(self) -> None:
        """Leave out the scores up to the median."""
        together = _stacked(self.parts)
        scores = together[-1]
        kept = scores > np.partition(scores, len(scores) // 2)[len(scores) // 2]
        self.parts = [tuple(column[kept] for column in together)]
        self.edge, self.rows = float(scores[kept].min(initial=inf)), int(np.count_nonzero(kept))


def _read(batches: Iterable[_Batch | None], sought: _Searches, rows: int, *, marked: bool) -> OrderedLists | None:
    pieces: list[_Pieces] = []
    own: list[Columns] = []
    highest: _Highest | None = None
    looked_at, repeated = 0, False
    seen = np.zeros(sought.span, np.bool_) if marked and sought.span <= WIDEST else None
    for batch in batches:
        if batch is None or not _in_order(batch):
            return None
        places = np.searchsorted(sought.ids, batch.heads)
        if not _known(sought, batch, places):
            return None
        pieces.append(_pieces(batch))
        own.append(batch.columns(_own(batch, sought, places)))
        if seen is not None:
            _mark(seen, batch.candidates, sought.lowest)
        highest = highest or _Highest(_first_edge(batch, rows))
        highest.add(batch)
        looked, twice = _repeats(batch, sought.looked[places])
        looked_at, repeated = looked_at + looked, repeated or twice
    ends = _lists(_joined(pieces)) if pieces else None
    if ends is None or highest is None:
        return None
    listed = None if seen is None else np.flatnonzero(seen) + sought.lowest
    near, edge = _stacked(highest.parts), highest.edge
    return OrderedLists(ends, _stacked(own), near, edge, listed, looked_at, repeated)


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
    return bool(np.all(sought.ids[places] == batch.heads))


def _pieces(batch: _Batch) -> _Pieces:
    starts, last = batch.starts, batch.starts + batch.lengths - 1
    return _Pieces(batch.heads, batch.ranks[starts], batch.scores[starts], batch.scores[last], batch.lengths)


def _own(batch: _Batch, sought: _Searches, places: Ints) -> Ints:
    """Find the rows whose candidate is the subject of the search."""
    rows = np.flatnonzero(batch.candidates == np.repeat(sought.subjects[places], batch.lengths))
    return rows if sought.all_known else rows[sought.known[np.searchsorted(sought.ids, batch.searches[rows])]]


def _mark(seen: Bools, candidates: Ints, lowest: int) -> None:
    """Mark those of the subjects who are candidates here."""
    # What is below the lowest is very large without a sign.
    above = (candidates - lowest).view(np.dtype(f"u{candidates.itemsize}"))
    seen[above[above < len(seen)]] = True


def _first_edge(batch: _Batch, rows: int) -> float:
    """Guess the score that half as many rows as are kept reach, if all batches are like this one."""
    share = MOST_NEAR / 2 / rows
    return float(np.quantile(batch.scores, 1 - share, method="higher")) if 2 * share < 1 else -inf


def _repeats(batch: _Batch, looked: Bools) -> tuple[int, bool]:
    """Look for subjects that stand twice in pieces that are not at an end of the batch; tell in how many rows."""
    chosen = np.flatnonzero(looked[1:-1]) + 1
    lengths = batch.lengths[chosen]
    before = np.repeat(np.cumsum(lengths) - lengths, lengths)
    rows = np.repeat(batch.starts[chosen], lengths) + np.arange(len(before)) - before
    # One number for a candidate of a piece: that two are the same by chance is looked into, and is no fault.
    keys = np.sort(batch.candidates[rows].astype(np.uint64) * _SPREADS + np.repeat(chosen, lengths).astype(np.uint64))
    return len(rows), bool(np.any(keys[1:] == keys[:-1]))


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
    alone = np.all(searches[1:] > searches[:-1]) or len(np.unique(searches)) == len(searches)
    finite = np.all(np.isfinite(scores)) and np.all(np.isfinite(lowest))
    if not (whole and alone and finite and np.all(pieces.ranks[starts] == 1)):
        return None
    return searches, scores, lowest, np.add.reduceat(pieces.lengths, starts)


def _stacked(parts: Sequence[Columns]) -> Columns:
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))
