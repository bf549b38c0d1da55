"""``baserate policies``: the named policies that scenarios can be compared under."""

from __future__ import annotations

from dataclasses import asdict

import click

from baserate.cli.document import document_text
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
        click.echo(document_text({"policies": [asdict(policy) for policy in found]}))
        return
    group = ""
    for policy in found:
        if policy.group != group:
            group = policy.group
            click.echo(f"\n{group}")
        click.echo(f"  {policy.name}\n      {policy.meaning}\n      {' '.join(policy.settings)}")
