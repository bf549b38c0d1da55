"""Expected counts of a search, in closed form up to two quadratures.

For one acquired search of a person of a group, under one capture condition, let *J(x)* be the number of wrong
candidates better than hazard *x*, *T* the threshold and *L* the list length. Everything that follows is a mean over
the search's factor M of truncated generating functions *E[y^J(x); J(x) < L]*, where *1 - y* is the chance that a wrong
candidate is chosen (shown, because it is flagged; or confirmed, by review):

* nobody of a list of wrong candidates is chosen: *B_L(y) = E[y^min(J(T), L)]*;
* the mate at score z, above T, is chosen when it is within the list and no better wrong candidate is.

The mean over the mate's score is a Gauss-Legendre rule above the threshold; far above it no wrong candidate competes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from baserate.models.counts import COUNTS, STATUSES
from baserate.models.score_law import (
    hazard_of_score,
    lists_shorter_than,
    over_searches,
    score_of_hazard,
    share_without_candidate,
)
from baserate.models.world import groups_are_alike, slices, under_condition, with_one_group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from baserate.models.world import World

    Floats = NDArray[np.float64]

_NEGLIGIBLE = 42.0  # twice the logarithm of how much smaller a hazard is, far above the threshold
_NEARLY_ALL = 6.5  # standard deviations of the mate's score: beyond lies a share of 1e-10
_CROWDED = 2.0  # wrong candidates above the threshold, over the places of the list
_STEPS = 6.0  # standard deviations of the logarithm of the L-th wrong candidate's hazard
_WHOLE = 30.0  # a hazard at which everybody is above
_SLICE = 250  # worlds computed at a time, to bound memory


@dataclass(frozen=True, slots=True)
class Cells:
    """Expected counts per encounter in each world, capture condition, group and status.

    Parameters
    ----------
    counts : (W, C, G, 3, len(COUNTS))
        Given that the encounter is under that condition, with a person of that group and status.
    share : (W, C, G, 3)
        Share of such encounters.
    """

    counts: Floats
    share: Floats


def expected_cells(world: World) -> Cells:
    """Expected counts per encounter.

    Assumptions
    -----------
    Wrong candidates come from the galleries' other people; a search's factor is shared by all its comparisons;
    reviewers' answers and the mate's score are independent of that factor.
    """
    conditions = range(world.condition_share.shape[1])
    counts = np.concatenate([_under(under_condition(world, index)) for index in conditions], axis=1)
    people = world.group_share[:, None, :, None] * world.status_share
    return Cells(counts, world.condition_share[:, :, None, None] * people)


def _under(world: World) -> Floats:
    """Counts per encounter under one condition, (W, 1, G, 3, counts)."""
    n_groups = world.group_share.shape[1]
    told = with_one_group(world) if groups_are_alike(world) else world
    # Alike worlds together: short lists and like searches need fewer terms, and a portion takes as many as its worst.
    crowded = _is_crowded(told)
    order = np.lexsort((told.heterogeneity[:, 0], told.list_length, crowded))
    portions = np.split(order, [int((~crowded).sum())])
    size = min(_SLICE, -(-told.n_worlds // 4))
    counts = [_counts(part) for chosen in portions for part in slices(told, chosen, size)]
    ordered = np.concatenate(counts)[np.argsort(order)]
    return np.repeat(ordered, n_groups, axis=2) if ordered.shape[2] < n_groups else ordered


def _is_crowded(world: World) -> NDArray[np.bool_]:
    """Whether wrong candidates above the threshold fill the list of somebody's search, (W,)."""
    return np.asarray((_hazard(world) > _CROWDED * world.list_length[:, None, None]).any(axis=(1, 2)))


def _counts(world: World) -> Floats:
    """Counts per encounter, (W, C, G, 3, counts)."""
    search = _one_search(world)
    fresh, copied = _attempts(world, search["nothing_shown"])
    total = [fresh * search[name] + copied * search.get(f"copied {name}", 0.0) for name in COUNTS]
    return np.moveaxis(np.stack(total, axis=-1), 3, 1)


