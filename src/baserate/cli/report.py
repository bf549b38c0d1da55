"""``baserate report DIR``: the report of a folder of results."""

from __future__ import annotations

from pathlib import Path

import click

from baserate.reports.write import write_report


@click.command(name="report")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Write report.html and report.md from the results.json and curves.json in DIR.

    DIR is what `baserate simulate SCENARIO --out DIR` wrote. The HTML is one file that opens offline, loads nothing
    and prints on A4; the Markdown is for papers and issues.

    Example: baserate report out
    """
    for path in write_report(folder):
        click.echo(f"wrote {path}")
