"""JSON Lines: one object a line, its keys are the columns."""

# ruff: noqa: S608 - what goes into SQL is quoted; `refuse` takes a problem's code first
from __future__ import annotations

import re
from typing import TYPE_CHECKING

from baserate.engines.duckdb import name, text
from baserate.errors import InputError, Problem, refuse
from baserate.inputs.formats.columns import MOST_COLUMNS, Raw, check_names
from baserate.inputs.formats.format import Contents, Format
from baserate.inputs.formats.layouts import lay_out
from baserate.inputs.formats.line_count import count_rows
from baserate.inputs.formats.opening import LONGEST_LINE, Opening, not_text
from baserate.inputs.formats.reading import Options, reading_from
from baserate.inputs.problems import count_of, row_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from duckdb import DuckDBPyConnection

_FAULTS = (
    ("json-broken", "lines that are not JSON", "json IS NULL"),
    ("json-not-object", "lines with something other than an object", "json_type(json) <> 'OBJECT'"),
    ("json-key-repeated", "lines that name a key twice", "len(json_keys(json)) <> len(list_distinct(json_keys(json)))"),
)


_MARK = b"\xef\xbb\xbf"  # the byte-order mark of UTF-8, which the engine's reader of JSON takes for content
_LIST = re.compile(rb"\s*\[\s*\{")


def _fits(opening: Opening) -> bool:
    head = opening.head.removeprefix(_MARK)
    return head.lstrip()[:1] == b"{" or _LIST.match(head) is not None


def _read(connection: DuckDBPyConnection, opening: Opening, options: Options) -> Contents:
    if wrong := not_text(opening):
        raise wrong
    source = opening.source
    if _LIST.match(opening.head.removeprefix(_MARK)):
        remedy = "Write one object a line: in pandas to_json(orient='records', lines=True), or jq -c '.[]'"
        raise refuse("json-list", source, "this is one JSON list, not an object a line", remedy)
    with reading_from(source):
        connection.execute(f"CREATE TEMP TABLE json_read AS SELECT json FROM {_reader(opening)}")
        _refuse_lost_records(connection, opening)
        keys = _keys(connection)
        if problems := _faults(connection, source, [*_FAULTS, _nested(keys)]):
            raise InputError(problems)
        raw = _columns(keys, source)
        sheets = lay_out(connection, raw, options)
        connection.execute("DROP TABLE json_read")
    return Contents(sheets)


def _reader(opening: Opening) -> str:
    """Write the SQL that gives each line as ``json``, NULL where it is not JSON."""
    compression = f"compression={text(opening.compression)}"
    if not opening.head.startswith(_MARK):
        options = f"format='newline_delimited', ignore_errors=true, maximum_object_size={LONGEST_LINE}"
        return f"read_json_objects({opening.sql}, {options}, {compression})"
    options = f"auto_detect=false, header=false, delim='\x01', quote='', escape='', max_line_size={LONGEST_LINE}"
    lines = f"read_csv({opening.sql}, {options}, columns={{'line': 'VARCHAR'}}, {compression})"
    return f"(SELECT TRY_CAST(line AS JSON) AS json FROM {lines} WHERE trim(line) <> '')"


def _refuse_lost_records(connection: DuckDBPyConnection, opening: Opening) -> None:
    """Compare the records that were read with a count of their own."""
    lines = count_rows(opening, quotes=False)
    (records,) = connection.execute("SELECT count(*) FROM json_read").fetchall()[0]
    if lines is not None and lines != records:
        what = f"{count_of(lines, 'line', 'hold something')}, and {count_of(records, 'record', 'were read')}"
        raise refuse("rows-lost", opening.source, what, "Write one object a line, and no line without one")


def _faults(connection: DuckDBPyConnection, source: str, faults: Iterable[tuple[str, str, str]]) -> list[Problem]:
    problems = []
    for code, what, fault in faults:
        query = (
            f"SELECT count(*), min(rowid + 1, 10), arg_min(CAST(json AS VARCHAR), rowid) FROM json_read WHERE {fault}"
        )
        total, rows, sample = connection.execute(query).fetchall()[0]
        if total:
            remedy = "Write one flat object a line"
            problems.append(
                row_problem(
                    code, source, what=what, remedy=remedy, rows=rows, total=total, sample=sample, unit="record"
                )
            )
    return problems


def _keys(connection: DuckDBPyConnection) -> dict[str, str]:
    """Keys of all records, with the JSON pointer of each."""
    query = (
        "SELECT DISTINCT unnest(json_keys(json)) AS key FROM json_read WHERE json_type(json) = 'OBJECT' "
        f"LIMIT {MOST_COLUMNS + 1}"
    )
    keys = sorted(key for (key,) in connection.execute(query).fetchall())
    return {key: "/" + key.replace("~", "~0").replace("/", "~1") for key in keys}


def _nested(keys: Mapping[str, str]) -> tuple[str, str, str]:
    nested = " OR ".join(f"json_type(json, {text(pointer)}) IN ('OBJECT', 'ARRAY')" for pointer in keys.values())
    return "json-nested", "lines with an object or a list as a value", nested or "false"


def _columns(keys: Mapping[str, str], source: str) -> Raw:
    if not keys:
        raise refuse("no-columns", source, "its records are empty", "Write one object a line with the columns as keys")
    check_names(list(keys), source)
    chosen = ", ".join(f"json_extract_string(json, {text(pointer)}) AS {name(key)}" for key, pointer in keys.items())
    relation = f"(SELECT {chosen} FROM json_read)"
    return Raw(relation, dict.fromkeys(keys, "VARCHAR"), None, source, lazy=False, trim=True)


JSON_LINES = Format("jsonl", "JSON Lines, one object a line", _fits, _read)
