"""Two policies on the same people: what changes, world by world.

Both scenarios are computed in the same worlds: a parameter draws from the stream of its key, so what the two do not
differ in has the same value in both. Differences and ratios are taken within a world and then summarised, so that what
is unknown of both alike does not blur them. A simulation on the same synthetic people counts who is affected under one
policy, under the other, and under both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from baserate.models.draws import N_DRAWS, reference_draw
from baserate.models.encounters import CHUNK, simulate_chunk
from baserate.models.world import build_world, simulation_world
from baserate.notebook import Shown
from baserate.outcomes.definitions import DEFINITIONS
from baserate.outcomes.expect import (
    KEPT_DENOMINATOR,
    KEPT_UNIT,
    NOBODY,
    SEED,
    expected_worlds,
    outcome_values,
    ratio,
    records_kept,
    summarise,
)
from baserate.outcomes.record import parameter_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from baserate.models.encounters import SimulatedSearches
    from baserate.models.scenario import Scenario
    from baserate.outcomes.expect import Worlds
    from baserate.outcomes.results import Outcome, ParameterRow

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Difference(Shown):
    """One outcome under two policies, with medians and 90 % ranges over worlds.

    Parameters
    ----------
    name, unit
        Of the outcome.
    first, second
        The outcome under each.
    difference, ratio
        Second less first, and second over first, in the same world. The ratio is undefined where the first is 0.
    share_lower, share_equal, share_higher
        Shares of the worlds in which the second is lower, the same, or higher, among those that define both.
    """

    name: str
    unit: str
    first: Outcome
    second: Outcome
    difference: Outcome
    ratio: Outcome
    share_lower: float
    share_equal: float
    share_higher: float


@dataclass(frozen=True, slots=True)
class Paired(Shown):
    """One event counted in simulated encounters with the same people under two policies.

    Parameters
    ----------
    event
        What happened at least once in an encounter.
    both, only_first, only_second, neither
        Numbers of encounters; they sum to the number simulated.
    """

    event: str
    both: int
    only_first: int
    only_second: int
    neither: int


@dataclass(frozen=True, slots=True)
class _Compared:
    """What an outcome is called, what it is of, and why it may be undefined."""

    name: str
    unit: str
    denominator: str
    reason: str


COMPARED = (
    *(_Compared(one.name, one.unit, one.denominator, one.nothing_below) for one in DEFINITIONS),
    *(_Compared(name, KEPT_UNIT, KEPT_DENOMINATOR, NOBODY) for name in ("records_held", "records_held_without_alert")),
)


def compare(first: Scenario, second: Scenario, *, n_draws: int = N_DRAWS, seed: int = SEED) -> tuple[Difference, ...]:
    """Every outcome under two scenarios, on the same draws.

    Parameters
    ----------
    first, second
        Two settings of one scenario, or two scenarios; only keys of the same name and range are drawn alike.
    n_draws, seed
        Number of worlds, and the seed of the draws.

    Examples
    --------
    >>> from baserate.models.scenario import load_scenario, override
    >>> gated = load_scenario("mobile-fortify")
    >>> found = compare(gated, override(gated, ["policy.gate=none"]), n_draws=20)
    >>> {one.name: one.share_higher for one in found}["alerts"]
    1.0
    """
    return compare_worlds(*(expected_worlds(scenario, n_draws=n_draws, seed=seed) for scenario in (first, second)))


def compare_worlds(first: Worlds, second: Worlds) -> tuple[Difference, ...]:
    """Every outcome in worlds that are computed already, as many and with the same seed on both sides."""
    sides = [_values(worlds) for worlds in (first, second)]
    return tuple(_difference(what, *(side[what.name] for side in sides)) for what in COMPARED)


BY_GROUP = ("fpir", "fnir", "false_alerts", "wrongful_actions")


def compare_groups(
    first: Scenario, second: Scenario, *, n_draws: int = N_DRAWS, seed: int = SEED
) -> dict[str, tuple[Difference, ...]]:
    """The outcomes of :data:`BY_GROUP` for each group that both scenarios have, if there are several.

    Parameters are those of :func:`compare`.
    """
    groups = [group for group in first.groups if group in second.groups]
    if len(groups) < 2:  # a single group is everybody
        return {}
    worlds = [expected_worlds(scenario, n_draws=n_draws, seed=seed) for scenario in (first, second)]
    chosen = [what for what in COMPARED if what.name in BY_GROUP]
    return {
        group: tuple(
            _difference(what, *(outcome_values(side, what.name, group=group) for side in worlds)) for what in chosen
        )
        for group in groups
    }


def _values(worlds: Worlds) -> dict[str, Floats]:
    """Every outcome that is compared, in each world."""
    own = {definition.name: outcome_values(worlds, definition.name) for definition in DEFINITIONS}
    return own | records_kept(worlds)


def _difference(what: _Compared, first: Floats, second: Floats) -> Difference:
    def said(values: Floats, *, unit: str = what.unit) -> Outcome:
        return summarise(what.name, "all", values, unit=unit, denominator=what.denominator, reason=what.reason)

    lower, equal, higher = _shares(first, second)
    times = ratio(second, np.where(np.isnan(first), 0.0, first))
    return Difference(
        what.name,
        what.unit,
        said(first),
        said(second),
        said(second - first),
        said(times, unit="times"),
        lower,
        equal,
        higher,
    )


def _shares(first: Floats, second: Floats) -> tuple[float, float, float]:
    """Shares of worlds in which the second is lower, equal to within rounding, or higher; all 0 where none has both."""
    known = ~np.isnan(first) & ~np.isnan(second)
    if not known.any():
        return 0.0, 0.0, 0.0
    first, second = first[known], second[known]
    equal = np.isclose(first, second, rtol=1e-6, atol=0.0)  # the quadratures of the two runs differ by less
    lower = (second < first) & ~equal
    return float(lower.mean()), float(equal.mean()), float((~lower & ~equal).mean())


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two policies.

    Parameters
    ----------
    scenario, title, digest
        Name of the scenario, what it describes, and its digest with everything that was set.
    policies
        Titles of the named policies that were laid on it.
    settings
        Everything that was set, as ``key=value``, those of the policies included.
    """

    scenario: str
    title: str
    digest: str
    policies: tuple[str, ...]
    settings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two policies, what differs between them and what comes of it.

    Parameters
    ----------
    first, second
        What is compared: A and B.
    differences
        Every outcome, from :func:`compare`.
    by_group
        Some of them by group, from :func:`compare_groups`; empty where there is one group.
    changed
        Inputs that are not the same, from :func:`changes`.
    paired
        Counts in simulated encounters, from :func:`compare_simulated`; empty where none were simulated.
    searches, seed
        Of that simulation.
    """

    first: Side
    second: Side
    differences: tuple[Difference, ...]
    by_group: Mapping[str, tuple[Difference, ...]]
    changed: tuple[Change, ...]
    paired: tuple[Paired, ...]
    searches: int
    seed: int

    def of(self, name: str) -> Difference:
        """The difference in one outcome."""
        return next(one for one in self.differences if one.name == name)


# -- what the two do not share ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change(Shown):
    """An input that is not the same under both; None where one of them does not have it."""

    key: str
    first: ParameterRow | None
    second: ParameterRow | None


def changes(first: Scenario, second: Scenario) -> tuple[Change, ...]:
    """Inputs whose value or range differs, in the order of the first scenario.

    Examples
    --------
    >>> from baserate.models.scenario import load_scenario, override
    >>> one = load_scenario("mobile-fortify")
    >>> [change.key for change in changes(one, override(one, ["policy.gate=none"]))]
    ['policy.gate']
    """
    keys = dict.fromkeys((*first.parameters, *second.parameters))
    rows = (Change(key, *(_row_of(scenario, key) for scenario in (first, second))) for key in keys)
    return tuple(row for row in rows if _said(row.first) != _said(row.second))


def _row_of(scenario: Scenario, key: str) -> ParameterRow | None:
    return parameter_row(scenario.parameters[key]) if key in scenario.parameters else None


def _said(row: ParameterRow | None) -> tuple[object, ...] | None:
    return None if row is None else (row.value, row.low, row.high, row.unit)


# -- on the same synthetic people -------------------------------------------------------------------------------------

EVENTS: dict[str, str] = {
    "alert": "somebody was shown",
    "false_alert": "an alert showed nobody who was the person searched",
    "wrongful_action": "an adverse action followed after somebody else was confirmed",
    "rightful_action": "an adverse action followed after the person was confirmed",
}


def compare_simulated(first: Scenario, second: Scenario, *, searches: int, seed: int) -> tuple[Paired, ...]:
    """Count events in encounters with the same synthetic people under two policies, in the reference world of each.

    Parameters
    ----------
    first, second
        Scenarios; people are the same as far as both describe the same people.
    searches, seed
        Number of searches simulated under each, 1 or more, and the seed.

    Returns
    -------
    tuple
        One for each of :data:`EVENTS`. Live encounters that both simulations hold to the end.
    """
    total = np.zeros((len(EVENTS), 2, 2), dtype=np.int64)
    for chunk, start in enumerate(range(0, searches, CHUNK)):
        rows = min(CHUNK, searches - start)
        sides = [_encounters(scenario, seed=seed, chunk=chunk, rows=rows) for scenario in (first, second)]
        complete = min(side.shape[1] for side in sides)
        one, other = (side[:, :complete] for side in sides)
        for under_first in (0, 1):
            for under_second in (0, 1):
                total[:, under_first, under_second] += ((one == under_first) & (other == under_second)).sum(axis=1)
    return tuple(
        Paired(event, int(cell[1, 1]), int(cell[1, 0]), int(cell[0, 1]), int(cell[0, 0]))
        for event, cell in zip(EVENTS, total, strict=True)
    )


def _encounters(scenario: Scenario, *, seed: int, chunk: int, rows: int) -> Bools:
    """Whether each event happened in each encounter of a chunk, (events, encounters), the last one left out."""
    draws = reference_draw(scenario.parameters)
    world = simulation_world(build_world(scenario, draws))
    training = float(draws["encounters.training_share"][0])
    found = simulate_chunk(world, seed=seed, chunk=chunk, n_rows=rows, training_share=training)
    happened = np.zeros((len(EVENTS), int(found.encounter[-1]) + 1), dtype=bool)
    for index, rows_with in enumerate(_events(found)):
        happened[index, found.encounter[rows_with & ~found.people.training]] = True
    return happened[:, :-1]


def _events(found: SimulatedSearches) -> tuple[Bools, ...]:
    """Rows of each of :data:`EVENTS`, in that order."""
    results = found.results
    right_shown = (results.is_mate & results.shown).any(axis=1)
    confirmed = results.confirmed >= 0
    is_right = confirmed & results.is_mate[np.arange(len(confirmed)), np.maximum(results.confirmed, 0)]
    wrong_action = confirmed & ~is_right & results.action
    return results.alert, results.alert & ~right_shown, wrong_action, is_right & results.action
