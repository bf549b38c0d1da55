"""``baserate plan``: wanted precision in, searches and people out; and the other way round."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from baserate.cli.document import document_text
from baserate.cli.options import Rate
from baserate.errors import refuse

if TYPE_CHECKING:
    from baserate.estimates.planning import Plan

#: Options that together make a question.
QUESTIONS = (
    ("rate", "half_width"),
    ("below",),
    ("below", "errors"),
    ("people", "rate"),
    ("people",),
    ("people", "errors"),
    ("people", "below"),
)
FORMS = (
    "Give --rate and --half-width; or --below, with --errors or without; or --people with one of --rate, --errors and "
    "--below, or alone"
)


@click.command()
@click.option("--rate", type=Rate(0, 1), help="Expected error rate.")
@click.option("--half-width", type=Rate(0, 1), help="How far the interval may reach to either side of --rate.")
@click.option("--below", type=Rate(0, 1), help="Limit that the rate is to be shown to lie below.")
@click.option("--errors", type=click.IntRange(0, 10**9), help="Searches with an error that may be seen; 0 if left out.")
@click.option("--people", type=click.IntRange(1, 10**12), help="What so many people show.")
@click.option("--searches-each", type=click.IntRange(1, 10**6), help="Searches per person; 1 if left out.")
@click.option("--alike", type=Rate(0, 1, ends=True),
              help="How alike one person's outcomes are: 0 unrelated, 1 (if left out) always the same.")  # fmt: skip
@click.option("--level", type=Rate(0.5, 0.9999, ends=True), default=0.95, show_default=True, help="Coverage.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    rate: float | None,
    half_width: float | None,
    below: float | None,
    errors: int | None,
    people: int | None,
    searches_each: int | None,
    alike: float | None,
    level: float,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Plan a test: searches and people for a wanted precision, or what given people would show.

    How many for an interval of some width: baserate plan --rate 0.01 --half-width 0.005

    How many to show a rate below a limit: baserate plan --below 0.001 --errors 2

    What 300 people would show of a rate: baserate plan --people 300 --rate 0.01

    Which limit 300 people show, with 3 errors: baserate plan --people 300 --errors 3

    How many errors they may show below a limit: baserate plan --people 10000 --below 0.001
    """
    asked = {"rate": rate, "half_width": half_width, "below": below, "errors": errors, "people": people}
    _need_question({name for name, value in asked.items() if value is not None})
    if alike is not None and searches_each is None:
        what = "--alike is of people who are searched for several times"
        raise refuse("plan-unclear", "baserate plan", what, "Give --searches-each too, or leave it out")
    each, likeness = searches_each or 1, 1.0 if alike is None else alike
    plan = _planned(rate, half_width, below, errors, people, each, likeness, level)
    click.echo(document_text({"plan": asdict(plan)}) if as_json else _text(plan))


def _planned(
    rate: float | None, half_width: float | None, below: float | None, errors: int | None, people: int | None,
    each: int, alike: float, level: float,
) -> Plan:  # fmt: skip
    """Answer the question that the options make."""
    from baserate.estimates.planning import errors_below, limit_shown, plan_below, plan_width, shown_by

    if rate is not None and half_width is not None:
        return plan_width(rate, half_width, searches_each=each, alike=alike, level=level)
    if people is not None and rate is not None:
        return shown_by(people, rate=rate, searches_each=each, alike=alike, level=level)
    if people is not None and below is not None:
        return errors_below(people, below, searches_each=each, alike=alike, level=level)
    if below is not None:
        return plan_below(below, errors=errors or 0, searches_each=each, alike=alike, level=level)
    assert people is not None  # noqa: S101 - what is left of QUESTIONS
    return limit_shown(people, errors=errors or 0, searches_each=each, alike=alike, level=level)


def _need_question(given: set[str]) -> None:
    """Refuse options that no question uses, or that are not enough for one, and name those that are too many."""
    if given in map(set, QUESTIONS):
        return
    within = [set(question) for question in QUESTIONS if given > set(question)]
    largest = [one for one in within if len(one) == max(map(len, within))]
    if len(largest) == 1:
        what = f"{_options(given - largest[0])} cannot be used with {_options(largest[0])}"
    else:
        what = f"{_options(given)}: that is not one question" if given else "nothing is asked"
    raise refuse("plan-unclear", "baserate plan", what, FORMS)


def _options(names: set[str]) -> str:
    *first, last = (f"--{name.replace('_', '-')}" for name in sorted(names))
    return f"{', '.join(first)} and {last}" if first else last


def _text(plan: Plan) -> str:
    """Write the plan, what it shows, and what the rules of thumb say."""
    from baserate.estimates.planning import in_words

    rules = (f"{check.rule.capitalize()}: {check.says}." for check in plan.checks)
    return "\n".join((f"{in_words(plan.searches, plan.people, plan.independent)}:", f"{plan.shows}.", *rules))
