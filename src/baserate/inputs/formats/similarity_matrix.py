"""A full similarity matrix as delimited text, with identifiers in the margins.

The first line holds the identifiers of the references after one empty (or any) cell, the first field of each further
line that of a probe. Equal identifiers are the same subject; where the identifiers are those of images, a companion
file with the columns ``id, subject`` says whose they are. An empty cell, or NaN, is a failure to acquire or enrol.
"""

# ruff: noqa: S608 - what goes into SQL is quoted; `refuse` takes a problem's code first
from __future__ import annotations

import csv
import gzip
import re
from typing import TYPE_CHECKING, TextIO

import numpy as np

from baserate.errors import InputError, Problem, refuse
from baserate.inputs.formats.cells import BLOCK_CELLS, append_cells, create_cells, create_margin
from baserate.inputs.formats.csv_table import read_header
from baserate.inputs.formats.format import Contents, Format
from baserate.inputs.formats.opening import Opening, not_text, open_file
from baserate.inputs.formats.reading import Options, Sheet, reading_from, said
from baserate.inputs.problems import SHOWN, shown
from baserate.inputs.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

MOST_REFERENCES = 100_000
_LONGEST = 16 * 2**20  # characters of a line
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?nan|[+-]?inf(inity)?|", re.IGNORECASE | re.ASCII)


def _fits(opening: Opening) -> bool:
    """Whether numbers stand under a header, and a row is named like a column: only a matrix does that.

    A matrix that does not, as no person is on both sides of its first rows, is named with ``--format``.
    """
    lines = opening.lines()
    if len(lines) < 2 or not_text(opening):
        return False
    delimiter = max(",;\t|", key=lines[0].count)
    try:
        head, *body = ([cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter) if row)
    except (csv.Error, ValueError):
        return False
    square = len(head) > 1 and all(len(row) == len(head) for row in body)
    alike = {row[0] for row in body if row} & set(head[1:])
    return square and bool(alike - {""}) and all(_NUMBER.fullmatch(cell) for row in body for cell in row[1:])


class _Matrix:
    """The parts of a matrix while it is read: margins, faults, and how many cells are missing."""

    def __init__(self, source: str, references: list[str], subjects: Mapping[str, str] | None) -> None:
        self.source = source
        self.references = references
        self.probes: list[str] = []
        self.subjects = subjects
        self.faults: list[str] = []
        self.n_faults = 0
        self.n_missing = 0

    def fault(self, what: str) -> None:
        self.n_faults += 1
        if len(self.faults) < SHOWN:
            self.faults.append(what)

    def subject(self, identifier: str) -> str:
        if self.subjects is None:
            return identifier
        if identifier not in self.subjects:
            self.fault(f"{shown(identifier)} is not in the table of subjects")
        return self.subjects.get(identifier, "")


def _read(connection: DuckDBPyConnection, opening: Opening, options: Options) -> Contents:
    source = opening.source
    if opening.compression == "zstd":
        raise refuse("matrix-compressed", source, "the matrix is compressed with zstd", "Give it with gzip, or plain")
    matrix, rows = _begin(opening, options)
    with reading_from(source):
        create_cells(connection, "DOUBLE")
        _fill(connection, matrix, rows, options)
        if matrix.n_faults:
            raise InputError(_faults(matrix))
        sheet = _sheet(connection, matrix)
    return Contents({"comparisons": sheet}, tuple(_told(matrix)))


def _begin(opening: Opening, options: Options) -> tuple[_Matrix, Iterator[list[str]]]:
    source = opening.source
    if wrong := not_text(opening):
        raise wrong
    first = opening.lines(1)[0] if opening.lines(1) else ""
    delimiter = options.delimiter or max(",;\t|", key=first.count)
    rows = _rows(opening, delimiter)
    head = next(rows, [])
    references = [cell.strip() for cell in head[1:]]
    if not 0 < len(references) <= MOST_REFERENCES:
        what = f"its first line names {len(references):,} references"
        raise refuse("matrix-header-broken", source, what, f"Name 1 to {MOST_REFERENCES:,} after the first cell")
    if not all(references):
        raise refuse("matrix-header-broken", source, "references without an identifier", "Name every column")
    subjects = None if options.companion is None else _read_subjects(open_file(options.companion), options)
    return _Matrix(source, references, subjects), rows


