"""Text scores of bob, separated by white space and without a header.

====  =======================================================  =======================================
five  ``claimed_id model_label real_id test_label score``      reference's subject and id, probe's, score
four  ``claimed_id real_id test_label score``                  the same without the reference's id
two   ``label score``                                          label 1 is mated, -1 is not
====  =======================================================  =======================================

Equal ids are mated. NaN is bob's failure to acquire and is read as missing.
"""

# ruff: noqa: S608 - what goes into SQL is quoted; `refuse` takes a problem's code first
from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from baserate.errors import InputError, Problem, refuse
from baserate.inputs.formats.columns import Raw, canonical_sheet
from baserate.inputs.formats.format import Contents, Format
from baserate.inputs.formats.reading import Options, reading_from
from baserate.inputs.formats.text_lines import NUMBER, faulty_lines, load_lines

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from baserate.inputs.formats.opening import Opening

_FIELDS = {
    2: {"mated": "CASE CAST(fields[1] AS DOUBLE) WHEN 1 THEN true WHEN -1 THEN false END", "score": "fields[2]"},
    4: {
        "reference_subject": "fields[1]",
        "probe_subject": "fields[2]",
        "probe_id": "fields[3]",
        "score": "fields[4]",
    },
    5: {
        "reference_subject": "fields[1]",
        "reference_id": "fields[2]",
        "probe_subject": "fields[3]",
        "probe_id": "fields[4]",
        "score": "fields[5]",
    },
}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?nan|[+-]?inf(inity)?", re.IGNORECASE)
_LABEL = re.compile(r"[+-]?1(\.0*)?")


def _fits(opening: Opening) -> bool:
    rows = [line.split() for line in opening.lines() if line.strip()]
    if not rows or len({len(row) for row in rows}) != 1 or len(rows[0]) not in _FIELDS:
        return False
    if len(rows[0]) == 2 and not all(_LABEL.fullmatch(row[0]) for row in rows):
        return False
    return all(_NUMBER.fullmatch(row[-1]) and "," not in "".join(row) for row in rows)


def _read(connection: DuckDBPyConnection, opening: Opening, options: Options) -> Contents:
    source = opening.source
    table = load_lines(connection, opening, table="bob_lines")
    with reading_from(source):
        number = connection.execute("SELECT mode(len(fields)) FROM bob_lines").fetchall()[0][0]
        if number not in _FIELDS:
            what = f"its lines have {number} fields"
            raise refuse("bob-fields", source, what, "bob's score files have 2, 4 or 5 fields a line")
        if problems := _faults(connection, table, source, number):
            raise InputError(problems)
        fields = _FIELDS[number]
        chosen = ", ".join(f"{sql} AS {column}" for column, sql in fields.items())
        relation = f"(SELECT line_number, {chosen} FROM {table})"
        kinds = {column: "BOOLEAN" if column == "mated" else "VARCHAR" for column in fields}
        raw = Raw(relation, kinds, "line_number", source, lazy=False, trim=True, nan_fails=True)
        sheet = canonical_sheet(connection, raw, "comparisons", options)
        connection.execute(f"DROP TABLE {table}")
    return Contents({"comparisons": replace(sheet, unit="line")})


def _faults(connection: DuckDBPyConnection, table: str, source: str, number: int) -> list[Problem]:
    problems = faulty_lines(
        connection,
        table,
        source,
        code="bob-fields",
        fault=f"len(fields) <> {number}",
        what=f"lines without the {number} fields of the others",
        remedy="Write the same fields on every line, and no white space within a field",
    )
    if number == 2:
        label = f"len(fields) = 2 AND NOT ({NUMBER.format('fields[1]')} AND abs(TRY_CAST(fields[1] AS DOUBLE)) = 1)"
        problems += faulty_lines(
            connection,
            table,
            source,
            code="bob-label",
            fault=label,
            what="lines with a label other than 1 and -1",
            remedy="Write 1 before the score of a mated comparison and -1 before any other",
        )
    return problems


BOB_TEXT = Format("bob", "text scores of bob with 2, 4 or 5 fields", _fits, _read)
