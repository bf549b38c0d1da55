"""Run a scenario on synthetic people, in chunks, on one process or many, to the same counts and the same bytes.

A run that writes its log states its plan first (``run.json``). A run with the same plan in the same folder goes on
where an earlier one was killed: the files that are there are whole, because each was moved into place when it was.
"""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np

from baserate import __version__
from baserate.errors import refuse
from baserate.inputs.log_formats.files import RUN
from baserate.models.counts import COUNTS, STATUSES
from baserate.models.draws import reference_draw
from baserate.models.encounters import CHUNK, count_searches, simulate_chunk
from baserate.models.finished_log import finish_log
from baserate.models.planting import PLAIN, Plan
from baserate.models.search_log import LogPlan, chunk_paths, digest, log_constants, write_chunk
from baserate.models.world import World, build_world, simulation_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from baserate.models.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Run:
    """What fixes a simulation: equal runs give equal bytes.

    Parameters
    ----------
    scenario, scenario_digest
        Name, and digest of the file with what was set on top of it.
    searches, seed
        Number of rows, and the seed.
    version
        Version of Baserate.
    plan
        Faults planted in the log, and truths written into it.
    """

    scenario: str
    scenario_digest: str
    searches: int
    seed: int
    version: str = __version__
    plan: Plan = PLAIN


@dataclass(frozen=True, slots=True)
class Simulation:
    """What came out.

    Parameters
    ----------
    run
        The run.
    world
        The world that was simulated: every parameter at its reference value.
    by_condition : (conditions, groups, statuses, counts)
        Whole numbers, in the columns of :data:`baserate.models.counts.COUNTS`.
    files
        SHA-256 of each file of the log, by its path within the log's folder; empty if none was written.
    """

    run: Run
    world: World
    by_condition: NDArray[np.int64]
    files: dict[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> NDArray[np.int64]:
        """Counts under all conditions together, (groups, statuses, counts)."""
        return np.asarray(self.by_condition.sum(axis=0))


@dataclass(frozen=True, slots=True)
class _Work:
    """All that a process needs to make any chunk of a run."""

    run: Run
    world: World
    training_share: float
    shape: tuple[int, int]
    folder: Path | None
    log: LogPlan


def simulate(
    scenario: Scenario,
    *,
    searches: int,
    seed: int,
    log_folder: Path | None = None,
    plan: Plan = PLAIN,
    workers: int = 1,
    on_chunk: Callable[[int], object] | None = None,
) -> Simulation:
    """Simulate searches in the reference world of a scenario.

    Parameters
    ----------
    scenario
        What is simulated; every unknown input is at its median, every choice at its likeliest option.
    searches
        Number of searches, training included, 1 to 10 billion.
    seed
        0 or more.
    log_folder
        Where the search log and its manifest are written; nothing is written without it.
    plan
        Faults to plant in the log, and truths to write into it.
    workers
        Number of processes, 1 or more; it does not change the result.
    on_chunk
        Called with the number of rows of each chunk that is done.

    Raises
    ------
    InputError
        If the folder holds another run.

    Examples
    --------
    >>> from baserate.models.scenario import load_scenario
    >>> simulation = simulate(load_scenario("mobile-fortify"), searches=1000, seed=7)
    >>> int(simulation.counts[:, :, 0].sum()) <= 1000  # the live ones
    True
    """
    draws = reference_draw(scenario.parameters)
    world = simulation_world(build_world(scenario, draws))
    run = Run(scenario.name, scenario.digest, searches, seed, plan=plan)
    work = _Work(
        run,
        world,
        float(draws["encounters.training_share"][0]),
        (len(scenario.conditions), len(scenario.groups)),
        log_folder,
        LogPlan(log_constants(scenario, world), seed, searches, plan),
    )
    if log_folder is not None:
        claim_folder(log_folder, run)
    counts = np.zeros((*work.shape, len(STATUSES), len(COUNTS)), dtype=np.int64)
    files: dict[str, str] = {}
    for rows, chunk_counts, chunk_files in _chunks(work, workers):
        counts += chunk_counts
        files |= chunk_files
        if on_chunk is not None:
            on_chunk(rows)
    if log_folder is not None:
        files = finish_log(log_folder, scenario, work.log, counts=counts, files=files)
    return Simulation(run, world, counts, dict(sorted(files.items())))


_Done = tuple[int, "NDArray[np.int64]", dict[str, str]]


def _chunks(work: _Work, workers: int) -> Iterator[_Done]:
    numbers = range(-(-work.run.searches // CHUNK))
    if min(workers, len(numbers)) <= 1:
        yield from (_chunk(work, number) for number in numbers)
        return
    with ProcessPoolExecutor(min(workers, len(numbers)), mp_context=get_context("spawn")) as pool:
        try:
            for done in as_completed([pool.submit(_chunk, work, number) for number in numbers]):
                yield done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _chunk(work: _Work, number: int) -> _Done:
    """Make one chunk: its counts, and its files unless an earlier run left them."""
    run = work.run
    rows = min(CHUNK, run.searches - number * CHUNK)
    searches = simulate_chunk(work.world, seed=run.seed, chunk=number, n_rows=rows, training_share=work.training_share)
    files: dict[str, str] = {}
    if work.folder is not None:
        paths = chunk_paths(work.log, number)
        if all((work.folder / path).exists() for path in paths):
            files = {path: digest(work.folder / path) for path in paths}
        else:
            files = write_chunk(searches, work.folder, work.log, chunk=number)
    return rows, count_searches(searches, shape=work.shape), files


def claim_folder(folder: Path, run: Run) -> None:
    """Make the folder of a log and state the run in it; refuse one that holds something else.

    Raises
    ------
    InputError
        If the folder holds another run or other files, or cannot be written.
    """
    plan, statement = folder / RUN, json.dumps(asdict(run), indent=2) + "\n"
    unfinished = folder / f".{RUN}.unfinished"  # a run killed here is not taken for another one
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if plan.exists():
            if plan.read_text(encoding="utf-8") != statement:
                raise refuse(
                    "another-run",
                    str(folder),
                    "holds the log of another run (other scenario, settings, number, seed or version)",
                    "Give another folder, or remove this one",
                )
        elif set(folder.iterdir()) - {unfinished}:
            raise refuse("folder-not-empty", str(folder), "holds other files", "Give another folder")
        else:
            unfinished.write_text(statement, encoding="utf-8")
            unfinished.replace(plan)
    except OSError as error:
        raise refuse(
            "folder-unwritable", str(folder), f"cannot be written ({error.strerror})", "Give another folder"
        ) from None
