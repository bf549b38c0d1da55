"""The inventory's flags are derived by rule: checked on the published extract and on entries made up for each rule."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from baserate.audit.inventory import QUESTIONS, Flag, check_inventory, split_answers, state_of
from baserate.cli.inventory import command
from baserate.errors import InputError
from baserate.inputs.log_formats.omb_inventory import PRACTICES, UseCase, read_inventory

EXTRACT = Path(__file__).parents[1] / "data" / "logs" / "dhs_inventory_2025_extract.csv"
GOOD = {
    "hi_testing_conducted": "Yes", "hi_assessment_completed": "a) Yes", "hi_independent_review": "CAIO Review",
    "hi_ongoing_monitoring": "Yes - Monitoring Established", "hi_training_established": "Training Established",
    "hi_failsafe_presence": "Yes", "hi_appeal_process": "Appeal Process Established",
    "hi_public_consultation": "['a) Direct usability testing']",
}  # fmt: skip


def use(answers: Mapping[str, str], stage: str = "Deployed", impact: str = "High-impact") -> UseCase:
    return UseCase(1, "A", "B", "A-1", "use", stage, impact, {**GOOD, **answers})


def flags(answers: Mapping[str, str], dated: date | None = None) -> list[Flag]:
    return list(check_inventory([use(answers)], dated=dated).flags)


def test_published_extract_flags_both_entries_and_the_misplaced_answer():
    report = check_inventory(read_inventory(EXTRACT), dated=date(2026, 4, 14))
    assert (report.use_cases, report.deployed, report.deployed_high_impact) == (31, 28, 20)
    unassessed = {flag.id for flag in report.flags if flag.code == "high-impact-without-assessment"}
    assert {"DHS-2731", "DHS-2577"} <= unassessed  # the same app, reported by two components
    assert unassessed == {"DHS-2731", "DHS-2577", "DHS-2570", "DHS-365"}
    misplaced = [(f.id, f.column) for f in report.flags if f.code == "answer-in-wrong-column"]
    assert misplaced == [("DHS-2577", "hi_training_established")]
    (flag,) = (f for f in report.flags if f.code == "answer-in-wrong-column")
    assert "hi_ongoing_monitoring" in flag.what


def test_the_rule_is_not_about_these_entries():
    """The same answers under other names are flagged, and the named entries with good answers are not."""
    moved = "b) Development of monitoring protocols is in-progess"
    found = {flag.code for flag in flags({"hi_assessment_completed": "In-progress", "hi_training_established": moved})}
    assert found == {"high-impact-without-assessment", "answer-in-wrong-column"}
    assert flags({}) == []


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.column)
def test_every_offered_answer_is_known_to_its_question(question):
    for answer, state in question.answers.items():
        assert state_of(f"b)  {answer.upper()}", question.column) == state
        codes = {flag.code for flag in flags({question.column: answer})}
        assert not codes & {"answer-in-wrong-column", "answer-not-offered", "answer-missing"}
        assert (codes == set()) == (state in ("done", "waived"))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.column)
@pytest.mark.parametrize("other", QUESTIONS, ids=lambda question: question.column)
def test_an_answer_that_only_another_question_offers_is_found_in_any_column(question, other):
    own = {a for a in other.answers if sum(state_of(a, q.column) is not None for q in QUESTIONS) == 1}
    for answer in own - set(question.answers):
        found = [flag for flag in flags({question.column: answer}) if flag.code == "answer-in-wrong-column"]
        assert [flag.column for flag in found] == [question.column]
        assert other.column in found[0].what


def test_the_deadline_turns_a_warning_into_a_fail():
    unfinished = {"hi_training_established": "Training In-progress"}
    severities = [flags(unfinished, dated)[0].severity for dated in (None, date(2026, 4, 3), date(2026, 4, 4))]
    assert severities == ["warn", "warn", "fail"]
    assert flags({"hi_appeal_process": ""}, date(2026, 4, 4))[0].code == "answer-missing"
    assert [flag.severity for flag in flags({"hi_appeal_process": "b) Not applicable"})] == ["note"]


def test_only_deployed_high_impact_uses_are_asked_for_practices():
    empty = dict.fromkeys(PRACTICES, "")
    for stage, impact in (("Pilot", "High-impact"), ("Deployed", "Not High-impact"), ("d) Retired – x", "High-impact")):
        assert check_inventory([use(empty, stage, impact)]).flags == ()
    long_form = use(empty, "c) Deployed – The use case is being actively authorized", "a) High-impact")
    assert len(check_inventory([long_form]).flags) == len(QUESTIONS)


@given(st.text(max_size=60))
def test_any_cell_gives_flags_and_no_error(cell):
    assert all(isinstance(part, str) for part in split_answers(cell))
    assert all(flag.row == 1 for flag in flags({"hi_public_consultation": cell, "hi_assessment_completed": cell}))


def test_the_command_writes_text_and_json():
    runner = CliRunner()
    text = runner.invoke(command, [str(EXTRACT), "--dated", "2026-04-14"])
    assert text.exit_code == 0
    assert "DHS-2577  ICE  Mobile Fortify" in text.output
    found = json.loads(runner.invoke(command, [str(EXTRACT), "--json"]).output)
    assert found["schema_version"] == "1"
    assert found["counts"]["high-impact-without-assessment"] == 4
    assert {flag["id"] for flag in found["flags"] if flag["name"] == "Mobile Fortify"} == {"DHS-2731", "DHS-2577"}


def test_a_hostile_name_does_not_reach_the_terminal(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("use_case_name,development_stage,is_high_impact,hi_assessment_completed\n"
                    "\x1b[31mred,Deployed,High-impact,\n")  # fmt: skip
    assert "\x1b" not in CliRunner().invoke(command, [str(path)]).output


@pytest.mark.parametrize(("content", "code"), [
    (b"", "empty-file"), (b"a,b\n1,2\n", "column-missing"), (b"use_case_name,\xff\n", "not-utf8"),
    (b"use_case_name,development_stage,is_high_impact,hi_appeal_process\nx,y\n", "bad-lines"),
    (b'use_case_name,development_stage,is_high_impact,hi_appeal_process\n"x"y,1,2,3\n', "bad-lines"),
    (b"use_case_name,development_stage,is_high_impact,id,id,hi_appeal_process\n", "bad-header"),
])  # fmt: skip
def test_broken_inventories_are_refused(tmp_path, content, code):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(InputError) as error:
        read_inventory(tmp_path / "a.csv")
    assert {problem.code for problem in error.value.problems} == {code}
    with pytest.raises(InputError):
        read_inventory(tmp_path / "b.csv")
