"""The checklist of one event as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate import __version__
from baserate.audit.checklist import by_jurisdiction
from baserate.audit.finding import MARKS, NOT_ADVICE
from baserate.reports.document import Bullets, Column, Document, Note, Paragraph, Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from baserate.audit.checklist import Checklist, Item
    from baserate.audit.finding import Status

#: What a verdict means for one event.
VERDICTS: dict[Status, str] = {
    "pass": "recorded, and complies",
    "fail": "recorded, and does not comply",
    "cannot_tell": "not recorded well enough to tell",
    "not_applicable": "does not arise",
}


def checklist_of(found: Checklist) -> Document:
    """Write the checklist.

    Parameters
    ----------
    found
        From :func:`baserate.audit.checklist.check_event`.
    """
    places = tuple(_place(number, place, items) for number, (place, items) in enumerate(by_jurisdiction(found.items)))
    return Document(
        title=f"Checklist of event {found.event}",
        question="What should have been recorded and disclosed of this search?",
        summary="",
        sections=(_recorded(found), _disclosed(found), *places, _limits(found)),
        made_by=f"Baserate {__version__}",
    )


def _recorded(found: Checklist) -> Section:
    missing = [field for field in found.required if not field.recorded]
    n, of = len(found.required) - len(missing), len(found.required)
    text = f"Of {of} fields that the log schema asks of every search, {n} are recorded for this one."
    rows = tuple((field.name, "the log has no such column" if field.recorded is None else "empty") for field in missing)
    table = Table("Not recorded", (Column("field"), Column("state")), rows)
    return Section("recorded", "What is recorded", (Paragraph(text), *([table] if rows else [])))


def _disclosed(found: Checklist) -> Section:
    if not found.disclosed:
        text = "The log holds no disclosure of this search to anybody. That is not proof that there was none."
        return Section("disclosed", "What was disclosed", (Paragraph(text),))
    table = Table("Disclosures", (Column("to"), Column("what"), Column("when, UTC")), found.disclosed)
    return Section("disclosed", "What was disclosed", (table,))


def _place(number: int, place: str, items: Sequence[Item]) -> Section:
    columns = (
        Column("rule"),
        Column("what should be there"),
        Column("this event"),
        Column("missing"),
        Column("source"),
    )
    table = Table(f"Duties: {place}", columns, tuple(_row(item) for item in items))
    why = tuple(_unbound(items))
    notes = (Note(f"Whether these bind here: {'; '.join(why)}."),) if why else ()
    return Section(f"place-{number}", f"{place[:1].upper()}{place[1:]}", (*notes, table))


def _unbound(items: Sequence[Item]) -> Iterator[str]:
    yield from dict.fromkeys(item.reason for item in items if item.if_applied is not None)


def _row(item: Item) -> tuple[str, ...]:
    verdict = VERDICTS[item.if_applied or item.status]
    marks = "".join(f"[{mark}]" for mark in item.verified)
    return f"{item.rule}: {item.title}", item.complies, verdict, ", ".join(item.missing), f"{item.citation} {marks}"


def _limits(found: Checklist) -> Section:
    items = (
        NOT_ADVICE,
        "Where a law does not bind, or it is not known whether it does, the verdict is what it would say if it did.",
        "An empty cell may mean that a thing did not happen or that nobody wrote it down; of one event that cannot be "
        "told apart.",
        f"Not asked here, because only a whole log can be held against them: {', '.join(found.whole_log)}.",
        *(f"[{mark}] after a source: {meaning}." for mark, meaning in MARKS.items()),
    )
    return Section("limits", "What this list cannot say", (Bullets(items),))
