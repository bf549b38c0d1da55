"""From a folder of results to its report, on disk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from baserate.errors import InputError, Problem
from baserate.outcomes.disclosure import FILE
from baserate.outcomes.exposure import FILE as EXPOSURE_FILE
from baserate.outcomes.exposure import Exposure
from baserate.outcomes.results import Curves, Results, read
from baserate.reports.build import document_of
from baserate.reports.pages import write_page

if TYPE_CHECKING:
    from pathlib import Path

Shape = TypeVar("Shape", Results, Curves)


def write_report(folder: Path) -> tuple[Path, Path]:
    """Write ``report.html`` and ``report.md`` beside ``results.json`` and ``curves.json``, each whole or not at all.

    Parameters
    ----------
    folder
        What ``baserate simulate`` wrote.

    Returns
    -------
    tuple of Path
        The two files written.

    Raises
    ------
    InputError
        If the folder lacks one of the files, or they depart from their shapes, with all problems of both; or if the
        report cannot be written there.
    """
    problems: list[Problem] = []
    results = _read(folder / "results.json", Results, problems)
    curves = _read(folder / "curves.json", Curves, problems)
    if results is None or curves is None:
        raise InputError(problems)
    if results.scenario != curves.scenario:
        what = f"results.json is of {results.scenario!r}, curves.json of {curves.scenario!r}"
        remedy = "Run the scenario again, so that both come from one run"
        raise InputError([Problem("not-the-same-scenario", str(folder), what, remedy)])
    document = document_of(_with_disclosure(folder, results), curves, _exposure(folder, results))
    return write_page(folder, "report", document)


def _with_disclosure(folder: Path, results: Results) -> Results:
    """Add the disclosure list, where ``baserate disclose`` left one of the same scenario in the folder."""
    if not (folder / FILE).exists():
        return results
    disclosure = read(folder / FILE, Results)
    if disclosure.manifest.get("scenario_digest") != results.manifest.get("scenario_digest"):
        what = "is of another scenario, or of other settings, than results.json"
        remedy = f"Run baserate disclose again with the same settings, or remove {FILE}"
        raise InputError([Problem("not-the-same-scenario", str(folder / FILE), what, remedy)])
    return replace(results, outcomes=results.outcomes + disclosure.outcomes)


def _exposure(folder: Path, results: Results) -> Exposure | None:
    """What one search touches, where the folder holds it for the same scenario."""
    path = folder / EXPOSURE_FILE
    if not path.exists():
        return None
    found = read(path, Exposure)
    if found.digest != results.manifest.get("scenario_digest"):
        what = "is of another scenario, or of other settings, than results.json"
        remedy = f"Run baserate exposure again with the same settings, or remove {EXPOSURE_FILE}"
        raise InputError([Problem("not-the-same-scenario", str(path), what, remedy)])
    return found


def _read(path: Path, shape: type[Shape], problems: list[Problem]) -> Shape | None:
    """Read a file, or add what is wrong with it to the problems."""
    try:
        return read(path, shape)
    except InputError as error:
        problems.extend(error.problems)
        return None
