"""FNIR and rank-1 miss in another gallery, from published points, with an interval whose coverage was tested.

Formula. The score law of :mod:`baserate.models.growth_law` gives the expected FNIR in the other gallery from FNIR and
rank-1 miss in one. With FNIR = a N^b the exponent is b = ln(FNIR'/FNIR) / ln(N'/N); the interval of b is as wide as
needed to hold the wanted share of the published algorithms (:mod:`baserate.models.growth_population`), and is carried
to any ratio of gallery sizes:

    ln FNIR' = expected +- factor * size of departures at this FNIR * abs(ln(N'/N)) / ln(7.5).

Meaning. 7.5 is the step of the table, from 1.6 to 12 million persons. Outside that range the interval also spans what
a constant exponent would give, since nothing published tells the two laws apart there, and the answer is marked.
Between two points of one system FNIR has the exponent that they show, and its interval ends at them.

Assumption. The system at hand is like those that were sent to NIST, its searches like mugshots, one image per person,
the threshold re-set so that FPIR stays what it was.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from baserate.errors import InputError, NotEstimableError, Problem
from baserate.models.growth_law import MateLaw, mate_law, threshold_z
from baserate.models.growth_population import (
    LOG_STEP,
    NEIGHBOURS,
    STEP_RATIO,
    Population,
    conformal_factor,
    fnir_only_scale,
    fnir_scale,
    neighbour_shares,
    overtaking_room,
    rank1_conformal_factor,
    rank1_scale,
    typical_shares,
    whole_population,
)
from baserate.models.published import LARGE_GALLERY, SMALL_GALLERY, TABLE_FPIR, published_at_both_sizes
from baserate.models.published_point import PublishedPoint, gallery_problems, points_in_order
from baserate.notebook import Shown, cell_text, table_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LOWEST_LEVEL, HIGHEST_LEVEL = 0.5, 0.999
# FNIR at 1.6 million persons of the published runs behind the interval, rounded outwards; a system outside is not like
# them.
LOWEST_FNIR, HIGHEST_FNIR = 0.0005, 0.8
NO_GALLERY = (0, 0)
# Share of the published algorithms that grow as two points of one system must, or a note says that they do not.
_TOLD = 0.9
# So many algorithms near in FNIR are asked whether the interval holds them.
_NEAREST = 60
# Of the logarithm of a rate's growth: more than any rate has room for.
_MOST = 700.0
# How a rate was carried: from one point, or between two.
_BETWEEN = "between two published points, by the exponent they show, and within them"
_WAYS = {1: "score law through the published point", 2: _BETWEEN}
_RANK1_WAYS = {1: "growth in proportion to the root of ln(FNIR / rank-1 miss)", 2: _BETWEEN}


@dataclass(frozen=True, slots=True)
class Extrapolation:
    """A rate in a gallery that was not searched, with its interval and the range that the data support.

    Parameters
    ----------
    metric
        ``fnir``, ``fpir``, ``rank_miss`` or ``threshold``.
    value, low, high
        The rate and its interval; a rate is a share in [0, 1], a threshold has the unit of the scores.
    level
        Nominal coverage of the interval, in (0, 1).
    gallery_size
        Persons in the gallery the rate is for.
    method
        How value and interval were made, in words.
    n
        Algorithms or searches behind the interval.
    supported
        Smallest and largest gallery size that the data behind the method reach; (0, 0) for none.
    diagnostics
        Named numbers that say how far to trust the value.
    notes
        What a reader has to be told beside the numbers.
    rank
        Longest list position that counts; ``None`` for any.
    threshold
        Threshold that was held, in the unit of the scores; ``None`` where none was.
    """

    metric: str
    value: float
    low: float
    high: float
    level: float
    gallery_size: int
    method: str
    n: int
    supported: tuple[int, int]
    diagnostics: tuple[tuple[str, float], ...] = ()
    notes: tuple[str, ...] = ()
    rank: int | None = None
    threshold: float | None = None

    @property
    def is_beyond(self) -> bool:
        """Whether the gallery lies beyond what the data support."""
        return not self.supported[0] <= self.gallery_size <= self.supported[1]

    def _repr_html_(self) -> str:
        return forecast_html((self,))


@dataclass(frozen=True, slots=True)
class Undefined(Shown):
    """A rate that the input cannot give.

    Parameters
    ----------
    metric, gallery_size, level
        What was asked for, as in :class:`Extrapolation`.
    reason
        Why there is no answer, as a sentence without its full stop.
    rank, threshold
        As there.
    """

    metric: str
    gallery_size: int
    level: float
    reason: str
    rank: int | None = None
    threshold: float | None = None


def forecast_html(found: Iterable[Extrapolation | Undefined]) -> str:
    """Write rates of one gallery as a table for a notebook."""
    head = ("what", "value", "interval", "coverage", "gallery size", "beyond the data", "how", "notes", "diagnostics")
    return table_html("In another gallery", head, map(_cells, found))


def _cells(one: Extrapolation | Undefined) -> tuple[str, ...]:
    size, level = f"{one.gallery_size:,}", f"{one.level:g}"
    if isinstance(one, Undefined):
        return one.metric, f"undefined: {one.reason}", "", level, size, "", "", "", ""
    return (
        one.metric, f"{one.value:.4g}", f"{one.low:.4g} to {one.high:.4g}", level, size, cell_text(one.is_beyond),
        one.method, " ".join(one.notes), cell_text(dict(one.diagnostics)),
    )  # fmt: skip


def fnir_at(
    points: Sequence[PublishedPoint], gallery_size: int, *, level: float = 0.9, population: Population | None = None
) -> Extrapolation:
    """FNIR in another gallery at the same FPIR, from published points of one system.

    Parameters
    ----------
    points
        One or more points of the same system at one FPIR, in any order. Between two of them FNIR is interpolated;
        beyond all of them the last is carried on, and the others are a check: where they do not grow as published
        systems do, the answer is marked as beyond the data, and a note says so.
    gallery_size
        Persons in the gallery asked for, from 2 to 200 billion.
    level
        Nominal coverage of the interval, from 0.5 to 0.999.
    population
        Algorithms behind the interval; ``None`` for all that NIST published at both sizes.

    Returns
    -------
    Extrapolation
        FNIR with its interval. A gallery larger than the point's never gets a smaller FNIR. At a level so high that
        the failed runs of the table count, the interval ends at 1.

    Raises
    ------
    InputError
        For no point, a gallery size or a level out of range; for points that contradict each other
        (:func:`baserate.models.published_point.points_in_order`).

    Notes
    -----
    At an FPIR other than 0.003, or an FNIR outside 0.0005 to 0.8, no published run checks the law: the answer is
    marked as beyond the data, and a note says so.

    Examples
    --------
    >>> point = PublishedPoint(1_600_000, 0.003, 0.0021, rank1_miss=0.0013)
    >>> inside = fnir_at([point], 12_000_000)
    >>> print(f"{inside.value:.4f}, {inside.low:.4f} to {inside.high:.4f}", inside.is_beyond)
    0.0040, 0.0034 to 0.0046 False
    >>> fnir_at([point], 200_000_000).is_beyond
    True
    """
    _check_question(points, gallery_size, level)
    population, ordered = population or whole_population(), points_in_order(points)
    used, unlike = _around(ordered, gallery_size), _unlike_growth(ordered, population)
    low, value, high = _carried(ordered, gallery_size, _fnir_metric(level, population), unlike=bool(unlike))
    near = _near(used, gallery_size, level, population, _fnir_scores(used[0], population))
    return Extrapolation(
        metric="fnir",
        value=value,
        low=low,
        high=high,
        level=level,
        gallery_size=gallery_size,
        method=f"{_WAYS[len(used)]}; interval from departures of published algorithms (conformal)",
        n=len(population.scores),
        supported=NO_GALLERY if unlike else _supported(used),
        diagnostics=(*_diagnostics(used[0], value, gallery_size, population), *near.diagnostics),
        notes=(*_notes(used, gallery_size), *near.notes, *unlike),
    )


def rank1_miss_at(
    points: Sequence[PublishedPoint], gallery_size: int, *, level: float = 0.9, population: Population | None = None
) -> Extrapolation:
    """Rank-1 miss in another gallery, from points of one system of which one has it.

    The logarithm of rank-1 miss grows in proportion to the root of ln(FNIR / rank-1 miss): where few mates stand
    between the best stranger and the threshold, few are left to be overtaken. The factor is the weighted median over
    the published algorithms. Between two points that have one it is interpolated as FNIR is.

    Parameters
    ----------
    points
        As of :func:`fnir_at`; one or more must hold a rank-1 miss.
    gallery_size
        Persons in the gallery asked for, from 2 to 200 billion.
    level
        Nominal coverage of the interval, from 0.5 to 0.999.
    population
        Algorithms behind the interval; ``None`` for all that NIST published at both sizes.

    Returns
    -------
    Extrapolation
        Share of mated searches whose mate is not the best candidate, whatever its score. Neither it nor an end of its
        interval is above that of :func:`fnir_at`: such a mate is missed with a threshold too.

    Raises
    ------
    NotEstimableError
        Where no point holds a rank-1 miss.
    InputError
        As of :func:`fnir_at`.

    Examples
    --------
    >>> found = rank1_miss_at([PublishedPoint(1_600_000, 0.003, 0.0021, rank1_miss=0.0013)], 12_000_000)
    >>> print(f"{found.value:.4f}, {found.low:.4f} to {found.high:.4f}")
    0.0017, 0.0014 to 0.0020
    """
    fnir = fnir_at(points, gallery_size, level=level, population=population)
    population, ordered = population or whole_population(), points_in_order(points)
    known = [point for point in ordered if point.rank1_miss is not None]
    if not known:
        message = "Rank-1 miss at another gallery size needs the published one. Give rank1_miss with a point."
        raise NotEstimableError(message)
    used, unlike = _around(known, gallery_size), _unlike_growth(ordered, population)
    rates = _carried(known, gallery_size, _rank1_metric(level, population), unlike=bool(unlike))
    near = _near(used, gallery_size, level, population, population.rank1_scores)
    low, value, high = (min(pair) for pair in zip(rates, (fnir.low, fnir.value, fnir.high), strict=True))
    return replace(
        fnir,
        metric="rank_miss",
        rank=1,
        value=value,
        low=low,
        high=high,
        method=f"{_RANK1_WAYS[len(used)]}; interval from published algorithms; no higher than FNIR",
        n=len(population.rank1_scores),
        supported=NO_GALLERY if unlike else _supported(used),
        diagnostics=near.diagnostics,
        notes=(*_notes(used, gallery_size), *near.notes, *unlike),
    )


def exponent_distribution(
    fnir: float,
    rank1_miss: float | None = None,
    *,
    draws: int,
    rng: np.random.Generator,
    population: Population | None = None,
) -> Floats:
    """Draw the exponent b of FNIR = a N^b for a system like the published ones.

    Parameters
    ----------
    fnir
        FNIR at FPIR 0.003 in a gallery of about 1.6 million persons, in (0, 1).
    rank1_miss
        Rank-1 miss in the same gallery, in (0, ``fnir``], or ``None``.
    draws
        How many values to draw, at least 1.
    rng
        Where chance comes from; the same state gives the same draws.
    population
        Algorithms behind the draws; ``None`` for all that NIST published at both sizes.

    Returns
    -------
    ndarray
        Exponents, at least 0. Runs that failed at 12 million are left out: a failed run has no exponent.

    Notes
    -----
    The draws hold what rounding to four decimals adds to published values. Below an FNIR of 0.001 they are therefore
    wider than the systems themselves are.

    Examples
    --------
    >>> b = exponent_distribution(0.0021, 0.0013, draws=2000, rng=np.random.default_rng(1))
    >>> bool(0.2 < np.quantile(b, 0.05) < np.median(b) < np.quantile(b, 0.95) < 0.4)
    True
    """
    point = PublishedPoint(SMALL_GALLERY, TABLE_FPIR, fnir, rank1_miss)
    population = population or whole_population()
    shares = neighbour_shares(fnir) if rank1_miss is None else np.array([rank1_miss / fnir])
    law = _law(point, shares, population.slope)
    growth = np.log(law.fnir(population.slope_at(fnir), z=threshold_z(TABLE_FPIR, LARGE_GALLERY)) / fnir)
    expected = rng.choice(growth, size=draws)
    departures = rng.choice(population.departures, size=draws) * fnir_scale(fnir, point.step)
    return np.asarray(np.maximum(0, (expected + departures) / LOG_STEP))


def exponent_quantiles(probabilities: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> tuple[float, ...]:
    """Quantiles of b over all published algorithms, whatever their accuracy, failed runs left out.

    Examples
    --------
    >>> [round(b, 2) for b in exponent_quantiles()]
    [0.12, 0.3, 0.36, 0.42, 0.49]
    """
    rows = [row for row in published_at_both_sizes() if not row.failed_when_larger]
    small, large = np.array([(row.fnir_small, row.fnir_large) for row in rows], dtype=float).T
    return tuple(np.quantile(np.log(large / small) / LOG_STEP, list(probabilities)).tolist())


@dataclass(frozen=True, slots=True)
class _Growth:
    """Logarithm of a rate's growth: expected, and the ends of its interval."""

    low: float
    middle: float
    high: float

    def applied_to(self, rate: float) -> tuple[float, float, float]:
        """Low, value and high; a rate ends at 1."""
        low, value, high = (self._grown(rate, growth) for growth in (self.low, self.middle, self.high))
        return low, value, high

    @staticmethod
    def _grown(rate: float, growth: float) -> float:
        # Not exp(-ln(rate)) x rate: an interval that ends at 1 must hold a rate of 1.
        return 1.0 if growth >= -math.log(rate) else min(1.0, rate * math.exp(growth))


