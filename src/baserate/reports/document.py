"""A document is a frozen tree of sections and blocks of text: what is shown, with no HTML and no drawing in it.

:mod:`baserate.reports.to_html` and :mod:`baserate.reports.to_markdown` give it its look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from baserate.reports.charts.rows import ChartRows


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A caution or an explanation that stands apart from the text."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """Statements of equal weight."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence with the identifiers of its sources and the mark of what kind of knowledge it is."""

    text: str
    ids: tuple[str, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class Statements:
    """Sentences under a heading, which may be empty."""

    title: str
    items: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A command to be typed as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of the whole report: the number large, its range, and a sentence for both.

    Parameters
    ----------
    label
        What the number is.
    middle
        The number in words.
    span
        Its range in words; empty where there is none.
    text
        The same as a sentence.
    """

    label: str
    middle: str
    span: str
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A number with what it is and its range."""

    label: str
    middle: str
    span: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A few numbers side by side under one heading."""

    title: str
    items: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; numbers are set flush right."""

    label: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under a caption; the first cell of a row is its heading."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Folded:
    """A table too long to be read from top to bottom: a page folds it away, paper and Markdown have the text alone.

    Parameters
    ----------
    title
        What is folded away.
    text
        What it is and where else it stands.
    table
        All of it.
    """

    title: str
    text: str
    table: Table


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, in words and as a table too, so that nobody depends on seeing it.

    Parameters
    ----------
    name
        Stable name, unique in a document.
    title
        What is drawn, above the chart; empty where the section's own title says it.
    caption
        What to see in it; stands below the chart.
    alternative
        The chart in words, for a screen reader.
    rows
        What is drawn.
    table
        The same numbers.
    """

    name: str
    title: str
    caption: str
    alternative: str
    rows: ChartRows
    table: Table


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule or check answers, with everything that it rests on.

    Parameters
    ----------
    status
        The answer in words: ``fail``, ``cannot tell``, ``pass`` or ``not applicable``; drawn as a word in a box whose
        shape differs too.
    name, title
        The rule's stable name and what it says.
    text
        What was found.
    details
        (label, text) of what a reader needs to judge it: count, period, source.
    code
        The query that lists the evidence; empty where there is none.
    """

    status: str
    name: str
    title: str
    text: str
    details: tuple[tuple[str, str], ...]
    code: str = ""


Block = Paragraph | Note | Bullets | Statements | Code | Answer | Facts | Table | Folded | Figure | Verdict


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Everything a reader sees.

    Parameters
    ----------
    title
        The deployment in a few words.
    question
        What the document answers.
    summary
        One paragraph on what is modelled; may be empty.
    sections
        First the answer, then the evidence.
    made_by
        Program and version.
    people
        Who the numbers are about, as a sentence at the foot.
    """

    title: str
    question: str
    summary: str
    sections: tuple[Section, ...]
    made_by: str
    people: str = "Everybody in it is synthetic."