def _rows(opening: Opening, delimiter: str) -> Iterator[list[str]]:
    """Rows that are not blank; a damaged text is one problem."""
    source = opening.source
    opener = gzip.open if opening.compression == "gzip" else open
    try:
        with opener(opening.path, "rt", encoding="utf-8-sig", newline="") as stream:
            for row in csv.reader(_bounded(stream, source), delimiter=delimiter, strict=True):
                if any(cell.strip() for cell in row):
                    yield row
    except (csv.Error, UnicodeDecodeError) as error:
        what = f"cannot be read as UTF-8 delimited text ({said(error)})"
        raise refuse("matrix-unreadable", source, what, "Save it as UTF-8 CSV") from None


def _bounded(stream: TextIO, source: str) -> Iterator[str]:
    while line := stream.readline(_LONGEST):
        if len(line) >= _LONGEST:
            raise refuse("line-too-long", source, "a line is too long", f"Give lines below {_LONGEST:,} characters")
        yield line


def _read_subjects(opening: Opening, options: Options) -> Mapping[str, str]:
    columns, delimiter, _ = read_header(opening, options)
    folded = [column.lower() for column in columns]
    source = opening.source
    if "id" not in folded or "subject" not in folded:
        raise refuse("column-missing", source, "there are no columns id and subject", "Name them so")
    place, subject = folded.index("id"), folded.index("subject")
    rows = _rows(opening, delimiter)
    next(rows, None)
    found: dict[str, str] = {}
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns) or not row[place].strip() or not row[subject].strip():
            raise refuse("subjects-broken", source, f"row {number} has no id or no subject", "Complete it")
        if found.setdefault(row[place].strip(), row[subject].strip()) != row[subject].strip():
            what = f"{shown(row[place])} has two subjects (row {number})"
            raise refuse("subjects-broken", source, what, "Give each id one subject")
    return found


