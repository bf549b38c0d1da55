"""Scores of pyeer: a file of mated scores and a file of non-mated scores, one a line, in the line's last column.

The non-mated file may be an integer histogram instead: line k, counted from zero, holds the number of comparisons that
scored k.
"""

# ruff: noqa: S608 - what goes into SQL is quoted; `refuse` takes a problem's code first
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from baserate.errors import InputError, Problem, refuse
from baserate.inputs.formats.columns import Raw, canonical_sheet
from baserate.inputs.formats.format import Contents, Format
from baserate.inputs.formats.opening import Opening, open_file
from baserate.inputs.formats.reading import Options, reading_from
from baserate.inputs.formats.text_lines import faulty_lines, load_lines, score

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

_MOST_COMPARISONS = 1_000_000_000  # rows that a histogram may stand for


def _never(opening: Opening) -> bool:  # noqa: ARG001 - a file of numbers says nothing of what they are
    return False


def _companion(opening: Opening, options: Options) -> Path:
    if options.companion is None:
        what = "pyeer's scores are two files, and this is one"
        raise refuse("companion-missing", opening.source, what, "Name the non-mated scores with --companion")
    return options.companion


def _read(connection: DuckDBPyConnection, opening: Opening, options: Options) -> Contents:
    other = open_file(_companion(opening, options))
    mated = load_lines(connection, opening, table="pyeer_mated")
    nonmated = load_lines(connection, other, table="pyeer_nonmated")
    problems = _not_scores(connection, mated, opening, options) + _not_scores(connection, nonmated, other, options)
    if problems:
        raise InputError(problems)
    relation = (
        f"(SELECT true AS mated, fields[-1] AS score FROM {mated} UNION ALL SELECT false, fields[-1] FROM {nonmated})"
    )
    return _contents(connection, relation, f"{opening.source} and {other.source}", options)


def _read_histogram(connection: DuckDBPyConnection, opening: Opening, options: Options) -> Contents:
    other = open_file(_companion(opening, options))
    mated = load_lines(connection, opening, table="pyeer_mated")
    counts = load_lines(connection, other, table="pyeer_counts")
    problems = _not_scores(connection, mated, opening, options) + _not_counts(connection, counts, other)
    if problems:
        raise InputError(problems)
    _refuse_too_many(connection, counts, other)
    relation = (
        f"(SELECT true AS mated, fields[-1] AS score FROM {mated} UNION ALL "
        f"SELECT false, CAST(line_number - 1 AS VARCHAR) FROM "
        f"(SELECT line_number, unnest(range(CAST(fields[1] AS BIGINT))) FROM {counts}))"
    )
    return _contents(connection, relation, f"{opening.source} and {other.source}", options)


def _contents(connection: DuckDBPyConnection, relation: str, source: str, options: Options) -> Contents:
    with reading_from(source):
        raw = Raw(relation, {"mated": "BOOLEAN", "score": "VARCHAR"}, None, source, lazy=False, trim=True)
        sheet = canonical_sheet(connection, raw, "comparisons", options)
    return Contents({"comparisons": replace(sheet, unit="score")})


def _not_scores(connection: DuckDBPyConnection, table: str, opening: Opening, options: Options) -> list[Problem]:
    with reading_from(opening.source):
        return faulty_lines(
            connection,
            table,
            opening.source,
            code="score-not-a-number",
            fault=f"NOT {score('fields[-1]', options)}",
            what="lines that do not end in a score",
            remedy="Write one score a line, as the last column, or name the word for a missing one with --missing",
        )


def _not_counts(connection: DuckDBPyConnection, table: str, opening: Opening) -> list[Problem]:
    with reading_from(opening.source):
        return faulty_lines(
            connection,
            table,
            opening.source,
            code="histogram-broken",
            fault="len(fields) <> 1 OR NOT regexp_full_match(fields[1], '[0-9]{1,15}')",
            what="lines that are not a count",
            remedy="Write one whole number a line: line 1 is the number of comparisons that scored 0",
        ) + _blank_lines(connection, table, opening)


def _blank_lines(connection: DuckDBPyConnection, table: str, opening: Opening) -> list[Problem]:
    """Refuse blank lines: one among the counts would move every score after it."""
    query = f"SELECT max(line_number) - count(*) FROM {table}"
    (blank,) = connection.execute(query).fetchall()[0]
    if not blank:
        return []
    what = f"blank lines: {blank}, so that the scores of the lines after them cannot be told"
    return [Problem("histogram-broken", opening.source, what, "Write 0 for a score that did not occur")]


def _refuse_too_many(connection: DuckDBPyConnection, table: str, opening: Opening) -> None:
    (total,) = connection.execute(f"SELECT sum(CAST(fields[1] AS HUGEINT)) FROM {table}").fetchall()[0]
    if total is not None and total > _MOST_COMPARISONS:
        what = f"its counts sum to {int(total):,} comparisons, more than {_MOST_COMPARISONS:,}"
        raise refuse("too-large", opening.source, what, "Check that this is a histogram and not a list of scores")


PYEER = Format("pyeer", "two files of pyeer, scores in the last column", _never, _read, "the non-mated scores")
PYEER_HISTOGRAM = Format(
    "pyeer-histogram",
    "pyeer with a histogram of whole-number non-mated scores",
    _never,
    _read_histogram,
    "the histogram of non-mated scores",
)
