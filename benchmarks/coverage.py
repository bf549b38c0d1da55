"""Coverage of the intervals by simulation: how often a nominal 95 % interval holds the truth.

    python benchmarks/coverage.py [--simulations 2000] [--part rates] [--part equal-errors]

Prints one line per population: expected events, coverage, how often the careful form of the method was taken, and
whether coverage lies between 93 and 97 %. Where the careful form is taken more than one time in ten, only less than
93 % is marked.
"""

from __future__ import annotations

import argparse
import itertools
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import betaincinv, ndtr, ndtri

from baserate.estimates import Wanted, measure_comparisons
from baserate.estimates.differentials import differentials
from baserate.estimates.estimate import Interval
from baserate.estimates.intervals import (
    ErrorsOfPeople,
    ScoredPeople,
    at_equal_errors,
    at_target,
    by_subject,
    count_by_subject,
    difference_at_target,
    paired_difference,
    ratio,
    resample,
    two_way,
    wilson,
)
from baserate.estimates.intervals.effective import spread_of
from baserate.estimates.intervals.two_way import member_spread, of_the_best
from baserate.estimates.operating_point import equal_errors
from baserate.estimates.tally import tally_of_scores
from baserate.inputs import read_scores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from baserate.estimates import Estimate

Ints = NDArray[np.int64]
Rng = np.random.Generator

SIZES = {
    "1": [1],
    "10": [10],
    "1-30": [1, 2, 5, 30],
    "1000": [1000],
    "1-1000": [1, 10, 100, 1000],
    "1, a tenth 20": [1] * 9 + [20],
    "skew": np.maximum(1, np.exp(1.5 * ndtri((np.arange(200) + 0.5) / 200) + 2.8)).astype(int).tolist(),
}


INSTEAD = "(not the default here)"
KINDS = PLAIN, MIXED, CAREFUL = "plain", "plain or careful, as the data fall", "careful"


@dataclass(frozen=True)
class Found:
    """How often an interval held the truth."""

    population: str
    expected: float
    held: float
    careful: float

    @property
    def kind(self) -> str:
        """Name the form of the method that such data get."""
        if self.population.endswith(INSTEAD):
            return "another method is the default"
        return PLAIN if self.careful <= 0.1 else MIXED if self.careful < 0.9 else CAREFUL

    @property
    def mark(self) -> str:
        """Say where coverage is not what it should be."""
        if self.held < 0.93:
            return "  BELOW"
        return "  above" if self.held > 0.97 and self.kind == PLAIN else ""


def found(population: str, expected: float, intervals: Iterable[Interval], truth: float) -> Found:
    """Count how many intervals hold the truth, and how many are careful."""
    all_ = list(intervals)
    held = sum(one.low <= truth <= one.high for one in all_)
    return Found(population, expected, held / len(all_), sum(one.careful for one in all_) / len(all_))


@dataclass(frozen=True)
class People:
    """Synthetic people who repeat: how many, trials of each, rate, and how alike one person's trials are (0 to 1)."""

    rate: float
    people: int
    sizes: str
    alike: float

    def draw(self, rng: Rng) -> tuple[Ints, Ints]:
        """Draw events and trials of each person; a person's own rate is beta distributed."""
        trials = rng.choice(SIZES[self.sizes], size=self.people)
        own = np.full(self.people, self.rate)
        if self.alike:
            strength = 1 / self.alike - 1
            own = rng.beta(self.rate * strength, (1 - self.rate) * strength, size=self.people)
        return rng.binomial(trials, own), trials

    @property
    def expected(self) -> float:
        """Events expected."""
        return self.rate * self.people * float(np.mean(SIZES[self.sizes]))


EVERYDAY = (("1", 0.0), ("10", 0.0), ("10", 0.05), ("10", 0.2), ("10", 0.5), ("1-30", 0.2))
HARD = (("1000", 0.01), ("1000", 0.3), ("1-1000", 0.1), ("1, a tenth 20", 0.2), ("skew", 0.1), ("1, a tenth 20", 0.999))


def grid(shapes: tuple[tuple[str, float], ...], least: float) -> Iterator[People]:
    """All populations with at least so many events expected."""
    for rate in (0.3, 0.1, 0.03, 0.01, 0.003, 0.001):
        for people in (20, 50, 200, 1000):
            for sizes, alike in shapes:
                population = People(rate, people, sizes, alike)
                if population.expected >= least:
                    yield population


