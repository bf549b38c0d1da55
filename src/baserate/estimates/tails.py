"""The tail of the non-mated scores with whose they are: what resampling at a target rate needs of the data."""

# ruff: noqa: S608 - names are ours, numbers are written by `repr`, and the connection is locked down.
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from baserate.estimates.counting import step_at_rate
from baserate.estimates.intervals.at_target import ScoredPeople

if TYPE_CHECKING:
    from baserate.estimates.tally import Tally
    from baserate.estimates.trials import Trials


def fetch_tail(trials: Trials, tally: Tally, *, share: float) -> ScoredPeople:
    """Fetch the highest ``share`` of the non-mated scores, the mated scores among them, and counts of the rest.

    Parameters
    ----------
    trials
        With named subjects; a trial whose subject is missing is taken as a person of its own kind: one more person.
    tally
        Counts of the same trials.
    share
        Of the non-mated trials, above 0 and at most 1.
    """
    step = step_at_rate(tally, share)
    edge = float(tally.scores[step - 1]) if step > 0 else float("-inf")
    low = "true" if share >= 1 or step == 0 else f"score >= '{edge!r}'::DOUBLE"
    trials.connection.execute(
        "CREATE OR REPLACE TEMP TABLE tail_people AS SELECT row_number() OVER (ORDER BY subject) - 1 AS place, * FROM ("
        "SELECT subject, count(*) FILTER (mated) AS n_mated, count(*) FILTER (NOT mated) AS n_non_mated, "
        f"count(*) FILTER (mated AND NOT coalesce({low} AND score IS NOT NULL, false)) AS n_below "
        f"FROM {trials.view} GROUP BY subject)"
    )
    counts = trials.connection.execute("SELECT * FROM tail_people ORDER BY place").fetchnumpy()
    n_mated, n_non_mated, n_below = (np.asarray(counts[c], np.int64) for c in ("n_mated", "n_non_mated", "n_below"))
    top = f"score <= (SELECT max(score) FROM {trials.view} WHERE NOT mated)"
    mated_scores, mated_people = _scored(trials, f"mated AND {low} AND {top}")
    tail_scores, tail_people = _scored(trials, f"NOT mated AND {low}")
    return ScoredPeople(n_mated, n_non_mated, n_below, mated_scores, mated_people, tail_scores, tail_people)


def _scored(trials: Trials, where: str) -> tuple[np.ndarray, np.ndarray]:
    query = (
        f"SELECT t.score::DOUBLE AS score, p.place FROM {trials.view} t JOIN tail_people p "
        f"ON t.subject IS NOT DISTINCT FROM p.subject WHERE score IS NOT NULL AND {where} ORDER BY ALL"
    )
    found = trials.connection.execute(query).fetchnumpy()
    return np.asarray(found["score"], np.float64), np.asarray(found["place"], np.int64)
