"""The record of an evidence bundle, ``bundle.json``: strict, because a bundle may come from anybody."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from baserate.errors import InputError, Problem
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "bundle.json"
SCHEMA_VERSION: Literal["1"] = "1"
MOST_FILES = 20_000
_STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,120}")

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, Field(max_length=2000)]
Option = bool | int | float | Text | Annotated[tuple[Text, ...], Field(max_length=1000)]
Command = Literal["audit", "simulate", "measure"]


@dataclass(frozen=True, slots=True)
class BundleFile(Shown):
    """A file with its digest.

    Parameters
    ----------
    path
        Relative to the bundle, with ``/``.
    sha256
        Of its bytes, in hexadecimal.
    size
        In bytes; ``None`` for an input that was left out before anybody counted.
    """

    __pydantic_config__ = _STRICT

    path: Annotated[str, Field(max_length=500)]
    sha256: Digest
    size: Annotated[int, Field(ge=0)] | None


@dataclass(frozen=True, slots=True)
class BundleInput:
    """An input of the run.

    Parameters
    ----------
    role
        What it is to the command: ``log``, ``manifest``, ``scenario``, ``file``, ``searches`` ...
    file
        Its place in the bundle, also where it would lie if it were there.
    included
        Whether it is there; one that may not be passed on is given by whoever verifies.
    """

    __pydantic_config__ = _STRICT

    role: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    file: BundleFile
    included: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle(Shown):
    """What was run on what, and what came out.

    Parameters
    ----------
    baserate
        Version that made the results.
    command, options
        Command of Baserate and the options that matter to its numbers.
    versions
        Versions of what computed, by name.
    inputs, results
        Files, each with its digest.
    date
        Day of publication as the writer gave it (ISO 8601); ``None`` where none was given: no clock is read.
    """

    __pydantic_config__ = _STRICT

    schema_version: Literal["1"] = SCHEMA_VERSION
    baserate: Annotated[str, Field(max_length=50)]
    command: Command
    options: dict[Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")], Option]
    versions: dict[Annotated[str, Field(max_length=100)], Annotated[str, Field(max_length=100)]]
    inputs: Annotated[tuple[BundleInput, ...], Field(max_length=MOST_FILES)]
    results: Annotated[tuple[BundleFile, ...], Field(min_length=1, max_length=MOST_FILES)]
    date: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] | None = None

    @property
    def files(self) -> tuple[BundleFile, ...]:
        """Every file that the bundle holds."""
        return (*(given.file for given in self.inputs if given.included), *self.results)


def bundle_json(bundle: Bundle) -> str:
    """Write a record: the same bytes for the same record."""
    return json.dumps(asdict(bundle), indent=2, allow_nan=False) + "\n"


def read_bundle(text: bytes, *, where: str) -> Bundle:
    """Read a record, or refuse it with what is wrong.

    Raises
    ------
    InputError
        If it is no record of a bundle, or names a path that leads out of the bundle or to the same place twice.
    """
    try:
        # JSON has no tuples: read as JSON, strictly, and not from Python's lists.
        bundle = TypeAdapter(Bundle).validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[:10]
        problems = [
            Problem("not-a-bundle", f"{where}: {'.'.join(map(str, fault['loc']))[:120] or 'the whole file'}",
                    fault["msg"][:200], "Give a folder that baserate bundle wrote")
            for fault in first
        ]  # fmt: skip
        raise InputError(problems) from None
    problems = [*_unsafe(bundle, where), *_repeated(bundle, where)]
    if problems:
        raise InputError(problems[:20])
    return bundle


def is_safe(path: str) -> bool:
    """Say whether a path stays below the folder it starts from, and is plain enough for every system.

    Examples
    --------
    >>> is_safe("inputs/log/search_event.parquet"), is_safe("../x"), is_safe("/etc/passwd"), is_safe("a/.b")
    (True, False, False, False)
    """
    return all(_PART.fullmatch(part) for part in path.split("/"))


def _unsafe(bundle: Bundle, where: str) -> Iterator[Problem]:
    files = (*(given.file for given in bundle.inputs), *bundle.results)
    for file in files:
        if not is_safe(file.path):
            what = f"{file.path[:80]!r} is no path below the bundle"
            yield Problem("unsafe-path", where, what, "Do not use this bundle; ask its author for another")


def _repeated(bundle: Bundle, where: str) -> Iterator[Problem]:
    # Two names that some systems hold for one would let one file stand for another.
    seen: set[str] = set()
    for file in (*(given.file for given in bundle.inputs), *bundle.results):
        if file.path.lower() in seen:
            yield Problem("path-twice", where, f"{file.path[:80]!r} is listed twice", "Ask its author for another")
        seen.add(file.path.lower())
