"""Identifiers: missing, repeated, pointing nowhere, or differing only in what one cannot see."""

# ruff: noqa: S608 - the names are this package's own, and the connection is locked down.
from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.engines.duckdb import text
from baserate.inputs.checks.faults import absent, faulty_rows, numbers
from baserate.inputs.checks.sample import surveyed
from baserate.inputs.lists import list_ends

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from baserate.errors import Problem
    from baserate.inputs.formats.reading import Reading, Role, Sheet

# What programs write for nothing, and what is read as a text like any other.
WORDS_FOR_NOTHING = ("nan", "NaN", "NAN", "None", "none", "null", "Null", "NULL", "<NA>", "NaT", "n/a", "N/A")
# Numbers written in several ways, 7.0 and 007, become one, and so do letters with composed and with combined accents.
_ALIKE = r"regexp_replace(nfc_normalize({}), '^0*([0-9]+?)([.]0*)?$', '\1')"
# Columns that name the same things, and are compared with each other.
_COMPARED: tuple[tuple[tuple[Role, str], ...], ...] = (
    (("comparisons", "probe_subject"), ("comparisons", "reference_subject")),
    (("candidates", "candidate_subject"), ("searches", "subject")),
    (("candidates", "search_id"), ("searches", "search_id")),
)
_IDENTIFIERS: Mapping[Role, tuple[str, ...]] = {
    "comparisons": ("probe_subject", "reference_subject", "probe_id", "reference_id"),
    "candidates": ("search_id", "candidate_subject"),
    "searches": ("search_id", "subject"),
}


def missing_identifiers(reading: Reading) -> Iterator[Problem]:
    """Find rows without an identifier that they need.

    The subject of a non-mated search may be missing; that of a mated search may not.
    """
    for role, columns in _IDENTIFIERS.items():
        sheet = reading.sheets.get(role)
        for column in columns:
            if sheet is None or not sheet.has(column):
                continue
            mated = " AND mated" if (role, column) == ("searches", "subject") else ""
            yield from faulty_rows(
                reading,
                sheet,
                absent(sheet, column) + mated,
                code="identifier-missing",
                what="identifiers that are missing" + (" from mated searches" if mated else ""),
                remedy="Give each row its identifier",
                column=column,
                sample="NULL",
            )


def words_for_nothing(reading: Reading) -> Iterator[Problem]:
    """Find identifiers such as ``nan``, ``None`` or ``null``: a program's words for nothing would be one person."""
    for role, columns in _IDENTIFIERS.items():
        sheet = reading.sheets.get(role)
        for column in columns:
            if sheet is None or sheet.table.types.get(column) != "VARCHAR":
                continue
            yield from faulty_rows(
                reading,
                sheet,
                f"{column} IN ({', '.join(map(text, WORDS_FOR_NOTHING))})",
                code="identifier-is-a-word-for-nothing",
                what="identifiers that are a program's word for a missing value",
                remedy="Name the word with --missing if nobody is meant: all rows with it count as one and the same",
                column=column,
                severity="warning",
            )


def alike_identifiers(reading: Reading) -> Iterator[Problem]:
    """Find identifiers that differ only in how they are written, as 7.0 and 7: they count as two people.

    Zeros before a number and after its point are looked at, and accents that are part of a letter or combined with it.
    """
    for compared in _COMPARED:
        found = [(reading.sheets[role], column) for role, column in compared if role in reading.sheets]
        texts = [(sheet, column) for sheet, column in found if sheet.table.types.get(column) == "VARCHAR"]
        if not texts:
            continue
        every = " UNION ".join(f"SELECT {column} AS written FROM {sheet.rows}" for sheet, column in texts)
        keyed = f"SELECT written, {_ALIKE.format('written')} AS alike FROM ({every}) WHERE written IS NOT NULL"
        several = f"SELECT written FROM ({keyed}) QUALIFY count(*) OVER (PARTITION BY alike) > 1 AND written <> alike"
        reading.connection.execute(f"CREATE OR REPLACE TEMP TABLE written_alike AS {several}")
        for sheet, column in texts:
            yield from faulty_rows(
                reading,
                sheet,
                f"{column} IN (SELECT written FROM written_alike)",
                code="identifier-written-otherwise",
                what="identifiers that stand in the data in another way of writing too, and count as another",
                remedy="Write them alike if they are the same: 7.0 and 007 like 7, accents in one way (Unicode NFC)",
                column=column,
                severity="warning",
            )


def repeated_searches(reading: Reading) -> Iterator[Problem]:
    """Find searches that stand twice in the searches table: they would be counted twice."""
    sheet = reading.sheets.get("searches")
    if sheet is None or surveyed(reading).ordered:
        return
    nth = "row_number() OVER (PARTITION BY search_id ORDER BY row_in_file) AS nth"
    relation = f"(SELECT row_in_file, search_id, {nth} FROM {sheet.rows})"
    yield from faulty_rows(
        reading,
        sheet,
        "nth > 1 AND search_id IS NOT NULL",
        code="search-repeated",
        what="searches whose identifier stands before",
        remedy="Give each search one row and an identifier of its own",
        column="search_id",
        relation=relation,
    )


