"""``baserate checklist``: one event of a log, duty by duty."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from baserate.cli.document import document_text
from baserate.cli.options import chosen_packs, json_option


@click.command()
@click.argument("log", type=click.Path(path_type=Path))
@click.option("--event", "event_id", required=True, help="The event_id of the search.")
@click.option("--manifest", type=click.Path(path_type=Path), help="The deployment's manifest, JSON or TOML.")
@click.option("--packs", help="Packs of rules, separated by commas; all by default.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for checklist.html and .md.")
@json_option
def command(
    log: Path, event_id: str, manifest: Path | None, packs: str | None, out: Path | None, *, as_json: bool
) -> None:
    """List what should have been recorded and disclosed for one event of LOG, by jurisdiction.

    For each duty: what would have to be there, whether this event has it, which fields are missing, and the source.

    Example: baserate checklist log.parquet --event 01J9ZC5Q8W3K7T2M4N6P8R0S1V
    """
    from baserate.audit.checklist import check_event
    from baserate.inputs.logs import read_log
    from baserate.reports.checklist import checklist_of
    from baserate.reports.pages import write_page
    from baserate.reports.to_markdown import markdown_of

    found = check_event(read_log(log, manifest), event_id, packs=chosen_packs(packs))
    document = checklist_of(found)
    if out is not None:
        write_page(out, "checklist", document)
    if as_json:
        click.echo(document_text(asdict(found)))
    else:
        click.echo(markdown_of(document), nl=False)
