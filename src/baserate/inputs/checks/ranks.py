"""Ranks of candidates: from 1, without a gap, falling with the score."""

# ruff: noqa: S608 - the names are this package's own, and the connection is locked down.
from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.inputs.checks.faults import absent, faulty_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.errors import Problem
    from baserate.inputs.formats.reading import Reading


def missing_ranks(reading: Reading) -> Iterator[Problem]:
    """Find candidates without a rank."""
    sheet = reading.sheets.get("candidates")
    if sheet is not None:
        yield from faulty_rows(
            reading,
            sheet,
            absent(sheet, "rank"),
            code="rank-missing",
            what="candidates without a rank",
            remedy="Number each list from 1, the best score first",
            column="rank",
            sample="search_id",
        )


def ranks_below_one(reading: Reading) -> Iterator[Problem]:
    """Find ranks of 0 or less: counted from zero, every rank is one too low."""
    sheet = reading.sheets.get("candidates")
    if sheet is not None:
        yield from faulty_rows(
            reading,
            sheet,
            "rank < 1",
            code="rank-below-one",
            what="ranks below 1",
            remedy="Count ranks from 1: add 1 to each if they begin at 0",
            column="rank",
        )


def gaps(reading: Reading) -> Iterator[Problem]:
    """Find lists whose ranks skip a number or do not begin at 1: candidates were left out."""
    sheet = reading.sheets.get("candidates")
    if sheet is None:
        return
    relation = (
        "(SELECT min(row_in_file) AS row_in_file, search_id, count(DISTINCT rank) AS held, max(rank) AS last "
        f"FROM {sheet.rows} WHERE rank >= 1 GROUP BY search_id)"
    )
    yield from faulty_rows(
        reading,
        sheet,
        "held < last",
        code="rank-gap",
        what="lists that skip a rank (told by the list's first row)",
        remedy="Add the candidates that are missing, or number those that are there from 1",
        column="rank",
        sample="concat(search_id, ' has ', held, ' ranks up to ', last)",
        relation=relation,
    )


def ranks_against_scores(reading: Reading) -> Iterator[Problem]:
    """Find candidates that score higher than the one ranked above them: distances, or a list in another order."""
    sheet = reading.sheets.get("candidates")
    if sheet is None:
        return
    relation = (
        "(SELECT row_in_file, search_id, rank, score, "
        "lag(score) OVER (PARTITION BY search_id ORDER BY rank, row_in_file) AS above "
        f"FROM {sheet.rows} WHERE isfinite(score) AND rank IS NOT NULL)"
    )
    yield from faulty_rows(
        reading,
        sheet,
        "score > above",
        code="rank-against-score",
        what="candidates that score higher than the one ranked above them",
        remedy="Rank by score, the highest first; if these are distances, negate them",
        column="rank",
        sample="concat(search_id, ' rank ', rank, ': ', score, ' after ', above)",
        relation=relation,
    )
