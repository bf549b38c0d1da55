"""``baserate compare SCENARIO``: two policies on the same people."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baserate.cli.document import document_text
from baserate.cli.options import json_option, scenario_argument
from baserate.errors import refuse
from baserate.models.policies import policies_named, settings_of
from baserate.models.scenario import load_scenario, override
from baserate.outcomes.compare import (
    EVENTS,
    Comparison,
    Difference,
    Side,
    changes,
    compare,
    compare_groups,
    compare_simulated,
)
from baserate.outcomes.folder import write_file
from baserate.outcomes.names import outcome_name
from baserate.reports.comparison import LINES, comparison_document, side_name
from baserate.reports.differences import times, verdict
from baserate.reports.pages import write_page
from baserate.reports.pick import said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.models.policies import Policy
    from baserate.models.scenario import Scenario
    from baserate.outcomes.compare import Paired


@click.command(name="compare")
@scenario_argument
@click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    help="Set a parameter of B, as key=value or key=low..high; A is SCENARIO as it stands, unless --set-a changes it.",
)
@click.option("--set-a", "settings_a", metavar="KEY=VALUE", multiple=True, help="Set a parameter of A.")
@click.option(
    "--policy",
    "policies",
    metavar="NAME",
    multiple=True,
    help="Lay a named policy on B; `baserate policies` lists them. Can be given more than once.",
)
@click.option("--policy-a", "policies_a", metavar="NAME", multiple=True, help="Lay a named policy on A.")
@click.option("--against", metavar="SCENARIO", help="Take B from another scenario, a shipped name or a file.")
@click.option(
    "--searches",
    type=click.IntRange(0, 10_000_000),
    default=0,
    show_default=True,
    help="Also simulate this many searches of the same synthetic people under A and under B, and count them in pairs.",
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=1, show_default=True, help="Seed of the simulation.")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Also write compare.html, compare.md and compare.json into this folder.",
)
@json_option
def command(
    scenario: str,
    settings: Sequence[str],
    settings_a: Sequence[str],
    policies: Sequence[str],
    policies_a: Sequence[str],
    against: str | None,
    searches: int,
    seed: int,
    folder: Path | None,
    *,
    as_json: bool,
) -> None:
    """Compare SCENARIO as it stands (A) with the same under other settings, or with another scenario (B).

    Both are computed in the same 1,000 worlds: what is unknown of both alike has the same value in both.

    Example: baserate compare mobile-fortify --policy-a no-reviewer --policy two-independent-reviewers --out compared
    """
    if not (settings or settings_a or policies or policies_a or against):
        what = "Give --set key=value, --policy NAME, or --against"
        raise refuse("nothing-to-compare", "compare", "A and B are the same", what)
    first, side_a = _side(scenario, policies_named(policies_a), settings_a)
    second, side_b = _side(against or scenario, policies_named(policies), settings)
    paired = compare_simulated(first, second, searches=searches, seed=seed) if searches else ()
    differences, by_group = compare(first, second), compare_groups(first, second)
    found = Comparison(side_a, side_b, differences, by_group, changes(first, second), paired, searches, seed)
    record = document_text(_record(found))
    if folder is not None:
        _write(folder, found, record)
    click.echo(record if as_json else "\n".join(_lines(found)))


def _side(name: str, policies: Sequence[Policy], settings: Sequence[str]) -> tuple[Scenario, Side]:
    every = (*settings_of(policies), *settings)
    scenario = override(load_scenario(name), every)
    titles = (*(policy.title for policy in policies), *settings)
    return scenario, Side(scenario.name, scenario.table.title, scenario.digest, titles, every)


def _record(found: Comparison) -> dict[str, object]:
    return {
        "A": side_name(found.first),
        "B": side_name(found.second),
        "A_digest": found.first.digest,
        "B_digest": found.second.digest,
        "seed": found.seed,
        "searches": found.searches,
        "outcomes": [asdict(one) for one in found.differences],
        "by_group": {group: [asdict(one) for one in each] for group, each in found.by_group.items()},
        "paired": [asdict(pair) for pair in found.paired],
        "changed": [asdict(change) for change in found.changed],
    }


def _write(folder: Path, found: Comparison, record: str) -> None:
    pages = write_page(folder, "compare", comparison_document(found))
    write_file(folder / "compare.json", record + "\n")
    for path in (*pages, folder / "compare.json"):
        click.echo(f"wrote {path}", err=True)


def _lines(found: Comparison) -> list[str]:
    lines = [
        f"A: {side_name(found.first)}",
        f"B: {side_name(found.second)}",
        "Median (90 % range over the unknown inputs); B / A is taken within the same world. Numbers are for a year.",
        "",
    ]
    lines += [line for name in LINES for line in _entry(found.of(name))]
    return lines + _paired_lines(found.paired)


def _entry(one: Difference) -> list[str]:
    return [
        f"{outcome_name(one.name, unit=one.unit).label}: {verdict(one)}",
        f"    A {said(one.first)}",
        f"    B {said(one.second)}",
        *([] if one.ratio.value is None or one.share_equal == 1.0 else [f"    B / A {times(one.ratio)} times"]),
    ]


def _paired_lines(paired: Sequence[Paired]) -> list[str]:
    if not paired:
        return []
    total = sum((paired[0].both, paired[0].only_first, paired[0].only_second, paired[0].neither))
    return [
        "",
        f"Simulated in the reference world: {total:,} encounters with the same synthetic people under A and B.",
        *(
            f"  {EVENTS[pair.event]}: under both {pair.both:,}, only A {pair.only_first:,}, only B {pair.only_second:,}"
            for pair in paired
        ),
    ]
