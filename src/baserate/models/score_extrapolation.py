"""FPIR and FNIR in a larger gallery, from the scores of searches in a smaller one.

Formula. A share f of non-mated searches reaches a threshold T in a gallery of N. With h = hazard of f, N' persons have
the hazard h N'/N and FPIR = 1 - exp(-h N'/N) where searches are alike (:mod:`baserate.models.dispersion` where they are
not). Held at one FPIR, the threshold must rise to the score that a share of about FPIR N/N' of the searches in the
small gallery reaches: the tail (:mod:`baserate.models.tail`) says where that is. FNIR is the share of mates below it.

Meaning. T held: FPIR grows, FNIR stays. FPIR held: T and FNIR grow.

Within a rank. A mate at or above the threshold is missed too where so many others stand before it that the limit on
the rank is reached: :mod:`baserate.models.outranking`. That grows with the gallery also where the threshold is held.

Assumption. The people added to the gallery are like those in it; the searches are like those to come; mates score in
the larger gallery as in the smaller one. Without a rank only the threshold decides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from baserate.errors import InputError, NotEstimableError, Problem
from baserate.models.dispersion import LARGEST_DISPERSION, fpir_of_hazard, hazard_of_fpir
from baserate.models.gallery_size import (
    HIGHEST_LEVEL,
    LOWEST_LEVEL,
    NO_GALLERY,
    Extrapolation,
    Undefined,
    forecast_html,
)
from baserate.models.outranking import missed_among_fewer, missed_by_rank
from baserate.models.published_point import LARGEST_GALLERY
from baserate.models.tail import (
    FEWEST_SCORES,
    FEWEST_SEARCHES,
    HEAVY_SHAPE,
    design_effect,
    draw_tails,
    tail_size,
    tail_stability,
)
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from baserate.models.tail import ParetoTail, TailDraws

    Floats = NDArray[np.float64]

DRAWS = 3000
# Supported means tested: down to a share that 0.3 of the searches at hand would reach.
SUPPORTED_SEARCHES = 0.3
# A hundred times further out a number would be the law's alone.
REFUSED_SEARCHES = SUPPORTED_SEARCHES / 100
# So many independent searches must stay below the threshold, as must reach it where they are counted.
FEWEST_BELOW = FEWEST_SCORES // 2
# People whose misses show how alike a person's searches are.
_TELLING = 10
# At most this part of the searches that reach a threshold may stand at it, or what chance makes of their number.
_TIED = 0.05
# More searches than so many times those at hand are no advice.
MOST_TIMES = 1e4
# Up to here 1 - (1 - f)^(N'/N) is good on real scores though searches are unlike; and up to here with a dispersion.
_HIGHEST_FPIR_ALIKE, _HIGHEST_FPIR_UNLIKE = 0.02, 0.3


@dataclass(frozen=True)
class ScoreSample(Shown):
    """Scores of searches in one gallery.

    Parameters
    ----------
    non_mated
        Best score of each non-mated search, ``-inf`` where it returned nobody. For single comparisons of different
        people, their scores, with a gallery size of 1.
    mated
        Score of the mate in each mated search, ``-inf`` where it was not returned or no sample was acquired; may be
        empty, then FNIR is undefined.
    gallery_size
        Persons in the gallery that the non-mated scores are the best of, at least 1.
    non_mated_subjects, mated_subjects
        Subject of each search as a whole number, where people were searched more than once.
    dispersion
        w of :mod:`baserate.models.dispersion`; 0 for searches that are alike, which gives the highest FPIR in a larger
        gallery and the lowest in a smaller one.
    mated_ahead
        Candidates listed before each mate, all of the list where it was not returned; ``None`` where lists were not
        looked at.
    mated_at_most
        Highest score at which each mate that was not returned may stand behind the end of its list, ``-inf`` where it
        cannot; ``None`` where none can.
    lowest_seen
        Score below which candidates were not returned, where lists were cut at a score.
    non_mated_failed
        Non-mated searches that failed, which return nobody in any gallery; they are not among ``non_mated``.
    as_float32
        Whether scores were stored as 32-bit numbers: a threshold is compared as such.

    Raises
    ------
    InputError
        For scores that are not numbers, lengths that differ, a gallery size or dispersion out of range.
    """

    non_mated: Floats
    mated: Floats
    gallery_size: int
    non_mated_subjects: NDArray[np.int64] | None = None
    mated_subjects: NDArray[np.int64] | None = None
    dispersion: float = 0.0
    mated_ahead: NDArray[np.int64] | None = None
    mated_at_most: Floats | None = None
    lowest_seen: float = -math.inf
    non_mated_failed: int = 0
    as_float32: bool = False

    def __post_init__(self) -> None:
        problems = _sample_problems(self)
        if problems:
            raise InputError(problems)


@dataclass(frozen=True)
class GalleryForecast:
    """What to expect in another gallery.

    Parameters
    ----------
    threshold
        Threshold there, in the unit of the scores.
    fpir
        Share of non-mated searches that return anybody.
    fnir
        Share of mated searches that do not return the mate, within the rank if one was given. Undefined without mated
        searches, and where lists end before mates that would count.
    rank_miss
        Share of mated searches whose mate is not within the rank whatever its score; ``None`` where no rank was given.
    """

    threshold: Extrapolation
    fpir: Extrapolation
    fnir: Extrapolation | Undefined
    rank_miss: Extrapolation | Undefined | None = None

    @property
    def all(self) -> tuple[Extrapolation | Undefined, ...]:
        """All that was asked for."""
        return (self.threshold, self.fpir, self.fnir, *(() if self.rank_miss is None else (self.rank_miss,)))

    def _repr_html_(self) -> str:
        return forecast_html(self.all)


def forecast_at_fpir(
    sample: ScoreSample, gallery_size: int, *, fpir: float, rank: int | None = None, level: float = 0.9, seed: int = 0
) -> GalleryForecast:
    """Threshold and FNIR in another gallery when the threshold is re-set so that FPIR is ``fpir`` there.

    Parameters
    ----------
    sample
        Scores in the gallery at hand.
    gallery_size
        Persons in the gallery asked for, from 1 to 200 billion.
    fpir
        Target there, in (0, 1).
    rank
        Longest list position that counts, 1 or more; ``None`` for any.
    level
        Nominal coverage of the intervals, from 0.5 to 0.999.
    seed
        Seed of the draws behind the intervals.

    Returns
    -------
    GalleryForecast
        Its ``fpir`` is the target. Medians of the draws with their interval.

    Raises
    ------
    NotEstimableError
        Where the tail cannot carry it (:func:`baserate.models.tail.pareto_tail`), or would have to be carried to
        where fewer than 0.003 of the searches at hand are expected; and where fewer than 30 of them stay below.
    InputError
        For a gallery size, target, rank or level out of range.

    Examples
    --------
    >>> rng = np.random.default_rng(4)
    >>> sample = ScoreSample(rng.normal(3.5, 0.3, 10_000), rng.normal(7, 1, 10_000), 1_000)
    >>> found = forecast_at_fpir(sample, 10_000, fpir=0.003)
    >>> bool(found.threshold.low < found.threshold.value < found.threshold.high), found.fnir.is_beyond
    (True, False)
    """
    _check(gallery_size, level, rank, [("fpir", fpir)])
    rng = np.random.default_rng(seed)
    of_working = _of_working(sample, fpir)
    exceedance = _exceedance_for(sample, gallery_size, of_working)
    n = len(sample.non_mated)
    _refuse_out_of_reach(sample, exceedance)
    _refuse_saturated(sample, n * (1 - exceedance))
    reached = n * exceedance
    tails = _tails(sample, reached, rng)
    thresholds = _threshold_draws(sample, exceedance, tails, rng)
    common = _common(sample, level, gallery_size, tails, reached, _support_at_fpir(sample, gallery_size, of_working))
    held = tails and tails.holding(exceedance)  # the tails that the thresholds were drawn from, one by one
    return GalleryForecast(
        threshold=common.drawn("threshold", thresholds),
        fpir=common.fixed("fpir", fpir),
        fnir=common.misses("fnir", thresholds, held, rank, rng),
        rank_miss=None if rank is None else rank_miss_at(sample, gallery_size, rank=rank, level=level, seed=seed),
    )


def forecast_at_threshold(
    sample: ScoreSample,
    gallery_size: int,
    *,
    threshold: float,
    rank: int | None = None,
    level: float = 0.9,
    seed: int = 0,
) -> GalleryForecast:
    """FPIR and FNIR in another gallery when the threshold stays.

    Parameters
    ----------
    sample, gallery_size, rank, level, seed
        As of :func:`forecast_at_fpir`.
    threshold
        Score at or above which a candidate is returned, in the unit of the scores.

    Returns
    -------
    GalleryForecast
        Without a limit on the rank FNIR is the share of the mates at hand below the threshold, in any gallery.

    Raises
    ------
    NotEstimableError
        Where the threshold lies in the tail and the tail cannot be fitted, or so far out that fewer than 0.003 of the
        searches at hand are expected there; for a smaller gallery, where fewer than 30 of them stay below. Where the
        threshold lies below the score at which lists were cut.
    InputError
        For a gallery size, threshold, rank or level out of range.

    Examples
    --------
    >>> rng = np.random.default_rng(4)
    >>> sample = ScoreSample(rng.normal(3.5, 0.3, 10_000), rng.normal(7, 1, 10_000), 1_000)
    >>> at_ten, at_hundred = (forecast_at_threshold(sample, n, threshold=4.5).fpir for n in (10_000, 100_000))
    >>> bool(at_ten.value < at_hundred.value), at_hundred.is_beyond
    (True, True)
    """
    _check(gallery_size, level, rank, [])
    if not np.isfinite(threshold):
        raise InputError([Problem("threshold-not-finite", "threshold", f"{threshold} is no score", "Give a number")])
    if sample.as_float32:
        threshold = float(np.float32(threshold))
    _refuse_unseen(sample, threshold)
    rng = np.random.default_rng(seed)
    hits = sample.non_mated >= threshold
    reached = int(hits.sum())
    if gallery_size < sample.gallery_size:
        _refuse_saturated(sample, (len(hits) - reached) / design_effect(hits, sample.non_mated_subjects))
    tails = _tails(sample, reached, rng)
    exceedances = _exceedance_draws(sample, threshold, tails, rng)
    ratio = gallery_size / sample.gallery_size
    rates = fpir_of_hazard(ratio * hazard_of_fpir(exceedances, sample.dispersion), sample.dispersion)
    rates = rates * _working(sample, len(rates), rng)
    exceedance = float(np.median(exceedances))
    _refuse_out_of_reach(sample, float(np.quantile(exceedances, 0.95)))
    common = _common(sample, level, gallery_size, tails, reached, _support_at_threshold(sample, exceedance))
    thresholds = np.full(DRAWS, threshold)
    return GalleryForecast(
        threshold=replace(common.fixed("threshold", threshold), threshold=threshold),
        fpir=replace(common.drawn("fpir", rates), threshold=threshold),
        fnir=replace(common.misses("fnir", thresholds, tails, rank, rng), threshold=threshold),
        rank_miss=None if rank is None else rank_miss_at(sample, gallery_size, rank=rank, level=level, seed=seed),
    )


def rank_miss_at(
    sample: ScoreSample, gallery_size: int, *, rank: int, level: float = 0.9, seed: int = 0
) -> Extrapolation | Undefined:
    """Share of mated searches in another gallery whose mate is not within a rank, whatever its score.

    Parameters
    ----------
    sample, gallery_size, level, seed
        As of :func:`forecast_at_fpir`.
    rank
        Longest list position that counts, 1 or more.

    Returns
    -------
    Extrapolation or Undefined
        Undefined without mated searches, where lists end before the rank and may hide mates, and where the tail of the
        false candidates cannot be told.

    Raises
    ------
    InputError
        For a gallery size, rank or level out of range.

    Examples
    --------
    >>> rng = np.random.default_rng(4)
    >>> sample = ScoreSample(rng.normal(3.5, 0.3, 10_000), rng.normal(5, 1, 10_000), 1_000)
    >>> one, ten = (rank_miss_at(sample, 10_000, rank=rank) for rank in (1, 10))
    >>> bool(one.value > ten.value), one.is_beyond
    (True, True)
    """
    _check(gallery_size, level, rank, [])
    common = _Common(sample, level, gallery_size, _COUNTED, *_support_of_rank(sample, rank), (), ())
    return common.misses("rank_miss", _NO_THRESHOLD, None, rank, np.random.default_rng(seed))


@dataclass(frozen=True)
class _Common:
    """What the numbers of one forecast share."""

    sample: ScoreSample
    level: float
    gallery_size: int
    method: str
    supported: tuple[int, int]
    limit: str
    diagnostics: tuple[tuple[str, float], ...]
    warnings: tuple[str, ...]

    def drawn(self, metric: str, draws: Floats) -> Extrapolation:
        """Median and interval of the draws."""
        low, value, high = np.quantile(draws, [(1 - self.level) / 2, 0.5, (1 + self.level) / 2]).tolist()
        return self._made(metric, (low, value, high), self.method)

    def misses(
        self, metric: str, thresholds: Floats, tails: TailDraws | None, rank: int | None, rng: np.random.Generator
    ) -> Extrapolation | Undefined:
        """Share of the mates below thresholds or behind the rank, where lists show them."""
        sample = self.sample
        missed = partial(Undefined, metric, self.gallery_size, self.level, rank=rank)
        lowest = float(np.quantile(thresholds, (1 - self.level) / 2))
        if why := _no_misses(sample, lowest, self.gallery_size, rank):
            return missed(why)
        try:
            law = None if rank is None else _law_of_false(sample, self.gallery_size, tails, rng)
        except NotEstimableError as refused:
            return missed(f"how many stand before a mate cannot be told: {str(refused).rstrip('.')}")
        outranked = _outranked(sample, thresholds, self.gallery_size, rank, law)
        found = self.drawn(metric, _miss_draws(sample, thresholds, outranked, rng))
        found = replace(found, n=len(sample.mated), rank=rank, method=_WITHIN if rank else _MATES)
        if rank and _left_open(sample, lowest, self.gallery_size, rank) > _LEFT_OPEN * found.value * len(sample.mated):
            found = replace(found, supported=NO_GALLERY, notes=(_TOO_MANY,))
        if law is not None and law.largest_shape > HEAVY_SHAPE:
            found = replace(found, supported=NO_GALLERY, notes=(f"Beyond what these data support: {_HEAVY}.",))
        if len(np.unique(thresholds)) > 1:
            return replace(found, method=f"{found.method}; threshold by {self.method}")
        return found if rank else replace(found, supported=_ANY_GALLERY, notes=())

    def fixed(self, metric: str, value: float) -> Extrapolation:
        """Give back a number that was asked for."""
        found = self._made(metric, (value, value, value), "as asked for")
        return replace(found, supported=_ANY_GALLERY, notes=())

    def _notes(self) -> tuple[str, ...]:
        if self.supported[0] <= self.gallery_size <= self.supported[1]:
            return self.warnings
        return (f"Beyond what these data support: {_reach(self.supported)}{self.limit}.", *self.warnings)

    def _made(self, metric: str, numbers: tuple[float, float, float], method: str) -> Extrapolation:
        low, value, high = numbers
        return Extrapolation(
            metric=metric,
            value=value,
            low=low,
            high=high,
            level=self.level,
            gallery_size=self.gallery_size,
            method=method,
            n=len(self.sample.non_mated) + self.sample.non_mated_failed,
            supported=self.supported,
            diagnostics=self.diagnostics,
            notes=self._notes(),
        )


_ANY_GALLERY = (1, LARGEST_GALLERY)
_NO_MATES = "the file holds no mated search"
_FEW_REACH = "fewer than one search in three times those at hand would reach the threshold"
_UNLIKE = "how FPIR goes with the gallery depends on how unlike searches are (see the dispersion)"
_HEAVY = (
    f"the tail of the non-mated scores may have a shape above {HEAVY_SHAPE:g}, too heavy for a variance. Look for "
    "mated searches labelled non-mated among the largest scores, or use their logarithm"
)
_TAIL = "generalised Pareto tail of the non-mated scores from three starts, pooled draws"
_COUNTED = "count of the non-mated searches that reach the threshold"
_MATES = "share of the mates below the threshold, whatever the rank"
_WITHIN = "mates below the threshold, and those that false candidates put behind the rank by their law"
_TOO_MANY = (
    "Beyond what these data support: before the lowest mates stand more candidates than these searches can count, as "
    "nearly all of them return somebody at such scores."
)
# Of the misses, the part that may be left open.
_LEFT_OPEN = 0.05
# A threshold that all reach who were returned.
_NO_THRESHOLD = np.full(DRAWS, np.finfo(np.float64).min)


def _reach(supported: tuple[int, int]) -> str:
    """Between which galleries data speak."""
    low, high = supported
    if supported == NO_GALLERY:
        return ""
    if low == high:
        return f"they speak for the gallery of {low:,} that was searched; in another, "
    return f"they reach from a gallery of {low:,} to one of {high:,}; outside, "


def _common(
    sample: ScoreSample,
    level: float,
    gallery_size: int,
    tails: TailDraws | None,
    reached: float,
    support: tuple[tuple[int, int], str],
) -> _Common:
    """Say how it was made: counted, or from the tail; and how far it reaches, which is nowhere in a heavy tail."""
    reaching = ("searches_reaching", reached)
    if tails is None:
        return _Common(sample, level, gallery_size, _COUNTED, *support, (reaching,), ())
    starts = tail_stability(sample.non_mated)
    shapes = [(f"shape_of_{tail.n}", tail.shape) for tail in starts]
    diagnostics = (reaching, *shapes, ("largest_shape", tails.largest_shape))
    supported, limit = (NO_GALLERY, _HEAVY) if tails.largest_shape > HEAVY_SHAPE else support
    return _Common(sample, level, gallery_size, _TAIL, supported, limit, diagnostics, _drift(starts))


def _drift(tails: Sequence[ParetoTail]) -> tuple[str, ...]:
    """Warn where the shape changes along the tail by more than three standard errors of its upper quarter."""
    first, last = tails[-3], tails[-1]
    if abs(first.shape - last.shape) <= 3 * (1 + abs(last.shape)) / last.n**0.5:
        return ()
    return (
        f"The shape of the tail drifts, from {first.shape:.2f} for {first.n} scores to {last.shape:.2f} for the upper "
        f"{last.n}: what lies above may follow neither.",
    )


def _of_working(sample: ScoreSample, fpir: float) -> float:
    """FPIR of the searches that do not fail, where that of all is given."""
    working = len(sample.non_mated) / (len(sample.non_mated) + sample.non_mated_failed)
    if fpir >= working:
        message = (
            f"{1 - working:.3g} of the non-mated searches failed and return nobody, so that FPIR stays below "
            f"{working:.3g} at any threshold. Ask for a lower FPIR."
        )
        raise NotEstimableError(message)
    return fpir / working


def _working(sample: ScoreSample, draws: int, rng: np.random.Generator) -> Floats | float:
    """Shares of searches that may not fail."""
    failed, worked = sample.non_mated_failed, len(sample.non_mated)
    return rng.beta(worked + 0.5, failed + 0.5, size=draws) if failed else 1.0


def _exceedance_for(sample: ScoreSample, gallery_size: int, fpir: float) -> float:
    """Share of the searches in the sample's gallery that reaches the threshold for ``fpir`` in the other gallery."""
    hazard = hazard_of_fpir(fpir, sample.dispersion) * sample.gallery_size / gallery_size
    return float(fpir_of_hazard(hazard, sample.dispersion))


