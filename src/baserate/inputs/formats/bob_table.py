"""Scores as bob writes them to CSV: ``probe_subject_id, bio_ref_subject_id, ..., score`` and metadata columns.

A score of NaN is bob's failure to acquire, and is read as missing. Two subjects that are equal are mated. Metadata
columns can be groups.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from baserate.engines.duckdb import name
from baserate.inputs.formats.columns import canonical_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

    from baserate.inputs.formats.columns import Raw
    from baserate.inputs.formats.reading import Options, Role, Sheet

BOB_COLUMNS = frozenset({"probe_subject_id", "bio_ref_subject_id", "score"})
_NAMES = {
    "probe_subject_id": "probe_subject",
    "bio_ref_subject_id": "reference_subject",
    "probe_key": "probe_id",
    "probe_template_id": "probe_id",
    "probe_reference_id": "probe_id",
    "key": "probe_id",
    "bio_ref_template_id": "reference_id",
    "bio_ref_reference_id": "reference_id",
}


def read_bob_table(connection: DuckDBPyConnection, raw: Raw, options: Options) -> Mapping[Role, Sheet]:
    """Make comparisons of bob's table."""
    taken: set[str] = set()
    renamed = {}
    for column in raw.columns:
        new = _NAMES.get(column, column)
        renamed[column] = column if new in taken else new
        taken.add(new)
    selected = ", ".join(f"{name(column)} AS {name(new)}" for column, new in renamed.items())
    row = "" if raw.row is None else f"{raw.row} AS row_in_file, "
    relation = f"(SELECT {row}{selected} FROM {raw.relation})"  # noqa: S608
    columns = {new: raw.columns[column] for column, new in renamed.items()}
    raw = replace(raw, relation=relation, columns=columns, row=raw.row and "row_in_file", nan_fails=True)
    return {"comparisons": canonical_sheet(connection, raw, "comparisons", options)}
