"""Truth against the data: who is said to be mated, and who is found."""

# ruff: noqa: S608 - the names are this package's own, and the connection is locked down.
from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.errors import Problem
from baserate.inputs.checks.faults import faulty_rows, numbers
from baserate.inputs.lists import own_candidates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.inputs.formats.reading import Reading

FEWEST = 20  # mated searches among which one at least should find its subject


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
    if searches is not None and searches.has("failed"):
        yield from _searches_where(
            reading,
            "failed AND listed > 0",
            code="failed-but-listed",
            what="searches that failed and yet have candidates",
            remedy="Remove the candidates, or correct failed",
        )


def never_found(reading: Reading) -> Iterator[Problem]:
    """Find that no mated search at all has its subject on its list: the two tables name people differently."""
    if not _has_truth(reading):
        return
    counts = "count(*) FILTER (mated), count(*) FILTER (mated AND own > 0), sum(listed) FILTER (mated)"
    mated, found, listed = numbers(reading, f"SELECT {counts} FROM {_with_own(reading)}")
    if mated >= FEWEST and listed and not found:
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
    sought = f"mated AND subject IS NOT NULL AND subject NOT IN (SELECT subject FROM {_own(reading)})"
    wanted = f"SELECT subject FROM {sheet.rows} WHERE {sought}"
    found = f"SELECT candidate_subject FROM {candidates} WHERE candidate_subject IN ({wanted})"
    yield from faulty_rows(
        reading,
        sheet,
        f"{sought} AND subject NOT IN ({found})",
        code="mate-on-no-list",
        what="mated searches whose subject is on no list of any search",
        remedy="Check that these subjects are enrolled: a search of somebody who is not is non-mated",
        column="subject",
        severity="warning",
    )


def _searches_where(reading: Reading, fault: str, *, code: str, what: str, remedy: str) -> Iterator[Problem]:
    if not _has_truth(reading):
        return
    sheet = reading.sheets["searches"]
    yield from faulty_rows(
        reading, sheet, fault, code=code, what=what, remedy=remedy, column="search_id", relation=_with_own(reading)
    )


def _has_truth(reading: Reading) -> bool:
    """Whether lists and searches are there, with the subject of each search."""
    return {"candidates", "searches"} <= set(reading.sheets) and reading.sheets["searches"].has("subject")


def _own(reading: Reading) -> str:
    """Name the table of the candidates who are the subject of their search."""
    return own_candidates(reading.connection, reading.sheets["candidates"].table, reading.sheets["searches"].table)


def _with_own(reading: Reading) -> str:
    """Write the searches with the length of their list, and how often their own subject is on it."""
    searches, candidates = reading.sheets["searches"].rows, reading.sheets["candidates"].rows
    failed = "s.failed" if reading.sheets["searches"].has("failed") else "false"
    counts = (
        "SELECT x.row_in_file, count(*) AS listed, count(*) FILTER (y.candidate_subject = x.subject) AS own "
        f"FROM {searches} x JOIN {candidates} y USING (search_id) GROUP BY x.row_in_file"
    )
    return (
        f"(SELECT s.row_in_file, s.search_id, s.subject, s.mated, {failed} AS failed, "
        "coalesce(c.listed, 0) AS listed, coalesce(c.own, 0) AS own "
        f"FROM {searches} s LEFT JOIN ({counts}) c USING (row_in_file))"
    )
