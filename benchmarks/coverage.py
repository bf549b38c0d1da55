"""Coverage of the intervals by simulation: how often a nominal 95 % interval holds the truth.

    python benchmarks/coverage.py [--simulations 2000] [--part rates] [--part equal-errors]

Prints one line per population: expected events, coverage, and whether it lies between 93 and 97 %.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr, ndtri

from baserate.estimates.intervals import (
    ErrorsOfPeople,
    ScoredPeople,
    at_equal_errors,
    at_target,
    by_subject,
    count_by_subject,
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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from baserate.estimates import Interval

Ints = NDArray[np.int64]
Rng = np.random.Generator

SIZES = {"1": [1], "10": [10], "1-30": [1, 2, 5, 30]}


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


def grid(least: float) -> Iterator[People]:
    """All populations with at least so many events expected."""
    for rate in (0.3, 0.1, 0.03, 0.01, 0.003):
        for people in (20, 50, 200, 1000):
            for sizes, alike in (("1", 0), ("10", 0), ("10", 0.05), ("10", 0.2), ("10", 0.5), ("1-30", 0.2)):
                population = People(rate, people, sizes, alike)
                if population.expected >= least:
                    yield population


def rates(simulations: int, *, least: float = 0.5) -> Iterator[tuple[str, float, float]]:
    """FNIR and the like: the default interval of a rate of people who repeat."""
    for population in grid(least):
        rng = np.random.default_rng(1)
        held = 0
        for _ in range(simulations):
            found = by_subject(*population.draw(rng))
            held += found.low <= population.rate <= found.high
        yield str(population), population.expected, held / simulations


def ratios(simulations: int, *, least: float = 10) -> Iterator[tuple[str, float, float]]:
    """Divide a group's rate by another's."""
    for people, factor in ((100, 1.0), (300, 3.0), (1000, 10.0), (1000, 1.0)):
        for sizes, alike in (("1", 0), ("10", 0.2), ("1-30", 0.2)):
            for rate in (0.1, 0.03, 0.01):
                one, two = People(rate, people, sizes, alike), People(rate / factor, 2 * people, sizes, alike)
                if min(one.expected, two.expected) < least:
                    continue
                rng = np.random.default_rng(2)
                held = sum(_ratio_holds(one, two, rng, factor) for _ in range(simulations))
                yield f"{one} over {factor:g}th", min(one.expected, two.expected), held / simulations


def _ratio_holds(one: People, two: People, rng: Rng, factor: float) -> bool:
    (a, n), (b, m) = one.draw(rng), two.draw(rng)
    if b.sum() == 0:
        return True  # undefined, and said to be
    found = ratio(a.sum() / n.sum(), by_subject(a, n), reference=b.sum() / m.sum(), reference_interval=by_subject(b, m))
    return found.low <= factor <= found.high


def differences(simulations: int) -> Iterator[tuple[str, float, float]]:
    """Two algorithms on the same searches, sharing part of each person's difficulty."""
    for people, rate, better, shared in ((100, 0.1, 0.06, 0.8), (300, 0.03, 0.03, 0.5), (1000, 0.03, 0.02, 0.9)):
        rng = np.random.default_rng(3)
        held = 0
        for _ in range(simulations):
            trials = rng.choice([1, 2, 5, 10], size=people)
            same = rng.random(people) < shared
            own = rng.random((2, people))
            own[1, same] = own[0, same]
            level = _beta_quantiles(own, np.array([[rate], [better]]))
            a, b = rng.binomial(trials, level[0]), rng.binomial(trials, level[1])
            found = paired_difference(a, b, trials)
            held += found.low <= rate - better <= found.high
        yield f"people={people} rates={rate}, {better} shared={shared}", rate * people * 4.5, held / simulations


