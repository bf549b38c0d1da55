"""Similarity matrices of BEE and MBGC (OpenBR): a ``.mtx`` of scores and a ``.mask`` that tells what is mated.

Four header lines (``S2`` for similarities or ``D2`` for distances, the names of the target and query lists, ``MF rows
columns`` and the four bytes of 0x12345678 in the writer's byte order), then 32-bit floats by row; the mask has ``MB``
and one byte a cell: 0xff mated, 0x7f non-mated, 0 to be ignored. Rows are queries (probes), columns targets
(references).

Distances are negated, so that higher is more alike. NaN and the lowest float are failures and are read as missing.
"""

# ruff: noqa: S608 - what goes into SQL is quoted; `refuse` takes a problem's code first
from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from baserate.errors import InputError, Problem, refuse
from baserate.inputs.formats.cells import BLOCK_CELLS, MOST_CELLS, append_cells, create_cells
from baserate.inputs.formats.format import Contents, Format
from baserate.inputs.formats.opening import Opening, open_file
from baserate.inputs.formats.reading import Options, Sheet, reading_from
from baserate.inputs.problems import shown, source_of
from baserate.inputs.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

MATED, NONMATED, IGNORED = 0xFF, 0x7F, 0x00
_KINDS = {b"F": 4, b"B": 1}  # bytes a cell
_SIZE_LINE = re.compile(rb"M([FB]) (\d{1,9}) (\d{1,9}) (.{4})\r?\n", re.DOTALL)
_LITTLE, _BIG = b"\x78\x56\x34\x12", b"\x12\x34\x56\x78"
_LOWEST = np.finfo(np.float32).min


@dataclass(frozen=True, slots=True)
class _Header:
    path: Path
    distance: bool
    kind: bytes
    rows: int
    columns: int
    order: str
    start: int
    names: tuple[bytes, bytes]

    @property
    def row_bytes(self) -> int:
        return self.columns * _KINDS[self.kind]


def _fits(opening: Opening) -> bool:
    return re.match(rb"[SD]2\r?\n[^\n]*\n[^\n]*\nM[FB] ", opening.head[:4096]) is not None


def _read(connection: DuckDBPyConnection, opening: Opening, options: Options) -> Contents:
    mask = open_file(_mask_path(opening, options))
    headers = scores, marks = _header(opening, b"F"), _header(mask, b"B")
    if (scores.rows, scores.columns) != (marks.rows, marks.columns):
        what = f"the mask has {marks.rows} x {marks.columns} cells, the scores {scores.rows} x {scores.columns}"
        raise refuse("mask-does-not-fit", source_of(mask.path), what, "Give the mask that was made for these scores")
    with reading_from(opening.source):
        create_cells(connection, "FLOAT")
        ignored = _fill(connection, *headers, options)
        sheet = _sheet(connection, opening, ignored)
    problems = (*_other_names(scores, marks), *_told(connection, opening, ignored))
    return Contents({"comparisons": sheet}, problems)


def _mask_path(opening: Opening, options: Options) -> Path:
    if options.companion is not None:
        return Path(options.companion)
    beside = opening.path.with_suffix(".mask")
    if not beside.is_file():
        what = f"there is no mask beside it ({beside.name}), so that nothing says which cells are mated"
        raise refuse("companion-missing", opening.source, what, "Name the mask with --companion")
    return beside


def _header(opening: Opening, kind: bytes) -> _Header:
    source = opening.source
    remedy = "Give the matrix as BEE, MBGC or OpenBR write it"
    if opening.compression != "none":
        raise refuse("matrix-compressed", source, "the matrix is compressed", "Uncompress it")
    lines = opening.head.split(b"\n", 3)
    place = len(opening.head) - len(lines[-1])
    size = _SIZE_LINE.match(opening.head, place)
    if len(lines) < 4 or lines[0].rstrip() not in (b"S2", b"D2") or size is None:
        raise refuse("matrix-header-broken", source, "its header is not that of a BEE matrix", remedy)
    if size[1] != kind or size[4] not in (_LITTLE, _BIG):
        wanted = "scores (MF)" if kind == b"F" else "a mask (MB)"
        raise refuse("matrix-header-broken", source, f"it is not {wanted} with a byte-order mark", remedy)
    order = "<" if size[4] == _LITTLE else ">"
    names = lines[1].strip(), lines[2].strip()
    header = _Header(opening.path, lines[0][:1] == b"D", kind, int(size[2]), int(size[3]), order, size.end(), names)
    _refuse_wrong_size(header)
    return header


