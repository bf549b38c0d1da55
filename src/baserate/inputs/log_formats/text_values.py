"""SQL that turns a text cell into the type its column promises, and NULL where it is not such a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.columns import TYPES
from baserate.engines.duckdb import text

if TYPE_CHECKING:
    from baserate.columns import Column

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_LOCAL = _DAY + r"[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
_RFC3339 = _LOCAL + r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
_WHOLE = r"[+-]?[0-9]{1,18}(\.0+)?"
_NUMBER = r"[+-]?([0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})([eE][+-]?[0-9]{1,3})?"


def text_as_type(record: Column, cell: str, *, days: bool) -> str:
    """Give the SQL expression that reads a text cell as the column's type.

    Parameters
    ----------
    record
        The column.
    cell
        SQL expression of the cell, a VARCHAR without empty texts.
    days
        Whether a bare date is a time (midnight UTC), as in the public profile.

    Examples
    --------
    >>> import duckdb
    >>> from baserate.columns import column
    >>> sql = text_as_type(column("search_event", "hotlist_hit"), "'True'", days=False)
    >>> duckdb.sql(f"SELECT {sql}").fetchall()
    [(True,)]
    """
    kind = record.type
    if kind == "timestamp":
        return _time(cell, days=days)
    if kind == "interval":
        start, end = (_time(f"split_part({cell}, '/', {i})", days=days) for i in (1, 2))
        both = f"{start} IS NOT NULL AND {end} IS NOT NULL AND split_part({cell}, '/', 3) = ''"
        return f"CASE WHEN {both} THEN struct_pack(start_utc := {start}, end_utc := {end}) END"
    if TYPES[kind].duckdb == "VARCHAR[]":
        array = f"TRY_CAST(TRY_CAST({cell} AS JSON) AS VARCHAR[])"
        return f"CASE WHEN {cell} LIKE '[%' THEN {array} ELSE string_split({cell}, '|') END"
    if kind == "candidates":
        return f"TRY_CAST(TRY_CAST({cell} AS JSON) AS {TYPES[kind].duckdb})"
    return _scalar(kind, cell)


def _scalar(kind: str, cell: str) -> str:
    if kind == "integer":
        return f"CASE WHEN regexp_full_match({cell}, {text(_WHOLE)}) THEN TRY_CAST({cell} AS BIGINT) END"
    if kind == "float":
        return f"CASE WHEN regexp_full_match({cell}, {text(_NUMBER)}) THEN TRY_CAST({cell} AS DOUBLE) END"
    if kind == "boolean":
        return f"CASE lower({cell}) WHEN 'true' THEN true WHEN 'false' THEN false END"
    return cell


def _time(cell: str, *, days: bool) -> str:
    zone = "TIMESTAMP WITH TIME ZONE"
    zoned = f"WHEN regexp_full_match({cell}, {text(_RFC3339)}) THEN TRY_CAST({cell} AS {zone})"
    day = f"WHEN regexp_full_match({cell}, {text(_DAY)}) THEN TRY_CAST({cell} || 'T00:00:00Z' AS {zone})"
    return f"CASE {zoned} {day if days else ''} END"


def lacks_zone(cell: str) -> str:
    """Give the SQL condition that a text cell is a time that nothing but its zone keeps from being one.

    Examples
    --------
    >>> import duckdb
    >>> duckdb.sql("SELECT " + lacks_zone("'2026-03-01 14:00'") + ", " + lacks_zone("'2026-03-01T14:00Z'")).fetchall()
    [(True, False)]
    """
    return f"regexp_full_match({cell}, {text(_LOCAL)})"