def _beta_quantiles(own: NDArray[np.float64], mean: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(betaincinv(mean * 4, (1 - mean) * 4, own), dtype=np.float64)


# People, members, false positives of a search, and how even the members are: few of 0.02 cause most of them.
CROWDS = (
    (300, 500, 0.05, 1.0),
    (300, 500, 0.05, 0.05),
    (1000, 2000, 0.03, 0.02),
    (300, 500, 0.4, 1.0),
    (300, 500, 0.4, 0.05),
    (300, 500, 1.2, 1.0),
    (300, 500, 1.2, 0.05),
    (300, 500, 3.0, 1.0),
)


def false_positives(simulations: int) -> Iterator[tuple[str, float, float]]:
    """FPIR for other people searched and another gallery, with members who attract false positives."""
    for people, members, mean, shape in CROWDS:
        draw = _drawer(people, members, mean, shape)
        truth = float(np.mean([events.sum() / trials.sum() for events, trials, _ in _many(draw, 20_000)]))
        for name, method in (("two_way", _two_way), ("by_subject", _by_subject)):
            found = [method(events, trials, hits, members) for events, trials, hits in _many(draw, simulations)]
            held = np.mean([interval.low <= truth <= interval.high for interval in found])
            yield f"{name} people={people} members={members} shape={shape}", truth * people * 3, float(held)


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


def selectivities(simulations: int) -> Iterator[tuple[str, float, float]]:
    """Candidates per search, for other people searched and another gallery."""
    for people, members, mean, shape in CROWDS:
        rng, held = np.random.default_rng(8), {"counts_two_way": 0, "counts_by_subject": 0}
        for _ in range(simulations):
            trials, weight = rng.choice([1, 2, 6], size=people), rng.gamma(shape, 1 / shape, size=members)
            events = rng.poisson(rng.gamma(2, 0.5, size=people) * trials * mean * weight.mean())
            hits = rng.multinomial(events.sum(), weight / weight.sum())
            for name, spread in (
                ("counts_two_way", member_spread(hits[hits > 0], members)),
                ("counts_by_subject", None),
            ):
                found = count_by_subject(events, trials, members=spread)
                held[name] += found.low <= mean <= found.high
        for name, times in held.items():
            yield f"{name} people={people} members={members} shape={shape}", mean * people * 3, times / simulations


def targets(simulations: int) -> Iterator[tuple[str, float, float]]:
    """FNIR at a target FPIR, the threshold set again in every replicate."""
    populations = ((200, 1, 0.05, 3.0), (200, 5, 0.02, 3.5), (500, 4, 0.01, 3.5), (300, 5, 0.01, 4.5))
    for people, each, target, apart in populations:
        for spread in (0.0, 0.6):
            rng = np.random.default_rng(5)
            width = np.sqrt(1 + spread**2)
            truth = float(ndtr((width * ndtri(1 - target) - apart) / width))
            held = sum(_target_holds(rng, people, each, target, apart, spread, truth) for _ in range(simulations))
            yield f"people={people} x {each} FPIR={target} spread={spread}", truth * people * each, held / simulations


def _target_holds(rng: Rng, people: int, each: int, target: float, apart: float, spread: float, truth: float) -> bool:
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
    found = at_target(drawn, missed, n[:people])[0]
    return found.low <= truth <= found.high


def equal_error_rates(simulations: int) -> Iterator[tuple[str, float, float]]:
    """Equal error rate of people who are unlike, some of them in both kinds of trials alike, and of unlike members."""
    populations = ((50, 5, 2.0), (200, 1, 2.0), (200, 5, 2.0), (200, 5, 3.5), (1000, 1, 3.5), (1000, 5, 4.5))
    for people, each, apart in populations:
        for spread, member_spread_ in ((0.0, 0.0), (0.6, 0.0), (0.6, 0.4)):
            rng = np.random.default_rng(7)
            mated_width, other_width = np.sqrt(1 + spread**2), np.sqrt(1 + spread**2 + member_spread_**2)
            truth = float(ndtr(-apart / (mated_width + other_width)))
            held = sum(
                _equal_errors_hold(rng, people, each, apart, (spread, member_spread_), truth)
                for _ in range(simulations)
            )
            yield (
                f"people={people} x {each} spread={spread} members={member_spread_}",
                truth * people * each,
                held / simulations,
            )


def _equal_errors_hold(
    rng: Rng, people: int, each: int, apart: float, spreads: tuple[float, float], truth: float
) -> bool:
    """Compare everybody with their own reference ``each`` times and with four times as many others'."""
    own, other = np.repeat(np.arange(people), each), np.repeat(np.arange(people), 4 * each)
    level, draw = spreads[0] * rng.normal(size=(2, people)), spreads[1] * rng.normal(size=people)
    members = (other + rng.integers(1, people, size=len(other))) % people
    mated = apart + rng.normal(size=len(own)) + level[0, own]
    non_mated = rng.normal(size=len(other)) + level[1, other] + draw[members]
    found = equal_errors(tally_of_scores(mated, non_mated))
    assert not isinstance(found, str)
    errors = ErrorsOfPeople(
        np.bincount(own, mated < found.threshold, people).astype(np.int64),
        np.bincount(own, minlength=people),
        np.bincount(other, non_mated >= found.threshold, people).astype(np.int64),
        np.bincount(other, minlength=people),
    )
    over = spread_of(np.bincount(members, non_mated >= found.threshold, people), np.bincount(members, minlength=people))
    ends = at_equal_errors(errors, found.rate, lean=found.lean, members=over)
    return ends.low <= truth <= ends.high


def independent(simulations: int) -> Iterator[tuple[str, float, float]]:
    """Independent trials, no people told: Wilson's."""
    rng = np.random.default_rng(6)
    for n, rate in ((30, 0.3), (100, 0.1), (300, 0.03), (1000, 0.003), (3000, 0.01), (1000, 0.0005)):
        drawn = rng.binomial(n, rate, size=simulations)
        held = np.mean([(f := wilson(x, n)).low <= rate <= f.high for x in drawn.tolist()])
        yield f"n={n} rate={rate}", n * rate, float(held)


PARTS = {
    "rates": rates,
    "independent": independent,
    "false-positives": false_positives,
    "selectivities": selectivities,
    "ratios": ratios,
    "differences": differences,
    "targets": targets,
    "equal-errors": equal_error_rates,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=2000)
    parser.add_argument("--part", choices=PARTS, action="append")
    chosen = parser.parse_args()
    for part in chosen.part or PARTS:
        print(f"\n{part}: expected events, coverage")
        found = list(PARTS[part](min(chosen.simulations, 500) if part == "targets" else chosen.simulations))
        for population, expected, held in found:
            mark = "" if 0.93 <= held <= 0.97 else ("  above" if held > 0.97 else "  BELOW")
            print(f"{expected:8.1f}  {100 * held:5.1f}{mark}  {population}")
        values = np.array([held for _, _, held in found])
        print(f"   mean {100 * values.mean():.1f}, lowest {100 * values.min():.1f}, highest {100 * values.max():.1f}")


if __name__ == "__main__":
    main()
