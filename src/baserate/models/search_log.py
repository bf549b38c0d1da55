"""Write simulated searches as a search log, in the columns of :mod:`baserate.columns`.

One chunk is one Parquet file, written under another name and moved into place when it is whole, so that a run that was
killed leaves no half file. What the simulation knows and a real log does not (who was searched) goes into a table of
its own, ``truth``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from baserate.columns import LOG_SCHEMA_VERSION, duckdb_columns
from baserate.engines.duckdb import connect, text, text_list
from baserate.models.counts import STATUSES
from baserate.models.encounters import CHUNK
from baserate.models.parameter import reference
from baserate.models.planting import PLAIN, Plan, chosen, has_fault, planted_list, planted_rows
from baserate.models.random_streams import stream
from baserate.models.record import START, YEAR_START, record_columns, review_columns
from baserate.models.world import part_names

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from baserate.models.encounters import SimulatedSearches
    from baserate.models.scenario import Scenario
    from baserate.models.scenario_schema import RecordTable
    from baserate.models.world import World

TRAINING = "training"  # the gallery that is searched in training
_YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Kept:
    """A period of keeping records, in whole months or hours; nothing kept if both are 0."""

    months: int = 0
    hours: int = 0

    @property
    def sql(self) -> str:
        """The period as an interval of DuckDB's."""
        return f"to_months({self.months}) + to_hours({self.hours})"


@dataclass(frozen=True, slots=True)
class Constants:
    """What is the same in every row of a simulated log, or in every row of a capture condition.

    Parameters
    ----------
    groups, conditions
        Names, by index.
    part_galleries
        Gallery of each part that a search is compared with.
    modality, gallery_id, gallery_size, gallery_unit, threshold
        Of each condition: what it searches with, which galleries it meets, their size together in the unit of the
        first, and the threshold.
    list_length, reviewers
        As simulated.
    independent
        Whether a second reviewer decides without the first's answer more often than not.
    record
        The scenario's words for columns that no outcome depends on.
    gated, consent, response
        Words of the scenario's policy.
    matched_kept, unmatched_kept
        How long records are kept; where the limit goes by status, which a log does not hold, the longer one.
    deletion_failure
        Share of the records that are not deleted when they should be.
    """

    groups: tuple[str, ...]
    conditions: tuple[str, ...]
    part_galleries: tuple[str, ...]
    modality: tuple[str, ...]
    gallery_id: tuple[str, ...]
    gallery_size: tuple[int, ...]
    gallery_unit: tuple[str, ...]
    threshold: tuple[float, ...]
    list_length: int
    reviewers: int
    independent: bool
    record: RecordTable
    gated: bool
    consent: str
    response: str
    matched_kept: Kept
    unmatched_kept: Kept
    deletion_failure: float


def log_constants(scenario: Scenario, world: World) -> Constants:
    """Gather what is the same in every row."""
    value = {key: reference(parameter) for key, parameter in scenario.parameters.items()}
    met = [scenario.meets(modality) for modality in scenario.condition_modalities]
    alone = _word(scenario, "policy.gate") == "hotlist_gallery"

    def entries(gallery: str) -> float:
        key = f"galleries.{gallery}"
        return value[f"{key}.size"] * (value[f"{key}.flagged_share"] if alone else 1.0)

    return Constants(
        groups=scenario.groups,
        conditions=scenario.conditions,
        part_galleries=tuple(gallery for gallery, _ in part_names(scenario)),
        modality=scenario.condition_modalities,
        gallery_id=tuple(map("+".join, met)),
        gallery_size=tuple(round(sum(map(entries, each))) for each in met),
        gallery_unit=tuple(scenario.parameters[f"galleries.{each[0]}.size"].unit for each in met),
        threshold=tuple(world.threshold_score[0].tolist()),
        list_length=int(world.list_length[0]),
        reviewers=int(world.reviewers[0]),
        independent=value["policy.review.dependence"] < 0.5,
        record=scenario.table.record,
        gated=bool(world.gated[0]),
        consent=_word(scenario, "policy.consent"),
        response=_word(scenario, "policy.response"),
        matched_kept=_kept(scenario, "retention.matched"),
        unmatched_kept=_kept(scenario, "retention.unmatched"),
        deletion_failure=value["retention.deletion_failure_share"],
    )


def _kept(scenario: Scenario, key: str) -> Kept:
    """A period of the reference world: whole months if it is given in years, whole hours if in days or hours."""
    parameter = scenario.parameters[key]
    value = reference(parameter)
    if parameter.unit == "years":
        return Kept(months=round(value * 12))
    return Kept(hours=round(value * (24 if parameter.unit == "days" else 1)))


