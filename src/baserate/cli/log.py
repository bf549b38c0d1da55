"""``baserate log``: what can be done with a search log before and beside the audit."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from baserate.cli.document import document_text
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from datetime import datetime

    from baserate.audit.retention import Retention
    from baserate.inputs.log_formats.live_table import Deployments, Share

_FILE = click.Path(path_type=Path)


@click.group("log")
def command() -> None:
    """Check, chain and convert a search log; count what it keeps; read published tables.

    The exit status is 2, with every reason, when a log is refused.
    """


@command.command()
@click.argument("log", type=_FILE)
@click.option("--manifest", type=_FILE, help="The deployment's manifest, JSON or TOML.")
@click.option("--profile", type=click.Choice(["auditor", "public"]), default="auditor", help="Who is to get the log.")
def check(log: Path, manifest: Path | None, profile: Literal["auditor", "public"]) -> None:
    """Say whether LOG may be passed on: refuse what names people, what the schema does not know, and broken files."""
    from baserate.inputs.logs import read_log

    found = read_log(log, manifest, profile=profile)
    for problem in found.problems:
        click.echo(f"warning: {problem}")
    rows = ", ".join(f"{count_of(found.count(table), 'row')} of {table}" for table in found.parts)
    click.echo(f"{log}: accepted for the {profile} profile; {rows}.")


@command.command()
@click.argument("log", type=_FILE)
@click.option("--out", type=_FILE, required=True, help="Parquet file to write.")
def chain(log: Path, out: Path) -> None:
    """Write LOG with its chain of hashes, and print each system's head as JSON, to be deposited with a third party."""
    from baserate.inputs.log_formats.chain import write_chain

    click.echo(document_text({"heads": write_chain(log, out)}))


@command.command()
@click.argument("export", type=_FILE)
@click.option("--map", "column_map", type=_FILE, required=True, help="Column map in TOML.")
@click.option("--out", type=_FILE, required=True, help="Parquet file to write.")
def convert(export: Path, column_map: Path, out: Path) -> None:
    """Turn a CSV EXPORT of another system into a log; nothing is written unless it passes the checks."""
    from baserate.inputs.log_formats.column_map import convert_export, read_column_map

    log = convert_export(export, read_column_map(column_map), out)
    click.echo(f"{out}: {count_of(log.count(), 'search')}.")


@command.command()
@click.argument("log", type=_FILE)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day of the count; the log's last day by default.")
@click.option("--every", type=click.Choice(["day", "month", "year"]), default="month", help="Length of the periods.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def retention(log: Path, as_of: datetime | None, every: Literal["day", "month", "year"], *, as_json: bool) -> None:
    """Count the records that LOG's searches left: held, deleted, overdue; matched and not; over time."""
    from baserate.audit.retention import count_retention
    from baserate.inputs.logs import read_log

    found = count_retention(read_log(log), as_of=as_of.date() if as_of else None, every=every)
    click.echo(document_text(asdict(found)) if as_json else _retention_text(found))


@command.command()
@click.argument("log", type=_FILE)
@click.argument("totals", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def claims(log: Path, totals: Path, *, as_json: bool) -> None:
    """Hold LOG against the TOTALS of published yearly reports, a CSV with one number a line.

    Its columns: title, period_start, period_end, system_id, total, part, number. The part of a breakdown, such as
    purpose_code, is its value; it is empty for a total, such as searches.
    """
    from baserate.audit.integrity import check_claims
    from baserate.inputs.log_formats.yearly_totals import claim, read_yearly_totals
    from baserate.inputs.logs import read_log

    reports = read_yearly_totals(totals)
    found = check_claims(claim(read_log(log), reports))
    values = {"claims": [asdict(finding) for finding in found]}
    lines = [f"{f.status.replace('_', ' '):16} {f.check}: {f.reason}" for f in found]
    click.echo(
        document_text(values) if as_json else "\n".join([*lines, "", *dict.fromkeys(f.cannot_show for f in found)])
    )


@command.command()
@click.argument("table", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def deployments(table: Path, *, as_json: bool) -> None:
    """Read a published TABLE of live deployments: false alerts by both denominators, and figures that disagree."""
    from baserate.inputs.log_formats.live_table import find_mismatches, read_deployments

    found = read_deployments(table)
    values = {
        "deployments": len(found.rows),
        "shares": [asdict(share) for share in found.shares()],
        "mismatches": [asdict(mismatch) for mismatch in find_mismatches(found.rows)],
    }
    click.echo(document_text(values) if as_json else _deployments_text(found))


def _retention_text(found: Retention) -> str:
    from baserate.reports.audit.retention import LABELS, said, totals_said

    stock = [f"  {p.end}     {LABELS[p.group]:18} {p.held:>12,} {p.overdue:>12,}" for p in found.stock]
    head = f"  end of period  {'records':18} {'held':>12} {'overdue':>12}"
    lines = [*totals_said(found), "", head, *stock, "", *(f"  {sentence}" for sentence in said(found))]
    return "\n".join([*lines, "", *found.assumptions, *found.cannot_show])


def _deployments_text(found: Deployments) -> str:
    shares = [f"  {_share_said(share)}" for share in found.shares()]
    note = "In brackets: what else agrees with so few, if they were independent (95 %, Clopper-Pearson)."
    return "\n".join(
        [count_of(len(found.rows), "deployment"), *shares, note, *(f"warning: {p}" for p in found.problems)]
    )


def _share_said(share: Share) -> str:
    from baserate.estimates.intervals.exact import exact
    from baserate.reports.words import rate

    if share.count is None or share.of is None or share.undefined or not 0 <= share.count <= share.of:
        count, of = ("?" if n is None else f"{n:,}" for n in (share.count, share.of))
        return f"{share.name}: {count} of {of}" + (f" (undefined: {share.undefined})" if share.undefined else "")
    ends = exact(share.count, share.of)
    return (
        f"{share.name}: {share.count:,} of {share.of:,}: {rate(share.count / share.of, low=ends.low, high=ends.high)}"
    )
