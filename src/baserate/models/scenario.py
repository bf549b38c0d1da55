"""A scenario: a described deployment, read from a TOML file, every number with its source.

A file is checked whole before it is used: its shape by the schema, each parameter by its unit and bounds, and what has
to fit together (shares, groups, sources). All problems are reported at once, each with file, line and key.
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from baserate.errors import InputError, Problem, refuse
from baserate.inputs.toml_document import KeyPath, TomlDocument, parse_toml, read_toml
from baserate.models.parameter import Parameter
from baserate.models.scenario_checks import parameter_problems, relation_problems, schema_problem
from baserate.models.scenario_schema import ScenarioTable, are_comparable
from baserate.models.scenario_walk import Place, places
from baserate.models.source import Source
from baserate.notebook import table_html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from baserate.models.scenario_schema import MatcherTable


@dataclass(frozen=True, slots=True)
class Scenario:
    """A described deployment.

    Parameters
    ----------
    table
        The file's tables, validated.
    parameters
        Every quantity and choice by its key, ``population.enrolled_share``.
    places
        Where each parameter stands in the schema: its rule, for overrides and documentation.
    text
        The file as it was read.
    """

    table: ScenarioTable
    parameters: Mapping[str, Parameter]
    places: Mapping[str, Place]
    text: str

    @property
    def name(self) -> str:
        """Its name."""
        return self.table.name

    @property
    def digest(self) -> str:
        """SHA-256 of the file's text and of what was set on top of it, in hexadecimal."""
        lines = [f"{key} = {parameter!r}" for key, parameter in sorted(self.parameters.items())]
        return hashlib.sha256("\n".join([self.text, *lines]).encode()).hexdigest()

    @property
    def searched_galleries(self) -> tuple[str, ...]:
        """Names of the galleries that a search is compared with."""
        return tuple(name for name, gallery in self.table.galleries.items() if gallery.searched)

    @property
    def modalities(self) -> tuple[str, ...]:
        """What is compared: the modality of ``[matcher]``, then those of ``[modalities]``."""
        return (self.table.matcher.modality, *self.table.modalities)

    @property
    def condition_modalities(self) -> tuple[str, ...]:
        """Modality with which each capture condition searches."""
        return tuple(entry.modality or self.modalities[0] for entry in self.table.encounters.conditions.values())

    def meets(self, modality: str) -> tuple[str, ...]:
        """Names of the galleries that a search with a modality is compared with."""
        own = {name: self.table.galleries[name].modality or self.modalities[0] for name in self.searched_galleries}
        return tuple(name for name, other in own.items() if are_comparable(modality, other))

    def matcher(self, modality: str) -> MatcherTable:
        """The matcher of a modality."""
        further = self.table.modalities
        return further[modality].matcher if modality in further else self.table.matcher

    def matcher_key(self, modality: str) -> str:
        """Where the matcher of a modality stands in the file."""
        return "matcher" if modality == self.modalities[0] else f"modalities.{modality}.matcher"

    def threshold_key(self, modality: str) -> str:
        """Where the threshold of a modality stands in the file."""
        return "policy.threshold" if modality == self.modalities[0] else f"modalities.{modality}.threshold"

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups of people searched."""
        return tuple(self.table.population.groups)

    @property
    def conditions(self) -> tuple[str, ...]:
        """Names of the capture conditions."""
        return tuple(self.table.encounters.conditions)

    def _repr_html_(self) -> str:
        """Show every parameter with its source in a notebook."""
        rows = ((key, str(one), one.unit, one.source.kind, one.source.title) for key, one in self.parameters.items())
        return table_html(self.table.title, ("input", "value", "unit", "kind", "source"), rows)


def shipped_scenarios() -> tuple[str, ...]:
    """Names of the scenarios that come with Baserate.

    Examples
    --------
    >>> "mobile-fortify" in shipped_scenarios()
    True
    """
    folder = resources.files("baserate.models") / "scenarios"
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Load a shipped scenario by its name, or a file by its path.

    Raises
    ------
    InputError
        With every problem of the file.

    Examples
    --------
    >>> load_scenario("mobile-fortify").name
    'mobile-fortify'
    """
    document = _document(name_or_path)
    problems = _problems(document)
    if problems:
        raise InputError(problems)
    return _build(document)


def check_scenario(name_or_path: str | Path) -> tuple[Problem, ...]:
    """All problems of a scenario file; none if it can be used."""
    try:
        return _problems(_document(name_or_path))
    except InputError as error:
        return error.problems


def _document(name_or_path: str | Path) -> TomlDocument:
    text = str(name_or_path)
    if text in shipped_scenarios():
        entry = resources.files("baserate.models") / "scenarios" / f"{text}.toml"
        return parse_toml(entry.read_bytes(), name=f"{text}.toml")
    path = Path(name_or_path)
    if path.suffix != ".toml" and not path.exists():
        known = shipped_scenarios()
        near = difflib.get_close_matches(text, known, 1)
        raise refuse(
            "unknown-scenario",
            text[:200],
            "is neither a shipped scenario nor a file" + (f"; did you mean {near[0]!r}?" if near else ""),
            f"Name one of {', '.join(known)}, or give the path of a .toml file",
        )
    return read_toml(path)


def _problems(document: TomlDocument) -> tuple[Problem, ...]:
    found = [problem for place in places(document.data) for problem in parameter_problems(document, place)]
    found += relation_problems(document)
    try:
        ScenarioTable.model_validate(document.data)
    except ValidationError as error:
        found += [schema_problem(document, entry) for entry in error.errors(include_url=False)]
    return tuple(dict.fromkeys(found))


