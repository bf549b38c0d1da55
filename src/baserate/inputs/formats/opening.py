"""The first look at a file: whether it is one, how it is compressed, how it begins."""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from baserate.engines.duckdb import connect, text
from baserate.errors import InputError, refuse
from baserate.inputs.formats.compression import GZIP_MAGIC, ZSTD_MAGIC, check_compressed
from baserate.inputs.formats.reading import said
from baserate.inputs.problems import source_of

HEAD = 2**20  # bytes that are looked at
LONGEST_LINE = 1_000_000  # bytes; a line longer than this is not a row of a table
_FOREIGN = {
    b"PK\x03\x04": ("a ZIP archive or a spreadsheet", "Export the sheet as CSV (UTF-8)"),
    b"\xd0\xcf\x11\xe0": ("an old spreadsheet", "Export the sheet as CSV (UTF-8)"),
    b"\xff\xd8\xff": ("a picture", "Give scores: Baserate reads no pictures"),
    b"\x89PNG": ("a picture", "Give scores: Baserate reads no pictures"),
    b"%PDF": ("a PDF", "Give the table as CSV or Parquet"),
    b"SQLite format 3": ("a database", "Export the table as CSV or Parquet"),
    b"BZh": ("compressed with bzip2", "Give it uncompressed, or with gzip or zstd"),
    b"\xfd7zXZ": ("compressed with xz", "Give it uncompressed, or with gzip or zstd"),
    b"\xff\xfe": ("text in UTF-16", "Save it as UTF-8"),
    b"\xfe\xff": ("text in UTF-16", "Save it as UTF-8"),
}


@dataclass(frozen=True, slots=True)
class Opening:
    """How a file begins.

    Parameters
    ----------
    path
        The file.
    compression
        ``none``, ``gzip`` or ``zstd``, told by its first bytes.
    head
        The first bytes, uncompressed; at most one MiB.
    whole
        Whether ``head`` is the whole file.
    """

    path: Path
    compression: str
    head: bytes
    whole: bool

    @property
    def source(self) -> str:
        """The file's name for messages."""
        return source_of(self.path)

    @property
    def sql(self) -> str:
        """The file's name as SQL, of this file alone: ``scores[1].csv`` is not taken for a pattern."""
        return text(literal(self.path))

    def lines(self, number: int = 20) -> list[str]:
        r"""First lines as text without their ends; a last line that was cut off is left out.

        Examples
        --------
        >>> Opening(Path("a.csv"), "none", b"a,b\r\n1,2\n", whole=True).lines()
        ['a,b', '1,2']
        """
        lines = self.head.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if not self.whole or lines[-1] == "":
            lines = lines[:-1]
        return lines[:number]


def literal(path: Path | str) -> str:
    """Write a path so that the engine, which takes names for patterns, takes it for itself.

    Examples
    --------
    >>> literal("/data/scores[1]*.csv")
    '/data/scores[[]1][*].csv'
    """
    return re.sub(r"([*?\[])", r"[\1]", str(Path(path).resolve()))


def open_file(path: Path | str) -> Opening:
    """Look at the first bytes of a file, after a compressed one was looked through.

    Raises
    ------
    InputError
        There is no such file, it is a folder, empty, unreadable, damaged, or of a kind that holds no table.
    """
    path = Path(path)
    _refuse_absent(path)
    try:
        with path.open("rb") as stream:
            start = stream.read(HEAD + 1)
    except OSError as error:
        raise refuse(
            "unreadable-file", source_of(path), f"cannot be opened ({error.strerror})", "Check its permissions"
        ) from None
    if not start:
        raise refuse("empty-file", source_of(path), "the file is empty", "Check that it was written to its end")
    compression = compression_of(start)
    if compression != "none":
        check_compressed(path, compression)
        start = _first_content(path, compression)
    _refuse_foreign(path, start)
    return Opening(path, compression, start[:HEAD], whole=len(start) <= HEAD)


def compression_of(start: bytes) -> str:
    r"""Name the compression of a file by its first bytes.

    Examples
    --------
    >>> compression_of(b"\x1f\x8b\x08"), compression_of(b"search_id,")
    ('gzip', 'none')
    """
    if start.startswith(GZIP_MAGIC):
        return "gzip"
    return "zstd" if start.startswith(ZSTD_MAGIC) else "none"


def _refuse_absent(path: Path) -> None:
    try:
        if path.is_dir():
            raise refuse("not-a-file", source_of(path), "this is a folder", _instead_of_a_folder(path))
        if not path.exists():
            raise refuse("no-such-file", source_of(path), "there is no such file", "Check the path")
        if not path.is_file():
            raise refuse("not-a-file", source_of(path), "this is not a regular file", "Write the data to a file first")
    except (OSError, ValueError) as error:
        raise refuse("no-such-file", source_of(path), f"is not a usable path ({error})", "Check the path") from None


def _instead_of_a_folder(path: Path) -> str:
    if any(path.glob("search_event*")):
        return "It holds a search log: give it to baserate audit, or to baserate log check"
    if any(path.glob("*.parquet")):
        return "Name one file in it; parts of one table first have to be put together, see the guide on measuring"
    return "Name one file in it"


def _first_content(path: Path, compression: str) -> bytes:
    """Uncompress the beginning of a file that was already looked through."""
    if compression == "gzip":
        with gzip.open(path) as stream:
            return stream.read(HEAD + 1)
    return _first_lines(path)


def _first_lines(path: Path) -> bytes:
    """Take the first lines of a zstd file through DuckDB, the only reader of zstd in the core install."""
    connection = connect([path, literal(path)])
    options = (
        "header=false, auto_detect=false, delim='\x01', quote='', escape='', compression='zstd', "
        f"columns={{'line': 'VARCHAR'}}, max_line_size={LONGEST_LINE}"
    )
    try:
        query = f"SELECT line FROM read_csv({text(literal(path))}, {options}) LIMIT 1000"  # noqa: S608
        lines = connection.execute(query).fetchall()
    except (duckdb.Error, zlib.error) as error:
        raise refuse(
            "unreadable-file", source_of(path), f"cannot be read ({said(error)})", "Give it uncompressed"
        ) from None
    body = "".join(f"{line or ''}\n" for (line,) in lines).encode()
    return body[: HEAD + 1] if len(lines) < 1000 else body[:HEAD].ljust(HEAD + 1, b"\n")


def _refuse_foreign(path: Path, start: bytes) -> None:
    if not start:
        raise refuse("empty-file", source_of(path), "the file is empty", "Check that it was written to its end")
    for magic, (what, remedy) in _FOREIGN.items():
        if start.startswith(magic):
            raise refuse("not-a-table", source_of(path), f"this is {what}", remedy)


def not_text(opening: Opening) -> InputError | None:
    r"""Say why a file that should be text is not, or return ``None``.

    Examples
    --------
    >>> print(not_text(Opening(Path("a.csv"), "none", b"a,b\n1,\x00\n", whole=True)))
    a.csv: there is a NUL byte at position 6, so this is not text. Export it again as UTF-8 text. [not-text]
    """
    position = opening.head.find(b"\x00")
    if position >= 0:
        what = f"there is a NUL byte at position {position}, so this is not text"
        return refuse("not-text", opening.source, what, "Export it again as UTF-8 text")
    if len(opening.head) > LONGEST_LINE and b"\n" not in opening.head and b"\r" not in opening.head:
        what = f"its first line is longer than {LONGEST_LINE:,} bytes"
        return refuse("line-too-long", opening.source, what, "Check that this is a table with one row a line")
    return None
