"""Values of a scenario's parameters: one reference world, and many worlds within the ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from baserate.models.parameter import Parameter, quantile, reference
from baserate.models.random_streams import stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Draws = Mapping[str, NDArray[np.float64]]

N_DRAWS = 1000


def reference_draw(parameters: Mapping[str, Parameter]) -> Draws:
    """Each parameter at its median, each choice at its likeliest option; arrays of length 1."""
    return {key: np.array([reference(parameter)]) for key, parameter in parameters.items()}


def draw(parameters: Mapping[str, Parameter], *, n_draws: int = N_DRAWS, seed: int = 1) -> Draws:
    """Values of every parameter in many worlds, each parameter independent of the others.

    Stratified (a Latin hypercube): each parameter has one value in each of ``n_draws`` slices of equal probability, so
    that medians and ranges settle with few worlds. A parameter draws from the stream of its key: one more parameter
    leaves the values of the others as they were.

    Parameters
    ----------
    parameters
        By key.
    n_draws
        Number of worlds, 1 or more.
    seed
        Seed of the draws.

    Returns
    -------
    mapping
        From key to an array of length ``n_draws``; for choices, the index of the option.
    """
    return {key: _values(parameter, n_draws, seed) for key, parameter in parameters.items()}


def _values(parameter: Parameter, n_draws: int, seed: int) -> NDArray[np.float64]:
    if not parameter.is_uncertain:
        return np.full(n_draws, reference(parameter))
    generator = stream(seed, f"parameter {parameter.key}")
    return quantile(parameter, (generator.permutation(n_draws) + generator.random(n_draws)) / n_draws)
