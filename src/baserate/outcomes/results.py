"""The two files a scenario's outcomes are written to and read from: ``results.json`` and ``curves.json``.

The shapes are the frozen dataclasses below, and nothing else: the JSON Schema files beside this module are made from
them (:func:`schema`), and what is read is held to them strictly, because a file may come from anybody.

Numbers are written with six significant digits. That is more than any outcome is known to, and it makes the files the
same bytes on processors whose logarithms differ in the last bit.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from baserate.errors import InputError, Problem
from baserate.notebook import Shown, table_html

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from _typeshed import DataclassInstance


PROBABILITY = "probability"  # the unit of a rate
RATE_UNITS = (PROBABILITY, "share")
LARGEST_FILE = 20_000_000  # bytes; a results file of a large scenario has some 100,000
MOST_PROBLEMS_SHOWN = 20
NEEDS_SOURCE = ("measured", "published", "reported")
_STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

Name = Annotated[str, Field(min_length=1, max_length=200)]
StableName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=100)]
Text = Annotated[str, Field(max_length=4000)]
Level = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=0)]
Version = Literal["1"]
Kind = Literal["measured", "published", "reported", "derived", "assumed"]
Scale = Literal["linear", "log"]
Scalar = Text | int | float | bool | None
ParameterValue = int | float | str | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Shown):
    """One quantity for everybody or for one group, with its range, or undefined with the reason.

    Parameters
    ----------
    name
        Stable name; :data:`baserate.outcomes.names.OUTCOMES` says what it means.
    group
        ``all``, ``group:<name>``, ``status:<name>``, or ``input:<key>`` where it says what an input does.
    value, low, high
        Middle and ends of the range, in ``unit``; null together with ``undefined``.
    level
        Share of the draws that the range covers, in (0, 1); null where there is no range.
    unit
        Unit of the three numbers; ``probability`` for a rate.
    denominator
        What a rate is a share of, or the period a count is for.
    method
        How it was obtained: ``closed form over 1000 draws`` or ``simulation``.
    n
        Trials behind a simulated rate; null elsewhere.
    undefined
        Why there is no value; null where there is one.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    name: StableName
    group: Annotated[str, Field(pattern=r"^(all|(group|status|modality|input):.+)$", max_length=200)]
    value: float | None
    low: float | None
    high: float | None
    level: Level | None
    unit: Text
    denominator: Text
    method: Text
    n: Count | None
    undefined: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a parameter's value stands.

    Parameters
    ----------
    title, publisher, date, locator
        The work, who published it, when, and the place in it; empty where unknown.
    kind
        What sort of source it is: measured, published, reported, derived or assumed.
    ids
        Identifiers of the rows of the fact tables that were used.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    title: Text
    publisher: Text
    date: Text
    locator: Text
    kind: Kind
    ids: Annotated[tuple[Name, ...], Field(max_length=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRow(Shown):
    """One input of the scenario as a report lists it.

    Parameters
    ----------
    key
        Dotted name in the scenario file.
    value, low, high
        The value, and the ends of its range where it is uncertain; a choice is a string or a boolean.
    unit
        Unit of the value; empty for a choice.
    source
        Where it stands; null only for what is assumed or derived.
    kind
        The kind of knowledge the value rests on.
    note
        What a reader should know of it; may be empty.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    key: Name
    value: ParameterValue
    low: ParameterValue
    high: ParameterValue
    unit: Text
    source: Citation | None
    kind: Kind
    note: Text


@dataclass(frozen=True, slots=True)
class About:
    """What a scenario describes and the question it answers, for the first screen of a report.

    Parameters
    ----------
    title
        The deployment in a few words.
    question
        The question in plain words, ending with a question mark.
    summary
        One paragraph on what is modelled; may be empty.
    unknown
        What nobody has disclosed and an overseer should ask for, a sentence each.
    """

    title: str
    question: str
    summary: str
    unknown: tuple[str, ...] = ()


ABOUT = ("title", "question", "summary", "unknown")  # keys of the manifest that say what a scenario is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything ``results.json`` holds.

    Parameters
    ----------
    schema_version
        Version of this shape.
    scenario
        Name of the scenario.
    manifest
        What the scenario describes (``title``, ``question``, ``summary``, ``unknown``) and how the numbers were made:
        digests of the inputs, versions, engine, seed. Values are scalars, or one level of an object or a list of
        scalars.
    outcomes
        One entry for each name and group.
    parameters
        Every input with its source.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    schema_version: Version
    scenario: Name
    manifest: dict[Name, Scalar | dict[Name, Scalar] | list[Scalar]]
    outcomes: Annotated[tuple[Outcome, ...], Field(max_length=5000)]
    parameters: Annotated[tuple[ParameterRow, ...], Field(max_length=2000)]

    @property
    def about(self) -> About:
        """What the scenario describes, from the manifest; its name stands in where that says nothing."""
        title, question, summary = (str(self.manifest.get(key) or "") for key in ABOUT[:3])
        unknown = self.manifest.get("unknown")
        lines = tuple(map(str, unknown)) if isinstance(unknown, list) else ()
        title = title or self.scenario
        return About(title, question or title, summary, lines)

    def _repr_html_(self) -> str:
        """Show the outcomes in a notebook."""
        rows = ((o.name, o.group, o.value, o.low, o.high, o.unit, o.undefined) for o in self.outcomes)
        head = ("outcome", "group", "value", "low", "high", "unit", "undefined because")
        return table_html(self.about.title, head, rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A value with its range at one place of a curve; three nulls where it is undefined there."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    x: float
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line of a curve, with the words drawn at its end."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    label: Name
    points: Annotated[tuple[Point, ...], Field(max_length=2000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place on the horizontal axis that has a name."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    x: float
    label: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One quantity along another.

    Parameters
    ----------
    name
        Stable name: ``alert_is_wrong_by_enrolled_share``, ``fpir_by_gallery_size``.
    title
        What the curve shows, in words.
    x_label, x_unit, x_scale, y_label, y_unit, y_scale
        The axes; a scale is ``linear`` or ``log``.
    series
        The lines.
    marks
        Places worth naming on the horizontal axis.
    supported
        Range of x that data support; beyond it the curve is extrapolated. Null where the question does not arise.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    name: StableName
    title: Text
    x_label: Name
    x_unit: Text
    x_scale: Scale
    y_label: Name
    y_unit: Text
    y_scale: Scale
    series: Annotated[tuple[Series, ...], Field(max_length=20)]
    marks: Annotated[tuple[Mark, ...], Field(max_length=20)]
    supported: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves(Shown):
    """Everything ``curves.json`` holds; ``scenario`` is the scenario's name."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    schema_version: Version
    scenario: Name
    curves: Annotated[tuple[Curve, ...], Field(max_length=50)]


Shape = TypeVar("Shape")
_ADAPTERS: dict[type, TypeAdapter[Any]] = {shape: TypeAdapter(shape) for shape in (Results, Curves)}


def _adapter(shape: type[Any]) -> TypeAdapter[Any]:
    return _ADAPTERS.get(shape) or TypeAdapter(shape)


def to_json(record: DataclassInstance) -> str:
    """Write a record as JSON text: six significant digits, keys in the order of the shape, a newline at the end.

    Raises
    ------
    InputError
        If the record contradicts itself: a value and a reason why it is undefined, a range upside down.

    Examples
    --------
    >>> print(to_json(Curves(schema_version="1", scenario="example", curves=())), end="")
    {
      "schema_version": "1",
      "scenario": "example",
      "curves": []
    }
    """
    _hold(record, where=type(record).__name__.lower())
    return json.dumps(_rounded(asdict(record)), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str | bytes, shape: type[Shape], *, where: str) -> Shape:
    """Read a record from JSON text that may come from anybody.

    Parameters
    ----------
    text
        The file's content.
    shape
        :class:`Results`, :class:`Curves`, or another frozen dataclass with types that pydantic holds.
    where
        Name of the file, for messages.

    Raises
    ------
    InputError
        With every place where the text departs from the shape.

    Examples
    --------
    >>> from_json('{"schema_version": "1", "scenario": "example", "curves": []}', Curves, where="curves.json")
    Curves(schema_version='1', scenario='example', curves=())
    """
    if len(text) > LARGEST_FILE:
        remedy = "Give the file that baserate simulate wrote"
        raise InputError([Problem("file-too-large", where, f"more than {LARGEST_FILE:,} bytes", remedy)])
    try:
        record: Shape = _adapter(shape).validate_json(text)
    except ValidationError as error:
        raise InputError(_departures(error, where)) from None
    _hold(record, where=where)
    return record


def read(path: Path, shape: type[Shape]) -> Shape:
    """Read ``results.json`` or ``curves.json`` from disk, never more of it than :data:`LARGEST_FILE`.

    Raises
    ------
    InputError
        If there is no such file, or it departs from the shape.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        what = f"this file cannot be read ({error.strerror})"
        remedy = "Name a folder that baserate simulate wrote, with results.json and curves.json in it"
        raise InputError([Problem("cannot-read", str(path), what, remedy)]) from None
    return from_json(content, shape, where=str(path))


def schema(shape: type[Shape]) -> str:
    """Give the JSON Schema of a shape, as text: what the files in ``schemas/`` hold.

    Examples
    --------
    >>> json.loads(schema(Curves))["title"]
    'Curves'
    """
    made = _adapter(shape).json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(head | made, indent=2) + "\n"


def round_number(value: float) -> float:
    """Round to the six significant digits that are written.

    Examples
    --------
    >>> round_number(0.0512345678)
    0.0512346
    """
    return float(f"{value:.6g}")


def _rounded(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, float):
        return round_number(value)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return value


def _departures(error: ValidationError, where: str) -> list[Problem]:
    """Turn pydantic's list into problems, one for each place."""
    found = error.errors(include_url=False, include_context=False)
    # A union reports every member it tried: one message for a place is enough.
    by_place = {_key(fault["loc"]): fault for fault in reversed(found)}
    problems = [_departure(place, fault, where) for place, fault in sorted(by_place.items())]
    return _first(problems, where)


def _departure(place: str, fault: Any, where: str) -> Problem:  # noqa: ANN401 - pydantic's ErrorDetails
    got = "" if isinstance(fault["input"], (dict, list)) else f"; got {str(fault['input'])[:60]!r}"
    return Problem(
        "not-the-shape",
        f"{where}: {place or 'the whole file'}",
        f"{fault['msg'][0].lower()}{fault['msg'][1:200]}{got}",
        "Give the file as baserate wrote it; its shape is in baserate/outcomes/schemas",
    )


def _key(place: tuple[str | int, ...]) -> str:
    """Write a place as ``outcomes[3].value``, without the names of the union's members."""
    members = {"str", "int", "float", "bool", "none"}
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in place if part not in members]
    return "".join(parts).lstrip(".")[:120]


def _first(problems: list[Problem], where: str) -> list[Problem]:
    hidden = len(problems) - MOST_PROBLEMS_SHOWN
    if hidden <= 0:
        return problems
    more = Problem("not-the-shape", where, f"{hidden} more places depart from the shape", "Repair the first ones")
    return [*problems[:MOST_PROBLEMS_SHOWN], more]


def _hold(record: object, *, where: str) -> None:
    """Raise what the shape alone cannot say."""
    if isinstance(record, Results):
        found = _contradictions_of_results(record)
    elif isinstance(record, Curves):
        found = _contradictions_of_curves(record)
    else:
        return
    remedy = "Write the file anew with this version of baserate"
    problems = [Problem("contradiction", f"{where}: {place}", what, remedy) for place, what in found]
    if problems:
        raise InputError(_first(problems, where))


def _contradictions_of_results(results: Results) -> Iterator[tuple[str, str]]:
    yield from _repeated("outcomes", [f"{outcome.name} of {outcome.group}" for outcome in results.outcomes])
    yield from _repeated("parameters", [row.key for row in results.parameters])
    for row in results.parameters:
        if row.source is None and row.kind in NEEDS_SOURCE:
            yield f"parameters ({row.key})", f"a {row.kind} value needs a source; without one it is assumed"
    for index, outcome in enumerate(results.outcomes):
        place = f"outcomes[{index}] ({outcome.name} of {outcome.group})"
        if (outcome.value is None) != (outcome.undefined is not None):
            yield place, "a value and the reason why there is none exclude each other, and one of them must be there"
        yield from _range_faults(place, outcome, probability=outcome.unit in RATE_UNITS)


def _contradictions_of_curves(curves: Curves) -> Iterator[tuple[str, str]]:
    yield from _repeated("curves", [curve.name for curve in curves.curves])
    for curve in curves.curves:
        yield from _repeated(f"{curve.name}.series", [series.label for series in curve.series])
        for series in curve.series:
            for index, point in enumerate(series.points):
                place = f"{curve.name}, {series.label}, point {index}"
                yield from _range_faults(place, point, probability=curve.y_unit in RATE_UNITS)
                if curve.x_unit in RATE_UNITS and not 0 <= point.x <= 1:
                    yield place, f"a probability lies in 0 to 1; x is {point.x}"


def _repeated(place: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name, count in Counter(names).items():
        if count > 1:
            yield place, f"{name} stands there {count} times"


def _range_faults(place: str, item: Outcome | Point, *, probability: bool) -> Iterator[tuple[str, str]]:
    """Say what is wrong with a value and its range: nothing that is counted here is negative."""
    least = min((number for number in (item.low, item.value, item.high) if number is not None), default=0)
    most = max((number for number in (item.low, item.value, item.high) if number is not None), default=0)
    if least < 0 or (probability and most > 1):
        yield place, f"{'a probability lies in 0 to 1' if probability else 'less than nothing'}; got {least} to {most}"
    ends = (item.low, item.high)
    if item.value is None or None in ends:
        if ends != (None, None):
            yield place, f"a range needs a value and both of its ends; got {item.low}, {item.value}, {item.high}"
    elif not item.low <= item.value <= item.high:  # type: ignore[operator]
        yield place, f"low <= value <= high does not hold: {item.low}, {item.value}, {item.high}"