def _tails(sample: ScoreSample, reached: float, rng: np.random.Generator) -> TailDraws | None:
    """Tails that may be the true one, where too few searches reach the threshold to count them."""
    if _is_counted(len(sample.non_mated), reached):
        return None
    return draw_tails(sample.non_mated, draws=DRAWS, rng=rng, subjects=sample.non_mated_subjects)


def _threshold_draws(
    sample: ScoreSample, exceedance: float, tails: TailDraws | None, rng: np.random.Generator
) -> Floats:
    """Scores that may be the one a share of the searches reaches: by rank where many do, from the tail where few do."""
    if tails is not None:
        return tails.scores_at(exceedance)
    n, ordered = len(sample.non_mated), np.sort(sample.non_mated)[::-1]
    effect = design_effect(sample.non_mated >= ordered[int(exceedance * n)], sample.non_mated_subjects)
    shares = rng.beta(n * exceedance / effect + 0.5, n * (1 - exceedance) / effect + 0.5, size=DRAWS)
    found = ordered[np.minimum(n - 1, (shares * n).astype(np.int64))]
    if not np.isfinite(found).all():
        raise NotEstimableError(_cut_off_message(exceedance))
    _refuse_ties(ordered, exceedance)
    return np.asarray(found)


def _exceedance_draws(
    sample: ScoreSample, threshold: float, tails: TailDraws | None, rng: np.random.Generator
) -> Floats:
    """Shares of the searches that may reach the threshold: counted where many do, from the tail where few do."""
    if tails is not None:
        return tails.exceedances(threshold)
    hits = sample.non_mated >= threshold
    n, reached, effect = len(hits), int(hits.sum()), design_effect(hits, sample.non_mated_subjects)
    return rng.beta(reached / effect + 0.5, (n - reached) / effect + 0.5, size=DRAWS)


