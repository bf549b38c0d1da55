"""Raw columns become canonical ones: found by name, converted without loss, and what cannot be read is kept to be told.

A conversion never guesses: ``1.5`` is no rank, ``1_000`` no number, and a truth is one of the words of `TRUE` or
`FALSE`.
"""

# ruff: noqa: S608 - names are quoted by `name`, values by `text`, and the connection is locked down.
from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from baserate.engines.duckdb import name, text, text_list
from baserate.errors import InputError, Problem, refuse
from baserate.inputs.formats.reading import Options, Role, Sheet
from baserate.inputs.problems import SHOWN, column_of, repeated, shown
from baserate.inputs.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from duckdb import DuckDBPyConnection

IDENTIFIER = "identifier"  # text or a whole number, whichever the file has; compared as text where the types differ
CONTRACTS: Mapping[Role, Mapping[str, str]] = {
    "comparisons": {
        "mated": "BOOLEAN",
        "score": "DOUBLE",
        **dict.fromkeys(("probe_subject", "reference_subject", "probe_id", "reference_id"), IDENTIFIER),
    },
    "candidates": {"search_id": IDENTIFIER, "candidate_subject": IDENTIFIER, "rank": "INTEGER", "score": "DOUBLE"},
    "searches": {
        "search_id": IDENTIFIER,
        "subject": IDENTIFIER,
        "mated": "BOOLEAN",
        "gallery_size": "BIGINT",
        "failed": "BOOLEAN",
    },
}
_COMPARED = (("probe_subject", "reference_subject"), ("probe_id", "reference_id"))
MOST_COLUMNS = 2_000
LONGEST_NAME = 200  # characters
ROW = "row_in_file"
UNREAD = "unread__"
TRUE = ("true", "t", "yes", "y", "1", "mated")
FALSE = ("false", "f", "no", "n", "0", "nonmated", "non-mated")
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT")
_FLOATS = ("FLOAT", "DOUBLE")
_NESTED = ("[", "STRUCT", "MAP", "UNION", "BLOB", "BIT", "VARIANT", "GEOMETRY")
_EXACT = 2**53  # whole numbers up to here are exact in a DOUBLE


@dataclass(frozen=True, slots=True)
class Raw:
    """A relation as a container gave it.

    Parameters
    ----------
    relation
        SQL that stands after FROM.
    columns
        Its columns as the file names them, with their types.
    row
        SQL of the row's number in the file; ``None`` where the rows are loaded in the file's order. Required when lazy.
    source
        The file, for messages.
    lazy
        Whether the file is read again by each query (Parquet) or loaded once.
    trim
        Whether spaces around values belong to the file and not to the value (text formats).
    nan_fails
        Whether the format writes NaN for a failure to acquire or enrol.
    """

    relation: str
    columns: Mapping[str, str]
    row: str | None
    source: str
    lazy: bool
    trim: bool
    nan_fails: bool = False


@dataclass(frozen=True, slots=True)
class _Converted:
    column: str
    value: str
    unread: str | None


def check_names(columns: Sequence[str], source: str) -> None:
    """Refuse a header that cannot be used, with all of its faults.

    Raises
    ------
    InputError
        Too many columns, or names that are empty, repeated, overlong or not printable.
    """
    if len(columns) > MOST_COLUMNS:
        what = f"there are {len(columns):,} columns, more than the {MOST_COLUMNS:,} that a table may have"
        remedy = "Give a table of one comparison or candidate a row, or a full matrix with --format similarity-matrix"
        raise InputError([Problem("too-many-columns", source, what, remedy)])
    problems = [problem for column in columns for problem in _name_faults(column, source)]
    twice = repeated(column.lower() for column in columns if column)
    if twice:
        what = f"column names that stand more than once: {len(twice)} ({', '.join(map(shown, twice[:SHOWN]))})"
        problems.append(Problem("column-repeated", source, what, "Rename or remove the second one"))
    if problems:
        raise InputError(problems)


def _name_faults(column: str, source: str) -> list[Problem]:
    remedy = "Give every column a short name of letters, digits and _"
    if not column:
        remedy = "Name every column; pandas leaves its index out with index=False"
        remedy += ". A full matrix of scores is named with --format similarity-matrix"
        return [Problem("column-without-name", source, "a column has no name", remedy)]
    if len(column) > LONGEST_NAME or not column.isprintable():
        return [Problem("column-name-unusable", source, f"the column name {shown(column)} cannot be used", remedy)]
    if column.lower() in (ROW, "rowid", "file_row_number") or column.lower().startswith(UNREAD):
        return [Problem("column-name-unusable", source, f"the name {shown(column)} is Baserate's own", remedy)]
    return []