@dataclass(frozen=True, slots=True)
class _Metric:
    """How one rate is read from a point and carried to another gallery; margin in its logarithm, per step."""

    rate: Callable[[PublishedPoint], float]
    growth: Callable[[PublishedPoint, int], _Growth]
    margin: Callable[[PublishedPoint], float]


def _fnir_metric(level: float, population: Population) -> _Metric:
    return _Metric(
        rate=lambda point: point.fnir,
        growth=partial(_fnir_growth, level=level, population=population),
        margin=partial(_fnir_margin, level=level, population=population),
    )


def _rank1_metric(level: float, population: Population) -> _Metric:
    return _Metric(
        rate=_rank1,
        growth=partial(_rank1_growth, level=level, population=population),
        margin=partial(_rank1_margin, level=level, population=population),
    )


def _around(ordered: Sequence[PublishedPoint], gallery_size: int) -> tuple[PublishedPoint, ...]:
    """Take the points next to a gallery on either side, or the one there is."""
    below = [point for point in ordered if point.gallery_size <= gallery_size][-1:]
    above = [point for point in ordered if point.gallery_size >= gallery_size][:1]
    return tuple(dict.fromkeys((*below, *above)))


def _carried(
    ordered: Sequence[PublishedPoint], gallery_size: int, metric: _Metric, *, unlike: bool
) -> tuple[float, float, float]:
    """Low, value and high: between two points by the exponent they show, beyond all by the growth of the last.

    Where points grow unlike the published ones, these do not say how wide: between two the interval reaches from one to
    the other, beyond all it also holds the exponent of the last two.
    """
    used = _around(ordered, gallery_size)
    if len(used) > 1:
        margin = math.inf if unlike else _margin_between(used, gallery_size, metric)
        value = _by_exponent(used, gallery_size, metric)
        first, last = (metric.rate(point) for point in used)
        return max(first, value * math.exp(-margin)), value, min(last, value * math.exp(min(margin, _MOST)))
    low, value, high = metric.growth(used[0], gallery_size).applied_to(metric.rate(used[0]))
    if not unlike or len(ordered) == 1:
        return low, value, high
    other = _by_exponent(ordered[-2:] if used[0] is ordered[-1] else ordered[:2], gallery_size, metric)
    return min(low, other), value, max(high, other)


