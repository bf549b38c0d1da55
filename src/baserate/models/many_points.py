"""FNIR in another gallery for many published points at once: a column of numbers in, one answer for each out."""

from __future__ import annotations

import math
from collections.abc import Sized
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from baserate.errors import InputError, NotEstimableError, Problem, refuse
from baserate.models.gallery_size import Extrapolation, Undefined, fnir_at
from baserate.models.published import SMALL_GALLERY, TABLE_FPIR, TABLE_STEP
from baserate.models.published_point import PublishedPoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from baserate.models.growth_population import Population

    Floats = NDArray[np.float64]


def fnir_of_each(
    fnir: Sequence[float | None] | Floats,
    rank1_miss: Sequence[float | None] | Floats | None = None,
    *,
    to_gallery_size: int,
    gallery_size: float | Sequence[float | None] | Floats = SMALL_GALLERY,
    fpir: float | Sequence[float | None] | Floats = TABLE_FPIR,
    step: float = TABLE_STEP,
    level: float = 0.9,
    population: Population | None = None,
) -> tuple[Extrapolation | Undefined, ...]:
    """FNIR of each of many systems in one other gallery.

    Parameters
    ----------
    fnir
        Published FNIR of each system, shares of mated searches in [0, 1]; ``None`` or NaN where there is none.
    rank1_miss
        Published rank-1 miss of each system; ``None`` or NaN where it is not known, ``None`` for all where none is.
    to_gallery_size
        Persons in the gallery asked for, from 2 to 200 billion.
    gallery_size, fpir
        Where the points were measured: one number for all, or one for each.
    step
        Unit of the last printed place of the rates.
    level
        Nominal coverage of each interval, from 0.5 to 0.999.
    population
        Algorithms behind the intervals; ``None`` for all that NIST published at both sizes.

    Returns
    -------
    tuple of Extrapolation or Undefined
        In the order of ``fnir``. Undefined, with the reason, where a point is not complete, or its FNIR is 0 or 1,
        which says nothing on where the mates stand.

    Raises
    ------
    InputError
        With every value of every row that is out of its range, or a column of another length.

    Examples
    --------
    >>> found = fnir_of_each([0.0021, 1.0, 0.0123], [0.0013, 0.0017, None], to_gallery_size=12_000_000)
    >>> for one in found:
    ...     print(one.reason if isinstance(one, Undefined) else f"{one.value:.4f}, {one.low:.4f} to {one.high:.4f}")
    0.0040, 0.0034 to 0.0046
    An FNIR of 1 says that no threshold reached the target, or that the run failed. Give a run that worked
    0.0276, 0.0233 to 0.0319
    """
    columns = (fnir, [None] * len(fnir) if rank1_miss is None else rank1_miss, gallery_size, fpir)
    points = _points(_rows(columns), step=step)
    empty = Undefined("fnir", to_gallery_size, level, "")
    return tuple(
        replace(empty, reason=point)
        if isinstance(point, str)
        else fnir_at([point], to_gallery_size, level=level, population=population)
        for point in points
    )


def _rows(columns: tuple[object, ...]) -> list[tuple[float | None, ...]]:
    """Line the columns up; a single number stands in every row."""
    try:
        lined = np.broadcast_arrays(*(np.asarray(column, dtype=object) for column in columns))
    except ValueError:
        lengths = ", ".join(str(len(column)) for column in columns if isinstance(column, Sized))
        what, remedy = f"the columns have {lengths} rows", "Give every column a value for each point"
        raise InputError([Problem("columns-differ", "points", what, remedy)]) from None
    return list(zip(*(column.tolist() for column in lined), strict=True))


def _points(rows: Sequence[tuple[float | None, ...]], *, step: float) -> list[PublishedPoint | str]:
    """Make each row a point, or the reason why there is none; all problems of all rows together."""
    found: list[PublishedPoint | str] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, 1):
        try:
            found.append(_point(*(None if cell is None or math.isnan(cell) else cell for cell in row), step=step))
        except NotEstimableError as error:
            found.append(str(error).rstrip("."))
        except InputError as error:
            problems += [replace(one, where=f"row {number}: {one.where}") for one in error.problems]
    if problems:
        raise InputError(problems)
    return found


def _point(
    fnir: float | None, rank1_miss: float | None, gallery_size: float | None, fpir: float | None, *, step: float
) -> PublishedPoint:
    if fnir is None or gallery_size is None or fpir is None:
        given = {"FNIR": fnir, "gallery size": gallery_size, "FPIR": fpir}
        message = f"No {', no '.join(name for name, value in given.items() if value is None)} is given."
        raise NotEstimableError(message)
    if gallery_size != int(gallery_size):
        what, remedy = f"{gallery_size:g} is not a whole number of persons", "Give the number of persons"
        raise refuse("gallery-size-not-a-number", "point: gallery_size", what, remedy)
    return PublishedPoint(int(gallery_size), fpir, fnir, rank1_miss, step)
