"""A scenario with values put in: the arrays that the closed form and the simulation compute with.

The first axis of every array is the world (the draw), then the group of people searched (G), the capture condition
(C) or the part of a gallery (K: a gallery, or a gallery's group). A condition searches with one modality: what belongs
to a modality (its matcher, its threshold, the galleries it meets, who is enrolled in them) stands in the columns of its
conditions.
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
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from baserate.models.draws import Draws
    from baserate.models.scenario import Scenario
    from baserate.models.scenario_schema import MatcherTable

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class World:
    """One or many worlds.

    Parameters
    ----------
    group_share : (W, G)
        Share of the people searched.
    status_share : (W, C, G, 3)
        Shares of the statuses of :data:`baserate.models.counts.STATUSES` in each group, in the galleries that the
        condition meets.
    condition_share, unacquired, condition_rate : (W, C)
        Share of encounters, failure to acquire, factor on the false match rate.
    part_size : (W, C, K)
        Comparisons that one search makes with each part of the searched galleries; 0 with one of another modality.
    part_flagged : (W, K)
        Share of a part that is flagged.
    part_rate : (W, G, C, K)
        Factor of the condition's matcher on the false match rate of a person of a group against a part.
    heterogeneity, threshold_hazard, threshold_score, mate_spread : (W, C)
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
        return len(self.list_length)

    @property
    def gallery_size(self) -> Floats:
        """Comparisons of one search, (W, C)."""
        return np.asarray(self.part_size.sum(axis=2))

    @property
    def exposure(self) -> Floats:
        """Comparisons of one search weighted by their factors, (W, G, C): its hazard per unit of the threshold's."""
        return np.asarray(np.einsum("wck,wgck->wgc", self.part_size, self.part_rate))

    @property
    def wrong_is_flagged(self) -> Floats:
        """Chance that a wrong candidate is flagged, (W, G, C)."""
        flagged = np.einsum("wck,wgck,wk->wgc", self.part_size, self.part_rate, self.part_flagged)
        return np.asarray(flagged / self.exposure)


