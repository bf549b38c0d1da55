"""A file of published points for ``baserate extrapolate``: its options, and one line of CSV or JSON for each row."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from baserate.errors import InputError, Problem, refuse
from baserate.inputs.points import read_points

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from baserate.inputs.points import PointColumns
    from baserate.models.gallery_size import Extrapolation, Undefined

_HEADER = ("row", "metric", "gallery_size", "value", "low", "high", "level", "beyond_support", "undefined")


def answers(
    path: Path,
    sizes: Sequence[int],
    *,
    names: Sequence[str],
    at: tuple[int, float] | None,
    step: float,
    level: float,
) -> list[tuple[int, Extrapolation | Undefined]]:
    """Answer for every row of a file, and every gallery asked for; rows count from 1 below the header."""
    from baserate.models.many_points import fnir_of_each

    points = read_points(path, _renamed(names))
    gallery_size, fpir = _measured_at(points, at, str(path))
    return [
        (row, found)
        for size in sizes
        for row, found in enumerate(
            fnir_of_each(
                points.fnir,
                points.rank1_miss,
                to_gallery_size=size,
                gallery_size=gallery_size,
                fpir=fpir,
                step=step,
                level=level,
            ),
            1,
        )
    ]


def _renamed(names: Sequence[str]) -> dict[str, str]:
    pairs = [name.partition("=") for name in names]
    bad = [name for name, (_, equals, header) in zip(names, pairs, strict=True) if not (equals and header)]
    if bad:
        raise InputError(
            Problem("column-shape", f"--column {name}", "it is not NAME=HEADER", "Write --column fnir=HEADER")
            for name in bad
        )
    return {ours: header for ours, _, header in pairs}


def _measured_at(
    points: PointColumns, at: tuple[int, float] | None, where: str
) -> tuple[float | Sequence[float | None], float | Sequence[float | None]]:
    """Gallery size and FPIR of the rows: the file's columns, or for what it lacks the one point that holds for all."""
    lacking = [name for name in ("gallery_size", "fpir") if getattr(points, name) is None]
    if at is None and lacking:
        what = f"does not say at what {' and '.join(lacking)} its rows were measured"
        raise refuse("point-incomplete", where, what, "Give it for all rows: --at 1600000,0.003")
    if at is not None and not lacking:
        raise refuse("option-without-use", "--at", "the file says gallery size and FPIR of each row", "Leave it out")
    size, fpir = at or (0, 0.0)
    return points.gallery_size or size, points.fpir or fpir


def as_csv(found: Sequence[tuple[int, Extrapolation | Undefined]]) -> str:
    """Write one line for each answer; numbers to six digits, empty where undefined."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_HEADER)
    writer.writerows((row, *_cells(one)) for row, one in found)
    return stream.getvalue().rstrip("\n")


def _cells(found: Extrapolation | Undefined) -> tuple[object, ...]:
    from baserate.models.gallery_size import Undefined

    asked = (found.metric, found.gallery_size)
    if isinstance(found, Undefined):
        return (*asked, "", "", "", found.level, "", found.reason)
    numbers = (f"{number:.6g}" for number in (found.value, found.low, found.high))
    return (*asked, *numbers, found.level, str(found.is_beyond).lower(), "")