def _refuse_unseen(sample: ScoreSample, threshold: float) -> None:
    if threshold < sample.lowest_seen:
        message = (
            f"The lists were cut: none shows a score below {sample.lowest_seen:.6g}, and candidates down to "
            f"{threshold:.6g} are unseen. Hold a threshold that the lists reach, or use lists that are not cut."
        )
        raise NotEstimableError(message)


def _refuse_out_of_reach(sample: ScoreSample, exceedance: float) -> None:
    n = len(sample.non_mated)
    if n * exceedance < REFUSED_SEARCHES:
        # The rule of three, by people where they repeat: with no event nothing tells how alike one's searches are.
        limit = 3 * design_effect(np.zeros(n, np.bool_), sample.non_mated_subjects) / n
        told = f"only that FPIR there in a gallery of {sample.gallery_size:,} is below about {limit:.1g}"
        message = (
            f"No more than {n * exceedance:.1g} of the {n:,} non-mated searches are expected to reach this threshold. "
            f"These data say {told if limit < 1 else 'nothing of FPIR there'}. "
            f"{_more_searches(n * exceedance)} a gallery nearer in size, or a lower threshold."
        )
        raise NotEstimableError(message)


def _refuse_ties(ordered: Floats, exceedance: float) -> None:
    """Where many searches share the score at the threshold, no threshold has the FPIR asked for, only more or less."""
    n, score = len(ordered), ordered[int(exceedance * len(ordered))]
    above, at_least = float(np.mean(ordered > score)), float(np.mean(ordered >= score))
    chance = math.sqrt(exceedance * (1 - exceedance) / n)
    if at_least - above <= max(2 / n, chance, exceedance * _TIED):
        return
    message = (
        f"A share of {exceedance:.3g} of the non-mated searches would have to reach the threshold, and none does: "
        f"{at_least:.3g} reach {score:.10g}, {above:.3g} more than that. Use scores before rounding, or hold one of "
        "these thresholds."
    )
    raise NotEstimableError(message)


