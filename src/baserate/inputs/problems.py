"""Problems of rows, worded one way: how many, which rows first, what was found there."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from baserate.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from baserate.errors import Severity

SHOWN = 10  # rows named in a message
_LONGEST_SAMPLE = 40  # characters of a value that a message repeats


def shown(value: object) -> str:
    r"""Write a value found in a file so that it cannot disturb a terminal or a page.

    Examples
    --------
    >>> print(shown("n/a"), shown("a" * 60), shown("\x1b[31m"))
    "n/a" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..." "\u001b[31m"
    """
    text = str(value)
    cut = text[:_LONGEST_SAMPLE] + ("..." if len(text) > _LONGEST_SAMPLE else "")
    return json.dumps(cut)


def count_of(number: int, noun: str, does: str = "") -> str:
    """Write a count with its noun, which takes an s unless there is one, and what they do, given as said of many.

    Examples
    --------
    >>> print(count_of(1, "row"), "and", count_of(1200, "value"), "and", count_of(2, "duty"))
    1 row and 1,200 values and 2 duties
    >>> print(count_of(1, "row", "have no seq"), "and", count_of(2, "search", "name no system"))
    1 row has no seq and 2 searches name no system
    """
    return f"{number:,} {noun if number == 1 else _with_s(noun)}{' ' if does else ''}{said_of(number, does)}"


def said_of(number: int, does: str) -> str:
    """Write what a number of things do, given as said of many: its first word is the verb.

    Examples
    --------
    >>> said_of(1, "do not say"), said_of(2, "do not say"), said_of(1, "violate")
    ('does not say', 'do not say', 'violates')
    """
    verb, gap, rest = does.partition(" ")
    return f"{_ONE_DOES.get(verb, _with_s(verb))}{gap}{rest}" if number == 1 and does else does


def _with_s(word: str) -> str:
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("ss", "ch")) else f"{word}s"


_ONE_DOES = {"are": "is", "were": "was", "have": "has", "do": "does"}


def repeated(names: Iterable[str]) -> list[str]:
    """Give the names that stand more than once, in one pass: a header of a file may have a million.

    Examples
    --------
    >>> repeated(["b", "a", "c", "b", "a"])
    ['a', 'b']
    """
    return sorted(found for found, count in Counter(names).items() if count > 1)


def place(rows: Sequence[int], total: int, *, unit: str = "row") -> str:
    """Name the first rows of a fault.

    Examples
    --------
    >>> place([3, 7], 2)
    'rows 3, 7'
    >>> place(range(1, 11), 500, unit="line")
    'lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 490 more'
    """
    named = list(rows)[:SHOWN]
    more = f" and {total - len(named):,} more" if total > len(named) else ""
    return f"{unit}{'' if total == 1 else 's'} {', '.join(map(str, named))}{more}"


def row_problem(
    code: str,
    where: str,
    *,
    what: str,
    remedy: str,
    rows: Sequence[int],
    total: int,
    sample: object = None,
    unit: str = "row",
    severity: Severity = "error",
) -> Problem:
    """Build the problem of some rows; ``what`` says what they are ("values that are not numbers").

    Examples
    --------
    >>> print(row_problem("x", "a.csv", what="odd values", remedy="Mend them", rows=[4], total=1, sample="?"))
    a.csv: odd values: 1 (row 4; first: "?"). Mend them. [x]
    """
    found = "" if sample is None else f"; first: {shown(sample)}"
    return Problem(code, where, f"{what}: {total:,} ({place(rows, total, unit=unit)}{found})", remedy, severity)


def source_of(path: Path | str) -> str:
    r"""Write a path for messages: letters that are not printable would disturb a terminal.

    Examples
    --------
    >>> source_of("a\nb.csv")
    'a?b.csv'
    """
    return "".join(letter if letter.isprintable() else "?" for letter in str(path))[:500]


def column_of(source: str, column: str) -> str:
    """Name a column of a file.

    Examples
    --------
    >>> column_of("a.csv", "score")
    'a.csv, column "score"'
    """
    return f"{source}, column {shown(column)}"
