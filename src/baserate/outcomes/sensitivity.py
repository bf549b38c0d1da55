"""Which undisclosed inputs decide an outcome: Sobol indices, and what an overseer should ask for first.

The indices divide the variance of an outcome over the scenario's unknown inputs, all drawn independently from their
ranges. The **first-order** index of an input is the share of the variance that would go, on average, if that input
alone were disclosed. The **total** index is the share that would be left if everything else were disclosed: it counts
the input's interactions with others, so that totals add up to more than 1. Inputs that are asked for with one
question (the same key for every group, or for every capture condition) are taken together.

References
----------
I. M. Sobol', Mathematics and Computers in Simulation 55 (2001), 271-280. A. Saltelli and others, Computer Physics
Communications 181 (2010), 259-270: the estimators, formulas (b) and (f) of its table 2; the latter is M. J. W.
Jansen's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from baserate.errors import NotEstimableError
from baserate.models.parameter import quantile, reference
from baserate.models.random_streams import stream
from baserate.models.scenario_schema import ScenarioTable, keys_at
from baserate.notebook import Shown
from baserate.outcomes.expect import LEVEL, SEED, outcome_values, worlds_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from baserate.inputs.toml_document import KeyPath
    from baserate.models.draws import Draws
    from baserate.models.scenario import Scenario

    Floats = NDArray[np.float64]
    Value = Callable[[Floats], Floats]

N_BASE = 512  # base points; a power of two, as Sobol's sequence wants
N_RESAMPLES = 400
_PORTION = 4096  # worlds at a time
DISCLOSED = ("measured", "published")
_NAMED = ("groups", "conditions")  # tables whose entries are asked for together


@dataclass(frozen=True, slots=True)
class Unknown(Shown):
    """One question to ask: an undisclosed input, or the same one of every group or capture condition.

    Parameters
    ----------
    key
        Its key in the scenario file, with ``NAME`` for the names of groups and conditions.
    keys
        The parameters that it stands for.
    meaning
        What it is, as the scenario file's reference page says it.
    kinds
        What sort of source the scenario's ranges rest on.
    reasons
        Why they are as they are, in the scenario's words.
    """

    key: str
    keys: tuple[str, ...]
    meaning: str
    kinds: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index(Shown):
    """A Sobol index with its bootstrap interval.

    Parameters
    ----------
    value, low, high
        Share of the variance. Estimates of a small first-order index may fall below 0.
    """

    value: float
    low: float
    high: float

    @property
    def is_told_from_0(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0.0


@dataclass(frozen=True, slots=True)
class Influence:
    """How much of an outcome's spread one unknown causes."""

    unknown: Unknown
    first_order: Index
    total: Index


@dataclass(frozen=True, slots=True)
class Sensitivity(Shown):
    """The unknowns of a scenario, those with the largest total index first.

    Parameters
    ----------
    outcome
        Name of the outcome, of everybody.
    scale
        ``log`` where the variance is that of the outcome's logarithm, ``linear`` where some world has an outcome of 0.
    level
        Level of the intervals.
    n_base, n_worlds, seed
        Base points, worlds computed in closed form, and the seed.
    influences
        One for each unknown.
    """

    outcome: str
    scale: Literal["log", "linear"]
    level: float
    n_base: int
    n_worlds: int
    seed: int
    influences: tuple[Influence, ...]


def unknowns(scenario: Scenario) -> tuple[Unknown, ...]:
    """What nobody has disclosed: inputs with a range or several options whose source is no measurement or publication.

    Examples
    --------
    >>> from baserate.models.scenario import load_scenario
    >>> found = {unknown.key: unknown for unknown in unknowns(load_scenario("mobile-fortify"))}
    >>> found["policy.threshold.fpir_target"].meaning
    'FPIR for which the threshold was set.'
    >>> len(found["population.groups.NAME.share"].keys)
    10
    """
    asked: dict[str, list[str]] = {}
    for key, parameter in scenario.parameters.items():
        if parameter.is_uncertain and parameter.source.kind not in DISCLOSED:
            asked.setdefault(question_of(scenario.places[key].path), []).append(key)
    return tuple(_unknown(scenario, question, tuple(keys)) for question, keys in asked.items())