def _more_searches(reached: float) -> str:
    """How many times the searches it would take, where that many can be thought of."""
    if reached * MOST_TIMES < SUPPORTED_SEARCHES:
        return "Use"
    return f"Use {float(f'{SUPPORTED_SEARCHES / reached:.1g}'):,.0f} times as many non-mated searches,"


def _refuse_saturated(sample: ScoreSample, below: float) -> None:
    """Where nearly all searches return somebody, they do not tell apart how many would in a smaller gallery."""
    independent, n = math.floor(below + 1e-6), len(sample.non_mated)
    if independent >= FEWEST_BELOW:
        return
    if n < 2 * FEWEST_BELOW:
        message = f"{n} non-mated searches are too few. Use at least {2 * FEWEST_BELOW}, {FEWEST_SEARCHES} for a tail."
        raise NotEstimableError(message)
    message = (
        f"Of the {n:,} non-mated searches in the gallery of {sample.gallery_size:,}, {independent} "
        f"independent ones stay below this threshold, and {FEWEST_BELOW} are needed: where nearly all return somebody "
        "they do not tell how many would in another gallery. Ask for a lower FPIR, a higher threshold or a larger "
        "gallery, or search a gallery of about the size asked for."
    )
    raise NotEstimableError(message)


def _is_counted(n: int, reached: float) -> bool:
    """Whether so many of ``n`` searches reach the threshold that no tail is needed: half of what a tail holds."""
    return reached >= max(FEWEST_SCORES, tail_size(n)) / 2


