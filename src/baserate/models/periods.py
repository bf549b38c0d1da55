"""Periods of keeping records, which rules give in years, days or hours, as years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from baserate.models.draws import Draws
    from baserate.models.scenario import Scenario

    Floats = NDArray[np.float64]

DAY, HOUR = 1.0 / 365.25, 1.0 / (365.25 * 24.0)  # in years
YEARS_IN: dict[str, float] = {"years": 1.0, "days": DAY, "hours": HOUR}


def kept_years(scenario: Scenario, draws: Draws, key: str) -> Floats:
    """Years that a parameter of ``retention`` says, in each world, whatever unit it is given in.

    Parameters
    ----------
    scenario
        Says the unit.
    draws
        Values of its parameters.
    key
        Key of a period, ``retention.matched``.

    Examples
    --------
    >>> from baserate.models.draws import reference_draw
    >>> from baserate.models.scenario import load_scenario
    >>> scenario = load_scenario("mobile-fortify")
    >>> kept_years(scenario, reference_draw(scenario.parameters), "retention.matched").tolist()
    [15.0]
    """
    return draws[key] * YEARS_IN[scenario.parameters[key].unit]


def shorter_share(draws: Draws) -> Floats:
    """Share of the records under the shorter limit of a scenario that has one, in each world; 0 where it has none."""
    return draws.get("retention.shorter_share", np.zeros_like(draws["retention.matched"]))
