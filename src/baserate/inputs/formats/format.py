"""The record of a format: its name, how it is told from the others, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from duckdb import DuckDBPyConnection

    from baserate.errors import Problem
    from baserate.inputs.formats.opening import Opening
    from baserate.inputs.formats.reading import Options, Role, Sheet


@dataclass(frozen=True, slots=True)
class Contents:
    """What one file gave.

    Parameters
    ----------
    sheets
        Tables by role.
    problems
        Warnings; and lines that could not be read, which are errors.
    logged
        Table of the searches that a log names, ``search_id, row_in_file, code`` (0 is success), or empty: they must be
        in the searches table, and those that failed are marked there.
    """

    sheets: Mapping[Role, Sheet]
    problems: tuple[Problem, ...] = ()
    logged: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """One format that can be read.

    Parameters
    ----------
    name
        What ``--format`` takes.
    title
        What it is, in one line.
    fits
        Whether a file that begins so is of this format. Formats are asked in the order of ``FORMATS``.
    read
        Read the file on a connection that may open it and its companion.
    companion
        What the second file is, for formats that need one; otherwise empty.
    """

    name: str
    title: str
    fits: Callable[[Opening], bool]
    read: Callable[[DuckDBPyConnection, Opening, Options], Contents]
    companion: str = ""
