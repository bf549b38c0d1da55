"""The manifest of a deployment: what its operator states, dated, beside the log."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from baserate.columns import MANIFEST
from baserate.errors import Problem
from baserate.inputs.log_formats.files import raise_if, stop
from baserate.inputs.problems import shown

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST = 16 << 20  # bytes
_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "date": (str,),
    "time": (str,),
    "list": (list,),
    "table": (dict,),
    "tables": (list,),
}


def read_manifest(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    """Read a manifest in JSON or TOML.

    Parameters
    ----------
    path
        File whose name ends in ``.json`` or ``.toml``.

    Returns
    -------
    tuple
        The manifest as plain values (dates as ISO 8601 text), and warnings about keys missing or unknown.

    Raises
    ------
    InputError
        The file cannot be parsed, or a key has a value of another type than the schema's.
    """
    values = _parse(path)
    problems = _wrong_types(values, str(path)) + _unknown(values, str(path)) + _missing(values, str(path))
    raise_if(problems)
    return values, problems


def _parse(path: Path) -> dict[str, Any]:
    if not path.is_file():
        stop("no-such-file", str(path), "there is no such manifest", "Check the path")
    if path.stat().st_size > _LONGEST:
        stop("file-too-large", str(path), f"a manifest of more than {_LONGEST:,} bytes", "Give the manifest")
    try:
        text = path.read_text(encoding="utf-8-sig")
        found = tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except (ValueError, RecursionError) as error:
        what = f"cannot be parsed ({str(error)[:200] or type(error).__name__})"
        stop("unreadable-manifest", str(path), what, "Write JSON, or TOML in a file named .toml")
    if not isinstance(found, dict):
        stop("unreadable-manifest", str(path), "is not a table of keys", 'Write {"key": value, ...}')
    return {key: _plain(value) for key, value in found.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401 (whatever the file holds)
    """Dates and times as text, also inside lists and tables, so that JSON and TOML give the same manifest."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _values(found: dict[str, Any], path: str) -> list[Any]:
    """Values at the path of a manifest key, through lists of tables."""
    level: list[Any] = [found]
    for part in path.split("."):
        key, many = part.removesuffix("[]"), part.endswith("[]")
        level = [item[key] for item in level if isinstance(item, dict) and key in item]
        level = [one for item in level for one in (item if isinstance(item, list) else [item])] if many else level
    return level


def _wrong_types(found: dict[str, Any], where: str) -> list[Problem]:
    problems = []
    for key in MANIFEST:
        bad = [value for value in _values(found, key.name) if not _is(value, key.type)]
        if bad:
            what = f"{len(bad)} values are not of the type {key.type} (found {type(bad[0]).__name__})"
            problems.append(Problem("wrong-type", f"{where}: {key.name}", what, f"Write it as {key.example}"))
    return problems


def _is(value: object, kind: str) -> bool:
    if isinstance(value, bool) or value is None:  # bool is an int in Python; null says "none"
        return kind == "boolean" or value is None
    if kind in ("date", "time"):
        return isinstance(value, str) and _is_day(value)
    return isinstance(value, _TYPES[kind])


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value[:10])
    except ValueError:
        # "none, decided by ..." is an answer that the schema allows for documents that do not exist
        return value.startswith("none")
    return True


def _unknown(found: dict[str, Any], where: str) -> list[Problem]:
    known = {key.top for key in MANIFEST}
    strange = sorted(set(found) - known)
    if not strange:
        return []
    what = f"{len(strange)} keys are not in the schema: {', '.join(map(shown, strange[:10]))}"
    return [Problem("unknown-key", where, what, "They are handed on as they are; check their spelling", "warning")]


def _missing(found: dict[str, Any], where: str) -> list[Problem]:
    missing = [key.name for key in MANIFEST if key.required == "R" and not key.part and key.name not in found]
    if not missing:
        return []
    what = f"{len(missing)} keys that the schema requires are missing: {', '.join(missing)}"
    return [Problem("key-missing", where, what, "Rules that need them will answer cannot tell", "warning")]
