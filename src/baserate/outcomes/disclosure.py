"""The disclosure list as results: for each undisclosed input, the share of an outcome's spread that it causes.

A file of its own, ``disclosure.json``, in the shape of ``results.json``, because it takes many more worlds than the
outcomes do. A report beside it shows the list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate import __version__
from baserate.outcomes.names import outcome_name
from baserate.outcomes.results import Outcome, Results

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.models.scenario import Scenario
    from baserate.outcomes.sensitivity import Influence, Sensitivity

NAME = "share_of_spread"
FILE = "disclosure.json"
NEGLIGIBLE = 0.005  # shares below it are counted, not listed


def disclosure_results(scenario: Scenario, found: Sensitivity, *, settings: Sequence[str] = ()) -> Results:
    """Write the total Sobol indices of an outcome as results, ``group`` being ``input:KEY``, largest first.

    Parameters
    ----------
    scenario
        The scenario, with its settings.
    found
        From :func:`baserate.outcomes.sensitivity.sensitivity`.
    settings
        What was set on top of the file, as ``key=value``; for the manifest.
    """
    return Results(
        schema_version="1",
        scenario=scenario.name,
        manifest={
            "baserate": __version__,
            "scenario_digest": scenario.digest,
            "settings": list(settings),
            "outcome": found.outcome,
            "worlds": found.n_worlds,
            "seed": found.seed,
        },
        outcomes=tuple(_outcome(found, influence) for influence in found.influences),
        parameters=(),
    )


def _outcome(found: Sensitivity, influence: Influence) -> Outcome:
    total = influence.total
    what = f'"{outcome_name(found.outcome).label}"'
    of_what = f"the logarithm of {what}" if found.scale == "log" else what
    return Outcome(
        name=NAME,
        group=f"input:{influence.unknown.key}",
        value=max(total.value, 0.0),
        low=max(total.low, 0.0),
        high=max(total.high, 0.0),
        level=found.level,
        unit="share",
        denominator=f"variance of {of_what} over the unknown inputs",
        method=f"total Sobol index over {found.n_worlds} worlds in closed form, bootstrap interval",
        n=None,
        undefined=None,
    )
