"""Whether the values of a table are those that the schema allows: one counting pass, then rows of what failed."""

# ruff: noqa: S608 - names are quoted by `name`, values by `text`, and the connection is locked down.
from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from baserate.columns import TYPES
from baserate.engines.duckdb import name, text, text_list
from baserate.errors import Problem
from baserate.inputs.log_checks.forbidden_content import DATED_CODES, PATTERNS, kind_of, shape, suspicious
from baserate.inputs.log_formats.tables import ROW
from baserate.inputs.log_formats.text_values import lacks_zone, text_as_type
from baserate.inputs.problems import count_of, place

if TYPE_CHECKING:
    import duckdb

    from baserate.columns import Column
    from baserate.errors import Severity
    from baserate.inputs.log_formats.tables import RawTable

Profile = Literal["auditor", "public"]
SHOWN = 10
# A record that is never to expire may say so with the last day that a calendar has.
EARLIEST, LATEST, FURTHEST = "1970-01-01", "2100-01-01", "10000-01-01"
CANDIDATE_FIELDS = ("rank", "score", "above_threshold", "source_gallery")
_STATE = r"[A-Z]{2}(-[A-Z0-9]{1,3})?|unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that makes a row of a column bad.

    Parameters
    ----------
    code, what, remedy, severity
        Parts of the problem it gives.
    column
        Column of the schema.
    bad
        SQL condition; NULL counts as good.
    value
        SQL expression of the text to show the shape of; empty for none.
    """

    code: str
    column: Column
    bad: str
    what: str
    remedy: str
    value: str = ""
    severity: Severity = "error"


def column_checks(record: Column, raw: RawTable, *, profile: Profile) -> list[Check]:
    """List what to check of one column, given the type in which it was found."""
    cell = name(record.name)
    found = raw.columns[record.name]
    typed = text_as_type(record, cell, days=profile == "public") if found == "VARCHAR" else cell
    checks = _type_checks(record, cell, found, typed)
    if found == "VARCHAR" or fits(record, found):
        checks += _value_checks(record, cell, typed) + _profile_checks(record, typed, profile)
    return checks


def fits(record: Column, found: str) -> bool:
    """Say whether a column found with a type can stand for its own type without loss.

    Examples
    --------
    >>> from baserate.columns import column
    >>> fits(column("search_event", "seq"), "INTEGER"), fits(column("search_event", "seq"), "DOUBLE")
    (True, False)
    """
    wanted = TYPES[record.type].duckdb
    whole = re.fullmatch(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT)", found) and found != "UBIGINT"
    if wanted == "BIGINT":
        return bool(whole)
    if wanted == "DOUBLE":
        return bool(whole) or found in ("DOUBLE", "FLOAT") or found.startswith("DECIMAL")
    if record.type == "candidates":
        return _candidate_fields(found) == set(CANDIDATE_FIELDS)
    return found == wanted or (wanted == "VARCHAR" and found.startswith("ENUM"))


def _candidate_fields(found: str) -> set[str]:
    """Give the names of the fields of a list of flat structs, as DESCRIBE writes it; nothing for another type."""
    inner = re.fullmatch(r"STRUCT\((.*)\)\[\]", found)
    if inner and re.search(r"STRUCT|MAP|UNION|BLOB|\[", inner[1]):
        return set()
    return {part.split()[0].strip('"').lower() for part in inner[1].split(", ")} if inner else set()


# --- checks of one column --------------------------------------------------------------------------------------------


def _type_checks(record: Column, cell: str, found: str, typed: str) -> list[Check]:
    kind = TYPES[record.type]
    if found == "VARCHAR":
        checks = [_wrong_text(record, cell, typed)] if typed != cell else []
        return checks + _zone_checks(record, cell) + _identity_in_candidates(record, cell)
    if fits(record, found):
        return []
    if found in ("TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S") and record.type == "timestamp":
        what = "{n} times have no zone (the file's type is " + found + ")"
        return [Check("time-without-zone", record, f"{cell} IS NOT NULL", what, "Write the column as UTC with zone")]
    if record.type == "candidates" and _candidate_fields(found):
        extra = ", ".join(sorted(_candidate_fields(found) ^ set(CANDIDATE_FIELDS)))
        return [Check("forbidden-candidate-field", record, f"{cell} IS NOT NULL",
                      f"{{n}} candidate lists have other fields than {', '.join(CANDIDATE_FIELDS)} ({extra[:200]})",
                      "A candidate has no identity in a log: keep those four fields")]  # fmt: skip
    what = f"{{n}} values have the type {found[:60]}, not {kind.duckdb}"
    return [Check("wrong-type", record, f"{cell} IS NOT NULL", what, f"Write {kind.text or 'text'}")]


def _wrong_text(record: Column, cell: str, typed: str) -> Check:
    zone = f" AND NOT {lacks_zone(cell)}" if record.type == "timestamp" else ""
    bad = f"{cell} IS NOT NULL AND ({typed}) IS NULL{zone}"
    kind = TYPES[record.type].text
    return Check("wrong-type", record, bad, f"{{n}} values are not of the form: {kind}", "Correct them, or leave "
                 "the cell empty where the system does not support the field", value=cell)  # fmt: skip


def _zone_checks(record: Column, cell: str) -> list[Check]:
    if record.type != "timestamp":
        return []
    return [Check("time-without-zone", record, lacks_zone(cell), "{n} times have no zone",
                  "Convert them to UTC and end them with Z: without zone a time can be a day off",
                  value=cell)]  # fmt: skip


def _identity_in_candidates(record: Column, cell: str) -> list[Check]:
    if record.type != "candidates":
        return []
    keys = f"flatten(list_transform(json_extract(TRY_CAST({cell} AS JSON), '$[*]'), lambda c: json_keys(c)))"
    bad = f"len(list_filter({keys}, lambda k: NOT list_contains({text_list(CANDIDATE_FIELDS)}, k))) > 0"
    what = f"{{n}} candidate lists have other fields than {', '.join(CANDIDATE_FIELDS)}"
    return [Check("forbidden-candidate-field", record, bad, what,
                  "A candidate has no identity in a log: keep those four fields")]  # fmt: skip


def _value_checks(record: Column, cell: str, typed: str) -> list[Check]:
    if record.type == "enum":
        return [Check("unknown-value", record, f"CAST({cell} AS VARCHAR) NOT IN ({_sql_values(record)})",
                      "{n} values are none of the schema's", _allowed(record), value=cell)]  # fmt: skip
    if record.type == "set":
        strange = f"list_filter({typed}, lambda v: v IS NULL OR v NOT IN ({_sql_values(record)}))"
        return [Check("unknown-value", record, f"len({strange}) > 0", "{n} sets hold values not in the schema",
                      _allowed(record), value=f"{strange}[1]")]  # fmt: skip
    if record.type == "candidates":
        return [_candidate_check(record, typed)]
    if TYPES[record.type].pattern:
        return [_text_check(record, cell, typed)]
    return _number_checks(record, typed)


def _candidate_check(record: Column, typed: str) -> Check:
    bad = f"len(list_filter({typed}, lambda c: c IS NULL OR NOT isfinite(c.score) OR c.rank < 1)) > 0"
    galleries = f"list_filter(list_transform({typed}, lambda c: c.source_gallery), lambda g: g IS NOT NULL)"
    what = "{n} candidate lists hold a rank below 1, a score that is not finite or a gallery that is no code"
    remedy = "Write rank from 1, the score, whether it reached the threshold and the manifest's gallery id"
    return Check("bad-candidate", record, f"{bad} OR {_list_is_bad(galleries, TYPES['code'].pattern)}", what, remedy)


def _list_is_bad(values: str, pattern: str) -> str:
    """Give the SQL condition that a list of texts holds one that is no code.

    The list is judged as lines of one text: a regular expression inside a lambda would be compiled for every row.
    """
    lines = f"array_to_string({values}, chr(10))"
    several = rf"(?:{pattern})(?:\n(?:{pattern}))*"
    each = f"NOT regexp_full_match({lines}, {text(several)})"
    count = f"length({lines}) - length(replace({lines}, chr(10), '')) <> len({values}) - 1"
    return f"(len({values}) > 0 AND ({each} OR {count} OR {suspicious(lines, lines=True)}))"


def _sql_values(record: Column) -> str:
    return ", ".join(map(text, record.values))


def _allowed(record: Column) -> str:
    return f"Use {', '.join(record.values)}"


def _text_check(record: Column, cell: str, typed: str) -> Check:
    pattern, dated = TYPES[record.type].pattern, record.name in DATED_CODES
    remedy = f"Write a {TYPES[record.type].text}"
    if TYPES[record.type].duckdb == "VARCHAR[]":
        item = f"NOT regexp_full_match(v, {text(pattern)}) OR {suspicious('v')}"
        first = f"list_filter({typed}, lambda v: v IS NULL OR {item})[1]"
        return Check("not-a-code", record, _list_is_bad(typed, pattern), "", remedy, value=first)
    bad = f"NOT regexp_full_match({cell}, {text(pattern)})"
    if record.type != "digest":  # a digest that fits its pattern cannot be anything else
        bad += f" OR {suspicious(cell, dated=dated)}"
    return Check("not-a-code", record, bad, "", remedy, value=cell)


def _number_checks(record: Column, typed: str) -> list[Check]:
    checks = []
    lowest = re.search(r"\b([01]) (?:and up|to 5)", record.unit)
    if record.type == "float":
        finite = "Leave the cell empty where there is no number"
        checks.append(Check("not-finite", record, f"NOT isfinite({typed})", "{n} numbers are not finite", finite))
    if record.type == "integer" and lowest:
        upper = f" OR {typed} > 5" if "to 5" in record.unit else ""
        checks.append(Check("out-of-range", record, f"{typed} < {lowest[1]}{upper}",
                            f"{{n}} numbers are outside the range ({record.unit})", "Correct them"))  # fmt: skip
    if record.type == "timestamp":
        checks.append(_time_check(record, typed))
    if record.type == "interval":
        checks.append(Check("interval-reversed", record, f"({typed}).end_utc < ({typed}).start_utc",
                            "{n} intervals end before the start", "Write start/end"))  # fmt: skip
    return checks


def _time_check(record: Column, typed: str) -> Check:
    """Look for times that no clock of a log can show, and no other program can read."""
    first, last = EARLIEST, FURTHEST if record.name.endswith("expiry_utc") else LATEST
    bad = f"NOT ({typed} >= TIMESTAMPTZ '{first} 00:00:00+00' AND {typed} < TIMESTAMPTZ '{last} 00:00:00+00')"
    what = f"{{n}} times are not from {first} to before {last}"
    return Check("time-out-of-range", record, bad, what, "Correct them, or leave the cell empty where there is no time")


def _profile_checks(record: Column, typed: str, profile: Profile) -> list[Check]:
    if profile == "auditor":
        return _auditor_checks(record, typed)
    if record.privacy == "P3":
        return [Check("sensitive-in-public", record, f"{typed} IS NOT NULL", "{n} values of privacy class P3",
                      "Take the column out of the public profile and publish counts instead")]  # fmt: skip
    if record.type == "timestamp":
        return [Check("time-too-fine", record, _finer_than(typed, "day"), "{n} times are finer than a day",
                      "Publish dates: cut the times to midnight UTC")]  # fmt: skip
    if record.type == "cell":
        return [Check("place-too-fine", record, f"NOT regexp_full_match({typed}, {text(_STATE)})",
                      "{n} places are finer than a state", "Publish the state (ISO 3166-2)")]  # fmt: skip
    return []


def _auditor_checks(record: Column, typed: str) -> list[Check]:
    if record.name not in ("time_start_utc", "time_end_utc"):
        return []
    return [Check("time-too-fine", record, _finer_than(typed, "hour"), "{n} times are finer than an hour",
                  "Cut them to the hour before the log leaves the agency's auditor", severity="warning")]  # fmt: skip


def _finer_than(typed: str, unit: str) -> str:
    local = f"({typed}) AT TIME ZONE 'UTC'"
    return f"date_trunc('{unit}', {local}) <> {local}"


# --- running them ----------------------------------------------------------------------------------------------------


def run_checks(connection: duckdb.DuckDBPyConnection, raw: RawTable, checks: list[Check]) -> list[Problem]:
    """Count every check in one pass over the table, and describe those that found something."""
    if not checks:
        return []
    counts = ", ".join(f"count(*) FILTER (WHERE {check.bad})" for check in checks)
    found = connection.execute(f"SELECT {counts} FROM {raw.view}").fetchall()[0]
    problems = []
    for check, count in zip(checks, found, strict=True):
        if count:
            described = _describe(connection, raw, check, count)
            problems += described or [_contradictory(raw, check)]
    return problems


def _contradictory(raw: RawTable, check: Check) -> Problem:
    """Tell a fault that was counted and cannot be found again: the file's statistics are not those of its values."""
    what = "its values contradict what the file says of them"
    return Problem("unreadable-file", _where(raw, check), what, "It is damaged: export the log again")