def _cut_off_message(exceedance: float) -> str:
    return (
        f"A share of {exceedance:.3g} of the non-mated searches would have to reach the threshold, and fewer returned "
        "anybody. Ask for a lower FPIR, or use lists that are not cut off."
    )


def _no_misses(sample: ScoreSample, threshold: float, gallery_size: int, rank: int | None) -> str | None:
    """Say why misses cannot be told: there is no mate, or mates that may count stand behind the ends of lists."""
    if not len(sample.mated):
        return _NO_MATES
    if sample.mated_at_most is None or sample.mated_ahead is None:
        return None
    hidden = np.isneginf(sample.mated) & (sample.mated_at_most >= threshold)
    if rank is not None and gallery_size >= sample.gallery_size:
        hidden &= sample.mated_ahead < rank  # who are before the mate here are before it in a larger gallery too
    if not hidden.any():
        return None
    whatever = threshold == _NO_THRESHOLD[0]
    above = "" if whatever else " at or above the threshold"
    shortest = int(sample.mated_ahead[hidden].min())
    helps = [
        ("use longer lists", True),
        (f"ask for a gallery of {sample.gallery_size:,} or more", gallery_size < sample.gallery_size),
        (f"ask for a rank up to {shortest}", gallery_size >= sample.gallery_size and shortest > 0),
        ("hold a higher threshold", not whatever),
    ]
    return (
        f"in {hidden.sum():,} of {len(hidden):,} mated searches the list ends{above} without the mate, who may stand "
        f"further down; {', or '.join(words for words, helps_here in helps if helps_here)}"
    )


