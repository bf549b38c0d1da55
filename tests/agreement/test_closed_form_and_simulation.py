"""Closed form against simulation, and both against brute force over explicit scores.

Limits are exact, not normal: a count that happens at most once an encounter is binomial, and one that repeats are
added to is held to Bernstein's inequality. One comparison may be off by chance with probability ``ALPHA``; there are
fewer than 20,000 of them, so that the whole file raises a false alarm with probability below 1e-4 (and, the seeds being
fixed, either always or never).

Power: with 120,000 encounters a case, an error of 10 % in a count that 1 in 20 searches has is found in each cell, and
one of 1 % in the sums over the grid (:func:`test_no_count_is_off_on_the_whole_grid`).
"""

from dataclasses import fields
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import binom

from baserate.models.counts import COUNTS, STATUSES
from baserate.models.draws import draw
from baserate.models.encounters import SimulatedSearches, count_searches, simulate_chunk
from baserate.models.expected import expected_cells
from baserate.models.scenario import load_scenario
from baserate.models.score_law import score_of_hazard
from baserate.models.world import World, all_confirm, build_world, simulation_world

ALPHA = 5e-9
ENCOUNTERS = 300_000
REPEATABLE = ("searches", "unacquired", "returned", "mate_returned", "misidentified")


# -- worlds -----------------------------------------------------------------------------------------------------------


def a_world(
    *,
    parts=((10_000, 0.3),),
    rates=((1.0,), (3.0,)),
    hazard=0.2,
    heterogeneity=0.0,
    enrolled=0.6,
    flagged=0.4,
    list_length=1,
    gated=False,
    reviewers=1,
    max_attempts=1,
    fresh=0.6,
    met=((1.0,), (1.0,)),
) -> World:
    """One world with two groups and two conditions, in which everything happens often.

    ``parts`` are sizes and flagged shares of gallery parts, ``rates`` the factor of each group against each part, and
    ``hazard`` the mean number of wrong candidates of a search at factor 1. ``met`` says which parts each condition
    searches, and ``heterogeneity``, ``hazard`` and ``enrolled`` may differ between the two.
    """

    def array(value) -> Any:
        return np.array([value], dtype=np.float64)

    def of_two(value) -> Any:
        """Of both conditions, or of each."""
        return np.broadcast_to(array(value), (1, 2)).copy()

    sizes = np.array([size for size, _ in parts], dtype=np.float64) * np.array(met)
    threshold = of_two(hazard) / sizes.sum(axis=1)
    score = score_of_hazard(threshold)
    whole = np.array([reviewers], dtype=np.int64)
    return World(
        group_share=array([0.4, 0.6]),
        status_share=np.stack(
            [array([[1 - e, e * (1 - flagged), e * flagged]] * 2) for e in of_two(enrolled)[0]], axis=1
        ),
        condition_share=array([0.7, 0.3]),
        unacquired=array([0.02, 0.2]),
        condition_rate=array([0.8, 1.7]),
        part_size=np.broadcast_to(sizes, (1, 2, len(parts))).copy(),
        part_flagged=array([share for _, share in parts]),
        part_rate=np.repeat(array(rates)[:, :, None, :], 2, axis=2),
        heterogeneity=of_two(heterogeneity),
        threshold_hazard=threshold,
        threshold_score=score,
        mate_mean=score[:, None, :] + array([[0.8, -0.3], [0.3, -0.6]]),
        mate_spread=array([0.9, 0.9 if np.all(np.array(met) == 1.0) else 1.6]),
        lapse=array([[0.0, 0.05], [0.1, 0.2]]),
        list_length=np.array([list_length], dtype=np.int64),
        max_attempts=np.array([max_attempts], dtype=np.int64),
        reviewers=whole,
        gated=np.array([gated]),
        confirms_wrong=all_confirm(array(0.4), whole, array(0.5)),
        confirms_right=all_confirm(array(0.85), whole, array(0.5)),
        wrong_to_action=array(0.5),
        right_to_action=array(0.8),
        repeat=array(0.5),
        repeat_fresh=array(fresh),
    )


