"""What reading a file gives: tables with the canonical columns, and what was met on the way."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import duckdb

from baserate.errors import InputError, Problem, has_errors, refuse
from baserate.inputs.candidates import Searches
from baserate.inputs.comparisons import Comparisons
from baserate.notebook import table_html

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from baserate.inputs.tables import Table

Role = Literal["comparisons", "candidates", "searches"]


@dataclass(frozen=True, slots=True)
class Options:
    """What a user says about a file that the file does not say.

    Parameters
    ----------
    failure_code
        Score that stands for a failure to acquire or enrol (``-1``; NaN is allowed); it is read as missing.
    missing
        Texts that stand for a missing value, besides the empty field.
    delimiter
        The character between the columns of a text file; guessed from its first line when ``None``.
    companion
        The second file that some formats need: the mask of a ``.mtx``, the non-mated scores of pyeer, the subjects of
        the identifiers in a matrix's margins.
    memory_limit
        Most memory that the engine may take; more spills to disk.
    """

    failure_code: float | None = None
    missing: tuple[str, ...] = ()
    delimiter: str | None = None
    companion: Path | None = None
    memory_limit: str = "1GB"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table that was read, with what is needed to say where its faults are.

    Parameters
    ----------
    table
        The canonical table, and nothing besides.
    rows
        View of the same rows with ``row_in_file`` (1 is the first row after the header) and, for each column of
        ``unread``, the text that could not be read as ``unread__COLUMN`` (NULL where it could).
    unread
        Columns that were converted from text or from another type.
    unit
        What a row is in this file, for messages.
    left_out
        Rows of the file that are not in the table, by the reason, which the format defines; all are reported.
    """

    table: Table
    rows: str
    unread: tuple[str, ...] = ()
    unit: str = "row"
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The file, for messages."""
        return self.table.source

    def has(self, *columns: str) -> bool:
        """Whether the table has all of these columns."""
        return set(columns) <= set(self.table.columns)


def subject_missing(searches: Sheet) -> Problem:
    """Say that searches do not tell who was searched for."""
    what = "there is no column subject, so that nobody can tell whether a mate is on its list"
    return Problem("column-missing", searches.source, what, "Add it; it may be empty for non-mated searches")


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was read: the sheets by role, on one locked-down connection.

    Parameters
    ----------
    connection
        Where the tables are.
    format_name
        The format that was read.
    sheets
        Role (``comparisons``, or ``candidates`` and ``searches``) -> sheet.
    problems
        Warnings that reading itself gave rise to. Errors are raised, or, where what could be read was asked for, here:
        nothing is counted then.
    """

    connection: duckdb.DuckDBPyConnection
    format_name: str
    sheets: Mapping[Role, Sheet]
    problems: tuple[Problem, ...] = ()

    def _repr_html_(self) -> str:
        rows = [(role, f"{sheet.source}: {', '.join(sheet.table.columns)}") for role, sheet in self.sheets.items()]
        warnings = (("warning", str(problem)) for problem in self.problems)
        return table_html(f"Read as {self.format_name}", ("what", "in it"), [*rows, *warnings])

    @property
    def holds_comparisons(self) -> bool:
        """Whether these are comparisons; if not, they are candidate lists, searches, or both."""
        return "comparisons" in self.sheets

    @property
    def comparisons(self) -> Comparisons:
        """The comparisons that were read.

        Raises
        ------
        InputError
            The file holds something else.
        """
        return Comparisons(self.connection, self._sheet("comparisons").table)

    @property
    def searches(self) -> Searches:
        """The searches with their candidate lists.

        Raises
        ------
        InputError
            One of the two tables was not given, or does not say who was searched for: the truth of a search is never
            read off its list.
        """
        candidates, searches = self._sheet("candidates"), self._sheet("searches")
        if not searches.has("subject"):
            raise InputError([subject_missing(searches)])
        return Searches(self.connection, searches.table, candidates.table)

    def _sheet(self, role: Role) -> Sheet:
        raise_all(self.problems)
        if role not in self.sheets:
            source = next(iter(self.sheets.values())).source
            what = f"there are no {role} here, only {' and '.join(self.sheets)}"
            raise refuse("wrong-kind-of-table", source, what, f"Give the file of the {role} as well")
        return self.sheets[role]


@contextmanager
def reading_from(source: object) -> Iterator[None]:
    """Turn whatever the engine says of a file into one :class:`InputError` that names the file.

    Raises
    ------
    InputError
        In place of any error of DuckDB's.
    """
    try:
        yield
    except duckdb.OutOfMemoryException:
        what = "its rows do not fit in the memory and disk that may be used"
        raise refuse("too-large", str(source), what, "Convert it to Parquet, which is read in pieces") from None
    except duckdb.Error as error:
        remedy = "Check that the file is complete, and in one encoding with one kind of line end"
        raise refuse("unreadable-file", str(source), f"cannot be read to its end ({said(error)})", remedy) from None


def said(error: Exception) -> str:
    r"""Take the first line of an error's message, which may repeat bytes of the file, as printable text.

    Examples
    --------
    >>> said(ValueError("bad type \x0e\nmore"))
    'bad type ?'
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return "".join(letter if letter.isprintable() else "?" for letter in lines[0][:200])


def raise_all(problems: Sequence[Problem]) -> None:
    """Raise every problem together when one of them is an error.

    Raises
    ------
    InputError
        At least one problem is an error.
    """
    if has_errors(problems):
        raise InputError(problems)
