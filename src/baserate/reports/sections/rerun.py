"""How somebody else gets the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports import words
from baserate.reports.document import Code, Column, Paragraph, Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.outcomes.results import Curves, Results, Scalar


def section(results: Results, curves: Curves) -> Section:  # noqa: ARG001 - every section has this shape
    """Build the section."""
    command = results.manifest.get("command")
    told = (
        "The same scenario, version and seed give the same bytes in every data file, on any machine. The digests below "
        "tell whether they did."
    )
    rows = tuple(row for row in _rows(results) if row[0] != "command")
    table = Table("Manifest", (Column("what"), Column("value")), rows)
    shown = (Code(command),) if isinstance(command, str) else ()
    return Section("rerun", "How to get the same numbers", (Paragraph(told), *shown, *((table,) if rows else ())))


def _rows(results: Results) -> Iterator[tuple[str, str]]:
    for key, value in results.manifest.items():
        if isinstance(value, dict):
            yield from ((f"{key}: {name}", _text(item)) for name, item in value.items())
        elif isinstance(value, list):
            yield key, ", ".join(map(_text, value))
        else:
            yield key, _text(value)


def _text(value: Scalar) -> str:
    """Write a manifest's value as it stands: a seed or a version has no thousands separators."""
    return words.plain(value) if value is None or isinstance(value, bool) else str(value)
