"""Arrow IPC files and streams (Feather 2), read through nanoarrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from nanoarrow import c_array_stream
from nanoarrow.ipc import InputStream

from baserate.errors import refuse
from baserate.inputs.formats.arrow_messages import CONTINUATION, has_compressed_dictionary
from baserate.inputs.formats.format import Contents, Format
from baserate.inputs.formats.frames import read_stream
from baserate.inputs.formats.reading import said

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from baserate.inputs.formats.opening import Opening
    from baserate.inputs.formats.reading import Options

_FILE = b"ARROW1\x00\x00"  # a file is this, a stream, and an index at its end
_FILE_END = b"ARROW1"
_END = CONTINUATION + b"\x00\x00\x00\x00"
_REMEDY = (
    "Write Parquet, or an Arrow stream; in Polars with write_parquet, or with write_ipc_stream and "
    "compat_level=polars.CompatLevel.oldest()"
)


class _Ipc:
    """An IPC file that can be read more than once, as the engine asks for its schema and then for its rows."""

    def __init__(self, stream: BinaryIO, start: int) -> None:
        self.stream = stream
        self.start = start

    @property
    def columns(self) -> list[str]:
        """Names of the columns, as the file has them."""
        return [column.name for column in c_array_stream(self).get_schema().children]

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        self.stream.seek(self.start)
        capsule: object = InputStream.from_readable(self.stream).__arrow_c_stream__(requested_schema)
        return capsule


def _read(connection: DuckDBPyConnection, opening: Opening, options: Options) -> Contents:
    source = opening.source
    if opening.compression != "none":
        raise refuse("arrow-compressed", source, "this is an Arrow file inside another", "Uncompress it")
    start = len(_FILE) if opening.head.startswith(_FILE) else 0
    if not opening.head.startswith(CONTINUATION, start):
        what = "this Arrow file is not laid out as a stream with an index, as Polars writes it"
        raise refuse("arrow-not-a-stream", source, what, _REMEDY)
    with opening.path.open("rb") as stream:
        _refuse_cut_off(stream, source, is_file=start > 0)
        ipc = _Ipc(stream, start)
        _refuse_undecodable(ipc, source)
        contents = read_stream(connection, ipc, source, options, remedy="Write it again, or as Parquet")
        _refuse_more(stream, source, is_file=start > 0)
        return contents


def _refuse_cut_off(stream: BinaryIO, source: str, *, is_file: bool) -> None:
    """Refuse what does not end as it must: a stream that was cut between two batches reads as a shorter one."""
    end = _FILE_END if is_file else _END
    stream.seek(0, 2)
    stream.seek(max(0, stream.tell() - len(end)))
    if stream.read() != end:
        raise refuse(
            "arrow-cut-off", source, "the Arrow file has no end mark, so that it may be cut off", "Write it again"
        )


def _refuse_undecodable(ipc: _Ipc, source: str) -> None:
    """Refuse what nanoarrow cannot read, or would read as something else."""
    try:
        columns = ipc.columns
    except RuntimeError as error:
        what = f"its columns are of a type, or stored in a way, that cannot be read ({said(error)})"
        raise refuse("arrow-not-readable", source, what, _REMEDY) from None
    if columns and has_compressed_dictionary(ipc.stream, ipc.start):
        what = "it holds a dictionary (a categorical column) that is compressed, which cannot be read"
        remedy = 'Write it uncompressed (compression="uncompressed"), with that column as plain text, or as Parquet'
        raise refuse("arrow-dictionary-compressed", source, what, remedy)


def _refuse_more(stream: BinaryIO, source: str, *, is_file: bool) -> None:
    """Refuse bytes after the end of the stream that was read, but for the index of a file: they may be more rows."""
    end = stream.tell()
    rest = stream.seek(0, 2) - end
    stream.seek(-min(rest, len(_FILE_END) + 4), 2)
    index = int.from_bytes(stream.read(4), "little") + 4 + len(_FILE_END) if is_file else 0
    if rest != index:
        what = f"{rest:,} bytes follow the Arrow data and are not its index, as when two files were put together"
        raise refuse("arrow-not-alone", source, what, "Give one file or stream, and put tables together as rows")


ARROW = Format(
    "arrow", "Arrow IPC file or stream", lambda opening: opening.head.startswith((_FILE, CONTINUATION)), _read
)
