"""At which value of an input an alert is as likely wrong as right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from baserate.models.draws import draw, reference_draw
from baserate.models.parameter import quantile
from baserate.notebook import Shown
from baserate.outcomes.expect import LEVEL, SEED, outcome_values, worlds_at
from baserate.outcomes.sensitivity import unknowns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from baserate.models.draws import Draws
    from baserate.models.parameter import Parameter
    from baserate.models.scenario import Scenario

    Floats = NDArray[np.float64]

OUTCOME = "alert_is_wrong"
EVEN = 0.5
N_WORLDS = 100
_GRID = np.linspace(0.0, 1.0, 13)  # quantiles of the input between which a crossing is looked for
_HALVINGS = 24


@dataclass(frozen=True, slots=True)
class BreakEven(Shown):
    """Where the chance that an alert is wrong crosses one half, in the reference world.

    Parameters
    ----------
    key, unit, low, high
        The input and the bounds between which it was moved; all else stays at its reference.
    at_low, at_high
        The chance at the two bounds; None where there is no alert.
    values
        Where it crosses, from low to high; empty if it never does within the bounds.
    """

    key: str
    unit: str
    low: float
    high: float
    at_low: float | None
    at_high: float | None
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class BreakEvenRange(Shown):
    """Where it crosses with everything else drawn from its range.

    Parameters
    ----------
    key, unit, n_worlds
        The input, and the number of draws of the others.
    share_crossing, share_always_right, share_always_wrong, share_undefined
        Shares of the draws in which it crosses within the bounds; in which an alert is more likely right, or wrong,
        throughout; in which it does not cross and there is no alert at some value. They sum to 1.
    low, middle, high
        Median and 90 % range of the first crossing among the draws that have one; None where none has.
    """

    key: str
    unit: str
    n_worlds: int
    share_crossing: float
    share_always_right: float
    share_always_wrong: float
    share_undefined: float
    low: float | None
    middle: float | None
    high: float | None


def break_even(scenario: Scenario) -> tuple[BreakEven, ...]:
    """Break-even values of every undisclosed quantity, each moved between its bounds, the others at their reference.

    Bounds are those of the scenario's range; ``override`` with a wider range widens them. A quantity on which nothing
    depends crosses nowhere. Crossings closer together than a twelfth of the range (in probability) may be missed in
    pairs.

    Where there is no alert the chance is undefined, and that counts as no crossing.

    Examples
    --------
    >>> from baserate.models.scenario import load_scenario, override
    >>> settings = ["policy.threshold.fpir_target=0.0001..0.99", "galleries.traveler_faces.flagged_share=0.05"]
    >>> wide = override(load_scenario("mobile-fortify"), settings)
    >>> found = {one.key: one for one in break_even(wide)}["policy.threshold.fpir_target"]
    >>> len(found.values), found.at_low < 0.5 < found.at_high
    (1, True)
    """
    keys = _quantities(scenario)
    base = reference_draw(scenario.parameters)
    search = _Search(scenario, base, keys, np.zeros(len(keys), dtype=np.int64))
    grid = search.on_grid()
    pairs = [(job, cell) for job in range(len(keys)) for cell in _crossings(grid[:, job])]
    jobs, cells = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    values = search.bisect(grid, jobs, cells)
    return tuple(_of_key(scenario.parameters[key], grid[:, job], values[jobs == job]) for job, key in enumerate(keys))


def _quantities(scenario: Scenario) -> tuple[str, ...]:
    keys = [key for unknown in unknowns(scenario) for key in unknown.keys]
    return tuple(key for key in keys if not scenario.parameters[key].is_choice)


def _of_key(parameter: Parameter, column: Floats, values: Floats) -> BreakEven:
    return BreakEven(
        parameter.key,
        parameter.unit,
        parameter.low,
        parameter.high,
        _known(column[0]),
        _known(column[-1]),
        tuple(values.tolist()),
    )


def _known(chance: float) -> float | None:
    return None if np.isnan(chance) else float(chance)


def break_even_range(scenario: Scenario, key: str, *, n_worlds: int = N_WORLDS, seed: int = SEED) -> BreakEvenRange:
    """Break-even values of one quantity over draws of all other inputs.

    Parameters
    ----------
    scenario
        Any.
    key
        A quantity with a range.
    n_worlds, seed
        Number and seed of the draws.
    """
    parameter = scenario.parameters[key]
    base = draw(scenario.parameters, n_draws=n_worlds, seed=seed)
    search = _Search(scenario, base, (key,) * n_worlds, np.arange(n_worlds))
    grid = search.on_grid()
    cells = [next(iter(_crossings(column)), -1) for column in grid.T]
    jobs = np.flatnonzero(np.array(cells) >= 0)
    found = search.bisect(grid, jobs, np.array(cells)[jobs])
    ends = np.quantile(found, [0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2]).tolist() if len(found) else [None] * 3
    stays = np.delete(grid, jobs, axis=1)
    undefined = np.isnan(stays).any(axis=0)
    wrong = (stays > EVEN).all(axis=0)
    counts = [len(jobs), int((~wrong & ~undefined).sum()), int(wrong.sum()), int(undefined.sum())]
    return BreakEvenRange(key, parameter.unit, n_worlds, *(count / n_worlds for count in counts), *ends)


def _crossings(column: Floats) -> list[int]:
    """Cells of the grid at whose two ends the chance lies on different sides of one half."""
    above = column > EVEN
    known = ~np.isnan(column)
    return np.flatnonzero((above[1:] != above[:-1]) & known[1:] & known[:-1]).tolist()


@dataclass(frozen=True, slots=True)
class _Search:
    """One quantity moved in each job, the others as in one world of the draws."""

    scenario: Scenario
    base: Draws
    keys: Sequence[str]
    worlds: NDArray[np.int64]

    def chance(self, jobs: NDArray[np.int64], u: Floats) -> Floats:
        """The chance that an alert is wrong, with each job's quantity at a quantile."""
        draws = {key: values[self.worlds[jobs]].copy() for key, values in self.base.items()}
        moved = np.array(self.keys)[jobs]
        for key in set(moved.tolist()):
            own = moved == key
            draws[key][own] = quantile(self.scenario.parameters[key], u[own])
        return outcome_values(worlds_at(self.scenario, draws), OUTCOME)

    def on_grid(self) -> Floats:
        """The chance of every job at the points of the grid, (points, jobs)."""
        jobs = np.arange(len(self.keys))
        n = len(jobs)
        if n == 0:
            return np.empty((len(_GRID), 0))
        return self.chance(np.tile(jobs, len(_GRID)), np.repeat(_GRID, n)).reshape(len(_GRID), n)

    def bisect(self, grid: Floats, jobs: NDArray[np.int64], cells: NDArray[np.int64]) -> Floats:
        """Values of the quantities at the crossing within a cell of the grid, by bisection on the quantile."""
        if len(jobs) == 0:
            return np.empty(0)
        low, high = _GRID[cells], _GRID[cells + 1]
        rising = grid[cells + 1, jobs] > EVEN
        for _ in range(_HALVINGS):
            middle = (low + high) / 2.0
            beyond = (self.chance(jobs, middle) > EVEN) == rising
            low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
        middle = (low + high) / 2.0
        parameters = [self.scenario.parameters[self.keys[job]] for job in jobs]
        return np.array([float(quantile(p, np.array([u]))[0]) for p, u in zip(parameters, middle, strict=True)])
