"""From answers and controls to the text of a page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from baserate import __version__
from baserate.models.draws import N_DRAWS
from baserate.models.source import KINDS
from baserate.outcomes.results import Curves
from baserate.reports.document import Table
from baserate.reports.pick import label_of, outcome_of, said
from baserate.reports.sections import outcomes as outcomes_section
from baserate.reports.sections.answer import HEADLINE, headline
from baserate.web.controls import headings
from baserate.web.pictures import alert_grids, difference_said, ladders, squares
from baserate.web.state import command_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from baserate.errors import Problem
    from baserate.models.scenario import Scenario
    from baserate.outcomes.results import Results
    from baserate.reports.document import Answer as Headline
    from baserate.web.answers import Answer, Base, Side

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Card:
    """The answer of one policy in words."""

    side: Side
    who: str
    answer: Headline
    made: str
    table: Table


def environment(given: Mapping[str, str]) -> Environment:
    """Templates that escape everything and refuse a name they do not know.

    Parameters
    ----------
    given
        What the command line calls scenarios that are files, by name.
    """
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"version": __version__, "kinds": KINDS, "given": given, "command_of": command_of}
    return made


def start_page(templates: Environment, scenarios: Mapping[str, Scenario], problems: Sequence[Problem] = ()) -> str:
    """Every scenario with its question, and a place to open a settings file."""
    return templates.get_template("start.html").render(scenarios=scenarios.values(), problems=problems)


def trouble_page(templates: Environment, title: str, text: str) -> str:
    """Say what went wrong."""
    return templates.get_template("trouble.html").render(heading=title, text=text)


def answer_part(templates: Environment, answer: Answer, base: Base) -> str:
    """The part of a scenario's page that follows its inputs."""
    return templates.get_template("answer.html").render(answer_values(answer, base))


def problems_part(templates: Environment, problems: Sequence[Problem]) -> str:
    """What is wrong with the inputs, as a part of the page."""
    return templates.get_template("problems.html").render(problems=problems)


def scenario_page(
    templates: Environment,
    answer: Answer,
    base: Base,
    sides: Mapping[str, Scenario],
    *,
    problems: Sequence[Problem] = (),
    typed: Mapping[str, str],
) -> str:
    """A scenario with its answer and its inputs."""
    own = base.scenario
    found = headings(own, sides, importance=base.importance, typed=typed)
    values = answer_values(answer, base) | {"own": own, "headings": found, "problems": problems}
    return templates.get_template("scenario.html").render(values)


def answer_values(answer: Answer, base: Base) -> dict[str, object]:
    """What the template of the answer shows."""
    grids = [found for side in answer.sides if (found := alert_grids(side)) is not None]
    by_name = {difference.name: difference for difference in answer.differences}
    return {
        "answer": answer,
        "cards": [_card(side) for side in answer.sides],
        "difference": difference_said(by_name.get(HEADLINE)),
        "grids": grids,
        "hundred": squares(1.0),
        "ladders": ladders(answer, base.side.results),
        "spoken": spoken(answer),
    }


def spoken(answer: Answer) -> str:
    """The answer as a screen reader is told of it."""
    found = [(side, outcome_of(side.results, HEADLINE)) for side in answer.sides]
    told = [f"{side.letter.upper()} {said(outcome)}" for side, outcome in found if outcome is not None]
    label = next((label_of(outcome) for _, outcome in found if outcome is not None), "")
    return f"{label}: {'; '.join(told)}."


def _card(side: Side) -> Card:
    results = side.results
    said_first = headline(outcome_of(results, HEADLINE))
    return Card(side, _who(side), said_first, _made(side), _table(results))


def _who(side: Side) -> str:
    n = len(side.settings)
    return "the scenario as it stands" if n == 0 else f"{n} input{'s' if n > 1 else ''} changed"


def _made(side: Side) -> str:
    if side.is_settled:
        return f"Settled: all {N_DRAWS:,} worlds, the numbers of the report."
    return f"Preliminary: {side.n_worlds} of the {N_DRAWS:,} worlds. The settled numbers follow."


def _table(results: Results) -> Table:
    """The table of all outcomes, as the report has it."""
    section = outcomes_section.section(results, Curves(schema_version="1", scenario=results.scenario, curves=()))
    return next(block for block in (section.blocks if section else ()) if isinstance(block, Table))
