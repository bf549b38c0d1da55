"""Options that several commands share."""

from __future__ import annotations

import click

scenario_argument = click.argument("scenario", metavar="SCENARIO")

set_option = click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    help="Set a parameter, as key=value or key=low..high. Can be given more than once.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print the results as JSON, and nothing else.")
