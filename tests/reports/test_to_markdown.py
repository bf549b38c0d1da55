"""Markdown: tables keep their columns whatever stands in them, and text stays text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reports.made import document, hostile

from baserate.reports.document import Block, Code, Column, Document, Section, Table
from baserate.reports.to_html import html_of
from baserate.reports.to_markdown import markdown_of, plain

UNESCAPED_BAR = re.compile(r"(?<!\\)(?:\\\\)*\|")


def of(*blocks: Block) -> Document:
    return Document("title", "question?", "", (Section("s", "section", blocks),), "made by")


def table_rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("|")]


@pytest.mark.parametrize("shown", [document(), hostile()], ids=["example", "hostile"])
def test_every_row_of_a_table_has_its_columns(shown):
    text = markdown_of(shown)
    assert markdown_of(shown) == text
    for block in re.split(r"\n\n", text):
        bars = {len(UNESCAPED_BAR.findall(row)) for row in table_rows(block)}
        assert len(bars) <= 1


def test_no_tag_survives():
    assert not re.search(r"(?<!\\)<(?!!)", markdown_of(hostile()))


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2).map(tuple), max_size=4))
def test_any_cell_stays_in_its_cell(rows):
    table = Table("caption", (Column("a"), Column("b", numeric=True)), tuple(rows))
    lines = table_rows(markdown_of(of(table)))
    assert len(lines) == len(rows) + 2
    assert all(len(UNESCAPED_BAR.findall(line)) == 3 for line in lines)


@given(st.text())
def test_text_stays_on_its_line_and_begins_nothing(text):
    escaped = plain(text)
    assert "\n" not in escaped
    assert not re.match(r"(#|>|[-+*] |\d+[.)] |```|\|)", escaped)


def test_code_cannot_leave_its_fence():
    text = markdown_of(of(Code("a\n```\n<b>")))
    assert "````\na\n```\n<b>\n````" in text


def test_the_markdown_says_what_the_page_says():
    page, text = html_of(document(), charts=False), markdown_of(document())
    for said in ("1 in 120 to 3 in 5", "Which threshold is in use", "sha256:3f9a", "What this report cannot say"):
        assert said in page
        assert said in text
