"""Parquet: read in place and in pieces, never loaded whole."""

# ruff: noqa: S608 - what goes into SQL is quoted; `refuse` takes a problem's code first
from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.errors import refuse
from baserate.inputs.formats.columns import MOST_COLUMNS, Raw, check_names
from baserate.inputs.formats.format import Contents, Format
from baserate.inputs.formats.layouts import lay_out
from baserate.inputs.formats.reading import Options, reading_from

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from baserate.inputs.formats.opening import Opening


def _read(connection: DuckDBPyConnection, opening: Opening, options: Options) -> Contents:
    if opening.compression != "none":
        remedy = "Uncompress it: Parquet compresses its columns itself"
        raise refuse("parquet-compressed", opening.source, "this is a Parquet file inside another", remedy)
    path = opening.sql
    source = opening.source
    with reading_from(source):
        check_names(_names(connection, path), source)
        described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({path})").fetchall()
        columns = {row[0]: row[1] for row in described}
        relation = f"read_parquet({path}, file_row_number=true)"
        raw = Raw(relation, columns, "file_row_number + 1", source, lazy=True, trim=False)
        return Contents(lay_out(connection, raw, options))


def _names(connection: DuckDBPyConnection, path: str) -> list[str]:
    """Names of the columns as the file has them: the engine would rename one that stands twice, and go on."""
    query = f"SELECT name, num_children FROM parquet_schema({path}) LIMIT {MOST_COLUMNS + 10}"
    names, inside = [], 0
    for column, children in connection.execute(query).fetchall()[1:]:
        if not inside:
            names.append(column)
        inside = max(0, inside - 1) + (children or 0)
    return names


PARQUET = Format("parquet", "Parquet", lambda opening: opening.head.startswith(b"PAR1"), _read)
