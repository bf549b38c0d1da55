"""Whatever is done to a scenario file, it is either refused with its problems or can be computed without a warning."""

import copy
import json
import math
import tomllib
from importlib import resources
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, example, given, settings
from hypothesis import strategies as st

from baserate.errors import InputError
from baserate.models.counts import COUNTS
from baserate.models.scenario import Scenario, check_scenario, load_scenario
from baserate.models.scenario_schema import Quantity
from baserate.models.scenario_walk import places
from baserate.models.simulate import simulate
from baserate.outcomes.curves import scenario_curves
from baserate.outcomes.expect import expected_worlds
from baserate.outcomes.record import results_of
from baserate.outcomes.results import to_json

SHIPPED = (resources.files("baserate.models") / "scenarios" / "mobile-fortify.toml").read_text(encoding="utf-8")
HURRIED = settings(
    max_examples=60,
    phases=[Phase.explicit, Phase.generate],  # a whole scenario is shown either way: shrinking would only cost time
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def small() -> dict[str, Any]:
    """The shipped scenario with two groups, so that many can be computed."""
    data = tomllib.loads(SHIPPED)
    for table in (data["population"]["groups"], data["matcher"]["groups"]):
        for name in list(table):
            if not name.endswith("_elsewhere"):
                del table[name]
    return data


# -- writing TOML -----------------------------------------------------------------------------------------------------


def toml(data: dict[str, Any]) -> str:
    return "\n".join(f"{json.dumps(key)} = {inline(value)}" for key, value in data.items()) + "\n"


def inline(value) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {inline(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    if isinstance(value, float):
        return str(value) if math.isfinite(value) else {"nan": "nan", "inf": "inf", "-inf": "-inf"}[str(value)]
    return json.dumps(value)


# -- what is held -----------------------------------------------------------------------------------------------------


def held(path, text: str) -> Scenario | None:
    """Read a file that anything may have happened to; the scenario, or None if it was refused as it should be."""
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    problems = check_scenario(path)
    for problem in problems:
        assert problem.where.startswith(path.name), problem
        assert len(problem.what) < 600, problem
        assert problem.remedy, problem
        assert not problem.remedy.endswith("."), problem
    if problems:
        with pytest.raises(InputError):
            load_scenario(path)
        return None
    scenario = load_scenario(path)
    computes(scenario)
    return scenario


def computes(scenario: Scenario) -> None:
    """Pytest makes an error of every warning, so that a division by zero or an overflow shows."""
    worlds = expected_worlds(scenario, n_draws=3)
    count = {name: worlds.counts[..., index] for index, name in enumerate(COUNTS)}
    assert np.isfinite(worlds.counts).all()
    tiny = 1e-9
    for less, more in [
        ("alerts", "returned"),
        ("false_alerts", "alerts"),
        ("returned", "searches"),
        ("unacquired", "searches"),
        ("mate_returned", "returned"),
        ("misidentified", "returned"),
        ("rightful_actions", "confirmed_right"),
        ("wrongful_actions", "confirmed_wrong"),
        ("confirmed_right", "alerts"),
        ("confirmed_wrong", "alerts"),
    ]:
        assert (count[less] <= count[more] + tiny).all(), f"more {less} than {more}"
    assert all((array >= -tiny).all() for array in count.values())
    assert (count["mate_returned"][..., 0] <= tiny).all()
    results = results_of(worlds, simulation=simulate(scenario, searches=50, seed=1))
    for outcome in results.outcomes:
        if outcome.unit == "probability" and outcome.value is not None:
            assert outcome.low is not None, outcome
            assert outcome.high is not None, outcome
            assert 0 <= outcome.low <= outcome.value <= outcome.high <= 1, outcome
    to_json(results)
    to_json(scenario_curves(worlds))


# -- mutations --------------------------------------------------------------------------------------------------------

NUMBERS = st.one_of(
    st.sampled_from([0, 1, -1, 0.0, -0.0, 1.0, 1e-300, 5e-324, 1e-17, 1e300, 0.5, 0.99, 1e9, 2**62, 100, 3]),
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(0, 1),
    st.integers(-(2**40), 2**62),
)
ODD = st.one_of(
    NUMBERS,
    st.booleans(),
    st.text(max_size=20),
    st.sampled_from(["", "yes", "hotlist", "assumed", "\u202e\x85\u2028", "é", [], {}, [{}], [[]], {"value": 1}]),
)


def paths_of(data, path=()) -> Any:
    """Every place in nested tables and lists."""
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, entry in entries:
        yield (*path, name)
        yield from paths_of(entry, (*path, name))


def numbers_of(data) -> Any:
    return [path for path in paths_of(data) if isinstance(at(data, path), int | float) and path[0] != "sources"]


def at(data, path) -> Any:
    for part in path:
        data = data[part]
    return data


def put(data, path, value) -> None:
    at(data, path[:-1])[path[-1]] = value


@st.composite
def mutated(draw) -> Any:
    data = small()
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["renumber", "renumber", "delete", "rename", "retype", "copy"]))
        places = numbers_of(data) if kind == "renumber" else [path for path in paths_of(data) if path[0] != "sources"]
        assume(places)
        path = draw(st.sampled_from(places))
        if kind == "renumber":
            put(data, path, draw(NUMBERS))
        elif kind == "delete":
            del at(data, path[:-1])[path[-1]]
        elif kind == "rename" and isinstance(path[-1], str):
            at(data, path[:-1])[draw(st.text(max_size=8))] = at(data, path[:-1]).pop(path[-1])
        elif kind == "retype":
            put(data, path, draw(ODD))
        else:
            put(data, path, copy.deepcopy(at(data, draw(st.sampled_from(places)))))
    return data


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Any:
    return tmp_path_factory.mktemp("scenarios") / "mutated.toml"


def test_the_small_scenario_is_read_and_computed(path):
    assert held(path, toml(small())) is not None


@HURRIED
@given(data=mutated())
def test_mutations_are_refused_or_computed(path, data):
    held(path, toml(data))


QUANTITIES = [place for place in places(small()) if isinstance(place.rule, Quantity)]


@pytest.mark.parametrize("place", QUANTITIES, ids=lambda place: place.key)
def test_both_ends_of_every_quantitys_bounds_can_be_computed(path, place):
    """What the bounds let through by itself is computed, not refused; a share may then not fit the others."""
    ends = (max(place.rule.low, 1e-12) if place.rule.open_low else place.rule.low, place.rule.high)
    for end in ends:
        data = small()
        data["matcher"]["heterogeneity"] = {"value": 0.0, "unit": "w", "source": "S001"}  # quick
        put(data, place.path, {"value": end, "unit": place.raw["unit"], "source": "S001"})
        if held(path, toml(data)) is None:
            codes = {problem.code for problem in check_scenario(path)}
            assert codes <= {"shares-above-one", "shares-below-one", "images-of-individuals"}, codes


@HURRIED
@given(text=st.text(max_size=200))
@example("\x00")
@example("a = 1\na = 2")
@example("[a]\n[a]")
@example("[[a]]\n[a]")
@example("a = " + "[" * 3_000)
@example("a = " + "{b=" * 3_000)
@example("a." * 3_000 + "b = 1")
@example("[" + "a." * 3_000 + "b]")
@example("schema_version = 99999999999999999999999999")
@example("a = " + "9" * 10_000)
@example("a = 1979-05-27T07:32:00Z")
def test_any_text_is_refused(path, text):
    assert held(path, text) is None


@HURRIED
@given(raw=st.binary(max_size=100))
def test_any_bytes_are_refused(path, raw):
    path.write_bytes(raw)
    with pytest.raises(InputError):
        load_scenario(path)


@HURRIED
@given(st.data())
def test_odd_lines_in_the_shipped_file_are_refused_or_computed(path, data):
    """Lines doubled, moved or lost, as an editor or a merge does."""
    lines = SHIPPED.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    kind = data.draw(st.sampled_from(["double", "lose", "swap", "cut"]))
    if kind == "double":
        lines.insert(number, lines[data.draw(st.integers(0, len(lines) - 1))])
    elif kind == "lose":
        del lines[number]
    elif kind == "swap":
        lines[number - 1], lines[number] = lines[number], lines[number - 1]
    else:
        lines[number] = lines[number][: len(lines[number]) // 2]
    path.write_text("\n".join(lines), encoding="utf-8")
    if not check_scenario(path):
        load_scenario(path)
