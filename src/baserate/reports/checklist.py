"""The checklist of one event as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate import __version__
from baserate.audit.checklist import by_jurisdiction
from baserate.audit.finding import MARKS, NOT_ADVICE, STATUSES
from baserate.inputs.problems import count_of
from baserate.reports.document import Bullets, Column, Document, Fact, Facts, Note, Paragraph, Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from baserate.audit.checklist import Checklist, Item
    from baserate.audit.finding import Status
    from baserate.reports.document import Block

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
        sections=(_first(found), *places, _recorded(found), _limits(found)),
        made_by=f"Baserate {__version__}",
        people="It names nobody: the log holds no identities.",
    )


def _first(found: Checklist) -> Section:
    """What is there and what is not, counted; then the disclosures."""
    said = [item.if_applied or item.status for item in found.items]
    verdicts = tuple(Fact(VERDICTS[status], count_of(said.count(status), "duty")) for status in STATUSES)
    n, of = sum(field.recorded is True for field in found.required), len(found.required)
    fields = Fact("fields asked of every search, recorded", f"{n} of {of}")
    told = Fact("disclosures in the log", str(len(found.disclosed)))
    return Section("first", "In short", (Facts("This search", (*verdicts, fields, told)), _disclosed(found)))


def _disclosed(found: Checklist) -> Block:
    if not found.disclosed:
        text = "The log holds no disclosure of this search to anybody. That is not proof that there was none."
        return Paragraph(text)
    return Table("What was disclosed", (Column("to"), Column("what"), Column("when, UTC")), found.disclosed)


def _recorded(found: Checklist) -> Section:
    empty = tuple(field.name for field in found.required if field.recorded is False)
    absent = tuple(field.name for field in found.required if field.recorded is None)
    parts = [Paragraph("The log schema asks for these of every search.")]
    parts += [Paragraph(f"Empty for this search: {', '.join(empty) or 'none'}.")]
    parts += [Paragraph(f"Not a column of this log: {', '.join(absent) or 'none'}.")]
    return Section("recorded", "Fields that are not recorded", tuple(parts))


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