def _by_exponent(two: Sequence[PublishedPoint], gallery_size: int, metric: _Metric) -> float:
    """Rate where the logarithm of the rate is linear in that of the gallery; between the points never beyond theirs."""
    small, large = two
    first, last = metric.rate(small), metric.rate(large)
    done = math.log(gallery_size / small.gallery_size) / math.log(large.gallery_size / small.gallery_size)
    found = first * math.exp(min(done * math.log(last / first), -math.log(first)))
    return min(max(first, found), last) if 0 <= done <= 1 else min(1.0, found)


def _margin_between(two: Sequence[PublishedPoint], gallery_size: int, metric: _Metric) -> float:
    """Half width in the logarithm of the rate: that of the nearer point, at most."""
    small, large = two
    above, below = math.log(gallery_size / small.gallery_size), math.log(large.gallery_size / gallery_size)
    return min(metric.margin(small) * above, metric.margin(large) * below) / LOG_STEP


def _fnir_growth(point: PublishedPoint, gallery_size: int, *, level: float, population: Population) -> _Growth:
    """Growth from the point to the gallery, by the score law and, outside the data, by a constant exponent too."""
    slope, steps = population.slope_at(point.fnir), math.log(gallery_size / point.gallery_size) / LOG_STEP
    law = _law(point, _shares(point), population.slope)
    expected = np.log(law.fnir(slope, z=threshold_z(point.fpir, gallery_size)) / point.fnir)
    candidates = expected
    if not _is_supported(gallery_size):
        one_step = np.log(law.fnir(slope, z=threshold_z(point.fpir, STEP_RATIO * point.gallery_size)) / point.fnir)
        candidates = np.concatenate([expected, one_step * steps])
    margin = _fnir_margin(point, level=level, population=population) * abs(steps)
    return _bounded(float(expected[len(expected) // 2]), candidates, margin, steps)


def _fnir_margin(point: PublishedPoint, *, level: float, population: Population) -> float:
    """Half width in ln FNIR over one step of the table."""
    scale = fnir_only_scale if point.rank1_miss is None else fnir_scale
    return conformal_factor(_fnir_scores(point, population), level) * float(scale(point.fnir, point.step))


def _fnir_scores(point: PublishedPoint, population: Population) -> Floats:
    return population.fnir_only_scores if point.rank1_miss is None else population.scores


def _rank1_growth(point: PublishedPoint, gallery_size: int, *, level: float, population: Population) -> _Growth:
    steps = math.log(gallery_size / point.gallery_size) / LOG_STEP
    room = float(overtaking_room(point.fnir, _rank1(point), point.step))
    middle = population.rank1_factor_at(point.fnir) * room * steps
    margin = _rank1_margin(point, level=level, population=population) * abs(steps)
    return _bounded(middle, np.array([middle]), margin, steps)


def _rank1_margin(point: PublishedPoint, *, level: float, population: Population) -> float:
    factor = rank1_conformal_factor(population, level, fnir=point.fnir)
    return factor * float(rank1_scale(_rank1(point), point.step))


def _rank1(point: PublishedPoint) -> float:
    """Rank-1 miss of a point; none is above its FNIR."""
    return point.fnir if point.rank1_miss is None else point.rank1_miss


def _bounded(middle: float, candidates: Floats, margin: float, steps: float) -> _Growth:
    """Interval around the candidates, cut where misses would fall as the gallery grows."""
    if steps == 0:
        return _Growth(0.0, 0.0, 0.0)
    low = min(middle, float(candidates.min()) - margin)
    high = max(middle, float(candidates.max()) + margin)
    return _Growth(max(0.0, low), middle, high) if steps > 0 else _Growth(low, middle, min(0.0, high))


def _law(point: PublishedPoint, shares: Floats, slope: float) -> MateLaw:
    fnir = np.full(len(shares), point.fnir)
    return mate_law(fnir, fnir * shares, fpir=point.fpir, gallery_size=point.gallery_size, slope=slope, step=point.step)


def _shares(point: PublishedPoint) -> Floats:
    if point.rank1_miss is None:
        return typical_shares(point.fnir)
    return np.array([point.rank1_miss / point.fnir])


def _is_supported(gallery_size: int) -> bool:
    return SMALL_GALLERY <= gallery_size <= LARGE_GALLERY


@dataclass(frozen=True, slots=True)
class _Near:
    """What the interval is worth for published algorithms near in FNIR."""

    diagnostics: tuple[tuple[str, float], ...] = ()
    notes: tuple[str, ...] = ()


def _near(
    used: Sequence[PublishedPoint], gallery_size: int, level: float, population: Population, scores: Floats
) -> _Near:
    """Share of the algorithms near in FNIR that the interval holds; what is promised is promised over all."""
    if len(used) > 1 or used[0].gallery_size == gallery_size or not _is_like_published(used[0]):
        return _Near()
    fnir = used[0].fnir
    is_rank1 = scores is population.rank1_scores
    factor = rank1_conformal_factor(population, level, fnir=fnir) if is_rank1 else conformal_factor(scores, level)
    nearest = np.argsort(np.abs(np.log(population.fnir / fnir)), kind="stable")[:_NEAREST]
    share = float(np.mean(scores[nearest] <= factor))
    found = _Near(diagnostics=(("covered_near", share),))
    if share >= level - math.sqrt(level * (1 - level) / len(nearest)):
        return found
    note = (
        f"Of the {len(nearest)} published algorithms nearest in FNIR, intervals made this way hold {100 * share:.0f} %,"
        f" less than the {100 * level:g} % of all."
    )
    return replace(found, notes=(note,))


def _supported(used: Sequence[PublishedPoint]) -> tuple[int, int]:
    """Both ends of an extrapolation must lie inside the published runs, and the points be like them."""
    return (SMALL_GALLERY, LARGE_GALLERY) if all(_is_like_published(point) for point in used) else NO_GALLERY


def _is_like_published(point: PublishedPoint) -> bool:
    return point.fpir == TABLE_FPIR and LOWEST_FNIR <= point.fnir <= HIGHEST_FNIR and _is_supported(point.gallery_size)


def _diagnostics(
    point: PublishedPoint, fnir: float, gallery_size: int, population: Population
) -> tuple[tuple[str, float], ...]:
    ratio = math.log(gallery_size / point.gallery_size)
    exponent = (("exponent", math.log(fnir / point.fnir) / ratio),) if ratio else ()
    return (("slope", population.slope_at(point.fnir)), *exponent)


def _notes(used: Sequence[PublishedPoint], gallery_size: int) -> tuple[str, ...]:
    notes = []
    if not _is_supported(gallery_size):
        notes.append(
            f"Beyond what these data support: published runs reach from {SMALL_GALLERY:,} to {LARGE_GALLERY:,} "
            "persons. Outside them the coverage of the interval could not be tested."
        )
    notes += [note for point in used for note in _point_notes(point)]
    if len(used) == 1 and used[0].rank1_miss is None:
        notes.append(
            f"No rank-1 miss given: that of the {NEIGHBOURS} published algorithms nearest in FNIR stands in. "
            "Giving it makes the interval narrower."
        )
    return tuple(dict.fromkeys(notes))


def _point_notes(point: PublishedPoint) -> Iterator[str]:
    """Say how a point is unlike the published runs."""
    if not _is_supported(point.gallery_size):
        yield (
            f"Beyond what these data support: the point was measured at {point.gallery_size:,} persons, outside the "
            "published runs; that misses grow there as they do inside is an assumption."
        )
    if point.fpir != TABLE_FPIR:
        yield (
            f"Beyond what these data support: the point is at FPIR {point.fpir:g}, the published runs behind the "
            "interval are at 0.003."
        )
    if not LOWEST_FNIR <= point.fnir <= HIGHEST_FNIR:
        yield (
            f"Beyond what these data support: the FNIR of the published runs goes from {LOWEST_FNIR} to "
            f"{HIGHEST_FNIR}, that of the point is {point.fnir:g}."
        )


def _unlike_growth(ordered: Sequence[PublishedPoint], population: Population) -> tuple[str, ...]:
    """Say where FNIR does not grow from one point to the next as in nine of ten published algorithms."""
    return tuple(note for small, large in pairwise(ordered) for note in _unlike(small, large, population))


def _unlike(small: PublishedPoint, large: PublishedPoint, population: Population) -> Iterator[str]:
    growth = _fnir_growth(small, large.gallery_size, level=_TOLD, population=population)
    low, _, high = growth.applied_to(small.fnir)
    if not low - large.step / 2 <= large.fnir <= high + large.step / 2:
        yield (
            f"Beyond what these data support: the point at {large.gallery_size:,} persons has FNIR {large.fnir:g}, "
            f"outside the {low:.4g} to {high:.4g} expected from the point at {small.gallery_size:,}: this system does "
            "not grow as the published ones do."
        )


def _check_question(points: Sequence[PublishedPoint], gallery_size: int, level: float) -> None:
    problems = gallery_problems("gallery_size", gallery_size)
    if not points:
        problems.append(Problem("no-point", "points", "there is no published point", "Give at least one"))
    if not LOWEST_LEVEL <= level <= HIGHEST_LEVEL:
        what = f"{level:g} is not between {LOWEST_LEVEL} and {HIGHEST_LEVEL}"
        problems.append(Problem("level-out-of-range", "level", what, "Give the coverage wanted, for example 0.9"))
    if problems:
        raise InputError(problems)
