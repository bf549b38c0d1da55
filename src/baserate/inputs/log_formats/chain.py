"""The hash chain of a log: the canonical text of a row, its digest, and how a chain is written.

``row_hash = SHA-256(prev_hash + canonical text)``, both as UTF-8 text, in lower-case hexadecimal. ``prev_hash`` is the
``row_hash`` of the row with the next lower ``seq`` of the same ``system_id``, and 64 zeros in the first.

The canonical text is the row as a JSON object on one line without blanks:

* the columns of ``search_event`` in the schema's order, without ``prev_hash`` and ``row_hash``; a column that is null
  or absent is left out, so that a log may gain columns without breaking older hashes;
* text in double quotes, with a backslash before a double quote and before a backslash and no other escapes; truth
  values as ``true`` and ``false``;
* integers in decimal; other numbers as C's ``%.16e`` writes them (17 significant digits, which no two doubles share),
  with zero never negative;
* a time as ``"2026-03-01T14:00:00.000000Z"``: UTC, six digits of seconds; an interval as two of them with a slash;
* sets without repeats in the order of their bytes; candidates in the order of the list, each as
  ``[rank,score,above_threshold,"source_gallery"]`` with ``null`` for what is missing.
"""

# ruff: noqa: S608 - names are quoted by `name`, values by `text`, and the connection is locked down.
from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from baserate.columns import SEARCH_EVENT, TYPES
from baserate.engines.duckdb import name, text
from baserate.inputs.logs import read_log

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from baserate.columns import Column

FIRST = "0" * 64
HASHED = tuple(record for record in SEARCH_EVENT if record.name not in ("prev_hash", "row_hash"))
_SLASH = chr(92)  # a backslash, which an f-string cannot hold before Python 3.12
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


# --- in Python: the definition ---------------------------------------------------------------------------------------


def row_text(row: Mapping[str, Any]) -> str:
    """Give the canonical text of a row.

    Parameters
    ----------
    row
        Column to value: text, int, float, bool, ``datetime`` with zone, a pair of those for an interval, a list of
        texts, or a list of mappings for candidates. Columns that are None are left out, and so are hashes.

    Examples
    --------
    >>> print(row_text({"seq": 1, "mode": "live", "threshold": 0.64, "fields_displayed": ["status", "name"]}))
    {"seq":1,"mode":"live","threshold":6.4000000000000001e-01,"fields_displayed":["name","status"]}
    """
    present = ((record, row.get(record.name)) for record in HASHED)
    return "{" + ",".join(f'"{r.name}":{_value(r, v)}' for r, v in present if v is not None) + "}"


def row_digest(prev_hash: str, row: Mapping[str, Any]) -> str:
    """Give the ``row_hash`` of a row that follows the row with ``prev_hash``.

    Examples
    --------
    >>> row_digest(FIRST, {"seq": 1, "mode": "live"})[:16]
    '32ed7b8197266df2'
    """
    return _digest(prev_hash, row_text(row))


def _digest(prev_hash: str, canonical: str) -> str:
    return sha256((prev_hash + canonical).encode()).hexdigest()


def _value(record: Column, value: Any) -> str:  # noqa: ANN401 (whatever the column holds)
    if record.type == "timestamp":
        return f'"{_time(value)}"'
    if record.type == "interval":
        return f'"{_time(value[0])}/{_time(value[1])}"'
    if record.type == "candidates":
        return "[" + ",".join(f"[{','.join(_candidate(one))}]" for one in value) + "]"
    if TYPES[record.type].duckdb == "VARCHAR[]":
        return "[" + ",".join(map(_scalar, sorted(set(value)))) + "]"
    return _scalar(float(value) if record.type == "float" else value)


def _candidate(one: Mapping[str, Any]) -> Iterator[str]:
    score = one.get("score")
    yield _scalar(one.get("rank"))
    yield _scalar(None if score is None else float(score))
    yield _scalar(one.get("above_threshold"))
    yield _scalar(one.get("source_gallery"))


def _scalar(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, str):
        return '"' + value.replace(_SLASH, _SLASH * 2).replace('"', _SLASH + '"') + '"'
    return f"{value + 0.0:.16e}" if isinstance(value, float) else json.dumps(value)


def _time(value: datetime) -> str:
    return value.astimezone(UTC).strftime(_TIME)


# --- in SQL: the same, for whole logs --------------------------------------------------------------------------------


def canonical_sql() -> str:
    """Give the SQL expression of the canonical text of a row of ``search_event``."""
    cells = (f"{text(f'{chr(34)}{r.name}{chr(34)}:')} || {_value_sql(r)}" for r in HASHED)
    return f"'{{' || concat_ws(',', {', '.join(cells)}) || '}}'"


