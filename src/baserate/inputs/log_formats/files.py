"""Which files a log is made of, and whether they may be opened at all: size, packing, encoding, cut ends."""

from __future__ import annotations

import codecs
import gzip
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NoReturn

from baserate.columns import TABLES
from baserate.errors import InputError, Problem, has_errors, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Form = Literal["parquet", "csv", "jsonl"]
SUFFIXES: dict[str, Form] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl",
    ".ndjson": "jsonl",
    ".ndjson.gz": "jsonl",
}
RUN, ANSWERS = "run.json", ("truth", "planted")  # what a simulation leaves beside its log
_MANIFESTS = ("manifest.json", "manifest.toml")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of an untrusted file is accepted.

    Parameters
    ----------
    text_bytes
        Most bytes of a CSV or JSON Lines file once unpacked.
    packing
        Highest ratio of unpacked to packed bytes, judged beyond 64 MiB: more is taken for a decompression bomb.
    line_bytes
        Longest line of a text file.
    columns
        Most columns of a file.
    footer_bytes
        Longest description that a Parquet file may carry at its end.
    parts
        Most files of one table.
    """

    text_bytes: int = 16 << 30
    packing: int = 250
    line_bytes: int = 1 << 20
    columns: int = 2_000
    footer_bytes: int = 64 << 20
    parts: int = 10_000


def form_of(path: Path) -> Form | None:
    """Tell the form of a file by its name, or None.

    Examples
    --------
    >>> from pathlib import Path
    >>> form_of(Path("log.csv.gz")), form_of(Path("notes.txt"))
    ('csv', None)
    """
    name = path.name.lower()
    return next((form for suffix, form in SUFFIXES.items() if name.endswith(suffix)), None)


def find_tables(path: Path, *, limits: Limits) -> tuple[dict[str, tuple[Path, ...]], list[Problem]]:
    """Find the files of each table: ``path`` itself, or in a folder ``search_event.csv``, ``search_event/`` and so on.

    Returns
    -------
    tuple
        Table name to its files in the order of their names, and warnings about files that no table claims.

    Raises
    ------
    InputError
        There is nothing to read at ``path``.
    """
    if path.is_file():
        return _single(path), []
    if not path.is_dir():
        stop("no-such-file", str(path), "there is no such file or folder", "Check the path")
    tables = {table: files for table in TABLES if (files := _files_of(path, table, limits))}
    if "search_event" not in tables:
        what = "the folder holds no search_event file (Parquet, CSV or JSON Lines) and no search_event/ folder"
        stop("log-without-searches", str(path), what, "Name the log search_event.parquet, .csv or .jsonl")
    return tables, _unclaimed(path, tables)


def _single(path: Path) -> dict[str, tuple[Path, ...]]:
    if form_of(path) is None:
        what = f"its name ends in none of {', '.join(SUFFIXES)}"
        stop("unknown-form", str(path), what, "Rename it after its form or convert it")
    return {"search_event": (path,)}


def _files_of(folder: Path, table: str, limits: Limits) -> tuple[Path, ...]:
    whole = [folder / f"{table}{suffix}" for suffix in SUFFIXES if (folder / f"{table}{suffix}").is_file()]
    below = folder / table
    parts = sorted(p for p in below.rglob("*") if p.is_file() and form_of(p)) if below.is_dir() else []
    found = (*whole, *parts)
    forms = {form_of(p) for p in found}
    if len(whole) > 1 or (whole and parts) or len(forms) > 1:
        what = f"the table {table} is there more than once: {', '.join(p.name for p in found[:5])}"
        stop("table-twice", str(folder), what, "Keep one form of it")
    if len(found) > limits.parts:
        what = f"the table {table} has {len(found):,} parts, more than {limits.parts:,}"
        stop("too-many-parts", str(below), what, "Merge the parts")
    return found


def _unclaimed(folder: Path, tables: dict[str, tuple[Path, ...]]) -> list[Problem]:
    claimed = {p for files in tables.values() for p in files} | {folder / name for name in _MANIFESTS}
    rest = sorted(p for p in folder.rglob("*") if p.is_file() and p not in claimed)
    ours = (RUN, *ANSWERS) if (folder / RUN).is_file() else ()
    tops = {p: p.relative_to(folder).parts[0] for p in rest}
    return [
        *_simulated(folder, {top for top in tops.values() if top in ours}),
        *_strange(folder, [p for p, top in tops.items() if top not in ours]),
    ]


def _simulated(folder: Path, tops: set[str]) -> list[Problem]:
    held = [f"{name}/" for name in ANSWERS if name in tops]
    if not held:
        return []
    what = f"is a simulated log: {' and '.join(held)} hold its answers and were not read"
    remedy = "Leave them out where the log is passed on"
    return [Problem("simulated-answers", str(folder), what, remedy, severity="warning")]


def _strange(folder: Path, files: list[Path]) -> list[Problem]:
    if not files:
        return []
    names = ", ".join(str(p.relative_to(folder)) for p in files[:10])
    what = f"{len(files)} files are no table of a log and were not read: {names}"
    remedy = f"Name tables {', '.join(TABLES)}, or leave these files as they are"
    return [Problem("file-not-read", str(folder), what, remedy, severity="warning")]


def manifest_beside(path: Path) -> Path | None:
    """Find the manifest that lies in a log's folder, or None."""
    return next((path / name for name in _MANIFESTS if (path / name).is_file()), None) if path.is_dir() else None


