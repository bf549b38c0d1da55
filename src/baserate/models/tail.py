"""Tail of the best non-mated scores: a generalised Pareto law, its uncertainty, and when to refuse it.

Formula. Above a score *start* that a share *zeta* of the searches reaches, the share that reaches *t* is

    zeta (1 + shape (t - start) / scale)^(-1 / shape)        (zeta exp(-(t - start) / scale) for shape 0).

Meaning. A negative shape is a tail with an end, 0 is exponential, a positive one falls as a power.

Assumption. The tail is near its limiting form from *start* on. It never is entirely: a normal tail fitted below is too
heavy or too light above. The law is therefore fitted from three starts (a tail, its upper half, its upper quarter), and
what is drawn from the three is pooled, so that their disagreement is part of the interval.

Uncertainty. Shape and scale are drawn from their likelihood on a grid times a Student law on the shape (3 degrees of
freedom, scale 0.3), which is weak against 50 scores and keeps small tails from the absurd. Its own tails let a heavy
tail speak: with a normal law in its place, shape 0.8 in 200 scores was covered in 68 % where 90 % were asked for.
Searches of one subject are not independent: the likelihood is raised to the power 1 / design effect. Percentile
bootstraps of the same fit were tried and cover 80 to 87 % where 90 % is asked for; these draws cover 84 to 98 %
(``docs/background/larger_galleries.md``).

References
----------
Hosking and Wallis: Parameter and quantile estimation for the generalized Pareto distribution, Technometrics 29 (1987).
Coles: An Introduction to Statistical Modeling of Extreme Values (2001), chapter 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from baserate.errors import NotEstimableError
from baserate.notebook import Shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Largest share of the searches that is called tail, and the most scores that are: more would only add bias.
TAIL_SHARE, MOST_SCORES = 0.1, 2000
FEWEST_SCORES, FEWEST_EFFECTIVE = 60, 30
FEWEST_SEARCHES = round(FEWEST_SCORES / TAIL_SHARE)
# The three starts: the tail, its half, its quarter.
_PARTS = (1, 2, 4)
_PRIOR_SCALE, _PRIOR_FREEDOM = 0.3, 3.0
_SHAPES = np.linspace(-0.9, 1.8, 91)
# Around the logarithm of the median excess, which is 0.6 to 1.4 scales over these shapes; a mean there may not be.
_LOG_SCALES = np.linspace(-1.2, 1.2, 41)
# Below, the law is no description of scores: an abrupt end.
_STEEPEST = -0.5
# Refused where the shape may be above the first of these, far beyond having no mean; marked where it may be above the
# second, without a variance. To refuse all that is marked would be no better: what still passed would be the samples
# that happen to look lighter than they are, and few of those are covered.
_HEAVIEST, HEAVY_SHAPE = 1.3, 0.5
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class ParetoTail(Shown):
    """A generalised Pareto tail fitted by probability-weighted moments.

    Parameters
    ----------
    start
        Score where the tail begins, in the unit of the scores.
    share
        Share of the searches whose best score lies above ``start``, in (0, 1).
    shape
        Shape, without unit; negative for a tail with an end.
    scale
        Scale, above 0, in the unit of the scores.
    n
        Number of scores above ``start``.
    """

    start: float
    share: float
    shape: float
    scale: float
    n: int

    def exceedance(self, score: float) -> float:
        """Share of the searches whose best score is ``score`` or higher; ``score`` not below ``start``."""
        return float(_exceedance(score, self.start, self.share, np.array(self.shape), np.array(self.scale)))

    def score_at(self, exceedance: float) -> float:
        """Score that a share of ``exceedance`` of the searches reaches; ``exceedance`` in (0, ``share``]."""
        shape, scale = np.array(self.shape), np.array(self.scale)
        return float(_score_at(exceedance, self.start, np.array(self.share), shape, scale))


@dataclass(frozen=True)
class TailDraws(Shown):
    """Equally likely tails, one per position: what the data leave open.

    Parameters
    ----------
    start, share, shape, scale
        As of :class:`ParetoTail`, one value per draw.
    """

    start: Floats
    share: Floats
    shape: Floats
    scale: Floats

    @property
    def largest_shape(self) -> float:
        """Shape that one draw in twenty exceeds."""
        return float(np.quantile(self.shape, 0.95))

    def holding(self, exceedance: float) -> TailDraws:
        """Keep the draws whose tail holds a share of the searches."""
        return self.some(self.share >= exceedance)

    def some(self, draws: slice | NDArray[np.bool_]) -> TailDraws:
        """Keep some of the draws."""
        return TailDraws(self.start[draws], self.share[draws], self.shape[draws], self.scale[draws])

    def shares(self, scores: Floats, counted: Floats) -> Floats:
        """Share of searches that reach each score, a row per draw; ``counted`` below the start of its tail."""
        start, share, shape, scale = (one[:, None] for one in (self.start, self.share, self.shape, self.scale))
        above = _exceedance(np.maximum(scores, start), start, share, shape, scale)
        return np.where(scores >= start, above, np.maximum(counted, share))

    def exceedances(self, score: float) -> Floats:
        """Share of searches that reach ``score``, per draw whose tail starts below it; 0 beyond a tail's end."""
        use = self.some(self.start <= score)
        return _exceedance(score, use.start, use.share, use.shape, use.scale)

    def scores_at(self, exceedance: float) -> Floats:
        """Score that a share of the searches reaches, per draw whose tail holds that share."""
        use = self.holding(exceedance)
        return _score_at(exceedance, use.start, use.share, use.shape, use.scale)


