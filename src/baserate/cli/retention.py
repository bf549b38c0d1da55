"""``baserate retention SCENARIO``: what is kept over the years."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baserate.cli.document import document_text
from baserate.cli.options import json_option, scenario_argument, set_option
from baserate.models.scenario import load_scenario, override
from baserate.outcomes.retention import LIMITS, YEARS, Held, retention
from baserate.outcomes.retention_curves import FAILURES, retained
from baserate.reports.pages import page_of, write_page
from baserate.reports.sections.retention import sections
from baserate.reports.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.models.scenario import Scenario
    from baserate.outcomes.results import Outcome


@click.command(name="retention")
@scenario_argument
@click.option(
    "--growth",
    type=click.FloatRange(-0.9, 3.0),
    default=0.0,
    show_default=True,
    help="Growth of the use a year: 0.1 for ten per cent.",
)
@click.option(
    "--short-share",
    type=click.FloatRange(0.0, 1.0),
    help="Share of the people under the shorter limit where it goes by status; anything from 0 to 1 if not given.",
)
@click.option("--years", type=click.IntRange(1, 100), default=30, show_default=True, help="Years of use.")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for retention.html and retention.md: pictures and tables, with other growths and other failures.",
)
@set_option
@json_option
def command(
    scenario: str,
    growth: float,
    short_share: float | None,
    years: int,
    folder: Path | None,
    settings: Sequence[str],
    *,
    as_json: bool,
) -> None:
    """Print what a deployment of SCENARIO holds under different limits: records, people, people never matched.

    The share of deletions that fail is the scenario's (retention.deletion_failure_share), whatever the limit; what
    would be held if none failed stands beside it.

    Example: baserate retention mobile-fortify --growth 0.1
    """
    chosen = override(load_scenario(scenario), settings)
    times = sorted({year for year in YEARS if year < years} | {years})
    held, clean = (
        retention(each, growth=growth, years=times, short_share=short_share)
        for each in (chosen, override(chosen, [f"{FAILURES}=0"]))
    )
    if folder is not None:
        page = retained(chosen, years=years, growth=growth, short_share=short_share)
        for path in write_page(folder, "retention", page_of(page.title, sections(page))):
            click.echo(f"wrote {path}", err=True)
    if as_json:
        head = {"scenario": chosen.name, "scenario_digest": chosen.digest, "growth": growth}
        rows = {"held": [asdict(one) for one in held], "held_if_no_deletion_fails": [asdict(one) for one in clean]}
        click.echo(document_text({**head, **rows}))
    else:
        click.echo("\n".join(_lines(chosen, held, clean, years=years, growth=growth)))


def _lines(scenario: Scenario, held: Sequence[Held], clean: Sequence[Held], *, years: int, growth: float) -> list[str]:
    found, without = ({(one.limit, one.kind): one for one in each if one.year == years} for each in (held, clean))
    lines = [
        scenario.table.title,
        f"After {years} years of use that grows by {growth:.0%} a year: median (90 % range over the unknown inputs).",
        "People: each encounter is taken for another person; where people are stopped twice there are fewer.",
    ]
    for limit in LIMITS:
        never, records = found[limit.name, "people_never_matched"], found[limit.name, "records"]
        lines += [
            "",
            f"{limit.title}:",
            f"  records held                        {_said(records.stock)}",
            f"  people never matched, still held    {_said(never.stock)}",
            f"    the same if no deletion failed    {_said(without[limit.name, never.kind].stock)}",
            f"  person-years of people never matched {_said(never.years_held)}",
        ]
    return lines


def _said(outcome: Outcome) -> str:
    return "undefined" if outcome.value is None else str(count(outcome.value, low=outcome.low, high=outcome.high))
