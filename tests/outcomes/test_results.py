"""The two files: what is written is read back, what departs from the shape is refused with every place."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import baserate.outcomes
from baserate.errors import InputError, Problem
from baserate.outcomes.results import (
    LARGEST_FILE,
    MOST_PROBLEMS_SHOWN,
    Curves,
    Outcome,
    Results,
    from_json,
    read,
    schema,
    to_json,
)

DATA = Path(__file__).parents[1] / "reports" / "data"
SCHEMAS = Path(baserate.outcomes.__file__).parent / "schemas"
SHAPES = [(Results, "results"), (Curves, "curves")]
VALIDATORS = {shape: jsonschema.Draft202012Validator(json.loads(schema(shape))) for shape, _ in SHAPES}
EXAMPLE = {name: (DATA / f"{name}.json").read_text(encoding="utf-8") for _, name in SHAPES}

amounts = st.floats(min_value=0, max_value=1e12)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@st.composite
def outcomes(draw: st.DrawFn) -> Outcome:
    low, value, high = sorted(draw(st.tuples(amounts, amounts, amounts)))
    return Outcome(
        name=draw(st.from_regex(r"\A[a-z][a-z0-9_]{0,20}\Z")),
        group=draw(st.sampled_from(["all", "group:a", "status:b c"])),
        value=value,
        low=low,
        high=high,
        level=draw(st.sampled_from([0.5, 0.9, 0.95])),
        unit="searches",
        denominator=draw(texts),
        method=draw(texts),
        n=draw(st.none() | st.integers(0, 2**53)),
        undefined=None,
    )


def example() -> Results:
    return from_json(EXAMPLE["results"], Results, where="results.json")


def problems(text: str | bytes, shape: Any = Results) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        from_json(text, shape, where="x.json")
    return caught.value.problems


@pytest.mark.parametrize(("shape", "name"), SHAPES)
def test_the_shipped_schema_is_the_shape(shape, name):
    assert (SCHEMAS / f"{name}-1.json").read_text(encoding="utf-8") == schema(shape)


@pytest.mark.parametrize(("shape", "name"), SHAPES)
def test_the_schema_is_a_schema_and_holds_for_the_example(shape, name):
    jsonschema.Draft202012Validator.check_schema(json.loads(schema(shape)))
    VALIDATORS[shape].validate(json.loads(EXAMPLE[name]))


@pytest.mark.parametrize(("shape", "name"), SHAPES)
def test_what_is_read_is_written_as_it_was(shape, name):
    assert to_json(from_json(EXAMPLE[name], shape, where=name)) == EXAMPLE[name]


@given(st.lists(outcomes(), max_size=5, unique_by=lambda item: (item.name, item.group)))
@settings(max_examples=60, deadline=None)
def test_any_results_keep_their_schema_and_their_bytes(items):
    text = to_json(replace(example(), outcomes=tuple(items)))
    VALIDATORS[Results].validate(json.loads(text))
    assert to_json(from_json(text, Results, where="x")) == text


def test_numbers_have_six_digits_and_whole_numbers_all_of_theirs():
    first = replace(example().outcomes[0], value=1234567.0, low=0.00123456789, high=2e9, n=123456789)
    written = json.loads(to_json(replace(example(), outcomes=(first,))))["outcomes"][0]
    assert (written["value"], written["low"], written["n"]) == (1234570.0, 0.00123457, 123456789)


def test_last_bits_do_not_reach_the_file():
    """Two processors whose logarithms differ in the last bit write the same bytes."""
    one, other = 0.1 + 0.2, 0.3
    assert one != other
    first = example().outcomes[0]
    written = {
        to_json(replace(example(), outcomes=(replace(first, value=number, low=number, high=number),)))
        for number in (one, other)
    }
    assert len(written) == 1


def changed(change: Callable[[Any], Any]) -> str:
    content = json.loads(EXAMPLE["results"])
    change(content)
    return json.dumps(content)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda c: c.update(extra=1), "extra"),
        (lambda c: c.pop("parameters"), "parameters"),
        (lambda c: c.update(schema_version=2), "schema_version"),
        (lambda c: c["outcomes"][3].update(value="high"), "outcomes[3].value"),
        (lambda c: c["outcomes"][3].update(value=float("nan")), "outcomes[3].value"),
        (lambda c: c["outcomes"][3].update(level=1.0), "outcomes[3].level"),
        (lambda c: c["outcomes"][3].update(group="women"), "outcomes[3].group"),
        (lambda c: c["outcomes"][3].update(name="<img onerror=x>"), "outcomes[3].name"),
        (lambda c: c["parameters"][0].update(kind="certain"), "parameters[0].kind"),
        (lambda c: c["parameters"][0]["source"].update(ids="S001"), "parameters[0].source.ids"),
        (lambda c: c["manifest"].update(title="x" * 5000), "manifest.title"),
        (lambda c: c["outcomes"][3].update(undefined="because"), "outcomes[3] (alert_is_wrong of all)"),
        (lambda c: c["outcomes"][3].update(value=None), "outcomes[3] (alert_is_wrong of all)"),
        (lambda c: c["outcomes"][3].update(low=0.9, high=0.1), "outcomes[3] (alert_is_wrong of all)"),
        (lambda c: c["outcomes"][3].update(low=None), "outcomes[3] (alert_is_wrong of all)"),
        (lambda c: c["outcomes"][3].update(high=1.5), "outcomes[3] (alert_is_wrong of all)"),
        (lambda c: c["outcomes"][0].update(low=-1), "outcomes[0] (searches of all)"),
        (lambda c: c["outcomes"].append(c["outcomes"][0]), "outcomes"),
        (lambda c: c["parameters"].append(c["parameters"][0]), "parameters"),
        (lambda c: c["parameters"][0].update(source=None), "parameters (gallery.size)"),
    ],
)
def test_a_departure_is_named_by_its_place(change, place):
    found = problems(changed(change))
    assert f"x.json: {place}" in [problem.where for problem in found]
    assert all(problem.remedy and problem.code in ("not-the-shape", "contradiction") for problem in found)


def test_all_departures_are_told_at_once():
    def change(content):
        content["extra"] = 1
        content["outcomes"][0]["unit"] = 3
        content.pop("scenario")

    assert [p.where for p in problems(changed(change))] == [
        "x.json: extra",
        "x.json: outcomes[0].unit",
        "x.json: scenario",
    ]


def test_thousands_of_departures_are_counted():
    found = problems(changed(lambda c: [outcome.update(unit=1) for outcome in c["outcomes"]]))
    assert len(found) == MOST_PROBLEMS_SHOWN + 1
    assert str(len(example().outcomes) - MOST_PROBLEMS_SHOWN) in found[-1].what


@pytest.mark.parametrize(
    "text",
    ["", "not json", "[]", "null", b"\xff\xfe{}", "[" * 100_000, '{"a":' * 10_000, '{"schema_version": 1e999}'],
    ids=["empty", "words", "list", "null", "not utf-8", "deep list", "deep object", "infinite"],
)
@pytest.mark.parametrize("shape", [Results, Curves])
def test_what_is_no_such_file_is_refused(text, shape):
    assert problems(text, shape)


def test_a_huge_file_is_not_read_whole(tmp_path):
    path = tmp_path / "results.json"
    with path.open("wb") as stream:
        stream.truncate(LARGEST_FILE * 50)
    with pytest.raises(InputError, match="file-too-large"):
        read(path, Results)


def test_a_missing_file_says_which_command_writes_it(tmp_path):
    with pytest.raises(InputError, match=r"results\.json.*baserate simulate.*cannot-read"):
        read(tmp_path / "results.json", Results)


def test_a_curve_point_outside_its_unit_is_refused():
    content = json.loads(EXAMPLE["curves"])
    content["curves"][0]["series"][0]["points"][0].update(x=1.5, high=2.0)
    found = problems(json.dumps(content), Curves)
    assert [problem.code for problem in found] == ["contradiction"] * 2


paths = st.lists(st.integers(0, 30), min_size=1, max_size=6)
values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts


def put(node: Any, path: list[int], value: object) -> None:
    """Walk into a tree by numbers and replace what is there."""
    key = list(node)[path[0] % len(node)] if isinstance(node, dict) else path[0] % len(node)
    child = node[key]
    if len(path) > 1 and isinstance(child, (dict, list)) and child:
        put(child, path[1:], value)
    else:
        node[key] = value


@given(paths, values, st.sampled_from(SHAPES))
@settings(max_examples=150, deadline=None)
def test_what_is_read_holds_to_the_schema_and_nothing_else_is_raised(path, value, shape_and_name):
    shape, name = shape_and_name
    content = json.loads(EXAMPLE[name])
    put(content, path, value)
    try:
        from_json(json.dumps(content), shape, where="x")
    except InputError:
        return  # an error of any other kind fails the test
    VALIDATORS[shape].validate(content)
