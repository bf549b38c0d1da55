"""The log that NIST's FRTE 1:N validation package writes: a line a candidate, ranks from zero, failures by return code.

Header: ``searchId candidateRank searchRetCode isAssigned templateId score decision``. A candidate that is not assigned
is a place that the algorithm left empty. A search whose return code is not 0 failed, and all of its candidates are
unassigned; it stays a search. The log does not say which searches are mated: that is in a searches table of its own.
"""

# ruff: noqa: S608 - the names are this file's own, and the connection is locked down.
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from baserate.errors import InputError, Problem
from baserate.inputs.formats.columns import Raw, canonical_sheet
from baserate.inputs.formats.format import Contents, Format
from baserate.inputs.formats.reading import Options, Sheet, reading_from
from baserate.inputs.formats.text_lines import faulty_lines, load_lines, score
from baserate.inputs.problems import row_problem
from baserate.inputs.tables import table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from baserate.inputs.formats.opening import Opening

HEADER = ("searchId", "candidateRank", "searchRetCode", "isAssigned", "templateId", "score", "decision")
RETURN_CODES = (
    "success",
    "unknown error",
    "configuration error",
    "input refused",
    "extraction failed",
    "input not parsed",
    "template refused",
    "template of a failed extraction",
    "no face found",
    "number of images not supported",
    "template format wrong",
    "enrolment folder failed",
    "input not found",
    "out of memory",
    "match failed",
    "quality not assessed",
    "not implemented",
    "vendor's own error",
)
LOGGED = "searches_logged"  # table of every search in the log, with its return code


def _fits(opening: Opening) -> bool:
    lines = opening.lines(1)
    return bool(lines) and tuple(lines[0].split()) == HEADER


def _read(connection: DuckDBPyConnection, opening: Opening, options: Options) -> Contents:
    source = opening.source
    # An unassigned candidate has an empty template id: two spaces follow each other, and part an empty field.
    table = load_lines(connection, opening, table="frte_lines", split="string_split(rtrim(line), ' ')")
    with reading_from(source):
        connection.execute(f"DELETE FROM {table} WHERE line_number = (SELECT min(line_number) FROM {table})")
        if problems := _faults(connection, table, source, options):
            raise InputError(problems)
        connection.execute(
            f"CREATE TABLE {LOGGED} AS SELECT fields[1] AS search_id, min(line_number) AS row_in_file, "
            f"max(CAST(fields[3] AS INTEGER)) AS code FROM {table} GROUP BY 1"
        )
        sheet = _candidates(connection, table, source, options)
        problems = _told(connection, table, source)
        (empty,) = connection.execute(f"SELECT count(*) FROM {table} WHERE fields[4] = '0'").fetchall()[0]
        connection.execute(f"DROP TABLE {table}")
    sheet = replace(sheet, unit="line", left_out={"unassigned candidates": empty})
    return Contents({"candidates": sheet}, tuple(problems), logged=LOGGED)


def _candidates(connection: DuckDBPyConnection, table: str, source: str, options: Options) -> Sheet:
    relation = (
        f"(SELECT line_number, fields[1] AS search_id, fields[5] AS candidate_subject, "
        f"CAST(fields[2] AS INTEGER) + 1 AS rank, fields[6] AS score FROM {table} WHERE fields[4] = '1')"
    )
    kinds = {"search_id": "VARCHAR", "candidate_subject": "VARCHAR", "rank": "INTEGER", "score": "VARCHAR"}
    return canonical_sheet(
        connection, Raw(relation, kinds, "line_number", source, lazy=False, trim=True), "candidates", options
    )


def _faults(connection: DuckDBPyConnection, table: str, source: str, options: Options) -> list[Problem]:
    whole = "regexp_full_match(fields[{}], '[0-9]{{1,9}}')"
    broken = (
        f"len(fields) <> 7 OR fields[1] = '' OR NOT {whole.format(2)} OR NOT {whole.format(3)} "
        f"OR fields[4] NOT IN ('0', '1') OR NOT {score('fields[6]', options)}"
    )
    remedy = "Give the log as the validation package wrote it"
    problems = faulty_lines(
        connection,
        table,
        source,
        code="frte-line-broken",
        fault=broken,
        what="lines that are not those of the log (search, rank, return code, 0 or 1, template, score, decision)",
        remedy=remedy,
    )
    problems += faulty_lines(
        connection,
        table,
        source,
        code="frte-failed-but-assigned",
        fault=f"NOT ({broken}) AND fields[3] <> '0' AND fields[4] = '1'",
        what="lines that assign a candidate to a search whose return code says that it failed",
        remedy=remedy,
    )
    return problems


