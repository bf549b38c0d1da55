"""What the pages say, how they take what is typed, and that they are what the commands print."""

import json

import pytest
from click.testing import CliRunner
from tests.web.served import Client, small, tables_of

from baserate.cli.main import main
from baserate.web.controls import first_part, headings, name_of
from baserate.web.state import State, scenarios_of

NAME = "a-small-one"
HERE = f"/scenario/{NAME}"
B = "a=policy.review.reviewers%3D1&b=population.enrolled_share%3D0.5&two=yes"


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return small(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="module")
def client(own):
    return Client(own)


def test_the_start_lists_the_scenarios(client):
    text = client.get("/").text
    assert f'href="{HERE}"' in text
    assert "How often is an alert wrong?" in text


@pytest.mark.parametrize("path", ["/", HERE, f"{HERE}?{B}", f"{HERE}/answer?worlds=few&{B}"])
def test_what_files_say_is_text_and_nothing_else(client, path):
    text = client.get(path).text
    assert "<script>alert" not in text
    assert "<b>scenario</b>" not in text
    assert " style=" not in text
    assert "<style" not in text
    assert " onclick" not in text


def test_every_input_stands_once_with_its_source_beside_it(client, own):
    text = client.get(HERE).text
    for key, parameter in own.parameters.items():
        assert text.count(f'data-key="{key}"') == 1
        named = [f'name="a.{key}"'] if parameter.is_choice else [f'name="a.{key}.{end}"' for end in ("low", "high")]
        assert [text.count(name) for name in named] == [1] * len(named)
    assert "laboratory&#39;s &lt;script&gt;alert(1)&lt;/script&gt; page" in text
    assert "Watch &amp; list." in text
    questions = [question for heading in headings_of(own) for question in heading.questions]
    assert text.count('class="source"') == sum(1 if q.one_source else len(q.controls) for q in questions)


def headings_of(own):
    sides = scenarios_of(own, State(own.name))
    return headings(
        own, sides, importance={"population.enrolled_share": 0.5, "policy.threshold.fpir_target": 0.0}, typed={}
    )


def test_what_matters_most_comes_first(own):
    found = headings_of(own)
    assert [question.key for question in found[0].questions] == ["population.enrolled_share"]
    keys = [control.key for heading in found for question in heading.questions for control in question.controls]
    assert sorted(keys) == sorted(own.parameters)


def test_names_are_read_from_the_file_and_the_schema():
    assert name_of(("matcher", "groups", "a", "against", "the_rest")) == "A, The Rest"
    assert first_part("Most candidates returned.") == ("Most candidates returned", "")


def test_a_form_becomes_a_link(client):
    given = {"form": "1", "two": "yes", "a.policy.review.reviewers": "1", "b.population.enrolled_share.low": "0.5"}
    answer = client.get(HERE, params=given)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{HERE}?{B}"


def test_all_problems_are_told_at_once_and_what_was_typed_stays(client):
    given = {
        "form": "1",
        "a.policy.gate": "x",
        "a.population.enrolled_share.low": "lots",
        "a.retention.matched.low": "-1",
    }
    answer = client.get(HERE, params=given)
    assert answer.status_code == 422
    assert answer.text.count("<li><b>") == 3
    assert 'value="lots"' in answer.text
    assert "Traceback" not in answer.text
    assert client.get(f"{HERE}?a=nothing").status_code == 422
    part = client.get(f"{HERE}/answer?worlds=few&a=nothing")
    assert part.status_code == 422
    assert "the scenario has no parameter" in part.text


def test_what_is_not_there(client):
    assert client.get("/scenario/mobile-fortify").status_code == 404  # not one of those that are served
    assert client.get("/scenario/..%2f..%2fetc%2fpasswd").status_code == 404
    assert client.get(f"{HERE}/report?side=c").status_code == 404
    assert client.get(f"{HERE}/report?a=x").status_code == 422
    assert client.get(f"{HERE}/settings.toml?a=x").status_code == 422
    assert client.get(f"{HERE}.json?a=x").json()["problems"][0]["code"] == "unknown-key"


def test_the_json_is_what_the_commands_print(client, tmp_path):
    small(tmp_path)
    file = str(tmp_path / "small.toml")
    found = client.get(f"{HERE}.json?{B}").json()
    expect = CliRunner().invoke(main, ["expect", file, "--json", "--set", "policy.review.reviewers=1"])
    assert found["A"] == json.loads(expect.output)
    options = ["--set-a", "policy.review.reviewers=1", "--set", "population.enrolled_share=0.5"]
    compare = CliRunner().invoke(main, ["compare", file, "--json", *options])
    assert found["differences"] == json.loads(compare.output)["outcomes"]


def test_the_page_names_the_command_that_prints_the_same(client):
    text = client.get(f"{HERE}?{B}").text
    assert f"baserate compare {NAME} --set-a policy.review.reviewers=1 --set population.enrolled_share=0.5" in text


def test_settings_are_saved_and_opened_again(client):
    saved = client.get(f"{HERE}/settings.toml?{B}")
    assert saved.headers["content-disposition"] == f'attachment; filename="{NAME}-settings.toml"'
    opened = client.post("/open", files={"file": ("../../any name.exe", saved.content)})
    assert opened.status_code == 303
    assert opened.headers["location"] == f"{HERE}?{B}"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a = [", b'schema_version = 1\nscenario = "x"'])
def test_a_file_that_holds_no_settings_is_told_so(client, content):
    answer = client.post("/open", files={"file": ("settings.toml", content)})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("content", [{"data": {"file": "text"}}, {"content": b"", "headers": {"Content-Length": "0"}}])
def test_a_form_without_a_file_is_told_so(client, content):
    assert client.post("/open", **content).status_code == 422


def test_a_first_answer_says_that_it_is_one(tmp_path, monkeypatch):
    monkeypatch.setattr("baserate.web.answers.BUDGET", 1e-9)  # too little for all worlds
    client = Client(small(tmp_path))
    first = client.get(f"{HERE}/answer?worlds=few&{B}").text
    assert 'data-settled="no"' in first
    assert first.count("Preliminary: 20 of the 1,000 worlds.") == 4  # both cards, both tables
    assert "From 20 worlds." in first
    half = client.get(f"{HERE}/answer?worlds=few&two=yes&b=policy.review.reviewers%3D1").text
    assert half.count("Settled: all 1,000 worlds") == 2  # A is the scenario itself, which is in memory
    settled = client.get(f"{HERE}/answer?{B}").text
    assert 'data-settled="yes"' in settled
    assert "Preliminary" not in settled
    again = client.get(f"{HERE}/answer?worlds=few&{B}").text
    assert again == settled  # from memory: no second number


def test_an_outcome_that_is_undefined_says_why(client):
    text = client.get(f"{HERE}?a=population.enrolled_share%3D1&a=policy.threshold.fpir_target%3D1e-15").text
    assert "undefined" in text
    assert "no search is of a person who is not enrolled" in text


def test_tables_of_a_page_are_read_back():
    page = "<table><caption>x</caption><tr><th>a</th><td>1 &lt; 2</td></tr></table>"
    assert tables_of(page) == {"x": [["a", "1 < 2"]]}