def _law_of_false(
    sample: ScoreSample, gallery_size: int, tails: TailDraws | None, rng: np.random.Generator
) -> TailDraws | None:
    """Tails by which false candidates come in; none where nobody does: places are known, the gallery is no larger."""
    if sample.mated_ahead is not None and gallery_size <= sample.gallery_size:
        return None
    return tails or draw_tails(sample.non_mated, draws=DRAWS, rng=rng, subjects=sample.non_mated_subjects)


def _outranked(
    sample: ScoreSample, thresholds: Floats, gallery_size: int, rank: int | None, law: TailDraws | None
) -> Floats:
    """Mates at or above each threshold that a limit on the rank is expected to cost."""
    if rank is None:
        return np.zeros(len(thresholds))
    listed = np.isfinite(sample.mated)
    scores, galleries = sample.mated[listed], (sample.gallery_size, gallery_size)
    ahead = None if sample.mated_ahead is None else sample.mated_ahead[listed]
    if law is None:
        assert ahead is not None  # noqa: S101 - there is a law where places are not known
        return missed_among_fewer(scores, ahead, rank=rank, galleries=galleries, thresholds=thresholds)
    if sample.gallery_size == 1:
        ahead = np.zeros(len(scores), np.int64)  # single comparisons: of the gallery nobody was looked at
    ordered = np.sort(sample.non_mated)

    def hazards(scores: Floats, draws: slice) -> Floats:
        # Of half a search that is not reached by anybody: all of them would be an infinite hazard.
        below = np.maximum(np.searchsorted(ordered, scores, side="left"), 0.5)
        return _hazards(law.some(draws).shares(scores, 1 - below / len(ordered)), sample.dispersion)

    return missed_by_rank(
        scores,
        ahead,
        rank=rank,
        galleries=galleries,
        thresholds=thresholds,
        hazards=hazards,
        dispersion=sample.dispersion,
    )


