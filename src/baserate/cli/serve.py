"""``baserate serve``: the explorer, a local web page."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from baserate.errors import refuse
from baserate.models.scenario import load_scenario, shipped_scenarios

if TYPE_CHECKING:
    from collections.abc import Sequence

NEEDED = ("starlette", "uvicorn", "python_multipart")


@click.command(name="serve")
@click.argument("scenarios", metavar="[SCENARIO]...", nargs=-1)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="Port of this machine to listen to; 0 for any that is free.",
)
def command(scenarios: Sequence[str], port: int) -> None:
    """Serve the explorer: a web page where a scenario's inputs move and the answer follows.

    It shows the shipped scenarios and the files that are named. It answers this machine only, loads nothing from
    elsewhere and stores nothing. End it with Ctrl-C.

    Example: baserate serve mine.toml
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise refuse(
            "missing-extra",
            "baserate serve",
            f"the packages of the extra `app` are not there ({', '.join(missing)})",
            "Bring them with: pip install 'baserate[app]'",
        )
    from baserate.web.server import serve  # of the extra

    serve(
        {name: load_scenario(name) for name in (*shipped_scenarios(), *scenarios)},
        port=port,
        announce=lambda address: click.echo(f"The explorer is at {address} (end it with Ctrl-C)"),
    )