def _word(scenario: Scenario, key: str) -> str:
    parameter = scenario.parameters[key]
    return str(parameter.options[int(reference(parameter))])


@dataclass(frozen=True, slots=True)
class LogPlan:
    """What fixes the log of a run, beside its searches.

    Parameters
    ----------
    constants
        From :func:`log_constants`.
    seed, n_total
        The run's seed and number of rows: they fix identifiers, ``seq`` and times.
    plan
        Faults to plant and truths to write.
    """

    constants: Constants
    seed: int
    n_total: int
    plan: Plan = PLAIN

    def queries(self) -> dict[str, str]:
        """SQL of each table that is written, over the arrays of a chunk."""
        plan, plain = self.plan, _log_query(self.constants, self.plan, self.seed)
        written = _columns(self.constants, plan, self.seed)
        found = {
            "search_event": planted_rows(plain, plan.faults, seed=self.seed, written=written),
            "truth": _truth_query(self.constants),
        }
        if self.constants.reviewers:
            found["review"] = _review_query(self.constants, plan, self.seed)
        if plan.marks_rows:
            found["planted"] = planted_list(plain, plan.faults, seed=self.seed)
        return found


def chunk_paths(log: LogPlan, chunk: int) -> tuple[str, ...]:
    """Give the files of a chunk, within the log's folder."""
    return tuple(f"{table}/part-{chunk:05d}.parquet" for table in log.queries())


def write_chunk(searches: SimulatedSearches, folder: Path, log: LogPlan, *, chunk: int) -> dict[str, str]:
    """Write the rows of a chunk: the log, its reviews, what a real log does not hold, and what was planted.

    Parameters
    ----------
    searches
        The rows.
    folder
        Folder of the log; it has to be there.
    log
        What else fixes the rows.
    chunk
        The chunk's number.

    Returns
    -------
    dict
        SHA-256 of each file, by its path within ``folder``.
    """
    made = _row_arrays(searches, seed=log.seed, chunk=chunk, n_total=log.n_total)
    # One thread: with more, row groups could be written in another order, and the bytes would differ.
    connection = connect([folder], threads=1)
    connection.register("simulated", {**made, **_candidate_arrays(searches)})
    try:
        return {
            path: _write(connection, query, folder / path)
            for path, query in zip(chunk_paths(log, chunk), log.queries().values(), strict=True)
        }
    finally:
        connection.close()


def _write(connection: DuckDBPyConnection, query: str, path: Path) -> str:
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    copy = f"COPY ({query}) TO {text(unfinished)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {CHUNK})"
    connection.execute(copy)
    unfinished.replace(path)
    return digest(path)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# -- arrays -----------------------------------------------------------------------------------------------------------


def _row_arrays(searches: SimulatedSearches, *, seed: int, chunk: int, n_total: int) -> dict[str, NDArray[np.generic]]:
    people, results = searches.people, searches.results
    n, encounter = len(searches.encounter), searches.encounter
    words = stream(seed, "event id", chunk).integers(0, 2**64, (n, 2), dtype=np.uint64, endpoint=False)
    return {
        "seq": chunk * CHUNK + np.arange(1, n + 1),
        "event_high": words[:, 0].copy(),
        "event_low": words[:, 1].copy(),
        "encounter": stream(seed, "encounter id", chunk).integers(0, 2**64, n, dtype=np.uint64)[encounter],
        "attempt": searches.attempt,
        "hour": _hours(searches, seed=seed, chunk=chunk, n_total=n_total)[encounter],
        "training": people.training,
        "acquired": results.acquired,
        "n_returned": results.n_returned,
        "first_flagged": results.shown[:, 0],
        "n_shown": results.shown.sum(axis=1),
        "right_shown": (results.is_mate & results.shown).any(axis=1),
        "confirmed": results.confirmed,
        "action": results.action,
        "person_group": people.group,
        "status": people.status,
        "condition": people.condition,
        "mate_rank": np.where(results.is_mate.any(axis=1), results.is_mate.argmax(axis=1) + 1, 0),
    }


