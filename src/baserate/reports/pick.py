"""Find outcomes in results, and say them: what every section needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.outcomes.names import outcome_name
from baserate.reports import words
from baserate.reports.document import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from baserate.outcomes.results import Curve, Curves, Outcome, Results

UNDEFINED = "undefined"


def outcome_of(results: Results, name: str, *, group: str = "all") -> Outcome | None:
    """Find one outcome; ``None`` where the results do not hold it."""
    return next((item for item in results.outcomes if (item.name, item.group) == (name, group)), None)


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


def outcome_table(outcomes: Sequence[Outcome], *, caption: str, heading: str, by_group: bool = False) -> Table:
    """Set outcomes as a table: middle, range, what it is a share of, and how it was obtained.

    Where all were obtained in the same way, the caption says how.
    """
    methods = {_method(outcome) for outcome in outcomes}
    shared = methods.pop() if len(methods) == 1 else None
    columns = (Column(heading), Column("middle", numeric=True), Column("range", numeric=True), Column("of what"))
    rows = tuple(_row(outcome, by_group=by_group) for outcome in outcomes)
    if shared is not None:
        return Table(f"{caption} ({shared})" if shared else caption, columns, rows)
    told = tuple((*row, _method(outcome)) for row, outcome in zip(rows, outcomes, strict=True))
    return Table(caption, (*columns, Column("method")), told)


def _row(outcome: Outcome, *, by_group: bool) -> tuple[str, ...]:
    spoken = said(outcome)
    heading = group_label(outcome.group) if by_group else label_of(outcome)
    reason = f" ({outcome.undefined})" if outcome.undefined else ""
    return (heading, spoken.middle, spoken.span, f"{outcome.denominator}{reason}")


def _method(outcome: Outcome) -> str:
    return outcome.method if outcome.n is None else f"{outcome.method}, {outcome.n:,} trials"


def listed(items: Sequence[str]) -> str:
    """Join items as a sentence does.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else "".join(items)


def group_label(group: str) -> str:
    """Give the group's own name in words: ``status:not_enrolled`` is *not enrolled*.

    Examples
    --------
    >>> group_label("group:women"), group_label("status:not_enrolled"), group_label("all")
    ('women', 'not enrolled', 'everybody')
    """
    return "everybody" if group == "all" else group.partition(":")[2].replace("_", " ")
