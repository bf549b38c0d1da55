"""A DuckDB connection that reads the files it was given and nothing else."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLOSED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
_ARRAYS = 17  # bits of a number by which counts are kept in an array and not in a hash table: 16, and one for missing


def connect(
    paths: Iterable[Path | str], memory_limit: str = "1GB", *, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """Open an in-memory database that may read only ``paths``, without network or extensions.

    Files are untrusted: a table name, a path inside a file or a macro must not reach another file. What does not fit
    in ``memory_limit`` spills to a folder of its own below the system's temporary folder, which goes with the
    connection.

    Parameters
    ----------
    paths
        Files, or folders with all that is in them, which queries may open. Everything else is refused.
    memory_limit
        Most memory that the engine may take, in DuckDB's notation (``"1GB"``).
    threads
        Threads of the engine; as many as the machine has where it is not given. What is written by one thread is the
        same bytes every time.

    Returns
    -------
    duckdb.DuckDBPyConnection
        Configuration is locked: no later statement can open what was closed here.

    Examples
    --------
    >>> connect([]).execute("SELECT 40 + 2").fetchone()
    (42,)
    >>> try:
    ...     connect([]).execute("SELECT * FROM read_csv('/etc/hostname')")
    ... except duckdb.PermissionException:
    ...     print("refused")
    refused
    """
    resolved = [Path(path).resolve() for path in paths]
    spill = Path(tempfile.gettempdir()) / f"baserate-spill-{uuid4().hex}"
    connection = duckdb.connect(config={**_CLOSED, "memory_limit": memory_limit, "temp_directory": str(spill)})
    # Progress is kept for who asks (baserate.engines.progress); nothing is printed by the engine.
    connection.execute("SET enable_progress_bar = true")
    connection.execute("SET enable_progress_bar_print = false")
    # Times are UTC, wherever the machine is: a zone with half hours would move the start of an hour.
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET perfect_ht_threshold = {_ARRAYS}")
    # What stands where in a large file is read once, and not again by each query.
    connection.execute("SET parquet_metadata_cache = true")
    if threads is not None:
        connection.execute(f"SET threads = {threads}")
    connection.execute(f"SET allowed_paths = {text_list(p for p in resolved if not p.is_dir())}")
    connection.execute(f"SET allowed_directories = {text_list(p for p in resolved if p.is_dir())}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def name(identifier: str) -> str:
    """Quote a column or table name for SQL.

    Examples
    --------
    >>> print(name("age"))
    "age"
    """
    return '"' + identifier.replace('"', '""') + '"'


def text(value: object) -> str:
    """Quote a text for SQL.

    Examples
    --------
    >>> print(text("O'Hare"))
    'O''Hare'
    """
    return "'" + str(value).replace("'", "''") + "'"


def text_list(values: Iterable[object]) -> str:
    """Quote a list of texts for SQL.

    Examples
    --------
    >>> print(text_list(["a", "b"]))
    ['a', 'b']
    """
    return "[" + ", ".join(map(text, values)) + "]"
