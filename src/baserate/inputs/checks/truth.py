"""Truth against the data: who is said to be mated, and who is found."""

# ruff: noqa: S608 - the names are this package's own, and the connection is locked down.
from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.errors import Problem
from baserate.inputs.checks.faults import faulty_rows, numbers
from baserate.inputs.formats.reading import subject_missing
from baserate.inputs.lists import list_ends, listed_subjects, own_candidates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.inputs.formats.reading import Reading
    from baserate.inputs.tables import Table

FEWEST = 20  # mated searches among which one at least should find its subject


def subjects_not_told(reading: Reading) -> Iterator[Problem]:
    """Find a searches table that does not say who was searched for: whose mate is on a list cannot be told."""
    sheet = reading.sheets.get("searches")
    if sheet is not None and "candidates" in reading.sheets and not sheet.has("subject"):
        yield subject_missing(sheet)


def truth_against_subjects(reading: Reading) -> Iterator[Problem]:
    """Find comparisons whose ``mated`` contradicts their two subjects."""
    sheet = reading.sheets.get("comparisons")
    if sheet is not None and sheet.has("mated", "probe_subject", "reference_subject"):
        yield from faulty_rows(
            reading,
            sheet,
            "mated <> (probe_subject = reference_subject)",
            code="truth-against-subjects",
            what="comparisons whose mated contradicts their two subjects",
            remedy="Correct one of the two: the same subject is mated, two subjects are not",
            column="mated",
            sample="concat(mated, ': ', probe_subject, ' and ', reference_subject)",
        )


def compared_with_itself(reading: Reading) -> Iterator[Problem]:
    """Find probes compared with themselves: such scores say nothing of recognition and raise every mated rate."""
    sheet = reading.sheets.get("comparisons")
    if sheet is not None and sheet.has("probe_id", "reference_id", "probe_subject"):
        yield from faulty_rows(
            reading,
            sheet,
            "probe_id = reference_id AND mated",
            code="compared-with-itself",
            what="mated comparisons of an identifier with itself",
            remedy="Leave them out if the two are the same sample",
            column="reference_id",
            severity="warning",
        )


def one_kind_only(reading: Reading) -> Iterator[Problem]:
    """Tell that only mated or only non-mated rows are there: half of the rates will be undefined."""
    for role in ("comparisons", "searches"):
        sheet = reading.sheets.get(role)
        if sheet is None:
            continue
        query = f"SELECT count(*) FILTER (mated), count(*) FILTER (NOT mated) FROM {sheet.rows}"
        mated, nonmated = numbers(reading, query)
        if (mated == 0) != (nonmated == 0):
            kind, rates = ("non-mated", "false positive") if mated else ("mated", "false negative")
            what = f"there are no {kind} {role}, so that {rates} rates are undefined"
            yield Problem("one-kind-only", sheet.source, what, f"Add {kind} {role} if you want these rates", "warning")


def nonmated_but_found(reading: Reading) -> Iterator[Problem]:
    """Find searches said to be non-mated whose own subject is on their list: it is enrolled, so they are mated."""
    if not _has_truth(reading):
        return
    sheet = reading.sheets["searches"]
    yield from faulty_rows(
        reading,
        sheet,
        f"NOT mated AND (search_id, subject) IN (SELECT search_id, subject FROM {_own(reading)})",
        code="truth-against-list",
        what="non-mated searches whose own subject is on their list",
        remedy="They are mated, as their subject is enrolled; correct them",
        column="search_id",
    )


def failed_but_listed(reading: Reading) -> Iterator[Problem]:
    """Find searches that are said to have failed and return candidates all the same."""
    searches = reading.sheets.get("searches")
    if searches is not None and searches.has("failed") and "candidates" in reading.sheets:
        yield from faulty_rows(
            reading,
            searches,
            f"failed AND search_id IN (SELECT search_id FROM {_ends(reading)})",
            code="failed-but-listed",
            what="searches that failed and yet have candidates",
            remedy="Remove the candidates, or correct failed",
            column="search_id",
        )


def never_found(reading: Reading) -> Iterator[Problem]:
    """Find that no mated search at all has its subject on its list: the two tables name people differently."""
    if not _has_truth(reading):
        return
    searches = reading.sheets["searches"].rows
    mates = f"SELECT search_id, subject FROM {searches} WHERE mated"
    found = f"SELECT count(*) FROM {_own(reading)} SEMI JOIN ({mates}) USING (search_id, subject)"
    if numbers(reading, found)[0]:
        return
    counts = f"count(*), count(*) FILTER (search_id IN (SELECT search_id FROM {_ends(reading)}))"
    mated, listed = numbers(reading, f"SELECT {counts} FROM ({mates})")
    if mated >= FEWEST and listed:
        what = f"not one of {mated:,} mated searches has its subject on its list"
        remedy = "Name people alike in subject and candidate_subject; check which searches are mated"
        yield Problem("mates-never-listed", reading.sheets["searches"].source, what, remedy)


def on_no_list(reading: Reading) -> Iterator[Problem]:
    """Find mated searches whose subject is on no list of any search: perhaps it is not enrolled at all.

    Lists are cut off, so that a subject may be enrolled and on none of them: it is a warning.
    """
    if not _has_truth(reading):
        return
    sheet, candidates = reading.sheets["searches"], reading.sheets["candidates"].rows
    # Who is on a list of their own is found; the others are looked for on all lists, and only they are kept.
    worked = "NOT coalesce(failed, false)" if sheet.has("failed") else "true"
    sought = f"mated AND {worked} AND subject IS NOT NULL AND subject NOT IN (SELECT subject FROM {_own(reading)})"
    wanted = f"SELECT subject FROM {sheet.rows} WHERE {sought}"
    marked = listed_subjects(reading.connection, *_lists(reading))
    found = f"SELECT candidate_subject FROM {candidates} WHERE candidate_subject IN ({wanted})"
    yield from faulty_rows(
        reading,
        sheet,
        f"{sought} AND subject NOT IN ({f'SELECT subject FROM {marked}' if marked else found})",
        code="mate-on-no-list",
        what="mated searches whose subject is on no list of any search",
        remedy="Check that these subjects are enrolled: a search of somebody who is not is non-mated",
        column="subject",
        severity="warning",
    )


def _has_truth(reading: Reading) -> bool:
    """Whether lists and searches are there, with the subject of each search."""
    return {"candidates", "searches"} <= set(reading.sheets) and reading.sheets["searches"].has("subject")


def _own(reading: Reading) -> str:
    """Name the table of the candidates who are the subject of their search."""
    return own_candidates(reading.connection, *_lists(reading))


def _ends(reading: Reading) -> str:
    """Name the table of the lists, one row each."""
    return list_ends(reading.connection, reading.sheets["candidates"].table)


def _lists(reading: Reading) -> tuple[Table, Table]:
    return reading.sheets["candidates"].table, reading.sheets["searches"].table