def _value_sql(record: Column) -> str:
    cell = name(record.name)
    if record.type == "timestamp":
        return f"'\"' || {_time_sql(cell)} || '\"'"
    if record.type == "interval":
        return f"'\"' || {_time_sql(f'{cell}.start_utc')} || '/' || {_time_sql(f'{cell}.end_utc')} || '\"'"
    if record.type == "candidates":
        return f"'[' || array_to_string(list_transform({cell}, lambda c: {_candidate_sql()}), ',') || ']'"
    if TYPES[record.type].duckdb == "VARCHAR[]":
        quoted = f"list_transform(list_sort(list_distinct({cell})), lambda v: {_text_sql('v')})"
        return f"'[' || array_to_string({quoted}, ',') || ']'"
    if record.type == "float":
        return _float_sql(cell)
    return f"CAST({cell} AS VARCHAR)" if record.type in ("integer", "boolean") else _text_sql(cell)


def _candidate_sql() -> str:
    values = ("CAST(c.rank AS VARCHAR)", _float_sql("c.score"), "CAST(c.above_threshold AS VARCHAR)",
              _text_sql("c.source_gallery"))  # fmt: skip
    return "'[' || " + " || ',' || ".join(f"coalesce({value}, 'null')" for value in values) + " || ']'"


def _text_sql(cell: str) -> str:
    return f"""'"' || replace(replace({cell}, {text(_SLASH)}, {text(_SLASH * 2)}), '"', {text(_SLASH + '"')}) || '"'"""


def _float_sql(cell: str) -> str:
    return f"format('{{:.16e}}', {cell} + 0.0)"


def _time_sql(cell: str) -> str:
    return f"strftime({cell} AT TIME ZONE 'UTC', {text(_TIME)})"


# --- writing ---------------------------------------------------------------------------------------------------------


def write_chain(source: Path | str, out: Path | str, *, memory_limit: str = "1GB") -> dict[str, str]:
    """Write the searches of a log as Parquet with their chain of hashes.

    Rows are chained per ``system_id`` in the order of ``seq`` and keep their order in the file. Memory is bounded:
    what is sorted and joined spills to disk, and the hashes are made row by row.

    Parameters
    ----------
    source
        The log: a file or folder that :func:`baserate.inputs.logs.read_log` accepts.
    out
        Parquet file to write; its folder needs room for the canonical text of every row, about 3 KB each.
    memory_limit
        Most memory of the engine, in DuckDB's notation.

    Returns
    -------
    dict
        ``system_id`` to the last ``row_hash``: the head to be deposited with a third party.

    Raises
    ------
    InputError
        The log cannot be read.
    """
    out = Path(out)
    with TemporaryDirectory(prefix=".chain-", dir=out.resolve().parent) as scratch:
        log = read_log(source, memory_limit=memory_limit, scratch=Path(scratch))
        ordered, hashes = Path(scratch) / "ordered.csv", Path(scratch) / "hashes.csv"
        log.connection.execute(
            f"COPY (SELECT row, coalesce(system_id, '') AS system_id, {canonical_sql()} AS canonical FROM search_event "
            f"ORDER BY system_id, seq, row) TO {text(ordered)} (FORMAT csv, HEADER false)"
        )
        heads = _write_hashes(ordered, hashes)
        reader = (
            f"read_csv({text(hashes)}, header = false, columns = {{'row': 'BIGINT', 'p': 'VARCHAR', 'h': 'VARCHAR'}})"
        )
        written = Path(scratch) / "chained.parquet"
        log.connection.execute(
            "COPY (SELECT e.* EXCLUDE (row) REPLACE (c.p AS prev_hash, c.h AS row_hash) FROM search_event e "
            f"JOIN {reader} c ON e.row = c.row ORDER BY e.row) TO {text(written)} (FORMAT parquet, COMPRESSION zstd)"
        )
        log.connection.close()
        written.replace(out)
    return heads


def _write_hashes(ordered: Path, hashes: Path) -> dict[str, str]:
    with ordered.open(newline="", encoding="utf-8") as source, hashes.open("w", encoding="ascii") as target:
        return _chain(csv.reader(source), target.write)


def _chain(rows: Iterable[list[str]], write: Any) -> dict[str, str]:  # noqa: ANN401
    heads: dict[str, str] = {}
    for row, system, canonical in rows:
        before = heads.get(system, FIRST)
        heads[system] = _digest(before, canonical)
        write(f"{row},{before},{heads[system]}\n")
    return heads
