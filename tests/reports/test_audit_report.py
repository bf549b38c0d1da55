"""The report of an audit: everything that was found stands in it, and nothing that a log holds runs in it."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.audit.made_log import write_log
from tests.reports.audit_made import document, example, hostile, hostile_written, written
from tests.reports.made import HOSTILE, figures
from tests.reports.test_to_html import Page

from baserate.audit.finding import MARKS
from baserate.cli.main import main
from baserate.reports.audit import drift, timeline
from baserate.reports.document import Document, Figure, Note, Paragraph, Table, Verdict
from baserate.reports.to_html import html_of
from baserate.reports.to_markdown import markdown_of


def verdicts(shown: Document, prefix: str) -> list[Verdict]:
    sections = [section for section in shown.sections if section.key.startswith(prefix)]
    return [block for section in sections for block in section.blocks if isinstance(block, Verdict)]


def test_every_rule_stands_there_with_what_it_rests_on():
    found = {verdict.name: verdict for verdict in verdicts(document(), "pack-")}
    assert set(found) == {finding.rule for finding in example().findings}
    for finding in example().findings:
        shown, details = found[finding.rule], dict(found[finding.rule].details)
        assert shown.status == finding.status.replace("_", " ")
        assert shown.code == finding.query
        assert details["Source"] == finding.citation
        assert details["How far verified"] == "; ".join(MARKS[mark] for mark in finding.verified)
        assert details["Would comply"]
        assert not any("event-0" in text for text in details.values())
        if finding.of is not None:
            assert f"{finding.count:,} of {finding.of:,}" in details["Count"]
        if finding.rows:
            assert f"{finding.rows[0].row} ({finding.rows[0].event})" in details["First rows"]


def test_the_first_screen_counts_the_answers_and_names_the_gravest():
    answer = document().sections[0]
    text = markdown_of(Document("t", "q", "", (answer,), "m"))
    statuses = [finding.status for finding in example().findings]
    assert f"{statuses.count('fail')} of {len(statuses)} fail" in text
    assert f"For {statuses.count('cannot_tell')} the log cannot tell" in text
    assert "US-1, Recognition is not the sole basis" in text
    assert "not legal advice" in text


def test_integrity_says_what_each_check_cannot_show():
    shown = verdicts(document(), "integrity")
    assert len(shown) == len(example().integrity)
    assert all(dict(verdict.details)["Cannot show"] for verdict in shown)


def test_the_timeline_holds_every_period_and_every_failing_rule():
    drawn = next(figure for figure in figures(document()) if figure.name == "timeline")
    assert len(drawn.table.rows) == len(example().supports.periods)
    panels = {panel.title for panel in drawn.rows.panels}  # type: ignore[union-attr]
    failing = {times.rule for times in example().times}
    assert {"Searches", "Alerts", "Threshold", *(f"{rule} fails" for rule in failing)} == panels
    assert len(drawn.rows.places) == 1  # type: ignore[union-attr]
    for times in example().times:
        finding = next(f for f in example().findings if f.rule == times.rule)
        assert sum(n for _, n in times.starts) == finding.count


def timeline_of(**changes: Any) -> tuple[Table, str, str]:
    found = example()
    periods = tuple(replace(period, **changes) for period in found.supports.periods)
    changed = replace(found, supports=replace(found.supports, periods=periods, threshold_changes=()))
    shown = timeline.section(changed)
    assert shown is not None
    figure = next(block for block in shown.blocks if isinstance(block, Figure))
    said = " ".join(block.text for block in drift.section(changed).blocks if isinstance(block, Paragraph))
    notes = " ".join(block.text for block in shown.blocks if isinstance(block, Note))
    return figure.table, notes, said


def test_thresholds_on_several_scales_are_told_from_none():
    none_to_show = {"lowest_threshold": None, "highest_threshold": None}
    table, notes, said = timeline_of(**none_to_show, threshold_scales=2)
    place = [column.label for column in table.columns].index("thresholds")
    assert {row[place] for row in table.rows} == {"on 2 scales"}
    assert "Thresholds on several scales cannot be compared" in notes
    assert "did not change" in said
    table, notes, said = timeline_of(**none_to_show, threshold_scales=0)
    assert "thresholds" not in [column.label for column in table.columns]  # no column of empty cells
    assert "several scales" not in notes
    assert "cannot be told: no live search" in said


def test_changes_without_a_line_are_counted():
    found = example()
    (change,) = found.supports.threshold_changes[:1]
    supports = replace(found.supports, threshold_changes=(change,) * 20, rate_changes=())
    many = replace(found, supports=supports)
    shown = timeline.section(many)
    assert shown is not None
    assert any(isinstance(block, Note) and "8 more changes have no line" in block.text for block in shown.blocks)


def test_retention_is_drawn_by_whether_there_was_a_match():
    retention = next(figure for figure in figures(document()) if figure.name == "retention")
    titles = [panel.title for panel in retention.rows.panels]  # type: ignore[union-attr]
    assert titles == ["Held, with a candidate", "Overdue, with a candidate", "Held, without one",
                      "Overdue, without one"]  # fmt: skip


def test_bounds_are_drawn_without_a_middle():
    bounds = next(figure for figure in figures(document()) if figure.name == "bounds")
    assert {row.value for row in bounds.rows.rows} == {None}  # type: ignore[union-attr]
    assert len(bounds.rows.rows) == 6  # type: ignore[union-attr]


def test_all_three_denominators_stand_in_a_table():
    errors = next(section for section in document().sections if section.key == "errors")
    table = next(block for block in errors.blocks if isinstance(block, Table))
    assert [row[0] for row in table.rows] == [share.name for share in example().supports.shares]


def test_the_page_is_inert_and_the_same_bytes_twice():
    page = Page(written())
    assert html_of(document()) == written()
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "iframe", "object", "img", "form"})
    assert len([a for tag, a in page.elements if tag == "article"]) == len(verdicts(document(), ""))
    names = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(names) == len(set(names))


def test_hostile_texts_are_shown_as_they_stand():
    page = Page(hostile_written())
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "img"})
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert "".join(data for _, data in page.text).count("<img src=x onerror=alert(1)>") > 150
    fenced = re.compile(r"^(`{3,})\n.*?^\1$", re.DOTALL | re.MULTILINE)  # code stands as it is between its fences
    assert "<script>" not in fenced.sub("", markdown_of(hostile()))


@pytest.mark.parametrize("spoil", [False, True])
def test_nothing_runs_in_a_browser(spoil, chromium, tmp_path):
    """Scripts in every text: no dialog, no request, no error, and no element that a text made."""
    file = tmp_path / "audit.html"
    file.write_text(hostile_written() if spoil else written(), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    told: list[str] = []
    page.on("dialog", lambda dialog: told.extend([dialog.message] * (dialog.dismiss() is None)))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda asked: told.extend([asked.url] * (not asked.url.startswith((file.as_uri(), "data:")))))
    page.goto(file.as_uri())
    assert page.evaluate("document.querySelectorAll('script, img, iframe, [onerror]').length") == 0
    assert page.evaluate("document.querySelector('h1').textContent.length") > 0
    page.close()
    assert told == []


def test_the_page_is_accessible(chromium, tmp_path):
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    file = tmp_path / "audit.html"
    file.write_text(written(), encoding="utf-8")
    page = chromium.new_page()
    page.goto(file.as_uri())
    found = Axe().run(page).response["violations"]
    page.close()
    assert [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found] == []


def test_hostile_names_reach_the_report_escaped(tmp_path):
    """A log's file name and a report's title are texts that a reader cannot refuse."""
    reports = [{"title": HOSTILE, "period_start": "2028-03-01", "period_end": "2028-12-31", "totals": {HOSTILE: 1}}]
    folder = write_log(tmp_path / "log", a_day=5, manifest={"annual_reports": reports, "system_name": HOSTILE})
    log = (folder / "search_event.parquet").rename(tmp_path / "<img src=x onerror=alert(1)>.parquet")
    words = ["audit", log, "--manifest", folder / "manifest.json", "--packs", "eu", "--out", tmp_path / "out"]
    result: Any = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == 0
    page = Page((tmp_path / "out" / "audit.html").read_text(encoding="utf-8"))
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "img"})
    assert "<img src=x" in "".join(data for _, data in page.text)
    assert not list(Path(tmp_path / "out").glob(".*"))


def test_the_folder_holds_the_result_once_more_as_json(tmp_path):
    folder = write_log(tmp_path / "log", a_day=5)
    words = ["audit", str(folder), "--packs", "us_federal", "--json", "--out", str(tmp_path / "out")]
    printed = json.loads(CliRunner().invoke(main, words, catch_exceptions=False).output)
    assert json.loads((tmp_path / "out" / "audit.json").read_text(encoding="utf-8")) == printed
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"audit.json", "audit.txt", "audit.html", "audit.md"}
