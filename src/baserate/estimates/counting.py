"""Counting trials by score, exactly, in memory that does not grow with the number of rows.

One pass counts 65,536 ranges of the score; a second resolves, score by score, only the ranges in which something is
asked: a threshold, the order statistic behind a target rate, the point where two error rates meet. The range of a
score is a monotone function of it, so that counts at the edges of the ranges are exact, whatever the rounding.
"""

# ruff: noqa: S608 - names are ours or quoted, numbers are written by `repr`, and the connection is locked down.
from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from baserate.errors import InputError, NotEstimableError, Problem
from baserate.estimates.tally import Tally, tally_of_scores, tally_of_steps
from baserate.estimates.trials import keep_near
from baserate.inputs.checks.scores import LARGEST
from baserate.inputs.formats.columns import is_nan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from baserate.estimates.tally import Floats, Ints
    from baserate.estimates.trials import Trials

RANGES = 65_536
SINGLY = 200_000  # rows that are fetched and counted score by score
MOST_NEAR = 25_000_000  # trials that are kept at hand, and the share of all trials that they may be
SHARE_NEAR = 0.2


def count_scores(trials: Trials, *, thresholds: Iterable[float] = (), rates: Iterable[float] = (), eer: bool = True
                 ) -> Tally:  # fmt: skip
    """Count trials by score; exact at every edge, and resolved wherever something is asked.

    Parameters
    ----------
    trials
        What to count.
    thresholds
        Scores at which exact counts are wanted.
    rates
        Shares of the non-mated trials, between 0 and 1, whose thresholds are wanted.
    eer
        Whether the point where both error rates are equal is wanted.

    Raises
    ------
    InputError
        Truth is missing, or scores are infinite, not a number, or beyond 1e300.
    """
    return count_near(trials, thresholds=thresholds, rates=rates, eer=eer)[0]


def count_near(trials: Trials, *, thresholds: Iterable[float] = (), rates: Iterable[float] = (), eer: bool = True,
               tail: Callable[[float], float] = float) -> tuple[Tally, Trials]:  # fmt: skip
    """Count as :func:`count_scores`, and keep the trials near what is asked at hand where the others are many.

    Parameters
    ----------
    trials, thresholds, rates, eer
        As there.
    tail
        Gives for each rate the share of the non-mated trials down to which trials are wanted at hand.

    Returns
    -------
    tuple
        The tally, and the trials with what was kept.
    """
    tally = _with_totals(trials, _first_pass(trials))
    wanted = [as_stored(trials, threshold) for threshold in thresholds]
    shares = list(rates)
    steps = _to_resolve(tally, wanted, shares, eer=eer)
    if steps:
        beyond = [step_at_rate(tally, tail(share)) - 1 for share in shares if tail(share) < 1]
        trials = _keep_near(trials, tally, [*steps, *beyond])
    while steps:
        tally = _resolve(trials, tally, steps)
        steps = _to_resolve(tally, wanted, shares, eer=eer)
    return tally, trials


def resolve_rates(trials: Trials, tally: Tally, rates: Iterable[float]) -> Tally:
    """Count again where no more than these shares of the non-mated trials remain, until the scores there are exact."""
    shares = list(rates)
    while steps := _to_resolve(tally, [], shares, eer=False):
        tally = _resolve(trials, tally, steps)
    return tally


def _first_pass(trials: Trials) -> Tally:
    low, high, rows = _extent(trials)
    if low is None or high is None:
        return _empty()
    if low == high:
        return _by_group(trials, "true")
    return _singly(trials, "true") if rows <= SINGLY else _ranges(trials, "true", low=low, high=high)


def _keep_near(trials: Trials, tally: Tally, steps: list[int]) -> Trials:
    """Copy the trials from the lowest of the steps upwards that leaves not too many."""
    above = tally.mated_at_or_above() + tally.non_mated_at_or_above()
    few = [step for step in steps if step >= 0 and above[step] <= min(MOST_NEAR, SHARE_NEAR * tally.n)]
    return keep_near(trials, float(tally.scores[min(few)])) if few else trials


def as_stored(trials: Trials, threshold: float) -> float:
    """Round a threshold to the type in which the scores were stored."""
    return float(np.float32(threshold)) if trials.score_type == "FLOAT" else float(threshold)


def allowed(rate: float, n: int) -> int:
    """Count the trials that a rate allows among ``n``, never more, in the decimal digits in which it was written.

    Examples
    --------
    >>> allowed(0.29, 100), allowed(0.001, 520)
    (29, 0)
    """
    return int(Fraction(repr(float(rate))) * n)


def step_at_rate(tally: Tally, rate: float) -> int:
    """Find the lowest step at whose edge no more than ``rate`` of the non-mated trials remain; the end if none."""
    above = tally.non_mated_at_or_above()
    return int(np.searchsorted(-above, -allowed(rate, tally.n_non_mated)))


