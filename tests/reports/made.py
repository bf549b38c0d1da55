"""What the report's tests share: the example, and how to spoil it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from baserate.models.scenario import load_scenario
from baserate.outcomes.exposure import Exposure, exposure
from baserate.outcomes.results import Curves, Results, read
from baserate.reports.build import document_of
from baserate.reports.document import Document, Figure

KEPT = (
    *("name", "kind", "schema_version", "x_scale", "y_scale", "unit", "x_unit", "y_unit", "ids"),
    *("event", "when", "place"),
)
DATA = Path(__file__).parent / "data"
HOSTILE = (
    """<img src=x onerror=alert(1)></script><script>alert(2)</script>|"'`${{7*7}}{%x%}](javascript:alert(3)) &amp;"""
)


def example() -> tuple[Results, Curves]:
    return read(DATA / "results.json", Results), read(DATA / "curves.json", Curves)


@cache
def exposed() -> Exposure:
    return exposure(load_scenario("mobile-fortify"), add=["broker"])


def document() -> Document:
    return document_of(*example(), exposed())


def figures(shown: Document) -> list[Figure]:
    return [block for section in shown.sections for block in section.blocks if isinstance(block, Figure)]


def spoiled(value: Any, *, key: str = "") -> Any:
    """Put the hostile text wherever a file may hold text of its own."""
    if key in KEPT:
        return value
    if key == "group":
        return value if value == "all" else f"{value}{HOSTILE}"
    if isinstance(value, str):
        return f"{value[:40]}{HOSTILE}"
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: spoiled(getattr(value, f.name), key=f.name) for f in fields(value)})
    if isinstance(value, tuple):
        return tuple(spoiled(item, key=key) for item in value)
    if isinstance(value, dict):
        return {f"{name}{HOSTILE}": spoiled(item) for name, item in value.items()}
    return value


def hostile() -> Document:
    results, curves = example()
    return document_of(spoiled(results), spoiled(curves), spoiled(exposed()))
