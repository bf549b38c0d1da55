"""How somebody else gets the same findings."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from baserate.reports.audit.say import clean
from baserate.reports.document import Code, Column, Paragraph, Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.audit.result import AuditResult


def section(result: AuditResult) -> Section:
    """Build the section."""
    text = (
        "The same log, packs and version give the same findings and numbers, on any machine. The digests below are "
        "SHA-256 of the files that were read: whoever holds a file with the same digest holds the same log."
    )
    table = Table("What was audited with what", (Column("what"), Column("value")), tuple(_rows(result)))
    return Section("rerun", "How to get the same numbers", (Paragraph(text), Code(_command(result)), table))


def _command(result: AuditResult) -> str:
    """Write the command; names of packs are ours, and nothing of the log's own path is told."""
    parts = ["baserate", "audit", "LOG", "--packs", ",".join(result.manifest["packs"])]
    parts += [] if result.manifest["integrity"] else ["--no-integrity"]
    return shlex.join([*parts, "--out", "again"])


def _rows(result: AuditResult) -> Iterator[tuple[str, str]]:
    manifest = result.manifest
    yield "baserate", str(manifest["baserate"])
    yield "engine", str(manifest["engine"])
    yield from ((f"file: {clean(name)}", digest) for name, digest in manifest["inputs"].items())
    yield "manifest of the deployment", manifest["deployment_manifest"] or "none was given"