def _told(connection: DuckDBPyConnection, table: str, source: str) -> list[Problem]:
    """Say what the log holds besides candidates: failed searches and places left empty."""
    counts = f"SELECT code, count(*) FROM {LOGGED} WHERE code <> 0 GROUP BY code ORDER BY code"
    codes = connection.execute(counts).fetchall()
    problems = []
    if codes:
        named = ", ".join(f"{count:,} with code {code}, {_meaning(code)}" for code, count in codes)
        what = f"failed searches: {sum(count for _, count in codes):,} ({named})"
        remedy = "Nothing to do: they count as searches that return nobody, if the searches table lists them"
        problems.append(Problem("searches-failed", source, what, remedy, "warning"))
    query = f"SELECT count(*) FROM {table} WHERE fields[4] = '0' AND fields[3] = '0'"
    (empty,) = connection.execute(query).fetchall()[0]
    if empty:
        what = f"unassigned candidates of searches that succeeded: {empty:,}"
        remedy = "Nothing to do: these lists are shorter than asked for"
        problems.append(Problem("candidates-unassigned", source, what, remedy, "warning"))
    return problems


def with_failures(connection: DuckDBPyConnection, searches: Sheet, logged: str, source: str) -> Sheet:
    """Mark the searches that failed by the log in the searches table that goes with it.

    Raises
    ------
    InputError
        The log names a search that the table does not list, so that its truth is not known; or the table lists one that
        the log, which names every search, does not; or they differ on which failed.
    """
    with reading_from(source):
        if problems := _disagreements(connection, searches, logged, source):
            raise InputError(problems)
        if searches.has("failed"):
            return searches
        failed = f"search_id IN (SELECT search_id FROM {logged} WHERE code <> 0) AS failed"
        for view in (searches.rows, searches.table.view):
            connection.execute(f"CREATE VIEW {view}_marked AS SELECT *, {failed} FROM {view}")
    table = table_of(connection, f"{searches.table.view}_marked", source=searches.source)
    return replace(searches, table=table, rows=f"{searches.rows}_marked")


def _disagreements(connection: DuckDBPyConnection, searches: Sheet, logged: str, source: str) -> list[Problem]:
    """Find where the log and the searches table say different things."""
    listed = f"SELECT search_id FROM {searches.rows} WHERE search_id IS NOT NULL"
    found = _rows_of(
        connection, f"{logged} WHERE search_id NOT IN ({listed})", source, code="search-unknown", unit="line",
        what="searches of the log that the searches table does not list",
        remedy="Add them to the searches table with their truth",
    )  # fmt: skip
    found += _rows_of(
        connection, f"{searches.rows} WHERE search_id NOT IN (SELECT search_id FROM {logged})", searches.source,
        code="search-not-logged", what="searches that the log does not name",
        remedy="Give the whole log, or take them out of the table: a log has a line for every search",
    )  # fmt: skip
    if searches.has("failed"):
        differ = f"{searches.rows} s JOIN {logged} l USING (search_id) WHERE s.failed <> (l.code <> 0)"
        found += _rows_of(
            connection, f"(SELECT search_id, s.row_in_file FROM {differ})", searches.source, code="failed-against-log",
            what="searches whose failed is not what the log says by its return code",
            remedy="Correct failed, or leave the column out: the log tells it",
        )  # fmt: skip
    return found


def _rows_of(
    connection: DuckDBPyConnection, rows: str, where: str, *, code: str, what: str, remedy: str, unit: str = "row"
) -> list[Problem]:
    """Tell of rows, each of them a search, where there are any."""
    query = f"SELECT count(*), min(row_in_file, 10), arg_min(search_id, row_in_file) FROM {rows}"
    total, places, sample = connection.execute(query).fetchall()[0]
    if not total:
        return []
    return [row_problem(code, where, what=what, remedy=remedy, rows=places, total=total, sample=sample, unit=unit)]


def _meaning(code: int) -> str:
    return RETURN_CODES[code] if code < len(RETURN_CODES) else "a code that is not in the interface"


NIST_FRTE = Format("frte-1n", "candidate log of NIST's FRTE 1:N validation package", _fits, _read)
