"""The log schema as JSON Schema, for those who write logs in JSON Lines or check them with other tools.

JSON Schema sees the form of a row. It does not see forbidden content, gaps or broken chains: the reader does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from baserate.columns import LOG_SCHEMA_VERSION, MANIFEST, TABLES, TYPES

if TYPE_CHECKING:
    from baserate.columns import Column, ManifestKey

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
_INTERVAL = f"{_TIME[:-1]}/{_TIME[1:]}"
_PLAIN: dict[str, dict[str, Any]] = {
    "integer": {"type": ["integer", "null"]},
    "float": {"type": ["number", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "timestamp": {"type": ["string", "null"], "pattern": _TIME},
    "interval": {"type": ["string", "null"], "pattern": _INTERVAL},
}
_MANIFEST_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "null"]},
    "integer": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "date": {"type": ["string", "null"], "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2}|none)"},
    "time": {"type": ["string", "null"], "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2}|none)"},
    "list": {"type": ["array", "null"]},
    "table": {"type": ["object", "null"]},
    "tables": {"type": ["array", "null"]},
}


def log_schema() -> dict[str, Any]:
    """Give the JSON Schema of the log: one definition for a row of each table, one for the manifest.

    Returns
    -------
    dict
        ``$defs`` holds a schema by the name of each table, and ``manifest``.

    Examples
    --------
    >>> log_schema()["$defs"]["search_event"]["properties"]["gallery_unit"]["enum"]
    ['images', 'records', 'individuals', None]
    """
    tables = {table: _row(records) for table, records in TABLES.items()}
    return {
        "$schema": DIALECT,
        "title": f"Search log {LOG_SCHEMA_VERSION}",
        "description": "One object per line and table; null means that the system does not support the field.",
        "$defs": {**tables, "manifest": _manifest()},
    }


def _row(records: tuple[Column, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {record.name: _property(record) for record in records},
        "required": [record.name for record in records if record.required == "R"],
        "additionalProperties": False,
    }


def _property(record: Column) -> dict[str, Any]:
    return {"description": record.meaning, **_form(record)}


def _form(record: Column) -> dict[str, Any]:
    if record.type == "enum":
        return {"enum": [*record.values, None]}
    if record.type == "set":
        return {"type": ["array", "null"], "items": {"enum": list(record.values)}}
    if record.type == "candidates":
        return {"type": ["array", "null"], "items": _CANDIDATE}
    pattern = TYPES[record.type].pattern
    if pattern:
        text = {"type": "string", "pattern": f"^(?:{pattern})$"}
        return {"type": ["array", "null"], "items": text} if "[]" in TYPES[record.type].duckdb else _or_null(text)
    return {**_PLAIN[record.type], **_range(record)}


def _or_null(text: dict[str, Any]) -> dict[str, Any]:
    return {**text, "type": ["string", "null"]}


def _range(record: Column) -> dict[str, Any]:
    lowest = re.search(r"\b([01]) (and up|to ([0-9]+))", record.unit)
    if record.type != "integer" or not lowest:
        return {}
    return {"minimum": int(lowest[1]), **({"maximum": int(lowest[3])} if lowest[3] else {})}


_CANDIDATE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "rank": {"type": ["integer", "null"], "minimum": 1},
        "score": {"type": ["number", "null"]},
        "above_threshold": {"type": ["boolean", "null"]},
        "source_gallery": _or_null({"pattern": f"^(?:{TYPES['code'].pattern})$"}),
    },
    "additionalProperties": False,
}


def _manifest() -> dict[str, Any]:
    top = [key for key in MANIFEST if not key.part]
    return {
        "type": "object",
        "properties": {key.name: _manifest_property(key) for key in top},
        "required": [key.name for key in top if key.required == "R"],
    }


def _manifest_property(key: ManifestKey) -> dict[str, Any]:
    inner = [k for k in MANIFEST if k.top == key.name and k.part]
    form = {"description": key.meaning, **_MANIFEST_TYPES[key.type]}
    if not inner:
        return form
    properties = {k.part: {"description": k.meaning, **_MANIFEST_TYPES[k.type]} for k in inner}
    if key.type == "table":  # an empty one says that there is none, so that no part of it is required
        return {**form, "properties": properties}
    required = [k.part for k in inner if k.required == "R"]
    return {**form, "items": {"type": "object", "properties": properties, "required": required}}
