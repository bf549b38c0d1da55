"""``baserate request``: a records request that names the exact fields."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baserate.audit.questions import choose_questions, questions, questions_for
from baserate.cli.document import document_text
from baserate.cli.options import json_option, set_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.audit.questions import Question
    from baserate.models.scenario import Scenario
    from baserate.outcomes.sensitivity import Sensitivity
    from baserate.reports.document import Document

POINTS = 512  # base points of the ranking: the order of what matters most needs no more


@click.command(name="request")
@click.argument("scenario", metavar="[SCENARIO]", required=False)
@click.option("--question", "ids", multiple=True, metavar="ID", help="A question to ask; repeat for several.")
@click.option("--list", "only_list", is_flag=True, help="List the questions and leave.")
@click.option("--to", default="[the agency]", show_default=True, help="Who is asked.")
@click.option("--law", default="[the law on access to records]", show_default=True, help="The law it rests on.")
@click.option("--period", default="[first day] to [last day]", show_default=True, help="The time asked about.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for request.html and request.md.")
@set_option
@json_option
def command(
    scenario: str | None,
    ids: Sequence[str],
    to: str,
    law: str,
    period: str,
    out: Path | None,
    settings: Sequence[str],
    *,
    only_list: bool,
    as_json: bool,
) -> None:
    """Write a records request that names the exact fields for the chosen questions.

    With SCENARIO, the questions are those whose answers would settle what the scenario does not know, what matters
    most first. Without, they are those given with --question; --list shows them.

    Example: baserate request mobile-fortify --to "the agency" --out request
    """
    from baserate.reports.pages import write_page
    from baserate.reports.request import Asked, request_of, weighty
    from baserate.reports.to_markdown import markdown_of

    chosen = choose_questions(ids)
    if only_list or (scenario is None and not chosen):
        _list(questions(), as_json=as_json)
        return
    found, ranking = _ranked(scenario, settings) if scenario else (None, None)
    if ranking is not None:
        asked_by_scenario = questions_for([i.unknown.key for i in weighty(ranking)])
        chosen = tuple(dict.fromkeys((*chosen, *asked_by_scenario)))
    system = f'the system described as "{found.table.title}"' if found else "the system"
    document = request_of(chosen, Asked(system, to, law, period), scenario=found, ranking=ranking)
    if out is not None:
        write_page(out, "request", document)
    click.echo(_json(chosen, document, ranking) if as_json else markdown_of(document), nl=as_json)


def _ranked(name: str, settings: Sequence[str]) -> tuple[Scenario, Sensitivity]:
    from baserate.models.scenario import load_scenario, override
    from baserate.outcomes.sensitivity import sensitivity, unknowns

    scenario = override(load_scenario(name), settings)
    length = POINTS * (len(unknowns(scenario)) + 2)
    with click.progressbar(length=length, label="computing worlds", file=sys.stderr) as progress:
        return scenario, sensitivity(scenario, n_base=POINTS, on_worlds=progress.update)


def _list(found: Sequence[Question], *, as_json: bool) -> None:
    if as_json:
        click.echo(document_text({"questions": [asdict(question) for question in found]}))
        return
    for question in found:
        click.echo(f"{question.id}\n    {question.asks}\n    {question.tells}")


def _json(chosen: Sequence[Question], document: Document, ranking: Sensitivity | None) -> str:
    record = {
        "title": document.title,
        "questions": [asdict(question) for question in chosen],
        "ranking": None if ranking is None else asdict(ranking),
        "document": asdict(document),
    }
    return document_text(record)