def _left_open(sample: ScoreSample, threshold: float, gallery_size: int, rank: int) -> float:
    """Mates of whom it is open whether the rank costs them, as nearly all searches return somebody at their scores.

    There the best scores say only that more stand before them than so many.
    """
    listed = sample.mated >= threshold
    if gallery_size <= sample.gallery_size and sample.mated_ahead is not None:
        return 0.0
    ordered = np.sort(sample.non_mated)
    below = int(np.searchsorted(ordered, -np.inf, side="right")) + FEWEST_BELOW  # after those that returned nobody
    if below >= len(ordered):
        return float(np.count_nonzero(listed))
    lowest, hazard = float(ordered[below]), float(hazard_of_fpir(1 - below / len(ordered), sample.dispersion))
    low = listed & np.isfinite(sample.mated) & (sample.mated < lowest)
    ahead = None if sample.mated_ahead is None else sample.mated_ahead[low]
    known = missed_by_rank(
        sample.mated[low],
        ahead,
        rank=rank,
        galleries=(sample.gallery_size, gallery_size),
        thresholds=np.array([threshold]),
        hazards=lambda scores, _: np.full((1, len(scores)), hazard),
        dispersion=sample.dispersion,
    )
    return float(np.count_nonzero(low) - known[0])


def _hazards(shares: Floats, dispersion: float) -> Floats:
    """Hazards of many shares at once, by a table where each would take a search."""
    if dispersion == 0:
        return hazard_of_fpir(shares, dispersion)
    logs = np.linspace(-60.0, 30.0, 4000)
    table = np.log(fpir_of_hazard(np.exp(logs), dispersion))
    with np.errstate(divide="ignore"):
        return np.exp(np.interp(np.log(shares), table, logs))


def _miss_draws(sample: ScoreSample, thresholds: Floats, outranked: Floats, rng: np.random.Generator) -> Floats:
    """Shares of mated searches below each threshold or outranked, with the chance of which mates were searched."""
    n, ordered = len(sample.mated), np.sort(sample.mated)
    missed = np.searchsorted(ordered, thresholds, side="left") + outranked
    # As if all that are missed lay below a threshold: who is outranked scores low too.
    below_as_many = float(ordered[min(n - 1, int(np.median(missed)))])
    effect = _miss_effect(sample, max(below_as_many, float(np.quantile(thresholds, 0.5, method="lower"))))
    return rng.beta(missed / effect + 0.5, (n - missed) / effect + 0.5)


def _miss_effect(sample: ScoreSample, threshold: float) -> float:
    """Design effect of the misses; where few people bear them, of the lowest scores of so many people that they tell.

    Who is missed once may be missed always, and a handful of misses does not show it: the effect would be least where
    by luck there are fewest.
    """
    missed, subjects = sample.mated < threshold, sample.mated_subjects
    if subjects is not None and missed.any():
        _, subject = np.unique(subjects, return_inverse=True)
        lowest = np.full(subject.max() + 1, np.inf)
        np.minimum.at(lowest, subject, sample.mated)
        missed = missed | (sample.mated <= np.sort(lowest)[:_TELLING][-1])
    return design_effect(missed, subjects)


def _support_at_fpir(sample: ScoreSample, gallery_size: int, fpir: float) -> tuple[tuple[int, int], str]:
    """Galleries in which ``fpir`` needs a threshold that some searches reach and not too many do; and what fails."""
    hazard, highest = float(hazard_of_fpir(fpir, sample.dispersion)), _highest_hazard(sample)
    if hazard > highest:
        return (sample.gallery_size, sample.gallery_size), _UNLIKE
    reach = float(hazard_of_fpir(min(0.5, SUPPORTED_SEARCHES / len(sample.non_mated)), sample.dispersion))
    low = math.ceil(sample.gallery_size * hazard / highest)
    high = max(1, min(LARGEST_GALLERY, int(sample.gallery_size * hazard / reach)))
    return (low, high), _UNLIKE if gallery_size < low else _FEW_REACH


