"""Faults planted in a simulated log, so that an audit can be seen to find them.

A fault is planted in each row that can have it with a stated chance. Which rows is a function of the seed, the fault's
name and the event's id, so that any number of processes plants the same; it is written down in a table of its own,
``planted``, which no audit reads.
"""

# ruff: noqa: S608 - SQL is put together from constants of ours; values are quoted by `text`.
from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Literal

from baserate.columns import duckdb_columns
from baserate.engines.duckdb import text
from baserate.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_DIGITS = 13  # hexadecimal digits of a hash that decide: 52 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of fault.

    Parameters
    ----------
    name
        On the command line.
    what
        What is wrong with a row that has it.
    where
        SQL condition, over the written columns, for rows that can have it.
    changes
        Column to SQL of what is written instead.
    kind
        ``changed``, ``dropped`` or ``repeated`` rows; ``altered`` after the hash chain was made; ``claim`` for a
        report's total, where the rate is how much too high it is.
    found_by
        Integrity checks and rules that have to find it.
    """

    name: str
    what: str
    found_by: tuple[str, ...]
    where: str = "mode = 'live'"
    changes: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["changed", "dropped", "repeated", "altered", "claim"] = "changed"


_ACTED = "mode = 'live' AND outcome = 'detained'"
_NO_HIT = "mode = 'live' AND hotlist_hit = false"

FAULTS: tuple[Fault, ...] = (
    Fault(
        name="missing-row", what="The row is not in the log.", kind="dropped", where="true",
        found_by=("sequence-gaps",),
    ),
    Fault(
        name="repeated-row", what="The row stands there twice.", kind="repeated", where="true",
        found_by=("duplicate-event", "sequence-repeated"),
    ),
    Fault(
        name="altered-row", what="The threshold was changed after the hash chain was made.", kind="altered",
        where="true", changes={"threshold": "threshold + 0.25"}, found_by=("chain-altered",),
    ),
    Fault(
        name="inflated-claim", what="A report claims more searches than were made.", kind="claim",
        found_by=("claim-searches",),
    ),
    Fault(
        name="test-as-use", what="A test search is logged as use.", changes={"purpose_code": "'audit_test'"},
        found_by=("test-counted-as-use",),
    ),
    Fault(
        name="use-as-test", what="Use is logged as training.", changes={"mode": "'training'"},
        found_by=("use-counted-as-test",),
    ),
    Fault(
        name="unknown-mode", what="The row does not say whether it was use.", changes={"mode": "'unknown'"},
        found_by=("mode-unknown",),
    ),
    Fault(
        name="clock-within-row", what="The search ends before it starts.",
        changes={"time_end_utc": "time_start_utc - INTERVAL 2 HOUR"}, found_by=("clock-within-row",),
    ),
    Fault(
        name="unlisted-role", what="The operator's role is not on the list.", changes={"operator_role": "'contractor'"},
        found_by=("SD-4",),
    ),
    Fault(
        name="untrained-operator", what="The operator's training is not valid.",
        changes={"operator_training_valid": "false"}, found_by=("US-6",),
    ),
    Fault(
        name="shown-without-hit", what="Information is shown on somebody who is not on the hotlist.", where=_NO_HIT,
        changes={"fields_displayed": "['name', 'status']"}, found_by=("SD-1",),
    ),
    Fault(
        name="action-without-hit", what="Somebody is held who is not on the hotlist.", where=_NO_HIT,
        changes={"outcome": "'detained'", "outcome_basis": "'biometric_only'", "outcome_time_utc": "time_start_utc"},
        found_by=("SD-2", "US-1", "EU-5"),
    ),
    Fault(
        name="sole-basis", what="Somebody is held on the match alone.", where=_ACTED,
        changes={"outcome_basis": "'biometric_only'", "other_corroboration": "['none']",
                 "corroboration_independent": "false", "corroboration_before_action": "false"},
        found_by=("US-1", "EU-5"),
    ),
    Fault(
        name="evidence-overridden", what="Contrary evidence was there, and the match decided.", where=_ACTED,
        changes={"contrary_evidence": "true", "contrary_disposition": "'overridden'",
                 "outcome_basis": "'biometric_only'"},
        found_by=("SD-11",),
    ),
    Fault(
        name="broker-queried", what="A commercial broker was queried.",
        changes={"sources_queried": "list_append(sources_queried, 'commercial')"}, found_by=("SD-9",),
    ),
    Fault(
        name="widened-query", what="The query was widened without the entitlement.",
        changes={"super_query": "true", "super_query_types": "['individuals']"}, found_by=("SD-8",),
    ),
    Fault(
        name="no-location", what="The place was not recorded.", changes={"geo_cell": "NULL"}, found_by=("SD-12",),
    ),
    Fault(
        name="kept-longer", what="The row says that its data are kept a year longer than the policy.",
        changes={"retention_expiry_utc": "((retention_expiry_utc AT TIME ZONE 'UTC') + INTERVAL 1 YEAR) "
                                         "AT TIME ZONE 'UTC'"},
        found_by=("SD-3",),
    ),
    Fault(
        name="threshold-lowered", what="The threshold was lower than policy allows.",
        changes={"threshold": "threshold - 5"}, found_by=("UK-5",),
    ),
    Fault(
        name="edit-unrecorded", what="The probe was edited and the edit not recorded.",
        where="mode = 'live' AND probe_edited", changes={"edit_kinds": "NULL", "edit_time_utc": "NULL"},
        found_by=("NYC-2",),
    ),
    Fault(
        name="assembly-without-ground", what="Somebody at an assembly was searched without a ground.",
        changes={"protest_or_assembly": "true", "suspicion_basis": "'none'"}, found_by=("US-9",),
    ),
)  # fmt: skip

_BY_NAME = {fault.name: fault for fault in FAULTS}


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault with the chance that a row which can have it has it."""

    name: str
    rate: float

    @property
    def fault(self) -> Fault:
        """Its record."""
        return _BY_NAME[self.name]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done to a simulated log beyond writing it.

    Parameters
    ----------
    faults
        What is planted.
    adjudicated_alerts, adjudicated_others
        Shares, between 0 and 1, of the live searches with and without an alert whose truth is written into the log.
    chain
        Whether the log gets its chain of hashes; it does where rows are altered afterwards.
    """

    faults: tuple[Planted, ...] = ()
    adjudicated_alerts: float = 0.0
    adjudicated_others: float = 0.0
    chain: bool = False

    def of_kind(self, kind: str) -> tuple[Planted, ...]:
        """Give the faults of a kind."""
        return tuple(planted for planted in self.faults if planted.fault.kind == kind)

    @property
    def is_chained(self) -> bool:
        """Whether the log has a chain of hashes."""
        return self.chain or bool(self.of_kind("altered"))

    @property
    def marks_rows(self) -> bool:
        """Whether any fault is one of rows."""
        return any(planted.fault.kind != "claim" for planted in self.faults)


#: A log as it is simulated, and nothing else.
PLAIN = Plan()


def read_faults(given: Sequence[str]) -> tuple[Planted, ...]:
    """Read ``FAULT=RATE``, as the command line has it.

    Raises
    ------
    InputError
        With every one that is not a fault with a rate above 0 and at most 1, or is given twice.

    Examples
    --------
    >>> read_faults(["no-location=0.01"])
    (Planted(name='no-location', rate=0.01),)
    """
    problems: list[Problem] = []
    found: dict[str, Planted] = {}
    for one in given:
        name, _, rate = one.partition("=")
        where = f"--plant {one[:60]}"
        if name not in _BY_NAME:
            remedy = f"Choose among {', '.join(_BY_NAME)}"
            problems.append(Problem("no-such-fault", where, "is no fault that can be planted", remedy))
        elif name in found:
            problems.append(Problem("fault-repeated", where, "is given before", "Give each fault once"))
        elif (value := _rate(rate)) is None:
            remedy = "Give FAULT=RATE, a number above 0 and at most 1"
            problems.append(Problem("not-a-rate", where, "has no rate above 0 and at most 1", remedy))
        else:
            found[name] = Planted(name, value)
    if problems:
        raise InputError(problems)
    return tuple(found.values())


def _rate(given: str) -> float | None:
    try:
        value = float(given)
    except ValueError:
        return None
    return value if isfinite(value) and 0 < value <= 1 else None


def chosen(event: str, *, seed: int, name: str, rate: float) -> str:
    """Give SQL that is true for a share of events: a hash of seed, name and event lies below it.

    Hexadecimal texts of one length are in the order of their numbers, so nothing here depends on an engine's integers.
    """
    if rate >= 1:
        return "true"
    limit = f"{round(rate * 16**_DIGITS):0{_DIGITS}x}"
    return f"substr(md5({text(f'{seed}:{name}:')} || {event}), 1, {_DIGITS}) < {text(limit)}"


def has_fault(planted: Planted, seed: int) -> str:
    """Give SQL that is true for the rows that have a fault, over the written columns."""
    return f"(({planted.fault.where}) AND {chosen('event_id', seed=seed, name=planted.name, rate=planted.rate)})"


def planted_rows(query: str, faults: Sequence[Planted], *, seed: int, written: Collection[str]) -> str:
    """Give SQL of a log's rows with the faults in them.

    Parameters
    ----------
    query
        SQL of the rows without faults.
    faults
        What to plant; those that need the whole log are left to :func:`baserate.models.simulate.simulate`.
    seed
        Of the simulation.
    written
        Columns of the query; a fault in another one brings it.
    """
    changed = [p for p in faults if p.fault.kind == "changed"]
    columns = dict.fromkeys(column for p in changed for column in p.fault.changes)
    there = [f"{_cell(column, changed, seed, column)} AS {column}" for column in columns if column in written]
    types = duckdb_columns("search_event")
    new = [
        f", CAST({_cell(column, changed, seed, 'NULL')} AS {types[column]}) AS {column}"
        for column in columns
        if column not in written
    ]
    replaced = f" REPLACE ({', '.join(there)})" if there else ""
    made = f"SELECT *{replaced}{''.join(new)} FROM ({query})"
    kept = " AND ".join(f"NOT {has_fault(p, seed)}" for p in faults if p.fault.kind == "dropped")
    again = [has_fault(p, seed) for p in faults if p.fault.kind == "repeated"]
    rows = f"SELECT * FROM ({made})" + (f" WHERE {kept}" if kept else "")
    if not again:
        return rows
    # Beside the row that it repeats, so that the order of the log stays what it was.
    copies = f"CASE WHEN {' OR '.join(again)} THEN [1, 2] ELSE [1] END"
    return f"SELECT * EXCLUDE (copy) FROM (SELECT *, unnest({copies}) AS copy FROM ({rows})) ORDER BY seq, copy"


def _cell(column: str, changed: Sequence[Planted], seed: int, otherwise: str) -> str:
    """SQL of a column; where two faults would change it, the first one does."""
    here = [planted for planted in changed if column in planted.fault.changes]
    cases = " ".join(f"WHEN {has_fault(p, seed)} THEN {p.fault.changes[column]}" for p in here)
    return f"CASE {cases} ELSE {otherwise} END"


def planted_list(query: str, faults: Sequence[Planted], *, seed: int) -> str:
    """Give SQL of ``seq`` and ``fault`` of every fault that is planted in the rows of a query."""
    parts = [
        f"SELECT seq, {text(p.name)} AS fault FROM ({query}) WHERE {has_fault(p, seed)}"
        for p in faults
        if p.fault.kind != "claim"
    ]
    return f"{' UNION ALL '.join(parts)} ORDER BY seq, fault" if parts else ""
