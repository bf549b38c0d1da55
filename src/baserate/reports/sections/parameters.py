"""Every input with its range, its source and the kind of knowledge it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports import words
from baserate.reports.document import Column, Paragraph, Section, Table

if TYPE_CHECKING:
    from baserate.models.source import Source
    from baserate.outcomes.results import Citation, Curves, ParameterRow, Results


def section(results: Results, curves: Curves) -> Section | None:  # noqa: ARG001 - every section has this shape
    """Build the section; none where the results list no input."""
    if not results.parameters:
        return None
    text = Paragraph(
        "A number without a source is an assumption, and is called one here. Where a range stands beside a value, the "
        "answer was worked out over the whole range."
    )
    # The same document is the source of many inputs: each is written out once, below.
    numbers = {source: n for n, source in enumerate(_documents(results), start=1)}
    columns = (
        Column("input"),
        Column("value"),
        Column("range", numeric=True),
        Column("kind"),
        Column("source and notes"),
    )
    inputs = Table("Every input", columns, tuple(_row(row, numbers) for row in results.parameters))
    listed = tuple((f"[{n}]", cited(source), source.kind) for source, n in numbers.items())
    sources = Table("Sources", (Column("no."), Column("source"), Column("kind")), listed)
    return Section("parameters", "Every input and where it comes from", (text, inputs, *([sources] if listed else [])))


def _documents(results: Results) -> list[Citation]:
    """List the sources in the order in which they are first used; an assumption's reason is none."""
    found = (row.source for row in results.parameters if row.source is not None and row.source.kind != "assumed")
    return list(dict.fromkeys(found))


def _row(row: ParameterRow, numbers: dict[Citation, int]) -> tuple[str, ...]:
    ends = "" if row.low is None or row.high is None else f"{words.plain(row.low)} to {words.plain(row.high)}"
    value = words.plain(row.value) or ("varied" if ends else "not known")
    number = numbers.get(row.source) if row.source is not None else None
    stated = f"[{number}]" if number is not None else cited(row.source)
    told = [part for part in (stated, row.note) if part]
    return (row.key, f"{value} {row.unit}".strip(), ends, row.kind, " ".join(told) or "No source.")


def cited(source: Citation | Source | None) -> str:
    """Write a citation as one sentence, with the identifiers of the facts used."""
    if source is None:
        return ""
    stated = ", ".join(part for part in (source.publisher, source.title, source.locator, source.date) if part)
    facts = f" ({', '.join(source.ids)})" if source.ids else ""
    return f"{stated.rstrip('.')}{facts}." if stated or facts else ""
