"""How somebody else gets the same numbers."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from baserate.outcomes.results import ABOUT
from baserate.reports import words
from baserate.reports.document import Code, Column, Paragraph, Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.outcomes.results import Curves, Results, Scalar


def section(results: Results, curves: Curves) -> Section:  # noqa: ARG001 - every section has this shape
    """Build the section."""
    told = (
        "The same scenario, version and seed give the same bytes in every data file, on any machine: manifest.json, "
        "beside this report, holds the digest of each, to compare with. In the folder of this report:"
    )
    rows = tuple(row for row in _rows(results) if row[1])
    table = Table("How the numbers were made", (Column("what"), Column("value")), rows)
    blocks = (Paragraph(told), Code(_command(results)), *((table,) if rows else ()))
    return Section("rerun", "How to get the same numbers", blocks)


def _command(results: Results) -> str:
    """Write the command that runs the folder's scenario again; quoted, because the settings may be anybody's."""
    settings = results.manifest.get("settings")
    parts = ["baserate", "simulate", "scenario.toml"]
    for setting in settings if isinstance(settings, list) else []:
        parts += ["--set", str(setting)]
    for key in ("searches", "seed"):
        if isinstance(results.manifest.get(key), int):
            parts += [f"--{key}", str(results.manifest[key])]
    return shlex.join([*parts, "--out", "../again"])


def _rows(results: Results) -> Iterator[tuple[str, str]]:
    made = {key: value for key, value in results.manifest.items() if key not in ABOUT}
    for key, value in made.items():
        if isinstance(value, dict):
            yield from ((f"{key}: {name}", _text(item)) for name, item in value.items())
        elif isinstance(value, list):
            yield key, ", ".join(map(_text, value))
        else:
            yield key, _text(value)


def _text(value: Scalar) -> str:
    """Write a manifest's value as it stands: a seed or a version has no thousands separators."""
    return words.plain(value) if value is None or isinstance(value, bool) else str(value)
