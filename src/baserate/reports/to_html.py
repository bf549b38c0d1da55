"""A document as one HTML file that opens offline, loads nothing and runs nothing.

Everything that came from a file is escaped, and the page's content security policy forbids scripts, requests and every
style but the one whose digest it names.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from baserate.reports.charts import svg
from baserate.reports.document import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.reports.document import Block, Document, Table

# The column of the narrowest phone in characters of a table, and what a cell needs of it: a line that is still read as
# one, and the gap.
PHONE_CHARACTERS, LINE_IN_A_CELL, CELL_GAP = 38, 14, 2
_BREAKS, _BREAKS_IN_A_NAME = re.compile("[ \n-]+"), re.compile("[ \n._/-]+")
PAIR = 2  # columns that are read as a list already
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A chart for the page's column and one for a phone's."""

    wide: Markup
    narrow: Markup


def html_of(document: Document, *, charts: bool | None = None) -> str:
    """Write a document as HTML: the same bytes whenever it is written.

    Parameters
    ----------
    document
        What to show.
    charts
        Whether to draw charts; ``None`` for wherever the packages of the extra ``charts`` are there. Without them the
        tables stand in, and the page says so.
    """
    drawing = svg.can_draw() if charts is None else charts
    style = _style()
    return (
        _environment()
        .get_template("page.html")
        .render(
            document=document,
            style=Markup(style),  # noqa: S704 - our own file
            policy=_policy(style),
            charts={figure.name: _draw(figure) for figure in _figures(document)} if drawing else {},
            without_charts=not drawing and any(True for _ in _figures(document)),
            kind=_kind,
            stacks=_stacks,
        )
    )


def page_policy() -> str:
    """Give the content security policy of every report, for a server that sends one."""
    return _policy(_style())


def _style() -> str:
    return (_TEMPLATES / "style.css").read_text(encoding="utf-8")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["breakable"] = _breakable
    environment.filters["tied"] = _tied
    return environment


def _breakable(text: str) -> Markup:
    """Let a dotted name break after its dots and underscores and nowhere else."""
    parts = re.split(r"(?<=[._/])(?=\w)", text)
    return Markup("<wbr>").join(parts)


def _tied(text: str) -> str:
    """Keep a short range together, so that a narrow cell breaks before it: *2.33 (1 to 11.9)*."""
    return re.sub(r"\([\d.,]+ to [\d.,]+\)", lambda found: found[0].replace(" ", "\u00a0"), text)


def _kind(block: Block) -> str:
    return type(block).__name__


def _stacks(table: Table) -> bool:
    """Whether a table is wider than a phone though its cells are broken into lines: there, a row is set as a list."""
    if len(table.columns) <= PAIR:
        return False
    columns = zip((column.label for column in table.columns), *table.rows, strict=True)
    breaks = (_BREAKS_IN_A_NAME, *[_BREAKS] * (len(table.columns) - 1))
    widths = (max(_least_wide(cell, at) for cell in cells) for cells, at in zip(columns, breaks, strict=True))
    return sum(width + CELL_GAP for width in widths) > PHONE_CHARACTERS


def _least_wide(cell: str, breaks: re.Pattern[str]) -> int:
    return max(min(len(cell), LINE_IN_A_CELL), *map(len, breaks.split(_tied(cell))))


def _policy(style: str) -> str:
    """Allow the style whose digest this is, the empty icon, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


def _figures(document: Document) -> Iterator[Figure]:
    for section in document.sections:
        yield from (block for block in section.blocks if isinstance(block, Figure))


def _draw(figure: Figure) -> _Drawn:
    return _Drawn(_at(figure, svg.WIDE, "wide"), _at(figure, svg.NARROW, "narrow"))


def _at(figure: Figure, width: int, name: str) -> Markup:
    drawn = svg.svg_of(figure.rows, width=width, name=f"{figure.name}-{name}", alternative=figure.alternative)
    return Markup(drawn)  # noqa: S704 - written by an XML writer, which escapes