def pareto_tail(scores: Floats, *, size: int | None = None) -> ParetoTail:
    """Fit the tail of the largest scores by probability-weighted moments.

    Parameters
    ----------
    scores
        Best non-mated score of each search, ``-inf`` for a search that returned nobody.
    size
        How many of the largest scores are tail; ``None`` for a tenth of the searches and at most 2,000.

    Returns
    -------
    ParetoTail
        Point estimate; its uncertainty is in :func:`draw_tails`.

    Raises
    ------
    NotEstimableError
        For too few scores, scores tied or saturated at the top, and a shape below -0.5.

    Notes
    -----
    Above a shape of 0.5 moments are a poor guide, and too low: :func:`draw_tails` goes by the likelihood.

    Examples
    --------
    >>> scores = np.random.default_rng(1).exponential(size=20_000)
    >>> tail = pareto_tail(scores)
    >>> tail.n, round(tail.shape, 2), round(tail.scale, 2)
    (2000, -0.01, 1.01)
    """
    scores = np.asarray(scores, dtype=np.float64)
    size = _checked_size(scores, size)
    tail = _moments(_largest(scores, size + 1), size, len(scores))
    if tail.shape < _STEEPEST:
        raise NotEstimableError(_steep_message(tail.shape))
    return tail


def tail_size(n: int) -> int:
    """How many of the best scores of ``n`` searches are called tail.

    Examples
    --------
    >>> tail_size(5_000), tail_size(1_000_000)
    (500, 2000)
    """
    return min(MOST_SCORES, int(TAIL_SHARE * n))


