"""Every estimate of a group as a table for a spreadsheet or a program."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from baserate.estimates import Estimate, Measurement

FIELDS = (
    "threshold", "rank", "gallery_size", "value", "low", "high", "level", "n", "n_events", "n_subjects", "method",
    "undefined",
)  # fmt: skip
HEAD = ("metric", "target_metric", "target_rate", *FIELDS)
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


def groups_csv(found: Measurement) -> str:
    """Write every estimate of a group and every ratio between groups, one a row; empty where no groups were asked for.

    A column ``group_NAME`` has the group's value in each column by which was grouped. An end that is not bounded is
    empty, and so is what does not exist. A text that a spreadsheet would run begins with an apostrophe.
    """
    rows = [e for e in (*found.estimates, *found.differentials) if e.group]
    if not rows:
        return ""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*(_harmless(f"group_{column}") for column, _ in rows[0].group), *HEAD])
    writer.writerows([*(_harmless(value) for _, value in e.group), *_fields(e)] for e in rows)
    return stream.getvalue()


def take_away(path: Path) -> None:
    """Remove what :func:`groups_csv` wrote in an earlier run, and nothing else of that name."""
    if path.is_file():
        with path.open(encoding="utf-8", errors="replace") as stream:
            ours = stream.readline().endswith(f",{','.join(HEAD)}\n")
        if ours:
            path.unlink()


def _fields(e: Estimate) -> list[object]:
    target = (None, None) if e.target is None else e.target
    values = (e.metric, *target, *(getattr(e, name) for name in FIELDS))
    return ["" if value is None or value in (math.inf, -math.inf) else _written(value) for value in values]


def _written(value: object) -> object:
    return _harmless(value) if isinstance(value, str) else value


def _harmless(text: str) -> str:
    """Keep a spreadsheet from running a text; a number is none."""
    if not text.startswith(RUN_BY_SPREADSHEETS):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text