def _refuse_wrong_size(header: _Header) -> None:
    expected = header.rows * header.row_bytes
    found = header.path.stat().st_size - header.start
    if expected != found:
        what = f"{header.rows} x {header.columns} cells take {expected:,} bytes, and {found:,} are there"
        raise refuse("matrix-cut-off", source_of(header.path), what, "Copy it again")
    if not 0 < header.rows * header.columns <= MOST_CELLS:
        what = f"it has {header.rows * header.columns:,} cells"
        raise refuse("too-large", source_of(header.path), what, f"Give 1 to {MOST_CELLS:,} cells")


def _blocks(header: _Header) -> Iterator[NDArray[np.generic]]:
    height = max(1, BLOCK_CELLS // header.columns)
    kind = np.dtype(f"{header.order}f4") if header.kind == b"F" else np.dtype(np.uint8)
    with header.path.open("rb") as stream:
        stream.seek(header.start)
        for first in range(0, header.rows, height):
            rows = min(height, header.rows - first)
            yield np.fromfile(stream, dtype=kind, count=rows * header.columns).reshape(rows, header.columns)


def _fill(connection: DuckDBPyConnection, scores: _Header, mask: _Header, options: Options) -> int:
    """Append every cell that the mask does not ignore; return the number of those that it does."""
    first = ignored = 0
    for values, marks in zip(_blocks(scores), _blocks(mask), strict=True):
        _refuse_marks(marks, mask, first)
        block = values.astype(np.float32)
        failed = np.isnan(block) | (block == _LOWEST)
        if options.failure_code is not None:
            failed |= block == np.float32(options.failure_code)
        block[failed] = np.nan
        kept = marks != IGNORED
        append_cells(connection, first, -block if scores.distance else block, marks == MATED, kept)
        ignored += int(marks.size - kept.sum())
        first += len(block)
    return ignored


def _refuse_marks(marks: NDArray[np.generic], mask: _Header, first: int) -> None:
    strange = ~np.isin(marks, (MATED, NONMATED, IGNORED))
    if strange.any():
        row, column = (int(place[0]) for place in np.nonzero(strange))
        place = f"row {first + row + 1}, column {column + 1}"
        what = f"cells that are none of 0xff, 0x7f and 0: {int(strange.sum())} or more (first: {place})"
        raise refuse("mask-broken", source_of(mask.path), what, "Give the mask as BEE, MBGC or OpenBR write it")


def _sheet(connection: DuckDBPyConnection, opening: Opening, ignored: int) -> Sheet:
    columns = ("mated", "score", "probe_id", "reference_id")
    connection.execute(
        "CREATE VIEW comparisons_rows AS SELECT rowid + 1 AS row_in_file, mated, score, "
        "CAST(probe + 1 AS VARCHAR) AS probe_id, CAST(reference + 1 AS VARCHAR) AS reference_id FROM cells"
    )
    connection.execute(f"CREATE VIEW comparisons AS SELECT {', '.join(columns)} FROM comparisons_rows")
    table = table_of(connection, "comparisons", source=opening.source)
    return Sheet(table, "comparisons_rows", unit="cell", left_out={"cells that the mask ignores": ignored})


def _other_names(scores: _Header, mask: _Header) -> Iterator[Problem]:
    """Warn of a mask that names other targets or queries than the scores: the mask of others, or a transposed one."""
    if scores.names != mask.names:
        theirs, ours = (" and ".join(shown(n.decode(errors="replace")) for n in h.names) for h in (mask, scores))
        what = f"the mask is of {theirs}, the scores are of {ours}"
        remedy = "Give the mask that was made for these scores, rows and columns in the same order"
        yield Problem("mask-of-others", source_of(mask.path), what, remedy, "warning")


def _told(connection: DuckDBPyConnection, opening: Opening, ignored: int) -> list[Problem]:
    source, problems = opening.source, []
    kept, failed = connection.execute("SELECT count(*), count(*) - count(score) FROM cells").fetchall()[0]
    if not kept:
        raise InputError([Problem("no-rows", source, "the mask ignores every cell", "Give the mask of these scores")])
    if ignored:
        what = f"{ignored:,} of {kept + ignored:,} cells are ignored, as the mask says"
        problems.append(Problem("cells-ignored", source, what, "Nothing to do", "warning"))
    if failed:
        what = f"cells that are NaN or the lowest float, and count as failures to acquire or enrol: {failed:,}"
        problems.append(Problem("scores-failed", source, what, "Nothing to do if that is what they are", "warning"))
    return problems


BEE_MATRIX = Format("mtx", "BEE/MBGC similarity matrix with its mask", _fits, _read, "the .mask, if not beside it")
