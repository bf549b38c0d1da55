"""``baserate programmes``: retention, non-matches and consent of all scenarios beside each other."""

from __future__ import annotations

from dataclasses import asdict

import click

from baserate.cli.document import document_text
from baserate.cli.options import json_option
from baserate.models.scenario import load_scenario, shipped_scenarios
from baserate.reports.programmes import PROGRAMMES_NOTE, programme_table, programmes


@click.command(name="programmes")
@click.argument("scenarios", metavar="[SCENARIO]...", nargs=-1)
@json_option
def command(scenarios: tuple[str, ...], *, as_json: bool) -> None:
    """Compare what operators keep, of people matched and not matched, and whether anybody may decline.

    All shipped scenarios, or the ones named: shipped names or files.

    Example: baserate programmes mobile-fortify traveler-verification watchlist-camera
    """
    chosen = [load_scenario(name) for name in scenarios or shipped_scenarios()]
    if as_json:
        click.echo(document_text({"programmes": [asdict(one) for one in programmes(chosen)]}))
        return
    table = programme_table(chosen)
    click.echo(PROGRAMMES_NOTE)
    for row in table.rows:
        click.echo(f"\n{row[0]}")
        for column, cell in zip(table.columns[1:], row[1:], strict=True):
            click.echo(f"  {column.label}: {cell}")
