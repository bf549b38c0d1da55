"""Gather a scenario's outcomes, its parameters and how they were made into one record."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from baserate import __version__
from baserate.models.parameter import Parameter, reference
from baserate.outcomes.expect import SEED, expected_outcomes
from baserate.outcomes.results import Citation, ParameterRow, Results
from baserate.outcomes.simulated import simulated_outcomes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.models.simulate import Simulation
    from baserate.outcomes.expect import Worlds

LIBRARIES = ("numpy", "scipy", "duckdb")


def results_of(worlds: Worlds, *, settings: Sequence[str] = (), simulation: Simulation | None = None) -> Results:
    """Results of a scenario in closed form and, where there is one, of its simulation.

    Parameters
    ----------
    worlds
        From :func:`baserate.outcomes.expect.expected_worlds`.
    settings
        What was set on top of the file, as ``key=value``; for the manifest.
    simulation
        A simulation of the same scenario.
    """
    scenario = worlds.scenario
    outcomes = expected_outcomes(worlds)
    if simulation is not None:
        outcomes += tuple(simulated_outcomes(scenario, simulation))
    table = scenario.table
    return Results(
        schema_version="1",
        scenario=table.name,
        manifest=_manifest(worlds, settings, simulation),
        outcomes=outcomes,
        parameters=tuple(parameter_row(parameter) for parameter in scenario.parameters.values()),
    )


def _manifest(
    worlds: Worlds, settings: Sequence[str], simulation: Simulation | None
) -> dict[
    str,
    str
    | int
    | float
    | bool
    | dict[str, str | int | float | bool | None]
    | list[str | int | float | bool | None]
    | None,
]:
    """How the numbers came about; no clock and no name of a machine, so that a re-run gives the same bytes."""
    run = simulation.run if simulation else None
    table = worlds.scenario.table
    return {
        "title": table.title,
        "question": table.question,
        "summary": " ".join(table.summary.split()),
        "unknown": list(table.unknown),
        "baserate": __version__,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "scenario": worlds.scenario.name,
        "scenario_digest": worlds.scenario.digest,
        "settings": list(settings),
        "draws": len(worlds.searches),
        "draws_seed": SEED,
        "searches": run.searches if run else None,
        "seed": run.seed if run else None,
        "engine": "closed form" if run is None else "closed form and simulation in the process, log by DuckDB",
    }


def parameter_row(parameter: Parameter) -> ParameterRow:
    """Write an input as results list it: value, range, source and kind."""
    source = parameter.source
    citation = Citation(
        title=source.title,
        publisher=source.publisher,
        date=source.date,
        locator=source.locator,
        kind=source.kind,
        ids=source.ids,
    )
    low, middle, high = _values(parameter)
    return ParameterRow(
        key=parameter.key,
        value=middle,
        low=low,
        high=high,
        unit="" if parameter.is_choice else parameter.unit,
        source=citation,
        kind=source.kind,
        note=parameter.note,
    )


def _values(parameter: Parameter) -> tuple[str | float | None, str | float | None, str | float | None]:
    if parameter.is_choice:
        return None, " or ".join(str(option) for option in parameter.options), None
    if not parameter.is_uncertain:
        return None, parameter.value, None
    return parameter.low, reference(parameter), parameter.high
