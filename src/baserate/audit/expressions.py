"""The macros that a rule's SQL may hold, and what they become.

``missing(column)``
    The cell is empty, where an empty cell means that a thing did not happen. In a log that holds no value in that
    column at all the answer is unknown, because such a system may simply not record it.
``marked(column)``
    The flag is set. An empty cell counts as not set, again only in a log that uses the column.
``in_live_use(column)``
    The value comes up in a live search too.
``log_end()``
    Time of the last live search: the moment as of which a log is judged, so that a later run says the same.
``m_list(key)``, ``m_text(key)``, ``m_number(key)``
    What the manifest says at a dotted key, as a list of texts, one text or a number; NULL where it is silent, so that
    the answer is unknown and not a default of ours. A list that is there and empty says that there is none.
"""

from __future__ import annotations

import re
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from baserate.audit.manifest import Manifest

_MISSING = re.compile(r"\bmissing\((\w+)\)")
_MARKED = re.compile(r"\bmarked\((\w+)\)")
_IN_USE = re.compile(r"\bin_live_use\((\w+)\)")
_MANIFEST = re.compile(r"\bm_(list|text|number)\(([\w.]+)\)")
# Quoted text first: what a log or a manifest says may look like a macro, and is none.
_MACRO = re.compile(
    r"'(?:[^']|'')*'|\b(?P<macro>missing|marked|in_live_use|log_end|m_list|m_text|m_number)\((?P<of>[\w.]*)\)"
)
_WORDS = re.compile(r"'(?:[^']|'')*'|\b[a-z_]\w*\b")


def expand(
    sql: str,
    *,
    manifest: Manifest,
    seen: Collection[str],
    end: datetime | None = None,
    in_use: Mapping[str, Sequence[str | None]] | None = None,
) -> str:
    """Replace the macros of a rule's SQL.

    Parameters
    ----------
    sql
        SQL as the rule has it.
    manifest
        What the manifest says.
    seen
        Columns that hold at least one value in this log.
    end
        Time of its last live search; ``None`` where no search has a time.
    in_use
        By column, the values of live searches, ``None`` among them where some are not told; a column that is not there
        is looked up in the log.

    Examples
    --------
    >>> from baserate.audit.manifest import Manifest
    >>> expand("missing(deletion_time_utc)", manifest=Manifest({}), seen={"deletion_time_utc"})
    '(deletion_time_utc IS NULL)'
    >>> expand("operator_role IN m_list(roles)", manifest=Manifest({"roles": ["o'hare"]}), seen=())
    "operator_role IN ['o''hare']::VARCHAR[]"
    >>> [expand("m_list(roles)", manifest=Manifest(said), seen=()) for said in ({"roles": []}, {})]
    ['[]::VARCHAR[]', 'NULL::VARCHAR[]']
    """
    become: dict[str, Callable[[str], str]] = {
        "missing": lambda column: f"({column} IS NULL)" if column in seen else "NULL::BOOLEAN",
        "marked": lambda column: f"coalesce({column}, FALSE)" if column in seen else "NULL::BOOLEAN",
        "log_end": lambda _: "NULL::TIMESTAMPTZ" if end is None else f"TIMESTAMPTZ '{end.isoformat()}'",
        "in_live_use": lambda column: _in_use(column, (in_use or {}).get(column)),
        "m_list": partial(_literal, manifest, "list"),
        "m_text": partial(_literal, manifest, "text"),
        "m_number": partial(_literal, manifest, "number"),
    }
    # In one pass, so that no text that is put in is looked at again.
    return _MACRO.sub(lambda m: become[m["macro"]](m["of"]) if m["macro"] else m[0], sql)


def columns_whose_absence_speaks(sql: str) -> set[str]:
    """Columns that stand in ``missing(...)`` or ``marked(...)``."""
    return set(_MISSING.findall(sql)) | set(_MARKED.findall(sql))


def columns_in_live_use(sql: str) -> set[str]:
    """Columns that stand in ``in_live_use(...)``."""
    return set(_IN_USE.findall(sql))


def values_in_live_use(column: str) -> str:
    """Give SQL of the values of a column in live searches; NULL stands for those that are not told, or may be live."""
    live = f"SELECT {column} AS value FROM search_event WHERE mode = 'live'"  # noqa: S608 (our own schema)
    return f"{live} UNION ALL (SELECT NULL FROM search_event WHERE mode IS NULL OR mode = 'unknown' LIMIT 1)"  # noqa: S608


def manifest_keys(sql: str) -> set[str]:
    """Manifest keys that the SQL asks for, written as the rules' fields are: ``m.roles_allowed``."""
    return {f"m.{key}" for _, key in _MANIFEST.findall(sql)}


def names_in(sql: str) -> set[str]:
    """Lower-case names in the SQL, outside quoted text: columns, named conditions, and SQL's own words."""
    return {word for word in _WORDS.findall(_MANIFEST.sub(" ", sql)) if not word.startswith("'")}


def text_literal(text: str) -> str:
    """Quote a text for SQL; a NUL character, which DuckDB would refuse, is dropped.

    Examples
    --------
    >>> text_literal("x'); DROP TABLE review; --")
    "'x''); DROP TABLE review; --'"
    """
    return "'" + text.replace("\x00", "").replace("'", "''") + "'"


def other_than_none(column: str) -> str:
    """Give SQL: a list names something else than ``none``. An empty list states nothing."""
    # Most lists have one entry, for which no function has to go through them.
    several = f"len(list_filter({column}, lambda x: x <> 'none')) > 0"
    return f"CASE len({column}) WHEN 0 THEN NULL WHEN 1 THEN {column}[1] <> 'none' ELSE {several} END"


def texts(values: Iterable[str]) -> str:
    """Quote a list of texts for SQL.

    Examples
    --------
    >>> texts(["a", "it's"])
    "['a', 'it''s']"
    """
    return "[" + ", ".join(map(text_literal, values)) + "]"


def _in_use(column: str, values: Sequence[str | None] | None) -> str:
    if values is None:
        return f"({column} IN (SELECT nullif(value, '') FROM ({values_in_live_use(column)})))"  # noqa: S608
    listed = ["NULL" if value is None else text_literal(value) for value in values]
    return f"({column} IN ({', '.join(listed)}))" if values else "FALSE"


def _literal(manifest: Manifest, kind: str, key: str) -> str:
    if kind == "number":
        number = manifest.number(key)
        return "NULL::DOUBLE" if number is None or not isfinite(number) else f"{number!r}::DOUBLE"
    found = manifest.texts(key)
    if found is None and kind == "list" and manifest.says_none(key):
        return "[]::VARCHAR[]"
    if found is None:
        return "NULL::VARCHAR[]" if kind == "list" else "NULL::VARCHAR"
    return f"{texts(found)}::VARCHAR[]" if kind == "list" else f"{text_literal(found[0])}::VARCHAR"