def _describe(connection: duckdb.DuckDBPyConnection, raw: RawTable, check: Check, count: int) -> list[Problem]:
    if check.code == "not-a-code":
        return _describe_content(connection, raw, check)
    value = _shown_value(check)
    sql = f"SELECT min({ROW}, {SHOWN}), arg_min({value}, {ROW}) FROM {raw.view} WHERE {check.bad}"
    rows, first = connection.execute(sql).fetchall()[0]
    if rows is None:
        return []
    what = f"{_counted(check.what, count)} ({place(rows, count)}{_shown(check, first)})"
    return [Problem(check.code, _where(raw, check), what, check.remedy, severity=check.severity)]


def _counted(what: str, count: int) -> str:
    """Put a count into what is said of many."""
    found = re.fullmatch(r"\{n\} ((?:candidate )?\w+)s (.*)", what, re.DOTALL)
    assert found, what  # noqa: S101 - every check begins so
    noun, does = found.groups()
    return f"{count_of(count, noun)} {does}" if does.startswith("of ") else count_of(count, noun, does)


def _shown_value(check: Check) -> str:
    if not check.value:
        return "NULL"
    # An enumeration's near miss may be shown as it is; anything else by its shape only.
    return f"left(CAST({check.value} AS VARCHAR), 60)" if check.code == "unknown-value" else shape(check.value)