def _attempts(world: World, nothing_shown: Floats) -> tuple[Floats, Floats]:
    """Expected number of searches with a fresh sample, and of searches that repeat the last result.

    A search that showed nothing is followed by another with chance ``repeat``; that has a fresh sample with chance
    ``repeat_fresh``, and otherwise shows nothing again.
    """
    repeat, is_fresh = (_over_cells(array) for array in (world.repeat, world.repeat_fresh))
    last = _over_cells(world.max_attempts)
    fresh, copied, nothing = np.ones_like(nothing_shown), np.zeros_like(nothing_shown), nothing_shown
    for attempt in range(2, int(world.max_attempts.max()) + 1):
        reached = np.where(attempt <= last, repeat * nothing, 0.0)
        fresh = fresh + is_fresh * reached
        copied = copied + (1.0 - is_fresh) * reached
        nothing = reached * (is_fresh * nothing_shown + 1.0 - is_fresh)
    return fresh, copied


def _over_cells(array: NDArray[np.generic]) -> Floats:
    return np.asarray(array, dtype=np.float64)[:, None, None, None]


def _one_search(world: World) -> dict[str, Floats]:
    """Chances of each count in one search with a fresh sample, (W, G, 3, C), and given that it showed nothing."""
    lists = _Lists.of(world)
    shown = lists.chosen(chance=1.0, mate_chance=_is_shown(world))
    wrong, right = (_over_cells(array) for array in (world.confirms_wrong, world.confirms_right))
    confirmed = lists.chosen(chance=wrong, mate_chance=_is_shown(world) * right)
    acquired = 1.0 - world.unacquired[:, None, None, :]
    any_alert = 1.0 - shown.nobody
    right_shown = _is_shown(world) * lists.mate_listed
    hidden_mate = (1.0 - _is_shown(world)) * shown.nobody_beside_mate
    chances = {
        "returned": lists.anybody,
        "mate_returned": lists.mate_listed,
        "misidentified": np.where(lists.is_mated, lists.anybody - lists.mate_listed, 0.0),
        "alerts": any_alert,
        "false_alerts": any_alert - right_shown,
        "confirmed_right": confirmed.mate,
        "confirmed_wrong": confirmed.wrong,
        "rightful_actions": confirmed.mate * _over_cells(world.right_to_action),
        "wrongful_actions": confirmed.wrong * _over_cells(world.wrong_to_action),
    }
    counts = {name: acquired * chance for name, chance in chances.items()}
    one = np.ones_like(lists.anybody)
    counts |= {
        "searches": one,
        "unacquired": (1.0 - acquired) * one,
        "nothing_shown": np.maximum(1.0 - counts["alerts"], 0.0),
    }
    suppressed = counts["returned"] - counts["alerts"]
    unshown = {
        "searches": counts["nothing_shown"],
        "unacquired": counts["unacquired"],
        "returned": suppressed,
        "mate_returned": acquired * hidden_mate,
        "misidentified": np.where(lists.is_mated, suppressed - acquired * hidden_mate, 0.0),
    }
    given = np.maximum(counts["nothing_shown"], 1e-300)
    return counts | {f"copied {name}": chance / given for name, chance in unshown.items()}


