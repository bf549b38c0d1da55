"""``baserate explain SCENARIO``: what is known, claimed, assumed and unknown, sentence by sentence."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baserate.cli.document import document_text
from baserate.cli.options import json_option, scenario_argument
from baserate.models.scenario import load_scenario
from baserate.reports.document import Statements
from baserate.reports.explain import explanation
from baserate.reports.pages import write_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.reports.document import Document


@click.command(name="explain")
@scenario_argument
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for explain.html and explain.md.",
)
@json_option
def command(scenario: str, folder: Path | None, *, as_json: bool) -> None:
    """Print in plain sentences what is known of SCENARIO, what is claimed by whom, what is assumed, what is not known.

    Behind each sentence stand the identifiers of its sources and its mark: reported, claimed by whom, published,
    derived, assumed, not disclosed.

    Example: baserate explain mobile-fortify --out page
    """
    page = explanation(load_scenario(scenario))
    if folder is not None:
        for path in write_page(folder, "explain", page):
            click.echo(f"wrote {path}", err=True)
    click.echo(document_text(_record(scenario, page)) if as_json else "\n".join(_lines(page)))


def _record(scenario: str, page: Document) -> dict[str, object]:
    found = {
        section.key: [asdict(one) for block in section.blocks if isinstance(block, Statements) for one in block.items]
        for section in page.sections
    }
    return {"scenario": scenario, "title": page.title, **{key: items for key, items in found.items() if items}}


def _lines(page: Document) -> Iterator[str]:
    yield page.title
    for section in page.sections:
        blocks = [block for block in section.blocks if isinstance(block, Statements)]
        if not blocks:
            continue
        yield ""
        yield section.title
        for block in blocks:
            yield from (f"  {one.text} [{', '.join(one.ids)}: {one.mark}]" for one in block.items)
