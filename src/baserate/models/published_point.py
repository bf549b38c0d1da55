"""What a laboratory published of one system in one gallery; and several such points, put in order.

At one FPIR a larger gallery cannot have a smaller FNIR or rank-1 miss, and one gallery has one of each. Points that say
otherwise, by more than they are rounded, are refused: which of them is wrong they do not tell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from baserate.errors import InputError, NotEstimableError, Problem
from baserate.models.published import TABLE_STEP
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Rate = Callable[["PublishedPoint"], float]

# More than have ever lived: a larger number is a slip.
LARGEST_GALLERY = 200_000_000_000
# Of printed places: 0.0022 - 0.0021 must not be more than 0.0001.
_TINY = 1e-9
_ONE = "Give the one you trust"


@dataclass(frozen=True, slots=True)
class PublishedPoint(Shown):
    """What a laboratory published of one system.

    Parameters
    ----------
    gallery_size
        Persons in the gallery, at least 2.
    fpir
        False positive identification rate, share of non-mated searches, in (0, 1).
    fnir
        False negative identification rate at that FPIR, share of mated searches, in (0, 1).
    rank1_miss
        Share of mated searches whose mate is not the best candidate, whatever its score, in (0, ``fnir``]; ``None``
        where it was not published. Knowing it makes the interval narrower by about a third.
    step
        Unit of the last printed place of the rates, for example 0.0001; not above ``fnir``.

    Raises
    ------
    InputError
        With every value that is out of its range.
    NotEstimableError
        For an FNIR of 0 or 1: neither says where the mates stand.
    """

    gallery_size: int
    fpir: float
    fnir: float
    rank1_miss: float | None = None
    step: float = TABLE_STEP

    def __post_init__(self) -> None:
        if self.fnir in (0, 1):
            raise NotEstimableError(_edge_message(self.fnir))
        problems = [*gallery_problems("point: gallery_size", self.gallery_size), *_rate_problems(self)]
        if problems:
            raise InputError(problems)


def points_in_order(points: Sequence[PublishedPoint]) -> tuple[PublishedPoint, ...]:
    """Points of one system at one FPIR by gallery size, one for each; the order they are given in does not matter.

    Parameters
    ----------
    points
        One or more points.

    Returns
    -------
    tuple of PublishedPoint
        Rates never fall: what rounding alone makes fall is held at the higher rate.

    Raises
    ------
    InputError
        With every pair that differs in FPIR, or that no rounding reconciles.

    Examples
    --------
    >>> large, small = PublishedPoint(12_000_000, 0.003, 0.0040), PublishedPoint(1_600_000, 0.003, 0.0021)
    >>> [point.fnir for point in points_in_order([large, small])]
    [0.0021, 0.004]
    """
    ordered = sorted(points, key=_place)
    ranked = [point for point in ordered if point.rank1_miss is not None]
    problems = [_fpirs_differ(one, other) for one, other in pairwise(ordered) if one.fpir != other.fpir] or [
        *_contradictions("FNIR", ordered, lambda point: point.fnir),
        *_contradictions("rank-1 miss", ranked, lambda point: point.rank1_miss or 0),
    ]
    if problems:
        raise InputError(problems)
    merged = [_merged(list(same)) for _, same in groupby(ordered, key=lambda point: point.gallery_size)]
    return tuple(_never_falling(merged))


def _place(point: PublishedPoint) -> tuple[float, ...]:
    return (point.gallery_size, point.fpir, point.fnir, point.rank1_miss or 0, point.step)


def _fpirs_differ(one: PublishedPoint, other: PublishedPoint) -> Problem:
    what = f"one is at FPIR {one.fpir:g} ({_persons(one)}), one at FPIR {other.fpir:g} ({_persons(other)})"
    return Problem("fpirs-differ", "points", what, "Give points at one FPIR: FNIR is carried at that of the points")


def _contradictions(name: str, ordered: Sequence[PublishedPoint], rate: Rate) -> Iterator[Problem]:
    """Two rates in one gallery, and a rate below the highest that a smaller gallery had."""
    for one, other in pairwise(ordered):
        if one.gallery_size == other.gallery_size and rate(other) - rate(one) > max(one.step, other.step) / 2 + _TINY:
            what = f"for {_persons(one)} {name} is given as {rate(one):g} and as {rate(other):g}"
            yield Problem("points-contradict", "points", what, _ONE)
    for number, point in enumerate(ordered):
        smaller = [other for other in ordered[:number] if other.gallery_size < point.gallery_size]
        peak = max(smaller, key=rate, default=point)
        if rate(peak) - rate(point) > (peak.step + point.step) / 2 + _TINY:
            what = (
                f"{name} falls from {rate(peak):g} at {_persons(peak)} to {rate(point):g} at {_persons(point)}; at one "
                "FPIR no larger gallery has fewer misses"
            )
            yield Problem("points-contradict", "points", what, f"{_ONE}, or points of one system and the same searches")


def _persons(point: PublishedPoint) -> str:
    return f"{point.gallery_size:,} persons"


def _merged(same: list[PublishedPoint]) -> PublishedPoint:
    """Of points that agree, the one printed to the most places, with a rank-1 miss where any has one."""
    finest = min(same, key=lambda point: point.step)
    rank1 = [point.rank1_miss for point in sorted(same, key=lambda point: point.step) if point.rank1_miss is not None]
    return replace(finest, rank1_miss=min(rank1[0], finest.fnir)) if rank1 else finest


def _never_falling(points: list[PublishedPoint]) -> Iterator[PublishedPoint]:
    fnir = rank1 = 0.0
    for point in points:
        fnir = max(fnir, point.fnir)
        if point.rank1_miss is None:
            yield replace(point, fnir=fnir)
        else:
            rank1 = max(rank1, point.rank1_miss)
            yield replace(point, fnir=fnir, rank1_miss=rank1)


def gallery_problems(where: str, gallery_size: int) -> list[Problem]:
    """Say what is wrong with a number of persons, at least 2."""
    if 2 <= gallery_size <= LARGEST_GALLERY:
        return []
    what = f"{gallery_size} is not between 2 and {LARGEST_GALLERY}"
    return [Problem("gallery-size-out-of-range", where, what, "Give the number of persons in the gallery")]


def _rate_problems(point: PublishedPoint) -> list[Problem]:
    problems = []
    if not 0 < point.fpir < 1:
        problems.append(_out_of_range("fpir", point.fpir, "Give a share of non-mated searches above 0 and below 1"))
    if not 0 <= point.fnir <= 1:
        problems.append(_out_of_range("fnir", point.fnir, "Give a share of mated searches, 0.0021 for 0.21 %"))
    elif not 0 < point.step <= point.fnir:
        what = f"{point.step:g} is not above 0 and at most the FNIR, {point.fnir:g}"
        remedy = "Give the unit of the last printed place of the rates, 0.0001 for four decimals"
        problems.append(Problem("step-out-of-range", "point: step", what, remedy))
    if point.rank1_miss is not None and not 0 < point.rank1_miss <= point.fnir:
        what = f"{point.rank1_miss:g} is not above 0 and at most the FNIR, {point.fnir:g}"
        remedy = "Check both: a mate beaten at rank 1 whatever its score is counted as missed with a threshold too"
        problems.append(Problem("rank1-above-fnir", "point: rank1_miss", what, remedy))
    return problems


def _out_of_range(name: str, value: float, remedy: str) -> Problem:
    return Problem("share-out-of-range", f"point: {name}", f"{value:g} is out of range", remedy)


def _edge_message(fnir: float) -> str:
    if fnir == 1:
        return "An FNIR of 1 says that no threshold reached the target, or that the run failed. Give a run that worked."
    return (
        "An FNIR of 0 says only that misses were fewer than one unit of the last printed place. Give an upper limit "
        "in its place: with no miss among n people, 3 / n."
    )
