"""Arrow IPC files and streams (Feather 2), read through the optional package nanoarrow."""

# ruff: noqa: EM101 - `refuse` takes a problem's code first, not a message
from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from baserate.errors import refuse
from baserate.inputs.formats.format import Contents, Format
from baserate.inputs.formats.frames import read_stream

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from baserate.inputs.formats.opening import Opening
    from baserate.inputs.formats.reading import Options

_FILE = b"ARROW1\x00\x00"  # a file is this, the stream, and an index at its end
_STREAM = b"\xff\xff\xff\xff"


class _Ipc:
    """An IPC file that can be read more than once, as the engine asks for its schema and then for its rows."""

    def __init__(self, path: Path, start: int) -> None:
        self.path = path
        self.start = start

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        stream = self.path.open("rb")
        stream.seek(self.start)
        ipc = import_module("nanoarrow.ipc")
        return ipc.InputStream.from_readable(stream).__arrow_c_stream__(requested_schema)


def _read(connection: DuckDBPyConnection, opening: Opening, options: Options) -> Contents:
    source = str(opening.path)
    if opening.compression != "none":
        raise refuse("arrow-compressed", source, "this is an Arrow file inside another", "Uncompress it")
    try:
        import_module("nanoarrow.ipc")
    except ImportError:
        what = "Arrow IPC files are read through the package nanoarrow, which is not installed"
        raise refuse("package-missing", source, what, "Install nanoarrow, or write Parquet") from None
    start = len(_FILE) if opening.head.startswith(_FILE) else 0
    return read_stream(connection, _Ipc(opening.path, start), source, options)


ARROW = Format("arrow", "Arrow IPC file or stream", lambda opening: opening.head.startswith((_FILE, _STREAM)), _read)
