"""``baserate check FILE``: every problem of a file at once."""

from __future__ import annotations

import click

from baserate.errors import InputError
from baserate.models.scenario import check_scenario


@click.command(name="check")
@click.argument("file", metavar="FILE")
def command(file: str) -> None:
    """Check a scenario file and list all of its problems, each with its line and its remedy.

    Example: baserate check scenario.toml
    """
    problems = check_scenario(file)
    if problems:
        raise InputError(problems)
    click.echo(f"{file}: no problems found")