def check_file(path: Path, *, limits: Limits) -> list[Problem]:
    """Say why a file cannot be opened safely; an empty list when it can."""
    try:
        return _check_parquet(path, limits) if form_of(path) == "parquet" else _check_text(path, limits)
    except (OSError, EOFError, zlib.error) as error:
        what = f"cannot be read to its end ({type(error).__name__})"
        return [Problem("unreadable-file", str(path), what, "It is damaged, locked or cut short: fetch it again")]


def _check_parquet(path: Path, limits: Limits) -> list[Problem]:
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(max(0, size - 8))
        tail = file.read(8)
    if size < 12 or head != b"PAR1" or tail[4:] != b"PAR1":
        what = "is not a whole Parquet file: its first or last four bytes are not PAR1"
        return [Problem("unreadable-file", str(path), what, "It is damaged or cut short: fetch it again")]
    footer = int.from_bytes(tail[:4], "little")
    if footer > min(limits.footer_bytes, size):
        what = f"describes its columns in {footer:,} bytes, more than is accepted"
        return [Problem("too-many-columns", str(path), what, "Keep the columns of the schema only")]
    return []


def _check_text(path: Path, limits: Limits) -> list[Problem]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    packed = path.stat().st_size
    total = lines = run = 0
    for chunk in _chunks(path):
        total += len(chunk)
        run = _longest_run(chunk, run)
        fault = _too_much(total, run, packed, limits) or _not_utf8(decoder, chunk, first=total == len(chunk))
        if fault:
            code, what, remedy = fault
            return [Problem(code, str(path), f"after line {lines + 1:,}: {what}", remedy)]
        lines += chunk.count(b"\n")
        run = len(chunk) - chunk.rfind(b"\n") - 1 if b"\n" in chunk else run
    return [] if total else [Problem("empty-file", str(path), "holds nothing", "Export the log again")]


def _chunks(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _longest_run(chunk: bytes, before: int) -> int:
    """Longest stretch without a line end that ends in or reaches through this chunk."""
    if b"\n" not in chunk:
        return before + len(chunk)
    lines = chunk.split(b"\n")
    return max(before + len(lines[0]), *map(len, lines[1:]))


def _too_much(total: int, run: int, packed: int, limits: Limits) -> tuple[str, str, str] | None:
    if total > limits.text_bytes:
        return "file-too-large", f"more than {limits.text_bytes:,} bytes of text", "Give Parquet, or split the log"
    if total > (64 << 20) and total > limits.packing * packed:
        what = f"unpacks to more than {limits.packing} times its size"
        return "decompression-bomb", what, "Unpack it yourself and look at it"
    if run > limits.line_bytes:
        return "line-too-long", f"a line of more than {limits.line_bytes:,} bytes", "A row of a log is far shorter"
    return None


def _not_utf8(decoder: codecs.IncrementalDecoder, chunk: bytes, *, first: bool) -> tuple[str, str, str] | None:
    if first and chunk[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "not-utf8", "the text is UTF-16", "Save it as UTF-8"
    if b"\0" in chunk:
        return "not-text", "a zero byte, which no text holds", "Give text in UTF-8; binary data do not belong in a log"
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError as error:
        what = f"byte 0x{error.object[error.start]:02x} is not UTF-8 (the encodings may be mixed)"
        return "not-utf8", what, "Save the whole file as UTF-8"
    return None


def stop(code: str, where: str, what: str, remedy: str) -> NoReturn:
    """Raise an input's single problem; nothing of the engine's own error is chained to it."""
    raise refuse(code, where, what, remedy) from None


def raise_if(problems: list[Problem]) -> None:
    """Raise all problems together when one of them is an error.

    Examples
    --------
    >>> raise_if([])
    """
    if has_errors(problems):
        raise InputError(problems)
