"""Values that could not be read, and values that must be there and are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.engines.duckdb import name
from baserate.errors import Problem
from baserate.inputs.checks.faults import absent, faulty_rows, numbers
from baserate.inputs.formats.columns import CONTRACTS, FALSE, IDENTIFIER, TRUE, UNREAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.inputs.formats.reading import Reading

LONGEST_VALUE = 500  # characters; an identifier or a group's label is shorter, an encoded template is not
_WORDS = {
    "DOUBLE": ("not-a-number", "values that are not numbers", "Write numbers with a point and leave failures empty"),
    "INTEGER": ("not-a-whole-number", "values that are not whole numbers", "Write whole numbers"),
    "BIGINT": ("not-a-whole-number", "values that are not whole numbers", "Write whole numbers"),
    "BOOLEAN": (
        "not-true-or-false",
        "values that are neither true nor false",
        f"Write one of {', '.join(TRUE + FALSE)}",
    ),
    IDENTIFIER: ("not-an-identifier", "identifiers stored as fractions or overlong numbers", "Store them as text"),
}


def empty_tables(reading: Reading) -> Iterator[Problem]:
    """Find tables without a row: nothing can be counted from them, and an export may have failed.

    A candidate table may be empty, as every list may be.
    """
    for role, sheet in reading.sheets.items():
        (rows,) = numbers(reading, f"SELECT count(*) FROM {sheet.rows}")  # noqa: S608
        if not rows and role != "candidates":
            remedy = "Check that the export ran to its end"
            yield Problem("no-rows", sheet.source, f"there is a header but no {sheet.unit} of {role}", remedy)


def unread_values(reading: Reading) -> Iterator[Problem]:
    """Find values that are not what their column holds: a score of ``n/a``, a rank of 1.5, a truth of ``maybe``."""
    for role, sheet in reading.sheets.items():
        for column in sheet.unread:
            code, what, remedy = _WORDS[CONTRACTS[role][column]]
            text = name(UNREAD + column)
            yield from faulty_rows(
                reading,
                sheet,
                f"{text} IS NOT NULL",
                code=f"{column.replace('_', '-')}-{code}",
                what=what,
                remedy=remedy if column != "score" else f"{remedy}, or name the word for it with --missing",
                column=column,
                sample=text,
            )


def missing_truth(reading: Reading) -> Iterator[Problem]:
    """Find comparisons and searches that do not say whether they are mated: they belong to no rate."""
    for role in ("comparisons", "searches"):
        sheet = reading.sheets.get(role)
        if sheet is not None:
            yield from faulty_rows(
                reading,
                sheet,
                absent(sheet, "mated"),
                code="truth-missing",
                what=f"{role} without their truth",
                remedy="Say for each whether it is mated, or leave it out and say so where you publish",
                column="mated",
                sample="NULL",
            )


def overlong_texts(reading: Reading) -> Iterator[Problem]:
    """Find texts that are too long for an identifier or a group: they may hold what Baserate must not be given."""
    yield from _texts_where(
        reading,
        f"strlen({{0}}) > {LONGEST_VALUE} AND length({{0}}) > {LONGEST_VALUE}",  # bytes are quicker to count
        code="value-too-long",
        what=f"values longer than {LONGEST_VALUE} characters",
        remedy="Give short ids and labels: Baserate reads no templates, pictures or free text",
    )


def unclear_texts(reading: Reading) -> Iterator[Problem]:
    """Find texts with spaces around, or invisible characters in them: two that look alike would be two people."""
    yield from _texts_where(
        reading,
        "{0} <> trim({0}) OR regexp_matches({0}, '[\\p{{Cc}}\\p{{Cf}}]')",
        code="text-unclear",
        what="values with spaces around them or invisible characters in them",
        remedy="Remove these characters",
    )


def _texts_where(reading: Reading, fault: str, *, code: str, what: str, remedy: str) -> Iterator[Problem]:
    for sheet in reading.sheets.values():
        for column in (column for column, kind in sheet.table.types.items() if kind == "VARCHAR"):
            sample = f"left({name(column)}, 60)" if code == "text-unclear" else "NULL"
            yield from faulty_rows(
                reading,
                sheet,
                fault.format(name(column)),
                code=code,
                what=what,
                remedy=remedy,
                column=column,
                sample=sample,
            )
