"""Curves of a scenario: an outcome along one of its inputs, with everything else drawn as before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from baserate.models.counts import COUNTS
from baserate.models.world import share_of
from baserate.outcomes.expect import (
    LEVEL,
    conditions_of,
    fpir_at,
    ratio,
    set_at_gallery_size,
    several_modalities,
)
from baserate.outcomes.names import MODALITY_NAMES
from baserate.outcomes.results import Curve, Curves, Mark, Point, Series

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from baserate.models.scenario import Scenario
    from baserate.outcomes.expect import Worlds

    Floats = NDArray[np.float64]

_SHARES = np.array([0.001, 0.002, 0.005, 0.01, 0.02, 0.05, *np.arange(0.1, 1.0, 0.05), 0.98, 0.99, 1.0])
_DECADES = np.arange(3.0, 9.51, 0.25)  # powers of ten of gallery sizes


def scenario_curves(worlds: Worlds) -> Curves:
    """All curves that a report of the scenario draws."""
    curves = [_alert_is_wrong(worlds)]
    if worlds.target_hazard is not None:
        curves.append(_fpir_by_gallery_size(worlds, worlds.target_hazard))
    return Curves(schema_version="1", scenario=worlds.scenario.name, curves=tuple(curves))


def _points(x: Floats, values: Floats) -> tuple[Point, ...]:
    """Median and range over worlds at each x; values of shape (x, worlds), NaN where a world defines nothing."""
    return tuple(_point(float(at), row[~np.isnan(row)]) for at, row in zip(x, values, strict=True))


def _point(x: float, known: Floats) -> Point:
    if len(known) == 0:
        return Point(x=x, value=None, low=None, high=None)
    low, middle, high = (float(value) for value in np.quantile(known, [0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2]))
    return Point(x=x, value=middle, low=low, high=high)


def _alert_is_wrong(worlds: Worlds) -> Curve:
    """The chance that an alert is wrong against the share of the people searched who are enrolled."""
    return Curve(
        name="alert_is_wrong_by_enrolled_share",
        title="Chance that an alert is wrong, by the share of people searched who are enrolled",
        x_label="Share of the people searched who are enrolled in the gallery",
        x_unit="share",
        x_scale="linear",
        y_label="Chance that an alert is wrong",
        y_unit="probability",
        y_scale="log",
        series=(Series(label="alert is wrong", points=_points(_SHARES, _wrong_shares(worlds))),),
        marks=tuple(_enrolled_marks(worlds.scenario)),
        supported=None,
    )


def _wrong_shares(worlds: Worlds) -> Floats:
    """Share of wrong alerts at each share of enrolled people: only the mixture of statuses changes, no rate."""
    flagged = _flagged_share(worlds)
    world = worlds.world
    alike = np.stack([np.ones_like(flagged), 1.0 - flagged, flagged], axis=3)  # (W, C, G, 3)
    weight = world.condition_share[:, :, None, None] * world.group_share[:, None, :, None] * alike
    names = [list(COUNTS).index(name) for name in ("alerts", "false_alerts")]
    of_status = (worlds.cells.counts[..., names] * weight[..., None]).sum(axis=(1, 2))
    mixtures = np.stack([1.0 - _SHARES, _SHARES, _SHARES], axis=1)
    alerts, wrong = np.moveaxis(np.einsum("xs,wsn->xwn", mixtures, of_status), 2, 0)
    return ratio(np.maximum(wrong, 0.0), alerts)  # a difference of nearly equal counts may round below 0


def _flagged_share(worlds: Worlds) -> Floats:
    """Share of the enrolled people of each group who are flagged, (W, C, G); known also where nobody is enrolled."""
    draws, scenario = worlds.draws, worlds.scenario
    rows = [
        np.stack([share_of(draws, "flagged_share", group, modality) for group in scenario.groups], axis=1)
        for modality in scenario.condition_modalities
    ]
    return np.stack(rows, axis=1)


def _enrolled_marks(scenario: Scenario) -> Iterator[Mark]:
    parameter = scenario.parameters["population.enrolled_share"]
    by_it = _by_first_modality(scenario)
    if parameter.is_uncertain:
        yield Mark(x=parameter.low, label=f"lowest in this scenario{by_it}")
        yield Mark(x=parameter.high, label=f"highest in this scenario{by_it}")
    else:
        yield Mark(x=parameter.value, label=f"this scenario{by_it}")


def _fpir_by_gallery_size(worlds: Worlds, target: Floats) -> Curve:
    """What a growing gallery does at a threshold that stays, and at one that is set anew."""
    sizes = 10.0**_DECADES
    own, set_at = worlds.world.gallery_size, set_at_gallery_size(worlds)
    first = worlds.scenario.modalities[0]  # galleries of several modalities do not grow together
    carried = [fpir_at(worlds, target / set_at, gallery_factor=size / own, modality=first) for size in sizes]
    anew = [fpir_at(worlds, target / size, gallery_factor=size / own, modality=first) for size in sizes]
    by_it = _by_first_modality(worlds.scenario)
    here = own[:, conditions_of(worlds.scenario, first)[0]]
    return Curve(
        name="fpir_by_gallery_size",
        title=f"Searches{by_it} of people who are not enrolled that return somebody, by gallery size",
        x_label="Comparisons of one search (gallery size)",
        x_unit="comparisons",
        x_scale="log",
        y_label=f"Share of searches{by_it} of people not enrolled that return somebody",
        y_unit="probability",
        y_scale="log",
        series=(
            Series(label="threshold stays as it was set", points=_points(sizes, np.stack(carried))),
            Series(label="threshold set anew for each size", points=_points(sizes, np.stack(anew))),
        ),
        marks=(Mark(x=float(np.median(here)), label="this gallery"),),
        supported=_supported(worlds.scenario),
    )


def _by_first_modality(scenario: Scenario) -> str:
    """Words for the first modality where there are several."""
    return f" by {MODALITY_NAMES[scenario.modalities[0]].lower()}" if several_modalities(scenario) else ""


def _supported(scenario: Scenario) -> tuple[float, float] | None:
    """Gallery sizes between which the scenario rests on published tests."""
    keys = [key for key in scenario.parameters if key.startswith("matcher.points[") and key.endswith("gallery_size")]
    set_at = scenario.parameters["policy.threshold.set_at_gallery_size"]
    ends = [end for key in keys for end in _ends(scenario, key)]
    ends += [set_at.low, set_at.high] if set_at.is_uncertain else [set_at.value]
    return (min(ends), max(ends)) if ends else None


def _ends(scenario: Scenario, key: str) -> tuple[float, float]:
    parameter = scenario.parameters[key]
    return (parameter.low, parameter.high) if parameter.is_uncertain else (parameter.value, parameter.value)
