"""Full matrices of scores become comparisons, a block of cells at a time."""

# ruff: noqa: S608 - the names are this file's own, and the connection is locked down.
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

BLOCK_CELLS = 2**20
MOST_CELLS = 2_000_000_000


def create_cells(connection: DuckDBPyConnection, score_type: str) -> None:
    """Make the empty table of cells: indices from 0, truth, score."""
    connection.execute(f"CREATE TABLE cells (probe INTEGER, reference INTEGER, mated BOOLEAN, score {score_type})")


def append_cells(
    connection: DuckDBPyConnection,
    first: int,
    scores: NDArray[np.floating],
    mated: NDArray[np.bool_],
    kept: NDArray[np.bool_],
) -> None:
    """Append the kept cells of some rows of a matrix, which begin at row ``first``; NaN becomes missing."""
    probe, reference = np.nonzero(kept)
    block = {
        "probe": (probe + first).astype(np.int32),
        "reference": reference.astype(np.int32),
        "mated": mated[kept],
        "score": scores[kept],
    }
    connection.register("cell_block", block)
    connection.execute(
        "INSERT INTO cells SELECT probe, reference, mated, CASE WHEN NOT isnan(score) THEN score END FROM cell_block"
    )
    connection.unregister("cell_block")


def create_margin(
    connection: DuckDBPyConnection, table: str, identifiers: Sequence[str], subjects: Sequence[str]
) -> None:
    """Make the table of a margin: index from 0, identifier, subject."""
    rows = {
        "position": np.arange(len(identifiers), dtype=np.int32),
        "identifier": np.array(identifiers, dtype=object),
        "subject": np.array(subjects, dtype=object),
    }
    connection.register("margin_rows", rows)
    connection.execute(f"CREATE TABLE {table} AS SELECT * FROM margin_rows")
    connection.unregister("margin_rows")
