"""Which undisclosed fact to ask for first: those that cause most of the spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.models.scenario_schema import ScenarioTable, keys_at
from baserate.outcomes.disclosure import NAME, NEGLIGIBLE
from baserate.reports.document import Column, Paragraph, Section, Table
from baserate.reports.words import percent

if TYPE_CHECKING:
    from baserate.outcomes.results import Curves, Outcome, Results


def section(results: Results, curves: Curves) -> Section | None:  # noqa: ARG001 - every section has this shape
    """Build the section; none where the folder holds no disclosure list."""
    found = [outcome for outcome in results.outcomes if outcome.name == NAME]
    listed = [outcome for outcome in found if (outcome.value or 0.0) >= NEGLIGIBLE]
    if not listed:
        return None
    text = (
        "The range in the answer comes from what is not known. Each line is one fact that somebody could disclose, "
        "with the share of that range which it causes, together with the others. Ask for the first lines first."
    )
    rest = f" {len(found) - len(listed)} more undisclosed inputs cause less than half a percent each."
    columns = (Column("what to ask for"), Column("share", numeric=True), Column("range", numeric=True), Column("input"))
    table = Table(f"Shares of the {listed[0].denominator}", columns, tuple(_row(outcome) for outcome in listed))
    return Section("disclosure", "What to ask for first", (Paragraph(text + rest), table))


def _row(outcome: Outcome) -> tuple[str, ...]:
    key = outcome.group.removeprefix("input:")
    parts = tuple(key.split("."))
    meaning = keys_at(ScenarioTable, parts[:-1]).get(parts[-1], "")
    asked = meaning.partition(". ")[0].rstrip(".")
    assert outcome.value is not None and outcome.low is not None and outcome.high is not None  # noqa: S101, PT018
    return (asked or key, percent(outcome.value), f"{percent(outcome.low)} to {percent(outcome.high)}", key)
