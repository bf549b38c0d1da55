"""``baserate exposure SCENARIO``: what one search touches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from baserate.cli.options import json_option, scenario_argument, set_option
from baserate.errors import refuse
from baserate.models.scenario import load_scenario, override
from baserate.outcomes.exposure import FILE, exposure
from baserate.outcomes.folder import write_file
from baserate.outcomes.results import to_json
from baserate.reports.pages import page_of, write_page
from baserate.reports.pick import UNDEFINED, many, said
from baserate.reports.sections import exposure as shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from baserate.outcomes.exposure import Exposure, Gain, Touched


@click.command(name="exposure")
@scenario_argument
@click.option(
    "--add",
    metavar="LINK",
    multiple=True,
    help="Link a store of the catalogue to the search: broker, scraped-web, ... With :every_search, :match or "
    ":on_request behind it for when it is touched. Can be given more than once.",
)
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for exposure.json, exposure.html and exposure.md; a report of that folder shows it too.",
)
@set_option
@json_option
def command(scenario: str, add: Sequence[str], folder: Path | None, settings: Sequence[str], *, as_json: bool) -> None:
    """Print which stores and kinds of record one search of SCENARIO touches, and what a further link adds.

    For a search that matches nobody, one that matches somebody, and one after which everything is asked for. Numbers
    are least numbers: what no source says is not counted. Linked people are a range that is assumed.

    Example: baserate exposure mobile-fortify --add broker
    """
    found = exposure(override(load_scenario(scenario), settings), add=add)
    if folder is not None:
        _write(folder, found)
    click.echo(to_json(found) if as_json else "\n".join(_lines(found)), nl=not as_json)


def _write(folder: Path, found: Exposure) -> None:
    section = shown.section(found)
    if section is None:
        raise refuse(
            "no-stores", found.scenario, "names no store", "Add [[data_sources]] with name, touched and source"
        )
    write_file(folder / FILE, to_json(found))
    for path in write_page(folder, "exposure", page_of(found.title, (section,))):
        click.echo(f"wrote {path}", err=True)


def _lines(found: Exposure) -> Iterator[str]:
    titles = {store.key: store.title for store in found.stores}
    yield found.title
    for touched in found.touched:
        yield from _event(touched, titles)
    for role in found.roles:
        yield ""
        yield f"{role.title} ({', '.join(role.cited)})"
        yield f"  only with an entitlement: {_named(role.with_entitlement, titles)}"
        yield f"  beside the search, with other tools: {_named(role.beside, titles)}"
    for gain in found.gains:
        yield from _gain(found, gain, titles)


def _event(touched: Touched, titles: dict[str, str]) -> Iterator[str]:
    unsaid = f", and those of {len(touched.undescribed)} that no source describes" if touched.undescribed else ""
    kinds = f"{many(len(touched.record_types), 'kind')} of record{unsaid}"
    yield ""
    yield f"{touched.title}: at least {many(len(touched.stores), 'store')}, {kinds}"
    yield f"  asked: {_named(touched.asked, titles)}"
    yield f"  behind them: {_named(touched.behind, titles)}"
    yield f"  kept of it: {_named(touched.written, titles)}"


def _gain(found: Exposure, gain: Gain, titles: dict[str, str]) -> Iterator[str]:
    yield ""
    yield f"{'Added' if gain.added else 'Proposed'}: {gain.title} ({gain.when.replace('_', ' ')})"
    yield f"  adds stores: {_named(gain.stores, titles)}"
    yield f"  adds kinds of record: {', '.join(gain.record_types) or 'none that a source names'}"
    for one in found.linked:
        if one.store != gain.store:
            continue
        if one.undefined:
            yield f"  linked people: {UNDEFINED}, because {one.undefined}"
        for outcome in one.people:
            yield f"  people {outcome.denominator}: {said(outcome)}"
        if one.assumed:
            yield f"  assumed: {one.assumed}"


def _named(keys: Sequence[str], titles: dict[str, str]) -> str:
    return "; ".join(titles.get(key, key) for key in keys) or "none"
