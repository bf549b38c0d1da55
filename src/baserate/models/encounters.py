"""Synthetic people are searched: encounter, search, candidate list, response, review, action, row by row.

A chunk of rows is a pure function of the world, the seed and the chunk's number. Every decision draws from its own
stream for every encounter, whether or not it is needed, so that policies are compared on the same people and draws.
Only additions, multiplications, divisions and the functions of
:mod:`baserate.models.portable_arithmetic` are used, so that every processor gives the same rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from baserate.models.counts import COUNTS, STATUSES
from baserate.models.portable_arithmetic import exp, minus_expm1_of_minus, upper_normal_quantile
from baserate.models.random_streams import stream
from baserate.models.score_law import smallest_hazards

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from baserate.models.world import World

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

CHUNK = 100_000  # rows simulated and written at a time


@dataclass(frozen=True, slots=True)
class People:
    """Who is encountered in a chunk, one entry an encounter.

    Parameters
    ----------
    group, status, condition
        Index of the group, of the status and of the capture condition.
    training
        Whether the encounter is in a training mode.
    """

    group: Ints
    status: Ints
    condition: Ints
    training: Bools

    @property
    def is_mated(self) -> Bools:
        """Whether the person is enrolled."""
        return self.status > 0


@dataclass(frozen=True, slots=True)
class Results:
    """What searches returned and what came of it, one row a search; candidates by rank in L columns.

    Parameters
    ----------
    acquired
        Whether there was a usable sample.
    score : (rows, L)
        z of each candidate at or above the threshold, best first; NaN beyond the list.
    is_mate, shown : (rows, L)
        Whether a candidate is the person searched; whether it was shown.
    part : (rows, L)
        Index of the gallery part that a candidate comes from.
    confirmed
        Rank, from 0, of the candidate that review confirmed; -1 for none.
    action
        Whether an adverse action followed.
    """

    acquired: Bools
    score: Floats
    is_mate: Bools
    part: Ints
    shown: Bools
    confirmed: Ints
    action: Bools

    @property
    def n_returned(self) -> Ints:
        """Number of candidates at or above the threshold within the list."""
        return np.asarray((~np.isnan(self.score)).sum(axis=1))

    @property
    def alert(self) -> Bools:
        """Whether a candidate was shown."""
        return np.asarray(self.shown.any(axis=1))


@dataclass(frozen=True, slots=True)
class SimulatedSearches:
    """The rows of a chunk.

    Parameters
    ----------
    encounter
        Number of the encounter within the chunk, from 0.
    attempt
        Number of the search within the encounter, from 1.
    people, results
        Of each row.
    """

    encounter: Ints
    attempt: Ints
    people: People
    results: Results


def simulate_chunk(
    world: World, *, seed: int, chunk: int, n_rows: int = CHUNK, training_share: float = 0.0
) -> SimulatedSearches:
    """Simulate the searches of one chunk.

    Parameters
    ----------
    world
        A single world, rounded by :func:`baserate.models.world.simulation_world`.
    seed, chunk
        Together they fix every draw.
    n_rows
        Number of searches. The chunk's last encounter may lack repeats that would have come after the last row.
    training_share
        Share of encounters in a training mode.

    Returns
    -------
    SimulatedSearches
        Exactly ``n_rows`` rows, ordered by encounter and attempt.
    """
    people = _people(world, seed=seed, chunk=chunk, n=n_rows, training_share=training_share)
    everybody = np.arange(n_rows)
    first = search_people(world, people, everybody, seed=seed, chunk=chunk, attempt=1)
    attempts = [(everybody, first)]
    for attempt in range(2, int(world.max_attempts[0]) + 1):
        attempts.append(_repeat(world, people, attempts[-1], seed=seed, chunk=chunk, attempt=attempt))
    return _rows(people, attempts, n_rows)


def _people(world: World, *, seed: int, chunk: int, n: int, training_share: float) -> People:
    group = _pick(world.group_share[0], stream(seed, "group", chunk).random(n))
    condition = _pick(world.condition_share[0], stream(seed, "condition", chunk).random(n))
    u = stream(seed, "status", chunk).random(n)
    steps = np.cumsum(world.status_share[0], axis=2)[condition, group]
    status = (u >= steps[:, 0]).astype(np.int64) + (u >= steps[:, 1])
    return People(group, status, condition, stream(seed, "mode", chunk).random(n) < training_share)


def _pick(shares: Floats, u: Floats) -> Ints:
    return np.asarray(np.searchsorted(np.cumsum(shares)[:-1], u, side="right"))


def _pick_part(world: World, condition: Ints, u: Floats) -> Ints:
    """Gallery part that each person's own entry is in, in proportion to their sizes."""
    steps = np.cumsum(world.part_size[0] / world.gallery_size[0][:, None], axis=1)[:, :-1]
    return np.asarray((u[:, None] >= steps[condition]).sum(axis=1))


# -- one search -------------------------------------------------------------------------------------------------------


