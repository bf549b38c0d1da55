"""Arrow IPC files and streams (Feather 2), read through nanoarrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from nanoarrow.ipc import InputStream

from baserate.errors import refuse
from baserate.inputs.formats.format import Contents, Format
from baserate.inputs.formats.frames import read_stream

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from baserate.inputs.formats.opening import Opening
    from baserate.inputs.formats.reading import Options

_FILE = b"ARROW1\x00\x00"  # a file is this, a stream, and an index at its end
_STREAM = b"\xff\xff\xff\xff"
_END = _STREAM + b"\x00\x00\x00\x00"


class _Ipc:
    """An IPC file that can be read more than once, as the engine asks for its schema and then for its rows."""

    def __init__(self, stream: BinaryIO, start: int) -> None:
        self.stream = stream
        self.start = start

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        self.stream.seek(self.start)
        capsule: object = InputStream.from_readable(self.stream).__arrow_c_stream__(requested_schema)
        return capsule


def _read(connection: DuckDBPyConnection, opening: Opening, options: Options) -> Contents:
    source = opening.source
    if opening.compression != "none":
        raise refuse("arrow-compressed", source, "this is an Arrow file inside another", "Uncompress it")
    start = len(_FILE) if opening.head.startswith(_FILE) else 0
    if not opening.head.startswith(_STREAM, start):
        what = "this Arrow file is not laid out as a stream with an index, as Polars writes it"
        raise refuse("arrow-not-a-stream", source, what, "Write an Arrow stream (write_ipc_stream) or Parquet")
    with opening.path.open("rb") as stream:
        _refuse_cut_off(stream, source, is_file=start > 0)
        return read_stream(connection, _Ipc(stream, start), source, options)


def _refuse_cut_off(stream: BinaryIO, source: str, *, is_file: bool) -> None:
    """Refuse what does not end as it must: a stream that was cut between two batches reads as a shorter one."""
    end = _FILE.rstrip(b"\x00") if is_file else _END
    stream.seek(0, 2)
    stream.seek(max(0, stream.tell() - len(end)))
    if stream.read() != end:
        raise refuse(
            "arrow-cut-off", source, "the Arrow file has no end mark, so that it may be cut off", "Write it again"
        )


ARROW = Format("arrow", "Arrow IPC file or stream", lambda opening: opening.head.startswith((_FILE, _STREAM)), _read)
