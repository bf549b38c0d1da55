"""Formats that evaluators have, each read into the canonical tables.

A *format* is a kind of file; the *layout* of a table, told by the names of its columns, is the same in CSV, Parquet,
Arrow, JSON Lines and data frames. `FORMATS` is asked in order what a file is, by its first bytes; ``--format``
overrules.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from baserate.engines.duckdb import connect
from baserate.errors import refuse
from baserate.inputs.formats.arrow_ipc import ARROW
from baserate.inputs.formats.bee_matrix import BEE_MATRIX
from baserate.inputs.formats.bob_text import BOB_TEXT
from baserate.inputs.formats.columns import as_text
from baserate.inputs.formats.csv_table import CSV
from baserate.inputs.formats.frames import read_stream
from baserate.inputs.formats.json_lines import JSON_LINES
from baserate.inputs.formats.nist_frte import NIST_FRTE, with_failures
from baserate.inputs.formats.opening import Opening, literal, open_file
from baserate.inputs.formats.parquet import PARQUET
from baserate.inputs.formats.pyeer import PYEER, PYEER_HISTOGRAM
from baserate.inputs.formats.reading import Options, Reading, Role, Sheet, raise_all
from baserate.inputs.formats.similarity_matrix import SIMILARITY_MATRIX
from baserate.inputs.problems import source_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from baserate.inputs.formats.format import Contents, Format

__all__ = ["FORMATS", "Options", "Reading", "Sheet", "read_file", "read_frame"]

FORMATS: tuple[Format, ...] = (
    PARQUET,
    ARROW,
    BEE_MATRIX,
    JSON_LINES,
    NIST_FRTE,
    BOB_TEXT,
    SIMILARITY_MATRIX,
    PYEER,
    PYEER_HISTOGRAM,
    CSV,
)
_TABLES = (PARQUET, ARROW, JSON_LINES, CSV)  # which can hold searches
_SEARCHES = "Give a table search_id, subject, mated"


def read_file(
    path: Path | str,
    *,
    format_name: str | None = None,
    searches: Path | str | None = None,
    options: Options | None = None,
    partly: bool = False,
) -> Reading:
    """Read a file of scores or candidate lists, of whatever format, into canonical tables.

    Parameters
    ----------
    path
        The file.
    format_name
        One of the names in `FORMATS`; told by the file's beginning when ``None``.
    searches
        The searches table that goes with a file of candidate lists (any format that holds a table).
    options
        What the file does not say of itself.
    partly
        Whether to give what could be read where some lines could not, so that checks can tell what else is wrong. These
        lines are errors among the ``problems`` then.

    Returns
    -------
    Reading
        Its ``comparisons`` or ``searches`` are what :mod:`baserate.estimates` counts. The values have not been
        checked: see :func:`baserate.inputs.checks.check_reading`.

    Raises
    ------
    InputError
        The file cannot be read without loss; every problem that was found is in it.
    """
    options = options or Options()
    opening = open_file(path)
    beside = None if searches is None else open_file(searches)
    allowed = _allowed(opening, beside, options)
    connection = connect([*allowed, *map(literal, allowed)], options.memory_limit)
    chosen = choose_format(opening, format_name)
    _refuse_unused(chosen, options)
    contents = chosen.read(connection, opening, options)
    if beside is None:
        reading = Reading(connection, chosen.name, contents.sheets, contents.problems)
    else:
        _require_lists(contents)
        reading = _joined(connection, chosen.name, contents, _searches(connection, beside, options))
    if not partly:
        raise_all(reading.problems)
    return reading


def read_frame(frame: object, *, searches: object = None, options: Options | None = None) -> Reading:
    """Read a data frame (pandas, Polars, Arrow, DuckDB, Ibis) with the columns of one of the layouts.

    Parameters
    ----------
    frame
        Anything with the Arrow C stream interface, or a pandas DataFrame. A stream or reader is read once and kept.
    searches
        The searches table that goes with candidate lists.
    options
        What the frame does not say of itself.

    Raises
    ------
    InputError
        The frame cannot be read without loss.

    Examples
    --------
    >>> import duckdb
    >>> relation = duckdb.sql("SELECT true AS mated, 0.9 AS score UNION ALL SELECT false, 0.2")
    >>> read_frame(relation).comparisons.table.columns
    ('mated', 'score')
    """
    options = options or Options()
    connection = connect([], options.memory_limit)
    contents = read_stream(connection, frame, "frame", options)
    if searches is None:
        return Reading(connection, "frame", contents.sheets, contents.problems)
    _require_lists(contents)
    beside = _require_searches(read_stream(connection, searches, "searches frame", options))
    return _joined(connection, "frame", contents, beside)


def choose_format(opening: Opening, format_name: str | None) -> Format:
    """Take the format that was named, or the first that fits the file's beginning.

    Raises
    ------
    InputError
        There is no such format, or none fits.
    """
    for candidate in FORMATS:
        if candidate.name == format_name or (format_name is None and candidate.fits(opening)):
            return candidate
    names = ", ".join(candidate.name for candidate in FORMATS)
    if format_name is not None:
        raise refuse("unknown-format", "--format", f"there is no format {format_name!r}", f"Give one of {names}")
    what = "its beginning is that of no format that is known"
    raise refuse("unknown-format", opening.source, what, f"Give one of {names}")


def _refuse_unused(chosen: Format, options: Options) -> None:
    """Refuse what was said of a file and does not apply to its format: it would do nothing."""
    if options.companion is not None and not chosen.companion:
        what = f"a companion was given, and the format {chosen.name} needs none"
        remedy = "Leave it out, or name the format with --format"
        raise refuse("companion-unused", source_of(options.companion), what, remedy)
    if options.missing and chosen is BEE_MATRIX:
        what = f"words for missing values were given, and the format {chosen.name} holds no words"
        raise refuse("missing-unused", "--missing", what, "Leave it out; a code is declared with --failure-code")


def _allowed(opening: Opening, beside: Opening | None, options: Options) -> list[Path]:
    paths = [opening.path, opening.path.with_suffix(".mask")]
    paths += [] if beside is None else [beside.path]
    return paths + ([] if options.companion is None else [Path(options.companion)])


def _searches(connection: DuckDBPyConnection, beside: Opening, options: Options) -> Contents:
    chosen = choose_format(beside, None)
    if chosen not in _TABLES:
        raise refuse("wrong-kind-of-table", beside.source, f"this holds {chosen.title}, not searches", _SEARCHES)
    return _require_searches(chosen.read(connection, beside, options))


def _require_searches(contents: Contents) -> Contents:
    if set(contents.sheets) != {"searches"}:
        what = f"this holds {' and '.join(contents.sheets)}, not searches"
        raise refuse("wrong-kind-of-table", _source(contents), what, _SEARCHES)
    return contents


def _require_lists(contents: Contents) -> None:
    if set(contents.sheets) != {"candidates"}:
        what = "a searches table was given, and this file needs none"
        remedy = "Leave --searches out, or give candidate lists"
        raise refuse("wrong-kind-of-table", _source(contents), what, remedy)


def _source(contents: Contents) -> str:
    return next(iter(contents.sheets.values())).source


def _joined(connection: DuckDBPyConnection, format_name: str, contents: Contents, beside: Contents) -> Reading:
    sheets = _comparable(connection, {**contents.sheets, **beside.sheets})
    if contents.logged:
        sheets["searches"] = with_failures(connection, sheets["searches"], contents.logged, _source(contents))
    return Reading(connection, format_name, sheets, contents.problems + beside.problems)


def _comparable(connection: DuckDBPyConnection, sheets: dict[Role, Sheet]) -> dict[Role, Sheet]:
    """Make the identifiers of the two tables text where one holds text and the other numbers."""
    for column, other in (("search_id", "search_id"), ("candidate_subject", "subject")):
        candidates, searches = sheets["candidates"], sheets["searches"]
        if searches.has(other) and candidates.table.types[column] != searches.table.types[other]:
            sheets["candidates"] = as_text(connection, candidates, column)
            sheets["searches"] = as_text(connection, searches, other)
    return sheets
