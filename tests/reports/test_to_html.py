"""The page: offline, inert, accessible, and the same bytes whenever it is written."""

import base64
import hashlib
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from tests.reports.made import HOSTILE, document, hostile

from baserate.reports.document import Block, Column, Document, Folded, Section, Table
from baserate.reports.to_html import html_of
from baserate.reports.to_markdown import markdown_of

VOID = {"meta", "link", "br", "wbr", "img", "input", "hr"}


class Page(HTMLParser):
    """Every element with its attributes and the text straight inside it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.text: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.inside.pop() == tag, "every element is closed where it was opened"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.text.append((self.inside[-1], data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]

    def texts(self, tag: str) -> list[str]:
        return [data for name, data in self.text if name == tag]


@pytest.fixture(scope="module")
def written() -> str:
    return html_of(document())


@pytest.fixture(scope="module")
def page(written) -> Page:
    return Page(written)


@pytest.fixture(scope="module")
def hostile_written() -> str:
    return html_of(hostile())


def test_the_same_bytes_twice(written):
    assert html_of(document()) == written


def test_nothing_runs_and_nothing_is_loaded(page):
    tags = {tag for tag, _ in page.elements}
    assert tags.isdisjoint({"script", "iframe", "object", "embed", "form", "img", "base", "audio", "video", "use"})
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "xlink:href", "action"):
            target = attributes.get(name)
            assert target is None or target.startswith("#") or target == "data:,"


def test_the_policy_allows_the_style_that_stands_there_and_no_other(page):
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    (style,) = page.texts("style")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{digest}';" in policy
    assert "unsafe" not in policy


def test_headings_stand_in_order(page):
    levels = [int(tag[1]) for tag, _ in page.elements if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_the_page_can_be_read_without_seeing_it(page):
    assert page.all("html")[0]["lang"] == "en"
    assert page.all("a")[0] == {"class": "skip", "href": "#content"}
    assert len(page.all("caption")) == len(page.all("table")) > 10
    assert all(head.get("scope") in ("col", "row") for head in page.all("th"))
    pictures = [drawn for drawn in page.all("svg") if drawn.get("role") == "img"]
    assert len(pictures) == len(page.all("svg")) == 2 * len(page.all("figure"))
    assert all(len(drawn["aria-label"] or "") > 20 for drawn in pictures)
    assert len(page.all("figcaption")) == len(page.all("details")) == len(page.all("figure"))


def test_identifiers_are_unique_and_every_link_leads_somewhere(page):
    names = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(names) == len(set(names))
    assert {link["href"].removeprefix("#") for link in page.all("a")} <= set(names)


def test_hostile_texts_are_shown_as_they_stand(hostile_written):
    page = Page(hostile_written)
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "img"})
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    shown = "".join(data for _, data in page.text)
    assert HOSTILE in "".join(page.texts("h1"))
    assert shown.count("<img src=x onerror=alert(1)>") > 100
    assert shown.count("${{7*7}}{%x%}") > 100


def test_without_the_drawing_packages_tables_stand_in_and_the_page_says_so():
    page = Page(html_of(document(), charts=False))
    assert not page.all("svg")
    assert not page.all("details")
    assert len(page.all("figure")) > 5
    assert len(page.all("table")) > 10
    assert any("Charts are shown as tables" in text for text in page.texts("p"))


def test_drawing_packages_that_are_missing_are_noticed(monkeypatch):
    monkeypatch.setattr("baserate.reports.charts.svg.find_spec", lambda name: None if name == "altair" else True)
    assert "Charts are shown as tables" in html_of(document())


def one_block(block: Block) -> Document:
    return Document("t", "q", "", (Section("answer", "a", (block,)),), "me")


def test_a_table_too_wide_for_a_phone_names_its_columns_in_every_cell():
    columns = tuple(Column(label) for label in ("what", HOSTILE, "counted from", "interval by"))
    wide = Table("wide", columns, (("a rate of something", "0.1 (0.05 to 0.2)", "3 of 40, 20 people", "people"),))
    narrow = Table("narrow", columns[:1] * 3, (("1", "1 in 6 (1 in 9 to 1 in 4)", "120"),))
    labels = [
        [cell.get("data-label") for cell in Page(html_of(one_block(table))).all("td")] for table in (wide, narrow)
    ]
    assert labels == [[column.label for column in columns[1:]], [None, None]]


def test_what_is_folded_is_whole_on_the_page_and_named_in_markdown():
    table = Table("all", (Column("group"), Column("rate")), tuple((f"g{i}", HOSTILE) for i in range(300)))
    document = one_block(Folded("All 300 groups", "They stand in a file.", table))
    page = Page(html_of(document))
    assert len(page.all("tr")) == 301
    assert page.texts("summary") == ["All 300 groups"]
    assert "They stand in a file." in page.texts("p")
    text = markdown_of(document)
    assert "They stand in a file." in text
    assert "g299" not in text
