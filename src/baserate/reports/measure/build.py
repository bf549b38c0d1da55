"""From a measurement to a document, and to a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate import __version__
from baserate.estimates.result import curves_json, measurement_json
from baserate.outcomes.folder import write_file
from baserate.reports.document import Document
from baserate.reports.measure import answer, cmc, det, groups, limits, rerun, table
from baserate.reports.measure.csv_table import groups_csv, take_away
from baserate.reports.pages import write_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from baserate.estimates import Measurement
    from baserate.reports.document import Section

# In the order of reading: the answer, pictures, tables, limits.
SECTIONS: tuple[Callable[[Measurement], Section | None], ...] = (
    answer.section,
    det.section,
    cmc.section,
    groups.section,
    table.section,
    limits.section,
    rerun.section,
)
PEOPLE = "It names nobody: rates are of all people in the file, or of groups of them."


def document_of(found: Measurement) -> Document:
    """Build the report of a measurement.

    Parameters
    ----------
    found
        What ``baserate measure`` came to.

    Returns
    -------
    Document
        Every section of :data:`SECTIONS` that has something to show.
    """
    made = (build(found) for build in SECTIONS)
    sections = tuple(section for section in made if section is not None)
    kind = "candidate lists" if found.listed else "comparisons"
    title = f"Error rates from {kind}: {', '.join(one['file'] for one in found.manifest['inputs'])}"
    wrong = "find somebody who is not there" if found.listed else "take two people for one"
    question = f"How often does this system miss, and how often does it {wrong}?"
    return Document(title, question, "", sections, f"Baserate {__version__}", PEOPLE)


def write_measurement(folder: Path, found: Measurement) -> None:
    """Write ``estimates.json``, ``curves.json``, ``measure.html`` and ``measure.md``, each whole or not at all.

    By group, ``groups.csv`` has every estimate; without groups, one of an earlier run is taken away.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    write_page(folder, "measure", document_of(found))
    if table := groups_csv(found):
        write_file(folder / groups.ALL_IN, table)
    else:
        take_away(folder / groups.ALL_IN)
    write_file(folder / "curves.json", curves_json(found) + "\n")
    write_file(folder / "estimates.json", measurement_json(found) + "\n")
