"""``baserate scenarios``: what can be run as it stands."""

from __future__ import annotations

import click

from baserate.cli.document import document_text
from baserate.cli.options import json_option
from baserate.models.scenario import load_scenario, shipped_scenarios


@click.command(name="scenarios")
@json_option
def command(*, as_json: bool) -> None:
    """List the scenarios that come with Baserate.

    Example: baserate scenarios
    """
    found = [load_scenario(name) for name in shipped_scenarios()]
    if as_json:
        rows = [
            {
                "name": scenario.name,
                "title": scenario.table.title,
                "question": scenario.table.question,
                "parameters": len(scenario.parameters),
                "uncertain": sum(parameter.is_uncertain for parameter in scenario.parameters.values()),
                "digest": scenario.digest,
            }
            for scenario in found
        ]
        click.echo(document_text({"scenarios": rows}))
        return
    for scenario in found:
        click.echo(f"{scenario.name}\n    {scenario.table.title}\n    {scenario.table.question}")
