"""What is kept over the years, under different limits: pictures and one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.outcomes.retention import LIMITS
from baserate.reports.charts.rows import Axis, IntervalRow, Intervals
from baserate.reports.document import Column, Fact, Facts, Figure, Note, Paragraph, Section, Table
from baserate.reports.pick import UNDEFINED, said
from baserate.reports.sections._curve import figure_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from baserate.outcomes.results import Outcome
    from baserate.outcomes.retention import Held
    from baserate.outcomes.retention_curves import Retained
    from baserate.reports.document import Block

CAPTIONS = {
    "records_held_by_year": "Records of searches. Lines: the middle; bands: 90% of what the unknown inputs leave open.",
    "people_never_matched_by_year": "People whose searches never led to an alert, each encounter another person.",
    "person_years_by_year": "One person held for one year is one person-year.",
    "people_never_matched_by_failure": (
        "Under a short limit, nearly all that is left after some years is what should have been deleted and was not."
    ),
}


def sections(found: Retained) -> tuple[Section, ...]:
    """Build the page's sections: limits over the years, growth, failures."""
    curves = {curve.name: curve for curve in found.curves}
    drawn = {name: figure_of(curve, caption=CAPTIONS[name]) for name, curve in curves.items()}
    first = Section(
        "retention",
        "What is kept, and for how long?",
        (
            Paragraph(_text(found)),
            Facts(f"Under the scenario's own limit, after {found.years} years", _own_facts(found)),
            _table(found),
            Note("People: each encounter is taken for another person; where people are stopped twice there are fewer."),
        ),
    )
    years = tuple(_titled(drawn[name], f"{curves[name].title}, if no deletion fails") for name in list(CAPTIONS)[:3])
    return (
        first,
        Section("years", f"Over {found.years} years", years),
        Section("growth", "If the use grows", _growth(found)),
        Section("failures", "If deletions fail", (drawn["people_never_matched_by_failure"], _failures(found))),
    )


def _titled(block: Figure | Table, title: str) -> Figure | Table:
    if isinstance(block, Table):
        return block
    return Figure(block.name, title, block.caption, block.alternative, block.rows, block.table)


def _text(found: Retained) -> str:
    change = "stays as it is" if found.growth == 0 else f"changes by {found.growth:+.0%} a year"
    return (
        f"The same searches, kept for different times: after {found.years} years of use that {change}. Each limit is "
        "applied to all records of this scenario, to compare limits and not programmes. The tables hold the deletions "
        "that fail, as far as the scenario assumes them; the pictures over the years do not."
    )


def _at_the_end(found: Retained, held: Iterable[Held]) -> dict[tuple[str, str], Held]:
    return {(one.limit, one.kind): one for one in held if one.year == found.years}


def _own_facts(found: Retained) -> tuple[Fact, ...]:
    own = _at_the_end(found, found.held)
    never = own["scenario", "people_never_matched"]
    return (
        _fact("Records held", own["scenario", "records"].stock),
        _fact("People never matched, still held", never.stock),
        _fact("Person-years of people never matched", never.years_held),
    )


def _fact(label: str, outcome: Outcome) -> Fact:
    spoken = said(outcome)
    return Fact(label, spoken.middle, spoken.span or outcome.undefined or "")


def _table(found: Retained) -> Table:
    held = _at_the_end(found, found.held)
    labels = ("kept for", "records held", "people never matched, held", "their person-years")
    columns = tuple(map(Column, labels))
    rows = tuple(
        (
            limit.title,
            _said(held[limit.name, "records"].stock),
            _said(held[limit.name, "people_never_matched"].stock),
            _said(held[limit.name, "people_never_matched"].years_held),
        )
        for limit in LIMITS
    )
    return Table(f"Under each limit, after {found.years} years: middle and 90% range", columns, rows)


def _said(outcome: Outcome) -> str:
    return UNDEFINED if outcome.value is None else str(said(outcome))


def _failures(found: Retained) -> Table:
    held, clean = (_at_the_end(found, each) for each in (found.held, found.clean))
    labels = ("kept for", "with the failures that the scenario assumes", "if no deletion failed")
    columns = tuple(map(Column, labels))
    rows = tuple(
        (
            limit.title,
            _said(held[limit.name, "people_never_matched"].stock),
            _said(clean[limit.name, "people_never_matched"].stock),
        )
        for limit in LIMITS
    )
    return Table(f"People never matched, held after {found.years} years", columns, rows)


def _growth(found: Retained) -> tuple[Block, ...]:
    """People never matched under the scenario's own limit, for each growth."""
    kinds = ("records", "people_never_matched")
    by_growth = [(growth, {one.kind: one for one in held}) for growth, held in found.by_growth]
    labels = ("use", "records held", "people never matched, held", "their person-years")
    columns = tuple(map(Column, labels))
    rows = tuple(
        (_use(growth), *(_said(held[kind].stock) for kind in kinds), _said(held[kinds[1]].years_held))
        for growth, held in by_growth
    )
    table = Table(f"Under the scenario's own limit, after {found.years} years", columns, rows)
    drawn = tuple(_interval(_use(growth), held[kinds[1]].stock) for growth, held in by_growth)
    known = tuple(row for row in drawn if row is not None)
    told = Note(
        "These growths are chosen here to span what may be; no source says how use will grow. Each encounter is taken "
        "for another person: a number near that of a whole population means people who were met before."
    )
    if not known:
        return (table, told)
    log = all(row.low > 0 for row in known)
    axis = Axis("People never matched", log=log, probability=False)
    alternative = "; ".join(f"{row.label}: {row.said} ({row.span})" for row in known) + "."
    caption = "Dots: the middle; bars: 90% of what the unknown inputs leave open."
    title = f"People never matched, held after {found.years} years"
    return (Figure("people_never_matched_by_growth", title, caption, alternative, Intervals(known, axis), table), told)


def _use(growth: float) -> str:
    if growth == 0:
        return "stays as it is"
    return f"{'grows' if growth > 0 else 'shrinks'} by {abs(growth):.0%} a year"


def _interval(label: str, outcome: Outcome) -> IntervalRow | None:
    if outcome.value is None or outcome.low is None or outcome.high is None:
        return None
    spoken = said(outcome)
    return IntervalRow(label, outcome.value, outcome.low, outcome.high, spoken.middle, spoken.span)
