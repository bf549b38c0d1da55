"""One file measured: what was asked for, and, for a report, the curves from the same pass."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from baserate.estimates.compare import compare_at_rates, compare_misses
from baserate.estimates.curves import rank_misses
from baserate.estimates.differentials import differentials
from baserate.estimates.estimate import Estimate, Estimates
from baserate.estimates.measure import measure_comparisons, measure_searches
from baserate.estimates.metrics.list_precision import list_precision
from baserate.estimates.result import Measurement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from baserate.estimates.trial_run import Wanted
    from baserate.inputs import Reading
    from baserate.inputs.candidates import Searches

_T = TypeVar("_T")

#: Rates of false positives at which a curve has a point, where the data can show them.
DRAWN = tuple(float(f"{n}e-{digits}") for digits in range(1, 7) for n in (5, 2, 1))
#: Ranks at which a curve has a point, as far as the lists go, and their last.
RANKS = (*range(1, 11), 15, 20, 30, 50, 100, 200)
#: Rates of which groups are compared.
_BY_RANK = frozenset({"fnir", "rank_miss"})
COMPARED = frozenset({"fmr", "fnmr", "fpir", "fnir", "sel", "rank_miss"})


def measure_reading(
    reading: Reading,
    wanted: Wanted,
    manifest: Mapping[str, Any],
    *,
    prevalence: float | None = None,
    against: Reading | None = None,
    with_curves: bool = False,
) -> Measurement:
    """Measure a file that was read.

    Parameters
    ----------
    reading
        From :func:`baserate.inputs.read_scores`.
    wanted
        Operating points, ranks, groups and level.
    manifest
        What was read and how, to stand with the numbers.
    prevalence
        Share of searches that are mated in use, between 0 and 1, for the precision of the list.
    against
        Candidate lists of another algorithm on the same searches.
    with_curves
        Whether to measure along the rate of false positives and the rank too. What was asked for is the same with
        and without.

    Raises
    ------
    InputError
        Lists and searches do not belong together, or those of the other algorithm are of other searches.
    """
    more: tuple[float, ...] = DRAWN if with_curves else ()
    whole_list: tuple[None, ...] = () if prevalence is None else (None,)  # what the precision is of
    ranks, rates = _once((*wanted.ranks, *whole_list)), _once((*wanted.rates, *more))
    measured = _measure(reading, replace(wanted, rates=rates, ranks=ranks))
    everything = [e for e in measured if e.metric not in _BY_RANK or e.rank in wanted.ranks]
    estimates = [e for e in everything if _is_at_rate(e, wanted)]
    groups = differentials(e for e in estimates if e.metric in COMPARED)
    ranked = _by_rank(reading, wanted.level) if with_curves else Estimates()
    if prevalence is not None:
        estimates += _precisions([e for e in measured if _is_at_rate(e, wanted)], prevalence)
    if against is not None:
        estimates += _differences(reading.searches, against.searches, wanted)
    return Measurement(
        listed=not reading.holds_comparisons,
        estimates=Estimates(estimates),
        differentials=groups,
        trade_off=Estimates(e for e in everything if _is_drawn(e)) if with_curves else Estimates(),
        by_rank=ranked,
        problems=tuple(dict.fromkeys((*reading.problems, *(() if against is None else against.problems)))),
        manifest=manifest,
    )


def _once(values: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(values))


def _measure(reading: Reading, wanted: Wanted) -> Estimates:
    if reading.holds_comparisons:
        return measure_comparisons(reading.comparisons, wanted)
    return measure_searches(reading.searches, wanted)


def _is_at_rate(estimate: Estimate, wanted: Wanted) -> bool:
    return estimate.target is None or estimate.target[1] in wanted.rates


def _is_drawn(estimate: Estimate) -> bool:
    return estimate.target is not None and not estimate.group and estimate.value is not None


def _by_rank(reading: Reading, level: float) -> Estimates:
    if reading.holds_comparisons:
        return Estimates()
    (last,) = reading.connection.execute("SELECT coalesce(max(n), 1) FROM tops").fetchall()[0]
    return rank_misses(reading.searches, sorted({*(rank for rank in RANKS if rank < last), last}), level=level)


def _precisions(estimates: Sequence[Estimate], prevalence: float) -> list[Estimate]:
    """Work out the precision of the whole list at every point, or say why it cannot be."""
    candidates = {(e.target, e.threshold, e.group): e for e in estimates if e.metric == "sel"}
    nobody = Estimate("sel", undefined="there are no non-mated searches")
    found = []
    for miss in estimates:
        if miss.metric == "fnir" and miss.rank is None:
            returned = candidates.get((miss.target, miss.threshold, miss.group), nobody)
            found.append(replace(list_precision(miss, returned, prevalence=prevalence), target=miss.target))
    return found


def _differences(searches: Searches, against: Searches, wanted: Wanted) -> list[Estimate]:
    """Compare misses by rank, and at every target rate with each algorithm at its own threshold for it."""
    by_rank = [
        compare_misses(searches, against, rank=rank, level=wanted.level) for rank in wanted.ranks if rank is not None
    ]
    return [*by_rank, *(compare_at_rates(searches, against, wanted) if wanted.rates else ())]