def tail_stability(scores: Floats, *, size: int | None = None) -> tuple[ParetoTail, ...]:
    """Fit the same tail from several starts: shapes that drift say that the start lies too low.

    Parameters
    ----------
    scores, size
        As of :func:`pareto_tail`.

    Returns
    -------
    tuple of ParetoTail
        From twice the tail (where there are scores enough) to a quarter of it.

    Examples
    --------
    >>> scores = np.random.default_rng(1).exponential(size=20_000)
    >>> [tail.n for tail in tail_stability(scores)]
    [4000, 2000, 1000, 500]
    """
    scores = np.asarray(scores, dtype=np.float64)
    size = _checked_size(scores, size)
    finite = int(np.isfinite(scores).sum())
    sizes = [2 * size] if 2 * size < finite else []
    top = _largest(scores, 2 * size + 1)
    return tuple(_moments(top, n, len(scores)) for n in (*sizes, *(size // part for part in _PARTS)))


def draw_tails(
    scores: Floats,
    *,
    draws: int,
    rng: np.random.Generator,
    size: int | None = None,
    subjects: NDArray[np.int64] | None = None,
) -> TailDraws:
    """Draw tails from what the scores leave open, a third of them from each of three starts.

    Parameters
    ----------
    scores, size
        As of :func:`pareto_tail`.
    draws
        How many tails, at least 3.
    rng
        Where chance comes from.
    subjects
        Subject of each search as a number; ``None`` where nobody was searched twice.

    Raises
    ------
    NotEstimableError
        As :func:`pareto_tail`, for a tail whose shape one draw in twenty puts above 1.3, and where repeats leave
        fewer than 30 independent scores in the tail.
    """
    scores = np.asarray(scores, dtype=np.float64)
    size = pareto_tail(scores, size=size).n
    top = _largest(scores, size + 1)
    effect = design_effect(scores > top[0], subjects)
    if size / effect < FEWEST_EFFECTIVE:
        raise NotEstimableError(_effect_message(size, effect))
    each, n = -(-draws // len(_PARTS)), len(scores)
    parts = [_draw_part(top[-(size // part) - 1 :], n, effect, each, rng) for part in _PARTS]
    tails = TailDraws(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    if tails.largest_shape > _HEAVIEST:
        raise NotEstimableError(_heavy_message(tails.largest_shape))
    return tails


def design_effect(hits: NDArray[np.bool_], subjects: NDArray[np.int64] | None) -> float:
    """How many times fewer independent searches there are than searches, for one yes-or-no outcome.

    Parameters
    ----------
    hits
        Outcome of each search.
    subjects
        Subject of each search; ``None`` where nobody was searched twice.

    Returns
    -------
    float
        Variance of the count over subjects against that of independent searches; at least 1. Where all outcomes are
        the same, or fewer than 30 subjects were searched, no less than if all searches of a subject were one: such
        data do not tell how alike a subject's searches are.

    Examples
    --------
    >>> hits = np.array([True, True, False, False, False, False])
    >>> round(design_effect(hits, np.array([1, 1, 2, 2, 3, 3])), 6), design_effect(hits, None)
    (2.0, 1.0)
    """
    if subjects is None:
        return 1.0
    share = float(hits.mean())
    _, subject, searches = np.unique(subjects, return_inverse=True, return_counts=True)
    if_alike = float(searches @ searches) / len(hits)
    if share in (0, 1) or len(searches) == len(hits):  # nobody twice: exactly 1, whatever the rounding
        return if_alike
    surplus = np.bincount(subject, weights=hits - share)
    seen = max(1.0, float(surplus @ surplus) / (len(hits) * share * (1 - share)))
    return max(seen, if_alike) if len(searches) < FEWEST_EFFECTIVE else seen


def _largest(scores: Floats, count: int) -> Floats:
    """Give the largest scores in rising order, without sorting the others."""
    if count >= len(scores):
        return np.sort(scores)
    return np.sort(np.partition(scores, len(scores) - count)[-count:])


def _moments(top: Floats, size: int, n: int) -> ParetoTail:
    """Hosking and Wallis's estimate, from the mean excess and the mean excess weighted by its rank from the top."""
    excess = top[-size:] - top[-size - 1]
    from_top = (size - 0.5 - np.arange(size)) / size
    mean, weighted = float(excess.mean()), float((from_top * excess).mean())
    shape = 2 - mean / (mean - 2 * weighted)
    scale = 2 * mean * weighted / (mean - 2 * weighted)
    return ParetoTail(float(top[-size - 1]), size / n, shape, scale, size)


def _draw_part(
    top: Floats, n: int, effect: float, draws: int, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats, Floats]:
    """Start, share, shape and scale of tails of ``n`` searches that start at the first of the top scores."""
    start, excess, size = top[0], top[1:] - top[0], len(top) - 1
    log_scales = np.log(np.median(excess[excess > 0])) + _LOG_SCALES
    weight = np.exp(_log_posterior(excess, log_scales, effect)).ravel()
    row, column = np.divmod(rng.choice(weight.size, size=draws, p=weight / weight.sum()), len(log_scales))
    shape = _SHAPES[row] + (rng.random(draws) - 0.5) * (_SHAPES[1] - _SHAPES[0])
    scale = np.exp(log_scales[column] + (rng.random(draws) - 0.5) * (_LOG_SCALES[1] - _LOG_SCALES[0]))
    share = rng.beta(size / effect + 0.5, (n - size) / effect + 0.5, size=draws)
    return np.full(draws, start), share, shape, scale


def _log_posterior(excess: Floats, log_scales: Floats, effect: float) -> Floats:
    """Log likelihood over the grid of shapes and scales, shared out over dependent searches, plus the log prior."""
    shape, scale = _SHAPES[:, None], np.exp(log_scales)[None, :]
    ratio = shape / scale
    inside = 1 + ratio * excess[-1] > _TINY
    logs = np.array([np.log1p(one * excess).sum() for one in np.where(inside, ratio, 0).ravel()]).reshape(ratio.shape)
    flat = np.abs(shape) < _TINY
    spread = np.where(flat, excess.sum() / scale, (1 + 1 / np.where(flat, 1, shape)) * logs)
    likelihood = (-len(excess) * np.log(scale) - spread) / effect
    prior = -(_PRIOR_FREEDOM + 1) / 2 * np.log1p((shape / _PRIOR_SCALE) ** 2 / _PRIOR_FREEDOM)
    posterior = np.where(inside, likelihood + prior, -np.inf)
    return np.asarray(posterior - posterior.max())


def _exceedance(
    score: Floats | float, start: Floats | float, share: Floats | float, shape: Floats, scale: Floats
) -> Floats:
    with np.errstate(over="ignore"):  # infinitely deep: nobody reaches it
        depth = (score - np.asarray(start)) / scale
    flat = np.abs(shape) < _TINY
    stretched = np.log1p(np.maximum(shape * depth, -1 + 1e-16)) / np.where(flat, 1, shape)
    return np.asarray(share * np.exp(-np.where(flat, depth, stretched)))


def _score_at(exceedance: float, start: Floats | float, share: Floats, shape: Floats, scale: Floats) -> Floats:
    steps = np.log(share / exceedance)
    flat = np.abs(shape) < _TINY
    return np.asarray(start + scale * np.where(flat, steps, np.expm1(shape * steps) / np.where(flat, 1, shape)))


def _checked_size(scores: Floats, size: int | None) -> int:
    """Size of the tail, where the scores can carry one."""
    scores = np.asarray(scores, dtype=np.float64)
    size = size or tail_size(len(scores))
    finite = int(np.isfinite(scores).sum())
    if size < FEWEST_SCORES or size >= finite:
        raise NotEstimableError(_few_message(len(scores), finite, size))
    top = _largest(scores, size)
    if np.sum(top == top[-1]) >= max(3, size // 100):
        raise NotEstimableError(_saturated_message(float(top[-1]), int(np.sum(top == top[-1]))))
    if len(np.unique(top)) < size / 2:
        raise NotEstimableError(_ties_message(size, len(np.unique(top))))
    return size


def _few_message(n: int, finite: int, size: int) -> str:
    return (
        f"A tail needs {FEWEST_SCORES} non-mated scores above its start and some below: {n} non-mated searches with "
        f"{finite} scores leave {min(size, finite)}. Use at least {FEWEST_SEARCHES} non-mated "
        "searches, and lists that are not cut off below the tail."
    )


def _saturated_message(top: float, n: int) -> str:
    return (
        f"{n} of the largest non-mated scores are all {top:g}: the scores are cut off at the top, and what lies above "
        "cannot be seen. Use the scores before they are cut off or rounded."
    )


def _ties_message(size: int, distinct: int) -> str:
    return (
        f"The {size} largest non-mated scores take only {distinct} values: they are rounded too coarsely for a tail. "
        "Use the scores before rounding."
    )


def _steep_message(shape: float) -> str:
    return (
        f"The tail of the non-mated scores ends abruptly (shape {shape:.2f}, below {_STEEPEST}), as scores do that "
        "were squeezed into a range. Use scores on a scale without an upper end."
    )


def _heavy_message(shape: float) -> str:
    return (
        f"The tail of the non-mated scores is too heavy to be carried on (shape up to {shape:.2f}, above "
        f"{_HEAVIEST:g}). Look for mated searches labelled non-mated among the largest scores, or use their logarithm."
    )


def _effect_message(size: int, effect: float) -> str:
    return (
        f"The {size} scores of the tail come from few subjects: they are worth {size / effect:.0f} independent ones, "
        f"and {FEWEST_EFFECTIVE} are needed for its shape. Search more people."
    )
