"""``baserate incidents``: rates that agree with what has been reported."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

import click

from baserate.cli.document import document_text
from baserate.cli.options import json_option
from baserate.errors import refuse
from baserate.models.scenario import load_scenario
from baserate.outcomes.expect import expected_worlds
from baserate.outcomes.incidents import CompatibleRates, Reported, compatible_rates, share_of_worlds
from baserate.reports import words

if TYPE_CHECKING:
    from collections.abc import Callable

Number = TypeVar("Number", int, float)


@click.command(name="incidents")
@click.option("--wrong", type=click.IntRange(0), required=True, help="Wrong identifications that have been reported.")
@click.option("--uses", metavar="N or N..N", required=True, help="Uses in the same period, or bounds of their number.")
@click.option(
    "--reported-share",
    metavar="A..B",
    required=True,
    help="Bounds of the share of wrong identifications that come to be reported; 0..1 if nothing is known.",
)
@click.option("--level", type=click.FloatRange(0.5, 0.9999), default=0.95, show_default=True, help="Of the interval.")
@click.option("--scenario", metavar="SCENARIO", help="Also say how many worlds of this scenario the reports allow.")
@json_option
def command(wrong: int, uses: str, reported_share: str, level: float, scenario: str | None, *, as_json: bool) -> None:
    """Print the rates of wrong identifications that agree with a number of reports: a set, never a point.

    Example: baserate incidents --wrong 2 --uses 100000..200000 --reported-share 0.01..0.5
    """
    fewest, most = _range("--uses", uses, int)
    lowest, highest = _range("--reported-share", reported_share, float)
    reported = Reported(wrong, fewest, most, lowest, highest)
    found = compatible_rates(reported, level=level)
    share = share_of_worlds(expected_worlds(load_scenario(scenario)), found) if scenario else None
    if as_json:
        record = {"reported": asdict(reported), "compatible": asdict(found), "share_of_worlds": share}
        click.echo(document_text({**record, "scenario": scenario}))
    else:
        click.echo("\n".join([*_lines(reported, found), *_worlds(scenario, share)]))


def _range(where: str, text: str, number: Callable[[str], Number]) -> tuple[Number, Number]:
    low, dots, high = text.replace("_", "").partition("..")
    try:
        return number(low), number(high if dots else low)
    except ValueError:
        raise refuse("not-a-number", where, f"is {text[:80]!r}", "Write one number, or two as low..high") from None


def _lines(reported: Reported, found: CompatibleRates) -> list[str]:
    numbers = [words.count(end).middle for end in (found.low_number, found.high_number)]
    uses = _span(reported.fewest_uses, reported.most_uses)
    return [
        f"{reported.wrong:,} wrong identifications reported, in {uses} uses;",
        f"from {reported.lowest_share:.3g} to {reported.highest_share:.3g} of the wrong ones come to be reported.",
        "",
        f"Every rate in this set agrees with that: from {words.rate_range(found.low, found.high)} of the uses,",
        f"that is from {numbers[0]} to {numbers[1]} wrong identifications.",
        f"Exact at {found.level:.3g}; nothing in the reports prefers one rate of the set to another.",
    ]


def _span(low: int, high: int) -> str:
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _worlds(scenario: str | None, share: float | None) -> list[str]:
    if share is None:
        return []
    return [
        "",
        f"Of the worlds of {scenario}, {share:.1%} have a rate of wrong alerts per search in the set.",
        "That checks the scenario against the reports; it is not the probability of anything.",
    ]
