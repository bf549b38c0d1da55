"""Published points of many systems in a CSV file: one row for each, under plain column names or those of a table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from baserate.errors import InputError, Problem
from baserate.inputs.log_formats.small_csv import read_small_csv
from baserate.inputs.problems import shown
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# gallery_size and fpir may stand in the question instead: tables often hold one of each for all rows.
COLUMNS = ("gallery_size", "fpir", "fnir", "rank1_miss")
NEEDED = "fnir"


@dataclass(frozen=True, slots=True)
class PointColumns(Shown):
    """Columns of a file of points; a cell that is empty is ``None``, a column that is not there too.

    Parameters
    ----------
    fnir
        FNIR of each row, as written.
    rank1_miss
        Rank-1 miss of each row.
    gallery_size, fpir
        Where each row was measured.
    """

    fnir: tuple[float | None, ...]
    rank1_miss: tuple[float | None, ...] | None
    gallery_size: tuple[float | None, ...] | None
    fpir: tuple[float | None, ...] | None


def read_points(path: Path, names: Mapping[str, str] | None = None) -> PointColumns:
    r"""Read the points of a CSV file (UTF-8, comma, every row with the header's cells).

    Parameters
    ----------
    path
        The file. Columns with other names are passed over.
    names
        For a column of ours (``gallery_size``, ``fpir``, ``fnir``, ``rank1_miss``) the header it has in the file.

    Raises
    ------
    InputError
        With every problem of the header, or every cell that is no number.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "points.csv"
    ...     _ = file.write_text("name,miss,rank1_miss\na,0.0021,0.0013\nb,,\n")
    ...     points = read_points(file, {"fnir": "miss"})
    >>> points.fnir, points.rank1_miss, points.fpir
    ((0.0021, None), (0.0013, None), None)
    """
    names = names or {}
    header, lines = read_small_csv(path)
    problems = _header_problems(header, names, str(path))
    if problems:
        raise InputError(problems)
    found = {ours: _column(header, lines, names.get(ours, ours)) for ours in COLUMNS}
    bad = [problem for ours, cells in found.items() for problem in _cell_problems(cells, f"{path}: {ours}")]
    if bad:
        raise InputError(bad)
    numbers = {ours: None if cells is None else tuple(map(_number, cells)) for ours, cells in found.items()}
    return PointColumns(
        fnir=numbers["fnir"] or (),
        rank1_miss=numbers["rank1_miss"],
        gallery_size=numbers["gallery_size"],
        fpir=numbers["fpir"],
    )


def _header_problems(header: list[str], names: Mapping[str, str], where: str) -> list[Problem]:
    strange = [ours for ours in names if ours not in COLUMNS]
    missing = [names.get(ours, ours) for ours in COLUMNS if (ours in names or ours == NEEDED) and ours not in strange]
    missing = [name for name in missing if name not in header]
    problems = []
    if strange:
        remedy = f"Name one of {', '.join(COLUMNS)}"
        problems.append(Problem("column-unknown", where, f"points have no column {', '.join(strange)}", remedy))
    if missing:
        what = f"lacks the columns {', '.join(missing)}; found {', '.join(map(shown, header[:12]))}"
        problems.append(Problem("column-missing", where, what, "Say which column holds it: --column fnir=HEADER"))
    return problems


def _column(header: list[str], lines: list[list[str]], name: str) -> list[str] | None:
    if name not in header:
        return None
    place = header.index(name)
    return [line[place] for line in lines]


def _cell_problems(cells: list[str] | None, where: str) -> list[Problem]:
    bad = [(number, cell) for number, cell in enumerate(cells or (), 1) if _is_bad(cell)]
    if not bad:
        return []
    number, cell = bad[0]
    what = f"{len(bad)} cells are not a number (first: row {number}, {cell[:40]!r})"
    return [Problem("point-not-a-number", where, what, "Write a number, or nothing where it is not known")]


def _is_bad(cell: str) -> bool:
    try:
        # Python also reads 1_000 and digits of other scripts, which other programs do not.
        return cell != "" and not (cell.isascii() and "_" not in cell and math.isfinite(float(cell)))
    except ValueError:
        return True


def _number(cell: str) -> float | None:
    return float(cell) if cell else None