def question_of(path: KeyPath) -> str:
    """The key of a path, with the names of groups and conditions left open."""
    parts = ["NAME" if index and path[index - 1] in _NAMED else str(part) for index, part in enumerate(path)]
    return ".".join(parts)


def _unknown(scenario: Scenario, question: str, keys: tuple[str, ...]) -> Unknown:
    sources = [scenario.parameters[key].source for key in keys]
    return Unknown(
        question,
        keys,
        meaning_of(scenario.places[keys[0]].path),
        tuple(dict.fromkeys(source.kind for source in sources)),
        tuple(dict.fromkeys(source.title for source in sources)),
    )


def meaning_of(path: KeyPath) -> str:
    """What a parameter is, from the schema; of an entry with a name of its own, what its table is.

    Examples
    --------
    >>> meaning_of(("policy", "list_length"))
    'Most candidates returned.'
    """
    found = keys_at(ScenarioTable, path[:-1]).get(str(path[-1]))
    return found if found is not None else meaning_of(path[:-1])


def sensitivity(
    scenario: Scenario,
    outcome: str = "alert_is_wrong",
    *,
    n_base: int = N_BASE,
    seed: int = SEED,
    on_worlds: Callable[[int], object] | None = None,
) -> Sensitivity:
    """Sobol indices of an outcome over the undisclosed inputs of a scenario.

    Inputs that are published with a range (the rounding of a printed figure) vary too, but are not ranked.

    Parameters
    ----------
    scenario
        Any.
    outcome
        Name of one of :data:`baserate.outcomes.definitions.DEFINITIONS`.
    n_base
        Base points, a power of two; the closed form is computed in ``n_base`` times (unknowns + 2) worlds.
    seed
        Seed of the points and of the bootstrap.
    on_worlds
        Called with the number of worlds that have been computed since the last call.

    Raises
    ------
    NotEstimableError
        If the outcome is undefined in some worlds.

    Assumptions
    -----------
    Inputs are independent. The ranges are the scenario's: an input with a range that is too narrow looks harmless.
    """
    keys = tuple(key for key, parameter in scenario.parameters.items() if parameter.is_uncertain)
    asked = unknowns(scenario)

    def value(points: Floats) -> Floats:
        return _outcome_at(scenario, _draws(scenario, keys, points), outcome, on_worlds)

    blocks = [[keys.index(key) for key in unknown.keys] for unknown in asked]
    evaluated = evaluate(value, blocks, dimensions=max(len(keys), 1), n_base=n_base, seed=seed)
    is_log = evaluated.is_positive
    pairs = sobol_indices(evaluated.log() if is_log else evaluated, seed=seed)
    found = [Influence(unknown, *pair) for unknown, pair in zip(asked, pairs, strict=True)]
    return Sensitivity(
        outcome,
        "log" if is_log else "linear",
        LEVEL,
        n_base,
        n_base * (len(asked) + 2),
        seed,
        tuple(sorted(found, key=lambda influence: -influence.total.value)),
    )


def _outcome_at(
    scenario: Scenario, draws: Draws, outcome: str, on_worlds: Callable[[int], object] | None = None
) -> Floats:
    """An outcome in many worlds, in portions that bound memory.

    Raises
    ------
    NotEstimableError
        If it is undefined in some of them.
    """
    total = len(next(iter(draws.values())))
    found = np.empty(total)
    for start in range(0, total, _PORTION):
        part = {key: values[start : start + _PORTION] for key, values in draws.items()}
        found[start : start + _PORTION] = outcome_values(worlds_at(scenario, part), outcome)
        if on_worlds is not None:
            on_worlds(len(found[start : start + _PORTION]))
    undefined = int(np.isnan(found).sum())
    if undefined:
        message = f"{outcome} is undefined in {undefined} of {total} worlds; narrow the inputs with --set"
        raise NotEstimableError(message)
    return found


