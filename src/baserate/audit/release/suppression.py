"""Withhold small counts, and what would give them away.

A count from 1 to below the smallest that may be shown is small. With its row's total and the rest of its row published
it could be worked out; so further counts are withheld, chosen by linear programs (after Kelly, Golden and Assad, Cell
Suppression: Disclosure Protection for Sensitive Tabular Data, Networks 22 (1992), 397-417): for each small cell there
must be two other tables with the same published numbers, one in which it is as low as it can be (1; for a total, as
many as it adds up cells that are not 0) and one in which it reaches the smallest count that may be shown. The cells
that such a table has to change are withheld. Zeros are published, and a total that is itself small is withheld like
any cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack

from baserate.audit.release.table import with_totals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray
    from scipy.optimize import OptimizeResult

    from baserate.audit.release.table import CrossTable

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]

_CHANGED = 1e-6  # a cell that an alternative table leaves as it is


@dataclass(frozen=True, slots=True)
class ReleasedCell:
    """A cell as published.

    Parameters
    ----------
    values
        Its value of each dimension; a total is ``(all)``.
    count
        Live searches, or ``None`` where the count is withheld. Why it is withheld is not told: that would tell it.
    """

    values: tuple[str, ...]
    count: int | None


@dataclass(frozen=True, slots=True)
class Released:
    """A table with small counts withheld.

    Parameters
    ----------
    names
        Its dimensions.
    smallest
        Smallest count above 0 that is shown.
    cells
        Every cell, totals included.
    """

    names: tuple[str, ...]
    smallest: int
    cells: tuple[ReleasedCell, ...]

    @property
    def n_withheld(self) -> int:
        """Number of cells whose count is withheld."""
        return sum(cell.count is None for cell in self.cells)


def suppress(table: CrossTable, smallest: int = 10, *, on_cell: Callable[[int], object] = lambda _: None) -> Released:
    """Withhold the small counts of a table and what would give them away.

    Afterwards, for each small cell, tables exist that agree with every published number and give the cell its lowest
    possible count in one (1; for a total, as many as it adds up cells that are not 0) and ``smallest`` or more in
    another: nobody can bound it more narrowly.

    Parameters
    ----------
    table
        From :func:`~baserate.audit.release.table.count_table`.
    smallest
        Smallest count above 0 that may be shown, 2 or more.
    on_cell
        Called with 1 for each small cell that is done.

    Notes
    -----
    Assumes that the reader knows the published numbers, that withheld cells are not 0, and nothing else of the log. A
    second table of the same searches with other columns or another period can be subtracted from this one: release
    one table, not several.

    Examples
    --------
    >>> from baserate.audit.release.table import CrossTable, Dimension, with_totals
    >>> sexes, places = Dimension("sex", ("f", "m")), Dimension("place", ("court", "street"))
    >>> released = suppress(CrossTable((sexes, places), with_totals(np.array([[3, 40], [50, 60]]))))
    >>> [cell.count for cell in released.cells]
    [None, None, 43, None, None, 110, 53, 100, 153]
    """
    counts, lowest = table.counts.ravel(), _lowest(table)
    highest = np.where(counts > 0, np.inf, 0.0)
    small = (counts > 0) & (counts < smallest)
    goals = {int(cell): (int(lowest[cell]), smallest) for cell in np.flatnonzero(small)}
    known = Known(counts, lowest, highest, _equations(table.counts.shape))
    withheld = withhold(known, goals, small, on_cell=on_cell)
    assert withheld is not None  # noqa: S101 - moving the cell and all of its totals is always possible
    shown = [None if hidden else int(n) for hidden, n in zip(withheld, counts, strict=True)]
    cells = (ReleasedCell(values, n) for values, n in zip(table.cells(), shown, strict=True))
    return Released(tuple(d.name for d in table.dimensions), smallest, tuple(cells))


@dataclass(frozen=True, slots=True)
class Known:
    """Counts, and what a reader knows of them before any is published.

    Parameters
    ----------
    counts
        The true counts.
    lowest, highest
        Within what the reader knows each of them; infinity where there is no bound.
    equations
        Sums that the reader knows, one a row: a change of counts times a row is 0.
    """

    counts: Counts
    lowest: Counts
    highest: Floats
    equations: csr_array


def withhold(
    known: Known,
    goals: Mapping[int, tuple[int, int]],
    withheld: Bools,
    *,
    on_cell: Callable[[int], object] = lambda _: None,
) -> Bools | None:
    """Withhold as many counts more as it takes so that some of them may be as low and as high as is wished.

    Parameters
    ----------
    known
        The counts.
    goals
        For each cell that is to be protected, the counts that it has to be able to have.
    withheld
        What is withheld anyway.
    on_cell
        Called with 1 for each of them that is done.

    Returns
    -------
    array or None
        What is withheld; ``None`` where a goal cannot be reached though everything were withheld.
    """
    withheld = withheld.copy()
    for cell in sorted(goals, key=lambda at: known.counts[at]):
        for goal in reversed(goals[cell]):
            changed = _changed(known, withheld, cell, int(goal - known.counts[cell]))
            if changed is None:
                return None
            withheld |= changed
        on_cell(1)
    return withheld


def narrowest(table: CrossTable, released: Released) -> list[tuple[float, float]]:
    """Give the range to which a reader can narrow each small cell of a table; to check a release.

    Parameters
    ----------
    table
        The true counts.
    released
        What was made of them.

    Returns
    -------
    list of tuple
        Lowest and highest count (infinity for none) that agree with what was published.
    """
    counts = table.counts.ravel()
    withheld = np.array([cell.count is None for cell in released.cells])
    low = np.where(withheld, _lowest(table), counts)
    high = np.where(withheld, np.inf, counts)
    equations = _equations(table.counts.shape)
    small = np.flatnonzero((counts > 0) & (counts < released.smallest))
    return [_range(equations, low, high, int(cell)) for cell in small]


def _lowest(table: CrossTable) -> Counts:
    """Lowest possible count of each cell for a reader who sees which ones are 0: how many of its cells are not."""
    inner = table.counts[tuple(slice(0, -1) for _ in table.dimensions)]
    return with_totals((inner > 0).astype(np.int64)).ravel()


def _equations(shape: tuple[int, ...]) -> csr_array:
    """Each total as an equation: the cells it adds up less itself are 0."""
    places = np.arange(np.prod(shape)).reshape(shape)
    rows, columns, signs, n = [], [], [], 0
    for axis in range(len(shape)):
        lines = np.moveaxis(places, axis, -1).reshape(-1, shape[axis])
        rows.append(np.repeat(np.arange(n, n + len(lines)), shape[axis]))
        columns.append(lines.ravel())
        signs.append(np.tile([*[1.0] * (shape[axis] - 1), -1.0], len(lines)))
        n += len(lines)
    entries = (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns)))
    return csr_array(entries, shape=(n, places.size))


def _changed(known: Known, withheld: Bools, cell: int, change: int) -> Bools | None:
    """Cells that change, at the least cost, in a table where one cell changes by as much as it has to.

    Cells that are withheld already cost nothing; a total costs more than what it adds up, because it is larger.
    """
    n = len(known.counts)
    cost = np.where(withheld, 0.0, 1.0 + np.log1p(known.counts))
    low = np.zeros(2 * n)
    low[cell], low[n + cell] = max(change, 0), max(-change, 0)
    high = np.concatenate([known.highest - known.counts, known.counts - known.lowest])
    high[cell], high[n + cell] = low[cell], low[n + cell]
    both = hstack([known.equations, -known.equations], format="csr")
    found = _least(np.concatenate([cost, cost]), both, low, high)
    return np.asarray(found.x[:n] + found.x[n:] > _CHANGED) if found.status == 0 else None


def _range(equations: csr_array, low: Counts, high: Floats, cell: int) -> tuple[float, float]:
    ends = []
    for sign in (1.0, -1.0):
        goal = np.zeros(len(low))
        goal[cell] = sign
        found = _least(goal, equations, low, high)
        ends.append(float(found.fun) * sign if found.status == 0 else np.inf)
    return ends[0], ends[1]


def _least(goal: Floats, equations: Any, low: Floats | Counts, high: Floats) -> OptimizeResult:  # noqa: ANN401 - sparse
    zeros = np.zeros(equations.shape[0])
    bounds = list(zip(low.tolist(), high.tolist(), strict=True))
    return linprog(goal, A_eq=equations, b_eq=zeros, bounds=bounds, method="highs")
