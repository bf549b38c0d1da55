"""``baserate policies``: the named policies that scenarios can be compared under."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from baserate.cli.options import json_option
from baserate.models.policies import shipped_policies


@click.command(name="policies")
@json_option
def command(*, as_json: bool) -> None:
    """List the named policies of `baserate compare --policy`, with what each sets.

    Example: baserate policies
    """
    found = shipped_policies().values()
    if as_json:
        click.echo(json.dumps([asdict(policy) for policy in found], indent=2))
        return
    group = ""
    for policy in found:
        if policy.group != group:
            group = policy.group
            click.echo(f"\n{group}")
        click.echo(f"  {policy.name}\n      {policy.meaning}\n      {' '.join(policy.settings)}")
