"""What is kept over the years, as curves and rows: for the picture and the table that compare limits.

Limits, growth of the use and failures to delete are varied one at a time, on the same worlds. The growths are chosen to
span what a reader may think of; no source says how use will grow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from baserate.notebook import Shown
from baserate.outcomes.expect import expected_worlds
from baserate.outcomes.results import Curve, Point, Series
from baserate.outcomes.retention import LIMITS, Held, check_retention, held_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from baserate.models.scenario import Scenario
    from baserate.outcomes.expect import Worlds
    from baserate.outcomes.results import Outcome

FAILURES = "retention.deletion_failure_share"
GROWTHS = (-0.1, 0.0, 0.1, 0.25)  # shares a year: use that shrinks, stays, and grows
FAILING = (0.0, 0.001, 0.01, 0.02, 0.05, 0.1)  # shares of deletions
DRAWN = ("scenario", "15_years", "31_days", "24_hours")  # limits in a picture: those that can be told apart
MOST_LINES, LEAST_RATIO = 3, 2.0
TITLES = {limit.name: limit.title for limit in LIMITS}


@dataclass(frozen=True, slots=True)
class Retained(Shown):
    """What a scenario keeps, by limit, by growth and by failures.

    Parameters
    ----------
    scenario, title
        Which scenario.
    years, growth
        Years of use, and the growth of the use a year that ``held`` is for.
    held
        Under every limit at the end of each fifth year and of the last.
    clean
        The same if no deletion failed.
    by_growth
        Under the scenario's own limit after the last year, for each of :data:`GROWTHS`.
    curves
        Along the years if no deletion failed, and along the share of deletions that fail.
    """

    scenario: str
    title: str
    years: int
    growth: float
    held: tuple[Held, ...]
    clean: tuple[Held, ...]
    by_growth: tuple[tuple[float, tuple[Held, ...]], ...]
    curves: tuple[Curve, ...]


def retained(scenario: Scenario, *, years: int = 30, growth: float = 0.0, short_share: float | None = None) -> Retained:
    """Compare limits, growths and failures to delete on the same worlds.

    Parameters
    ----------
    scenario
        Any.
    years
        Years of use, 1 to 100.
    growth, short_share
        As :func:`baserate.outcomes.retention.retention` takes them.

    Raises
    ------
    InputError
        For a growth or share outside its bounds.

    Examples
    --------
    >>> from baserate.models.scenario import load_scenario
    >>> found = retained(load_scenario("mobile-fortify"), years=10)
    >>> [curve.name for curve in found.curves][:2]
    ['records_held_by_year', 'people_never_matched_by_year']
    """
    check_retention(growth, short_share)
    worlds = expected_worlds(scenario)
    times = sorted({1, *range(5, years, 5), years} - set(range(years + 1, 6)))
    held, clean = (
        held_in(each, growth=growth, years=times, short_share=short_share) for each in (worlds, _failing(worlds, 0.0))
    )
    growths = tuple(
        (each, _own(held_in(worlds, growth=each, years=[years], short_share=short_share)))
        for each in sorted({*GROWTHS, growth})
    )
    by_failure = [
        (share, held_in(_failing(worlds, share), growth=growth, years=[years], short_share=short_share))
        for share in FAILING
    ]
    curves = (*_by_year(clean), *_by_failure(by_failure, years))
    return Retained(scenario.name, scenario.table.title, years, growth, held, clean, growths, curves)


def _failing(worlds: Worlds, share: float) -> Worlds:
    """The same worlds with another share of deletions that fail."""
    return replace(worlds, draws={**worlds.draws, FAILURES: np.full(len(worlds.searches), share)})


def _own(held: Iterable[Held]) -> tuple[Held, ...]:
    return tuple(one for one in held if one.limit == "scenario")


def _by_year(held: Sequence[Held]) -> tuple[Curve, ...]:
    """Three quantities along the years, under limits that differ."""
    limits = _drawn(held)
    people = "people_never_matched"
    asked = (
        ("records_held_by_year", "records", "stock", "Records held", "records"),
        ("people_never_matched_by_year", people, "stock", "People never matched, held", "people"),
        ("person_years_by_year", people, "years_held", "Person-years of people never matched", "person-years"),
    )
    return tuple(
        _curve(name, title, unit, ("Years of use", "years"), [_years(held, limit, kind, what) for limit in limits])
        for name, kind, what, title, unit in asked
    )


def _drawn(held: Sequence[Held]) -> list[str]:
    """Limits to draw: the scenario's own, and others that keep clearly more or less than those before."""
    kept: dict[str, float] = {}
    for limit in DRAWN:
        last = next(one for one in reversed(held) if (one.limit, one.kind) == (limit, "records")).stock.value or 0.0
        if all(max(last, other) > LEAST_RATIO * min(last, other) for other in kept.values()):
            kept[limit] = last
    return list(kept)[:MOST_LINES]


def _years(held: Sequence[Held], limit: str, kind: str, what: str) -> Series:
    found = [one for one in held if (one.limit, one.kind) == (limit, kind)]
    points = tuple(_point(float(one.year), one.stock if what == "stock" else one.years_held) for one in found)
    return Series(label=TITLES[limit], points=points)


def _by_failure(found: Sequence[tuple[float, tuple[Held, ...]]], years: int) -> tuple[Curve, ...]:
    """People never matched along the share of deletions that fail."""
    series = [
        Series(label=TITLES[limit], points=tuple(_point(share, _stock(held, limit)) for share, held in found))
        for limit in _drawn(found[0][1])
    ]
    title = f"People never matched about whom a record is held after {years} years"
    x = ("Share of deletions that fail", "share")
    return (_curve("people_never_matched_by_failure", title, "people", x, series),)


def _stock(held: Iterable[Held], limit: str) -> Outcome:
    return next(one.stock for one in held if (one.limit, one.kind) == (limit, "people_never_matched"))


def _point(x: float, outcome: Outcome) -> Point:
    return Point(x=x, value=outcome.value, low=outcome.low, high=outcome.high)


def _curve(name: str, title: str, unit: str, x: tuple[str, str], series: Sequence[Series]) -> Curve:
    return Curve(
        name=name,
        title=title,
        x_label=x[0],
        x_unit=x[1],
        x_scale="linear",
        y_label=title,
        y_unit=unit,
        y_scale="log",
        series=tuple(series),
        marks=(),
        supported=None,
    )
