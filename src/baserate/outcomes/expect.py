"""Outcomes of a scenario in closed form, as the median and 90 % range over its unknown inputs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from baserate.models.counts import STATUSES
from baserate.models.draws import N_DRAWS, draw
from baserate.models.expected import expected_cells
from baserate.models.periods import kept_years, shorter_share
from baserate.models.score_law import share_without_candidate
from baserate.models.world import build_world, target_hazard
from baserate.notebook import Shown
from baserate.outcomes.definitions import DEFINITIONS, Definition
from baserate.outcomes.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from baserate.models.draws import Draws
    from baserate.models.expected import Cells
    from baserate.models.scenario import Scenario
    from baserate.models.world import World

    Floats = NDArray[np.float64]

LEVEL = 0.9
_ROUNDING = 1e-14
SEED = 1  # of the draws over unknown inputs: the same worlds for every scenario and command


@dataclass(frozen=True, slots=True)
class Worlds(Shown):
    """A scenario in many worlds, with the expected counts in each.

    Parameters
    ----------
    scenario, draws, world
        The scenario, the values drawn, and the arrays built from them.
    cells
        Expected counts per encounter under each condition with a person of each group and status, and how many such
        encounters there are.
    by_condition : (W, C, G, 3, counts)
        Expected counts per live search of everybody: they sum to 1 search over conditions, groups and statuses.
    counts : (W, G, 3, counts)
        The same under all conditions together.
    searches : (W,)
        Live searches a year.
    target_hazard : (W, C)
        Total hazard at which FPIR is what the threshold was set for; None where a threshold is given otherwise.
    searches_per_person : (W,)
        Live searches of one person in one encounter, repeats included; 1 or more.
    """

    scenario: Scenario
    draws: Draws
    world: World
    cells: Cells
    by_condition: Floats
    counts: Floats
    searches: Floats
    target_hazard: Floats | None
    searches_per_person: Floats


def expected_worlds(scenario: Scenario, *, n_draws: int = N_DRAWS, seed: int = SEED) -> Worlds:
    """Compute the expected counts of a scenario in many worlds."""
    return worlds_at(scenario, draw(scenario.parameters, n_draws=n_draws, seed=seed))


def worlds_at(scenario: Scenario, draws: Draws, *, group: str | None = None, condition: str | None = None) -> Worlds:
    """Compute the expected counts of a scenario in worlds that are given.

    Parameters
    ----------
    scenario
        Any.
    draws
        Values of every parameter, from :func:`baserate.models.draws.draw` or made by hand; arrays of one length.
    group, condition
        Only encounters with people of this group, and only under this capture condition; all where ``None``.
    """
    world = build_world(scenario, draws)
    world = replace(
        world,
        group_share=_only(world.group_share, scenario.groups, group),
        condition_share=_only(world.condition_share, scenario.conditions, condition),
    )
    cells = expected_cells(world)
    by_condition = cells.counts * cells.share[..., None]
    total = by_condition[..., 0].sum(axis=(1, 2, 3))
    by_condition /= total[:, None, None, None, None]
    return Worlds(
        scenario,
        draws,
        world,
        cells,
        by_condition,
        by_condition.sum(axis=1),
        live_searches(draws),
        target_hazard(scenario, draws, world),
        total,
    )


def _only(shares: Floats, names: tuple[str, ...], name: str | None) -> Floats:
    """Everything in one column where a name is given."""
    return shares if name is None else np.broadcast_to(np.eye(len(names))[names.index(name)], shares.shape)


def live_searches(draws: Draws) -> Floats:
    """Searches a year that are neither training nor declined."""
    made = draws["encounters.searches_per_year"] * (1.0 - draws["encounters.training_share"])
    return np.asarray(made * (1.0 - draws["policy.declined_share"]))


def expected_outcomes(worlds: Worlds) -> tuple[Outcome, ...]:
    """Every outcome for everybody, each group, status and modality, and what the threshold and retention do."""
    return (
        *(
            _outcome(worlds, definition, group, counts, statuses)
            for group, counts, statuses in selections(worlds.scenario, worlds.by_condition)
            for definition in DEFINITIONS
        ),
        *_relative_outcomes(worlds),
        *_threshold_outcomes(worlds),
        *(row for modality in several_modalities(worlds.scenario) for row in _threshold_outcomes(worlds, modality)),
        *_retention_outcomes(worlds),
    )


def everybodys_outcomes(worlds: Worlds) -> tuple[Outcome, ...]:
    """Those of :func:`expected_outcomes` that are of everybody together, at a tenth of the cost."""
    everybody = worlds.counts.sum(axis=1)
    return (
        *(_outcome(worlds, definition, "all", everybody, STATUSES) for definition in DEFINITIONS),
        *_threshold_outcomes(worlds),
        *_retention_outcomes(worlds),
    )


def selections(
    scenario: Scenario, by_condition: NDArray[np.generic]
) -> Iterator[tuple[str, NDArray[np.generic], tuple[str, ...]]]:
    """Counts of everybody, of each group, status and (if there are several) modality, with the name in results.

    Parameters
    ----------
    scenario
        Any.
    by_condition : (..., C, G, 3, counts)
        Its counts.
    """
    counts = by_condition.sum(axis=-4)
    everybody = counts.sum(axis=-3)
    yield "all", everybody, STATUSES
    for index, name in enumerate(scenario.groups):
        yield f"group:{name}", counts[..., index, :, :], STATUSES
    for status in STATUSES:
        yield f"status:{status}", everybody, (status,)
    for modality in several_modalities(scenario):
        own = conditions_of(scenario, modality)
        yield f"modality:{modality}", by_condition[..., own, :, :, :].sum(axis=(-4, -3)), STATUSES


def several_modalities(scenario: Scenario) -> tuple[str, ...]:
    """The modalities of a scenario that has more than one: with one, they say nothing that everybody does not."""
    return scenario.modalities if len(scenario.modalities) > 1 else ()


def conditions_of(scenario: Scenario, modality: str) -> list[int]:
    """Indices of the conditions that search with a modality."""
    return [index for index, own in enumerate(scenario.condition_modalities) if own == modality]


def _outcome(
    worlds: Worlds, definition: Definition, group: str, counts: NDArray[np.generic], statuses: tuple[str, ...]
) -> Outcome:
    return summarise(
        definition.name,
        group,
        _values(worlds, definition, counts, statuses),
        unit=definition.unit,
        denominator=definition.denominator,
        reason=definition.nothing_below,
    )


def _values(worlds: Worlds, definition: Definition, counts: NDArray[np.generic], statuses: tuple[str, ...]) -> Floats:
    above, below = definition.above.of(counts, statuses), definition.below.of(counts, statuses)
    if definition.per == "year":  # a number for this group, not a rate within it
        values = above * worlds.searches
    else:
        scale = 1.0 if definition.per == "probability" else float(definition.per)
        values = ratio_of_counts(above * scale, below)
    return np.maximum(values, 0.0)  # differences of nearly equal terms may round below 0


def outcome_values(worlds: Worlds, name: str, *, group: str | None = None) -> Floats:
    """One outcome of everybody, or of a group, in each world; NaN where a world does not define it.

    Parameters
    ----------
    worlds
        Any.
    name
        Name of one of :data:`baserate.outcomes.definitions.DEFINITIONS`.
    group
        Name of a group of the scenario; everybody where None.

    Examples
    --------
    >>> from baserate.models.scenario import load_scenario
    >>> worlds = expected_worlds(load_scenario("mobile-fortify"), n_draws=5)
    >>> bool((outcome_values(worlds, "alert_is_wrong") <= 1).all())
    True
    """
    definition = next(definition for definition in DEFINITIONS if definition.name == name)
    counts = worlds.counts.sum(axis=1) if group is None else worlds.counts[:, worlds.scenario.groups.index(group)]
    return _values(worlds, definition, counts, STATUSES)


def summarise(name: str, group: str, values: Floats, *, unit: str, denominator: str, reason: str) -> Outcome:
    """Median and 90 % range of an outcome over worlds; undefined with the reason where no world defines it.

    Parameters
    ----------
    name, group, unit, denominator
        As results give them.
    values
        One for each world; NaN where a world does not define it.
    reason
        Why it is undefined.
    """
    known = values[~np.isnan(values)]
    method = f"closed form over {len(values)} draws"
    if len(known) == 0:
        low = middle = high = None
    else:
        method += f", {len(known)} of them defined" if len(known) < len(values) else ""
        low, middle, high = (float(value) for value in np.quantile(known, [0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2]))
    return Outcome(
        name=name,
        group=group,
        value=middle,
        low=low,
        high=high,
        level=None if middle is None else LEVEL,
        unit=unit,
        denominator=denominator,
        method=method,
        n=None,
        undefined=reason if middle is None else None,
    )


# -- groups beside everybody ------------------------------------------------------------------------------------------


def _relative_outcomes(worlds: Worlds) -> Iterator[Outcome]:
    """Each group's error rates over everybody's, in the same world: what the unknown threshold does to all cancels."""
    everybody = worlds.counts.sum(axis=1)
    for definition in DEFINITIONS:
        if definition.name not in ("fpir", "fnir"):
            continue
        of_all = ratio(definition.above.of(everybody, STATUSES), definition.below.of(everybody, STATUSES))
        for index, name in enumerate(worlds.scenario.groups):
            counts = worlds.counts[:, index]
            own = ratio(definition.above.of(counts, STATUSES), definition.below.of(counts, STATUSES))
            yield summarise(
                f"{definition.name}_over_everybodys",
                f"group:{name}",
                ratio(own, np.nan_to_num(of_all)),
                unit="times",
                denominator=f"the rate of everybody, among {definition.denominator}",
                reason=definition.nothing_below,
            )


# -- what the threshold does ------------------------------------------------------------------------------------------


def _threshold_outcomes(worlds: Worlds, modality: str | None = None) -> Iterator[Outcome]:
    """FPIR with the threshold carried over from where it was set, and re-set for this gallery."""
    own = worlds.world.gallery_size
    if worlds.target_hazard is None:
        return
    for name, size in (("fpir_threshold_reset", own), ("fpir_threshold_carried_over", set_at_gallery_size(worlds))):
        yield summarise(
            name,
            "all" if modality is None else f"modality:{modality}",
            fpir_at(worlds, worlds.target_hazard / size, gallery_factor=np.ones_like(own), modality=modality),
            unit="probability",
            denominator="searches of people who are not enrolled",
            reason="no search is of a person who is not enrolled",
        )


def set_at_gallery_size(worlds: Worlds) -> Floats:
    """Gallery size for which each condition's threshold was set before, (W, C)."""
    scenario = worlds.scenario
    keys = [f"{scenario.threshold_key(name)}.set_at_gallery_size" for name in scenario.condition_modalities]
    return np.stack([worlds.draws[key] for key in keys], axis=1)