def _fill(connection: DuckDBPyConnection, matrix: _Matrix, rows: Iterator[list[str]], options: Options) -> None:
    columns = np.array([matrix.subject(reference) for reference in matrix.references], dtype=object)
    height = max(1, BLOCK_CELLS // len(matrix.references))
    block: list[NDArray[np.float64]] = []
    for row in rows:
        matrix.probes.append(row[0].strip())
        block.append(_scores(row, matrix, options))
        if len(block) == height:
            _append(connection, matrix, block, columns)
            block = []
    if block:
        _append(connection, matrix, block, columns)
    if not matrix.probes:
        raise refuse("no-rows", matrix.source, "there is no row after the first", "Give one row a probe")


def _scores(row: list[str], matrix: _Matrix, options: Options) -> NDArray[np.float64]:
    number = len(matrix.probes)
    width = len(matrix.references)
    if len(row) != width + 1:
        matrix.fault(f"row {number} has {len(row) - 1} scores instead of {width}")
        return np.full(width, np.nan)
    if not row[0].strip():
        matrix.fault(f"row {number} has no identifier")
    cells = [cell.strip() for cell in row[1:]]
    values = np.array([_value(cell, place, number, matrix, options) for place, cell in enumerate(cells, start=1)])
    matrix.n_missing += int(np.isnan(values).sum())
    return values


def _value(cell: str, place: int, number: int, matrix: _Matrix, options: Options) -> float:
    if not _NUMBER.fullmatch(cell):
        if cell not in options.missing:
            matrix.fault(f"row {number}, column {place} is no number: {shown(cell)}")
        return float("nan")
    value = float(cell or "nan")
    if np.isinf(value):
        matrix.fault(f"row {number}, column {place} is infinite")
    return float("nan") if value == options.failure_code else value


def _append(
    connection: DuckDBPyConnection,
    matrix: _Matrix,
    block: list[NDArray[np.float64]],
    columns: NDArray[np.object_],
) -> None:
    first = len(matrix.probes) - len(block)
    subjects = np.array([matrix.subject(probe) for probe in matrix.probes[first:]], dtype=object)
    scores = np.vstack(block)
    mated = (subjects[:, None] == columns[None, :]).astype(bool)
    append_cells(connection, first, scores, mated, np.ones(scores.shape, dtype=bool))


def _faults(matrix: _Matrix) -> list[Problem]:
    more = f" and {matrix.n_faults - len(matrix.faults):,} more" if matrix.n_faults > len(matrix.faults) else ""
    what = f"faults in rows and cells: {matrix.n_faults:,}: {'; '.join(matrix.faults)}{more}"
    remedy = "Give one number a cell, as many a row as there are references, and leave failures empty"
    return [Problem("matrix-broken", matrix.source, what, remedy)]


def _sheet(connection: DuckDBPyConnection, matrix: _Matrix) -> Sheet:
    for table, identifiers in (("probes", matrix.probes), ("references_", matrix.references)):
        create_margin(connection, table, identifiers, [matrix.subject(one) for one in identifiers])
    columns = ("mated", "score", "probe_subject", "reference_subject", "probe_id", "reference_id")
    connection.execute(
        "CREATE TABLE comparisons_loaded AS SELECT mated, score, p.subject AS probe_subject, "
        "r.subject AS reference_subject, p.identifier AS probe_id, r.identifier AS reference_id, "
        "cells.probe AS place FROM cells JOIN probes p ON p.position = cells.probe "
        "JOIN references_ r ON r.position = cells.reference ORDER BY cells.probe, cells.reference"
    )
    connection.execute("DROP TABLE cells")
    connection.execute("CREATE VIEW comparisons_rows AS SELECT place + 1 AS row_in_file, * FROM comparisons_loaded")
    kept = columns if matrix.subjects is not None else columns[:4]
    connection.execute(f"CREATE VIEW comparisons AS SELECT {', '.join(kept)} FROM comparisons_rows")
    return Sheet(table_of(connection, "comparisons", source=matrix.source), "comparisons_rows")


def _told(matrix: _Matrix) -> list[Problem]:
    return [*_told_of_diagonal(matrix), *_told_of_missing(matrix)]


def _told_of_diagonal(matrix: _Matrix) -> list[Problem]:
    """Say that the only mated cells are those of an identifier with itself, as in a matrix of images."""
    once = len(set(matrix.probes)) == len(matrix.probes)
    if matrix.subjects is not None or not once or sorted(matrix.probes) != sorted(matrix.references):
        return []
    what = (
        f"the only mated cells are those of an identifier with itself: {len(matrix.probes):,}, "
        "one for each, which stand once on either side"
    )
    remedy = "If they name images, give a table id, subject that says whose they are, with --companion"
    return [Problem("mated-diagonal-only", matrix.source, what, remedy, "warning")]


def _told_of_missing(matrix: _Matrix) -> list[Problem]:
    if not matrix.n_missing:
        return []
    what = (
        f"cells that are empty, NaN or a failure code, and count as failures to acquire or enrol: {matrix.n_missing:,}"
    )
    remedy = "Give the comparisons as rows instead if some pairs were never compared"
    return [Problem("scores-failed", matrix.source, what, remedy, "warning")]


SIMILARITY_MATRIX = Format(
    "similarity-matrix",
    "full matrix of scores with identifiers in the margins",
    _fits,
    _read,
    "a table id, subject, when the identifiers are those of images",
)
