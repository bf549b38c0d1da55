"""At a target rate: the threshold was set on the same data, so that it varies when the people do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import hypot, inf, sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri, pdtr

from baserate.estimates.estimate import Interval, named
from baserate.estimates.intervals.effective import Spread, effective_trials, repeats_of, spread_of
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from baserate.estimates.tally import Floats, Ints

REPLICATES = 1000
BLOCK = 50  # replicates at once, fewer
WEIGHTS_AT_ONCE = 5_000_000  # where people are so many that their weights would fill the memory
HELD_AT_ONCE = 20_000_000  # numbers that are held of each person; where more are asked the weights are drawn again
SPARE = 64  # scores that a window is wider on both sides, whatever the first replicates say
# Poisson(1) numbers from one 16-bit draw each, right to 1 in 65,536: how many of these it reaches.
_CUTS = [np.uint16(cut) for cut in np.round(65_536 * pdtr(np.arange(9), 1.0)) if cut < 65_536]


@dataclass(frozen=True, eq=False)
class ScoredPeople:
    """What resampling of people needs of the trials.

    Parameters
    ----------
    n_mated, n_non_mated
        Trials of each person.
    n_below
        Mated trials of each person whose score is below the tail, failures included.
    mated_scores, mated_people
        Score and number of the person of each mated trial in the tail; those at or above ``ceiling``, which no
        threshold is expected to reach, may be left out.
    tail_scores, tail_people
        The same of each non-mated trial in the tail, without a ceiling.
    ceiling
        A replicate whose threshold reaches it is not complete.
    between_galleries
        Relative variance of the number of non-mated trials at or above a score over galleries of other members
        (:func:`~baserate.estimates.intervals.two_way.between_galleries`); 0 where it is not known.
    """

    n_mated: Ints
    n_non_mated: Ints
    n_below: Ints
    mated_scores: Floats
    mated_people: Ints
    tail_scores: Floats
    tail_people: Ints
    ceiling: float = inf
    between_galleries: float = 0.0


@dataclass(frozen=True, eq=False)
class Replicates(Shown):
    """Miss rates and thresholds of resampled people.

    Parameters
    ----------
    misses
        Weighted share of mated trials at or below the score that may no longer pass.
    thresholds
        That score; ``-inf`` where the replicate reached below the tail that was kept.
    ceiling
        As of :class:`ScoredPeople`.
    unweighted
        Share of all mated trials, without weights, at or below that score: what the threshold alone does.
    """

    misses: Floats
    thresholds: Floats
    ceiling: float = inf
    unweighted: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def leaning(self) -> float:
        """How much the misses vary together with the threshold, as the same people set both; 0 where they do not.

        Twice the covariance of the misses at a given threshold with what the threshold does to them, for each unit of
        the latter's standard deviation.
        """
        spread = float(np.std(self.unweighted))
        if spread == 0:
            return 0.0
        own = self.misses - self.unweighted
        covariance = float(np.mean((own - own.mean()) * (self.unweighted - self.unweighted.mean())))
        return max(2 * covariance / spread, 0.0)

    @property
    def complete(self) -> bool:
        """Whether no replicate reached below the tail, or up to the ceiling of the mated scores that were kept."""
        return bool(np.isfinite(self.thresholds).all() and (self.thresholds < self.ceiling).all())


def at_target(
    replicates: Replicates, events: Ints, trials: Ints, *, careful: bool = False, level: float = 0.95
) -> Interval:
    """Give the interval of the miss rate at a target rate, from resampled people.

    It is Wilson's at the effective number of trials that the spread of the replicates tells: it is there also where no
    miss was seen, when all replicates agree on 0, and never narrower than the interval at a fixed threshold, nor than
    the middle share of the replicates, which jump where scores are tied.

    Parameters
    ----------
    replicates
        From :func:`resample`, complete.
    events, trials
        Misses and mated trials of each person at the threshold set on the data themselves; trials above 0.
    careful
        Whether few gallery members draw most false positives.
    level
        Nominal coverage, between 0 and 1.
    """
    n, share = float(trials.sum()), float(events.sum() / trials.sum())
    fixed = spread_of(events, trials)
    squares = max(float(np.var(replicates.misses)) * n * n, fixed.squares)
    # Where everybody missed the same share, the people's unevenness is not told by them: they count as equal parts.
    uneven = fixed.fourths / fixed.squares**2 if fixed.squares**2 > 0 else 1 / len(trials)
    spread = Spread(squares, squares**2 * uneven)
    worth = effective_trials(share, n, spread, repeats=repeats_of(events, trials), level=level)
    found = replace(worth, careful=worth.careful or careful).interval(share, "at_target", level=level)
    low, high = np.quantile(replicates.misses, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf")
    return replace(found, low=min(found.low, float(low)), high=max(found.high, float(high)))


def with_threshold(
    share: float, fixed: Interval, *, between: tuple[float, float], name: str, careful: bool = False
) -> Interval:
    """Give the interval of a miss rate at a target rate from that at a fixed threshold and from the threshold's.

    For trials that stand by themselves, everybody's or a group's (``trials_at_target``, ``group_at_target``), and what
    a group's careful interval is not narrower than (:func:`over_thresholds`).

    Parameters
    ----------
    share, fixed
        The miss rate, and its interval at a fixed threshold.
    between
        Miss rates at both ends of the threshold's interval.
    name
        Of the method.
    careful
        Whether the threshold's interval is.

    Notes
    -----
    The distances to the ends are added as squares, as of two independent things.

    Examples
    --------
    >>> from baserate.estimates.intervals.wilson import wilson
    >>> found = with_threshold(0.1, wilson(100, 1000), between=(0.08, 0.13), name="trials_at_target")
    >>> round(found.low, 3), round(found.high, 3)
    (0.074, 0.136)
    """
    low = share - hypot(share - fixed.low, max(share - between[0], 0.0))
    high = share + hypot(fixed.high - share, max(between[1] - share, 0.0))
    method = named(name, careful=careful or fixed.careful)
    return within_reason(share, Interval(low, high, fixed.level, method))


def within_reason(share: float, ends: Interval) -> Interval:
    """Keep the ends of a rate above a small part of it, and below all but such a part of the rest.

    Where some were missed a rate of 0 is none that the data allow, however far a symmetric distance reaches.

    Examples
    --------
    >>> found = within_reason(0.2, Interval(-0.1, 1.2, 0.95, "trials_at_target"))
    >>> round(found.low, 3), round(found.high, 3)
    (0.005, 0.98)
    """
    part = (1 - ends.level) / 2
    return replace(ends, low=max(ends.low, part * share), high=min(ends.high, 1 - part * (1 - share)))


def over_thresholds(share: float, fixed: Interval, shares: Floats, least: Interval, *, together: float) -> Interval:
    """Give the interval of a group's miss rate over the thresholds that resampled people of all groups set.

    Parameters
    ----------
    share, fixed
        The miss rate, and its interval at a fixed threshold.
    shares
        Miss rates at thresholds drawn with equal weight. Where scores are tied they are few, and far apart.
    least
        What the interval is not narrower than where it is careful; its method.
    together
        How much the rate and the threshold vary together: square of half an interval, 0 or more.

    Notes
    -----
    The ends leave out half of what the level does of a mean of normal distributions, one around each of ``shares``,
    whose spread is that of ``fixed`` on either side.

    Examples
    --------
    >>> from baserate.estimates.intervals.wilson import wilson
    >>> fixed = wilson(100, 1000)
    >>> one = over_thresholds(0.1, fixed, np.array([0.1]), fixed, together=0.0)
    >>> two = over_thresholds(0.1, fixed, np.array([0.08, 0.1]), fixed, together=0.0)
    >>> round(one.low - fixed.low, 9), round(one.high - fixed.high, 9), round(two.low, 3)
    (0.0, 0.0, 0.066)
    """
    level = fixed.level
    low, high = (
        _mixed_quantile(shares, hypot(end - share, sqrt(together)) / float(ndtri((1 + level) / 2)), at)
        for end, at in ((fixed.low, (1 - level) / 2), (fixed.high, (1 + level) / 2))
    )
    if least.careful:
        low, high = min(low, least.low), max(high, least.high)
    return within_reason(share, replace(least, low=min(low, fixed.low), high=max(high, fixed.high)))


def _mixed_quantile(centres: Floats, spread: float, at: float) -> float:
    """Find the quantile of a mean of normal distributions with one spread, by bisection."""
    if spread <= 0:
        return float(np.quantile(centres, at, method="inverted_cdf"))
    low, high = float(centres.min()) - 9 * spread, float(centres.max()) + 9 * spread
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if np.mean(ndtr((middle - centres) / spread)) >= at else (middle, high)
    return (low + high) / 2


def resample(
    people: ScoredPeople, rate: float, *, seed: int, replicates: int = REPLICATES, galleries: int = 0
) -> Replicates:
    """Weight every person by a Poisson(1) number, set the threshold again and count the misses, many times.

    Another gallery would have drawn another number of false positives: the rate is multiplied by a gamma variate of
    mean 1 and the variance between galleries. Only the tail of the non-mated scores decides the threshold, so that a
    replicate costs what the tail costs and is equal, to the last digit, to one that looks at everything.

    Parameters
    ----------
    people
        Scores and whose they are.
    rate
        Target share of non-mated trials, above 0 and below 1.
    seed
        Of the weights.
    replicates
        How many.
    galleries
        Seed of what galleries draw, with ``seed``.
    """
    return resample_together([(people, rate)], seed=seed, replicates=replicates, galleries=galleries)[0]


def resample_together(
    asked: Sequence[tuple[ScoredPeople, float]], *, seed: int, replicates: int = REPLICATES, galleries: int = 0
) -> list[Replicates]:
    """Resample as :func:`resample` at several rates, with the weights drawn once.

    Parameters
    ----------
    asked
        Scores of the same people, each down to what its rate needs, and the rates.
    seed, replicates, galleries
        As there.
    """
    at_once = max(1, HELD_AT_ONCE // max(2 * len(asked[0][0].n_mated), 1))
    parts = [asked[start : start + at_once] for start in range(0, len(asked), at_once)]
    return [one for part in parts for one in _draw(part, seed, replicates, galleries)]


def _draw(asked: Sequence[tuple[ScoredPeople, float]], seed: int, replicates: int, galleries: int) -> list[Replicates]:
    sides = [_Side(people, rate, np.random.default_rng((seed, galleries))) for people, rate in asked]
    first, rng = asked[0][0], np.random.Generator(np.random.Philox(seed))
    # One product of matrices gives what all sides ask; sums of whole numbers are exact below 2^53.
    held = np.column_stack([first.n_non_mated, first.n_mated, *(column for side in sides for column in side.held())])
    held = held.astype(np.float64)
    block = max(1, min(BLOCK, WEIGHTS_AT_ONCE // max(len(held), 1)))
    for start in range(0, replicates, block):
        weights = draw_weights(rng, min(block, replicates - start), len(held))
        totals = weights.astype(np.float64) @ held
        for place, side in enumerate(sides):
            own = slice(2 + 2 * place, 4 + 2 * place)
            side.draw(weights, totals[:, :2], totals[:, own])
            if start == 0:
                held[:, own] = np.column_stack(side.narrowed())
    return [side.replicates() for side in sides]


def draw_weights(rng: np.random.Generator, rows: int, people: int) -> NDArray[np.uint8]:
    """Draw how often each person is in each replicate."""
    drawn = rng.integers(0, 65_536, size=(rows, people), dtype=np.uint16)
    weights = np.zeros(drawn.shape, np.uint8)
    for row, numbers in zip(weights, drawn, strict=True):  # by rows, which stay in the processor's cache
        for cut in _CUTS:
            row += numbers >= cut
    return weights


class _Side:
    """The replicates at one rate, as they come.

    A replicate's threshold lies near the others'. What is far above it, or misses far below it, enters by the sum of
    each person, and only what lies near is added up score by score; a replicate that falls outside is added up from the
    top.
    """

    def __init__(self, people: ScoredPeople, rate: float, galleries: np.random.Generator) -> None:
        self._people, self._rate, self._galleries = people, rate, galleries
        negative, self._owners = _ordered(-people.tail_scores, people.tail_people)
        self._falling = -negative
        self._mated, self._mated_owners = _ordered(people.mated_scores, people.mated_people)
        self._window, self._pivot = (0, 0), 0
        self._places: list[Ints] = []
        self._misses: list[Floats] = []

    def held(self) -> tuple[Ints, Ints]:
        """Give what each person adds to misses and false positives whatever the threshold near which one looks."""
        crowd, (first, _), pivot = len(self._people.n_mated), self._window, self._pivot
        below = np.bincount(self._mated_owners[:pivot], minlength=crowd)
        return self._people.n_below + below, np.bincount(self._owners[:first], minlength=crowd)

    def draw(self, weights: NDArray[np.uint8], trials: Floats, held: Floats) -> None:
        """Add the replicates of some rows of weights: their non-mated and mated trials, and the sums of ``held``."""
        first, last = self._window
        room = np.floor(self._rates(len(weights)) * trials[:, 0] + 1e-9) - held[:, 1]
        heights = np.cumsum(weights[:, self._owners[first:last]], axis=1, dtype=np.int64)
        places = first + (heights <= room[:, None]).sum(axis=1)
        for row in np.flatnonzero((room < 0) | ((places == last) & (last < len(self._owners)))):
            whole = np.cumsum(weights[row, self._owners], dtype=np.int64)
            places[row] = np.searchsorted(whole, room[row] + held[row, 1], side="right")
        self._places.append(places)
        self._misses.append((held[:, 0] + self._missed(weights, self._at(places))) / np.maximum(trials[:, 1], 1))

    def _missed(self, weights: NDArray[np.uint8], thresholds: Floats) -> Ints:
        """Weigh the mated trials of the tail from the pivot to each row's threshold; negative where that is below."""
        ends = np.searchsorted(self._mated, thresholds, side="right")
        first, last = sorted((self._pivot, int(ends.min())))
        shared = weights[:, self._mated_owners[first:last]].sum(axis=1, dtype=np.int64)
        first, last = int(ends.min()), int(ends.max())
        missed = np.arange(first, last) < ends[:, None]
        more = np.where(missed, weights[:, self._mated_owners[first:last]], 0).sum(axis=1, dtype=np.int64)
        found: Ints = more + shared if first >= self._pivot else more - shared
        return found

    def _rates(self, rows: int) -> Floats | float:
        """Give the rate at which this gallery would have to be, were another one at the target."""
        unlike = self._people.between_galleries
        return self._rate * self._galleries.gamma(1 / unlike, unlike, size=rows) if unlike > 0 else self._rate

    def narrowed(self) -> tuple[Ints, Ints]:
        """Look near where the first replicates fell; give what is held then."""
        places = self._places[0]
        spread = int(places.max()) - int(places.min()) + SPARE
        self._window = max(int(places.min()) - spread, 0), min(int(places.max()) + spread, len(self._owners))
        self._pivot = int(np.searchsorted(self._mated, self._at(places).min(), side="right"))
        return self.held()

    def _at(self, places: Ints) -> Floats:
        """Give the score that may no longer pass; minus infinity below the tail."""
        found: Floats = np.append(self._falling, -np.inf)[places]
        return found

    def replicates(self) -> Replicates:
        """Give what was drawn."""
        thresholds = self._at(np.concatenate(self._places))
        missed = int(self._people.n_below.sum()) + np.searchsorted(self._mated, thresholds, side="right")
        unweighted = missed / max(int(self._people.n_mated.sum()), 1)
        return Replicates(np.concatenate(self._misses), thresholds, self._people.ceiling, unweighted)


def _ordered(keys: Floats, people: Ints) -> tuple[Floats, Ints]:
    order = np.argsort(keys, kind="stable")
    return keys[order], people[order]
