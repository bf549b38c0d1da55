"""Find every parameter of a scenario file, with the rule that the schema gives it.

The walk goes over the file's raw tables, not over validated ones, so that parameters can be checked in a file whose
other parts are wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from baserate.inputs.toml_document import KeyPath, dotted
from baserate.models.scenario_schema import Choice, Quantity, ScenarioTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Place:
    """A parameter in a file: its path, the schema's rule for it, and what the file says there."""

    path: KeyPath
    rule: Quantity | Choice
    raw: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Its key, ``galleries.faces.size``."""
        return dotted(self.path)

    @property
    def is_choice(self) -> bool:
        """Whether it is one of several options."""
        return isinstance(self.rule, Choice)


def places(data: Mapping[str, Any]) -> Iterator[Place]:
    """Every parameter that the raw tables hold as a table; bare values are the schema's to refuse."""
    yield from _walk(ScenarioTable, data, ())


def _walk(annotation: Any, raw: Any, path: KeyPath) -> Iterator[Place]:  # noqa: ANN401
    kind, arguments = get_origin(annotation), get_args(annotation)
    if kind in (Union, UnionType):
        for option in arguments:
            yield from _walk(option, raw, path)
    elif kind is Annotated and isinstance(raw, dict):
        yield from (Place(path, rule, raw) for rule in annotation.__metadata__ if isinstance(rule, Quantity | Choice))
    else:
        for name, inner, entry in _entries(annotation, raw):
            yield from _walk(inner, entry, (*path, name))


def _entries(annotation: Any, raw: Any) -> Iterator[tuple[str | int, Any, Any]]:  # noqa: ANN401
    """What a table or list holds: name or index, the schema's type for it, and the raw entry."""
    kind, arguments = get_origin(annotation), get_args(annotation)
    if kind is dict and isinstance(raw, dict):
        yield from ((name, arguments[1], entry) for name, entry in raw.items())
    elif kind is list and isinstance(raw, list):
        yield from ((index, arguments[0], entry) for index, entry in enumerate(raw))
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel) and isinstance(raw, dict):
        hints = get_type_hints(annotation, include_extras=True)
        yield from ((name, hints[name], raw[name]) for name in hints if name in raw)
