"""``baserate inventory``: hold a public AI inventory against its own questions."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baserate.audit.inventory import CITATION, DICTIONARY, Flag, InventoryReport, check_inventory
from baserate.cli.document import document_text
from baserate.inputs.log_formats.omb_inventory import read_inventory
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from datetime import datetime


@click.command("inventory")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dated", type=click.DateTime(["%Y-%m-%d"]), help="Date of the report (YYYY-MM-DD).")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def command(file: Path, dated: datetime | None, *, as_json: bool) -> None:
    """Flag uses in FILE that are deployed and high-impact without a completed assessment, and misplaced answers.

    FILE is the consolidated federal AI use-case inventory in CSV, or an extract with its column names.

    \b
    Example:
        baserate inventory dhs_inventory_2025_extract.csv --dated 2026-04-14
    """  # noqa: D301 - click's mark for lines that stay as they are
    report = check_inventory(read_inventory(file), dated=dated.date() if dated else None)
    click.echo(to_json(report) if as_json else to_text(report))


def to_json(report: InventoryReport) -> str:
    """Write the report as JSON."""
    values = {"citation": CITATION, "dictionary": DICTIONARY, **asdict(report)}
    return document_text(values | {"counts": report.counts()})


def to_text(report: InventoryReport) -> str:
    """Write the report as lines for a terminal."""
    lines = [
        f"{count_of(report.use_cases, 'use')}, {report.deployed} deployed, "
        f"{report.deployed_high_impact} of them high-impact.",
        f"{count_of(report.presumed_not_high_impact, 'deployed use', 'were')} presumed high-impact and determined not "
        "to be; nothing is asked of them.",
        "",
    ]
    entry = None
    for flag in report.flags:
        if flag.row != entry:
            entry = flag.row
            lines.append(_printable(f"row {flag.row}  {flag.id}  {flag.bureau}  {flag.name}"))
        lines.append(_line(flag))
    counts = ", ".join(f"{n} {code}" for code, n in report.counts().items())
    return "\n".join([*lines, "", counts or "Nothing to flag.", _LIMITS])


_LIMITS = "An inventory shows what an agency answered, not what it did. This is not legal advice."


def _line(flag: Flag) -> str:
    return _printable(f"  {flag.severity:4}  {flag.column}: {flag.what} [{flag.code}; {flag.citation}]")


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)