def _to_resolve(tally: Tally, thresholds: list[float], rates: list[float], *, eer: bool) -> list[int]:
    """List the ranges in which something is asked."""
    steps = {step for threshold in thresholds if (step := _range_of(tally, threshold)) is not None}
    for rate in rates:
        at = step_at_rate(tally, rate)  # the step that starts at the threshold, and the one that ends there
        steps |= {at - 1, at}
    if eer:
        at = _step_of_equal_errors(tally)
        steps |= {at - 1, at}
    return sorted(step for step in steps if 0 <= step < len(tally.scores) and not tally.single[step])


def _resolve(trials: Trials, tally: Tally, steps: list[int]) -> Tally:
    """Count some ranges again, finer: score by score if few rows fall into them, else the fullest range by range."""
    steps = [step for step in steps if tally.scores[step] >= trials.edge] or steps
    rows = tally.mated + tally.non_mated
    fullest = max(steps, key=lambda step: int(rows[step]))
    if rows[steps].sum() > SINGLY:
        steps = [step for step in steps if rows[step] <= SINGLY // len(steps)] or [fullest]
    near = trials.at_hand(float(tally.scores[min(steps)]))
    inside = f"({' OR '.join(_inside(tally, step) for step in steps)})"
    part = _singly(near, inside) if rows[steps].sum() <= SINGLY else _finer(near, inside)
    if part.mated.sum() != tally.mated[steps].sum() or part.non_mated.sum() != tally.non_mated[steps].sum():
        msg = "two passes over the data gave different counts; did the file change meanwhile?"
        raise NotEstimableError(msg)
    return _replace_steps(tally, steps, part)


def _range_of(tally: Tally, threshold: float) -> int | None:
    step = int(np.searchsorted(tally.scores, threshold)) - 1
    return None if tally.resolves(threshold) else step


def _step_of_equal_errors(tally: Tally) -> int:
    """Find the first step at whose edge the false non-match rate has reached the false match rate."""
    missed = (tally.n_mated - tally.mated_at_or_above()) * max(tally.n_non_mated, 1)
    crossed = np.flatnonzero(missed >= tally.non_mated_at_or_above() * max(tally.n_mated, 1))
    return int(crossed[0]) if len(crossed) else len(tally.scores)


def _inside(tally: Tally, step: int) -> str:
    below_next = f" AND score < {_sql(tally.scores[step + 1])}" if step + 1 < len(tally.scores) else ""
    return f"(score >= {_sql(tally.scores[step])}{below_next})"


def _finer(trials: Trials, inside: str) -> Tally:
    query = f"SELECT min(score)::DOUBLE, max(score)::DOUBLE FROM {trials.view} WHERE {inside}"
    low, high = trials.connection.execute(query).fetchall()[0]
    return _by_group(trials, inside) if low == high else _ranges(trials, inside, low=low, high=high)


def _replace_steps(tally: Tally, steps: list[int], part: Tally) -> Tally:
    scores = np.concatenate([np.delete(tally.scores, steps), part.scores])
    order = np.argsort(scores)
    return Tally(
        scores[order],
        np.concatenate([np.delete(tally.mated, steps), part.mated])[order],
        np.concatenate([np.delete(tally.non_mated, steps), part.non_mated])[order],
        np.concatenate([np.delete(tally.single, steps), part.single])[order],
        tally.n_mated,
        tally.n_non_mated,
    )


def _ranges(trials: Trials, where: str, *, low: float, high: float) -> Tally:
    """Count ranges of equal width between two scores; their numbers fit into 16 bits."""
    with np.errstate(over="ignore"):
        scale = float(np.float64(RANGES - 1) / (high - low))
    if scale == np.inf:  # all scores within a hair of 0: there are no ranges to count
        return _by_group(trials, where)
    place = f"TRY_CAST(floor((score::DOUBLE - {_sql(low)}) * {_sql(scale)}) AS USMALLINT)"
    query = (
        f"SELECT {place} AS place, count(*) FILTER (mated) AS mated, count(*) AS n FROM {trials.view} "
        f"WHERE score IS NOT NULL AND ({where}) GROUP BY place ORDER BY place"
    )
    found = trials.connection.execute(query).fetchnumpy()
    if np.ma.is_masked(found["place"]):
        raise InputError([_unusable_scores(trials)])
    places, mated, n = (np.asarray(found[column], np.int64) for column in ("place", "mated", "n"))
    return Tally(_edges(places, low=low, scale=scale), mated, n - mated, np.zeros(len(places), bool), 0, 0)


def _edges(places: Ints, *, low: float, scale: float) -> Floats:
    """Find the lowest number that falls into each range, by bisection over all floating-point numbers above ``low``."""
    below = np.broadcast_to(_ordered(np.array([low])) - 1, places.shape).copy()
    at = np.broadcast_to(_ordered(np.array([LARGEST])), places.shape).copy()
    while (open_ := at > below + 1).any():
        middle = (below >> 1) + (at >> 1) + (below & at & 1)
        inside = np.floor((_from_ordered(middle) - low) * scale) >= places
        at = np.where(open_ & inside, middle, at)
        below = np.where(open_ & ~inside, middle, below)
    return _from_ordered(at)


def _ordered(values: Floats) -> Ints:
    """Give each floating-point number its place in their order."""
    bits = values.view(np.int64)
    return np.where(bits < 0, np.iinfo(np.int64).min - bits, bits)


def _from_ordered(numbers: Ints) -> Floats:
    return np.where(numbers < 0, np.iinfo(np.int64).min - numbers, numbers).view(np.float64)


def _singly(trials: Trials, where: str) -> Tally:
    """Count few rows score by score, sorting them in memory."""
    query = f"SELECT mated, score::DOUBLE AS score FROM {trials.view} WHERE score IS NOT NULL AND ({where})"
    found = trials.connection.execute(query).fetchnumpy()
    # A missing truth is found with the totals; here it must only not break.
    mated, scores = np.asarray(np.ma.filled(found["mated"], fill_value=False), bool), np.asarray(found["score"])
    if not np.isfinite(scores).all():
        raise InputError([_unusable_scores(trials)])
    return tally_of_scores(scores[mated], scores[~mated])


def _by_group(trials: Trials, where: str) -> Tally:
    """Count rows of few distinct scores, however many rows they are."""
    query = (
        "SELECT score::DOUBLE AS score, count(*) FILTER (mated) AS mated, count(*) FILTER (NOT mated) AS non_mated "
        f"FROM {trials.view} WHERE score IS NOT NULL AND ({where}) GROUP BY 1"
    )
    found = trials.connection.execute(query).fetchnumpy()
    counts = (np.asarray(found[c], np.int64) for c in ("mated", "non_mated"))
    return tally_of_steps(np.asarray(found["score"], np.float64), *counts, n_mated=0, n_non_mated=0)


def _empty() -> Tally:
    nothing = np.zeros(0)
    return tally_of_steps(nothing, nothing.astype(np.int64), nothing.astype(np.int64), n_mated=0, n_non_mated=0)


def _extent(trials: Trials) -> tuple[float | None, float | None, int]:
    """Lowest score, highest score and rows; refuses scores that cannot be ordered or binned."""
    query = f"SELECT min(score)::DOUBLE, max(score)::DOUBLE, count(*) FROM {trials.view}"
    low, high, rows = trials.connection.execute(query).fetchall()[0]
    # NaN sorts above every number here, so that the two ends tell whether any score is out of bounds.
    if low is not None and not (abs(low) <= LARGEST and abs(high) <= LARGEST):
        raise InputError([_unusable_scores(trials)])
    return low, high, int(rows)


def _unusable_scores(trials: Trials) -> Problem:
    query = (
        f"SELECT count(*) FILTER ({is_nan('score')}), "
        f"count(*) FILTER (NOT {is_nan('score')} AND abs(score) > {LARGEST!r}) FROM {trials.view}"
    )
    nan, huge = trials.connection.execute(query).fetchall()[0]
    what = f"{nan} scores are not a number and {huge} are infinite or beyond {LARGEST:g}"
    remedy = "Leave the score of a failed attempt empty (NULL), and correct the others"
    return Problem("score-not-finite", f'{trials.source}, column "score"', what, remedy)


def _with_totals(trials: Trials, tally: Tally) -> Tally:
    """Put the totals beside the counts, failures included."""
    query = (
        "SELECT count(*) FILTER (mated), count(*) FILTER (NOT mated), count(*) FILTER (mated IS NULL) "
        f"FROM {trials.view}"
    )
    mated, non_mated, unknown = trials.connection.execute(query).fetchall()[0]
    if unknown:
        what = f"{unknown} rows do not tell whether they are mated"
        raise InputError([Problem("truth-missing", trials.source, what, "Fill in mated, or leave these rows out")])
    return Tally(tally.scores, tally.mated, tally.non_mated, tally.single, int(mated), int(non_mated))


def _sql(value: float) -> str:
    return f"'{float(value)!r}'::DOUBLE"


def need_resolved(tally: Tally, step: int) -> None:
    """Refuse to read a threshold off a range that was not resolved.

    Raises
    ------
    NotEstimableError
        The step before is a range; count again with the rate among ``rates``.
    """
    if step > 0 and not tally.single[step - 1]:
        msg = "the counts were not resolved at this rate; count again with it among the rates"
        raise NotEstimableError(msg)