def _draws(scenario: Scenario, keys: Sequence[str], points: Floats) -> Draws:
    """Values of every parameter at points of the unit cube; those that are known stay."""
    columns = {key: points[:, index] for index, key in enumerate(keys)}
    return {
        key: quantile(parameter, columns[key]) if key in columns else np.full(len(points), reference(parameter))
        for key, parameter in scenario.parameters.items()
    }


# -- the estimators ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evaluated(Shown):
    """A function at two sets of points, and at the first with some coordinates of the second.

    Parameters
    ----------
    first, second : (n,)
        At the points of the two sets.
    mixed : (blocks, n)
        At the first with one block of coordinates from the second.
    """

    first: Floats
    second: Floats
    mixed: Floats

    @property
    def is_positive(self) -> bool:
        """Whether the function is above 0 at all points."""
        return bool(min(self.first.min(), self.second.min(), self.mixed.min(initial=np.inf)) > 0.0)

    def log(self) -> Evaluated:
        """The logarithm of a function that is above 0."""
        return Evaluated(np.log(self.first), np.log(self.second), np.log(self.mixed))

    def at(self, rows: NDArray[np.int64]) -> Evaluated:
        """At some of the points."""
        return Evaluated(self.first[rows], self.second[rows], self.mixed[:, rows])


def evaluate(value: Value, blocks: Sequence[Sequence[int]], *, dimensions: int, n_base: int, seed: int) -> Evaluated:
    """Evaluate a function on scrambled points of Sobol's sequence, as the indices of blocks of coordinates need it.

    Parameters
    ----------
    value
        From points of the unit cube, (n, dimensions), to n numbers.
    blocks
        Coordinates whose index is wanted together.
    dimensions, n_base, seed
        Of the cube; number of points, a power of two; seed of the scrambling.
    """
    from scipy.stats.qmc import Sobol  # the import costs a second

    points = Sobol(2 * dimensions, rng=stream(seed, "sobol points")).random(n_base)
    first, second = points[:, :dimensions], points[:, dimensions:]
    every = np.stack([first, second, *(_exchanged(first, second, block) for block in blocks)])
    found = value(every.reshape(-1, dimensions)).reshape(len(every), n_base)
    return Evaluated(found[0], found[1], found[2:])


def _exchanged(first: Floats, second: Floats, block: Sequence[int]) -> Floats:
    points = first.copy()
    points[:, block] = second[:, block]
    return points


def sobol_indices(evaluated: Evaluated, *, seed: int) -> list[tuple[Index, Index]]:
    """First-order and total index of each block, with percentile bootstrap intervals over the base points.

    A function that does not vary has indices of 0. The bootstrap takes the points for independent draws, which makes
    intervals from Sobol's sequence rather too wide than too narrow.
    """
    n = len(evaluated.first)
    rows = stream(seed, "sobol bootstrap").integers(n, size=(N_RESAMPLES, n))
    resampled = np.stack([_estimates(evaluated.at(row)) for row in rows])
    low, high = np.quantile(resampled, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2], axis=0)
    first, total = (
        [Index(*map(float, ends)) for ends in zip(*row, strict=True)]
        for row in zip(_estimates(evaluated), low, high, strict=True)
    )
    return list(zip(first, total, strict=True))


def _estimates(evaluated: Evaluated) -> Floats:
    """First-order and total indices, (2, blocks)."""
    both = np.concatenate([evaluated.first, evaluated.second])
    variance = both.var()
    if variance <= 0.0:
        return np.zeros((2, len(evaluated.mixed)))
    change = evaluated.mixed - evaluated.first
    first = ((evaluated.second - both.mean()) * change).mean(axis=1)
    total = (change**2).mean(axis=1) / 2.0
    return np.asarray(np.stack([first, total]) / variance)