def search_people(world: World, people: People, who: Ints, *, seed: int, chunk: int, attempt: int) -> Results:
    """Search some of the people of a chunk with a fresh sample; draws are made for all of them."""
    n, length = len(people.group), int(world.list_length[0])

    def draw(name: str) -> np.random.Generator:
        return stream(seed, f"{name} {attempt}", chunk)

    chosen = _take(people, who)
    acquired = draw("acquire").random(n)[who] >= world.unacquired[0][chosen.condition]
    hazard, part = wrong_candidates(world, chosen, draw("search factor"), draw("spacings"), n=n, who=who)
    is_wrong = acquired[:, None] & (hazard <= world.threshold_hazard[0].take(chosen.condition)[:, None])
    spread = world.mate_spread[0].take(chosen.condition)
    mate = world.mate_mean[0][chosen.group, chosen.condition] + spread * draw("mate").standard_normal(n)[who]
    lapsed = draw("lapse").random(n)[who] < world.lapse[0][chosen.group, chosen.condition]
    is_above = chosen.is_mated & acquired & ~lapsed & (mate >= world.threshold_score[0].take(chosen.condition))
    mate_part = _pick_part(world, chosen.condition, draw("mate part").random(n)[who])
    score, is_mate, part = _ranked(hazard, is_wrong, part, mate, is_above, mate_part)
    shown = _shown(world, chosen, score, is_mate, part, draw("flag").random((n, length))[who])
    confirmed = _confirmed(world, is_mate, shown, draw("review").random((n, length))[who])
    action = _acted(world, is_mate, confirmed, draw("action").random(n)[who]) & ~chosen.training
    return Results(acquired, score, is_mate, part, shown, confirmed, action)


def _take(people: People, who: Ints | slice) -> People:
    return People(people.group[who], people.status[who], people.condition[who], people.training[who])


def wrong_candidates(
    world: World,
    people: People,
    factors: np.random.Generator,
    spacings: np.random.Generator,
    *,
    n: int,
    who: Ints | slice,
) -> tuple[Floats, Ints]:
    """Hazards of the best wrong candidates of each search, best first, and the gallery part each comes from.

    The cost does not depend on the gallery's size.
    """
    length, n_parts = int(world.list_length[0]), world.part_size.shape[2]
    own = _search_factor(world.heterogeneity[0], people.condition, factors, n, who)
    cell = people.group * world.condition_rate.shape[1] + people.condition
    found = []
    for index in range(n_parts):
        sizes = world.part_size[0, :, index]
        size = int(sizes.max())
        drawn = smallest_hazards(spacings.standard_exponential((n, min(length, size)))[who], size)
        rate = (world.part_rate[0, :, :, index] * world.condition_rate[0]).ravel().take(cell)
        rate *= own
        drawn /= rate[:, None]
        if not sizes.all():  # a part of another modality: nobody in it is a candidate
            drawn[sizes[people.condition] == 0] = np.inf
        found.append(drawn)
    if n_parts == 1 and found[0].shape[1] == length:
        return found[0], np.zeros((1, length), dtype=np.int64)
    places = max(length - sum(drawn.shape[1] for drawn in found), 0)  # that a small gallery leaves empty
    found.append(np.full((len(people.group), places), np.inf))
    hazards = np.concatenate(found, axis=1)
    part = np.repeat([*range(n_parts), 0], [drawn.shape[1] for drawn in found])
    order = np.argsort(hazards, axis=1, kind="stable")[:, :length]
    return np.take_along_axis(hazards, order, axis=1), part[order]


def _search_factor(
    heterogeneity: Floats, condition: Ints, generator: np.random.Generator, n: int, who: Ints | slice
) -> Floats | float:
    """M = exp(w g - w²/2) of each search, with the w of its condition."""
    if not heterogeneity.any():
        return 1.0
    is_one = bool((heterogeneity == heterogeneity[0]).all())  # for all conditions: no array of it is needed
    w = heterogeneity[0] if is_one else heterogeneity.take(condition)
    logarithm = generator.standard_normal(n)[who]
    logarithm *= w
    logarithm -= w * w / 2.0
    return exp(logarithm)


def _ranked(
    hazard: Floats, is_wrong: Bools, part: Ints, mate: Floats, mate_is_above: Bools, mate_part: Ints
) -> tuple[Floats, Bools, Ints]:
    """Merge wrong candidates and the mate into lists ordered by score; only what is returned gets a score."""
    score = np.full(hazard.shape, np.nan)
    score[is_wrong] = upper_normal_quantile(minus_expm1_of_minus(hazard[is_wrong]))
    is_mate = np.zeros(hazard.shape, dtype=bool)
    rows = np.flatnonzero(mate_is_above)
    rank = (score[rows] > mate[rows, None]).sum(axis=1)
    part = np.array(np.broadcast_to(part, hazard.shape))
    for column in range(hazard.shape[1] - 1, -1, -1):  # make room from the end, then put the mate in its place
        if column > 0:
            later = rows[rank < column]
            score[later, column], part[later, column] = score[later, column - 1], part[later, column - 1]
        here = rows[rank == column]
        score[here, column], part[here, column], is_mate[here, column] = mate[here], mate_part[here], True
    return score, is_mate, part


