"""Documents of one section, for commands that write a page of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from baserate import __version__
from baserate.outcomes.folder import write_file
from baserate.reports.document import Document
from baserate.reports.to_html import html_of
from baserate.reports.to_markdown import markdown_of

if TYPE_CHECKING:
    from pathlib import Path

    from baserate.reports.document import Section


def page_of(title: str, sections: tuple[Section, ...]) -> Document:
    """Make a page whose question is the first section's title.

    Parameters
    ----------
    title
        The deployment in a few words.
    sections
        The first is shown as the answer.
    """
    first = replace(sections[0], key="answer")  # under this key the title is not shown twice
    made_by = f"Baserate {__version__}"
    return Document(title, first.title, "", (first, *sections[1:]), made_by, "It counts people and names none.")


def write_page(folder: Path, name: str, document: Document) -> tuple[Path, Path]:
    """Write a document as ``NAME.html`` and ``NAME.md``, each whole or not at all.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    files = folder / f"{name}.html", folder / f"{name}.md"
    for path, text in zip(files, (html_of(document), markdown_of(document)), strict=True):
        write_file(path, text)
    return files
