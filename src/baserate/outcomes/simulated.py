"""Outcomes of a simulation: the same definitions on counted searches, with exact binomial intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.special import betaincinv

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
    """Every outcome of the simulated searches, for everybody, each group and each status.

    Numbers a year become numbers in this simulation. Intervals are Clopper and Pearson's at 95 %: they say what the
    number of simulated searches can show of this one world, not what is unknown of the world.
    """
    for group, counts, statuses in selections(scenario, simulation.counts):
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
    certain = definition.above == definition.below
    low, high = (1.0, 1.0) if certain else clopper_pearson(above, below, level=LEVEL) if below else (0.0, 0.0)
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


def clopper_pearson(occurred: int, trials: int, *, level: float) -> tuple[float, float]:
    """Exact binomial interval of a probability.

    Parameters
    ----------
    occurred, trials
        Whole numbers, 0 <= occurred <= trials, at least one trial.
    level
        Between 0 and 1.

    References
    ----------
    C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), 404-413.

    Examples
    --------
    >>> low, high = clopper_pearson(0, 100, level=0.95)
    >>> round(low, 4), round(high, 4)
    (0.0, 0.0362)
    """
    tail = (1.0 - level) / 2.0
    low = float(betaincinv(occurred, trials - occurred + 1, tail)) if occurred > 0 else 0.0
    high = float(betaincinv(occurred + 1, trials - occurred, 1.0 - tail)) if occurred < trials else 1.0
    return low, high