def _build(document: TomlDocument) -> Scenario:
    table = ScenarioTable.model_validate(document.data)
    sources = {name: _source(entry.model_dump()) for name, entry in table.sources.items()}
    found = {place.key: place for place in places(document.data)}
    parameters = {key: _parameter(place, sources) for key, place in found.items()}
    return Scenario(table, parameters, found, document.text)


def _source(entry: Mapping[str, Any]) -> Source:
    return Source(
        entry["kind"],
        entry["title"],
        entry.get("publisher", ""),
        entry.get("date", ""),
        entry.get("locator", ""),
        tuple(entry.get("ids", ())),
    )


def source_of(reference: object, sources: Mapping[str, Source]) -> Source:
    """Source behind a reference: the name of a shared source, or a table of its own."""
    return sources[reference] if isinstance(reference, str) else _source(reference)  # type: ignore[arg-type]


def _parameter(place: Place, sources: Mapping[str, Source]) -> Parameter:
    raw = place.raw
    blank = Parameter(
        place.key, raw.get("unit", "choice"), source_of(raw["source"], sources), "fixed", note=raw.get("note", "")
    )
    return _valued(blank, place, raw)


def _valued(parameter: Parameter, place: Place, raw: Mapping[str, Any]) -> Parameter:
    """The parameter with the value, range or options that a table gives."""
    if place.is_choice:
        options = tuple(raw.get("options", (raw.get("value"),)))
        weights = tuple(raw.get("weights", [1.0 / len(options)] * len(options)))
        return replace(parameter, distribution="options", options=options, weights=weights)
    if "low" not in raw:
        return replace(parameter, value=float(raw["value"]))
    low, high = float(raw["low"]), float(raw["high"])
    value = float(raw.get("value", 0.0))
    return replace(parameter, distribution=raw.get("distribution", "uniform"), value=value, low=low, high=high)


def override(scenario: Scenario, settings: Sequence[str]) -> Scenario:
    """The scenario with some parameters set, as ``key=value`` or ``key=low..high``.

    A range is spread evenly, and with ``key=low..high,log_uniform`` evenly over its logarithm.

    Raises
    ------
    InputError
        For a key that the scenario does not have, a value outside its bounds, or shares that can no longer sum to 1;
        all of them at once.

    Examples
    --------
    >>> changed = override(load_scenario("mobile-fortify"), ["population.enrolled_share=0.5"])
    >>> changed.parameters["population.enrolled_share"].value
    0.5
    >>> changed = override(changed, ["population.flagged_share=0.01..0.2,log_uniform"])
    >>> changed.parameters["population.flagged_share"].distribution
    'log_uniform'
    """
    parameters = dict(scenario.parameters)
    problems: list[Problem] = []
    raws: dict[KeyPath, Mapping[str, Any]] = {}
    for setting in settings:
        key, _, text = setting.partition("=")
        found = _override_problems(scenario, setting)
        problems += found
        if not found:
            place = scenario.places[key.strip()]
            source = Source("assumed", "set by the user of this run")
            blank = replace(parameters[place.key], source=source, distribution="fixed", options=(), weights=())
            raw = raws[place.path] = _setting(place, text)
            parameters[place.key] = _valued(blank, place, raw)
    if problems := problems or _misfits(scenario, raws):
        raise InputError(problems)
    return replace(scenario, parameters=parameters)


def _misfits(scenario: Scenario, raws: Mapping[KeyPath, Mapping[str, Any]]) -> list[Problem]:
    """What no longer fits together once settings are made: shares of groups are scaled, which nobody should miss."""
    data = parse_toml(scenario.text.encode(), name="").data
    for path, raw in raws.items():
        table: Any = data
        for part in path:
            table = table[part]
        for name in ("value", "low", "high", "distribution", "options", "weights"):
            table.pop(name, None)
        table.update(raw)
    return relation_problems(TomlDocument("--set", data, {}, ""))


def _override_problems(scenario: Scenario, setting: str) -> list[Problem]:
    key, equals, text = setting.partition("=")
    where = f"--set {setting[:100]}"
    if not equals or key.strip() not in scenario.parameters:
        near = difflib.get_close_matches(key.strip(), scenario.parameters, 1, 0.3)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return [
            Problem(
                "unknown-key",
                where,
                f"the scenario has no parameter {key.strip()[:80]!r}{hint}",
                "Write key=value or key=low..high, with a key that `baserate expect SCENARIO --json` lists",
            )
        ]
    place = scenario.places[key.strip()]
    unit = {} if place.is_choice else {"unit": scenario.parameters[place.key].unit}
    raw = {**_setting(place, text), **unit, "source": "x"}
    document = TomlDocument(where, {"sources": {"x": {}}}, {}, "")
    found = parameter_problems(document, replace(place, raw=raw))
    return [replace(problem, where=where) for problem in found]


def _setting(place: Place, text: str) -> dict[str, Any]:
    """Read the text behind ``--set key=`` as a table with a value or a range."""
    if place.is_choice:
        return {"value": int(text) if text.strip().isdigit() else text.strip()}
    low, dots, rest = text.partition("..")
    if not dots:
        return {"value": _number(text)}
    high = rest.removesuffix(",log_uniform")
    spread = {} if high == rest else {"distribution": "log_uniform"}
    return {"low": _number(low), "high": _number(high), **spread}


def _number(text: str) -> float | str:
    try:
        return float(text.replace("_", ""))
    except ValueError:
        return text.strip()