def _hours(searches: SimulatedSearches, *, seed: int, chunk: int, n_total: int) -> NDArray[np.int64]:
    """Hour of the year of each encounter: the chunk's rows fill its slice of the year, in order."""
    first = _YEAR_SECONDS * (chunk * CHUNK) // n_total
    last = max(_YEAR_SECONDS * (chunk * CHUNK + len(searches.encounter)) // n_total, first + 1)
    n_encounters = int(searches.encounter[-1]) + 1
    return np.asarray(np.sort(stream(seed, "time", chunk).integers(first, last, n_encounters)) // 3600)


def _candidate_arrays(searches: SimulatedSearches) -> dict[str, NDArray[np.generic]]:
    """Score and gallery part of each rank, a column each: DuckDB makes the lists."""
    results = searches.results
    arrays: dict[str, NDArray[np.generic]] = {}
    for rank in range(results.score.shape[1]):
        arrays[f"score_{rank}"] = np.round(results.score[:, rank], 6)
        arrays[f"part_{rank}"] = np.ascontiguousarray(results.part[:, rank])
    return arrays


# -- columns ----------------------------------------------------------------------------------------------------------


def _pick(names: tuple[str, ...], index: str) -> str:
    """SQL for the name at an index that counts from 0."""
    return f"{text_list(names)}[{index} + 1]"


def _of_condition(values: Iterable[str]) -> str:
    """SQL for what belongs to a capture condition: a constant where all have the same."""
    given = list(values)
    return given[0] if len(set(given)) == 1 else f"[{', '.join(given)}][condition + 1]"


def _candidates(constants: Constants) -> str:
    entries = ", ".join(
        f"{{'rank': {rank + 1}::INTEGER, 'score': score_{rank}, 'above_threshold': true, "
        f"'source_gallery': {_pick(constants.part_galleries, f'part_{rank}')}}}"
        for rank in range(constants.list_length)
    )
    return f"list_slice([{entries}], 1, n_returned)"


def _decision(constants: Constants) -> str:
    shown = {"single": "match_single", "candidate_list": "candidate_list", "two_outcome": "reference_code"}
    nothing = "instruction_no_detain" if constants.response == "two_outcome" else "no_match"
    return (
        f"CASE WHEN NOT acquired THEN 'error' WHEN n_shown > 0 THEN {text(shown[constants.response])} "
        f"ELSE {text(nothing)} END"
    )


_EVENT = "format('{:016x}{:016x}', event_high, event_low)"


def _truth_columns(plan: Plan, seed: int) -> dict[str, str]:
    """SQL of what was later established: the simulation's truth for the chosen searches, unknown for the others."""
    alert = chosen(_EVENT, seed=seed, name="adjudicated alert", rate=plan.adjudicated_alerts)
    other = chosen(_EVENT, seed=seed, name="adjudicated", rate=plan.adjudicated_others)
    known = f"(NOT training AND CASE WHEN n_shown > 0 THEN {alert} ELSE {other} END)"
    return {
        "adjudicated_truth": f"CASE WHEN NOT {known} THEN 'unknown' WHEN right_shown THEN 'mated' ELSE 'nonmated' END",
        "subject_enrolled": f"CASE WHEN NOT {known} THEN 'unknown' WHEN status > 0 THEN 'yes' ELSE 'no' END",
        "truth_method": f"CASE WHEN {known} THEN 'agency_review' ELSE 'none' END",
        "truth_by": f"CASE WHEN {known} THEN 'independent' END",
    }


def _scales(modalities: tuple[str, ...]) -> list[str]:
    return ["z"] * len(modalities) if len(set(modalities)) == 1 else [f"z-{modality}" for modality in modalities]


def threshold_scales(constants: Constants) -> list[tuple[float, str]]:
    """Give each threshold of a simulated log with its scale, once."""
    return list(dict.fromkeys(zip(constants.threshold, _scales(constants.modality), strict=True)))


def log_columns(constants: Constants) -> dict[str, str]:
    """SQL of every column of ``search_event`` that a simulation fills; the rest of the schema it leaves out."""
    consent = {"may_decline": "given", "required": "given"}.get(constants.consent, constants.consent)
    return {
        "schema_version": text(LOG_SCHEMA_VERSION),
        "event_id": _EVENT,
        "seq": "seq",
        "logged_by": "'system'",
        "mode": "CASE WHEN training THEN 'training' ELSE 'live' END",
        "system_id": "'simulated'",
        "algorithm_version": "'score-law'",
        "time_start_utc": START,
        "time_end_utc": START,
        "modality": _of_condition(map(text, constants.modality)),
        "encounter_pid": "format('en_{:016x}', encounter)",
        "attempt_no": "attempt",
        "quality_pass": "acquired",
        "gallery_id": f"CASE WHEN training THEN {text(TRAINING)} "
        f"ELSE {_of_condition(map(text, constants.gallery_id))} END",
        "gallery_version": "'simulated'",
        "gallery_size": _of_condition(map(str, constants.gallery_size)),
        "gallery_unit": _of_condition(map(text, constants.gallery_unit)),
        "threshold": _of_condition(f"{threshold!r}::DOUBLE" for threshold in constants.threshold),
        # A threshold is one of its matcher's scores: where several are in use, each has a scale of its own.
        "threshold_scale": _of_condition(map(text, _scales(constants.modality))),
        "candidate_limit": str(constants.list_length),
        "n_returned": "n_returned",
        "candidates_reviewed": f"n_shown * {min(constants.reviewers, 1)}",
        "candidates": _candidates(constants),
        "hotlist_hit": "first_flagged" if constants.gated else "NULL",
        "decision_shown": _decision(constants),
        "score_shown_to_operator": "false",
        "consent": text(consent),
        "outcome": "CASE WHEN training THEN 'none' WHEN action THEN 'detained' ELSE 'released' END",
        "outcome_time_utc": f"CASE WHEN action AND NOT training THEN {START} END",
        "probe_retained": f"NOT training AND CASE WHEN n_shown > 0 THEN {constants.matched_kept != Kept()} "
        f"ELSE {constants.unmatched_kept != Kept()} END",
        "nonmatch_handling": "'retained_same_as_match'"
        if constants.unmatched_kept == constants.matched_kept
        else "'deleted_immediately'"
        if constants.unmatched_kept == Kept()
        else "'retained_reduced'",
        "retention_policy_id": "'simulated'",
        "retention_start_utc": START,
        "retention_expiry_utc": _expiry(constants),
    }


def _expiry(constants: Constants) -> str:
    """SQL for the time at which a row's data are due for deletion."""
    kept = f"CASE WHEN n_shown > 0 THEN {constants.matched_kept.sql} ELSE {constants.unmatched_kept.sql} END"
    return f"(TIMESTAMP {text(YEAR_START)} + to_hours(hour) + {kept}) AT TIME ZONE 'UTC'"


def _deletion(constants: Constants, seed: int) -> str:
    """SQL for the time of deletion: when it is due, unless it fails or the year is over."""
    failed = chosen(_EVENT, seed=seed, name="deletion failed", rate=constants.deletion_failure)
    over = f"(TIMESTAMP {text(YEAR_START)} + to_years(1)) AT TIME ZONE 'UTC'"
    return f"CASE WHEN {_expiry(constants)} <= {over} AND NOT {failed} THEN {_expiry(constants)} END"


def _columns(constants: Constants, plan: Plan, seed: int) -> dict[str, str]:
    drawn = _truth_columns(plan, seed) | {"deletion_time_utc": _deletion(constants, seed)}
    return log_columns(constants) | drawn | record_columns(constants.record)


def _log_query(constants: Constants, plan: Plan, seed: int) -> str:
    return _query("search_event", _columns(constants, plan, seed))


def _review_query(constants: Constants, plan: Plan, seed: int) -> str:
    """One row for each reviewer of a match; a search that is dropped from the log takes its reviews with it."""
    by = [
        review_columns(constants.record, reviewer=1 + index, independent=constants.independent)
        for index in range(constants.reviewers)
    ]
    kept = "".join(f" AND NOT {has_fault(p, seed)}" for p in plan.of_kind("dropped"))
    rows = f"(SELECT *, {_EVENT} AS event_id FROM simulated)"  # noqa: S608 - a constant of ours
    parts = (f"{_query('review', columns, rows)} WHERE n_shown > 0{kept}" for columns in by)
    return f"{' UNION ALL '.join(parts)} ORDER BY event_id, is_operator DESC"


def _query(table: str, columns: dict[str, str], rows: str = "simulated") -> str:
    """SQL of a table's columns in the schema's order and types."""
    cells = (f"CAST({columns[n]} AS {kind}) AS {n}" for n, kind in duckdb_columns(table).items() if n in columns)
    return f"SELECT {', '.join(cells)} FROM {rows}"  # noqa: S608 - constants of ours, or quoted by text()


def _truth_query(constants: Constants) -> str:
    """What the simulation knows of each row, joined to the log by ``seq``."""
    columns = {
        "seq": "seq",
        "person_group": _pick(constants.groups, "person_group"),
        "status": _pick(STATUSES, "status"),
        "condition": _pick(constants.conditions, "condition"),
        "mated": "status > 0",
        "mate_rank": "NULLIF(mate_rank, 0)::INTEGER",
        "right_shown": "right_shown",
        "confirmed_rank": "NULLIF(confirmed + 1, 0)::INTEGER",
    }
    named = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    return f"SELECT {named} FROM simulated"  # noqa: S608 - as above
