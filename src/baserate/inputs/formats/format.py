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
    """What one file gave: sheets by role, and warnings."""

    sheets: Mapping[Role, Sheet]
    problems: tuple[Problem, ...] = ()


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
