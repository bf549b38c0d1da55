"""What a document says, and that it says nothing the files do not hold."""

import shlex
from dataclasses import asdict, replace
from typing import Any

import pytest
from tests.reports.made import document, example, figures

from baserate.outcomes.results import Curves
from baserate.reports.build import document_of
from baserate.reports.document import Answer, Bullets, Code, Document, Facts, Figure, Paragraph, Section, Table
from baserate.reports.sections import SECTIONS


def numbers(tree: Any) -> set[float]:
    """Every number in a tree of dicts and lists."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, (list, tuple)):
        return {number for item in tree for number in numbers(item)}
    return {tree} if isinstance(tree, (int, float)) and not isinstance(tree, bool) else set()


def section(shown: Document, key: str) -> Section:
    return next(found for found in shown.sections if found.key == key)


def block(shown: Document, key: str, kind: type) -> Any:
    return next(found for found in section(shown, key).blocks if isinstance(found, kind))


def with_outcome(name: str, **changes: Any) -> Document:
    results, curves = example()
    outcomes = tuple(
        replace(item, **changes) if (item.name, item.group) == (name, "all") else item for item in results.outcomes
    )
    return document_of(replace(results, outcomes=outcomes), curves)


def test_every_section_shows_the_example():
    sections = [*SECTIONS, "what one search touches"]
    assert len(document().sections) == len(sections)
    assert len({found.key for found in document().sections}) == len(sections)


def test_what_is_drawn_stands_in_the_files():
    """Reports compute nothing: a number in a chart is a number in results.json or curves.json."""
    results, curves = example()
    held = numbers(asdict(results)) | numbers(asdict(curves)) | {1000}
    for figure in figures(document()):
        assert numbers(asdict(figure.rows)) <= held, figure.name


def test_the_answer_is_a_range_in_words():
    answer = block(document(), "answer", Answer)
    assert (answer.middle, answer.span) == ("1 in 10", "1 in 120 to 3 in 5")
    assert "about 1 in 10" in answer.text
    assert "from 1 in 120 to 3 in 5" in answer.text


def test_the_answer_follows_the_results():
    shown = with_outcome("alert_is_wrong", value=0.25, low=0.01, high=0.5)
    assert block(shown, "answer", Answer).middle == "1 in 4"
    assert [panel.share for panel in block(shown, "alerts", Figure).rows.panels] == [0.01, 0.25, 0.5]


def test_an_undefined_answer_says_why():
    shown = with_outcome("alert_is_wrong", value=None, low=None, high=None, undefined="there are no alerts")
    answer = block(shown, "answer", Answer)
    assert answer.middle == "undefined"
    assert "there are no alerts" in answer.text
    assert "alerts" not in [found.key for found in shown.sections]
    assert any("there are no alerts" in item for item in block(shown, "limits", Bullets).items)


def test_an_answer_without_a_range_claims_none():
    answer = block(with_outcome("alert_is_wrong", low=None, high=None, level=None), "answer", Answer)
    assert answer.span == ""
    assert "open" not in answer.text


def test_the_first_screen_counts_the_kinds_of_knowledge():
    text = block(document(), "answer", Paragraph).text
    assert (
        "15 inputs: 1 measured, 2 published, 4 reported as somebody's claim, 1 derived from others and 7 assumed"
        in text
    )
    facts = block(document(), "answer", Facts)
    assert facts.items[0].middle == "200,000"


def test_groups_with_a_value_are_drawn_and_the_others_named():
    fnir: Any = next(figure for figure in figures(document()) if figure.name == "fnir_by_status")
    assert [row.label for row in fnir.rows.rows] == ["Enrolled, on the hotlist", "Enrolled, not on the hotlist"]
    assert "Not enrolled" in fnir.caption
    assert len(fnir.table.rows) == 3


def test_a_wide_spread_is_drawn_on_powers_of_ten_and_a_narrow_one_is_not():
    drawn: dict[str, Any] = {figure.name: figure.rows for figure in figures(document())}
    assert drawn["fpir_by_group"].x.log
    assert not drawn["fnir_by_group"].x.log


def test_every_input_is_listed_with_its_source():
    results, _ = example()
    table = block(document(), "parameters", Table)
    assert [row[0] for row in table.rows] == [row.key for row in results.parameters]
    blocks = section(document(), "parameters").blocks
    sources = next(found for found in blocks if isinstance(found, Table) and found.caption == "Sources")
    assert table.rows[2][-1] == "[2]"
    assert "NIST" in {row[0]: row[1] for row in sources.rows}["[2]"]
    assert table.rows[0][1] == "200,000,000 images"
    assert table.rows[6][1] == "not known"


def test_limits_name_every_assumption_and_everything_undefined():
    results, _ = example()
    text = " ".join(block(document(), "limits", Bullets).items)
    assert all(row.key in text for row in results.parameters if row.kind == "assumed")
    assert text.count("undefined, because") == 2


def test_methods_share_the_caption_or_have_a_column():
    assert "closed form" in block(document(), "outcomes", Table).caption
    shown = with_outcome("fpir", method="simulation", n=5_000_000)
    table = block(shown, "outcomes", Table)
    assert "closed form" not in table.caption
    assert [column.label for column in table.columns[-3:-1]] == ["trials", "method"]
    assert [row[-3:-1] for row in table.rows if row[0].startswith("False pos")] == [("5,000,000", "simulation")]


@pytest.mark.parametrize("empty", ["outcomes", "parameters", "curves"])
def test_a_report_of_less_is_a_report(empty):
    results, curves = example()
    if empty == "curves":
        shown = document_of(results, Curves(schema_version="1", scenario=curves.scenario, curves=()))
        assert {"enrolled-share", "gallery-growth"}.isdisjoint(found.key for found in shown.sections)
    else:
        less = replace(results, outcomes=()) if empty == "outcomes" else replace(results, parameters=())
        shown = document_of(less, curves)
    assert shown.sections[0].key == "answer"


def test_a_curve_without_a_value_is_a_table():
    results, curves = example()
    gone = tuple(
        replace(
            curve,
            series=tuple(
                replace(s, points=tuple(replace(p, value=None, low=None, high=None) for p in s.points))
                for s in curve.series
            ),
        )
        for curve in curves.curves
    )
    shown = document_of(results, replace(curves, curves=gone))
    assert block(shown, "gallery-growth", Table).rows[0][1] == "undefined"


def test_the_command_and_the_digests_are_given():
    shown = section(document(), "rerun")
    (command,) = [found.text for found in shown.blocks if isinstance(found, Code)]
    assert command == "baserate simulate scenario.toml --searches 200000 --seed 7 --out ../again"
    cells = [cell for found in shown.blocks if isinstance(found, Table) for row in found.rows for cell in row]
    assert any(cell.startswith("sha256:") for cell in cells)


def test_simulated_counts_stand_apart_and_do_not_speak_for_the_ranges():
    labels = [row[0] for row in block(document(), "outcomes", Table).rows]
    assert len(labels) == len(set(labels))
    simulated = block(document(), "simulated", Table)
    assert [row[-1] for row in simulated.rows] == ["100,000", "97,000"]
    assert "90% of what came out" in block(document(), "answer", Paragraph).text
    assert "(95%)" in block(document(), "simulated", Paragraph).text


def test_what_is_not_disclosed_is_listed_where_the_scenario_says_it():
    results, curves = example()
    assert block(document(), "unknown", Bullets).items == results.about.unknown
    silent = replace(results, manifest={**results.manifest, "unknown": []})
    assert "unknown" not in [found.key for found in document_of(silent, curves).sections]


def test_groups_are_shown_for_a_few_outcomes_and_the_reader_is_told_where_the_rest_is():
    results, curves = example()
    other = replace(results.outcomes[0], name="missed", group="group:women")
    shown = document_of(replace(results, outcomes=(*results.outcomes, other)), curves)
    assert "missed_by_group" not in [figure.name for figure in figures(shown)]
    assert any("results.json" in getattr(found, "text", "") for found in section(shown, "groups").blocks)


@pytest.mark.parametrize(
    ("key", "kept"), [("groups", "group:Women born in East Asia"), ("modalities", "modality:face")]
)
def test_one_group_alone_is_everybody_and_has_no_section(key, kept):
    results, curves = example()
    kind = kept.partition(":")[0]
    fewer = tuple(one for one in results.outcomes if one.group == kept or not one.group.startswith(kind))
    assert len(fewer) < len(results.outcomes)
    assert key in [found.key for found in document().sections]
    assert key not in [found.key for found in document_of(replace(results, outcomes=fewer), curves).sections]


def test_modalities_are_named_in_words_and_drawn():
    fnir: Any = next(figure for figure in figures(document()) if figure.name == "fnir_by_modality")
    assert [row.label for row in fnir.rows.rows] == ["Face", "Finger, contactless"]


def test_a_kind_too_rare_to_have_a_mark_is_explained():
    assert "has no mark" in block(document(), "searches", Figure).caption
    common = with_outcome("per_1000_wrong_alert_enrolled", value=3.0, low=1.0, high=9.0)
    assert "has no mark" not in block(common, "searches", Figure).caption


def test_a_source_is_written_once_and_numbered():
    blocks = section(document(), "parameters").blocks
    sources = next(found for found in blocks if isinstance(found, Table) and found.caption == "Sources")
    assert len({row[1] for row in sources.rows}) == len(sources.rows)
    used = {word for row in block(document(), "parameters", Table).rows for word in row[-1].split() if word[0] == "["}
    assert used == {row[0] for row in sources.rows}


def test_settings_are_quoted_in_the_command():
    results, curves = example()
    manifest: Any = {"settings": ["policy.gate=none", "x=$(rm -rf ~); 'y'"], "seed": 3}
    (command,) = [
        found.text
        for found in section(document_of(replace(results, manifest=manifest), curves), "rerun").blocks
        if isinstance(found, Code)
    ]
    assert shlex.split(command)[3:] == [
        "--set",
        "policy.gate=none",
        "--set",
        "x=$(rm -rf ~); 'y'",
        "--seed",
        "3",
        "--out",
        "../again",
    ]
