"""A scenario with values put in: the arrays that the closed form and the simulation compute with.

The first axis of every array is the world (the draw), then the group of people searched (G), the capture condition
(C) or the part of a gallery (K: a gallery, or a gallery's group).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from baserate.models.calibration import (
    Anchor,
    anchor_of_exponent,
    anchor_of_law,
    anchor_of_points,
    mated_scores,
)
from baserate.models.portable_arithmetic import significant
from baserate.models.score_law import hazard_for_rate, score_of_hazard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from baserate.models.draws import Draws
    from baserate.models.scenario import Scenario

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class World:
    """One or many worlds.

    Parameters
    ----------
    group_share : (W, G)
        Share of the people searched.
    status_share : (W, G, 3)
        Shares of the statuses of :data:`baserate.models.counts.STATUSES` in each group.
    condition_share, unacquired, condition_rate : (W, C)
        Share of encounters, failure to acquire, factor on the false match rate.
    part_size, part_flagged : (W, K)
        Comparisons in each part of the searched galleries, and the share of them that is flagged.
    part_rate : (W, G, K)
        Factor on the false match rate of a person of a group against a part.
    heterogeneity, threshold_hazard, threshold_score, mate_spread : (W,)
        w; the threshold as hazard and as z; sigma of mated scores.
    mate_mean, lapse : (W, G, C)
        mu of mated scores; share of mated searches that fail at any threshold.
    list_length, max_attempts, reviewers : (W,)
        Whole numbers.
    gated : (W,)
        Whether only flagged candidates are shown.
    confirms_wrong, confirms_right : (W,)
        Chance that review confirms a shown candidate.
    wrong_to_action, right_to_action : (W,)
        Chance that an adverse action follows a confirmed candidate.
    repeat, repeat_fresh : (W,)
        Chance of another search after one that showed nothing, and of a new sample then.
    """

    group_share: Floats
    status_share: Floats
    condition_share: Floats
    unacquired: Floats
    condition_rate: Floats
    part_size: Floats
    part_flagged: Floats
    part_rate: Floats
    heterogeneity: Floats
    threshold_hazard: Floats
    threshold_score: Floats
    mate_mean: Floats
    mate_spread: Floats
    lapse: Floats
    list_length: Ints
    max_attempts: Ints
    reviewers: Ints
    gated: NDArray[np.bool_]
    confirms_wrong: Floats
    confirms_right: Floats
    wrong_to_action: Floats
    right_to_action: Floats
    repeat: Floats
    repeat_fresh: Floats

    @property
    def n_worlds(self) -> int:
        """Number of worlds."""
        return len(self.heterogeneity)

    @property
    def gallery_size(self) -> Floats:
        """Comparisons of one search, (W,)."""
        return np.asarray(self.part_size.sum(axis=1))

    @property
    def exposure(self) -> Floats:
        """Comparisons of one search weighted by their factors, (W, G): its hazard per unit of the threshold's."""
        return np.asarray(np.einsum("wk,wgk->wg", self.part_size, self.part_rate))

    @property
    def wrong_is_flagged(self) -> Floats:
        """Chance that a wrong candidate is flagged, (W, G)."""
        flagged = np.einsum("wk,wgk,wk->wg", self.part_size, self.part_rate, self.part_flagged)
        return np.asarray(flagged / self.exposure)


def build_world(scenario: Scenario, draws: Draws) -> World:
    """Put values into a scenario."""
    parts = _Parts.of(scenario, draws)
    heterogeneity = draws["matcher.heterogeneity"]
    hazard = threshold_hazard(scenario, draws, parts.size.sum(axis=1))
    score = score_of_hazard(hazard)
    anchor = _anchor(scenario, draws, score)
    mean, lapse = mated_scores(anchor, _miss_factors(scenario, draws))
    return World(
        group_share=_shares(draws, "population.groups.{}.share", scenario.groups),
        status_share=_status_shares(scenario, draws),
        condition_share=_shares(draws, "encounters.conditions.{}.share", scenario.conditions),
        unacquired=_columns(draws, "encounters.conditions.{}.failure_to_acquire", scenario.conditions),
        condition_rate=_columns(draws, "encounters.conditions.{}.fmr_factor", scenario.conditions),
        part_size=parts.size,
        part_flagged=parts.flagged,
        part_rate=_part_rates(scenario, draws, parts),
        heterogeneity=heterogeneity,
        threshold_hazard=hazard,
        threshold_score=score,
        mate_mean=mean,
        mate_spread=anchor.spread,
        lapse=lapse,
        **_policy(scenario, draws),
    )


