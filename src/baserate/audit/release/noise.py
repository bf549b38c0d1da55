"""Publish every count with noise: differential privacy, with OpenDP's integer noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from baserate.audit.release.table import CrossTable, with_totals
from baserate.errors import refuse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NoisedCell:
    """A cell as published.

    Parameters
    ----------
    values
        Its value of each dimension; a total is ``(all)``.
    count
        Live searches with noise: a whole number that may be below 0. Totals are the sums of the cells as published.
    low, high
        Where the count without noise is, at the level of the release.
    """

    values: tuple[str, ...]
    count: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Noised:
    """A table with noise in every cell.

    Parameters
    ----------
    names
        Its dimensions.
    epsilon
        Privacy loss of one encounter by this table, in nats: adding or taking out all searches of one encounter
        changes the chance of any result by a factor of at most exp(epsilon).
    per_encounter
        Most searches counted of one encounter.
    scale
        Scale of the noise, discrete Laplace: the chance of adding k is proportional to exp(-abs(k) / scale).
    level
        Of the ranges, each by itself.
    cells
        Every cell, totals included.
    """

    names: tuple[str, ...]
    epsilon: float
    per_encounter: int
    scale: float
    level: float
    cells: tuple[NoisedCell, ...]


def add_noise(table: CrossTable, *, epsilon: float, per_encounter: int, level: float = 0.95) -> Noised:
    """Add integer noise to the cells of a table, and make its totals from them.

    Parameters
    ----------
    table
        From :func:`~baserate.audit.release.table.count_table`, with the same ``per_encounter``, over dimensions whose
        values were declared.
    epsilon
        Privacy loss of one encounter, above 0.
    per_encounter
        Most searches of one encounter in the table, 1 or more.
    level
        Of the ranges, between 0 and 1.

    Raises
    ------
    InputError
        If OpenDP is not installed.

    Notes
    -----
    The noise comes from the operating system and cannot be repeated: a seed would be a key to it. What is protected is
    an encounter, because a log holds nothing that links the searches of one person; somebody searched on three days
    loses three times as much.
    """
    scale = per_encounter / epsilon
    inner = table.counts[tuple(slice(0, -1) for _ in table.dimensions)]
    noised = with_totals(_noised(inner, scale))
    n_cells = with_totals(np.ones_like(inner))
    reach = {int(n): reach_of_noise(scale, int(n), level) for n in np.unique(n_cells)}
    cells = ((v, int(n), reach[int(k)]) for v, n, k in zip(table.cells(), noised.flat, n_cells.flat, strict=True))
    names = tuple(dimension.name for dimension in table.dimensions)
    found = (NoisedCell(values, n, max(n - r, 0), max(n + r, 0)) for values, n, r in cells)
    return Noised(names, epsilon, per_encounter, scale, level, tuple(found))


def _noised(counts: Counts, scale: float) -> Counts:
    dp = _opendp()
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    measurement = space >> dp.m.then_laplace(scale=scale)
    return np.array(measurement(counts.ravel().tolist()), dtype=np.int64).reshape(counts.shape)


def reach_of_noise(scale: float, n_cells: int, level: float) -> int:
    """Give the smallest distance from 0 within which the noise of a sum of cells lies with a probability.

    The sum's distribution is the inverse transform of its characteristic function, that of one cell to the n-th power.

    Parameters
    ----------
    scale
        Of the noise of one cell, above 0.
    n_cells
        Cells that are added, 1 or more.
    level
        The probability, between 0 and 1.

    Examples
    --------
    >>> reach_of_noise(6.0, 1, 0.95), reach_of_noise(6.0, 84, 0.95)
    (18, 152)
    """
    size = 2 ** int(np.ceil(np.log2(64.0 * (scale + 1.0) * np.sqrt(n_cells))))  # far beyond where the tail counts
    a = np.exp(-1.0 / scale)
    angle = 2.0 * np.pi * np.arange(size) / size
    one = (1.0 - a) ** 2 / (1.0 - 2.0 * a * np.cos(angle) + a**2)
    chance = np.fft.ifft(one**n_cells).real[: size // 2]
    within = 2.0 * np.cumsum(chance) - chance[0]
    return int(np.searchsorted(within, level))


def _opendp() -> Any:  # noqa: ANN401 - the library is untyped and optional
    try:
        import opendp.prelude as dp
    except ImportError:
        what = "needs the package opendp, which is not installed"
        raise refuse("no-opendp", "--epsilon", what, 'Install it with pip install "baserate[dp]"') from None
    dp.enable_features("contrib")
    return dp
