"""How somebody else gets the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.document import Code, Column, Paragraph, Section, Table

if TYPE_CHECKING:
    from baserate.estimates import Measurement


def section(found: Measurement) -> Section:
    """Build the section."""
    made = found.manifest
    rows = tuple((one["file"], f"{one['bytes']:,}", one["sha256"]) for one in made["inputs"])
    table = Table("Inputs", (Column("file"), Column("bytes", numeric=True), Column("SHA-256")), rows)
    text = f"With the same files and version {made['baserate']}, this command gives the same numbers."
    return Section("rerun", "How to get the same numbers", (Paragraph(text), Code(made["command"]), table))
