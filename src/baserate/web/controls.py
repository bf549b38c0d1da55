"""The inputs of a scenario as controls: what each is called, what it may be, where it comes from, what it is set to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from baserate.models.scenario_schema import Quantity, ScenarioTable
from baserate.outcomes.sensitivity import meaning_of, question_of
from baserate.reports import words
from baserate.reports.sections.parameters import cited
from baserate.web.state import own_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from baserate.inputs.toml_document import KeyPath
    from baserate.models.parameter import Parameter
    from baserate.models.scenario import Scenario
    from baserate.models.scenario_walk import Place

N_FIRST = 6  # questions that stand before the others
_NAMED = ("groups", "conditions", "galleries", "modalities", "against")  # tables whose entries have names of their own
_AROUND_OWN = 10.0  # how far a slider reaches beyond the scenario's own value, as a factor
_NEXT_TO_NOTHING = 1e-5
_LOG_FROM = 1000.0  # a quantity that may be so many times larger has a slider over its logarithm


@dataclass(frozen=True, slots=True)
class Slider:
    """Where a slider begins and ends, and whether it moves over the logarithm."""

    low: float
    high: float
    log: bool


@dataclass(frozen=True, slots=True)
class Field:
    """What one policy sets an input to.

    Parameters
    ----------
    letter
        Of the policy.
    texts
        What stands in its fields: an option; or lowest and highest.
    is_changed
        Whether that is another value than the scenario's own.
    """

    letter: str
    texts: tuple[str, ...]
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Control:
    """One input.

    Parameters
    ----------
    key, name
        Its key, and the name of the group, gallery or condition it belongs to; empty where it has none.
    unit, bounds
        Unit and what it may be, in words; empty for a choice.
    options
        Values and words of a choice; none for a quantity.
    slider
        Of a quantity.
    own
        What the fields of the scenario itself hold.
    own_said
        The scenario's own value in words.
    kind, source, note
        Kind of knowledge, the citation, and what a reader should know.
    fields
        One for each policy.
    """

    key: str
    name: str
    unit: str
    bounds: str
    options: tuple[tuple[str, str], ...]
    slider: Slider | None
    own: tuple[str, ...]
    own_said: str
    kind: str
    source: str
    note: str
    fields: tuple[Field, ...]

    @property
    def is_changed(self) -> bool:
        """Whether a policy sets it."""
        return any(field.is_changed for field in self.fields)


@dataclass(frozen=True, slots=True)
class Question:
    """Inputs that are asked for together: one, or the same of every group or condition.

    Parameters
    ----------
    key
        Its key, with ``NAME`` for names.
    label, hint
        What it is, in a few words, and what more there is to say.
    controls
        At least one.
    """

    key: str
    label: str
    hint: str
    controls: tuple[Control, ...]

    @property
    def is_changed(self) -> bool:
        """Whether a policy sets one of its inputs."""
        return any(control.is_changed for control in self.controls)

    @property
    def one_source(self) -> Control | None:
        """Any of its controls, where all have the same source and note."""
        sources = {(control.kind, control.source, control.note) for control in self.controls}
        return self.controls[0] if len(sources) == 1 else None


@dataclass(frozen=True, slots=True)
class Heading:
    """Questions under a heading."""

    key: str
    title: str
    questions: tuple[Question, ...]

    @property
    def n_changed(self) -> int:
        """How many of its inputs a policy sets."""
        return sum(control.is_changed for question in self.questions for control in question.controls)


def headings(
    own: Scenario, sides: Mapping[str, Scenario], *, importance: Mapping[str, float], typed: Mapping[str, str]
) -> tuple[Heading, ...]:
    """Every input of a scenario once, under few headings, those that matter most first.

    Parameters
    ----------
    own
        The scenario without settings.
    sides
        The scenario under each policy, by its letter.
    importance
        How much each input moves the answer, by its key.
    typed
        Fields of a form that could not be used: they stand as they were typed.
    """
    questions = _questions(own, sides, typed)
    weight = {key: sum(importance.get(control.key, 0.0) for control in q.controls) for key, q in questions.items()}
    first = [key for key in sorted(weight, key=lambda key: -weight[key])[:N_FIRST] if weight[key] > 0.0]
    found = [Heading("first", "What moves the answer most", tuple(questions[key] for key in first))] if first else []
    for table, field in ScenarioTable.model_fields.items():
        here = tuple(q for key, q in questions.items() if key not in first and key.split(".")[0].split("[")[0] == table)
        if here:
            found.append(Heading(table, (field.description or table).rstrip("."), here))
    return tuple(found)


def _questions(own: Scenario, sides: Mapping[str, Scenario], typed: Mapping[str, str]) -> dict[str, Question]:
    asked: dict[str, list[str]] = {}
    for key, place in own.places.items():
        asked.setdefault(question_of(place.path), []).append(key)
    return {
        question: _question(question, tuple(_control(own, sides, key, typed) for key in keys), own.places[keys[0]])
        for question, keys in asked.items()
    }


def _question(key: str, controls: tuple[Control, ...], place: Place) -> Question:
    label, hint = first_part(meaning_of(place.path).replace("`", ""))
    return Question(key, label, hint, controls)


def first_part(meaning: str) -> tuple[str, str]:
    """Divide a meaning into its first clause, which names an input, and what else it says.

    Examples
    --------
    >>> first_part("Chance that contrary documents stop the action: 0 overridden, 1 always weighed.")
    ('Chance that contrary documents stop the action', '0 overridden, 1 always weighed.')
    >>> first_part("Number of entries. The unit is required.")
    ('Number of entries', 'The unit is required.')
    """
    ends = [at for mark in (": ", "; ", ". ") if (at := meaning.find(mark)) > 0]
    if not ends:
        return meaning.rstrip("."), ""
    rest = meaning[min(ends) + 2 :]
    return meaning[: min(ends)], rest[:1].upper() + rest[1:]


def name_of(path: KeyPath) -> str:
    """Name of what an input belongs to, where the scenario gives it one.

    Examples
    --------
    >>> name_of(("matcher", "groups", "female_east_asia", "fmr_factor")), name_of(("policy", "gate"))
    ('Female East Asia', '')
    >>> name_of(("matcher", "points", 0, "fnir"))
    'Test result 1'
    """
    names = [
        f"test result {part + 1}" if isinstance(part, int) else str(part).replace("_", " ")
        for before, part in pairwise(path)
        if isinstance(part, int) or before in _NAMED
    ]
    return ", ".join(name[:1].upper() + name[1:] if " result " in name else name.title() for name in names)


def _control(own: Scenario, sides: Mapping[str, Scenario], key: str, typed: Mapping[str, str]) -> Control:
    parameter, place = own.parameters[key], own.places[key]
    rule = place.rule
    texts = own_texts(parameter)
    return Control(
        key=key,
        name=name_of(place.path),
        unit="" if parameter.is_choice else parameter.unit,
        bounds=_bounds(rule) if isinstance(rule, Quantity) else "",
        options=() if isinstance(rule, Quantity) else _options(parameter, rule.options),
        slider=_slider(parameter, rule) if isinstance(rule, Quantity) else None,
        own=texts,
        own_said=_said(parameter),
        kind=parameter.source.kind,
        source=cited(parameter.source),
        note=parameter.note,
        fields=tuple(_field(side, letter, key, texts, typed) for letter, side in sides.items()),
    )


def _field(side: Scenario, letter: str, key: str, own: tuple[str, ...], typed: Mapping[str, str]) -> Field:
    names = [f"{letter}.{key}"] if len(own) == 1 else [f"{letter}.{key}.{end}" for end in ("low", "high")]
    now = own_texts(side.parameters[key])
    texts = tuple(typed.get(name, text) for name, text in zip(names, now, strict=True))
    return Field(letter, texts, texts != own)


def _options(parameter: Parameter, allowed: tuple[str | int, ...]) -> tuple[tuple[str, str], ...]:
    """Every option that a choice may have; first, where it is not known, that it stays so."""
    unknown = [("", f"not known: {_said(parameter)}")] if parameter.is_uncertain else []
    return (*unknown, *((str(option), str(option).replace("_", " ")) for option in allowed))


def _said(parameter: Parameter) -> str:
    if parameter.is_choice:
        return " or ".join(str(option).replace("_", " ") for option in parameter.options)
    low, high = own_texts(parameter)
    spread = ", evenly over powers of ten" if parameter.distribution == "log_uniform" else ""
    return f"{low} to {high}{spread}" if high else low


def _bounds(rule: Quantity) -> str:
    """What a quantity may be, in words: a bound that only keeps rounding errors out is none to a reader."""
    low = "above 0" if rule.open_low or 0 < rule.low < _NEXT_TO_NOTHING else f"from {words.plain(rule.low)}"
    return low if math.isinf(rule.high) else f"{low} to {words.count(rule.high, low=rule.high, high=rule.high)}"


def _slider(parameter: Parameter, rule: Quantity) -> Slider:
    """From the bounds, or as far around the scenario's own values as somebody would go."""
    low, high = (parameter.low, parameter.high) if parameter.is_uncertain else (parameter.value, parameter.value)
    if parameter.distribution == "log_uniform" or (low > 0 and rule.high > _LOG_FROM * high):
        floor = max(rule.low, low / _AROUND_OWN, 1e-15)
        return Slider(floor, min(rule.high, high * _AROUND_OWN), log=True)
    reach = _AROUND_OWN * max(abs(low), abs(high), 0.1)
    return Slider(max(rule.low, -reach), min(rule.high, reach if math.isfinite(reach) else 1.0), log=False)