def _shown(check: Check, first: str | None) -> str:
    if first is None:
        return ""
    if check.code != "unknown-value":
        return f"; the first looks like {first!r}"
    near = get_close_matches(first.lower().strip(), check.column.values, 1, 0.8)
    return f'; the first may stand for "{near[0]}"' if near else f"; the first looks like {mask(first)!r}"


def mask(value: str) -> str:
    """Give the shape of a text, as :func:`~baserate.inputs.log_checks.forbidden_content.shape` does in SQL.

    Examples
    --------
    >>> mask("Juan 1984")
    'Aaaa 9999'
    """
    return "".join("9" if c.isnumeric() else "A" if c.isupper() else "a" if c.isalpha() else c for c in value[:24])


def _describe_content(connection: duckdb.DuckDBPyConnection, raw: RawTable, check: Check) -> list[Problem]:
    kind = kind_of("value", dated=check.column.name in DATED_CODES)
    sql = (
        f"SELECT kind, count(*), min({ROW}, {SHOWN}), arg_min({shape('value')}, {ROW}) FROM ("
        f"SELECT {ROW}, value, {kind} AS kind FROM (SELECT {ROW}, {check.value} AS value FROM {raw.view} "
        f"WHERE {check.bad})) GROUP BY kind ORDER BY kind"
    )
    return [_content_problem(raw, check, *row) for row in connection.execute(sql).fetchall()]


def _content_problem(raw: RawTable, check: Check, kind: int, count: int, rows: list[int], first: str) -> Problem:
    where = f"({place(rows, count)}; the first looks like {first!r})"
    if kind < 0:
        what = count_of(count, "value", f"are not of the column's form {where}")
        return Problem("not-a-code", _where(raw, check), what, check.remedy)
    pattern = PATTERNS[kind]
    what = count_of(count, "value", f"look like {pattern.what} {where}")
    remedy = f"A log must not hold it: take it out at the source. {check.remedy}"
    return Problem(f"forbidden-{pattern.code}", _where(raw, check), what, remedy)


def _where(raw: RawTable, check: Check) -> str:
    return f'{raw.where}, {raw.table}, column "{check.column.name}"'
