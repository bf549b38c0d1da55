"""Look through a compressed file before it is trusted: complete, undamaged, and not made to fill a machine.

DuckDB reads a zstd file that was cut off as if it ended there, and does not compare the checksum of a gzip file: rows
would be lost or altered without a word. So both are looked through here first.
"""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING, BinaryIO

from baserate.errors import InputError, refuse
from baserate.inputs.problems import source_of

if TYPE_CHECKING:
    from pathlib import Path

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
LARGEST_RATIO = 500  # scores as text shrink 2 to 20 times, a column of one value some 200 times
SMALLEST_SUSPECT = 256 * 2**20  # bytes; below this no ratio does harm
_BLOCK = 2**20
_ZSTD_BLOCK = 128 * 2**10  # largest content of a zstd block


def check_compressed(path: Path, compression: str) -> None:
    """Refuse a gzip or zstd file that is cut off, damaged or expands beyond reason.

    Raises
    ------
    InputError
        With the code ``compressed-file-damaged`` or ``expands-too-much``.
    """
    if compression == "gzip":
        _check_gzip(path)
    elif compression == "zstd":
        _check_zstd(path)


def _check_gzip(path: Path) -> None:
    size, content = path.stat().st_size, 0
    try:
        with gzip.open(path) as stream:
            while block := stream.read(_BLOCK):
                content += len(block)
                _refuse_expansion(path, content, size)
    except (EOFError, OSError, zlib.error) as error:
        raise _damaged(path, str(error)) from None


def _check_zstd(path: Path) -> None:
    size, content = path.stat().st_size, 0
    with path.open("rb") as stream:
        while stream.tell() < size:
            content += _skip_frame(stream, path, size)
            _refuse_expansion(path, content, size)


def _skip_frame(stream: BinaryIO, path: Path, size: int) -> int:
    """Walk over one frame (RFC 8878) by the lengths in its headers; return the most bytes that it can hold."""
    magic = _take(stream, 4, path)
    if magic[1:] == b"\x2a\x4d\x18" and 0x50 <= magic[0] <= 0x5F:  # a skippable frame
        _skip(stream, int.from_bytes(_take(stream, 4, path), "little"), path, size)
        return 0
    if magic != ZSTD_MAGIC:
        raise _damaged(path, "there is something else after the compressed data")
    descriptor = _take(stream, 1, path)[0]
    _skip(stream, _header_rest(descriptor), path, size)
    content = _skip_blocks(stream, path, size)
    if descriptor & 4:  # a checksum ends the frame
        _skip(stream, 4, path, size)
    return content


def _header_rest(descriptor: int) -> int:
    """Bytes of a frame's header after its descriptor: window, dictionary, content size."""
    single = bool(descriptor & 32)
    content = (int(single), 2, 4, 8)[descriptor >> 6]
    return int(not single) + (0, 1, 2, 4)[descriptor & 3] + content


def _skip_blocks(stream: BinaryIO, path: Path, size: int) -> int:
    content, last = 0, False
    while not last:
        header = int.from_bytes(_take(stream, 3, path), "little")
        last, kind, length = bool(header & 1), header >> 1 & 3, header >> 3
        _skip(stream, 1 if kind == 1 else length, path, size)
        content += _ZSTD_BLOCK if kind == 2 else length
    return content


def _take(stream: BinaryIO, number: int, path: Path) -> bytes:
    taken = stream.read(number)
    if len(taken) < number:
        raise _damaged(path, "it ends too early")
    return taken


def _skip(stream: BinaryIO, number: int, path: Path, size: int) -> None:
    if stream.seek(number, 1) > size:
        raise _damaged(path, "it ends too early")


def _refuse_expansion(path: Path, content: int, size: int) -> None:
    if content > SMALLEST_SUSPECT and content > LARGEST_RATIO * size:
        what = f"{size:,} bytes expand to more than {content:,}"
        raise refuse("expands-too-much", source_of(path), what, "Give the file uncompressed if it is what it should be")


def _damaged(path: Path, detail: str) -> InputError:
    what = f"the compressed file is cut off or damaged ({detail or 'checksum'})"
    return refuse("compressed-file-damaged", source_of(path), what, "Copy or compress it again")
