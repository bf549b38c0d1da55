"""What a simulated search costs: against gallery size, and beside drawing its random numbers alone.

    python benchmarks/simulation.py

Prints nanoseconds a search (the best of several rounds of 2 million, in the simulation's own chunks) and two ratios:
the cost at N = 200 million over that at N = 200, and the cost of the top score over its random numbers.
"""

import json
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from baserate.models.draws import reference_draw
from baserate.models.encounters import CHUNK, People, count_searches, simulate_chunk, wrong_candidates
from baserate.models.random_streams import stream
from baserate.models.scenario import load_scenario, override
from baserate.models.world import World, build_world, simulation_world

CHUNKS = 20
ROUNDS = 5
ALL = slice(None)


def world_of_size(size: int) -> World:
    """The first scenario with one gallery, of another size, and one candidate a search."""
    settings = [
        f"galleries.traveler_faces.size={size}",
        "galleries.traveler_faces.images_per_person=1",
        "policy.response=single",
        "policy.threshold.reset_for_gallery=yes",
    ]
    scenario = override(load_scenario("mobile-fortify"), settings)
    return simulation_world(first_gallery_alone(build_world(scenario, reference_draw(scenario.parameters))))


def first_gallery_alone(world: World) -> World:
    """The world without the other galleries, and without the conditions that search only those."""
    met = world.part_size[0, :, 0] > 0
    by_condition = ("condition_share", "unacquired", "condition_rate", "heterogeneity", "threshold_hazard",
                    "threshold_score", "mate_spread")  # fmt: skip
    share = world.condition_share[:, met]
    return replace(
        world,
        **{name: getattr(world, name)[:, met] for name in by_condition}
        | {"condition_share": share / share.sum(axis=1, keepdims=True)},
        status_share=world.status_share[:, met],
        part_size=world.part_size[:, met, :1],
        part_flagged=world.part_flagged[:, :1],
        part_rate=world.part_rate[:, :, met, :1],
        mate_mean=world.mate_mean[:, :, met],
        lapse=world.lapse[:, :, met],
    )


def somebody(n: int) -> People:
    """The same person, many times."""
    zeros = np.zeros(n, dtype=np.int64)
    return People(zeros, zeros, zeros, zeros.astype(bool))


def random_numbers_alone(*, unlike: bool) -> None:
    """Draw what a top score is made of, and nothing else."""
    for chunk in range(CHUNKS):
        stream(1, "spacings", chunk).standard_exponential((CHUNK, 1))
        if unlike:
            stream(1, "factor", chunk).standard_normal(CHUNK)


def top_scores(world: World, people: People) -> None:
    """The best wrong candidate of each search."""
    for chunk in range(CHUNKS):
        factors, spacings = stream(1, "factor", chunk), stream(1, "spacings", chunk)
        wrong_candidates(world, people, factors, spacings, n=CHUNK, who=ALL)


def whole_searches(world: World) -> None:
    """Encounter, search, list, response, review, action and counting."""
    for chunk in range(CHUNKS):
        shape = world.condition_share.shape[1], world.group_share.shape[1]
        count_searches(simulate_chunk(world, seed=1, chunk=chunk), shape=shape)


def nanoseconds(rounds: list[Callable[[], None]]) -> list[float]:
    """Best time a search of each of several pieces of work, taken in turns so that they share the machine's moods."""
    best = [float("inf")] * len(rounds)
    for _ in range(ROUNDS):
        for index, work in enumerate(rounds):
            start = time.perf_counter()
            work()
            best[index] = min(best[index], (time.perf_counter() - start) / (CHUNKS * CHUNK) * 1e9)
    return best


def main() -> None:
    """Measure and print."""
    small, large = world_of_size(200), world_of_size(200_000_000)
    alike = replace(large, heterogeneity=np.zeros_like(large.heterogeneity))
    people = somebody(CHUNK)
    works: dict[str, Callable[[], None]] = {
        "random numbers alone, searches alike": lambda: random_numbers_alone(unlike=False),
        "top score, N = 200 million, searches alike": lambda: top_scores(alike, people),
        "random numbers alone, searches unlike": lambda: random_numbers_alone(unlike=True),
        "top score, N = 200, searches unlike": lambda: top_scores(small, people),
        "top score, N = 200 million, searches unlike": lambda: top_scores(large, people),
        "whole search, N = 200": lambda: whole_searches(small),
        "whole search, N = 200 million": lambda: whole_searches(large),
    }
    cost = dict(zip(works, nanoseconds(list(works.values())), strict=True))
    for name, value in cost.items():
        print(f"{name:<45} {value:8.1f} ns a search")
    ratios = {
        "top_score_200_million_over_200": cost["top score, N = 200 million, searches unlike"]
        / cost["top score, N = 200, searches unlike"],
        "whole_search_200_million_over_200": cost["whole search, N = 200 million"] / cost["whole search, N = 200"],
        "top_score_over_random_numbers_unlike": cost["top score, N = 200 million, searches unlike"]
        / cost["random numbers alone, searches unlike"],
        "top_score_over_random_numbers_alike": cost["top score, N = 200 million, searches alike"]
        / cost["random numbers alone, searches alike"],
    }
    print(json.dumps({name: round(value, 2) for name, value in ratios.items()}, indent=2))


if __name__ == "__main__":
    main()
