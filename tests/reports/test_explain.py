"""The plain page: no sentence without its sources and its mark, claims with their speaker, and words that are plain."""

import csv
import io
import json
import re
from dataclasses import replace
from importlib import resources

import pytest
from click.testing import CliRunner
from tests.reports.made import HOSTILE

from baserate.cli.main import main
from baserate.models.reported_facts import reported_facts
from baserate.models.scenario import load_scenario, shipped_scenarios
from baserate.reports.document import Statements, Table
from baserate.reports.explain import MARKS, cited_facts, explanation
from baserate.reports.plain_words import OF_A_MODALITY, SENTENCES
from baserate.reports.to_html import html_of
from baserate.reports.to_markdown import markdown_of

LONGEST = 35  # words of a sentence
JARGON = re.compile(r"\b(FPIR|FNIR|FMR|FNMR|similarity|biometric template|non-mated|mated|probe)\b")
SCENARIOS = {name: load_scenario(name) for name in shipped_scenarios()}
EVERY = pytest.mark.parametrize("name", SCENARIOS)


def statements(name):
    page = explanation(SCENARIOS[name])
    return [
        one
        for section in page.sections
        for block in section.blocks
        if isinstance(block, Statements)
        for one in block.items
    ]


def is_there(scenario, name):
    """Whether an identifier is a fact, a source, an open point, or inputs of the scenario."""
    if name in reported_facts() or name in scenario.table.sources:
        return True
    if found := re.fullmatch(r"unknown\[(\d+)\]", name):
        return int(found[1]) < len(scenario.table.unknown)
    pattern = re.escape(name).replace(r"\.\*\.", r"[.\[][^.]+?\]?\.").replace(r"\.\*", r"\..+")
    return any(re.fullmatch(pattern, key) for key in scenario.parameters)


@EVERY
def test_every_sentence_has_sources_that_exist_and_a_mark_that_is_explained(name):
    found = statements(name)
    assert len(found) > 20
    for one in found:
        assert one.ids, one
        assert all(is_there(SCENARIOS[name], each) for each in one.ids), one
        assert any(one.mark == mark or one.mark.startswith(f"{mark} by ") for mark in MARKS), one


@EVERY
def test_nothing_else_on_the_page_says_anything_of_the_world(name):
    """Beside statements there are only the two tables: of marks and of sources."""
    page = explanation(SCENARIOS[name])
    others = [block for section in page.sections for block in section.blocks if not isinstance(block, Statements)]
    assert [type(block) for block in others] == [Table, Table]
    assert page.summary == ""


@EVERY
def test_a_claim_keeps_its_speaker(name):
    for one in statements(name):
        speakers = {reported_facts()[each].speaker for each in one.ids if each in reported_facts()} - {""}
        assert bool(speakers) == one.mark.startswith("claimed by "), one
        assert all(speaker in one.mark for speaker in speakers), one


@EVERY
def test_every_fact_that_the_scenario_names_is_on_its_page(name):
    scenario = SCENARIOS[name]
    used = {each for one in statements(name) for each in one.ids}
    assert set(re.findall(r"\b[A-Z]\d{3}\b", scenario.text)) <= {*cited_facts(scenario), *scenario.table.sources}
    assert set(cited_facts(scenario)) <= used


@EVERY
def test_every_input_is_said_or_a_fact_says_it(name):
    scenario = SCENARIOS[name]
    used = {each for one in statements(name) for each in one.ids}
    for key, parameter in scenario.parameters.items():
        reference = scenario.places[key].raw["source"]
        said = {key, *parameter.source.ids, *([reference] if isinstance(reference, str) else [])}
        assert said & used or any(is_like(pattern, key) for pattern in used), key


def is_like(pattern, key):
    return "*" in pattern and re.fullmatch(re.escape(pattern).replace(r"\*", ".+"), key)


@EVERY
def test_sentences_are_short_and_plain(name):
    for one in statements(name):
        assert one.text[0] == one.text[0].upper(), one
        assert one.text[-1] in ".?", one
        assert "  " not in one.text
        assert len(one.text.split()) <= LONGEST, one
        if not one.mark.endswith("(reason)"):
            assert not JARGON.search(one.text), one


def test_there_is_a_sentence_for_every_fact_and_for_nothing_else():
    text = (resources.files("baserate.models") / "data" / "plain_facts.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["id"] for row in rows] == list(reported_facts())
    for fact in reported_facts().values():
        assert fact.sentence.endswith(".")
        numbers = set(re.findall(r"\d[\d,]*", fact.sentence)) - {"287"}
        stated = set(re.findall(r"\d[\d,]*", f"{fact.component} {fact.fact}"))
        assert numbers <= stated | {"15"}, fact  # S045 repeats the 15 years of S043
        # A critic's word, an agency's, or a summary of low weight is a claim, and has its speaker.
        claimed = re.search(r"\bcritic\b|claimed by|conference remark|per Rep\.", f"{fact.component} {fact.fact}")
        assert not (claimed or "lowest weight" in fact.publisher) or fact.speaker, fact


def test_every_input_of_the_shipped_scenarios_has_its_own_sentence():
    """None is said in the words of the schema, which are for people who write scenario files."""
    for name, scenario in SCENARIOS.items():
        for key in scenario.parameters:
            parts = re.sub(r"\[(\d+)\]", r".\1", key).split(".")
            if parts[0] == "modalities":
                parts = [*OF_A_MODALITY[parts[2]].split("."), *parts[3:]]
            assert any(
                len(pattern.split(".")) == len(parts)
                and all(one in ("*", other) for one, other in zip(pattern.split("."), parts, strict=True))
                for pattern in SENTENCES
            ), f"{name}: {key} needs a line in plain_words.py"


def test_the_page_is_text_whatever_a_scenario_says():
    scenario = SCENARIOS["mobile-fortify"]
    table = scenario.table.model_copy(update={"title": HOSTILE, "unknown": [HOSTILE]})
    page = explanation(replace(scenario, table=table))
    assert "<img" not in html_of(page)
    assert "<img" not in markdown_of(page).replace("\\<", "")


def test_the_command_writes_both_forms_and_prints_the_same_sentences(tmp_path):
    done = CliRunner().invoke(main, ["explain", "mobile-fortify", "--out", str(tmp_path), "--json"])
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout)
    assert list(record) == ["schema_version", "scenario", "title", "known", "claimed", "unknown", "assumed"]
    page = (tmp_path / "explain.html").read_text(encoding="utf-8")
    said = [one for key in ("known", "claimed", "unknown", "assumed") for one in record[key]]
    assert [one["text"] for one in said] == [one.text for one in statements("mobile-fortify")]
    assert all(one["text"].replace("'", "&#39;") in page for one in said)
    assert "Charts are shown as tables" not in page
    text = CliRunner().invoke(main, ["explain", "mobile-fortify"]).stdout
    assert (
        "A match is said to be treated as definitive. [S055: claimed by Representative Thompson, of a briefing]" in text
    )