def _is_shown(world: World) -> Floats:
    """1 where a returned mate is shown: without a gate always, behind the hotlist only if flagged."""
    flagged = np.array([status == "flagged" for status in STATUSES])
    return np.where(world.gated[:, None, None, None], flagged[None, None, :, None], 1.0)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Chances that of a list nobody, the mate or somebody else is chosen."""

    nobody: Floats
    mate: Floats
    wrong: Floats
    nobody_beside_mate: Floats


@dataclass(frozen=True, slots=True)
class _Lists:
    """The candidate lists of acquired searches: chances by world, group, status and condition."""

    world: World
    is_mated: NDArray[np.bool_]
    mate_above: Floats
    mate_listed: Floats
    anybody: Floats

    @classmethod
    def of(cls, world: World) -> _Lists:
        is_mated = np.array([status != "not_enrolled" for status in STATUSES])[None, None, :, None]
        standardised = (_over_groups(world.threshold_score) - world.mate_mean) / _over_groups(world.mate_spread)
        above = ((1.0 - world.lapse) * ndtr(-standardised))[:, :, None, :] * is_mated
        nobody_wrong = share_without_candidate(_hazard(world), _over_groups(world.heterogeneity))[:, :, None, :]
        listed = _mean_over_mates(world, 1.0)[:, :, None, :] * is_mated
        return cls(world, is_mated, above, listed, 1.0 - (1.0 - above) * nobody_wrong)

    def chosen(self, *, chance: Floats | float, mate_chance: Floats) -> _Chosen:
        """Who is chosen, going down the list, when each wrong flagged candidate is chosen with a chance.

        Parameters
        ----------
        chance
            That a wrong candidate which may be shown is chosen.
        mate_chance
            That the mate is chosen when it is reached.
        """
        may_show = np.where(self.world.gated[:, None, None], self.world.wrong_is_flagged, 1.0)[:, :, None, :]
        y = 1.0 - may_show * chance
        length = self.world.list_length[:, None, None, None]
        without = _mean_of_power(self.world, length, y)
        beside = _mean_of_power(self.world, length - 1, y)
        crowded_out = self.mate_above - self.mate_listed
        nobody_beside_mate = self.mate_above * beside - y ** (length - 1) * crowded_out
        nobody = (1.0 - self.mate_above) * without
        nobody = nobody + (1.0 - mate_chance) * nobody_beside_mate + y**length * crowded_out
        mate = mate_chance * self._mate_reached(y)
        return _Chosen(nobody, mate, 1.0 - nobody - mate, nobody_beside_mate)

    def _mate_reached(self, y: Floats) -> Floats:
        """Chance that the mate is listed and no better wrong candidate is chosen; y is the same for all statuses."""
        if self.world.list_length.max() == 1:  # nobody can be listed before the mate
            return self.mate_listed
        return (
            _mean_over_mates(self.world, np.broadcast_to(y, self.mate_listed.shape)[:, :, 0, :])[:, :, None, :]
            * self.is_mated
        )


def _over_groups(array: Floats) -> Floats:
    """An array over conditions, (W, C), beside ones over groups and conditions."""
    return array[:, None, :]


def _hazard(world: World) -> Floats:
    """Mean number of wrong candidates above the threshold in the sense of the law, (W, G, C)."""
    return np.asarray(world.exposure * _over_groups(world.condition_rate) * _over_groups(world.threshold_hazard))


def _mean_of_power(world: World, length: NDArray[np.int64], y: Floats) -> Floats:
    """E[y^min(J(T), length)] over searches."""
    hazard, gallery = _hazard(world)[:, :, None, :], world.gallery_size[:, None, None, :]

    def given_factor(factor: Floats) -> Floats:
        at_least_one = np.maximum(length, 1)
        short = lists_shorter_than(at_least_one, gallery=gallery, hazard=hazard * factor, pass_over=y)
        chance = lists_shorter_than(at_least_one, gallery=gallery, hazard=hazard * factor, pass_over=1.0)
        return np.where(length > 0, short + y**length * (1.0 - chance), 1.0)

    return over_searches(given_factor, world.heterogeneity[:, None, None, :])


_WIDE_FROM = 0.5  # z
_WIDE = np.polynomial.legendre.leggauss(14)  # errors below 1e-6 of a chance where mates spread over half a z or more
_NARROW = np.polynomial.legendre.leggauss(28)


def _mean_over_mates(world: World, y: Floats | float) -> Floats:
    """Mean over mates above the threshold of E[y^J(mate); J(mate) < L], (W, G, C)."""
    mates = _Mates.of(world)
    of_factor = mates.crowded(y) if _is_crowded(world).any() else mates.alone(y)
    total = mates.beyond + over_searches(of_factor, _over_groups(world.heterogeneity))
    return np.asarray((1.0 - world.lapse) * total)


@dataclass(frozen=True, slots=True)
class _Mates:
    """The integral over mates' scores from the threshold to where no wrong candidate competes.

    Where the list is longer than the wrong candidates above the threshold, everything is smooth and one rule will do.
    Where it is not, as in a list without a threshold, a mate is crowded out or not within a narrow step about the score
    of the L-th wrong candidate, and there the integral is taken in three pieces, for each factor of the search.
    """

    world: World
    length: NDArray[np.int64]
    gallery: Floats
    rate: Floats
    spread: Floats
    start: Floats
    end: Floats

    @classmethod
    def of(cls, world: World) -> _Mates:
        spread, threshold = _over_groups(world.mate_spread), _over_groups(world.threshold_score)
        rate = world.exposure * _over_groups(world.condition_rate)
        length, gallery = world.list_length[:, None, None], _over_groups(world.gallery_size)
        last = np.maximum(threshold, score_of_hazard(np.minimum(length / rate, _WHOLE)))  # a full list ends above it
        end = np.sqrt(np.maximum(last, 0.0) ** 2 + _NEGLIGIBLE) + np.minimum(last, 0.0)
        start = np.clip(world.mate_mean - _NEARLY_ALL * spread, threshold, end)  # a small spread: a short interval
        return cls(world, length, gallery, rate, spread, start, end)

    @property
    def beyond(self) -> Floats:
        """Share of mates so good that no wrong candidate competes."""
        return np.asarray(ndtr(-(self.end - self.world.mate_mean) / self.spread))

    def _points(self, start: Floats, end: Floats, *, fine: bool) -> Iterator[tuple[Floats, Floats]]:
        """Scores, and the weight of each with the density of mates there."""
        reach = np.clip(self.world.mate_mean + _NEARLY_ALL * self.spread, start, end) - start
        for point, weight in zip(*(_NARROW if fine else _WIDE), strict=True):
            z = start + reach * (point + 1.0) / 2.0
            standardised = (z - self.world.mate_mean) / self.spread
            density = np.exp(-0.5 * standardised**2) / (self.spread * np.sqrt(2.0 * np.pi))
            yield z, weight * (reach / 2.0) * density

    def _listed(self, hazard: Floats, y: Floats | float) -> Floats:
        return lists_shorter_than(self.length, gallery=self.gallery, hazard=hazard, pass_over=y)

    def alone(self, y: Floats | float) -> Callable[[Floats], Floats]:
        """The integral as a function of the search's factor, where lists are rarely full."""
        fine = bool(self.world.mate_spread.min() < _WIDE_FROM)
        points = [
            (self.rate * hazard_of_score(z), weight) for z, weight in self._points(self.start, self.end, fine=fine)
        ]

        def given(factor: Floats) -> Floats:
            return np.asarray(sum(weight * self._listed(hazard * factor, y) for hazard, weight in points))

        return given

    def crowded(self, y: Floats | float) -> Callable[[Floats], Floats]:
        """The same where lists fill up: before, within and beyond the step at the L-th wrong candidate."""
        fine = bool(self.world.mate_spread.min() < _WIDE_FROM)

        def given(factor: Floats) -> Floats:
            per_entry = self.rate * factor
            step = score_of_hazard(np.minimum(self.length / per_entry, _WHOLE))
            half = _STEPS / (np.sqrt(self.length) * np.maximum(step, 1.0))  # ln hazard falls by z dz
            edges = [np.clip(edge, self.start, self.end) for edge in (step - half, step + half)]
            total = np.zeros_like(self.start)
            for start, end in zip((self.start, *edges), (*edges, self.end), strict=True):
                for z, weight in self._points(start, end, fine=fine):
                    total = total + weight * self._listed(per_entry * hazard_of_score(z), y)
            return total

        return given
