"""``baserate simulate SCENARIO``: synthetic people, searched one by one."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baserate.cli.options import json_option, scenario_argument, set_option
from baserate.errors import refuse
from baserate.models.planting import PLAIN, Plan, read_faults
from baserate.models.scenario import load_scenario, override
from baserate.models.simulate import simulate
from baserate.outcomes.curves import scenario_curves
from baserate.outcomes.expect import expected_worlds
from baserate.outcomes.folder import claim_results, write_results
from baserate.outcomes.record import results_of
from baserate.outcomes.results import to_json
from baserate.reports.summary import summary_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.models.scenario import Scenario
    from baserate.models.simulate import Simulation


@click.command(name="simulate")
@scenario_argument
@click.option(
    "--searches",
    type=click.IntRange(1, 1_000_000_000),
    default=100_000,
    show_default=True,
    help="Searches to simulate.",
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=1, show_default=True, help="Seed of the simulation.")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the results, the curves and the search log; `baserate report` makes a report of it.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=lambda: min(os.cpu_count() or 1, 8),
    show_default="one a processor, at most 8",
    help="Processes; the result is the same for any number.",
)
@click.option(
    "--plant",
    "faults",
    metavar="FAULT=RATE",
    multiple=True,
    help="Plant a fault in the log, in this share of the rows that can have it. Can be given more than once.",
)
@click.option(
    "--adjudicated",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Share of the alerts whose truth is written into the log.",
)
@click.option(
    "--adjudicated-others",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="The same for searches without an alert.",
)
@click.option("--chain", is_flag=True, help="Give the log its chain of hashes.")
@set_option
@json_option
def command(
    scenario: str,
    searches: int,
    seed: int,
    folder: Path | None,
    workers: int,
    faults: Sequence[str],
    adjudicated: float,
    adjudicated_others: float,
    settings: Sequence[str],
    *,
    chain: bool,
    as_json: bool,
) -> None:
    """Simulate searches of SCENARIO, a shipped name or a file, on synthetic people.

    The simulated world has every unknown input at its median; the ranges beside it are those of `baserate expect`. A
    run that was interrupted goes on when the same command is given again.

    --plant puts known faults into the log, so that an audit can be seen to find them; which rows have which stands in
    the table "planted" beside it.

    Example: baserate simulate mobile-fortify --searches 1000000 --seed 7 --out out
    """
    plan = Plan(read_faults(faults), adjudicated, adjudicated_others, chain)
    _need_folder(plan, folder)
    chosen = override(load_scenario(scenario), settings)
    if folder is not None:
        claim_results(folder)
    simulation = _simulate(chosen, plan, searches=searches, seed=seed, folder=folder, workers=workers)
    worlds = expected_worlds(chosen)
    results = results_of(worlds, settings=settings, simulation=simulation)
    if folder is not None:
        write_results(folder, chosen, results, scenario_curves(worlds), simulation)
    click.echo(to_json(results) if as_json else "\n".join(summary_lines(results)), nl=not as_json)
    if folder is not None:
        click.echo(f"wrote {folder}; `baserate report {folder}` makes a report of it", err=True)


def _need_folder(plan: Plan, folder: Path | None) -> None:
    if folder is None and plan != PLAIN:
        what = "say what to write into a log, and no log is written"
        raise refuse("no-log", "--plant, --adjudicated, --chain", what, "Give --out DIR too")


def _simulate(
    scenario: Scenario, plan: Plan, *, searches: int, seed: int, folder: Path | None, workers: int
) -> Simulation:
    log_folder = None if folder is None else folder / "log"
    with click.progressbar(length=searches, label="simulating", file=sys.stderr) as progress:
        return simulate(
            scenario,
            searches=searches,
            seed=seed,
            log_folder=log_folder,
            plan=plan,
            workers=workers,
            on_chunk=progress.update,
        )
