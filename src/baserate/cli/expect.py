"""``baserate expect SCENARIO``: the outcomes in closed form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from baserate.cli.options import json_option, scenario_argument, set_option
from baserate.models.scenario import load_scenario, override
from baserate.outcomes.expect import expected_worlds
from baserate.outcomes.record import results_of
from baserate.outcomes.results import to_json
from baserate.reports.summary import summary_lines

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command(name="expect")
@scenario_argument
@set_option
@json_option
def command(scenario: str, settings: Sequence[str], *, as_json: bool) -> None:
    """Print what is expected of SCENARIO, a shipped name or a file: the median and 90 % range of each outcome.

    Every unknown input is drawn from its range 1,000 times; nothing is simulated.

    Example: baserate expect mobile-fortify --set policy.gate=none
    """
    chosen = override(load_scenario(scenario), settings)
    results = results_of(expected_worlds(chosen), settings=settings)
    click.echo(to_json(results) if as_json else "\n".join(summary_lines(results)), nl=not as_json)
