"""The rules are those of the list, all of them; their records, cases and page say the same."""

import csv
import re
from importlib import resources
from pathlib import Path

import pytest
from tests.audit.case_log import HERE, RULES

from baserate.audit.applicability import JURISDICTIONS
from baserate.audit.expressions import names_in
from baserate.audit.facts import CONDITIONS, JOINED
from baserate.audit.fields import fields_read
from baserate.audit.finding import MARKS
from baserate.audit.packs import PACK_TITLES, PACKS
from baserate.audit.page import rules_page
from baserate.audit.rule import CountCheck, RowCheck
from baserate.columns import TABLES

ROOT = Path(__file__).parents[2]
LIST = resources.files("baserate.audit").joinpath("data/rules.csv").read_text(encoding="utf-8")
LISTED = list(csv.DictReader(LIST.splitlines()))


def test_rules_are_those_of_the_list():
    assert [row["id"] for row in LISTED] == list(RULES)
    assert len(LISTED) == len({row["id"] for row in LISTED}) == 80


@pytest.mark.parametrize("row", LISTED, ids=lambda row: row["id"])
def test_record_says_what_the_list_says(row):
    pack, rule = RULES[row["id"]]
    assert (pack, rule.title, rule.citation) == (row["pack"], row["rule"], row["citation"])
    assert tuple(row["marks"].split()) == rule.verified
    assert set(rule.verified) <= set(MARKS)


@pytest.mark.parametrize("rule", RULES)
def test_page_has_its_paragraphs(rule):
    record = RULES[rule][1]
    for label in ("Looks for", "Why it matters", "Complies"):
        assert record.paragraph(label).endswith("."), label
    assert record.binds in JURISDICTIONS


@pytest.mark.parametrize("rule", RULES)
def test_a_missing_field_cannot_become_an_answer(rule):
    """SQL of rules leaves three values alone; only the macros may look at emptiness."""
    for check in RULES[rule][1].checks:
        if isinstance(check, RowCheck):
            text = f"{check.applies} {check.violates}".lower()
            assert not re.search(r"is (not )?null|coalesce|is (not )?(true|false)|is (not )?distinct", text)


@pytest.mark.parametrize("rule", RULES)
def test_fields_are_of_the_schema(rule):
    known = {c.name for c in TABLES["search_event"]} | {f"{t}.{c.name}" for t, cs in TABLES.items() for c in cs}
    for check in RULES[rule][1].checks:
        fields = fields_read(check)
        assert fields
        assert {field for field in fields if not field.startswith("m.")} <= known


@pytest.mark.parametrize("rule", RULES)
def test_what_side_tables_say_is_asked_of_the_searches_it_matters_to(rule):
    """On other searches it is not looked up: counts of a check of another source would miss it without a word."""
    for check in RULES[rule][1].checks:
        if isinstance(check, RowCheck):
            asked = [check.applies, check.violates, *(f"{m.when} {m.of}" for m in check.measures)]
            allowed = JOINED.get(check.source, frozenset())
        else:
            asked, allowed = list(check.asks.values()) if isinstance(check, CountCheck) else [], frozenset()
        assert not names_in(" ".join(asked)) & (frozenset().union(*JOINED.values()) - allowed)


def test_cases_belong_to_rules():
    assert {path.stem for path in (HERE / "cases").glob("*.toml")} == set(RULES)


def test_one_file_a_rule():
    files = {p.name for p in (ROOT / "src/baserate/audit/packs").glob("*/*.py") if p.name != "__init__.py"}
    assert len(files) == len(RULES)
    assert set(PACK_TITLES) == set(PACKS)


def test_page_is_current():
    page = (ROOT / "docs/reference/rules.md").read_text(encoding="utf-8")
    assert page == rules_page(), "run: PYTHONPATH=src python tools/write_rules_page.py"


def test_named_conditions_hide_no_column():
    assert not set(CONDITIONS) & {column.name for column in TABLES["search_event"]}
