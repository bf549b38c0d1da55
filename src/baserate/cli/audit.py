"""``baserate audit``: a log in, findings and bounds out."""

from __future__ import annotations

from pathlib import Path

import click

from baserate.cli.options import chosen_packs


@click.command()
@click.argument("log", type=click.Path(path_type=Path))
@click.option("--manifest", type=click.Path(path_type=Path), help="The deployment's manifest, JSON or TOML.")
@click.option("--packs", help="Packs of rules, separated by commas; all by default.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write audit.json, audit.txt and the report (audit.html, audit.md) to this folder.",
)
@click.option("--integrity/--no-integrity", default=True, help="Whether to check running numbers, hashes and claims.")
def command(
    log: Path, manifest: Path | None, packs: str | None, *, as_json: bool, out: Path | None, integrity: bool
) -> None:
    """Hold LOG, a file or a folder of a search log, against the rules.

    Every rule answers pass, fail, cannot_tell or not_applicable. The exit status is 0 when the audit ran, whatever it
    found, and 2 when the log cannot be read.
    """
    from baserate.audit.result import audit_log, result_json
    from baserate.inputs.logs import read_log
    from baserate.reports.audit.summary import audit_lines

    chosen = chosen_packs(packs)
    result = audit_log(
        read_log(log, manifest), packs=chosen, integrity=integrity, times=out is not None, manifest_file=manifest
    )
    written, text = result_json(result), "\n".join(audit_lines(result))
    if out is not None:
        from baserate.reports.audit.write import write_audit

        write_audit(out, result)
    click.echo(written if as_json else text)
