r"""The chance that one displayed match is right, from the class of the event alone.

Let *s* be a status of the person searched (not enrolled; enrolled; flagged), *pi_s* its share among the people who
are searched like this one, *R_s* the chance that such an encounter ends with the person displayed, and *W_s* that it
ends with somebody else displayed. Then

    chance that the displayed match is right = sum_s pi_s R_s / sum_s pi_s (R_s + W_s)

*Displayed* means shown and, where there are reviewers, confirmed by them; with several candidates the first that is
confirmed. A second modality that confirmed the match multiplies *R_s* by 1 - (its chance of rejecting the right one)
and *W_s* by its chance of accepting a wrong one. Nothing of the person, of the score or of the image enters: the
answer is the same for every match of the class, and says nothing of who anybody is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from baserate.errors import InputError, Problem
from baserate.models.counts import COUNTS, STATUSES
from baserate.models.draws import N_DRAWS, draw, reference_draw
from baserate.models.parameter import quantile
from baserate.models.scenario import override
from baserate.notebook import Shown
from baserate.outcomes.expect import SEED, ratio, ratio_of_counts, summarise, worlds_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from baserate.models.draws import Draws
    from baserate.models.scenario import Scenario
    from baserate.outcomes.results import Outcome

    Floats = NDArray[np.float64]

_RIGHT, _WRONG = (list(COUNTS).index(name) for name in ("confirmed_right", "confirmed_wrong"))
_UNDEFINED = "no match is ever displayed"


@dataclass(frozen=True, slots=True)
class Event:
    """The class of a displayed match; what is not stated is as the scenario has it, with its range.

    Parameters
    ----------
    group, condition
        Name of the group of the person searched and of the capture condition; the scenario's mixture where None.
    list_length
        Most candidates shown, 1 to 100.
    reviewers
        How many people confirmed it, 0 to 2.
    second_modality
        Whether a second modality confirmed it too.
    enrolled, flagged
        The prior: share of the people searched like this who are enrolled, and share of the enrolled ones who are
        flagged, as ``0.3`` or ``0.1..0.5``.
    """

    group: str | None = None
    condition: str | None = None
    list_length: int | None = None
    reviewers: int | None = None
    second_modality: bool = False
    enrolled: str | None = None
    flagged: str | None = None


@dataclass(frozen=True, slots=True)
class StatusWeight:
    """What one status of the person searched contributes.

    Parameters
    ----------
    status
        One of :data:`baserate.models.counts.STATUSES`.
    share, right, wrong
        pi_s, R_s and W_s: median and 90 % range over the unknown inputs; a chance for an encounter.
    """

    status: str
    share: Outcome
    right: Outcome
    wrong: Outcome


@dataclass(frozen=True, slots=True)
class Change:
    """The chance with one input moved, in the reference world.

    Parameters
    ----------
    key
        The input.
    ends
        Its values, and the chance that the match is right at each: the ends of its range, or its options.
    """

    key: str
    ends: tuple[tuple[str, float], ...]

    @property
    def swing(self) -> float:
        """Largest less smallest chance."""
        chances = [chance for _, chance in self.ends]
        return max(chances) - min(chances)


@dataclass(frozen=True, slots=True)
class Weight(Shown):
    """The answer with all that it rests on.

    Parameters
    ----------
    event, settings
        The class of the event, and what it set in the scenario.
    scenario
        The scenario with that set.
    right
        Chance that the displayed match is right.
    reference
        The same in the reference world; None where no match is displayed there.
    statuses
        What each status contributes.
    changes
        What would change it, most first.
    """

    event: Event
    settings: tuple[str, ...]
    scenario: Scenario
    right: Outcome
    reference: float | None
    statuses: tuple[StatusWeight, ...]
    changes: tuple[Change, ...]


def weigh(scenario: Scenario, event: Event, *, n_draws: int = N_DRAWS, seed: int = SEED) -> Weight:
    """Weigh a displayed match of a class of events.

    Parameters
    ----------
    scenario
        The deployment.
    event
        The class; no person, no score and no identity.
    n_draws, seed
        Number of worlds, and the seed of the draws.

    Raises
    ------
    InputError
        For a group or condition that the scenario does not have, or a value outside its bounds.

    Examples
    --------
    >>> from baserate.models.scenario import load_scenario
    >>> scenario = load_scenario("mobile-fortify")
    >>> one = weigh(scenario, Event(enrolled="0.5"), n_draws=50)
    >>> none = weigh(scenario, Event(enrolled="0"), n_draws=50)
    >>> none.right.value, one.right.value > 0.5
    (0.0, True)
    """
    _check_names(scenario, event)
    settings = settings_of(scenario, event)
    chosen = override(scenario, settings)
    draws = draw(chosen.parameters, n_draws=n_draws, seed=seed)
    cells = _cells(chosen, event, draws)
    reference = _chance(_cells(chosen, event, reference_draw(chosen.parameters)))[0]
    return Weight(
        event,
        settings,
        chosen,
        _said("match_is_right", _chance(cells), "displayed matches of this class", reason=_UNDEFINED),
        None if np.isnan(reference) else float(reference),
        tuple(_status(cells, index) for index in range(len(STATUSES))),
        _changes(chosen, event),
    )


def settings_of(scenario: Scenario, event: Event) -> tuple[str, ...]:
    """What an event sets in the scenario, as ``key=value``."""
    return tuple(_settings(scenario, event))


def _settings(scenario: Scenario, event: Event) -> Iterator[str]:
    for name, value in (("enrolled_share", event.enrolled), ("flagged_share", event.flagged)):
        if value is not None:
            yield from (f"{key}={value}" for key in _prior_keys(scenario, event.group, name))
    if event.reviewers is not None:
        yield f"policy.review.reviewers={event.reviewers}"
    if event.list_length is not None:
        yield f"policy.response={'single' if event.list_length == 1 else 'candidate_list'}"
        yield f"policy.list_length={event.list_length}"


def _prior_keys(scenario: Scenario, group: str | None, name: str) -> list[str]:
    """Where a share of the people searched stands: for everybody, and for groups and modalities that have their own."""
    groups = scenario.groups if group is None else (group,)
    own = [f"population.groups.{each}.{name}" for each in groups]
    own += [f"modalities.{each}.{name}" for each in scenario.modalities]
    return [f"population.{name}", *(key for key in own if key in scenario.parameters)]


def _check_names(scenario: Scenario, event: Event) -> None:
    asked = (("group", event.group, scenario.groups), ("condition", event.condition, scenario.conditions))
    problems = [
        Problem(
            f"unknown-{what}", f"--{what} {name[:100]}", "is not in the scenario", f"Name one of {', '.join(known)}"
        )
        for what, name, known in asked
        if name is not None and name not in known
    ]
    if problems:
        raise InputError(problems)


# -- R and W ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cells:
    """pi_s, and R_s and W_s of an encounter, each (W, 3); NaN for a status that nobody has."""

    share: Floats
    right: Floats
    wrong: Floats


def _cells(scenario: Scenario, event: Event, draws: Draws) -> _Cells:
    worlds = worlds_at(scenario, draws, group=event.group, condition=event.condition)
    # Rounded, because the groups' shares sum to 1 only to the last bit, and nobody's share is to be exactly 0.
    share = np.round(worlds.cells.share.sum(axis=(1, 2)), 14)
    counts = worlds.counts.sum(axis=1) * worlds.searches_per_person[:, None, None]
    right, wrong = (ratio(np.maximum(counts[..., index], 0.0), share) for index in (_RIGHT, _WRONG))
    if event.second_modality:
        right = right * (1.0 - draws["policy.second_modality_rejects_right"])[:, None]
        wrong = wrong * draws["policy.second_modality_accepts_wrong"][:, None]
    return _Cells(share, right, wrong)


def _chance(cells: _Cells) -> Floats:
    """Chance that a displayed match is right in each world; NaN where none is displayed."""
    right, wrong = (np.nansum(cells.share * each, axis=1) for each in (cells.right, cells.wrong))
    return ratio_of_counts(right, right + wrong)


def _said(name: str, values: Floats, denominator: str, *, reason: str = "nobody has this status") -> Outcome:
    return summarise(name, "all", values, unit="probability", denominator=denominator, reason=reason)


def _status(cells: _Cells, index: int) -> StatusWeight:
    status = STATUSES[index]
    encounters = f"encounters with a person who is {status.replace('_', ' ')}"
    return StatusWeight(
        status,
        _said("share", cells.share[:, index], "people searched like this"),
        _said("right", cells.right[:, index], encounters),
        _said("wrong", cells.wrong[:, index], encounters),
    )


# -- what would change it ---------------------------------------------------------------------------------------------


def _changes(scenario: Scenario, event: Event) -> tuple[Change, ...]:
    """Each unknown input at each end of its range or each of its options, the others at their reference."""
    moves = [
        (key, u)
        for key, parameter in scenario.parameters.items()
        if parameter.is_uncertain
        for u in _ends(scenario, key)
    ]
    if not moves:
        return ()
    chances = _chance(_cells(scenario, event, _moved(scenario, moves)))
    ends: dict[str, list[tuple[str, float]]] = {}
    for (key, u), chance in zip(moves, chances.tolist(), strict=True):
        if not np.isnan(chance):
            ends.setdefault(key, []).append((_value(scenario, key, u), chance))
    found = [Change(key, tuple(pairs)) for key, pairs in ends.items()]
    return tuple(sorted(found, key=lambda change: -change.swing))


def _ends(scenario: Scenario, key: str) -> list[float]:
    """Probabilities at which an input takes its lowest and highest value, or each option that can occur."""
    parameter = scenario.parameters[key]
    if not parameter.is_choice:
        return [0.0, 1.0]
    edges = np.concatenate([[0.0], np.cumsum(parameter.weights)])
    return [(low + high) / 2.0 for low, high in pairwise(edges.tolist()) if high > low]


def _moved(scenario: Scenario, moves: Sequence[tuple[str, float]]) -> Draws:
    draws = {key: np.repeat(value, len(moves)) for key, value in reference_draw(scenario.parameters).items()}
    for row, (key, u) in enumerate(moves):
        draws[key][row] = quantile(scenario.parameters[key], np.array([u]))[0]
    return draws


def _value(scenario: Scenario, key: str, u: float) -> str:
    parameter = scenario.parameters[key]
    value = float(quantile(parameter, np.array([u]))[0])
    return str(parameter.options[int(value)]) if parameter.is_choice else f"{value:g} {parameter.unit}"
