"""What encounters show, counted for all rules in one grouping of the live searches."""

# ruff: noqa: S608 - SQL comes from the rules.
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from baserate.audit.facts import LIVE, searches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from baserate.audit.facts import Facts

_IN_ENCOUNTER = f"{LIVE} AND encounter_pid IS NOT NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterSql:
    """What to find out of each encounter, and to count over all.

    Encounters are told apart by a 64-bit hash: far smaller than the text. That any two of ten million collide has a
    chance of 3 in a million.

    Parameters
    ----------
    marks
        Name to SQL condition on a live search with an encounter; marked are those of them that the rule governs. Names
        of different rules differ, here and below.
    each
        Name to SQL that takes all live searches of an encounter together, by their columns and marks.
    over
        Name to SQL that takes all encounters together, over the columns ``encounter`` and those of ``each``.
    """

    marks: Mapping[str, str] = field(default_factory=dict)
    each: Mapping[str, str] = field(default_factory=dict)
    over: Mapping[str, str] = field(default_factory=dict)


def count_encounters(asked: Sequence[tuple[EncounterSql, str]], facts: Facts) -> list[dict[str, Any]]:
    """Ask all encounters what rules want to know of them.

    Parameters
    ----------
    asked
        What is asked, each with the condition for the rows that the rule governs.
    facts
        The log.

    Returns
    -------
    list of dict
        For each that is asked, the name of each count with what was found.
    """
    over = [(i, name, sql) for i, (one, _) in enumerate(asked) for name, sql in one.over.items()]
    if not over:
        return [{} for _ in asked]
    marks = "".join(f", ({g}) AND ({sql}) AS {name}" for one, g in asked for name, sql in one.marks.items())
    each = "".join(f", {sql} AS {name}" for one, _ in asked for name, sql in one.each.items())
    rows = f"(SELECT *{marks} FROM {searches(where=_IN_ENCOUNTER)})"
    grouped = facts.sql(f"SELECT hash(encounter_pid) AS encounter{each} FROM {rows} GROUP BY 1")
    (row,) = facts.rows(f"SELECT {', '.join(sql for _, _, sql in over)} FROM ({grouped})")
    found: list[dict[str, Any]] = [{} for _ in asked]
    for (i, name, _), value in zip(over, row, strict=True):
        found[i][name] = value
    return found
