"""Wide candidate lists: one row a search, ``search_id, candidate_1, score_1, candidate_2, score_2, ...``.

The number in a column's name is the rank. A pair that is empty in both columns ends the list. With a column ``mated``
the same row also gives the search (its ``subject``, ``gallery_size``, ``failed`` and groups); without it the searches
come from a file of their own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from baserate.errors import refuse
from baserate.inputs.formats.columns import as_text, canonical_sheet, identifier_of, value_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

    from baserate.inputs.formats.columns import Raw
    from baserate.inputs.formats.reading import Options, Role, Sheet

_RANKED = re.compile(r"(candidate_subject|candidate|score)_(\d{1,6})")


def is_wide(columns: frozenset[str]) -> bool:
    """Whether these columns are those of wide candidate lists.

    Examples
    --------
    >>> is_wide(frozenset({"search_id", "candidate_1", "score_1"})), is_wide(frozenset({"search_id", "score"}))
    (True, False)
    """
    return "search_id" in columns and bool({"candidate_1", "candidate_subject_1", "candidate_0"} & columns)


def read_wide_candidates(connection: DuckDBPyConnection, raw: Raw, options: Options) -> Mapping[Role, Sheet]:
    """Make candidate lists, and searches where the rows have their truth, of a wide table."""
    pairs = _pairs(raw)
    candidates = canonical_sheet(connection, _long(raw, pairs, options), "candidates", options)
    if "mated" not in raw.columns:
        empty = _empty_lists(connection, raw, pairs, options)
        return {"candidates": replace(candidates, left_out={"searches with an empty list": empty})}
    searches = canonical_sheet(connection, _searches(raw), "searches", options)
    if searches.has("subject") and searches.table.types["subject"] != "VARCHAR":  # as those of the candidates are
        searches = as_text(connection, searches, "subject")
    return {"candidates": candidates, "searches": searches}


def _pairs(raw: Raw) -> dict[int, tuple[str, str]]:
    """Columns of candidate and score by rank, which must run from 1 without a gap."""
    found = _by_rank(raw)
    ranks = sorted(found)
    if ranks != list(range(1, len(ranks) + 1)) or any(len(pair) < 2 for pair in found.values()):
        what = f"the columns of the candidates do not come in pairs from 1 to {len(ranks)}"
        remedy = "Name them candidate_1, score_1, candidate_2, score_2 and so on, rank 1 being the best"
        raise refuse("wide-columns-broken", raw.source, what, remedy)
    return {rank: (found[rank]["candidate"], found[rank]["score"]) for rank in ranks}


def _by_rank(raw: Raw) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for column in raw.columns:
        if match := _RANKED.fullmatch(column):
            rank, kind = int(match[2]), "score" if match[1] == "score" else "candidate"
            other = found.setdefault(rank, {}).setdefault(kind, column)
            if other != column:
                what = f"the columns {other} and {column} both give the {kind} of rank {rank}"
                raise refuse("wide-columns-broken", raw.source, what, "Remove or rename one of them")
    return found


def _long(raw: Raw, pairs: Mapping[int, tuple[str, str]], options: Options) -> Raw:
    """Write one row a candidate; the row of the file stays that of the search."""
    entries = ", ".join(
        f"{{'candidate_subject': {_candidate(raw, subject, options)}, "
        f"'rank': {rank}, 'score': {value_of(raw, score, options)[0]}}}"
        for rank, (subject, score) in pairs.items()
    )
    numbered = f"SELECT {raw.row or 'row_number() OVER ()'} AS row_in_file, * FROM {raw.relation}"  # noqa: S608
    relation = (
        f"(SELECT row_in_file, search_id, entry.candidate_subject, entry.rank, entry.score "  # noqa: S608
        f"FROM (SELECT row_in_file, search_id, unnest([{entries}]) AS entry FROM ({numbered})) "
        f"WHERE entry.candidate_subject IS NOT NULL OR entry.score IS NOT NULL)"
    )
    kinds = {value_of(raw, score, options)[1] for _, score in pairs.values()}
    score = kinds.pop() if len(kinds) == 1 else "VARCHAR" if "VARCHAR" in kinds else "DOUBLE"
    types = {"search_id": raw.columns["search_id"], "candidate_subject": "VARCHAR", "rank": "INTEGER", "score": score}
    return replace(raw, relation=relation, columns=types, row="row_in_file")


def _candidate(raw: Raw, column: str, options: Options) -> str:
    """Write a candidate as text; a number that is no identifier stays one that can be told from the others."""
    quoted, found = value_of(raw, column, options)
    other = f"CASE WHEN NOT isnan({quoted}) THEN CAST({quoted} AS VARCHAR) END"
    whole = identifier_of(quoted, found)
    return f"coalesce({whole}, {other})" if found in ("FLOAT", "DOUBLE") else whole


def _empty_lists(
    connection: DuckDBPyConnection, raw: Raw, pairs: Mapping[int, tuple[str, str]], options: Options
) -> int:
    """Count the searches without a candidate, which only a searches table can hold."""
    values = " OR ".join(
        f"{value_of(raw, column, options)[0]} IS NOT NULL" for pair in pairs.values() for column in pair
    )
    query = f"SELECT count(*) FROM {raw.relation} WHERE NOT ({values})"  # noqa: S608
    return int(connection.execute(query).fetchall()[0][0])


def _searches(raw: Raw) -> Raw:
    rest = {column: kind for column, kind in raw.columns.items() if not _RANKED.fullmatch(column)}
    return replace(raw, columns=rest)
