"""Small published tables in CSV, read whole and strictly: every line has the header's cells, or the file is refused."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from baserate.inputs.log_formats.files import stop
from baserate.inputs.problems import SHOWN, repeated, shown

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST = 200 << 20  # bytes; the largest published table of its kind has less than 20 MB


def read_small_csv(path: Path) -> tuple[list[str], list[list[str]]]:
    """Read a CSV file in UTF-8, with or without byte-order mark, as header and lines; empty lines are skipped.

    Raises
    ------
    InputError
        The file is missing, too large, no CSV in UTF-8, empty, names a column twice, or has lines of another length.
    """
    where = str(path)
    if not path.is_file():
        stop("no-such-file", where, "there is no such file", "Check the path")
    if path.stat().st_size > _LONGEST:
        stop("file-too-large", where, f"more than {_LONGEST:,} bytes", "Give the table alone")
    try:
        text = path.read_bytes().decode("utf-8-sig")
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
    except UnicodeDecodeError as error:
        stop("not-utf8", where, f"byte {error.start:,} is not UTF-8", "Save it as UTF-8")
    except csv.Error as error:
        stop("bad-lines", where, f"is not CSV ({error})", "Export it again as CSV")
    if not lines:
        stop("empty-file", where, "holds nothing", "Fetch the table again")
    header = [column.strip() for column in lines[0]]
    _refuse_lines(header, lines[1:], where)
    return header, [[cell.strip() for cell in line] for line in lines[1:]]


def _refuse_lines(header: list[str], lines: list[list[str]], where: str) -> None:
    twice = repeated(header)
    if twice:
        named = ", ".join(map(shown, twice[:SHOWN]))
        stop("bad-header", where, f"column names that stand more than once: {len(twice):,} ({named})", "Name each once")
    bad = [i for i, line in enumerate(lines, 1) if len(line) != len(header)]
    if bad:
        first = ", ".join(map(str, bad[:10]))
        what = f"{len(bad)} rows do not have the header's {len(header)} cells (first: rows {first})"
        stop("bad-lines", where, what, "Quote cells that hold a comma, quote or line end")