def canonical_sheet(connection: DuckDBPyConnection, raw: Raw, role: Role, options: Options) -> Sheet:
    """Make the canonical table, named like its role, of a raw relation whose columns have the canonical names.

    Raises
    ------
    InputError
        A column holds nested or binary values, or another file gave a table of this role.
    """
    _refuse_second(connection, raw, role)
    _refuse_nested(raw)
    raw = _with_like_identifiers(raw)
    converted = [_convert(column, raw, CONTRACTS[role].get(column), options) for column in raw.columns]
    converted = [_without_failures(one, raw, options) for one in converted]
    converted += _derived(converted, role)
    expressions = [f"{one.value} AS {name(one.column)}" for one in converted]
    unread = [(one.column, one.unread) for one in converted if one.unread]
    expressions += [f"{sql} AS {name(UNREAD + column)}" for column, sql in unread]
    _create(connection, raw, expressions, role)
    columns = ", ".join(name(one.column) for one in converted)
    connection.execute(f"CREATE VIEW {role} AS SELECT {columns} FROM {role}_rows")
    table = table_of(connection, role, source=raw.source)
    return Sheet(table, f"{role}_rows", tuple(column for column, _ in unread))


def _with_like_identifiers(raw: Raw) -> Raw:
    """Make two columns of identifiers that are compared with each other text, where their types differ."""
    differing = [
        column
        for pair in _COMPARED
        if set(pair) <= set(raw.columns) and raw.columns[pair[0]] != raw.columns[pair[1]]
        for column in pair
        if raw.columns[column] in _WHOLE
    ]
    if not differing:
        return raw
    casts = ", ".join(f"CAST({name(column)} AS VARCHAR) AS {name(column)}" for column in differing)
    row = "" if raw.row is None else f"{raw.row} AS {ROW}, "
    relation = f"(SELECT {row}* REPLACE ({casts}) FROM {raw.relation})"
    columns = {**raw.columns, **dict.fromkeys(differing, "VARCHAR")}
    return replace(raw, relation=relation, columns=columns, row=raw.row and ROW)


def as_text(connection: DuckDBPyConnection, sheet: Sheet, column: str) -> Sheet:
    """Make an identifier text, for a comparison with one of another table."""
    quoted = name(column)
    for view in (sheet.table.view, sheet.rows):
        replaced = f"SELECT * REPLACE ({quoted}::VARCHAR AS {quoted}) FROM {name(view)}"
        connection.execute(f"CREATE VIEW {name(f'{view}_{column}_text')} AS {replaced}")
    table = table_of(connection, f"{sheet.table.view}_{column}_text", source=sheet.source)
    return replace(sheet, table=table, rows=f"{sheet.rows}_{column}_text")


def _create(connection: DuckDBPyConnection, raw: Raw, expressions: list[str], role: Role) -> None:
    if raw.row is not None:
        expressions = [f"{raw.row} AS {ROW}", *expressions]
    if raw.lazy:
        connection.execute(f"CREATE VIEW {role}_rows AS SELECT {', '.join(expressions)} FROM {raw.relation}")
        return
    connection.execute(f"CREATE TABLE {role}_loaded AS SELECT {', '.join(expressions)} FROM {raw.relation}")
    row = "" if raw.row is not None else f"rowid + 1 AS {ROW}, "
    connection.execute(f"CREATE VIEW {role}_rows AS SELECT {row}* FROM {role}_loaded")


def _refuse_second(connection: DuckDBPyConnection, raw: Raw, role: Role) -> None:
    found = f"SELECT 1 FROM duckdb_views() WHERE view_name = {text(role)} AND NOT internal"
    if connection.execute(found).fetchone() is not None:
        what = f"this holds {role}, not searches"
        raise refuse("wrong-kind-of-table", raw.source, what, "Give a table search_id, subject, mated")


def _refuse_nested(raw: Raw) -> None:
    problems = [
        Problem(
            "column-nested",
            column_of(raw.source, column),
            f"its values are of the type {kind[:60]}, not single values",
            "Remove it: Baserate reads ids, scores and group labels, and no templates or pictures",
        )
        for column, kind in raw.columns.items()
        if any(mark in kind.upper() for mark in _NESTED)
    ]
    if problems:
        raise InputError(problems)


def value_of(raw: Raw, column: str, options: Options) -> tuple[str, str]:
    """Write the SQL of a column's values and their type: an empty text, or a word for it, is a missing value."""
    quoted, found = name(column), raw.columns[column]
    if found.startswith("ENUM"):  # a categorical column of pandas or Polars
        quoted, found = f"CAST({quoted} AS VARCHAR)", "VARCHAR"
    if found != "VARCHAR":
        return quoted, found
    trimmed = f"trim({quoted})" if raw.trim else quoted
    for word in ("", *options.missing):
        trimmed = f"nullif({trimmed}, {text(word.strip() if raw.trim else word)})"
    return trimmed, found


