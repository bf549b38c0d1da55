"""Every input with its range, its source and the kind of knowledge it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports import words
from baserate.reports.document import Column, Paragraph, Section, Table

if TYPE_CHECKING:
    from baserate.outcomes.results import Citation, Curves, ParameterRow, Results


def section(results: Results, curves: Curves) -> Section | None:  # noqa: ARG001 - every section has this shape
    """Build the section; none where the results list no input."""
    if not results.parameters:
        return None
    text = Paragraph(
        "A number without a source is an assumption, and is called one here. Where a range stands beside a value, the "
        "answer was worked out over the whole range."
    )
    columns = (
        Column("input"),
        Column("value"),
        Column("range", numeric=True),
        Column("kind"),
        Column("source and notes"),
    )
    table = Table("Every input", columns, tuple(_row(row) for row in results.parameters))
    return Section("parameters", "Every input and where it comes from", (text, table))


def _row(row: ParameterRow) -> tuple[str, ...]:
    ends = "" if row.low is None or row.high is None else f"{words.plain(row.low)} to {words.plain(row.high)}"
    value = words.plain(row.value) or ("varied" if ends else "not known")
    told = [part for part in (_source(row.source), row.note) if part]
    return (row.key, f"{value} {row.unit}".strip(), ends, row.kind, " ".join(told) or "No source.")


def _source(source: Citation | None) -> str:
    """Write a citation as one sentence, with the identifiers of the facts used."""
    if source is None:
        return ""
    stated = ", ".join(part for part in (source.publisher, source.title, source.locator, source.date) if part)
    facts = f" [{', '.join(source.ids)}]" if source.ids else ""
    return f"{stated}{facts}." if stated or facts else ""
