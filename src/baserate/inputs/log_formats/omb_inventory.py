"""The public inventory of US federal AI uses, as its consolidated CSV file has it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from baserate.errors import Problem
from baserate.inputs.log_formats.files import raise_if, stop

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 200 << 20  # bytes; the consolidated file of 2025 has less than 20 MB
NEEDED = ("use_case_name", "development_stage", "is_high_impact")
PRACTICES = (
    "hi_testing_conducted", "hi_assessment_completed", "hi_independent_review", "hi_ongoing_monitoring",
    "hi_training_established", "hi_failsafe_presence", "hi_appeal_process", "hi_public_consultation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UseCase:
    """One use of AI that an agency reports.

    Parameters
    ----------
    row
        Row in the file, from 1 without the header.
    agency, bureau, id, name
        Who reports it, under which number and name; empty where the file has no such column.
    stage, impact
        ``development_stage`` and ``is_high_impact`` as written.
    answers
        Column to answer for each minimum practice that the file has a column for.
    """

    row: int
    agency: str
    bureau: str
    id: str
    name: str
    stage: str
    impact: str
    answers: Mapping[str, str]


def read_inventory(path: Path | str) -> tuple[UseCase, ...]:
    """Read an inventory in CSV (UTF-8, with or without byte-order mark).

    Parameters
    ----------
    path
        The consolidated file, or any extract that keeps its column names; other columns are ignored.

    Returns
    -------
    tuple of UseCase
        Every row of the file.

    Raises
    ------
    InputError
        The file is no such CSV; every fault of its header and lines at once.
    """
    path = Path(path)
    header, lines = _parse(path)
    problems = _header_problems(header, str(path)) + _line_problems(header, lines, str(path))
    raise_if(problems)
    return tuple(_use_case(i, dict(zip(header, line, strict=True))) for i, line in enumerate(lines, 1))


def _parse(path: Path) -> tuple[list[str], list[list[str]]]:
    if not path.is_file():
        stop("no-such-file", str(path), "there is no such file", "Check the path")
    if path.stat().st_size > _LONGEST:
        stop("file-too-large", str(path), f"more than {_LONGEST:,} bytes", "Give the inventory alone")
    try:
        text = path.read_bytes().decode("utf-8-sig")
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
    except UnicodeDecodeError as error:
        stop("not-utf8", str(path), f"byte {error.start:,} is not UTF-8", "Save it as UTF-8")
    except csv.Error as error:
        stop("bad-lines", str(path), f"is not CSV ({error})", "Export it again as CSV")
    if not lines:
        stop("empty-file", str(path), "holds nothing", "Fetch the inventory again")
    return [column.strip() for column in lines[0]], lines[1:]


def _header_problems(header: list[str], where: str) -> list[Problem]:
    problems = []
    missing = [column for column in NEEDED if column not in header]
    if missing or not set(PRACTICES) & set(header):
        what = f"lacks the columns {', '.join(missing) or 'hi_...'}; found {', '.join(header[:12])[:200]}"
        remedy = "Use the column names of the consolidated inventory's data dictionary"
        problems.append(Problem("column-missing", where, what, remedy))
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        problems.append(
            Problem("bad-header", where, f"names columns twice: {', '.join(twice)[:200]}", "Name each once")
        )
    return problems


def _line_problems(header: list[str], lines: list[list[str]], where: str) -> list[Problem]:
    bad = [i for i, line in enumerate(lines, 1) if len(line) != len(header)]
    if not bad:
        return []
    what = f"{len(bad)} rows do not have the header's {len(header)} cells (first: rows {', '.join(map(str, bad[:10]))})"
    return [Problem("bad-lines", where, what, "Quote cells that hold a comma, quote or line end")]


def _use_case(row: int, cells: Mapping[str, str]) -> UseCase:
    def cell(column: str) -> str:
        return cells.get(column, "").strip()

    return UseCase(
        row=row,
        agency=cell("agency"),
        bureau=cell("agency_bureau"),
        id=cell("id"),
        name=cell("use_case_name"),
        stage=cell("development_stage"),
        impact=cell("is_high_impact"),
        answers={column: cell(column) for column in PRACTICES if column in cells},
    )
