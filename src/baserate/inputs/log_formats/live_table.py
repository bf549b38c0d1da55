"""Published tables of live facial recognition deployments: totals by deployment, not searches.

Such a table counts faces seen, alerts and interventions. Two false alert rates can be made of it, with different
denominators, and both are given: per face seen (what forces publish) and per alert (what a person stopped meets).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from baserate.errors import Problem
from baserate.inputs.log_formats.files import raise_if
from baserate.inputs.log_formats.small_csv import read_small_csv
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Deployment:
    """Totals of one deployment; None where the table has no such column or cell.

    Parameters
    ----------
    row
        Row of the table, from 1.
    deployment, date, type, duration
        As published.
    cameras, watchlist
        Cameras in use; persons on the watchlist.
    threshold
        Score at or above which an alert is given.
    faces_seen
        Faces that the cameras detected.
    total_alerts, positive_alerts, incorrect_alerts
        Alerts, and those that were judged right and wrong. How they were judged is rarely published.
    positive_interventions, incorrect_interventions
        People spoken to after a right and a wrong alert.
    arrests_or_disposals
        As published.
    incorrect_alert_rate
        The rate that the table itself gives, as a share of faces seen.
    """

    row: int
    deployment: str | None
    date: str | None
    type: str | None
    duration: str | None
    cameras: int | None
    watchlist: int | None
    threshold: float | None
    faces_seen: int | None
    total_alerts: int | None
    positive_alerts: int | None
    incorrect_alerts: int | None
    positive_interventions: int | None
    incorrect_interventions: int | None
    arrests_or_disposals: int | None
    incorrect_alert_rate: Fraction | None


@dataclass(frozen=True, slots=True)
class Share:
    """A count out of a count; what it is a share of stands with it.

    Parameters
    ----------
    name
        What is counted, of what.
    count, of
        Whole numbers; None where a deployment lacks one of them.
    undefined
        Why there is no share, or None.
    """

    name: str
    count: int | None
    of: int | None
    undefined: str | None = None


@dataclass(frozen=True, slots=True)
class Deployments(Shown):
    """A published table of deployments.

    Parameters
    ----------
    source
        The file.
    rows
        Its deployments.
    problems
        Warnings: parts that do not sum, rates that do not follow from their counts.
    """

    source: str
    rows: tuple[Deployment, ...]
    problems: tuple[Problem, ...]

    def total(self, column: str) -> int | None:
        """Sum a column of counts; None where a deployment does not give it."""
        values = [getattr(row, column) for row in self.rows]
        return None if None in values else sum(values)

    def shares(self) -> tuple[Share, ...]:
        """Give the false alert shares with their denominators: per face seen and per alert.

        A share is undefined, with the reason, where a count is missing or the denominator is zero.
        """
        return tuple(self._share(part, whole) for part, whole in _SHARES)

    def _share(self, part: str, whole: str) -> Share:
        name = f"{part} of {whole}"
        count, of = self.total(part), self.total(whole)
        if count is None or of is None:
            return Share(name, count, of, f"{part if count is None else whole} is not given for every deployment")
        return Share(name, count, of, None if of else f"{whole} is 0: there is nothing that could be false")


_SHARES = (
    ("incorrect_alerts", "faces_seen"),
    ("incorrect_alerts", "total_alerts"),
    ("total_alerts", "faces_seen"),
    ("incorrect_interventions", "total_alerts"),
)
# (whole, parts): the parts must sum to the whole.
_SUMS: tuple[tuple[str, tuple[str, ...]], ...] = (("total_alerts", ("positive_alerts", "incorrect_alerts")),)
# (smaller, larger): the first can never exceed the second.
_BOUNDS = (
    ("positive_interventions", "positive_alerts"),
    ("incorrect_interventions", "incorrect_alerts"),
    ("total_alerts", "faces_seen"),
)


def read_deployments(path: Path | str) -> Deployments:
    """Read a table of deployments from CSV, and say where its parts do not sum.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns of :class:`Deployment` under their names; case, blanks and hyphens do not matter.

    Returns
    -------
    Deployments
        With warnings for sums, bounds and rates that do not follow from the counts beside them.

    Raises
    ------
    InputError
        The file is no such table, or a count is not a whole number.
    """
    path = Path(path)
    names, lines = read_small_csv(path)
    header = ["_".join(re.findall(r"[a-z0-9]+", column.lower())) for column in names]
    raise_if(_header_problems(header, str(path)))
    rows, problems = [], []
    for i, line in enumerate(lines, 1):
        row, faults = _deployment(i, dict(zip(header, line, strict=True)), f"{path}, row {i}")
        problems += faults
        rows.append(row)
    raise_if(problems)
    warnings = tuple(_warning(found, str(path)) for found in find_mismatches(rows))
    return Deployments(str(path), tuple(rows), warnings)


_COLUMNS = tuple(field.name for field in fields(Deployment) if field.name != "row")


def _header_problems(header: list[str], where: str) -> list[Problem]:
    unknown = [column for column in header if column not in _COLUMNS]
    remedy = f"Name the columns {', '.join(_COLUMNS)}"
    if unknown or len(set(header)) < len(header):
        what = f"columns that are unknown or named twice: {', '.join(map(repr, unknown or header))[:300]}"
        return [Problem("unknown-column", where, what, remedy)]
    if "total_alerts" not in header and "incorrect_alerts" not in header:
        return [Problem("column-missing", where, "there is no column of alerts", remedy)]
    return []


def _deployment(row: int, cells: Mapping[str, str], where: str) -> tuple[Deployment, list[Problem]]:
    values: dict[str, object] = {}
    problems = []
    for column, cell in cells.items():
        try:
            values[column] = _READERS.get(column, _text)(cell) if cell else None
        except (ValueError, ZeroDivisionError):
            what = f"{column} is not a number of its kind (at most 15 digits, not negative)"
            remedy = "Write counts as whole numbers, or leave the cell empty"
            problems.append(Problem("wrong-type", where, what, remedy))
    return _from(values, row), problems


def _from(values: Mapping[str, object], row: int) -> Deployment:
    cells = {column: values.get(column) for column in _COLUMNS}
    return Deployment(row, *cells.values())  # type: ignore[arg-type]


def _text(cell: str) -> str:
    return cell[:200]


def _whole(cell: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}(,[0-9]{3}){0,4}|[0-9]{1,15}", cell):
        raise ValueError
    return int(cell.replace(",", ""))


def _share(cell: str) -> Fraction:
    if not re.fullmatch(r"[0-9]{0,15}\.?[0-9]{0,15} ?%?", cell):
        raise ValueError
    return Fraction(cell.rstrip("% ")) / (100 if cell.endswith("%") else 1)


def _score(cell: str) -> float:
    return float(_share(cell))


_READERS: dict[str, Callable[[str], object]] = {
    "threshold": _score,
    "incorrect_alert_rate": _share,
    **dict.fromkeys(
        ("cameras", "watchlist", "faces_seen", "total_alerts", "positive_alerts", "incorrect_alerts",
         "positive_interventions", "incorrect_interventions", "arrests_or_disposals"),
        _whole,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mismatch(Shown):
    """Figures of one row that cannot all be right.

    Parameters
    ----------
    code
        ``parts-do-not-sum``, ``part-above-whole`` or ``rate-does-not-follow``.
    row
        Row of the table, from 1.
    what
        The figures.
    """

    code: str
    row: int
    what: str


def find_mismatches(rows: Iterable[Deployment]) -> tuple[Mismatch, ...]:
    """Find parts that do not sum, parts above their whole, and rates that do not follow from their counts."""
    return tuple(Mismatch(code, row.row, what) for row in rows for code, what in _row_mismatches(row))


def _warning(found: Mismatch, where: str) -> Problem:
    remedy = "Ask the publisher which figure is right; both denominators are shown as published"
    return Problem(found.code, f"{where}, row {found.row}", found.what, remedy, severity="warning")


def _row_mismatches(row: Deployment) -> list[tuple[str, str]]:
    found = []
    for whole, parts in _SUMS:
        total, numbers = getattr(row, whole), [getattr(row, part) for part in parts]
        if total is not None and None not in numbers and sum(numbers) != total:
            what = f"{' + '.join(parts)} = {' + '.join(map(str, numbers))} = {sum(numbers)}, but {whole} = {total}"
            found.append(("parts-do-not-sum", what))
    for small, large in _BOUNDS:
        a, b = getattr(row, small), getattr(row, large)
        if a is not None and b is not None and a > b:
            found.append(("part-above-whole", f"{small} = {a} is more than {large} = {b}"))
    return found + _rate_warning(row)


def _rate_warning(row: Deployment) -> list[tuple[str, str]]:
    """Hold a published rate against its counts, to half a unit of the fourth decimal of its own."""
    rate, wrong, seen = row.incorrect_alert_rate, row.incorrect_alerts, row.faces_seen
    if rate is None or wrong is None or not seen:
        return []
    if abs(rate - Fraction(wrong, seen)) <= Fraction(1, 20_000):
        return []
    what = f"incorrect_alert_rate is given as {float(rate):g}, but {wrong} of {seen} faces is {wrong / seen:.6g}"
    return [("rate-does-not-follow", what)]