def simulation_world(world: World) -> World:
    """The world with every number rounded to nine digits, so that a simulation gives the same bytes everywhere."""
    rounded: dict[str, Any] = {
        field.name: significant(getattr(world, field.name))
        for field in fields(world)
        if getattr(world, field.name).dtype == np.float64
    }
    return replace(world, **rounded)


def slices(world: World, order: Ints, size: int) -> Iterator[World]:
    """The worlds in an order, in portions of at most ``size``."""
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        part: dict[str, Any] = {field.name: getattr(world, field.name)[chosen] for field in fields(world)}
        yield World(**part)


# -- galleries and thresholds -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Parts:
    """The searched galleries, divided by the groups of their entries where those are given."""

    names: tuple[tuple[str, str | None], ...]
    size: Floats
    flagged: Floats

    @classmethod
    def of(cls, scenario: Scenario, draws: Draws) -> _Parts:
        names = part_names(scenario)
        size = np.stack([_part_size(scenario, draws, *name) for name in names], axis=1)
        flagged = np.stack([draws[f"galleries.{gallery}.flagged_share"] for gallery, _ in names], axis=1)
        alone = _hotlist_alone(scenario, draws)[:, None]
        return cls(
            names,
            np.where(alone, np.maximum(np.rint(size * flagged), 1.0), size),
            np.where(alone, 1.0, flagged),
        )


def part_names(scenario: Scenario) -> tuple[tuple[str, str | None], ...]:
    """Gallery, and its group where the gallery's groups are given, of each part that a search is compared with."""
    return tuple(
        (gallery, group)
        for gallery in scenario.searched_galleries
        for group in (scenario.table.galleries[gallery].groups or (None,))
    )


def _part_size(scenario: Scenario, draws: Draws, gallery: str, group: str | None) -> Floats:
    """Comparisons that one search makes with a part: persons times images, less what images of one person share."""
    key = f"galleries.{gallery}"
    images = draws[f"{key}.images_per_person"]
    persons = draws[f"{key}.size"] / images
    comparisons = np.rint(persons * images ** (1.0 - draws[f"{key}.image_dependence"]))
    if group is None:
        return np.maximum(comparisons, 1.0)
    names = tuple(scenario.table.galleries[gallery].groups or ())
    share = _shares(draws, f"{key}.groups.{{}}", names)[:, names.index(group)]
    return np.maximum(np.rint(comparisons * share), 1.0)


def _hotlist_alone(scenario: Scenario, draws: Draws) -> NDArray[np.bool_]:
    """Whether only flagged entries are searched, in each world."""
    return choice_is(scenario, draws, "policy.gate", "hotlist_gallery")


def _part_rates(scenario: Scenario, draws: Draws, parts: _Parts) -> Floats:
    rows = []
    for group in scenario.groups:
        own = draws.get(f"matcher.groups.{group}.fmr_factor", np.ones(1))
        against = [draws.get(f"matcher.groups.{group}.against.{other}", np.ones(1)) for _, other in parts.names]
        rows.append(np.stack([np.broadcast_to(own * factor, len(parts.size)) for factor in against], axis=1))
    return np.stack(rows, axis=1)


def threshold_hazard(scenario: Scenario, draws: Draws, gallery_size: Floats) -> Floats:
    """Hazard at the threshold: as given, or that which has the target FPIR at the gallery it was set for."""
    if "policy.threshold.false_match_rate" in draws:
        return -np.log1p(-draws["policy.threshold.false_match_rate"])
    total = hazard_for_rate(draws["policy.threshold.fpir_target"], draws["matcher.heterogeneity"])
    set_anew = choice_is(scenario, draws, "policy.threshold.reset_for_gallery", "yes")
    return np.asarray(total / np.where(set_anew, gallery_size, draws["policy.threshold.set_at_gallery_size"]))


# -- the matcher ------------------------------------------------------------------------------------------------------


def _anchor(scenario: Scenario, draws: Draws, threshold: Floats) -> Anchor:
    lapse = draws["matcher.lapse_share_of_misses"]
    if scenario.table.matcher.law is not None:
        law = draws["matcher.law.mean"], draws["matcher.law.spread"]
        return anchor_of_law(*law, threshold=threshold, lapse_share=lapse)
    n_points = len(scenario.table.matcher.points or ())
    sizes, fpirs, fnirs = (
        np.stack([draws[f"matcher.points[{point}].{name}"] for point in range(n_points)], axis=1)
        for name in ("gallery_size", "fpir", "fnir")
    )
    heterogeneity = draws["matcher.heterogeneity"]
    if n_points > 1:
        return anchor_of_points(sizes, fpirs, fnirs, heterogeneity=heterogeneity, lapse_share=lapse)
    return anchor_of_exponent(
        sizes[:, 0],
        fpirs[:, 0],
        fnirs[:, 0],
        exponent=draws["matcher.n_exponent"],
        heterogeneity=heterogeneity,
        lapse_share=lapse,
    )


