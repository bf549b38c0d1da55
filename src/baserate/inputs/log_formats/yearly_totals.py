"""Totals of yearly reports, read as claims that a log has to reproduce."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from baserate.errors import Problem
from baserate.inputs.log_formats.files import raise_if, stop
from baserate.inputs.log_formats.small_csv import read_small_csv
from baserate.inputs.problems import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from baserate.inputs.logs import SearchLog

COLUMNS = ("title", "period_start", "period_end", "system_id", "total", "part", "number")


def read_yearly_totals(path: Path | str) -> tuple[dict[str, Any], ...]:
    """Read the totals of reports from CSV, one number a row.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns ``title, period_start, period_end, system_id, total, part, number``. Days are
        ISO 8601 and both included. ``system_id`` may be empty. ``part`` is empty for a total such as ``searches``, and
        the value of a column for a breakdown: total ``purpose_code``, part ``victim``.

    Returns
    -------
    tuple of dict
        Reports as the manifest's ``annual_reports`` holds them.

    Raises
    ------
    InputError
        Every row that is no such claim, at once.
    """
    path = Path(path)
    header, lines = read_small_csv(path)
    if sorted(header) != sorted(COLUMNS):
        stop("bad-header", str(path), "has other columns", f"Name the columns {', '.join(COLUMNS)}")
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    problems = [fault for i, row in enumerate(rows, 1) for fault in _faults(i, row, str(path))]
    raise_if(problems + _contradictions(rows, str(path)))
    reports: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        _add(reports.setdefault(tuple(row[c] for c in COLUMNS[:4]), _report(row))["totals"], row)
    return tuple(reports.values())


def claim(log: SearchLog, reports: Iterable[Mapping[str, Any]]) -> SearchLog:
    """Give the log with further reports to be reproduced, beside those of its manifest."""
    known = log.manifest.get("annual_reports") or []
    return replace(log, manifest={**log.manifest, "annual_reports": [*known, *reports]})


def _faults(i: int, row: Mapping[str, str], where: str) -> list[Problem]:
    found = [f"{column} is no day" for column in ("period_start", "period_end") if not _is_day(row[column])]
    if not re.fullmatch(r"[0-9]{1,15}", row["number"]):
        found.append("number is no whole number")
    if not row["title"] or not row["total"]:
        found.append("title or total is empty")
    remedy = "Write days as 2026-01-31 and numbers without separators"
    return [Problem("wrong-type", f"{where}, row {i}", what, remedy) for what in found]


def _contradictions(rows: Sequence[Mapping[str, str]], where: str) -> list[Problem]:
    """Tell numbers that are given twice, and totals of which both the whole and its parts are called the same."""
    given: dict[tuple[str, ...], list[int]] = {}
    for i, row in enumerate(rows, 1):
        given.setdefault(tuple(row[c] for c in COLUMNS[:-1]), []).append(i)
    twice = [key for key, places in given.items() if len(places) > 1]
    mixed = [key for key in given if key[-1] and (*key[:-1], "") in given]
    what = {
        "number-twice": (twice, "is given more than once"),
        "whole-and-parts": (mixed, "is there without a part too"),
    }
    remedy = "Give each number once; a breakdown has the name of a column, such as purpose_code"
    return [
        Problem(code, f"{where}, row {given[keys[0]][-1]}", f"{shown(keys[0][4])} {told}: {len(keys)} in all", remedy)
        for code, (keys, told) in what.items()
        if keys
    ]


def _is_day(cell: str) -> bool:
    try:
        return bool(date.fromisoformat(cell))
    except ValueError:
        return False


def _report(row: Mapping[str, str]) -> dict[str, Any]:
    report: dict[str, Any] = {key: row[key] for key in ("title", "period_start", "period_end")}
    if row["system_id"]:
        report["system_id"] = row["system_id"]
    return {**report, "totals": {}}


def _add(totals: dict[str, Any], row: Mapping[str, str]) -> None:
    if row["part"]:
        totals.setdefault(row["total"], {})[row["part"]] = int(row["number"])
    else:
        totals[row["total"]] = int(row["number"])