def _shown(world: World, people: People, score: Floats, is_mate: Bools, part: Ints, u: Floats) -> Bools:
    returned = ~np.isnan(score)
    if not world.gated[0]:
        return returned
    mate_flagged = people.status == STATUSES.index("flagged")
    flagged = np.where(is_mate, mate_flagged[:, None], u < world.part_flagged[0][part])
    return np.asarray(returned & flagged)


def _confirmed(world: World, is_mate: Bools, shown: Bools, u: Floats) -> Ints:
    """Rank of the first shown candidate that review confirms; -1 for none."""
    chance = np.where(is_mate, world.confirms_right[0], world.confirms_wrong[0])
    accepted = shown & (u < chance)
    return np.where(accepted.any(axis=1), accepted.argmax(axis=1), -1)


def _acted(world: World, is_mate: Bools, confirmed: Ints, u: Floats) -> Bools:
    chance = np.where(_at(is_mate, confirmed), world.right_to_action[0], world.wrong_to_action[0])
    return np.asarray((confirmed >= 0) & (u < chance))


def _at(candidates: Bools, rank: Ints) -> Bools:
    return np.asarray(candidates[np.arange(len(rank)), np.maximum(rank, 0)])


# -- repeats and rows -------------------------------------------------------------------------------------------------


def _repeat(
    world: World, people: People, last: tuple[Ints, Results], *, seed: int, chunk: int, attempt: int
) -> tuple[Ints, Results]:
    """Search again those to whom nothing was shown, as often as the scenario says."""
    n, (who, results) = len(people.group), last
    repeated = stream(seed, f"repeat {attempt}", chunk).random(n)[who] < world.repeat[0]
    is_fresh = stream(seed, f"fresh {attempt}", chunk).random(n) < world.repeat_fresh[0]
    again = ~results.alert & repeated
    who, copied = who[again], _rows_of(results, again)
    fresh = search_people(world, people, who[is_fresh[who]], seed=seed, chunk=chunk, attempt=attempt)
    return who, _replaced(copied, is_fresh[who], fresh)


def _rows_of(results: Results, rows: Ints | Bools) -> Results:
    return Results(**{field.name: getattr(results, field.name)[rows] for field in fields(results)})


def _replaced(results: Results, rows: Bools, new: Results) -> Results:
    columns: dict[str, Any] = {field.name: np.array(getattr(results, field.name)) for field in fields(results)}
    for name, column in columns.items():
        column[rows] = getattr(new, name)
    return Results(**columns)


def _rows(people: People, attempts: list[tuple[Ints, Results]], n_rows: int) -> SimulatedSearches:
    """Put attempts in the order of encounters, and keep the first ``n_rows``."""
    encounter = np.concatenate([who for who, _ in attempts])
    attempt = np.repeat(np.arange(1, len(attempts) + 1), [len(who) for who, _ in attempts])
    order = np.lexsort((attempt, encounter))[:n_rows]
    joined = Results(
        **{
            field.name: np.concatenate([getattr(results, field.name) for _, results in attempts])[order]
            for field in fields(Results)
        }
    )
    return SimulatedSearches(encounter[order], attempt[order], _take(people, encounter[order]), joined)


# -- counting ---------------------------------------------------------------------------------------------------------


def count_searches(searches: SimulatedSearches, *, shape: tuple[int, int]) -> Ints:
    """Count live searches by condition, group and status, in the columns of :data:`baserate.models.counts.COUNTS`.

    Parameters
    ----------
    searches
        Some rows.
    shape
        Numbers of conditions and of groups of the scenario.

    Returns
    -------
    array
        Whole numbers of shape (conditions, groups, statuses, counts). Counts of chunks add up.
    """
    people, results = searches.people, searches.results
    returned, mate_listed = results.n_returned > 0, results.is_mate.any(axis=1)
    right_shown = (results.is_mate & results.shown).any(axis=1)
    is_right = _at(results.is_mate, results.confirmed) & (results.confirmed >= 0)
    is_wrong = (results.confirmed >= 0) & ~is_right
    masks = {
        "searches": np.ones_like(returned),
        "unacquired": ~results.acquired,
        "returned": returned,
        "mate_returned": mate_listed,
        "misidentified": people.is_mated & returned & ~mate_listed,
        "alerts": results.alert,
        "false_alerts": results.alert & ~right_shown,
        "confirmed_right": is_right,
        "confirmed_wrong": is_wrong,
        "rightful_actions": is_right & results.action,
        "wrongful_actions": is_wrong & results.action,
    }
    cells = (*shape, len(STATUSES))
    cell = np.ravel_multi_index((people.condition, people.group, people.status), cells)
    live, n_cells = ~people.training, math.prod(cells)
    columns = [np.bincount(cell[live & masks[name]], minlength=n_cells) for name in COUNTS]
    return np.stack(columns, axis=1).reshape(*cells, len(COUNTS))