def fpir_at(worlds: Worlds, threshold_hazard: Floats, *, gallery_factor: Floats, modality: str | None = None) -> Floats:
    """FPIR in each world at another threshold and another size of the gallery.

    Parameters
    ----------
    worlds
        Any.
    threshold_hazard : (W, C)
        The threshold.
    gallery_factor : (W, C)
        Factor on the gallery of the scenario.
    modality
        Only searches with this one; all where None.

    Returns
    -------
    array
        Of single searches, failures to acquire included; NaN where nobody is non-mated.
    """
    world = worlds.world
    hazard = world.exposure * (gallery_factor * threshold_hazard * world.condition_rate)[:, None, :]
    silent = share_without_candidate(hazard, world.heterogeneity[:, None, :])
    returned = (1.0 - world.unacquired[:, None, :]) * (1.0 - silent)
    non_mated = world.condition_share[:, None, :] * world.group_share[:, :, None] * _not_enrolled(world)
    if modality is not None:
        non_mated = non_mated * np.isin(worlds.scenario.condition_modalities, modality)
    return ratio((returned * non_mated).sum(axis=(1, 2)), non_mated.sum(axis=(1, 2)))


def _not_enrolled(world: World) -> Floats:
    """Share of a group's people who are in no gallery that a condition meets, (W, G, C)."""
    return np.swapaxes(world.status_share[..., 0], 1, 2)