def rates(simulations: int, *, least: float = 0.5) -> Iterator[Found]:
    """FNIR and the like: the default interval of a rate of people who repeat."""
    return _rates(grid(EVERYDAY, least), simulations)


def handfuls(simulations: int) -> Iterator[Found]:
    """The same where people have a thousand trials, or very unequal numbers, so that few of them make all errors."""
    return _rates(grid(HARD, 10), simulations)


def _rates(populations: Iterable[People], simulations: int) -> Iterator[Found]:
    for population in populations:
        rng = np.random.default_rng(1)
        intervals = (by_subject(*population.draw(rng)) for _ in range(simulations))
        yield found(str(population), population.expected, intervals, population.rate)


def sleepers(simulations: int) -> Iterator[Found]:
    """A few people who nearly always err, among others who seldom do: what a test that met none of them cannot know."""
    for people, few, each in itertools.product((15, 50, 150), (0.02, 0.05), (10, 30)):
        rng, rate = np.random.default_rng(11), few * 0.9 + (1 - few) * 0.005
        drawn = (np.where(rng.random(people) < few, 0.9, 0.005) for _ in range(simulations))
        intervals = (by_subject(rng.binomial(each, own), np.full(people, each)) for own in drawn)
        yield found(f"people={people} x {each}, {few:.0%} of them nearly always", rate * people * each, intervals, rate)


def ratios(simulations: int, *, least: float = 10) -> Iterator[Found]:
    """Divide a group's rate by another's."""
    for people, factor in ((100, 1.0), (300, 3.0), (1000, 10.0), (1000, 1.0)):
        for sizes, alike in (("1", 0), ("10", 0.2), ("1-30", 0.2)):
            for rate in (0.1, 0.03, 0.01):
                one, two = People(rate, people, sizes, alike), People(rate / factor, 2 * people, sizes, alike)
                if min(one.expected, two.expected) < least:
                    continue
                rng = np.random.default_rng(2)
                intervals = (_ratio(one, two, rng) for _ in range(simulations))
                name = f"{one} over {factor:g}th"
                yield found(name, min(one.expected, two.expected), intervals, factor)


def _ratio(one: People, two: People, rng: Rng) -> Interval:
    (a, n), (b, m) = one.draw(rng), two.draw(rng)
    if b.sum() == 0:
        return Interval(0, np.inf, 0.95, "undefined, and said to be")
    return ratio(a.sum() / n.sum(), by_subject(a, n), reference=b.sum() / m.sum(), reference_interval=by_subject(b, m))


def differences(simulations: int) -> Iterator[Found]:
    """Two algorithms on the same searches, sharing part of each person's difficulty."""
    for people, rate, better, shared in (
        (100, 0.1, 0.06, 0.8),
        (300, 0.03, 0.03, 0.5),
        (1000, 0.03, 0.02, 0.9),
        (300, 0.1, 0.1, 1.0),
        (1000, 0.3, 0.28, 0.95),
    ):
        for sizes in ([1], [1, 2, 5, 10]):
            rng = np.random.default_rng(3)
            intervals = (_difference(rng, people, rate, better, shared, sizes) for _ in range(simulations))
            name = f"people={people} of {sizes} rates={rate}, {better} shared={shared}"
            yield found(name, rate * people * float(np.mean(sizes)), intervals, rate - better)


def _difference(rng: Rng, people: int, rate: float, better: float, shared: float, sizes: list[int]) -> Interval:
    trials = rng.choice(sizes, size=people)
    same = rng.random(people) < shared
    own = rng.random((2, people))
    own[1, same] = own[0, same]
    level = _beta_quantiles(own, np.array([[rate], [better]]))
    return paired_difference(rng.binomial(trials, level[0]), rng.binomial(trials, level[1]), trials)


