"""``baserate plan``: every combination of options is used or refused in one message, whatever their values."""

import json
import subprocess
import sys
from itertools import chain, combinations

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from baserate.cli.main import main
from baserate.cli.plan import QUESTIONS
from baserate.errors import InputError, NotEstimableError

VALUES = {"rate": "0.01", "half_width": "0.005", "below": "0.02", "errors": "1", "people": "900"}
SUBSETS = list(chain.from_iterable(combinations(VALUES, n) for n in range(len(VALUES) + 1)))


def plan(*options: str):
    return CliRunner().invoke(main, ["plan", *options])


def written(names, values=VALUES):
    return [part for name in names for part in (f"--{name.replace('_', '-')}", values[name])]


@pytest.mark.parametrize("names", SUBSETS, ids=lambda names: "+".join(names) or "nothing")
def test_every_combination_is_answered_or_refused_by_name(names):
    done = plan(*written(names), "--json")
    if set(names) in map(set, QUESTIONS):
        assert done.exit_code == 0, done.output
        assert json.loads(done.output)["plan"]["people"] > 0
        return
    assert isinstance(done.exception, InputError)
    (problem,) = done.exception.problems
    assert problem.code == "plan-unclear"
    assert all(option in str(problem) for option in written(names)[::2])


@pytest.mark.parametrize("question", QUESTIONS, ids="+".join)
def test_every_option_that_is_taken_changes_the_answer(question):
    """None is ignored in silence."""
    other = {"rate": "0.02", "half_width": "0.004", "below": "0.03", "errors": "2", "people": "1200"}
    first = plan(*written(question), "--json").output
    for name in question:
        assert plan(*written(question, VALUES | {name: other[name]}), "--json").output != first
    for more in (("--searches-each", "3"), ("--level", "0.9")):
        assert plan(*written(question), *more, "--json").output != first
    repeated = [plan(*written(question), "--searches-each", "3", "--alike", alike).output for alike in ("0.2", "0.9")]
    assert repeated[0] != repeated[1]


def test_alike_says_nothing_of_people_who_are_searched_once():
    done = plan("--below", "0.1", "--alike", "0.3")
    assert isinstance(done.exception, InputError)
    assert "--searches-each" in str(done.exception)
    assert plan("--below", "0.1", "--alike", "0.3", "--searches-each", "1").exit_code == 0


@pytest.mark.parametrize(("option", "value"), [
    *((option, value) for option in ("--rate", "--half-width", "--below", "--alike", "--level")
      for value in ("nan", "inf", "-0.1", "1.5", "5%", "", "1e400")),
    ("--rate", "0"), ("--below", "1"), ("--level", "1"), ("--level", "0.99999999999999999"), ("--people", "0"),
    ("--people", "1.5"), ("--people", "nan"), ("--errors", "-1"), ("--errors", "1e3"), ("--searches-each", "0"),
])  # fmt: skip
def test_a_value_that_is_none_is_refused_by_name(option, value):
    done = plan("--people", "100", "--searches-each", "2", option, value)
    assert done.exit_code == 2
    assert option in done.output


def test_both_rules_are_shown():
    said = plan("--people", "300").output
    assert "Rule of 3: no error in 300 independent searches shows a rate below 3/300 = 0.01" in said
    assert "Rule of 30: 0 independent errors are too few" in said
    assert "Rule of 30: 31 independent errors are enough" in plan("--people", "3100", "--rate", "0.01").output


def test_one_person_with_many_unrelated_searches():
    said = plan("--below", "0.001", "--searches-each", "1000000", "--alike", "0").output
    assert said.startswith("1,000,000 searches of 1 person, worth 1,000,000 independent searches:")


shares = st.one_of(st.floats(5e-324, 1, exclude_max=True), st.sampled_from([1e-300, 1e-12, 1 - 2**-53]))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(QUESTIONS), shares, shares, st.integers(0, 10**9), st.integers(1, 10**12),
       st.integers(1, 10**6), st.floats(0, 1), st.floats(0.5, 0.9999))  # fmt: skip
def test_whatever_the_values_there_is_an_answer_or_one_message(question, a, b, errors, people, each, alike, level):
    values = {"rate": repr(a), "half_width": repr(b), "below": repr(a), "errors": str(errors), "people": str(people)}
    done = plan(*written(question, values), "--searches-each", str(each), "--alike", repr(alike), "--level",
                repr(level), "--json")  # fmt: skip
    if done.exception is None:
        found = json.loads(done.output, parse_constant=pytest.fail)["plan"]
        assert 0 < found["independent"] <= found["searches"] * (1 + 1e-12)
        assert found["limit"] is None or 0 < found["limit"] <= 1
        assert found["low"] is None or 0 <= found["low"] <= found["high"] <= 1
    else:
        assert isinstance(done.exception, NotEstimableError), done.exception
        assert len(str(done.exception).splitlines()) == 1


@pytest.mark.parametrize("options", [("--people", "300", "--below", "0.001"), ("--people", "3", "--errors", "3"),
                                     ("--rate", "0.1"), ("--below", "1e-300")])  # fmt: skip
def test_a_refusal_is_one_line_and_exit_status_2(options):
    done = subprocess.run([sys.executable, "-m", "baserate", "plan", *options], capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert (done.returncode, done.stdout, len(done.stderr.strip().splitlines())) == (2, "", 1), done.stderr
