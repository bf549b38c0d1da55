"""``baserate weigh SCENARIO``: the chance that a displayed match is right."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from baserate.cli.document import document_text
from baserate.cli.options import json_option, scenario_argument, set_option
from baserate.models.scenario import load_scenario, override
from baserate.outcomes.weigh import Change, Event, Weight, weigh
from baserate.reports import words
from baserate.reports.pick import said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.models.scenario import Scenario

FORMULA = "chance right = sum of share x right / sum of share x (right + wrong), over the three statuses"
NOT_FOR = (
    "This is a statement about a class of events, not about a person: it is the same for every match of the class. "
    "It must not be used to decide on a stop, a search of a person, an arrest or a detention."
)
SHOWN_CHANGES = 8


@click.command(name="weigh")
@scenario_argument
@click.option("--group", metavar="NAME", help="Group of the person searched; the scenario's mixture if not given.")
@click.option("--condition", metavar="NAME", help="Capture condition; the scenario's mixture if not given.")
@click.option("--list-length", type=click.IntRange(1, 100), help="Most candidates shown.")
@click.option("--reviewers", type=click.IntRange(0, 2), help="How many reviewers confirmed the match.")
@click.option("--second-modality", is_flag=True, help="A second modality confirmed the match too.")
@click.option("--enrolled", metavar="SHARE", help="Prior: share of people searched like this who are enrolled.")
@click.option("--flagged", metavar="SHARE", help="Prior: share of those enrolled whose entry is flagged.")
@set_option
@json_option
def command(
    scenario: str,
    group: str | None,
    condition: str | None,
    list_length: int | None,
    reviewers: int | None,
    enrolled: str | None,
    flagged: str | None,
    settings: Sequence[str],
    *,
    second_modality: bool,
    as_json: bool,
) -> None:
    """Print the chance that a displayed match of SCENARIO is right, with its formula and all that it rests on.

    It takes the class of the event and nothing of the person: no score, no image, no identity. Shares are given as
    0.3, or as 0.1..0.5 where they are not known.

    Example: baserate weigh mobile-fortify --reviewers 1 --enrolled 0.1..0.5
    """
    event = Event(group, condition, list_length, reviewers, second_modality, enrolled, flagged)
    found = weigh(override(load_scenario(scenario), settings), event)
    click.echo(document_text(_record(found)) if as_json else "\n".join(_lines(found)))


def _record(found: Weight) -> dict[str, object]:
    return {
        "scenario": found.scenario.name,
        "scenario_digest": found.scenario.digest,
        "event": asdict(found.event),
        "settings": list(found.settings),
        "formula": FORMULA,
        "not_for": NOT_FOR,
        "right": asdict(found.right),
        "reference": found.reference,
        "statuses": [asdict(status) for status in found.statuses],
        "changes": [asdict(change) for change in found.changes],
        "inputs": [_input(found.scenario, key) for key in found.scenario.parameters],
    }


def _input(scenario: Scenario, key: str) -> dict[str, object]:
    parameter = scenario.parameters[key]
    source = parameter.source
    return {"key": key, "value": _range(scenario, key), "kind": source.kind, "source": source.title, "ids": source.ids}


def _range(scenario: Scenario, key: str) -> str:
    parameter = scenario.parameters[key]
    if parameter.is_choice:
        return " or ".join(str(option) for option in parameter.options)
    if parameter.is_uncertain:
        return f"{words.plain(parameter.low)} to {words.plain(parameter.high)} {parameter.unit}"
    return f"{words.plain(parameter.value)} {parameter.unit}"


def _lines(found: Weight) -> list[str]:
    return [
        found.scenario.table.title,
        "",
        f"Chance that a displayed match is right: {said(found.right)}" + _why(found),
        f"With every unknown at its reference: {_share(found.reference)}",
        "",
        f"Formula: {FORMULA}",
        *_table(found),
        "",
        *_assumptions(found),
        "",
        "What would change it most (one input moved, the others at their reference):",
        *(f"  {_change(change)}" for change in found.changes[:SHOWN_CHANGES]),
        "",
        NOT_FOR,
    ]


def _why(found: Weight) -> str:
    return f" ({found.right.undefined})" if found.right.undefined else " (median and 90 % range)"


def _share(value: float | None) -> str:
    return "undefined" if value is None else words.rate(value).middle


def _table(found: Weight) -> list[str]:
    rows = [
        (status.status.replace("_", " "), str(said(status.share)), str(said(status.right)), str(said(status.wrong)))
        for status in found.statuses
    ]
    rows = [("person searched is", "share", "right match displayed", "wrong match displayed"), *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return [
        "  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _assumptions(found: Weight) -> list[str]:
    event, scenario = found.event, found.scenario
    review = [f"policy.review.{name}" for name in ("reviewers", "accepts_wrong", "rejects_right", "dependence")]
    review += [key for key in scenario.parameters if key.startswith("policy.review.photo_shown.")]
    keys = [*review, "policy.response", "policy.list_length", "policy.gate"]
    if event.second_modality:
        keys += ["policy.second_modality_accepts_wrong", "policy.second_modality_rejects_right"]
    for modality in _modalities(scenario, event):
        matcher, threshold = scenario.matcher_key(modality), scenario.threshold_key(modality)
        keys += [f"{matcher}.groups.{event.group}.{name}" for name in ("fmr_factor", "miss_factor")]
        keys += [f"{threshold}.{name}" for name in ("fpir_target", "reset_for_gallery", "false_match_rate")]
        keys += [f"modalities.{modality}.{name}" for name in ("enrolled_share", "flagged_share")]
        keys += [f"{matcher}.heterogeneity"]
    keys += ["population.enrolled_share", "population.flagged_share"]
    lines = [
        f"Group: {event.group or 'the mixture of the scenario'}; condition: {event.condition or 'the mixture'}; "
        f"second modality: {'confirmed the match' if event.second_modality else 'not asked'}.",
        "Reviewers, second modality and scores err independently, given that the candidate is right or wrong.",
        "It rests on (all inputs with --json):",
    ]
    return lines + [
        f"  {key} = {_range(scenario, key)} ({scenario.parameters[key].source.kind})"
        for key in keys
        if key in scenario.parameters
    ]


def _modalities(scenario: Scenario, event: Event) -> Sequence[str]:
    """What the event's condition searches with; everything that the scenario does where the event names none."""
    if event.condition is None:
        return scenario.modalities
    return (scenario.condition_modalities[scenario.conditions.index(event.condition)],)


def _change(change: Change) -> str:
    ends = "; ".join(f"{_share(chance)} at {value}" for value, chance in change.ends)
    return f"{change.key}: {ends}"