def _beta_quantiles(own: NDArray[np.float64], mean: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(betaincinv(mean * 4, (1 - mean) * 4, own), dtype=np.float64)


# People, members, false positives of a search, and how even the members are: few of 0.02 cause most of them.
CROWDS = (
    (50, 100, 0.1, 0.1),
    (50, 500, 0.5, 0.1),
    (300, 100, 0.03, 0.02),
    (300, 100, 0.1, 0.1),
    (300, 500, 0.1, 0.02),
    (300, 500, 0.05, 1.0),
    (300, 500, 0.05, 0.05),
    (1000, 2000, 0.03, 0.02),
    (300, 500, 0.4, 1.0),
    (300, 500, 0.4, 0.05),
    (300, 500, 1.2, 1.0),
    (300, 500, 1.2, 0.05),
    (300, 500, 3.0, 1.0),
)


def false_positives(simulations: int) -> Iterator[Found]:
    """FPIR for other people searched and another gallery, with members who attract false positives."""
    for people, members, mean, shape in CROWDS:
        draw = _drawer(people, members, mean, shape)
        truth = float(np.mean([events.sum() / trials.sum() for events, trials, _ in _many(draw, 20_000)]))
        for name, method in (("", _two_way), (INSTEAD, _by_subject)):
            intervals = (method(events, trials, hits, members) for events, trials, hits in _many(draw, simulations))
            label = f"people={people} members={members} shape={shape} FPIR={truth:.3f} {name}".strip()
            yield found(label, truth * people * 3, intervals, truth)


def _by_subject(events: Ints, trials: Ints, hits: Ints, members: int) -> Interval:  # noqa: ARG001
    return by_subject(events, trials)


def _two_way(events: Ints, trials: Ints, hits: Ints, members: int) -> Interval:
    best = member_spread(hits[hits > 0], members)
    return two_way(events, trials, members=of_the_best(best, float(events.sum()), float(trials.sum())))


def _many(draw: Callable[[Rng], tuple[Ints, Ints, Ints]], times: int) -> Iterator[tuple[Ints, Ints, Ints]]:
    rng = np.random.default_rng(4)
    for _ in range(times):
        yield draw(rng)


def _drawer(people: int, members: int, mean: float, shape: float) -> Callable[[Rng], tuple[Ints, Ints, Ints]]:
    """Make searches whose false positives come from gamma-distributed people and gamma-distributed members."""

    def draw(rng: Rng) -> tuple[Ints, Ints, Ints]:
        trials = rng.choice([1, 2, 6], size=people)
        likely = rng.gamma(2, 0.5, size=people) * mean
        weight = rng.gamma(shape, 1 / shape, size=members)
        each = np.repeat(1 - np.exp(-likely * weight.mean()), trials)
        positive = rng.random(len(each)) < each
        hits = rng.multinomial(int(positive.sum()), weight / weight.sum())
        return np.bincount(np.repeat(np.arange(people), trials), positive, people).astype(np.int64), trials, hits

    return draw


def selectivities(simulations: int) -> Iterator[Found]:
    """Candidates per search, for other people searched and another gallery."""
    for people, members, mean, shape in CROWDS:
        rng = np.random.default_rng(8)
        drawn = [_counts(rng, people, members, mean, shape) for _ in range(simulations)]
        for place, name in enumerate(("", INSTEAD)):
            label = f"people={people} members={members} shape={shape} SEL={mean} {name}".strip()
            yield found(label, mean * people * 3, (pair[place] for pair in drawn), mean)


def few_candidates(simulations: int) -> Iterator[Found]:
    """Candidates per search where they are few, come alone or together, and people search once or often."""
    for sizes, (kind, draw), expected in product(([1], [1, 2, 6], [10]), BUNDLES.items(), (1, 3, 10, 30)):
        rng, mean = np.random.default_rng(9), expected / 1000 / float(np.mean(sizes))
        intervals = (_few_candidates(rng, sizes, mean, draw) for _ in range(simulations))
        yield found(f"1000 people x {sizes} {kind}", expected, intervals, mean)


def _few_candidates(rng: Rng, sizes: list[int], mean: float, draw: Callable[[Rng, float, Ints], Ints]) -> Interval:
    trials = rng.choice(sizes, size=1000)
    who = np.repeat(np.arange(1000), trials)
    return count_by_subject(np.bincount(who, draw(rng, mean, who), 1000).astype(np.int64), trials)


# How candidates come, given their mean and whose the searches are.
BUNDLES: dict[str, Callable[[Rng, float, Ints], Ints]] = {
    "alone": lambda rng, mean, who: rng.poisson(mean, size=len(who)),
    "heavy-tailed by search": lambda rng, mean, who: rng.poisson(mean * rng.gamma(0.1, 10, size=len(who))),
    "heavy-tailed by person": lambda rng, mean, who: rng.poisson(mean * rng.lognormal(-0.5, 1, size=1000)[who]),
    "in threes on average": lambda rng, mean, who: np.where(
        rng.random(len(who)) < mean / 3, rng.geometric(1 / 3, size=len(who)), 0
    ),
}


def _counts(rng: Rng, people: int, members: int, mean: float, shape: float) -> tuple[Interval, Interval]:
    trials, weight = rng.choice([1, 2, 6], size=people), rng.gamma(shape, 1 / shape, size=members)
    events = rng.poisson(rng.gamma(2, 0.5, size=people) * trials * mean * weight.mean())
    hits = rng.multinomial(events.sum(), weight / weight.sum())
    spread = member_spread(hits[hits > 0], members)
    return count_by_subject(events, trials, members=spread), count_by_subject(events, trials)


def targets(simulations: int) -> Iterator[Found]:
    """FNIR at a target FPIR, the threshold set again in every replicate."""
    populations = ((200, 1, 0.05, 3.0), (200, 5, 0.02, 3.5), (500, 4, 0.01, 3.5), (300, 5, 0.01, 4.5))
    for people, each, target, apart in populations:
        for spread in (0.0, 0.6):
            rng = np.random.default_rng(5)
            width = np.sqrt(1 + spread**2)
            truth = float(ndtr((width * ndtri(1 - target) - apart) / width))
            intervals = (_at_target(rng, people, each, target, apart, spread) for _ in range(simulations))
            label = f"people={people} x {each} FPIR={target} spread={spread}"
            yield found(label, truth * people * each, intervals, truth)


def _at_target(rng: Rng, people: int, each: int, target: float, apart: float, spread: float) -> Interval:
    who = np.repeat(np.arange(2 * people), each)
    mated = who < people
    scores = rng.normal(size=len(who)) + spread * rng.normal(size=2 * people)[who] + apart * mated
    n = np.bincount(who, minlength=2 * people)
    is_mated = np.arange(2 * people) < people
    none = np.zeros(2 * people, np.int64)
    tail = ScoredPeople(n * is_mated, n * ~is_mated, none, scores[mated], who[mated], scores[~mated], who[~mated])
    drawn = resample(tail, target, seed=int(rng.integers(1 << 30)), replicates=200)
    allowed = int(target * people * each + 1e-9)
    may_not_pass = np.sort(scores[~mated])[::-1][allowed]
    missed = np.bincount(who[mated], scores[mated] <= may_not_pass, people).astype(np.int64)
    return at_target(drawn, missed, n[:people])


def equal_error_rates(simulations: int) -> Iterator[Found]:
    """Equal error rate of people who are unlike, some of them in both kinds of trials alike, and of unlike members."""
    populations = ((50, 5, 2.0), (200, 1, 2.0), (200, 5, 2.0), (200, 5, 3.5), (1000, 1, 3.5), (1000, 5, 4.5))
    for people, each, apart in populations:
        for spread, member_spread_ in ((0.0, 0.0), (0.6, 0.0), (0.6, 0.4)):
            rng = np.random.default_rng(7)
            mated_width, other_width = np.sqrt(1 + spread**2), np.sqrt(1 + spread**2 + member_spread_**2)
            truth = float(ndtr(-apart / (mated_width + other_width)))
            intervals = (
                _at_equal_errors(rng, people, each, apart, (spread, member_spread_)) for _ in range(simulations)
            )
            label = f"people={people} x {each} spread={spread} members={member_spread_}"
            yield found(label, truth * people * each, intervals, truth)


def _at_equal_errors(rng: Rng, people: int, each: int, apart: float, spreads: tuple[float, float]) -> Interval:
    """Compare everybody with their own reference ``each`` times and with four times as many others'."""
    own, other = np.repeat(np.arange(people), each), np.repeat(np.arange(people), 4 * each)
    level, draw = spreads[0] * rng.normal(size=(2, people)), spreads[1] * rng.normal(size=people)
    members = (other + rng.integers(1, people, size=len(other))) % people
    mated = apart + rng.normal(size=len(own)) + level[0, own]
    non_mated = rng.normal(size=len(other)) + level[1, other] + draw[members]
    met = equal_errors(tally_of_scores(mated, non_mated))
    assert not isinstance(met, str)
    errors = ErrorsOfPeople(
        np.bincount(own, mated < met.threshold, people).astype(np.int64),
        np.bincount(own, minlength=people),
        np.bincount(other, non_mated >= met.threshold, people).astype(np.int64),
        np.bincount(other, minlength=people),
    )
    over = spread_of(np.bincount(members, non_mated >= met.threshold, people), np.bincount(members, minlength=people))
    return at_equal_errors(errors, met.rate, lean=met.lean, members=over)


# People, members (None: the people themselves), spread of people and of members, FMR, distance of mated scores.
TABLES: tuple[tuple[int, int | None, float, float, float, float], ...] = (
    (300, 30, 0.2, 0.0, 0.01, 4),
    (300, 30, 0.2, 0.4, 0.01, 4),
    (300, 100, 0.3, 0.3, 0.01, 4),
    (100, 50, 0.5, 0.0, 0.01, 3.5),
    (100, 50, 0.3, 0.3, 0.001, 4.5),
    (300, 3, 0.2, 0.2, 0.03, 4),
    (60, None, 0.3, 0.3, 0.03, 4),
    (120, None, 0.5, 0.5, 0.02, 4),
    (150, None, 0.3, 0.3, 0.01, 4),
    (120, None, 0.05, 0.05, 0.02, 4),
)


def tables(simulations: int) -> Iterator[Found]:
    """FMR, equal error rate, and FNMR and threshold at a target: everybody with each member, or with everybody else."""
    for people, members, spread, of_members, rate, apart in TABLES:
        width, own = np.sqrt(1 + spread**2 + of_members**2), np.sqrt(1 + spread**2)
        threshold = float(width * ndtri(1 - rate))
        truth = {
            "fmr": rate,
            "threshold": threshold,
            "fnmr": float(ndtr((threshold - apart) / own)),
            "eer": float(ndtr(-apart / (width + own))),
        }
        rng, ends = np.random.default_rng(9), dict[str, list[Interval]]()
        for _ in range(simulations):
            table = _table(rng, people, members, spread, of_members, apart)
            wanted = Wanted(thresholds=(threshold,), rates=(rate,))
            for one in measure_comparisons(read_scores(table).comparisons, wanted):
                if one.low is not None and one.high is not None and (one.metric, one.target) != ("fmr", ("fmr", rate)):
                    metric = one.metric if one.target or one.metric in ("fmr", "eer") else "fnmr at a threshold"
                    ends.setdefault(metric, []).append(Interval(one.low, one.high, one.level, str(one.method)))
        for metric, true in truth.items():
            label = f"{metric}: people={people} members={members} spread={spread}, {of_members} FMR={rate}"
            yield found(label, true * people * (members or people - 1), ends[metric], true)


def _table(
    rng: Rng, people: int, members: int | None, spread: float, of_members: float, apart: float, each: int = 3
) -> pa.Table:
    level = spread * rng.normal(size=people)
    draw = level if members is None else of_members * rng.normal(size=members)
    probe, reference = np.nonzero(np.ones((people, len(draw)), bool) if members else ~np.eye(people, dtype=bool))
    own = np.repeat(np.arange(people), each)
    mated = apart + spread * rng.normal(size=people)[own] + rng.normal(size=len(own))
    scores = level[probe] + draw[reference] + rng.normal(size=len(probe))
    apart_from_people = 0 if members is None else people
    columns = {
        "probe_subject": np.r_[probe, own],
        "reference_subject": np.r_[reference + apart_from_people, own],
        "score": np.r_[scores, mated],
    }
    return pa.table({name: pa.array(values).cast(pa.string() if "subject" in name else pa.float64())
                     for name, values in columns.items()})  # fmt: skip


def against(simulations: int) -> Iterator[Found]:
    """Difference of two algorithms' FNIR at the same FPIR, each with its own threshold."""
    for people, target, apart, alike in ((300, 0.05, 3.0, 0.5), (500, 0.01, 3.5, 0.8), (500, 0.05, 3.5, 0.2)):
        for better in (0.0, 0.5):
            rng = np.random.default_rng(10)
            truth = [float(ndtr(ndtri(1 - target) - apart - more)) for more in (0.0, better)]
            intervals = (_against(rng, people, target, (apart, apart + better), alike) for _ in range(simulations))
            label = f"people={people} FPIR={target} alike={alike} better by {better}"
            yield found(label, truth[0] * people, intervals, truth[0] - truth[1])


#: People with four comparisons of each kind, FMR, mean and width of the normal scores of a quarter of them, where the
#: others' are exponential, and how alike a person's scores are.
UNLIKE_TAILS = (
    (600, 0.03, 1.5, 1.0, 0.2),
    (600, 0.03, 2.5, 0.5, 0.0),
    (600, 0.03, 2.5, 0.5, 0.3),
    (400, 0.05, 2.6, 0.22, 0.0),
    (400, 0.05, 2.6, 0.22, 0.2),
    (1000, 0.01, 4.0, 0.3, 0.2),
)

#: People with three comparisons of each kind, FMR, how unlike, and the correlation of a person's two kinds of scores.
GROUPED = ((300, 0.05, 0.0, 0.0), (400, 0.02, 0.6, 0.0), (400, 0.02, 0.6, 0.8), (400, 0.02, 0.6, -0.8),
           (1000, 0.01, 0.6, 0.5))  # fmt: skip


def grouped(simulations: int) -> Iterator[Found]:
    """Miss rates of two groups, of which one is a quarter, and their ratio, at everybody's threshold for an FMR."""
    apart, harder = 3.5, 0.5
    for people, target, spread, alike in GROUPED:
        rng, width = np.random.default_rng(12), np.sqrt(1 + spread**2)
        threshold = width * ndtri(1 - target)
        a, b = (float(ndtr((threshold - apart + more) / width)) for more in (0.0, harder))
        truths = {"fnmr of three quarters": a, "fnmr of a quarter": b, "ratio": b / a}
        tables = (_grouped(rng, people, spread, alike, (apart, harder)) for _ in range(simulations))
        for (name, truth), intervals in zip(truths.items(), _of_two_groups(tables, "fnmr", target), strict=True):
            label = f"{name}: people={people} x 3 FMR={target} spread={spread} alike={alike}"
            yield found(label, a * people * 3 / 4, intervals, truth)


def _of_two_groups(tables: Iterable[pa.Table], metric: str, target: float) -> Iterator[list[Interval]]:
    """Give the intervals of a rate of most and of few people, and of their ratio, at everybody's threshold."""
    measured: list[tuple[Estimate, Estimate, Estimate]] = []
    for table in tables:
        seen = measure_comparisons(read_scores(table).comparisons, Wanted(rates=(target,), groups=("part",)))
        rates = {e.group[0][1]: e for e in seen if e.metric == metric and e.group}
        (ratio_,) = (e for e in differentials(rates.values()) if e.metric == f"{metric}_ratio")
        measured.append((rates["most"], rates["few"], ratio_))
    for estimates in zip(*measured, strict=True):
        yield [Interval(e.low, e.high, e.level, e.method or "") for e in estimates
               if e.low is not None and e.high is not None]  # fmt: skip


def _grouped(
    rng: Rng, people: int, spread: float, alike: float, levels: tuple[float, float], each: int = 3
) -> pa.Table:
    apart, harder = levels
    own, few = np.repeat(np.arange(people), each), np.arange(people) % 4 == 0
    mated_level, other_level = spread * rng.normal(size=(2, people))
    other_level = alike * mated_level + np.sqrt(1 - alike**2) * other_level
    mated = apart + (mated_level - harder * few)[own] + rng.normal(size=len(own))
    return pa.table({
        "mated": np.arange(2 * len(own)) < len(own),
        "score": np.r_[mated, other_level[own] + rng.normal(size=len(own))],
        "probe_subject": np.r_[own, own],
        "part": np.where(few, "few", "most")[np.r_[own, own]],
    })  # fmt: skip


def false_positives_of_groups(simulations: int) -> Iterator[Found]:
    """Rates of false positives of two groups, one a quarter, whose tails are unlike, and their ratio, at a target."""
    for people, target, shift, width, alike in UNLIKE_TAILS:
        rng = np.random.default_rng(13)
        threshold = brentq(lambda t: 0.75 * np.exp(-t) + 0.25 * ndtr((shift - t) / width) - target, 0, 20)  # noqa: B023
        a, b = float(np.exp(-threshold)), float(ndtr((shift - threshold) / width))
        truths = {"fmr of three quarters": a, "fmr of a quarter": b, "ratio": b / a}
        tables = (_unlike(rng, people, shift, width, alike) for _ in range(simulations))
        for (name, truth), intervals in zip(truths.items(), _of_two_groups(tables, "fmr", target), strict=True):
            label = f"{name}: people={people} x 4 FMR={target} normal {shift:g}, {width:g} alike={alike}"
            yield found(label, target * people * 4, intervals, truth)


def _unlike(rng: Rng, people: int, shift: float, width: float, alike: float, each: int = 4) -> pa.Table:
    own, few = np.repeat(np.arange(people), each), np.arange(people) % 4 == 0
    other = np.sqrt(alike) * rng.normal(size=people)[own] + np.sqrt(1 - alike) * rng.normal(size=len(own))
    return pa.table({
        "mated": np.arange(2 * len(own)) < len(own),
        "score": np.r_[5 + rng.normal(size=len(own)), np.where(few[own], shift + width * other, -np.log(ndtr(-other)))],
        "probe_subject": np.r_[own, own],
        "part": np.where(few, "few", "most")[np.r_[own, own]],
    })  # fmt: skip


def _against(rng: Rng, people: int, target: float, apart: tuple[float, float], alike: float) -> Interval:
    """Search once for each of some enrolled people and for as many others, with what both algorithms find hard."""
    mated, seed = np.arange(2 * people) < people, int(rng.integers(1 << 30))
    who, one, none = np.arange(people), np.ones(people, np.int64), np.zeros(2 * people, np.int64)
    hard, drawn, missed = rng.normal(size=2 * people), [], []
    for place in range(2):
        scores = np.sqrt(alike) * hard + np.sqrt(1 - alike) * rng.normal(size=2 * people) + apart[place] * mated
        tail = ScoredPeople(
            mated.astype(np.int64), (~mated).astype(np.int64), none, scores[mated], who, scores[~mated], who + people
        )
        drawn.append(resample(tail, target, seed=seed, replicates=200, galleries=place))
        missed.append(scores[mated] <= np.sort(scores[~mated])[::-1][int(target * people + 1e-9)])
    events = missed[0].astype(np.int64), missed[1].astype(np.int64)
    return difference_at_target(drawn[0], drawn[1], *events, one)


def independent(simulations: int) -> Iterator[Found]:
    """Independent trials, no people told: Wilson's."""
    rng = np.random.default_rng(6)
    for n, rate in ((30, 0.3), (100, 0.1), (300, 0.03), (1000, 0.003), (3000, 0.01), (1000, 0.0005)):
        drawn = rng.binomial(n, rate, size=simulations)
        yield found(f"n={n} rate={rate}", n * rate, (wilson(x, n) for x in drawn.tolist()), rate)


PARTS = {
    "rates": rates,
    "handfuls": handfuls,
    "sleepers": sleepers,
    "independent": independent,
    "false-positives": false_positives,
    "selectivities": selectivities,
    "few-candidates": few_candidates,
    "ratios": ratios,
    "differences": differences,
    "targets": targets,
    "grouped": grouped,
    "grouped-false-positives": false_positives_of_groups,
    "against": against,
    "tables": tables,
    "equal-errors": equal_error_rates,
}


#: Parts of which a simulation takes long, and how many are enough.
SLOW = {"targets": 500, "grouped": 500, "grouped-false-positives": 500, "against": 500, "tables": 300}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=2000)
    parser.add_argument("--part", choices=PARTS, action="append")
    chosen = parser.parse_args()
    for part in chosen.part or PARTS:
        print(f"\n{part}: expected events, coverage, share of careful intervals")
        all_ = list(PARTS[part](min(chosen.simulations, SLOW.get(part, chosen.simulations))))
        for one in all_:
            print(f"{one.expected:8.1f}  {100 * one.held:5.1f}  {one.careful:4.2f}{one.mark:7}  {one.population}")
        for kind in KINDS:
            held = [100 * one.held for one in all_ if one.kind == kind]
            if held:
                print(f"   {kind}: {len(held)} populations, {min(held):.1f} to {max(held):.1f}")


if __name__ == "__main__":
    main()
