"""A records request as a document: what is asked, which fields answer it, and in which form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baserate import __version__
from baserate.columns import LOG_SCHEMA_VERSION, MANIFEST, TABLES
from baserate.outcomes.disclosure import NEGLIGIBLE
from baserate.outcomes.names import outcome_name
from baserate.reports.document import Bullets, Column, Document, Paragraph, Section, Table
from baserate.reports.words import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.audit.questions import Question
    from baserate.columns import Column as LogColumn
    from baserate.models.scenario import Scenario
    from baserate.outcomes.sensitivity import Influence, Sensitivity
    from baserate.reports.document import Block

REQUIRED = {"R": "always", "C": "where it applies", "O": "if it is recorded"}

#: What a request asks for besides the fields, whatever the questions.
FORM = (
    "One row for each search, in Parquet, CSV or JSON Lines, with the names and values of the fields below; or the "
    "system's own export, with a table that says which of its columns is which field.",
    "Times in UTC to the hour, places to the county, operators and reviewers as keyed pseudonyms that stay the same "
    "within the release, so that they can be counted and not named.",
    "No image, template, name, birth date, document number, exact place or free text. A release that holds one would "
    "be returned unread.",
    "Training, test and demonstration searches too, marked as such; rows that were corrected, with their corrections.",
    "Where a field is not recorded: a statement that it is not. That is an answer, and an empty column is not.",
    "Where rows cannot be released: the totals by month, with the counts that are withheld named as withheld.",
)

LIMITS = (
    "Nothing here is legal advice: which law applies, who may ask and what may be withheld is to be settled before it "
    "is sent. What stands in square brackets has to be filled in.",
    "The fields are those with which the questions can be answered. An agency need not make records that it does not "
    "hold; that it does not hold them answers the question whether anybody there could know.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request is for.

    Parameters
    ----------
    system
        The system in words.
    to
        Who is asked.
    law
        The law under which the request is made.
    period
        The time that it is about.
    """

    system: str = "the system"
    to: str = "[the agency]"
    law: str = "[the law on access to records]"
    period: str = "[first day] to [last day]"


def request_of(
    questions: Sequence[Question],
    asked: Asked,
    *,
    scenario: Scenario | None = None,
    ranking: Sensitivity | None = None,
) -> Document:
    """Write the request.

    Parameters
    ----------
    questions
        What is asked, from :mod:`baserate.audit.questions`.
    asked
        Of whom, under which law, for which time.
    scenario, ranking
        The scenario whose undisclosed inputs the questions would settle, and the ranking of these.

    Examples
    --------
    >>> from baserate.audit.questions import choose_questions
    >>> document = request_of(choose_questions(["threshold"]), Asked(to="the agency"))
    >>> [section.key for section in document.sections]
    ['asked', 'records', 'documents', 'form', 'limits']
    """
    made = [
        _ranked(scenario, ranking) if scenario is not None and ranking is not None else None,
        _asked(questions, asked),
        _records(questions),
        _documents(questions),
        Section("form", "The form in which they are asked for", (Bullets(FORM),)),
        _limits(scenario),
    ]
    return Document(
        title=f"Records request: {asked.system}",
        question="Which records are asked for, and what would they tell?",
        summary="",
        sections=tuple(section for section in made if section is not None),
        made_by=f"Baserate {__version__}",
        people="It asks for nothing that names anybody.",
    )


def _asked(questions: Sequence[Question], asked: Asked) -> Section:
    text = (
        f"To {asked.to}: under {asked.law} I request the records named below of {asked.system}, for {asked.period}. "
        "They answer these questions:"
    )
    rows = tuple((question.asks, question.tells) for question in questions)
    table = Table("Questions", (Column("question"), Column("what its answer allows to be said")), rows)
    return Section("asked", "What is asked", (Paragraph(text), table))


def _records(questions: Sequence[Question]) -> Section:
    wanted = {field for question in questions for field in question.fields}
    tables = tuple(
        _fields(name, [column for column in columns if f"{name}.{column.name}" in wanted])
        for name, columns in TABLES.items()
        if any(f"{name}.{column.name}" in wanted for column in columns)
    )
    text = f"Names and values are those of the open log schema, version {LOG_SCHEMA_VERSION}."
    return Section("records", "Records", (Paragraph(text), *tables))


def _fields(name: str, columns: Sequence[LogColumn]) -> Table:
    rows = tuple((c.name, c.meaning, _values(c), REQUIRED[c.required]) for c in columns)
    columns_ = (Column("field"), Column("what it says"), Column("values"), Column("wanted"))
    return Table(f"Table {name}: {len(rows)} fields", columns_, rows)


def _values(column: LogColumn) -> str:
    return ", ".join(column.values) or column.unit or column.type


def _documents(questions: Sequence[Question]) -> Section | None:
    wanted = {key for question in questions for key in question.documents}
    keys = [key for key in MANIFEST if key.top in wanted]
    if not keys:
        return None
    rows = tuple((key.name, key.meaning) for key in keys)
    text = "With their dates; where there is none, a statement that there is none and who decided so."
    table = Table("Documents and settings", (Column("name"), Column("what it is")), rows)
    return Section("documents", "Documents and settings", (Paragraph(text), table))


def _ranked(scenario: Scenario, ranking: Sensitivity) -> Section:
    name = f'"{outcome_name(ranking.outcome).label}"'
    text = (
        f"These facts are not disclosed. Each causes the share of the range of {name} that stands beside it, together "
        "with the others; the largest come first. The records below would settle them. What else is not known, in "
        "words, follows the table."
    )
    rows = tuple(_rank(influence) for influence in weighty(ranking))
    columns = (Column("not disclosed"), Column("share", numeric=True), Column("90 % range", numeric=True),
               Column("input"))  # fmt: skip
    parts: list[Block] = [Paragraph(text), Table(f"Undisclosed facts and their share of {name}", columns, rows)]
    if scenario.table.unknown:
        parts.append(Bullets(tuple(scenario.table.unknown)))
    return Section("undisclosed", "What is not known, and matters most", tuple(parts))


def weighty(ranking: Sensitivity) -> tuple[Influence, ...]:
    """Give the influences that are large enough to be listed."""
    return tuple(i for i in ranking.influences if i.total.value >= NEGLIGIBLE)


def _rank(influence: Influence) -> tuple[str, str, str, str]:
    # Two galleries, or two modalities, are asked for by the same words: the input tells them apart.
    total = influence.total
    asked = influence.unknown.meaning.partition(". ")[0].rstrip(".")
    return asked, percent(total.value), f"{percent(total.low)} to {percent(total.high)}", influence.unknown.key


def _limits(scenario: Scenario | None) -> Section:
    shares = (
        "Shares of a range are those of the scenario as it is written; another reading of what is known gives others.",
    )
    items = (*LIMITS, *(shares if scenario else ()))
    return Section("limits", "What this request does not say", (Bullets(items),))
