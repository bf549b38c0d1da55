"""Searches that stand in the log twice, and side-table rows that belong to no search."""

# ruff: noqa: S608 - SQL is put together from constants.
from __future__ import annotations

from baserate.audit.integrity.finding import RowCheck

_UNAMENDED = "FROM search_event WHERE amends_seq IS NULL"


def _repeated(number: str) -> str:
    """Give SQL of the rows that may share something with another, told by a hash: all that do are among them.

    Hashes of 64 bits are small and quickly counted; rows that share one by chance have to be told apart afterwards.
    """
    return f"(SELECT * {_UNAMENDED} AND {number} IN (SELECT {number} {_UNAMENDED} GROUP BY 1 HAVING count(*) > 1))"


EVENTS = RowCheck(
    check="duplicate-event",
    bad=(
        f"SELECT row {_UNAMENDED} AND event_id IN (SELECT event_id FROM {_repeated('hash(event_id)')} "
        "GROUP BY event_id HAVING count(*) > 1)"
    ),
    scope="event_id IS NOT NULL",
    needs=("event_id",),
    found="share an event_id with another row (corrections by amends_seq are not counted).",
    good="No search stands in the log twice.",
    cannot_show="A copied row with a new event_id and a new encounter looks like a search of its own.",
)
_ATTEMPT = "hash(system_id, encounter_pid, attempt_no)"
# Captures repeated within an encounter are numbered by attempt_no: only the same number twice is one capture too many.
CAPTURES = RowCheck(
    check="duplicate-capture",
    bad=(
        "SELECT e.row FROM search_event e JOIN (SELECT system_id, encounter_pid, attempt_no "
        f"FROM {_repeated(_ATTEMPT)} "
        "WHERE encounter_pid IS NOT NULL AND attempt_no IS NOT NULL "
        "GROUP BY system_id, encounter_pid, attempt_no HAVING count(DISTINCT event_id) > 1) d "
        "ON e.system_id IS NOT DISTINCT FROM d.system_id AND e.encounter_pid = d.encounter_pid "
        "AND e.attempt_no = d.attempt_no WHERE e.amends_seq IS NULL"
    ),
    scope="encounter_pid IS NOT NULL AND attempt_no IS NOT NULL",
    needs=("event_id", "encounter_pid", "attempt_no"),
    found="are the same attempt of the same encounter under several event_ids: one capture counted twice.",
    good="Each attempt of an encounter stands in the log once; repeated captures are numbered and are no duplicates.",
    cannot_show="A copied row with a new event_id and a new encounter looks like a search of its own.",
)
AMENDMENTS = RowCheck(
    check="amendment-of-nothing",
    bad=(
        "SELECT a.row FROM search_event a LEFT JOIN search_event b ON b.system_id IS NOT DISTINCT FROM a.system_id "
        "AND b.seq = a.amends_seq WHERE a.amends_seq IS NOT NULL AND (b.seq IS NULL OR a.amends_seq >= a.seq)"
    ),
    scope="amends_seq IS NOT NULL",
    needs=("amends_seq", "seq"),
    found="correct a row that is not in the log or is not earlier.",
    good="Every correction names an earlier row.",
    cannot_show="Whether a correction is right.",
    none="No row corrects another.",
)


def orphans(table: str) -> RowCheck:
    """Give the check for rows of a side table whose search is not in the log.

    Examples
    --------
    >>> orphans("review").check
    'review-of-nothing'
    """
    return RowCheck(
        check=f"{table.replace('_', '-')}-of-nothing",
        bad=f"SELECT row FROM {table} ANTI JOIN search_event USING (event_id) WHERE event_id IS NOT NULL",
        scope="event_id IS NOT NULL",
        needs=("event_id",),
        found=f"belong to a search that is not in the log (rows of {table}).",
        good=f"Every row of {table} belongs to a search in the log.",
        cannot_show="Rows of a search that were never written.",
        table=table,
    )
