"""Find outcomes in results, and say them: what every section needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from baserate.outcomes.names import MODALITY_NAMES, SIMULATED_PREFIX, STATUS_NAMES, outcome_name
from baserate.outcomes.results import RATE_UNITS
from baserate.reports import words
from baserate.reports.document import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from baserate.outcomes.results import Curve, Curves, Outcome, Results

UNDEFINED = "undefined"
_SLUG = re.compile(r"[a-z0-9_]+")  # a key of the scenario, and no name written for reading


def outcome_of(results: Results, name: str, *, group: str = "all") -> Outcome | None:
    """Find one outcome; ``None`` where the results do not hold it."""
    return next((item for item in results.outcomes if (item.name, item.group) == (name, group)), None)


def expected_of(results: Results) -> tuple[Outcome, ...]:
    """Outcomes in closed form over everything unknown: those that were not counted in simulated searches."""
    return tuple(item for item in results.outcomes if not item.name.startswith(SIMULATED_PREFIX))


def curve_of(curves: Curves, name: str) -> Curve | None:
    """Find one curve; ``None`` where the file does not hold it."""
    return next((curve for curve in curves.curves if curve.name == name), None)


def label_of(outcome: Outcome) -> str:
    """Give an outcome's label."""
    return outcome_name(outcome.name, unit=outcome.unit).label


def said(outcome: Outcome) -> words.Said:
    """Say an outcome as its record says it is said."""
    if outcome.value is None:
        return words.Said(UNDEFINED, exact=True)
    say = words.rate if outcome_name(outcome.name, unit=outcome.unit).shown_as == "rate" else words.count
    return say(outcome.value, low=outcome.low, high=outcome.high)


def level_of(outcomes: Iterable[Outcome]) -> str:
    """Say the level that the ranges share: ``90%``; all of them where they differ."""
    levels = sorted({outcome.level for outcome in outcomes if outcome.level is not None})
    return " or ".join(f"{words.plain(round(100 * level, 6))}%" for level in levels)


def heading_of(outcome: Outcome) -> str:
    """Give an outcome's label with the period a count is for: *Alerts per year*."""
    label = label_of(outcome)
    return f"{label} {outcome.unit}" if outcome.unit.startswith("per ") and " per " not in label else label


def outcome_table(outcomes: Sequence[Outcome], *, caption: str, heading: str, by_group: bool = False) -> Table:
    """Set outcomes as a table: middle, range, what it is a share of, and how it was obtained.

    Where all were obtained in the same way, the caption says how; trials have a column where any were counted.
    """
    methods = {outcome.method for outcome in outcomes}
    shared = len(methods) == 1
    counted = any(outcome.n is not None for outcome in outcomes)
    columns = [Column(heading), Column("middle", numeric=True), Column("range", numeric=True), Column("of what")]
    columns += [Column("trials", numeric=True)] * counted + [Column("method")] * (not shared)
    rows = []
    for outcome in outcomes:
        trials = "" if outcome.n is None else f"{outcome.n:,}"
        rows.append((*_row(outcome, by_group=by_group), *[trials] * counted, *[outcome.method] * (not shared)))
    how = f" ({', '.join(methods)})" if shared and methods != {""} else ""
    return Table(f"{caption}{how}", tuple(columns), tuple(rows))


def _row(outcome: Outcome, *, by_group: bool) -> tuple[str, ...]:
    spoken = said(outcome)
    heading = group_label(outcome.group) if by_group else label_of(outcome)
    reason = f": undefined, because {outcome.undefined}" if outcome.undefined else ""
    return (heading, spoken.middle, spoken.span, f"{_of_what(outcome)}{reason}")


def _of_what(outcome: Outcome) -> str:
    """Say what a rate is a share of, and what a count is for."""
    if outcome.unit in RATE_UNITS:
        return f"of {outcome.denominator}"
    stands_alone = outcome.unit.startswith(("per ", "in ")) or not outcome.denominator
    return outcome.unit if stands_alone else f"{outcome.unit}, {outcome.denominator}"


def listed(items: Sequence[str]) -> str:
    """Join items as a sentence does.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else "".join(items)


def many(number: int, thing: str) -> str:
    """Say how many things there are.

    Examples
    --------
    >>> many(1, "store"), many(3, "store")
    ('1 store', '3 stores')
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def group_label(group: str) -> str:
    """Give a group's, a status's or a modality's name in words.

    Examples
    --------
    >>> group_label("group:female_east_asia"), group_label("status:flagged"), group_label("all")
    ('Female East Asia', 'Enrolled and on the hotlist', 'Everybody')
    """
    if group == "all":
        return "Everybody"
    kind, _, name = group.partition(":")
    known = {"status": STATUS_NAMES, "modality": MODALITY_NAMES}.get(kind, {})
    if name in known:
        return known[name]
    return name.replace("_", " ").title() if _SLUG.fullmatch(name) else name
