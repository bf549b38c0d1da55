"""A parameter of a scenario: a number with its unit, its range and its source.

A number that is known is a value; one that is not is a range with a distribution over it, or a list of options. Both
carry a :class:`~baserate.models.source.Source`. A parameter is drawn through its quantile function, so that draws can
be stratified and its median is the reference value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from baserate.notebook import Shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from baserate.models.source import Source

Distribution = Literal["fixed", "uniform", "log_uniform", "triangular", "options"]
Choice = str | bool | int


@dataclass(frozen=True, slots=True)
class Parameter(Shown):
    """One input of a scenario.

    Parameters
    ----------
    key
        Its path in the scenario, ``galleries.faces.size``.
    unit
        Unit of the value; ``choice`` for one of several words.
    source
        Where it comes from.
    distribution
        ``fixed`` (``value``), ``uniform`` or ``log_uniform`` over ``low`` to ``high``, ``triangular`` over that range
        with its peak at ``value``, or ``options`` with ``weights``.
    value, low, high
        As the distribution needs them.
    options, weights
        Words or whole numbers, with probabilities that sum to 1; a choice that is known is a single option.
    note
        What a reader should know about it.
    """

    key: str
    unit: str
    source: Source
    distribution: Distribution
    value: float = 0.0
    low: float = 0.0
    high: float = 0.0
    options: tuple[Choice, ...] = ()
    weights: tuple[float, ...] = ()
    note: str = ""

    @property
    def is_uncertain(self) -> bool:
        """Whether a draw can give different values."""
        return len(self.options) > 1 if self.distribution == "options" else self.distribution != "fixed"

    @property
    def is_choice(self) -> bool:
        """Whether it is one of several options rather than a quantity."""
        return self.distribution == "options"


def quantile(parameter: Parameter, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Value of a quantity at each probability ``u``; for a choice, the index of the option.

    Parameters
    ----------
    parameter
        Any parameter.
    u
        Probabilities, 0 <= u < 1, any shape.

    Examples
    --------
    >>> from baserate.models.source import Source
    >>> p = Parameter("n", "persons", Source("assumed", "example"), "log_uniform", low=100, high=10_000)
    >>> quantile(p, np.array([0.0, 0.5])).round(9).tolist()
    [100.0, 1000.0]
    """
    return _QUANTILES[parameter.distribution](parameter, u)


def _fixed(parameter: Parameter, u: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.full(u.shape, float(parameter.value))


def _uniform(parameter: Parameter, u: NDArray[np.float64]) -> NDArray[np.float64]:
    return parameter.low + (parameter.high - parameter.low) * u


def _log_uniform(parameter: Parameter, u: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(parameter.low * (parameter.high / parameter.low) ** u)


def _triangular(parameter: Parameter, u: NDArray[np.float64]) -> NDArray[np.float64]:
    low, mode, high = parameter.low, parameter.value, parameter.high
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
    return np.where(u * (high - low) < mode - low, rising, falling)


def _options(parameter: Parameter, u: NDArray[np.float64]) -> NDArray[np.float64]:
    edges = np.cumsum(parameter.weights)[:-1]
    return np.searchsorted(edges, u, side="right").astype(np.float64)


_QUANTILES = {
    "fixed": _fixed,
    "uniform": _uniform,
    "log_uniform": _log_uniform,
    "triangular": _triangular,
    "options": _options,
}


def reference(parameter: Parameter) -> float:
    """Value in the reference world: the median of a quantity, the likeliest option (the first of equals) of a choice.

    For a choice it is the index of the option.
    """
    if parameter.is_choice:
        return float(np.argmax(parameter.weights))
    return float(quantile(parameter, np.array([0.5]))[0])
