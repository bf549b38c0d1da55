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
    from collections.abc import Callable

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
    counts = table.counts.ravel()
    small = (counts > 0) & (counts < smallest)
    lowest, equations = _lowest(table), _equations(table.counts.shape)
    withheld = small.copy()
    for cell in sorted(np.flatnonzero(small), key=lambda at: counts[at]):
        for goal in (smallest, lowest[cell]):
            withheld |= _changed(counts, lowest, equations, withheld, int(cell), int(goal - counts[cell]))
        on_cell(1)
    shown = [None if hidden else int(n) for hidden, n in zip(withheld, counts, strict=True)]
    cells = (ReleasedCell(values, n) for values, n in zip(table.cells(), shown, strict=True))
    return Released(tuple(d.name for d in table.dimensions), smallest, tuple(cells))


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


def _changed(counts: Counts, lowest: Counts, equations: csr_array, withheld: Bools, cell: int, change: int) -> Bools:
    """Cells that change, at the least cost, in a table where one cell changes by as much as it has to.

    Cells that are withheld already cost nothing; a total costs more than what it adds up, because it is larger.
    """
    n = len(counts)
    cost = np.where(withheld, 0.0, 1.0 + np.log1p(counts))
    up = np.where(counts > 0, np.inf, 0.0)
    down = (counts - lowest).astype(np.float64)
    low = np.zeros(2 * n)
    low[cell], low[n + cell] = max(change, 0), max(-change, 0)
    high = np.concatenate([up, down])
    high[cell], high[n + cell] = low[cell], low[n + cell]
    both = hstack([equations, -equations], format="csr")
    found = _least(np.concatenate([cost, cost]), both, low, high)
    assert found.status == 0, found.message  # noqa: S101 - moving the cell and all of its totals is always possible
    return np.asarray((found.x[:n] + found.x[n:] > _CHANGED) & (counts > 0))


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
