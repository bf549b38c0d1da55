"""``baserate disclose SCENARIO``: which undisclosed fact to ask for first."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baserate.cli.document import document_text
from baserate.cli.options import json_option, scenario_argument, set_option
from baserate.errors import refuse
from baserate.models.scenario import load_scenario, override
from baserate.outcomes.break_even import BreakEven, BreakEvenRange, break_even, break_even_range
from baserate.outcomes.definitions import DEFINITIONS
from baserate.outcomes.disclosure import FILE, NEGLIGIBLE, disclosure_results
from baserate.outcomes.folder import write_file
from baserate.outcomes.names import outcome_name
from baserate.outcomes.results import to_json
from baserate.outcomes.sensitivity import N_BASE, Influence, Sensitivity, sensitivity, unknowns
from baserate.reports import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.models.scenario import Scenario

_POWERS = [str(2**power) for power in range(8, 15)]


@click.command(name="disclose")
@scenario_argument
@click.option(
    "--outcome",
    type=click.Choice([definition.name for definition in DEFINITIONS]),
    default="alert_is_wrong",
    show_default=True,
    help="The outcome whose spread is divided among the unknown inputs.",
)
@click.option(
    "--break-even",
    "keys",
    metavar="KEY",
    multiple=True,
    help="Also give the break-even value of this input over draws of all others. Can be given more than once.",
)
@click.option(
    "--points",
    type=click.Choice(_POWERS),
    default=str(N_BASE),
    show_default=True,
    metavar="N",
    help="Base points of the indices, a power of two from 256 to 16384; more is slower and narrows the intervals.",
)
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of `baserate simulate`, to put the list into, so that its report shows it.",
)
@set_option
@json_option
def command(
    scenario: str,
    outcome: str,
    keys: Sequence[str],
    points: str,
    folder: Path | None,
    settings: Sequence[str],
    *,
    as_json: bool,
) -> None:
    """List what is not disclosed of SCENARIO, what matters most first.

    For each unknown input: the share of the outcome's variance that it causes alone, and with its interactions (Sobol
    indices), with 90 % bootstrap intervals. Then the value of each at which an alert is as likely wrong as right.

    Example: baserate disclose mobile-fortify --outcome wrongful_actions
    """
    chosen = override(load_scenario(scenario), settings)
    _check(chosen, keys)
    found = _with_progress(chosen, outcome, int(points))
    if folder is not None:
        write_file(folder / FILE, to_json(disclosure_results(chosen, found, settings=settings)))
    even = break_even(chosen)
    ranges = [break_even_range(chosen, key) for key in keys]
    if as_json:
        click.echo(document_text(_record(chosen, found, even, ranges)))
    else:
        click.echo("\n".join([*_ranking(chosen, found), "", *_break_even_lines(even, ranges)]))


def _check(scenario: Scenario, keys: Sequence[str]) -> None:
    for key in keys:
        parameter = scenario.parameters.get(key)
        if parameter is None or parameter.is_choice or not parameter.is_uncertain:
            raise refuse(
                "not-a-range",
                f"--break-even {key[:100]}",
                "is not an input with a range",
                "Name a quantity of the scenario that has a range, or give it one with --set key=low..high",
            )


def _with_progress(scenario: Scenario, outcome: str, points: int) -> Sensitivity:
    length = points * (len(unknowns(scenario)) + 2)
    with click.progressbar(length=length, label="computing worlds", file=sys.stderr) as progress:
        return sensitivity(scenario, outcome, n_base=points, on_worlds=progress.update)


def _record(
    scenario: Scenario, found: Sensitivity, even: Sequence[BreakEven], ranges: Sequence[BreakEvenRange]
) -> dict[str, object]:
    return {
        "scenario": scenario.name,
        "scenario_digest": scenario.digest,
        **asdict(found),
        "break_even": [asdict(one) for one in even],
        "break_even_over_draws": [asdict(one) for one in ranges],
    }


def _ranking(scenario: Scenario, found: Sensitivity) -> list[str]:
    shown = [influence for influence in found.influences if influence.total.value >= NEGLIGIBLE]
    name = outcome_name(found.outcome)
    scale = "its logarithm" if found.scale == "log" else "the outcome itself (it is 0 in some worlds)"
    lines = [
        scenario.table.title,
        "",
        f"What to ask for first: {name.label}. {name.meaning}".rstrip(),
        f"Shares of the variance of {scale}, {found.n_worlds:,} worlds in closed form, 90 % bootstrap intervals.",
        "alone: what disclosing this one fact would take away. in all: with its interactions; adds up to over 100 %.",
    ]
    for number, influence in enumerate(shown, 1):
        lines += ["", *_entry(number, influence, scenario)]
    rest = len(found.influences) - len(shown)
    return [*lines, "", f"{rest} more undisclosed inputs cause less than {NEGLIGIBLE:.1%} each." if rest else ""]


def _entry(number: int, influence: Influence, scenario: Scenario) -> list[str]:
    unknown = influence.unknown
    first, total = influence.first_order, influence.total
    alone = (
        f"{first.value:.0%} ({max(first.low, 0):.0%} to {first.high:.0%})"
        if first.is_told_from_0
        else f"cannot be told from 0 (at most {max(first.high, 0):.1%})"
    )
    return [
        f"{number}. {unknown.meaning}",
        f"   alone {alone}; in all {total.value:.1%} ({total.low:.1%} to {total.high:.1%})",
        f"   {unknown.key}: {_now(unknown.keys, scenario)}; {', '.join(unknown.kinds)}: {'; '.join(unknown.reasons)}",
    ]


def _now(keys: Sequence[str], scenario: Scenario) -> str:
    if len(keys) > 1:
        return f"{len(keys)} ranges"
    parameter = scenario.parameters[keys[0]]
    if parameter.is_choice:
        return " or ".join(str(option) for option in parameter.options)
    return f"{words.plain(parameter.low)} to {words.plain(parameter.high)} {parameter.unit}"


def _break_even_lines(even: Sequence[BreakEven], ranges: Sequence[BreakEvenRange]) -> list[str]:
    crossing = [one for one in even if one.values]
    lines = ["An alert is as likely wrong as right, everything else at its reference, at"]
    for one in crossing:
        values = " and ".join(f"{value:.3g}" for value in one.values)
        lines.append(f"  {one.key} = {values} {one.unit} (range {one.low:g} to {one.high:g})")
    never = len(even) - len(crossing)
    lines += [] if crossing else ["  no value of any input within its bounds."]
    lines += [f"  {never} of {len(even)} inputs: never within their bounds."] if crossing and never else []
    return lines + [line for one in ranges for line in _range_lines(one)]


def _range_lines(one: BreakEvenRange) -> list[str]:
    lines = [
        "",
        f"{one.key}, over {one.n_worlds} draws of all other inputs: an alert is more likely right throughout in "
        f"{one.share_always_right:.0%}, more likely wrong throughout in {one.share_always_wrong:.0%}, and the balance "
        f"tips within its bounds in {one.share_crossing:.0%}; there is no alert in {one.share_undefined:.0%}",
    ]
    if one.middle is None:
        return lines
    return [*lines, f"  there at {one.middle:.3g} ({one.low:.3g} to {one.high:.3g}) {one.unit}"]
