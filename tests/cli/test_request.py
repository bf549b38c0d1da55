"""The request names exact fields, in the order in which they matter."""

import json

from click.testing import CliRunner

from baserate.audit.questions import questions
from baserate.cli.main import main


def run(*arguments):
    result = CliRunner().invoke(main, ["request", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_chosen_questions_name_their_fields_and_no_others(tmp_path):
    text = run("--question", "threshold", "--question", "faces-seen", "--to", "the <b>agency</b>", "--out", tmp_path)
    assert "threshold\\_scale" in text
    assert "faces\\_detected" in text
    assert "group\\_sex" not in text
    page = (tmp_path / "request.html").read_text(encoding="utf-8")
    assert "the &lt;b&gt;agency&lt;/b&gt;" in page
    assert (tmp_path / "request.md").read_text(encoding="utf-8") == text


def test_a_scenario_asks_first_for_what_matters_most():
    record = json.loads(run("mobile-fortify", "--json"))
    influences = record["ranking"]["influences"]
    assert influences == sorted(influences, key=lambda i: -i["total"]["value"])
    asked = [question["id"] for question in record["questions"]]
    first = influences[0]["unknown"]["key"]
    assert asked[0] in [question.id for question in questions() if question.settles(first)]


def test_without_anything_the_questions_are_listed():
    assert run() == run("--list")
    assert [row["id"] for row in json.loads(run("--list", "--json"))["questions"]] == [
        question.id for question in questions()
    ]
