"""Which table a header announces: the canonical ones, wide candidate lists, or bob's score table.

The container (CSV, Parquet, Arrow, JSON Lines, a data frame) does not matter here.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from baserate.engines.duckdb import name
from baserate.errors import refuse
from baserate.inputs.formats.bob_table import BOB_COLUMNS, read_bob_table
from baserate.inputs.formats.columns import CONTRACTS, canonical_sheet, check_names
from baserate.inputs.formats.wide_candidates import is_wide, read_wide_candidates
from baserate.inputs.problems import repeated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from duckdb import DuckDBPyConnection

    from baserate.inputs.formats.columns import Raw
    from baserate.inputs.formats.reading import Options, Role, Sheet


@dataclass(frozen=True, slots=True)
class Layout:
    """One shape of table: ``fits`` looks at the names of the columns, ``build`` makes the canonical tables."""

    title: str
    fits: Callable[[frozenset[str]], bool]
    build: Callable[[DuckDBPyConnection, Raw, Options], Mapping[Role, Sheet]]


def _as(role: Role) -> Callable[[DuckDBPyConnection, Raw, Options], Mapping[Role, Sheet]]:
    def build(connection: DuckDBPyConnection, raw: Raw, options: Options) -> Mapping[Role, Sheet]:
        return {role: canonical_sheet(connection, raw, role, options)}

    return build


def _is_comparisons(columns: frozenset[str]) -> bool:
    truth = "mated" in columns or {"probe_subject", "reference_subject"} <= columns
    return truth and "score" in columns and not {"rank", "search_id"} & columns


LAYOUTS = (
    Layout("wide candidate lists: search_id, candidate_1, score_1, candidate_2, ...", is_wide, read_wide_candidates),
    Layout("scores of bob: probe_subject_id, bio_ref_subject_id, score", BOB_COLUMNS.issubset, read_bob_table),
    Layout(
        "candidate lists: search_id, candidate_subject, rank, score",
        frozenset(CONTRACTS["candidates"]).issubset,
        _as("candidates"),
    ),
    Layout(
        "comparisons: score, with mated or probe_subject and reference_subject", _is_comparisons, _as("comparisons")
    ),
    Layout(
        "searches: search_id, subject, mated, gallery_size",
        lambda columns: columns >= {"search_id", "mated"} and not columns & {"rank", "candidate_subject", "score"},
        _as("searches"),
    ),
)


def lay_out(connection: DuckDBPyConnection, raw: Raw, options: Options) -> Mapping[Role, Sheet]:
    """Make the canonical tables of a raw relation, by the names of its columns.

    Names are matched without regard to case, and with ``_`` for spaces and hyphens.

    Raises
    ------
    InputError
        The header is of no known table; the message says what is nearest.
    """
    check_names(list(raw.columns), raw.source)
    raw = _with_plain_names(raw)
    check_names(list(raw.columns), raw.source)
    columns = frozenset(raw.columns)
    for layout in LAYOUTS:
        if layout.fits(columns):
            return layout.build(connection, raw, options)
    hint = _nearest(columns) or _in_the_way(columns)
    what = f"the columns {', '.join(list(raw.columns)[:12])} are of no table that is known{hint}"
    remedy = "Name the columns as one of these: " + "; ".join(layout.title for layout in LAYOUTS)
    remedy += ". A full matrix of scores is named with --format similarity-matrix"
    raise refuse("unknown-table", raw.source, what, remedy)


def plain(column: str) -> str:
    """Write a column's name as the canonical ones are written.

    Examples
    --------
    >>> plain("Search ID"), plain("probe-subject")
    ('search_id', 'probe_subject')
    """
    return re.sub(r"[\s-]+", "_", column.strip()).lower()


def _with_plain_names(raw: Raw) -> Raw:
    """Rename what is a canonical name in other clothes; group columns keep the name that they have."""
    renamed = {column: plain(column) if _is_known(plain(column)) else column for column in raw.columns}
    if all(column == new for column, new in renamed.items()):
        return raw
    row = "" if raw.row is None else f"{raw.row} AS row_in_file, "
    selected = ", ".join(f"{name(column)} AS {name(new)}" for column, new in renamed.items())
    relation = f"(SELECT {row}{selected} FROM {raw.relation})"  # noqa: S608
    columns = _unique(renamed, raw)
    return replace(raw, relation=relation, columns=columns, row=raw.row and "row_in_file")


def _unique(renamed: Mapping[str, str], raw: Raw) -> Mapping[str, str]:
    twice = repeated(renamed.values())
    if twice:
        what = f"two columns are both {twice[0]}"
        raise refuse("column-repeated", raw.source, what, "Rename or remove one of them")
    return {new: raw.columns[column] for column, new in renamed.items()}


def _is_known(column: str) -> bool:
    known = set().union(*CONTRACTS.values(), BOB_COLUMNS)
    return column in known or re.fullmatch(r"(candidate|candidate_subject|score)_\d{1,6}", column) is not None


def _nearest(columns: Iterable[str]) -> str:
    """Say which column may be a misspelt canonical one."""
    known = sorted(set().union(*CONTRACTS.values()))
    for column in sorted(columns):
        close = difflib.get_close_matches(plain(column), known, n=1, cutoff=0.8)
        if close and close[0] != column:
            return f' (is "{column[:40]}" what should be "{close[0]}"?)'
    return ""


def _in_the_way(columns: frozenset[str]) -> str:
    """Say which column, a group named like one of another table, keeps the others from being a table."""
    known = set().union(*CONTRACTS.values())
    for column in sorted(columns & known):
        for layout in LAYOUTS:
            if layout.fits(columns - {column}):
                kind = layout.title.partition(":")[0]
                return f' (without "{column}" they are those of {kind}: rename it if it is a group)'
    return ""
