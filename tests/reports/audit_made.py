"""An audit of the made log by two packs, and how to spoil every text in it."""

from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.audit.made_log import write_log
from tests.reports.made import HOSTILE

from baserate.audit.result import AuditResult, audit_log
from baserate.inputs.logs import read_log
from baserate.reports.audit.build import document_of
from baserate.reports.document import Document
from baserate.reports.to_html import html_of

# Words of ours, which choose what is shown and are no text of the log; and moments, which are parsed.
OURS = {"pack", "status", "severity", "if_applied", "verified", "unit", "start", "starts", "per", "attribute", "metric",
        "series", "name", "kind", "end", "as_of", "group"}  # fmt: skip


@cache
def example() -> AuditResult:
    with TemporaryDirectory() as folder:
        log = read_log(write_log(Path(folder) / "log", a_day=40))
        return audit_log(log, packs=("us_federal", "uk"), times=True)


@cache
def written() -> str:
    return html_of(document())


@cache
def document() -> Document:
    return document_of(example())


def spoiled(value: Any, key: str = "") -> Any:
    """Put the hostile text into every text that is not ours to choose."""
    if key in OURS:
        return value
    if isinstance(value, str):
        return f"{value[:40]}{HOSTILE}"
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: spoiled(getattr(value, f.name), f.name) for f in fields(value)})
    if isinstance(value, tuple):
        return tuple(spoiled(item, key) for item in value)
    if isinstance(value, list):
        return [spoiled(item, key) for item in value]
    if isinstance(value, dict):
        return {name: spoiled(item) for name, item in value.items()}
    return value


@cache
def hostile_written() -> str:
    return html_of(hostile())


@cache
def hostile() -> Document:
    found = spoiled(example())
    groups = tuple(replace(row, group=f"{row.group}{HOSTILE}") for row in found.supports.groups)
    return document_of(replace(found, supports=replace(found.supports, groups=groups)))
