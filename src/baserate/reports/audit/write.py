"""An audit's folder: the result as JSON and as text, and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.result import result_json
from baserate.outcomes.folder import write_file
from baserate.reports.audit.build import document_of
from baserate.reports.audit.summary import audit_lines
from baserate.reports.pages import write_page

if TYPE_CHECKING:
    from pathlib import Path

    from baserate.audit.result import AuditResult


def write_audit(folder: Path, result: AuditResult) -> None:
    """Write ``audit.json``, ``audit.txt``, ``audit.html`` and ``audit.md``, each moved into place when it is whole.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    write_page(folder, "audit", document_of(result))
    write_file(folder / "audit.txt", "\n".join(audit_lines(result)) + "\n")
    write_file(folder / "audit.json", result_json(result) + "\n")
