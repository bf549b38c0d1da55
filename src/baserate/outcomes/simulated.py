"""Outcomes of a simulation: the same definitions on counted searches, with exact binomial intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.estimates.intervals.exact import exact
from baserate.outcomes.definitions import DEFINITIONS, Definition
from baserate.outcomes.expect import selections
from baserate.outcomes.names import SIMULATED_PREFIX
from baserate.outcomes.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from baserate.models.scenario import Scenario
    from baserate.models.simulate import Simulation

LEVEL = 0.95


def simulated_outcomes(scenario: Scenario, simulation: Simulation) -> Iterator[Outcome]:
    """Every outcome of the simulated searches, for everybody, each group, status and modality.

    Numbers a year become numbers in this simulation. Intervals are Clopper and Pearson's at 95 %: they say what the
    number of simulated searches can show of this one world, not what is unknown of the world.
    """
    for group, counts, statuses in selections(scenario, simulation.by_condition):
        for definition in DEFINITIONS:
            yield _outcome(simulation, definition, group, counts, statuses)


def _outcome(
    simulation: Simulation,
    definition: Definition,
    group: str,
    counts: NDArray[np.generic],
    statuses: tuple[str, ...],
) -> Outcome:
    above = int(definition.above.of(counts, statuses))
    below = int(definition.below.of(counts, statuses))
    is_number = definition.per == "year"
    scale = below if is_number else 1 if definition.per == "probability" else int(definition.per)
    low, high = _ends(above, below, certain=definition.above == definition.below)
    return Outcome(
        name=SIMULATED_PREFIX + definition.name,
        group=group,
        value=scale * above / below if below else None,
        low=scale * low if below else None,
        high=scale * high if below else None,
        level=LEVEL if below else None,
        unit="in this simulation" if is_number else definition.unit,
        denominator="live searches simulated" if is_number else f"{definition.denominator}, simulated",
        method=f"simulation of the reference world, seed {simulation.run.seed}",
        n=below,
        undefined=None if below else definition.nothing_below,
    )


def _ends(above: int, below: int, *, certain: bool) -> tuple[float, float]:
    """Ends of the exact interval; a count of all searches is what it is."""
    if certain or not below:
        return (1.0, 1.0)
    interval = exact(above, below, level=LEVEL)
    return interval.low, interval.high
