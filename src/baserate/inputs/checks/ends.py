"""Where lists end: who is below the score at which a list was cut is on no list, and is missed at any rank."""

# ruff: noqa: S608 - the names are this package's own, and the connection is locked down.
from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.errors import Problem
from baserate.inputs.checks.faults import numbers
from baserate.inputs.lists import list_ends, own_candidates
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.inputs.formats.reading import Reading, Sheet

FEWEST = 5  # lists of one length that are no chance


def lists_of_two_lengths(reading: Reading) -> Iterator[Problem]:
    """Tell that lists have two lengths and none between: each was cut at a length of its own, and not at a score."""
    if not _are_there(reading):
        return
    candidates, searches = reading.sheets["candidates"], reading.sheets["searches"]
    ends = list_ends(reading.connection, candidates.table)
    if _are_alike(reading, ends):
        return
    query = (
        f"SELECT count(DISTINCT e.n), min(e.n), count(*), max(longest) FROM {ends} e "
        f"JOIN {searches.rows} s ON s.search_id = e.search_id, (SELECT max(n) AS longest FROM {ends}) "
        f"WHERE e.n < longest AND {_inside(searches)}"
    )
    lengths, length, lists, longest = numbers(reading, query)
    if lengths == 1 and length < longest - 1 and lists >= FEWEST:
        what = (
            f"{count_of(lists, 'list')} have {length:,} candidates, others up to {longest:,}, and none a number between"
        )
        remedy = (
            f"Measure searches with lists of one length alone, or cut all at {length:,}: the shorter ones are taken "
            "for cut at a score, and mates behind their ends for missed"
        )
        yield Problem("lists-of-two-lengths", candidates.source, what, remedy, "warning")


def lists_cut_short(reading: Reading) -> Iterator[Problem]:
    """Tell that lists are shorter than others and than their gallery: a miss may be the cut's, not the rank's."""
    if not _are_there(reading):
        return
    candidates, searches = reading.sheets["candidates"], reading.sheets["searches"]
    ends = list_ends(reading.connection, candidates.table)
    if _are_alike(reading, ends, all_of=searches):
        return
    (longest,) = numbers(reading, f"SELECT max(n) FROM {ends}")
    own = own_candidates(reading.connection, candidates.table, searches.table)
    failed = "coalesce(s.failed, false)" if searches.has("failed") else "false"
    # An empty list of a mated search is a failure; of a non-mated one nobody was near enough.
    query = (
        f"SELECT count(*) FILTER (e.n > 0 OR NOT s.mated), "
        f"count(*) FILTER (s.mated AND o.search_id IS NULL), count(*) FILTER (e.scored = 0) "
        f"FROM {searches.rows} s LEFT JOIN {ends} e ON s.search_id = e.search_id "
        f"LEFT JOIN (SELECT DISTINCT search_id FROM {own}) o ON s.search_id = o.search_id "
        f"WHERE coalesce(e.n, 0) < {longest} AND {_inside(searches)} AND NOT {failed}"
    )
    short, mates, unscored = numbers(reading, query)
    if not short:
        return
    cut_at = "" if unscored else _lowest(reading, ends)
    what = (
        f"{count_of(short, 'list', 'are shorter')} than the longest ({longest:,}) and than the gallery, or empty, as "
        f"if cut at a score{cut_at}; of {count_of(mates, 'mated search')} such a list does not hold the mate"
    )
    remedy = (
        "Rank-R miss rates count these as missed: read them as FNIR at that score. For less than that score "
        "give lists that are not cut"
    )
    yield Problem("lists-cut", candidates.source, what, remedy, "warning")


def _are_there(reading: Reading) -> bool:
    """Whether lists and searches are there, with the subject of each search."""
    return {"candidates", "searches"} <= set(reading.sheets) and reading.sheets["searches"].has("subject")


def _are_alike(reading: Reading, ends: str, *, all_of: Sheet | None = None) -> bool:
    """Whether all lists are of one length, or there is none; and, if asked, each search has one."""
    shortest, longest, lists = numbers(reading, f"SELECT min(n), max(n), count(*) FROM {ends}")
    if shortest != longest or not lists or all_of is None:
        return shortest == longest
    return numbers(reading, f"SELECT count(*) FROM {all_of.rows}") == (lists,)


def _inside(searches: Sheet) -> str:
    """Write the condition that a list is shorter than its gallery, as far as that is known."""
    return "coalesce(coalesce(e.n, 0) < s.gallery_size, true)" if searches.has("gallery_size") else "true"


def _lowest(reading: Reading, ends: str) -> str:
    (lowest,) = reading.connection.execute(f"SELECT min(lowest)::DOUBLE FROM {ends}").fetchall()[0]
    return "" if lowest is None else f" (none shows one below {lowest:.6g})"