def identifier_of(quoted: str, found: str) -> str:
    """Write a float that holds a whole number as that number; any other float is no identifier."""
    if found not in _FLOATS:
        return f"CAST({quoted} AS VARCHAR)"
    whole = f"{quoted} = trunc({quoted}) AND abs({quoted}) <= {_EXACT}"
    return f"CASE WHEN {whole} THEN CAST(TRY_CAST({quoted} AS BIGINT) AS VARCHAR) END"


def _convert(column: str, raw: Raw, wanted: str | None, options: Options) -> _Converted:
    """Write the SQL that makes a canonical value of a raw one, and the text that it could not make one of."""
    quoted, found = value_of(raw, column, options)
    if wanted is None or _is_as_wanted(found, wanted):
        return _Converted(column, quoted, None)
    value = _CONVERSIONS[wanted](quoted, found)
    unread = f"CASE WHEN {quoted} IS NOT NULL AND {value} IS NULL THEN CAST({quoted} AS VARCHAR) END"
    return _Converted(column, value, unread)


def _is_as_wanted(found: str, wanted: str) -> bool:
    """Whether a type needs no conversion."""
    whole = tuple(kind for kind in _WHOLE if kind not in ("UBIGINT", "HUGEINT"))
    alike = {"DOUBLE": _FLOATS, IDENTIFIER: ("VARCHAR", *_WHOLE), "INTEGER": whole, "BIGINT": whole}
    return found in alike.get(wanted, (wanted,))


def _to_double(quoted: str, found: str) -> str:
    if found != "VARCHAR":
        return f"TRY_CAST({quoted} AS DOUBLE)" if _number(found) else "CAST(NULL AS DOUBLE)"
    return f"CASE WHEN NOT contains({quoted}, '_') THEN TRY_CAST({quoted} AS DOUBLE) END"


def _to_whole(quoted: str, found: str, kind: str) -> str:
    if found == "VARCHAR":
        digits = f"regexp_full_match({quoted}, '[+-]?[0-9]{{1,18}}(\\.0*)?')"
        return f"CASE WHEN {digits} THEN TRY_CAST(TRY_CAST({quoted} AS DECIMAL(38, 0)) AS {kind}) END"
    if not _number(found):
        return f"CAST(NULL AS {kind})"
    return f"CASE WHEN {quoted} = trunc({quoted}) THEN TRY_CAST({quoted} AS {kind}) END"


def _to_integer(quoted: str, found: str) -> str:
    return _to_whole(quoted, found, "INTEGER")


def _to_bigint(quoted: str, found: str) -> str:
    return _to_whole(quoted, found, "BIGINT")


def _to_boolean(quoted: str, found: str) -> str:
    if found != "VARCHAR":
        if not _number(found):
            return "CAST(NULL AS BOOLEAN)"
        return f"CASE {quoted} WHEN 1 THEN true WHEN 0 THEN false END"
    word = f"lower({quoted})"
    truth = f"list_contains({text_list(TRUE)}, {word})"
    return f"CASE WHEN {truth} THEN true WHEN list_contains({text_list(FALSE)}, {word}) THEN false END"


_CONVERSIONS = {
    "DOUBLE": _to_double,
    "INTEGER": _to_integer,
    "BIGINT": _to_bigint,
    "BOOLEAN": _to_boolean,
    IDENTIFIER: identifier_of,
}


def _number(found: str) -> bool:
    return found in (*_WHOLE, *_FLOATS, "UHUGEINT", "BIGNUM") or found.startswith("DECIMAL")


def is_nan(value: str) -> str:
    """Write the condition that a number is NaN, of either sign.

    ``isnan`` would be answered from the statistics of a Parquet file, which leave NaN out.
    """
    return f"CAST({value} AS VARCHAR) IN ('nan', '-nan')"


def _without_failures(one: _Converted, raw: Raw, options: Options) -> _Converted:
    """Read the scores that stand for a failure as missing."""
    code = options.failure_code
    failed = [is_nan(one.value)] if raw.nan_fails or (code is not None and math.isnan(code)) else []
    if code is not None and not math.isnan(code):
        kind = "FLOAT" if raw.columns.get("score") == "FLOAT" else "DOUBLE"
        failed.append(f"{one.value} = CAST({text(repr(code))} AS {kind})")
    if one.column != "score" or not failed:
        return one
    return replace(one, value=f"CASE WHEN {' OR '.join(failed)} THEN NULL ELSE {one.value} END")


def _derived(converted: list[_Converted], role: Role) -> list[_Converted]:
    """Truth that follows from the subjects of a comparison, where the file does not state it."""
    have = {one.column: one.value for one in converted}
    if role != "comparisons" or "mated" in have or not {"probe_subject", "reference_subject"} <= set(have):
        return []
    return [_Converted("mated", f"({have['probe_subject']} = {have['reference_subject']})", None)]