def _miss_factors(scenario: Scenario, draws: Draws) -> Floats:
    """Factor on the miss rate of each group in each condition, (W, G, C)."""
    condition = _columns(draws, "encounters.conditions.{}.miss_factor", scenario.conditions)
    group = np.stack(
        [
            np.broadcast_to(draws.get(f"matcher.groups.{name}.miss_factor", 1.0), len(condition))
            for name in scenario.groups
        ],
        axis=1,
    )
    return np.asarray(group[:, :, None] * condition[:, None, :])


# -- people and policy ------------------------------------------------------------------------------------------------


def _status_shares(scenario: Scenario, draws: Draws) -> Floats:
    def of(group: str, name: str) -> Floats:
        return draws.get(f"population.groups.{group}.{name}", draws[f"population.{name}"])

    enrolled = np.stack([of(group, "enrolled_share") for group in scenario.groups], axis=1)
    flagged = np.stack([of(group, "flagged_share") for group in scenario.groups], axis=1)
    alone = _hotlist_alone(scenario, draws)[:, None]  # then only the flagged are in the gallery that is searched
    enrolled, flagged = np.where(alone, enrolled * flagged, enrolled), np.where(alone, 1.0, flagged)
    return np.stack([1.0 - enrolled, enrolled * (1.0 - flagged), enrolled * flagged], axis=2)


def _policy(scenario: Scenario, draws: Draws) -> dict[str, Any]:
    wrong, right = draws["policy.review.accepts_wrong"], 1.0 - draws["policy.review.rejects_right"]
    dependence, reviewers = draws["policy.review.dependence"], whole(scenario, draws, "policy.review.reviewers")
    checked, weight = draws["policy.second_modality_share"], draws["policy.document_weight"]
    stopped = draws["policy.document_offered_share"] * weight
    listed = choice_is(scenario, draws, "policy.response", "candidate_list")
    return {
        "list_length": np.where(listed, whole(scenario, draws, "policy.list_length"), 1),
        "max_attempts": whole(scenario, draws, "encounters.max_attempts"),
        "reviewers": reviewers,
        "gated": ~choice_is(scenario, draws, "policy.gate", "none"),
        "confirms_wrong": all_confirm(wrong, reviewers, dependence),
        "confirms_right": all_confirm(right, reviewers, dependence),
        "wrong_to_action": (1.0 - checked * (1.0 - draws["policy.second_modality_accepts_wrong"]))
        * (1.0 - stopped)
        * draws["policy.action_share"],
        "right_to_action": (1.0 - checked * draws["policy.second_modality_rejects_right"])
        * draws["policy.action_share"],
        "repeat": draws["encounters.repeat_share"],
        "repeat_fresh": draws["encounters.repeat_fresh_share"],
    }


def all_confirm(one: Floats, reviewers: Ints, dependence: Floats) -> Floats:
    """Chance that every reviewer confirms, when one does with chance ``one`` and the second may repeat the first."""
    two = one * (dependence + (1.0 - dependence) * one)
    return np.select([reviewers == 0, reviewers == 1], [np.ones_like(one), one], two)


# -- reading draws ----------------------------------------------------------------------------------------------------


def choice_is(scenario: Scenario, draws: Draws, key: str, option: str) -> NDArray[np.bool_]:
    """Whether a choice is the named option, in each world."""
    options = np.array([given == option for given in scenario.parameters[key].options])
    return np.asarray(options[draws[key].astype(np.int64)])


def whole(scenario: Scenario, draws: Draws, key: str) -> Ints:
    """Value of a choice among whole numbers, in each world."""
    options = np.array(scenario.parameters[key].options, dtype=np.int64)
    return np.asarray(options[draws[key].astype(np.int64)])


def _columns(draws: Draws, key: str, names: tuple[str, ...]) -> Floats:
    return np.stack([draws[key.format(name)] for name in names], axis=1)


def _shares(draws: Draws, key: str, names: tuple[str, ...]) -> Floats:
    """Shares of a whole, scaled to sum to 1 in each world."""
    shares = _columns(draws, key, names)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
