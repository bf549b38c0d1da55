"""What encounters show, counted for all rules in one grouping of the live searches.

Most encounters are a single search, of which nothing comes up again. They are told apart first, by sorting a number for
each search, and only the others are grouped.
"""

# ruff: noqa: S608 - SQL comes from the rules.
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from baserate.audit.facts import LIVE, searches
from baserate.audit.logic import count_bits
from baserate.engines.batches import flag_batches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from baserate.audit.facts import Facts

#: Searches whose encounters are sorted at a time: half a gigabyte of numbers.
MOST_SORTED = 1 << 26
_IN_ENCOUNTER = f"{LIVE} AND encounter_pid IS NOT NULL"
_REPEATED = "repeated_encounters"


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterSql:
    """What to find out of encounters of several searches, and to count over all of these.

    Encounters are told apart by a 64-bit hash: far smaller than the text. That any two of ten million collide has a
    chance of 3 in a million.

    Parameters
    ----------
    rows
        Name to SQL condition on a live search with an encounter, of which true ones are counted among those that the
        rule governs, whatever their encounter. Names of different rules differ, here and below.
    marks
        Name to SQL condition on a live search with an encounter; marked are those of them that the rule governs.
    each
        Name to SQL that takes all live searches of an encounter together, by their columns and marks.
    over
        Name to SQL that takes the encounters together, over the columns ``encounter`` and those of ``each``.
    """

    rows: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    each: Mapping[str, str] = field(default_factory=dict)
    over: Mapping[str, str] = field(default_factory=dict)


def count_encounters(
    asked: Sequence[tuple[EncounterSql, str]], facts: Facts, *, most: int = MOST_SORTED
) -> list[dict[str, Any]]:
    """Ask all encounters what rules want to know of them.

    Parameters
    ----------
    asked
        What is asked, each with the condition for the rows that the rule governs.
    facts
        The log.
    most
        Searches whose encounters are sorted at a time, about; the log is read once for each so many.

    Returns
    -------
    list of dict
        For each that is asked, the name of each count with what was found; ``encounters`` is how many different ones
        have a name that is not empty.
    """
    over = [(i, name, sql) for i, (one, _) in enumerate(asked) for name, sql in one.over.items()]
    if not over:
        return [{} for _ in asked]
    rows = [(i, name, f"({g}) AND ({sql})") for i, (one, g) in enumerate(asked) for name, sql in one.rows.items()]
    seen = _tell_apart([sql for *_, sql in rows], facts, most)
    found: list[dict[str, Any]] = [{"encounters": seen.encounters} for _ in asked]
    for (i, name, _), n in zip(rows, seen.rows, strict=True):
        found[i][name] = n
    for (i, name, _), value in zip(over, _grouped(asked, [sql for *_, sql in over], seen.repeated, facts), strict=True):
        found[i][name] = value
    return found


@dataclass(frozen=True, slots=True)
class _Seen:
    """How many encounters there are, the hashes of those with several searches, and of how many rows each holds."""

    encounters: int
    repeated: NDArray[np.uint64]
    rows: Sequence[int]


def _tell_apart(conditions: Sequence[str], facts: Facts, most: int) -> _Seen:
    parts = -(-facts.n_live // most) or 1
    ((unnamed,),) = facts.rows("SELECT hash('')")
    encounters, repeated, true = 0, [], np.zeros(len(conditions), np.int64)
    for part in range(parts):
        hashes, rows = _sorted_hashes(conditions, f"hash(encounter_pid) % {parts} = {part}" if parts > 1 else "", facts)
        # The first of those that are equal.
        first = np.concatenate([[True], hashes[1:] != hashes[:-1]])[: len(hashes)]
        encounters += int(np.count_nonzero(first)) - int(unnamed in hashes)
        repeated.append(hashes[:-1][first[:-1] & ~first[1:]])
        true += rows
    return _Seen(encounters, np.concatenate(repeated), true.tolist())


def _sorted_hashes(conditions: Sequence[str], where: str, facts: Facts) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Give the hashes of the encounters of live searches, and of how many of these each condition is true."""
    rows = searches(where=" AND ".join(filter(None, (_IN_ENCOUNTER, where))))
    hashes, n, true = np.empty(facts.n_live, np.uint64), 0, np.zeros(len(conditions), np.int64)
    for (some,), flags in flag_batches(facts.log.connection, ["hash(encounter_pid)"], conditions, rows):
        hashes[n : n + len(some)] = some
        n += len(some)
        true += np.array([count_bits(flag.true) for flag in flags], np.int64)
    hashes[:n].sort()
    return hashes[:n], true


def _grouped(
    asked: Sequence[tuple[EncounterSql, str]], over: Sequence[str], repeated: NDArray[np.uint64], facts: Facts
) -> tuple[Any, ...]:
    """Group the searches of encounters that come up again."""
    marks = "".join(f", ({g}) AND ({sql}) AS {name}" for one, g in asked for name, sql in one.marks.items())
    each = "".join(f", {sql} AS {name}" for one, _ in asked for name, sql in one.each.items())
    again = f"hash(encounter_pid) IN (SELECT encounter FROM {_REPEATED})"
    rows = f"(SELECT *{marks} FROM {searches(where=f'{_IN_ENCOUNTER} AND {again}')})"
    grouped = facts.sql(f"SELECT hash(encounter_pid) AS encounter{each} FROM {rows} GROUP BY 1")
    facts.log.connection.register(_REPEATED, {"encounter": repeated})
    (row,) = facts.rows(f"SELECT {', '.join(over)} FROM ({grouped})")
    facts.log.connection.unregister(_REPEATED)
    return row