TWO_GALLERIES = {"parts": ((6_000, 0.1), (4_000, 0.5)), "rates": ((1.0, 2.5), (3.0, 0.4))}
TWO_MODALITIES: dict[str, Any] = {
    "parts": ((6_000, 0.1), (4_000, 0.5), (200_000_000, 0.05)),
    "rates": ((1.0, 2.5, 1.0), (3.0, 0.4, 0.7)),
    "met": ((1.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "heterogeneity": (1.5, 0.3),
    "hazard": (0.2, 1.5),
    "enrolled": (0.6, 0.15),
}

GRID = {
    f"N={size:g}, w={w}, L={length}, {'hotlist' if gated else 'no gate'}": a_world(
        parts=((size, 0.3),), heterogeneity=w, list_length=length, gated=gated
    )
    for size, w, length, gated in product((100, 10_000, 200_000_000), (0.0, 1.5), (1, 5), (False, True))
} | {
    "nobody is enrolled": a_world(enrolled=0.0, list_length=5),
    "everybody is enrolled": a_world(enrolled=1.0, list_length=5, heterogeneity=1.5),
    "nobody is flagged": a_world(flagged=0.0, gated=True, list_length=5),
    "everybody is flagged": a_world(flagged=1.0, gated=True),
    "two galleries, one candidate": a_world(**TWO_GALLERIES),
    "two galleries, a list, hotlist": a_world(**TWO_GALLERIES, list_length=5, gated=True, heterogeneity=1.5),
    "two galleries, crowded lists": a_world(**TWO_GALLERIES, list_length=5, gated=True, hazard=6.0),
    "two modalities, one candidate": a_world(**TWO_MODALITIES),
    "two modalities, a list, hotlist, repeats": a_world(**TWO_MODALITIES, list_length=5, gated=True, max_attempts=3),
    "two modalities, one of them in a gallery of three": a_world(
        **TWO_MODALITIES | {"parts": ((3, 0.3), (4, 0.5), (10_000, 0.1))}, list_length=5
    ),
    "two modalities, one alike": a_world(**TWO_MODALITIES | {"heterogeneity": (0.0, 2.0)}, list_length=2, gated=True),
    "crowded lists": a_world(list_length=5, hazard=6.0),
    "hardly any candidates": a_world(parts=((200_000_000, 0.3),), hazard=1e-3),
    "no reviewer": a_world(reviewers=0, list_length=5),
    "two reviewers": a_world(reviewers=2, list_length=5),
    "two reviewers, one candidate, hotlist": a_world(reviewers=2, gated=True),
    "repeats": a_world(max_attempts=3),
    "repeats, a list, hotlist": a_world(max_attempts=3, list_length=5, gated=True),
    "repeats, hotlist, unlike": a_world(max_attempts=2, gated=True, heterogeneity=1.5),
    "repeats of the same sample only": a_world(max_attempts=3, gated=True, fresh=0.0),
    "fewer comparisons than places": a_world(parts=((3, 0.3),), list_length=5, hazard=1.0),
    "searches as unlike as can be": a_world(parts=((100, 0.3),), heterogeneity=3.0, list_length=5, hazard=2.0),
    "as unlike, one candidate, hotlist": a_world(heterogeneity=3.0, hazard=100.0, gated=True),
}


def one_of(worlds: World, index: int) -> World:
    """World number ``index`` out of many, as a simulation takes it."""
    part = {field.name: getattr(worlds, field.name)[index : index + 1] for field in fields(worlds)}
    return simulation_world(World(**part))


# -- counting and comparing -------------------------------------------------------------------------------------------


def simulated_counts(world: World, *, encounters=ENCOUNTERS, seed=3) -> Any:
    """Counts of a number of whole encounters; the simulation is cut at a row, which may part an encounter."""
    attempts = int(world.max_attempts[0])
    searches = simulate_chunk(world, seed=seed, chunk=0, n_rows=encounters * attempts)
    kept = searches.encounter < encounters  # no encounter has more rows than attempts: these are whole
    return count_searches(only(searches, kept), shape=shape_of(world))


def shape_of(world: World) -> tuple[int, int]:
    return world.condition_share.shape[1], world.group_share.shape[1]


def only(searches: SimulatedSearches, rows) -> SimulatedSearches:
    def cut(record) -> Any:
        return type(record)(**{field.name: getattr(record, field.name)[rows] for field in fields(record)})

    return SimulatedSearches(
        searches.encounter[rows], searches.attempt[rows], cut(searches.people), cut(searches.results)
    )


def expected_per_encounter(world: World) -> Any:
    cells = expected_cells(world)
    return (cells.counts * cells.share[..., None])[0]


def chance_of_this_or_further(count: int, expected: float, trials: int, *, attempts: int) -> float:
    """Two-sided: at most the chance that a right expectation gives a count as far off as this one."""
    if attempts == 1:
        share = min(max(expected / trials, 0.0), 1.0)
        tails = binom.cdf(count, trials, share), binom.sf(count - 1, trials, share)
        return float(min(1.0, 2 * min(tails)))
    away = abs(count - expected)
    return float(2 * np.exp(-(away**2) / 2 / (attempts * expected + attempts * away / 3 + 1e-300)))


def compare(counts, expected, trials: int, *, attempts: int, where: str) -> None:
    """Every count of every condition, group and status, and each summed over them."""
    assert np.isfinite(expected).all(), f"{where}: the closed form is not a number"
    chances = []
    for column, name in enumerate(COUNTS):
        most = attempts if name in REPEATABLE else 1
        cells = [(f"{name}, everybody", counts[..., column].sum(), expected[..., column].sum())]
        cells += [
            (
                f"{name}, condition {condition}, group {group}, {STATUSES[status]}",
                counts[condition, group, status, column],
                expected[condition, group, status, column],
            )
            for condition, group, status in np.ndindex(counts.shape[:3])
        ]
        chances += [
            (chance_of_this_or_further(int(n), float(e) * trials, trials, attempts=most), what, int(n), e * trials)
            for what, n, e in cells
        ]
    chance, what, n, e = min(chances)
    assert chance > ALPHA, (
        f"{where}: {what}: {n} counted, {e:.6g} expected; as far off by chance 1 in {1 / max(chance, 1e-99):.3g}"
    )


@pytest.mark.parametrize("name", GRID)
def test_simulation_has_the_counts_of_the_closed_form(name):
    world = simulation_world(GRID[name])
    counts = simulated_counts(world, seed=list(GRID).index(name))
    attempts = int(world.max_attempts[0])
    compare(counts, expected_per_encounter(world), ENCOUNTERS, attempts=attempts, where=name)


def test_simulation_has_the_counts_of_the_closed_form_in_many_worlds_of_a_shipped_scenario():
    scenario = load_scenario("mobile-fortify")
    worlds = build_world(scenario, draw(scenario.parameters, n_draws=100, seed=5))
    for index in range(0, 100, 11):
        world, attempts = one_of(worlds, index), int(worlds.max_attempts[index])
        counts = simulated_counts(world, seed=index, encounters=100_000)
        compare(counts, expected_per_encounter(world), 100_000, attempts=attempts, where=f"world {index}")


def test_no_count_is_off_on_the_whole_grid():
    """Summed over the grid small errors of the same sign show that no single case can."""
    surprise, spread = np.zeros(len(COUNTS)), np.zeros(len(COUNTS))
    for number, world in enumerate(map(simulation_world, GRID.values())):
        counts = simulated_counts(world, seed=1_000 + number, encounters=50_000).sum(axis=(0, 1, 2))
        expected = expected_per_encounter(world).sum(axis=(0, 1, 2)) * 50_000
        surprise += counts - expected
        most = np.where(np.isin(list(COUNTS), REPEATABLE), world.max_attempts[0], 1)
        spread += most * expected * (1.0 if world.max_attempts[0] > 1 else 1.0 - expected / 50_000)
    z = surprise / np.sqrt(np.maximum(spread, 1.0))
    assert np.abs(z).max() < 5.5, dict(zip(COUNTS, z.round(1), strict=True))


# -- brute force ------------------------------------------------------------------------------------------------------

GALLERY = 1000
SEARCHES = 12_000
BRUTE = {
    "alike": a_world(parts=((GALLERY, 0.3),), list_length=5, hazard=0.5),
    "unlike": a_world(parts=((GALLERY, 0.3),), heterogeneity=1.5, hazard=0.5, reviewers=0),
    "hotlist": a_world(parts=((GALLERY, 0.3),), list_length=5, hazard=0.8, gated=True, reviewers=2),
    "two galleries, hotlist": a_world(
        parts=((600, 0.1), (400, 0.5)), rates=((1.0, 2.5), (3.0, 0.4)), list_length=3, hazard=0.8, gated=True,
        heterogeneity=1.0,
    ),
    "two modalities, hotlist": a_world(
        **TWO_MODALITIES | {"parts": ((300, 0.1), (400, 0.5), (GALLERY - 700, 0.2))}, list_length=3, gated=True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BRUTE)
def test_brute_force_over_explicit_scores_has_the_counts_of_the_closed_form(name):
    """Every one of 1,000 scores is made, sorted, cut, gated and reviewed, one search at a time, in plain Python."""
    world = BRUTE[name]
    counts = brute_force(world, np.random.default_rng(list(BRUTE).index(name)))
    compare(counts, expected_per_encounter(world), SEARCHES, attempts=1, where=name)


def test_simulation_agrees_with_brute_force_directly():
    """Without the closed form in between: both simulations of one world, count by count."""
    world = BRUTE["two galleries, hotlist"]
    brute = brute_force(world, np.random.default_rng(8)) / SEARCHES
    counts = simulated_counts(simulation_world(world), seed=8) / ENCOUNTERS
    z = (brute - counts) / np.sqrt(np.maximum(counts, 20 / SEARCHES) * (1 / SEARCHES + 1 / ENCOUNTERS))
    assert np.abs(z).max() < 5.5


def brute_force(world: World, rng: np.random.Generator) -> Any:
    counts = np.zeros((2, 2, 3, len(COUNTS)), dtype=np.int64)
    sizes = world.part_size[0].astype(int)
    parts = [np.repeat(np.arange(len(own)), own) for own in sizes]
    for _ in range(SEARCHES):
        group = one_of_shares(rng, world.group_share[0])
        condition = one_of_shares(rng, world.condition_share[0])
        status = one_of_shares(rng, world.status_share[0, condition, group])
        happened = one_search(world, rng, group, status, condition, parts[condition])
        counts[condition, group, status] += [happened[name] for name in COUNTS]
    return counts


def one_of_shares(rng, shares) -> int:
    return int(np.searchsorted(np.cumsum(shares), rng.random() * shares.sum()))


def one_search(world: World, rng, group: int, status: int, condition: int, part) -> dict[str, int]:
    happened = dict.fromkeys(COUNTS, 0) | {"searches": 1}
    if rng.random() < world.unacquired[0, condition]:
        return happened | {"unacquired": 1}
    shown_list = returned_list(world, rng, group, status, condition, part)
    mate_in = any(is_mate for _, is_mate, _ in shown_list)
    shown = [is_mate for _, is_mate, flagged in shown_list if flagged or not world.gated[0]]
    happened |= {
        "returned": int(bool(shown_list)),
        "mate_returned": int(mate_in),
        "misidentified": int(status > 0 and bool(shown_list) and not mate_in),
        "alerts": int(bool(shown)),
        "false_alerts": int(bool(shown) and not any(shown)),
    }
    for is_mate in shown:  # from the top of the list until somebody is confirmed
        if reviewers_confirm(rng, 0.85 if is_mate else 0.4, int(world.reviewers[0])):
            kind, action = ("right", "rightful") if is_mate else ("wrong", "wrongful")
            acted = rng.random() < (0.8 if is_mate else 0.5)
            return happened | {f"confirmed_{kind}": 1, f"{action}_actions": int(acted)}
    return happened


def returned_list(world: World, rng, group: int, status: int, condition: int, part) -> Any:
    """(score, is the mate, is flagged) of the candidates at or above the threshold, best first."""
    w = world.heterogeneity[0, condition]
    factor = np.exp(w * rng.standard_normal() - w * w / 2) * world.condition_rate[0, condition]
    rates = factor * world.part_rate[0, group, condition][part]
    # False match rate of one comparison at its score: 1 - (1 - p)^rate is uniform.
    p = 1.0 - (1.0 - rng.random(len(part))) ** (1.0 / rates)
    scores = -ndtri(p)
    candidates = [
        (float(scores[index]), False, bool(rng.random() < world.part_flagged[0][part[index]]))
        for index in np.flatnonzero(scores >= world.threshold_score[0, condition])
    ]
    if status > 0 and rng.random() >= world.lapse[0, group, condition]:
        mate = rng.normal(world.mate_mean[0, group, condition], world.mate_spread[0, condition])
        candidates.append((mate, True, status == STATUSES.index("flagged")))
    candidates.sort(reverse=True)
    above = [candidate for candidate in candidates if candidate[0] >= world.threshold_score[0, condition]]
    return above[: world.list_length[0]]


def reviewers_confirm(rng, chance: float, reviewers: int) -> bool:
    if reviewers == 0:
        return True
    first = bool(rng.random() < chance)
    if reviewers == 1:
        return first
    second = first if rng.random() < 0.5 else bool(rng.random() < chance)
    return first and second
