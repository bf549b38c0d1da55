"""Links, forms and settings files are the settings that ``--set`` takes, there and back."""

import math
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.served import FIRST, small

from baserate.errors import InputError
from baserate.models.scenario import load_scenario, override
from baserate.web.state import (
    LARGEST_FILE,
    State,
    file_of_state,
    number_text,
    own_texts,
    scenarios_of,
    state_of_file,
    state_of_form,
    state_of_query,
)

OWN = load_scenario(FIRST)
SETTINGS = st.lists(
    st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=40), max_size=4
)


@given(SETTINGS.map(tuple), st.none() | SETTINGS.map(tuple))
def test_a_state_survives_a_link_and_a_file(first, second):
    state = State(FIRST, first, second)
    assert state_of_query(FIRST, parse_qsl(state.query)) == state
    text = file_of_state(state, OWN.digest)
    assert state_of_file(text.encode(), {FIRST: OWN.digest}) == state


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_in_a_field_is_the_number(value):
    assert float(number_text(value).replace(",", "")) == value


def fields_of(scenario, letter):
    for key, parameter in scenario.parameters.items():
        texts = own_texts(parameter)
        ends = [""] if len(texts) == 1 else [".low", ".high"]
        yield from ((f"{letter}.{key}{end}", text) for end, text in zip(ends, texts, strict=True))


def test_a_form_that_nobody_touched_sets_nothing():
    given = [("form", "1"), *fields_of(OWN, "a"), *fields_of(OWN, "b"), ("two", "yes")]
    assert state_of_form(OWN, given) == State(FIRST, (), ())


@pytest.mark.parametrize(
    ("low", "high", "setting"),
    [
        ("0.5", "", "population.enrolled_share=0.5"),
        ("0.5", "0.5", "population.enrolled_share=0.5"),
        ("", "0.5", "population.enrolled_share=..0.5"),
        ("0.2", "0.5", "population.enrolled_share=0.2..0.5"),
        ("0,5", "", "population.enrolled_share=0,5"),  # no guess at what the comma means: it is refused below
    ],
)
def test_what_is_typed_becomes_a_setting(low, high, setting):
    given = [("a.population.enrolled_share.low", low), ("a.population.enrolled_share.high", high)]
    assert state_of_form(OWN, given).first == (setting,)


def test_thousands_may_be_divided_by_commas():
    given = [("a.galleries.traveler_faces.size.low", "1,200,000")]
    assert state_of_form(OWN, given).first == ("galleries.traveler_faces.size=1200000",)


def test_a_range_over_the_logarithm_stays_one():
    given = [("a.population.flagged_share.low", "0.01"), ("a.population.flagged_share.high", "0.2")]
    state = state_of_form(OWN, given)
    assert scenarios_of(OWN, state)["a"].parameters["population.flagged_share"].distribution == "log_uniform"
    given[0] = ("a.population.flagged_share.low", "0")  # which has no logarithm
    assert state_of_form(OWN, given).first == ("population.flagged_share=0..0.2",)


def test_an_own_range_shows_the_fields_that_set_it():
    changed = override(OWN, ["population.flagged_share=0.01..0.2,log_uniform"])
    assert own_texts(changed.parameters["population.flagged_share"]) == ("0.01", "0.2")


def test_a_second_policy_begins_as_the_first():
    given = [("form", "1"), ("two", "yes"), ("a.policy.gate", "none")]
    assert state_of_form(OWN, given) == State(FIRST, ("policy.gate=none",), ("policy.gate=none",))


def test_reset_drops_one_input_of_one_policy():
    given = [("form", "1"), ("two", "yes"), ("a.policy.gate", "none"), ("b.policy.gate", "none")]
    assert state_of_form(OWN, [*given, ("drop", "b.policy.gate")]) == State(FIRST, ("policy.gate=none",), ())


def test_the_problems_of_both_policies_are_told_together():
    state = State(FIRST, ("policy.gate=x", "a=1"), ("population.enrolled_share=7",))
    with pytest.raises(InputError) as refused:
        scenarios_of(OWN, state)
    assert [problem.code for problem in refused.value.problems] == ["not-an-option", "unknown-key", "out-of-bounds"]
    assert [problem.where[:2] for problem in refused.value.problems] == ["A:", "A:", "B:"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("not toml", ["not-toml"]),
        ("", ["wrong-value", "unknown-scenario"]),
        (
            'schema_version = 1\nscenario = "elsewhere"\nx = 1\na = [1]',
            ["unknown-key", "wrong-value", "unknown-scenario"],
        ),
        (f'schema_version = 1\nscenario = "{FIRST}"\nscenario_digest = "0"', ["another-scenario"]),
        (f'schema_version = 1\nscenario = "{FIRST}"\na = ["{"x" * 301}"]', ["setting-too-long"]),
        ("#" * (LARGEST_FILE + 1), ["file-too-large"]),
    ],
)
def test_what_is_no_settings_file(text, codes):
    with pytest.raises(InputError) as refused:
        state_of_file(text.encode(), {FIRST: OWN.digest})
    assert [problem.code for problem in refused.value.problems] == codes


@given(st.binary(max_size=200))
def test_any_bytes_are_a_state_or_a_problem(raw):
    with pytest.raises(InputError):
        state_of_file(raw, {FIRST: OWN.digest})


def test_the_fields_of_every_input_set_it(tmp_path):
    own = small(tmp_path)
    for key, parameter in own.parameters.items():
        if parameter.is_choice:
            continue
        given = [(f"a.{key}.low", "1"), (f"a.{key}.high", "")]
        setting = state_of_form(own, given).first
        assert setting == (() if own_texts(parameter) == ("1", "") else (f"{key}=1",))
        assert math.isfinite(parameter.value)
