"""What operators keep, of whom, for how long, and whether they ask: the scenarios beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baserate.outcomes.record import parameter_row
from baserate.reports import words
from baserate.reports.document import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.models.scenario import Scenario
    from baserate.outcomes.results import ParameterRow

PROGRAMMES_NOTE = (
    "How long the record of a search is kept, and whether the person may decline, as each scenario has it. In brackets "
    "is the kind of source; where it says assumed, nobody has said, and the range is ours. A rule on paper is not a "
    "deletion that happened."
)
CONSENT = {
    "no_opportunity": "no opportunity to decline",
    "not_asked": "nobody is asked",
    "may_decline": "may decline",
    "required": "only with consent",
}


@dataclass(frozen=True, slots=True)
class Programme:
    """What one operator keeps and asks.

    Parameters
    ----------
    scenario, title
        Its name, and what it is.
    matched, unmatched
        How long the record of a search that showed somebody, or nobody, is kept.
    shorter
        The shorter limit for some people; None where all are treated alike.
    consent
        Whether the person may decline.
    """

    scenario: str
    title: str
    matched: ParameterRow
    unmatched: ParameterRow
    shorter: ParameterRow | None
    consent: ParameterRow


def programmes(scenarios: Sequence[Scenario]) -> tuple[Programme, ...]:
    """Gather what each scenario says of retention and consent."""
    return tuple(_programme(scenario) for scenario in scenarios)


def programme_table(scenarios: Sequence[Scenario]) -> Table:
    """Set the scenarios beside each other.

    Examples
    --------
    >>> from baserate.models.scenario import load_scenario
    >>> programme_table([load_scenario("mobile-fortify")]).rows[0][1]
    '15 years (reported, S043)'
    """
    columns = (
        Column("programme"),
        Column("search that showed somebody"),
        Column("search that showed nobody"),
        Column("consent"),
        Column("sources"),
    )
    return Table(
        "What is kept, and whether anybody is asked", columns, tuple(map(programme_cells, programmes(scenarios)))
    )


def programme_cells(one: Programme) -> tuple[str, ...]:
    """One programme as the cells of a row: its name, both periods, consent, and where that stands."""
    shorter = "" if one.shorter is None else f"; for some people {_kept(one.shorter)}"
    rows = [row for row in (one.matched, one.unmatched, one.shorter, one.consent) if row is not None]
    notes = [row.note for row in rows if row.note]
    return (
        one.scenario,
        f"{_kept(one.matched)}{shorter}",
        f"{_kept(one.unmatched)}{shorter}",
        f"{CONSENT.get(str(one.consent.value), str(one.consent.value))} {_kind(one.consent)}",
        " ".join([*dict.fromkeys(_cited(row) for row in rows), *dict.fromkeys(notes)]),
    )


def _programme(scenario: Scenario) -> Programme:
    rows = {key: parameter_row(parameter) for key, parameter in scenario.parameters.items()}
    return Programme(
        scenario.name,
        scenario.table.title,
        rows["retention.matched"],
        rows["retention.unmatched"],
        rows.get("retention.shorter"),
        rows["policy.consent"],
    )


def _kept(row: ParameterRow) -> str:
    if row.low is not None and row.high is not None:
        return f"{words.plain(row.low)} to {words.plain(row.high)} {row.unit} {_kind(row)}"
    return f"{'deleted at once' if row.value == 0 else f'{words.plain(row.value)} {row.unit}'} {_kind(row)}"


def _kind(row: ParameterRow) -> str:
    ids = () if row.source is None else row.source.ids
    return f"({', '.join([row.kind, *ids])})"


def _cited(row: ParameterRow) -> str:
    source = row.source
    if source is None:
        return ""
    stated = ", ".join(part for part in (source.publisher, source.title, source.date) if part)
    return f"{stated.rstrip('.')}."
