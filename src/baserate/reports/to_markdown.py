"""A document as Markdown, for papers and issues: the tables stand in for the charts.

Everything that came from a file is escaped, so that it is shown as it stands and neither formats nor calls anybody.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from baserate.reports.document import (
    Answer,
    Bullets,
    Code,
    Facts,
    Figure,
    Folded,
    Note,
    Paragraph,
    Section,
    Statements,
    Table,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.reports.document import Block, Document

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")
_STARTS_A_LIST = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def markdown_of(document: Document) -> str:
    """Write a document as Markdown: the same bytes whenever it is written."""
    head = [f"# {plain(document.question)}", f"*{plain(document.title)}*"]
    summary = [plain(document.summary)] if document.summary else []
    body = [text for section in document.sections for text in _section(section)]
    return "\n\n".join([*head, *summary, *body, f"Written by {plain(document.made_by)}."]) + "\n"


def plain(text: str) -> str:
    r"""Escape text so that Markdown shows it as it stands, on one line.

    Examples
    --------
    >>> print(plain("a|b <img onerror=x> *c*"))
    a\|b \<img onerror=x\> \*c\*
    """
    escaped = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _STARTS_A_LIST.sub(r"\1&#8203;\2", escaped).replace("@", "&#64;")


def _section(section: Section) -> Iterator[str]:
    yield f"## {plain(section.title)}"
    for block in section.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:  # noqa: C901 - one line for each kind
    match block:
        case Paragraph(text):
            yield plain(text)
        case Note(text):
            yield f"> {plain(text)}"
        case Bullets(items):
            yield "\n".join(f"- {plain(item)}" for item in items)
        case Statements():
            yield from _statements(block)
        case Code(text):
            yield _fenced(text)
        case Answer():
            yield from _answer(block)
        case Facts():
            yield from _facts(block)
        case Table():
            yield from _table(block)
        case Folded(_, text, _):
            yield plain(text)
        case Figure():
            yield from _figure(block)
        case Verdict():
            yield from _verdict(block)


def _fenced(text: str) -> str:
    """Fence code with more backticks than it holds in a row."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _statements(block: Statements) -> Iterator[str]:
    if block.title:
        yield f"### {plain(block.title)}"
    yield "\n".join(f"- {plain(one.text)} *{plain(', '.join(one.ids))}: {plain(one.mark)}*" for one in block.items)


def _answer(block: Answer) -> Iterator[str]:
    span = f", from {plain(block.span)}" if block.span else ""
    yield f"{plain(block.label)}: **{plain(block.middle)}**{span}"
    yield plain(block.text)


def _facts(block: Facts) -> Iterator[str]:
    yield f"### {plain(block.title)}"
    yield "\n".join(
        f"- {plain(fact.label)}: **{plain(fact.middle)}**{f' ({plain(fact.span)})' if fact.span else ''}"
        for fact in block.items
    )


def _verdict(block: Verdict) -> Iterator[str]:
    yield f"### {plain(f'{block.name}: {block.title}' if block.title else block.name)}"
    yield f"**{plain(block.status)}.** {plain(block.text)}"
    if block.details:
        yield "\n".join(f"- {plain(label)}: {plain(text)}" for label, text in block.details)
    if block.code:
        yield _fenced(block.code)


def _figure(block: Figure) -> Iterator[str]:
    if block.title:
        yield f"### {plain(block.title)}"
    yield from _table(block.table)
    yield plain(block.caption)


def _table(block: Table) -> Iterator[str]:
    yield f"**{plain(block.caption)}**"
    marks = ["---:" if column.numeric else "---" for column in block.columns]
    lines = [[plain(column.label) for column in block.columns], marks, *[map(plain, row) for row in block.rows]]
    yield "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
