"""The public inventory of US federal AI uses, as its consolidated CSV file has it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from baserate.errors import Problem
from baserate.inputs.log_formats.files import raise_if
from baserate.inputs.log_formats.small_csv import read_small_csv
from baserate.inputs.problems import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    header, lines = read_small_csv(path)
    raise_if(_header_problems(header, str(path)))
    return tuple(_use_case(i, dict(zip(header, line, strict=True))) for i, line in enumerate(lines, 1))


def _header_problems(header: list[str], where: str) -> list[Problem]:
    missing = [column for column in NEEDED if column not in header]
    if not missing and set(PRACTICES) & set(header):
        return []
    what = f"lacks the columns {', '.join(missing) or 'hi_...'}; found {', '.join(map(shown, header[:12]))}"
    remedy = "Use the column names of the consolidated inventory's data dictionary"
    return [Problem("column-missing", where, what, remedy)]


def _use_case(row: int, cells: Mapping[str, str]) -> UseCase:
    def cell(column: str) -> str:
        return cells.get(column, "")

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