def repeated_ranks(reading: Reading) -> Iterator[Problem]:
    """Find lists with two candidates at one rank."""
    sheet = reading.sheets.get("candidates")
    if sheet is None:
        return
    relation = (
        f"(SELECT min(row_in_file) AS row_in_file, search_id, rank, count(*) AS n FROM {sheet.rows} "
        "WHERE search_id IS NOT NULL AND rank IS NOT NULL GROUP BY search_id, rank)"
    )
    yield from faulty_rows(
        reading,
        sheet,
        "n > 1",
        code="rank-repeated",
        what="ranks that more than one candidate of a search has",
        remedy="Give each candidate of a list a rank of its own; ties are told by the scores",
        column="rank",
        sample="concat(search_id, ' rank ', rank)",
        relation=relation,
    )


def repeated_candidates(reading: Reading) -> Iterator[Problem]:
    """Find subjects that stand twice on one list: a gallery of images was not reduced to one entry a person.

    It is a warning: the best entry counts, but selectivity counts entries and not people.
    """
    sheet = reading.sheets.get("candidates")
    if sheet is None:
        return
    relation = (
        f"(SELECT min(row_in_file) AS row_in_file, search_id, candidate_subject, count(*) AS n FROM {sheet.rows} "
        "WHERE search_id IS NOT NULL AND candidate_subject IS NOT NULL GROUP BY search_id, candidate_subject)"
    )
    yield from faulty_rows(
        reading,
        sheet,
        "n > 1",
        code="candidate-repeated",
        what="subjects that stand more than once on one list",
        remedy="Keep the best entry of each person, or say that the gallery holds images and not people",
        column="candidate_subject",
        sample="concat(search_id, ': ', candidate_subject)",
        severity="warning",
        relation=relation,
    )


def repeated_comparisons(reading: Reading) -> Iterator[Problem]:
    """Find pairs of a probe and a reference that stand twice: they would be counted twice.

    Where only one of both is named, rows that are the same in everything, the score too, are told.
    """
    sheet = reading.sheets.get("comparisons")
    if sheet is None or not (sheet.has("probe_id") or sheet.has("reference_id")):
        return
    if not sheet.has("probe_id", "reference_id"):
        yield from _repeated_rows(reading, sheet)
        return
    keys = [column for column in _IDENTIFIERS["comparisons"] if sheet.has(column)]
    listed = ", ".join(keys)
    relation = (
        f"(SELECT min(row_in_file) AS row_in_file, {listed}, count(*) AS n FROM {sheet.rows} "
        f"WHERE probe_id IS NOT NULL AND reference_id IS NOT NULL GROUP BY {listed})"
    )
    yield from faulty_rows(
        reading,
        sheet,
        "n > 1",
        code="comparison-repeated",
        what="pairs of probe_id and reference_id that stand more than once",
        remedy="Remove the repeats, or give each attempt an identifier of its own",
        sample="concat(probe_id, ' against ', reference_id)",
        relation=relation,
    )


def _repeated_rows(reading: Reading, sheet: Sheet) -> Iterator[Problem]:
    keys = [column for column in (*_IDENTIFIERS["comparisons"], "score") if sheet.has(column)]
    known = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    relation = (
        f"(SELECT min(row_in_file) AS row_in_file, {', '.join(keys)}, count(*) AS n FROM {sheet.rows} "
        f"WHERE {known} GROUP BY {', '.join(keys)})"
    )
    yield from faulty_rows(
        reading,
        sheet,
        "n > 1",
        code="row-repeated",
        what="rows that stand more than once, with the same identifiers and score",
        remedy="Remove the repeats, if they are; name probe and reference of each attempt (probe_id, reference_id)",
        sample=f"concat_ws(' ', {', '.join(keys)})",
        relation=relation,
        severity="warning",
    )


def samples_of_several(reading: Reading) -> Iterator[Problem]:
    """Find samples that are said to be of two people, where most are of one.

    Where most identifiers stand with several people, they number the samples of each, and nothing is told.
    """
    sheet = reading.sheets.get("comparisons")
    for side in ("probe", "reference"):
        sample, subject = f"{side}_id", f"{side}_subject"
        if sheet is None or not sheet.has(sample, subject):
            continue
        relation = (
            f"(SELECT min(row_in_file) AS row_in_file, {sample}, count(DISTINCT {subject}) AS people FROM {sheet.rows} "
            f"WHERE {sample} IS NOT NULL GROUP BY {sample})"
        )
        several, samples = numbers(reading, f"SELECT count(*) FILTER (people > 1), count(*) FROM {relation}")
        if 2 * several > samples:
            continue
        yield from faulty_rows(
            reading,
            sheet,
            "people > 1",
            code="sample-of-several",
            what=f"values of {sample} that stand with more than one {subject} (told by the first row of each)",
            remedy="Correct the subject: one sample is of one person; or give each sample an identifier of its own",
            column=sample,
            severity="warning",
            relation=relation,
        )


def dangling_searches(reading: Reading) -> Iterator[Problem]:
    """Find candidates of a search that the searches table does not list: its truth is not known."""
    if not {"candidates", "searches"} <= set(reading.sheets) or surveyed(reading).ordered:
        return
    sheet, searches = reading.sheets["candidates"], reading.sheets["searches"]
    unknown = (
        f"search_id IS NOT NULL AND search_id NOT IN "
        f"(SELECT search_id FROM {searches.rows} WHERE search_id IS NOT NULL)"
    )
    # The lists are few beside their rows, which are looked at only to say which are at fault.
    if not numbers(reading, f"SELECT count(*) FROM {list_ends(reading.connection, sheet.table)} WHERE {unknown}")[0]:
        return
    yield from faulty_rows(
        reading,
        sheet,
        unknown,
        code="search-unknown",
        what="candidates of a search that the searches table does not list",
        remedy="Add the search to the searches table, or remove its candidates",
        column="search_id",
    )
