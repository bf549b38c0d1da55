"""``baserate compare SCENARIO``: two policies on the same people."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from baserate.cli.options import json_option, scenario_argument
from baserate.errors import refuse
from baserate.models.scenario import load_scenario, override
from baserate.outcomes.compare import EVENTS, Difference, Paired, compare, compare_simulated
from baserate.outcomes.names import outcome_name
from baserate.reports.differences import times, verdict
from baserate.reports.pick import said

if TYPE_CHECKING:
    from collections.abc import Sequence


LINES = (
    "searches",
    "alerts",
    "false_alerts",
    "alert_is_wrong",
    "fpir",
    "fnir",
    "missed",
    "suppressed",
    "wrongful_actions",
    "rightful_actions",
    "action_is_wrongful",
)


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
@click.option("--against", metavar="SCENARIO", help="Take B from another scenario, a shipped name or a file.")
@click.option(
    "--searches",
    type=click.IntRange(0, 10_000_000),
    default=0,
    show_default=True,
    help="Also simulate this many searches of the same synthetic people under A and under B, and count them in pairs.",
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=1, show_default=True, help="Seed of the simulation.")
@json_option
def command(
    scenario: str,
    settings: Sequence[str],
    settings_a: Sequence[str],
    against: str | None,
    searches: int,
    seed: int,
    *,
    as_json: bool,
) -> None:
    """Compare SCENARIO as it stands (A) with the same under other settings, or with another scenario (B).

    Both are computed in the same 1,000 worlds: what is unknown of both alike has the same value in both.

    Example: baserate compare mobile-fortify --set policy.gate=none --searches 100000
    """
    if not settings and not settings_a and against is None:
        raise refuse("nothing-to-compare", "compare", "A and B are the same", "Give --set key=value, or --against")
    first = override(load_scenario(scenario), settings_a)
    second = override(load_scenario(against or scenario), settings)
    found = compare(first, second)
    paired = compare_simulated(first, second, searches=searches, seed=seed) if searches else ()
    names = {
        "A": " ".join([first.name, *settings_a]),
        "B": " ".join([second.name, *settings]),
    }
    if as_json:
        digests = {"A_digest": first.digest, "B_digest": second.digest}
        rows = {"outcomes": [asdict(one) for one in found], "paired": [asdict(pair) for pair in paired]}
        click.echo(json.dumps({**names, **digests, "seed": seed, "searches": searches, **rows}, indent=2))
    else:
        click.echo("\n".join(_lines(names, found, paired)))


def _lines(names: dict[str, str], found: Sequence[Difference], paired: Sequence[Paired]) -> list[str]:
    by_name = {one.name: one for one in found}
    lines = [
        f"A: {names['A']}",
        f"B: {names['B']}",
        "Median (90 % range over the unknown inputs); B / A is taken within the same world. Numbers are for a year.",
        "",
    ]
    lines += [line for name in LINES for line in _entry(by_name[name])]
    return lines + _paired_lines(paired)


def _entry(one: Difference) -> list[str]:
    return [
        f"{outcome_name(one.name, unit=one.unit).label}: {verdict(one)}",
        f"    A {said(one.first)}",
        f"    B {said(one.second)}",
        *([] if one.ratio.value is None or one.share_equal == 1.0 else [f"    B / A {times(one.ratio)}"]),
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
