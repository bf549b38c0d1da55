"""The messages of an Arrow IPC stream, looked at without their content.

nanoarrow does not decompress a dictionary: it would take the compressed bytes for the values. Of each message only its
kind, the length of its body, and whether that is compressed are read (FlatBuffers, as ``Message.fbs`` of Arrow lays
them out).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTINUATION = b"\xff\xff\xff\xff"
_LARGEST = 2**26  # bytes of a message without its body
_HEADER_TYPE, _HEADER, _BODY_LENGTH = 1, 2, 3  # fields of a message
_DATA, _COMPRESSION = 1, 3  # fields of a dictionary batch, and of the record batch in it
_DICTIONARY = 2  # the header type


def has_compressed_dictionary(stream: BinaryIO, start: int) -> bool:
    """Whether a dictionary in the stream that begins at ``start`` is compressed; what is damaged is left to others."""
    try:
        return any(_is_compressed_dictionary(message) for message in _messages(stream, start))
    except (struct.error, OSError, OverflowError):
        return False


def _messages(stream: BinaryIO, start: int) -> Iterator[bytes]:
    stream.seek(start)
    while (head := stream.read(8))[:4] == CONTINUATION and len(head) == 8:
        (length,) = struct.unpack_from("<I", head, 4)
        if not 0 < length <= _LARGEST:
            return
        message = stream.read(length)
        yield message
        body = _field(message, _root(message), _BODY_LENGTH)
        stream.seek(max(0, struct.unpack_from("<q", message, body)[0]) if body else 0, 1)


def _is_compressed_dictionary(message: bytes) -> bool:
    root = _root(message)
    kind, header = _field(message, root, _HEADER_TYPE), _field(message, root, _HEADER)
    if not (kind and header) or struct.unpack_from("<B", message, kind)[0] != _DICTIONARY:
        return False
    batch = _field(message, _target(message, header), _DATA)
    return bool(batch and _field(message, _target(message, batch), _COMPRESSION))


def _root(message: bytes) -> int:
    return _target(message, 0)


def _target(message: bytes, place: int) -> int:
    """Follow the offset that stands at a place."""
    return place + int(struct.unpack_from("<I", message, place)[0])


def _field(message: bytes, table: int, number: int) -> int:
    """Give the place of a table's field, or 0 where the field is left out."""
    places = table - int(struct.unpack_from("<i", message, table)[0])
    (size,) = struct.unpack_from("<H", message, places)
    entry = 4 + 2 * number
    offset = struct.unpack_from("<H", message, places + entry)[0] if entry < size else 0
    return table + int(offset) if offset else 0