def build_world(scenario: Scenario, draws: Draws) -> World:
    """Put values into a scenario."""
    parts = _Parts.of(scenario, draws)
    matchers = {name: _Matcher.of(scenario, draws, name, parts) for name in scenario.modalities}
    of_conditions = [matchers[name] for name in scenario.condition_modalities]
    mean, lapse = _mated_scores(scenario, draws, of_conditions)
    return World(
        group_share=_shares(draws, "population.groups.{}.share", scenario.groups),
        status_share=_status_shares(scenario, draws),
        condition_share=_shares(draws, "encounters.conditions.{}.share", scenario.conditions),
        unacquired=_columns(draws, "encounters.conditions.{}.failure_to_acquire", scenario.conditions),
        condition_rate=_columns(draws, "encounters.conditions.{}.fmr_factor", scenario.conditions),
        part_size=np.stack([matcher.part_size for matcher in of_conditions], axis=1),
        part_flagged=parts.flagged,
        part_rate=np.stack([matcher.part_rate for matcher in of_conditions], axis=2),
        heterogeneity=np.stack([matcher.heterogeneity for matcher in of_conditions], axis=1),
        threshold_hazard=np.stack([matcher.threshold_hazard for matcher in of_conditions], axis=1),
        threshold_score=np.stack([matcher.threshold_score for matcher in of_conditions], axis=1),
        mate_mean=mean,
        mate_spread=np.stack([matcher.anchor.spread for matcher in of_conditions], axis=1),
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


_BY_CONDITION = (
    "status_share",
    "condition_share",
    "unacquired",
    "condition_rate",
    "part_size",
    "heterogeneity",
    "threshold_hazard",
    "threshold_score",
    "mate_spread",
)
_BY_GROUP_AND_CONDITION = ("part_rate", "mate_mean", "lapse")


def under_condition(world: World, condition: int) -> World:
    """The worlds with one capture condition alone; its share of all encounters stays."""
    only = slice(condition, condition + 1)
    columns: dict[str, Any] = {name: getattr(world, name)[:, only] for name in _BY_CONDITION}
    columns |= {name: getattr(world, name)[:, :, only] for name in _BY_GROUP_AND_CONDITION}
    return replace(world, **columns)


def with_one_group(world: World) -> World:
    """The worlds with the rates of the first group alone: all that matters where a matcher tells no groups apart."""
    columns: dict[str, Any] = {name: getattr(world, name)[:, :1] for name in _BY_GROUP_AND_CONDITION}
    return replace(world, **columns)


def groups_are_alike(world: World) -> bool:
    """Whether every group has the same rates in every world."""
    arrays = [getattr(world, name) for name in _BY_GROUP_AND_CONDITION]
    return all(bool((array == array[:, :1]).all()) for array in arrays)


# -- galleries --------------------------------------------------------------------------------------------------------


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


# -- matchers and thresholds ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Matcher:
    """The matcher of a modality at its threshold and before the galleries it meets."""

    key: str
    part_size: Floats
    part_rate: Floats
    heterogeneity: Floats
    threshold_hazard: Floats
    threshold_score: Floats
    anchor: Anchor

    @classmethod
    def of(cls, scenario: Scenario, draws: Draws, modality: str, parts: _Parts) -> _Matcher:
        key, met = scenario.matcher_key(modality), scenario.meets(modality)
        size = parts.size * np.array([gallery in met for gallery, _ in parts.names])
        hazard = _threshold_hazard(scenario, draws, modality, size.sum(axis=1))
        score = score_of_hazard(hazard)
        return cls(
            key,
            size,
            _part_rates(scenario, draws, key, parts),
            draws[f"{key}.heterogeneity"],
            hazard,
            score,
            _anchor(scenario.matcher(modality), draws, key, score),
        )


def _part_rates(scenario: Scenario, draws: Draws, key: str, parts: _Parts) -> Floats:
    rows = []
    for group in scenario.groups:
        own = draws.get(f"{key}.groups.{group}.fmr_factor", np.ones(1))
        against = [draws.get(f"{key}.groups.{group}.against.{other}", np.ones(1)) for _, other in parts.names]
        rows.append(np.stack([np.broadcast_to(own * factor, len(parts.size)) for factor in against], axis=1))
    return np.stack(rows, axis=1)


def _threshold_hazard(scenario: Scenario, draws: Draws, modality: str, gallery_size: Floats) -> Floats:
    """Hazard at the threshold: as given, or that which has the target FPIR at the gallery it was set for."""
    key = scenario.threshold_key(modality)
    if f"{key}.false_match_rate" in draws:
        return -np.log1p(-draws[f"{key}.false_match_rate"])
    heterogeneity = draws[f"{scenario.matcher_key(modality)}.heterogeneity"]
    total = hazard_for_rate(draws[f"{key}.fpir_target"], heterogeneity)
    return np.asarray(total / _set_for(scenario, draws, key, gallery_size))


def _set_for(scenario: Scenario, draws: Draws, key: str, gallery_size: Floats) -> Floats:
    """Gallery size for which a threshold was set: the scenario's own, or another that it was carried over from."""
    set_anew = choice_is(scenario, draws, f"{key}.reset_for_gallery", "yes")
    return np.where(set_anew, gallery_size, draws[f"{key}.set_at_gallery_size"])


def target_hazard(scenario: Scenario, draws: Draws, world: World) -> Floats | None:
    """Total hazard at which FPIR is what the threshold of each condition was set for, (W, C).

    None where a threshold is given otherwise than by the FPIR that it was set for.
    """
    keys = [scenario.threshold_key(modality) for modality in scenario.condition_modalities]
    if not all(f"{key}.fpir_target" in draws for key in keys):
        return None
    sizes = [_set_for(scenario, draws, key, size) for key, size in zip(keys, world.gallery_size.T, strict=True)]
    return np.asarray(world.threshold_hazard * np.stack(sizes, axis=1))


def _anchor(matcher: MatcherTable, draws: Draws, key: str, threshold: Floats) -> Anchor:
    lapse = draws[f"{key}.lapse_share_of_misses"]
    if matcher.law is not None:
        law = draws[f"{key}.law.mean"], draws[f"{key}.law.spread"]
        return anchor_of_law(*law, threshold=threshold, lapse_share=lapse)
    n_points = len(matcher.points or ())
    sizes, fpirs, fnirs = (
        np.stack([draws[f"{key}.points[{point}].{name}"] for point in range(n_points)], axis=1)
        for name in ("gallery_size", "fpir", "fnir")
    )
    heterogeneity = draws[f"{key}.heterogeneity"]
    if n_points > 1:
        return anchor_of_points(sizes, fpirs, fnirs, heterogeneity=heterogeneity, lapse_share=lapse)
    return anchor_of_exponent(
        sizes[:, 0],
        fpirs[:, 0],
        fnirs[:, 0],
        exponent=draws[f"{key}.n_exponent"],
        heterogeneity=heterogeneity,
        lapse_share=lapse,
    )


def _mated_scores(scenario: Scenario, draws: Draws, matchers: Sequence[_Matcher]) -> tuple[Floats, Floats]:
    """Mean of the mated score and lapse of each group in each condition, (W, G, C), by the condition's matcher."""
    pairs = [
        mated_scores(matcher.anchor, _miss_factors(scenario, draws, matcher.key, condition))
        for matcher, condition in zip(matchers, scenario.conditions, strict=True)
    ]
    mean, lapse = (np.stack(arrays, axis=2) for arrays in zip(*pairs, strict=True))
    return mean, lapse


def _miss_factors(scenario: Scenario, draws: Draws, key: str, condition: str) -> Floats:
    """Factor on the miss rate of each group in a condition, (W, G)."""
    own = draws[f"encounters.conditions.{condition}.miss_factor"]
    return np.stack([own * draws.get(f"{key}.groups.{name}.miss_factor", 1.0) for name in scenario.groups], axis=1)


# -- people and policy ------------------------------------------------------------------------------------------------


def _status_shares(scenario: Scenario, draws: Draws) -> Floats:
    """Shares of the statuses in each condition and group, (W, C, G, 3)."""
    found = {name: _statuses_before(scenario, draws, name) for name in scenario.modalities}
    return np.stack([found[name] for name in scenario.condition_modalities], axis=1)


def _statuses_before(scenario: Scenario, draws: Draws, modality: str) -> Floats:
    """Shares of the statuses of each group in the galleries of a modality, (W, G, 3)."""
    enrolled, flagged = (
        np.stack([share_of(draws, name, group, modality) for group in scenario.groups], axis=1)
        for name in ("enrolled_share", "flagged_share")
    )
    alone = _hotlist_alone(scenario, draws)[:, None]  # then only the flagged are in the gallery that is searched
    enrolled, flagged = np.where(alone, enrolled * flagged, enrolled), np.where(alone, 1.0, flagged)
    return np.stack([1.0 - enrolled, enrolled * (1.0 - flagged), enrolled * flagged], axis=2)


def share_of(draws: Draws, name: str, group: str, modality: str) -> Floats:
    """Share of a group's people who are enrolled, or flagged, for a modality: its own, the group's, or everybody's."""
    keys = (f"modalities.{modality}.{name}", f"population.groups.{group}.{name}", f"population.{name}")
    return next(draws[key] for key in keys if key in draws)


def _policy(scenario: Scenario, draws: Draws) -> dict[str, Any]:
    reviewers = whole(scenario, draws, "policy.review.reviewers")
    confirms_wrong, confirms_right = _review(draws, reviewers)
    checked, weight = draws["policy.second_modality_share"], draws["policy.document_weight"]
    stopped = draws["policy.document_offered_share"] * weight
    listed = choice_is(scenario, draws, "policy.response", "candidate_list")
    return {
        "list_length": np.where(listed, whole(scenario, draws, "policy.list_length"), 1),
        "max_attempts": whole(scenario, draws, "encounters.max_attempts"),
        "reviewers": reviewers,
        "gated": ~choice_is(scenario, draws, "policy.gate", "none"),
        "confirms_wrong": confirms_wrong,
        "confirms_right": confirms_right,
        "wrong_to_action": (1.0 - checked * (1.0 - draws["policy.second_modality_accepts_wrong"]))
        * (1.0 - stopped)
        * draws["policy.action_share"],
        "right_to_action": (1.0 - checked * draws["policy.second_modality_rejects_right"])
        * draws["policy.action_share"],
        "repeat": draws["encounters.repeat_share"],
        "repeat_fresh": draws["encounters.repeat_fresh_share"],
    }


def _review(draws: Draws, reviewers: Ints) -> tuple[Floats, Floats]:
    """Chances that review confirms a wrong candidate and the right one.

    A candidate is shown with the photo that matched or with another one, to all its reviewers alike.
    """
    accepts, rejects = draws["policy.review.accepts_wrong"], draws["policy.review.rejects_right"]
    dependence = draws["policy.review.dependence"]
    wrong, right = all_confirm(accepts, reviewers, dependence), all_confirm(1.0 - rejects, reviewers, dependence)
    key = "policy.review.photo_shown"
    if f"{key}.other_share" not in draws:
        return wrong, right
    accepts = np.minimum(accepts * draws[f"{key}.accepts_wrong_factor"], 1.0)
    rejects = np.minimum(rejects * draws[f"{key}.rejects_right_factor"], 1.0)
    other = draws[f"{key}.other_share"]
    return (
        (1.0 - other) * wrong + other * all_confirm(accepts, reviewers, dependence),
        (1.0 - other) * right + other * all_confirm(1.0 - rejects, reviewers, dependence),
    )


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
