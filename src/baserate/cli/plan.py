"""``baserate plan``: wanted precision in, searches and people out; and the other way round."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from baserate.errors import refuse

_SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)


@click.command()
@click.option("--rate", type=_SHARE, help="Expected error rate.")
@click.option("--half-width", type=_SHARE, help="How far the interval may reach to either side of --rate.")
@click.option("--below", type=_SHARE, help="Limit that the rate is to be shown to lie below.")
@click.option(
    "--errors", type=click.IntRange(0, 10_000), default=0, show_default=True, help="Errors allowed for --below."
)
@click.option("--people", type=click.IntRange(1, 10**12), help="With --rate: what so many people would show.")
@click.option(
    "--searches-each", type=click.IntRange(1, 10**6), default=1, show_default=True, help="Searches per person."
)
@click.option("--alike", type=click.FloatRange(0, 1), default=1.0, show_default=True,
              help="How alike one person's outcomes are: 0 unrelated, 1 always the same.")  # fmt: skip
@click.option("--level", type=_SHARE, default=0.95, show_default=True, help="Coverage.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    rate: float | None,
    half_width: float | None,
    below: float | None,
    errors: int,
    people: int | None,
    searches_each: int,
    alike: float,
    level: float,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Plan a test: searches and people for a wanted precision, or what given people would show.

    How many for an interval of some width: baserate plan --rate 0.01 --half-width 0.005

    How many to show a rate below a limit: baserate plan --below 0.001

    What 300 people would show: baserate plan --rate 0.01 --people 300
    """
    from baserate.estimates.planning import plan_below, plan_width, shown_by

    if below is not None and rate is None:
        plan = plan_below(below, errors=errors, searches_each=searches_each, alike=alike, level=level)
    elif rate is not None and half_width is not None and people is None and below is None:
        plan = plan_width(rate, half_width, searches_each=searches_each, alike=alike, level=level)
    elif rate is not None and people is not None and half_width is None and below is None:
        plan = shown_by(people, rate=rate, searches_each=searches_each, alike=alike, level=level)
    else:
        unclear = refuse("plan-unclear", "baserate plan", "the options do not make one question",
                         "Give --rate and --half-width, or --below, or --rate and --people")  # fmt: skip
        raise unclear
    if as_json:
        click.echo(json.dumps({"schema_version": "1", "plan": asdict(plan)}, indent=1))
        return
    click.echo(f"{plan.searches:,} searches of {plan.people:,} people, worth {plan.independent:,.0f} independent ones:")
    click.echo(plan.shows)
