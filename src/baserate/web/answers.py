"""Answers, kept in memory: the report's numbers, and within the blink of an eye an estimate from some of the worlds.

The report's numbers come from 1,000 worlds and take about a second. While an input is being moved, the same closed
form is computed in a few of these worlds, chosen once for each scenario so that they stand for all. Which of the two
an answer is, it says.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from baserate.models.draws import N_DRAWS, draw
from baserate.models.random_streams import stream
from baserate.outcomes.compare import compare_worlds
from baserate.outcomes.expect import LEVEL, SEED, everybodys_outcomes, expected_worlds, outcome_values, worlds_at
from baserate.outcomes.record import results_of
from baserate.outcomes.results import Results, from_json, round_number, to_json
from baserate.reports.sections.answer import HEADLINE
from baserate.web.state import State, scenarios_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from baserate.models.scenario import Scenario
    from baserate.outcomes.compare import Difference
    from baserate.outcomes.expect import Worlds
    from baserate.outcomes.results import Outcome

    Ints = NDArray[np.int64]

BUDGET = 0.07  # seconds of a processor for the worlds of a first answer, of the 0.15 that an eye allows
FEWEST, MOST = 20, 500
_KEPT = 8  # answers of each kind in memory; one of the first scenario takes some 8 MB
_TRIED = 400  # sets of worlds that the representative ones are chosen from
_STOOD_FOR = ("alert_is_wrong", "fpir", "fnir", "false_alerts_per_million_searches", "wrongful_actions")


@dataclass(frozen=True, slots=True)
class Side:
    """The answer under one policy.

    Parameters
    ----------
    letter, settings
        Of the policy.
    worlds
        What it was computed from.
    results
        The outcomes: all of them, and the same to the last digit as in ``results.json``, where it is settled; those of
        everybody otherwise.
    is_settled
        Whether it comes from all worlds.
    """

    letter: str
    settings: tuple[str, ...]
    worlds: Worlds
    results: Results
    is_settled: bool

    @property
    def n_worlds(self) -> int:
        """Number of worlds it comes from."""
        return len(self.worlds.searches)


@dataclass(frozen=True, slots=True)
class Answer:
    """Both policies of a state, or the one, and their differences.

    Parameters
    ----------
    state, sides
        What was asked, and the answer for each policy.
    differences
        Second less first in the same worlds; none where one policy stands alone.
    n_compared
        Number of worlds behind the differences; 0 without.
    """

    state: State
    sides: tuple[Side, ...]
    differences: tuple[Difference, ...]
    n_compared: int

    @property
    def is_settled(self) -> bool:
        """Whether every number comes from all worlds."""
        return all(side.is_settled for side in self.sides) and self.n_compared in (0, N_DRAWS)


@dataclass(frozen=True, slots=True)
class Base:
    """A scenario as it stands, and what is worked out once for it.

    Parameters
    ----------
    scenario, side
        The scenario, and its settled answer.
    few
        Which worlds stand for all in a first answer; all where that is fast enough.
    importance
        How much of the headline's order over the worlds each input explains, from 0 to 1.
    """

    scenario: Scenario
    side: Side
    few: Ints
    importance: Mapping[str, float]


class Answers:
    """Answers to states of some scenarios, with those that were asked last kept in memory.

    Parameters
    ----------
    scenarios
        What can be asked about, by name.
    """

    def __init__(self, scenarios: Mapping[str, Scenario]) -> None:
        self.scenarios = scenarios
        self._bases: dict[str, Base] = {}
        self._kept: OrderedDict[tuple[str, tuple[str, ...], bool], Side] = OrderedDict()
        self._keeping, self._settling, self._hurrying = threading.Lock(), threading.RLock(), threading.Lock()

    def base(self, name: str) -> Base:
        """What is worked out once for a scenario; takes a second the first time."""
        if name not in self._bases:  # looked up without waiting for an answer that is being settled
            with self._settling:
                if name not in self._bases:
                    self._bases[name] = _base(self.scenarios[name])
        return self._bases[name]

    def settled(self, state: State) -> Answer:
        """The report's numbers.

        Raises
        ------
        InputError
            If an input cannot be what the state sets it to.
        """
        scenarios = scenarios_of(self.scenarios[state.scenario], state)
        with self._settling:  # one at a time: two at once would be half as fast each, and a first answer slower
            sides = {letter: self._side(state, letter, scenarios[letter]) for letter in scenarios}
        return _answer(state, tuple(sides.values()), tuple(sides.values()))

    def first(self, state: State) -> Answer:
        """The settled answer where it is in memory, and otherwise one from a few worlds.

        Raises
        ------
        InputError
            As :meth:`settled`.
        """
        few = self.base(state.scenario).few
        if len(few) == N_DRAWS:
            return self.settled(state)
        scenarios = scenarios_of(self.scenarios[state.scenario], state)
        with self._hurrying:
            known = {letter: self._known(state, letter, settled=True) for letter in scenarios}
            if all(known.values()):
                sides = tuple(side for side in known.values() if side is not None)
                return _answer(state, sides, sides)
            quick = {letter: self._side(state, letter, scenario, few) for letter, scenario in scenarios.items()}
        return _answer(state, tuple(known[letter] or quick[letter] for letter in scenarios), tuple(quick.values()))

    def _side(self, state: State, letter: str, scenario: Scenario, few: Ints | None = None) -> Side:
        """One policy's answer, from memory or computed."""
        settled = few is None
        if (side := self._known(state, letter, settled=settled)) is None:
            settings = state.sides[letter]
            side = _settle(scenario, settings) if few is None else _hurry(scenario, settings, few)
            with self._keeping:
                self._kept[state.scenario, settings, settled] = side
                while len(self._kept) > 2 * _KEPT:
                    self._kept.popitem(last=False)
        return replace(side, letter=letter)

    def _known(self, state: State, letter: str, *, settled: bool) -> Side | None:
        settings = state.sides[letter]
        if settled and not settings:
            return replace(self.base(state.scenario).side, letter=letter)
        with self._keeping:
            side = self._kept.get((state.scenario, settings, settled))
            if side is not None:
                self._kept.move_to_end((state.scenario, settings, settled))
        return side and replace(side, letter=letter)