def ratio_of_counts(above: Floats, below: Floats) -> Floats:
    """Divide expected counts per search, with NaN where what stands below is no more than the rounding of a 0.

    Counts are differences of chances near 1, so that where there is no alert a rounding of 1e-16 may be left; a ratio
    of two of those is no share of anything.
    """
    return ratio(above, np.where(below > _ROUNDING, below, 0.0))


def ratio(above: Floats, below: Floats) -> Floats:
    """Divide, with NaN where nothing stands below: undefined, and never a number."""
    return np.divide(above, below, out=np.full_like(below, np.nan), where=below > 0)


# -- what is kept -----------------------------------------------------------------------------------------------------


KEPT_UNIT = "records"
KEPT_DENOMINATOR = "steady use until the first records expire; failures to delete not counted"
NOBODY = "nobody is searched"


def records_kept(worlds: Worlds) -> dict[str, Floats]:
    """Records held in each world once the retention period has run its course, if the use stays as it is, by name."""
    alerts = outcome_values(worlds, "alerts")
    matched, unmatched = (_years_kept(worlds, f"retention.{name}") for name in ("matched", "unmatched"))
    without_alert = (worlds.searches - alerts) * unmatched
    return {"records_held": alerts * matched + without_alert, "records_held_without_alert": without_alert}


def _retention_outcomes(worlds: Worlds) -> Iterator[Outcome]:
    for name, values in records_kept(worlds).items():
        yield summarise(name, "all", values, unit=KEPT_UNIT, denominator=KEPT_DENOMINATOR, reason=NOBODY)


def _years_kept(worlds: Worlds, key: str) -> Floats:
    """Years that a record is kept on average over people under the longer and under the shorter limit."""
    longer, share = kept_years(worlds.scenario, worlds.draws, key), shorter_share(worlds.draws)
    if "retention.shorter" not in worlds.draws:
        return longer
    return (1.0 - share) * longer + share * kept_years(worlds.scenario, worlds.draws, "retention.shorter")