def _support_at_threshold(sample: ScoreSample, exceedance: float) -> tuple[tuple[int, int], str]:
    """Up to an FPIR above which unlike searches matter; nowhere, where the threshold is out of reach."""
    if exceedance < SUPPORTED_SEARCHES / len(sample.non_mated):
        return NO_GALLERY, _FEW_REACH
    ratio = _highest_hazard(sample) / float(hazard_of_fpir(exceedance, sample.dispersion))
    if ratio < 1:
        return (sample.gallery_size, sample.gallery_size), _UNLIKE
    return (1, min(LARGEST_GALLERY, int(sample.gallery_size * ratio))), _UNLIKE


def _support_of_rank(sample: ScoreSample, rank: int) -> tuple[tuple[int, int], str]:
    """Up to where so many false candidates as the rank stand above a score that some searches reach.

    Nearly all searches return somebody there, so that how unlike searches are has to be known.
    """
    if sample.dispersion == 0:
        size = sample.gallery_size
        if sample.mated_ahead is not None or size == 1:
            return (1, size), _UNLIKE  # who stands before each mate was seen
        return ((size, size) if rank == 1 else NO_GALLERY), _UNLIKE
    reach = rank * len(sample.non_mated) / SUPPORTED_SEARCHES
    return (1, min(LARGEST_GALLERY, int(sample.gallery_size * reach))), _FEW_REACH


def _highest_hazard(sample: ScoreSample) -> float:
    """Mean number of false candidates per search up to which the law of the dispersion at hand is good."""
    highest = _HIGHEST_FPIR_ALIKE if sample.dispersion == 0 else _HIGHEST_FPIR_UNLIKE
    return float(hazard_of_fpir(highest, sample.dispersion))


def _check(gallery_size: int, level: float, rank: int | None, shares: list[tuple[str, float]]) -> None:
    problems = [
        Problem("share-out-of-range", name, f"{value:g} is not between 0 and 1", "Give a share above 0 and below 1")
        for name, value in shares
        if not 0 < value < 1
    ]
    if not 1 <= gallery_size <= LARGEST_GALLERY:
        what = f"{gallery_size} is not between 1 and {LARGEST_GALLERY}"
        problems.append(Problem("gallery-size-out-of-range", "gallery_size", what, "Give the number of persons"))
    if not LOWEST_LEVEL <= level <= HIGHEST_LEVEL:
        what = f"{level:g} is not between {LOWEST_LEVEL} and {HIGHEST_LEVEL}"
        problems.append(Problem("level-out-of-range", "level", what, "Give the coverage wanted, for example 0.9"))
    if rank is not None and rank < 1:
        problems.append(Problem("rank-out-of-range", "rank", f"{rank} is below 1", "Count ranks from 1"))
    if problems:
        raise InputError(problems)


def _sample_problems(sample: ScoreSample) -> list[Problem]:
    problems = [
        *_score_problems("non_mated", sample.non_mated, sample.non_mated_subjects),
        *_score_problems("mated", sample.mated, sample.mated_subjects),
    ]
    if len(sample.non_mated) == 0:
        remedy = "Give the best score of each non-mated search"
        problems.append(Problem("no-non-mated-score", "non_mated", "there is no non-mated score", remedy))
    if not 1 <= sample.gallery_size <= LARGEST_GALLERY:
        what = f"{sample.gallery_size} is not between 1 and {LARGEST_GALLERY}"
        remedy = "Give the persons in the gallery searched, 1 for single comparisons"
        problems.append(Problem("gallery-size-out-of-range", "gallery_size", what, remedy))
    if not 0 <= sample.dispersion <= LARGEST_DISPERSION:
        what = f"{sample.dispersion:g} is not between 0 and {LARGEST_DISPERSION:g}"
        problems.append(Problem("dispersion-out-of-range", "dispersion", what, "Give w, 0 for searches that are alike"))
    return problems


def _score_problems(name: str, scores: Floats, subjects: NDArray[np.int64] | None) -> list[Problem]:
    problems = []
    bad = np.flatnonzero(np.isnan(scores) | (scores == np.inf))
    if len(bad):
        first = ", ".join(map(str, bad[:10]))
        what = f"{len(bad)} scores are not a number or infinite (positions {first})"
        remedy = "Give -inf for a search that returned nobody and a number for any other"
        problems.append(Problem("score-not-a-number", name, what, remedy))
    if subjects is not None and len(subjects) != len(scores):
        what = f"there are {len(subjects)} subjects for {len(scores)} scores"
        problems.append(Problem("lengths-differ", f"{name}_subjects", what, "Give one subject per score"))
    return problems
