"""Operating points: the threshold that keeps a rate of the non-mated trials, and the point of equal error rates."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from baserate.estimates.counting import allowed, need_resolved, step_at_rate
from baserate.notebook import Shown

if TYPE_CHECKING:
    from baserate.estimates.tally import Floats, Tally


@dataclass(frozen=True, slots=True)
class OperatingPoint(Shown):
    """A threshold and the rate at which it was set, or the reason why there is none.

    Parameters
    ----------
    threshold
        Score at or above which a candidate is returned; ``None`` when not attainable.
    target
        Share of non-mated trials that may be at or above the threshold; ``None`` for a threshold that was given.
    unattainable
        Why no threshold keeps the target in these data; ``None`` where one does.
    """

    threshold: float | None
    target: float | None = None
    unattainable: str | None = None


def threshold_at_rate(tally: Tally, rate: float) -> OperatingPoint:
    """Find the lowest score in the data at or above which no more than ``rate`` of the non-mated trials are.

    Parameters
    ----------
    tally
        Counts resolved at ``rate`` (:func:`baserate.estimates.counting.count_scores` with it among ``rates``).
    rate
        Above 0 and below 1. The rate reached never exceeds it.

    Returns
    -------
    OperatingPoint
        Not attainable where the data cannot show so low a rate, where no score lies above the tied non-mated scores
        that would exceed it, and where fewer non-mated trials have a score at all than may be at or above it: the
        threshold lies below all that the data show.

    Examples
    --------
    >>> import numpy as np
    >>> from baserate.estimates.tally import tally_of_scores
    >>> tally = tally_of_scores(np.array([0.9, 0.4]), np.array([0.1, 0.2, 0.3, 0.5]))
    >>> threshold_at_rate(tally, 0.25).threshold
    0.4
    >>> threshold_at_rate(tally, 0.1).unattainable
    'the smallest rate above 0 that 4 non-mated trials can show is 0.25'
    """
    n = tally.n_non_mated
    if n == 0:
        return OperatingPoint(None, rate, "there are no non-mated trials")
    if allowed(rate, n) == 0:
        return OperatingPoint(
            None, rate, f"the smallest rate above 0 that {n} non-mated trials can show is {1 / n:.4g}"
        )
    if (scored := int(tally.non_mated.sum())) < allowed(rate, n):
        why = f"only {scored} of {n} non-mated trials have a score: the threshold lies below all that the data show"
        return OperatingPoint(None, rate, why)
    step = step_at_rate(tally, rate)
    if step == len(tally.scores):
        tied = int(tally.non_mated[-1])
        why = f"{tied} of {n} non-mated trials share the highest score: every threshold in the data lets them pass"
        return OperatingPoint(None, rate, why)
    need_resolved(tally, step)
    return OperatingPoint(float(tally.scores[step]), rate)


def equal_error_rate(tally: Tally) -> float | str:
    """Find the rate at which false matches and false non-matches are equally frequent, or why there is none.

    The two rates change in steps, so that they seldom meet: between the two neighbouring thresholds at which they pass
    each other the error rates are joined by a straight line. Failures are false non-matches and are in both
    denominators.

    Examples
    --------
    >>> import numpy as np
    >>> from baserate.estimates.tally import tally_of_scores
    >>> equal_error_rate(tally_of_scores(np.array([0.9, 0.4]), np.array([0.1, 0.5])))
    0.5
    >>> equal_error_rate(tally_of_scores(np.array([0.9]), np.array([])))
    'there are no non-mated trials'
    """
    found = equal_errors(tally)
    return found if isinstance(found, str) else found.rate


@dataclass(frozen=True, slots=True)
class EqualErrors(Shown):
    """Where the false match rate and the miss rate meet.

    Parameters
    ----------
    rate
        Both rates there, in [0, 1].
    threshold
        Lowest score at or above which fewer non-mated trials are, in share, than mated trials are missed; infinite
        where no score is.
    lean
        Share of the steepness of both curves around there that is the miss rate's, in [0, 1].
    """

    rate: float
    threshold: float
    lean: float


def equal_errors(tally: Tally) -> EqualErrors | str:
    """Find where the two error rates meet, as in :func:`equal_error_rate`, or say why they do not.

    Examples
    --------
    >>> import numpy as np
    >>> from baserate.estimates.tally import tally_of_scores
    >>> equal_errors(tally_of_scores(np.array([0.9, 0.4]), np.array([0.1, 0.5])))
    EqualErrors(rate=0.5, threshold=0.5, lean=0.5)
    """
    for n, kind in ((tally.n_mated, "mated"), (tally.n_non_mated, "non-mated")):
        if n == 0:
            return f"there are no {kind} trials"
    false_matches = np.append(tally.non_mated_at_or_above(), 0)
    misses = tally.n_mated - np.append(tally.mated_at_or_above(), 0)
    after = int(np.flatnonzero(misses * tally.n_non_mated >= false_matches * tally.n_mated)[0])
    x, y = false_matches / tally.n_non_mated, misses / tally.n_mated
    threshold = float(tally.scores[after]) if after < len(tally.scores) else inf
    if after == 0:
        why = "failures alone exceed the false matches at every threshold"
        return EqualErrors(float(x[0]), threshold, _lean(x, y, float(x[0]))) if x[0] == y[0] else why
    need_resolved(tally, after)
    gap = x[after - 1] - y[after - 1]
    share = gap / (gap + (y[after] - x[after]))
    rate = float(x[after - 1] + share * (x[after] - x[after - 1]))
    return EqualErrors(rate, threshold, _lean(x, y, rate))


def _lean(false_match_rate: Floats, miss_rate: Floats, rate: float) -> float:
    """Compare how far both rates move between the thresholds at which they are apart by the rate itself, both ways."""
    apart = miss_rate - false_match_rate
    low = max(0, int(np.searchsorted(apart, -rate, side="right")) - 1)
    high = min(len(apart) - 1, int(np.searchsorted(apart, rate)))
    up, down = miss_rate[high] - miss_rate[low], false_match_rate[low] - false_match_rate[high]
    return float(up / (up + down)) if up + down > 0 else 0.5