def _answer(state: State, sides: tuple[Side, ...], compared: tuple[Side, ...]) -> Answer:
    if len(sides) < 2:
        return Answer(state, sides, (), 0)
    first, second = compared
    return Answer(state, sides, compare_worlds(first.worlds, second.worlds), first.n_worlds)


def _settle(scenario: Scenario, settings: tuple[str, ...]) -> Side:
    return _side_of(expected_worlds(scenario), settings)


def _side_of(worlds: Worlds, settings: tuple[str, ...]) -> Side:
    """All worlds; the results go through the text of ``results.json``, whose digits the report is made from."""
    text = to_json(results_of(worlds, settings=settings))
    return Side("a", settings, worlds, from_json(text, Results, where="results"), is_settled=True)


def _hurry(scenario: Scenario, settings: tuple[str, ...], few: Ints) -> Side:
    worlds = worlds_at(scenario, {key: values[few] for key, values in draw(scenario.parameters).items()})
    results = Results(
        schema_version="1",
        scenario=scenario.name,
        manifest={},
        outcomes=tuple(_rounded(outcome) for outcome in everybodys_outcomes(worlds)),
        parameters=(),
    )
    return Side("a", settings, worlds, results, is_settled=False)


def _rounded(outcome: Outcome) -> Outcome:
    value, low, high = (
        None if number is None else round_number(number) for number in (outcome.value, outcome.low, outcome.high)
    )
    return replace(outcome, value=value, low=low, high=high)


# -- worked out once for a scenario -----------------------------------------------------------------------------------


def _base(scenario: Scenario) -> Base:
    start = time.thread_time()
    worlds = expected_worlds(scenario)
    of_all = time.thread_time()
    worlds_at(scenario, {key: values[:FEWEST] for key, values in worlds.draws.items()})
    number = few_worlds(of_all - start, fewest=time.thread_time() - of_all)
    return Base(scenario, _side_of(worlds, ()), representatives(worlds, number), importance(worlds))


def few_worlds(of_all: float, *, fewest: float) -> int:
    """How many worlds a first answer can take.

    Parameters
    ----------
    of_all, fewest
        Seconds of a processor that all worlds take, and the fewest: what comes on top of those costs in proportion.

    Examples
    --------
    >>> few_worlds(1.0, fewest=0.04), few_worlds(100.0, fewest=1.0), few_worlds(0.06, fewest=0.02)
    (50, 20, 1000)
    """
    each = max(of_all - fewest, 1e-9) / (N_DRAWS - FEWEST)
    number = FEWEST + int((BUDGET - fewest) / each) // 10 * 10
    return N_DRAWS if number > MOST else max(FEWEST, number)


def representatives(worlds: Worlds, number: int) -> Ints:
    """Choose worlds whose median and range come near those of all, for the headlines together.

    Among many random sets, that whose quantiles of ranks are nearest to the ranks they should have.

    Parameters
    ----------
    worlds
        All of them.
    number
        How many to choose.
    """
    total = len(worlds.searches)
    if number >= total:
        return np.arange(total)
    ranks = np.stack([_ranks(outcome_values(worlds, name)) for name in _STOOD_FOR])
    sets = np.argsort(stream(SEED, "representative worlds").random((_TRIED, total)), axis=1)[:, :number]
    wanted = np.array([0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2])
    found = np.quantile(ranks[:, sets], wanted, axis=-1)  # (quantile, outcome, set)
    off = np.abs(found - wanted[:, None, None]) / np.sqrt(wanted * (1.0 - wanted))[:, None, None]
    return np.sort(sets[int(np.argmin(off.mean(axis=(0, 1))))])


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank of each value as a share, 0 to 1; what is undefined comes last."""
    return np.argsort(np.argsort(values)) / max(len(values) - 1, 1)


def importance(worlds: Worlds) -> dict[str, float]:
    """How much of the headline's order over the worlds each input explains: the square of the rank correlation.

    It costs nothing beyond the worlds, and serves to order the page. What to ask for is a question for
    :func:`baserate.outcomes.sensitivity.sensitivity`.
    """
    headline = _ranks(outcome_values(worlds, HEADLINE))
    return {
        key: float(np.corrcoef(_ranks(values), headline)[0, 1] ** 2)
        for key, values in worlds.draws.items()
        if worlds.scenario.parameters[key].is_uncertain
    }
