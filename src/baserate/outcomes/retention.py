r"""What is kept over the years: records, people, people never matched, and person-years.

With *r(t) = r_0 (1 + g)^t* records a year, *R(t)* its integral from 0 and *P(t)* that of *R*, and records deleted at
the age *D* save a share *f* whose deletion fails and that are kept for good,

    stock at t               R(t) - (1 - f) R(t - D)
    record-years up to t     P(t) - (1 - f) P(t - D)

with *R* and *P* 0 before the start. Both are exact for a steady flow; the same formulas hold for people, where each
encounter is with another person. A limit may differ by kind: a share *c* of the records is deleted at one age, the rest
at another, and the two add.

Assumptions: use grows by the same share each year, without end; a deletion that fails is never repeated; all records of
one encounter are kept or lost together. Where people are stopped more than once there are fewer people than encounters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from baserate.errors import refuse
from baserate.models.periods import DAY, HOUR, kept_years, shorter_share
from baserate.models.random_streams import stream
from baserate.notebook import Shown
from baserate.outcomes.expect import SEED, expected_worlds, outcome_values, summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from baserate.models.scenario import Scenario
    from baserate.outcomes.expect import Worlds
    from baserate.outcomes.results import Outcome

    Floats = NDArray[np.float64]

YEARS = (1, 5, 10, 15, 20, 30)
_MOST_GROWTH = 3.0
# Below it (e^x - 1) / x and (e^x - 1 - x) / x², whose terms cancel, are their series: the next terms are below 1e-10.
_SMALL = 1e-3


@dataclass(frozen=True, slots=True)
class Limit:
    """How long records are kept.

    Parameters
    ----------
    name, title
        Stable name, and what it is.
    years
        Age at which a record is deleted, in years; None for the scenario's own limits.
    other_years
        Age for the records of people with the other status (citizens and others); None where all are treated alike.
    """

    name: str
    title: str
    years: float | None
    other_years: float | None = None


LIMITS: tuple[Limit, ...] = (
    Limit("scenario", "as the scenario has it", None),
    Limit("none", "not kept (0 s)", 0.0),
    Limit("by_status", "12 hours or 14 days, by status", 12.0 * HOUR, 14.0 * DAY),
    Limit("24_hours", "24 hours", DAY),
    Limit("14_days", "14 days", 14.0 * DAY),
    Limit("31_days", "31 days", 31.0 * DAY),
    Limit("15_years", "15 years", 15.0),
)

KINDS: dict[str, str] = {
    "records": "records of searches that are held",
    "records_without_alert": "of them, records of searches that showed nobody",
    "people": "people about whom a record is held, each encounter another person",
    "people_never_matched": "of them, people to whom no alert ever pointed",
}


@dataclass(frozen=True, slots=True)
class Held(Shown):
    """What is held under one limit at one time.

    Parameters
    ----------
    limit, kind, year
        Name of the limit, one of :data:`KINDS`, and years since the start.
    stock
        Number held at that time: median and 90 % range over the unknown inputs.
    years_held
        Record-years or person-years from the start to that time.
    """

    limit: str
    kind: str
    year: int
    stock: Outcome
    years_held: Outcome


def flow_total(rate: Floats | float, growth: float, t: Floats | float) -> Floats:
    """Records made from 0 to t: R(t).

    Parameters
    ----------
    rate
        Records a year at time 0, 0 or more.
    growth
        Growth of the rate a year, -0.9 to 3.
    t
        Years; 0 before the start.

    Examples
    --------
    >>> float(flow_total(100.0, 0.0, 3.0)), round(float(flow_total(100.0, 1.0, 1.0)), 3)
    (300.0, 144.27)
    """
    t = np.maximum(np.asarray(t, dtype=np.float64), 0.0)
    x = np.log1p(growth) * t
    safe = np.where(np.abs(x) < _SMALL, 1.0, x)
    factor = np.where(np.abs(x) < _SMALL, 1.0 + x / 2.0 + x * x / 6.0, np.expm1(safe) / safe)
    return np.asarray(rate * t * factor)


def flow_years(rate: Floats | float, growth: float, t: Floats | float) -> Floats:
    """Integral of :func:`flow_total` from 0 to t: P(t), in record-years.

    Examples
    --------
    >>> float(flow_years(100.0, 0.0, 3.0))
    450.0
    """
    t = np.maximum(np.asarray(t, dtype=np.float64), 0.0)
    x = np.log1p(growth) * t
    safe = np.where(np.abs(x) < _SMALL, 1.0, x)
    factor = np.where(np.abs(x) < _SMALL, 0.5 + x / 6.0 + x * x / 24.0, (np.expm1(safe) - safe) / (safe * safe))
    return np.asarray(rate * t * t * factor)


def stock(rate: Floats | float, *, limit: Floats | float, failure: Floats | float, growth: float, t: float) -> Floats:
    """Records held at time t.

    Parameters
    ----------
    rate
        Records a year at the start.
    limit
        Age at which a record is deleted, in years.
    failure
        Share whose deletion fails, 0 to 1.
    growth, t
        As :func:`flow_total` takes them.

    Examples
    --------
    >>> float(stock(1000.0, limit=15.0, failure=0.0, growth=0.0, t=30.0))
    15000.0
    >>> float(stock(1000.0, limit=15.0, failure=0.1, growth=0.0, t=30.0))
    16500.0
    """
    before = flow_total(rate, growth, t - np.asarray(limit))
    return np.asarray(flow_total(rate, growth, t) - (1.0 - failure) * before)


def years_held(
    rate: Floats | float, *, limit: Floats | float, failure: Floats | float, growth: float, t: float
) -> Floats:
    """Record-years held from the start to time t; parameters as :func:`stock` takes them.

    Examples
    --------
    >>> float(years_held(1000.0, limit=0.0, failure=0.0, growth=0.0, t=30.0))
    0.0
    """
    before = flow_years(rate, growth, t - np.asarray(limit))
    return np.asarray(flow_years(rate, growth, t) - (1.0 - failure) * before)


def retention(
    scenario: Scenario, *, growth: float = 0.0, years: Sequence[int] = YEARS, short_share: float | None = None
) -> tuple[Held, ...]:
    """What is held under each of :data:`LIMITS`.

    Parameters
    ----------
    scenario
        Gives the use, the alerts and the failures to delete (``retention.deletion_failure_share``).
    growth
        Growth of the use a year, -0.9 to 3.
    years
        Times, in years since the start, each 1 to 100.
    short_share
        Share of the records under the shorter limit where it goes by status, 0 to 1; None where it is not known, and
        then it is drawn from the whole range.

    Raises
    ------
    InputError
        For a growth or share outside its bounds.

    Examples
    --------
    >>> from baserate.models.scenario import load_scenario
    >>> held = retention(load_scenario("mobile-fortify"), years=(30,))
    >>> {one.limit: round(one.stock.value) for one in held if one.kind == "records"}["none"] >= 0
    True
    """
    check_retention(growth, short_share)
    return held_in(expected_worlds(scenario), growth=growth, years=years, short_share=short_share)


def held_in(worlds: Worlds, *, growth: float, years: Sequence[int], short_share: float | None) -> tuple[Held, ...]:
    """What is held in worlds that are given; the other parameters as :func:`retention` takes them."""
    flows = _flows(worlds)
    share = _short_share(worlds, short_share)
    return tuple(
        _held(worlds, limit, kind, year, flows[kind], (growth, share))
        for limit in LIMITS
        for kind in KINDS
        for year in years
    )


def check_retention(growth: float, short_share: float | None) -> None:
    """Refuse a growth or share outside its bounds."""
    if not -0.9 <= growth <= _MOST_GROWTH:
        raise refuse("out-of-bounds", "growth", f"is {growth:g}", f"Give a share a year from -0.9 to {_MOST_GROWTH:g}")
    if short_share is not None and not 0.0 <= short_share <= 1.0:
        raise refuse("out-of-bounds", "short_share", f"is {short_share:g}", "Give a share from 0 to 1")


def _short_share(worlds: Worlds, given: float | None) -> Floats:
    n = len(worlds.searches)
    if given is not None:
        return np.full(n, given)
    return stream(SEED, "share under the shorter limit").random(n)


@dataclass(frozen=True, slots=True)
class _Flow:
    """Records or people a year, with and without an alert."""

    matched: Floats
    unmatched: Floats


def _flows(worlds: Worlds) -> dict[str, _Flow]:
    alerts = outcome_values(worlds, "alerts")
    encounters = worlds.searches / worlds.searches_per_person
    nothing = np.zeros_like(alerts)
    return {
        "records": _Flow(alerts, worlds.searches - alerts),
        "records_without_alert": _Flow(nothing, worlds.searches - alerts),
        "people": _Flow(alerts, encounters - alerts),  # nobody is searched again after an alert
        "people_never_matched": _Flow(nothing, encounters - alerts),
    }


def _held(worlds: Worlds, limit: Limit, kind: str, year: int, flow: _Flow, use: tuple[float, Floats]) -> Held:
    growth, short_share = use
    failure = worlds.draws["retention.deletion_failure_share"]
    totals = []
    for formula in (stock, years_held):
        values = np.zeros_like(failure)
        for rate, age in _parts(worlds, limit, flow, short_share):
            values = values + formula(rate, limit=age, failure=failure, growth=growth, t=float(year))
        totals.append(values)
    unit = "people" if kind.startswith("people") else "records"
    period = f"after {year} years of use"
    held, over_time = (
        summarise(kind, "all", values, unit=one, denominator=period, reason="nobody is searched")
        for values, one in zip(totals, (unit, "person-years" if unit == "people" else "record-years"), strict=True)
    )
    return Held(limit.name, kind, year, held, over_time)


def _parts(worlds: Worlds, limit: Limit, flow: _Flow, short_share: Floats) -> list[tuple[Floats, Floats | float]]:
    """Flows with the age at which each is deleted."""
    if limit.years is None:
        return _own_parts(worlds, flow)
    every = flow.matched + flow.unmatched
    if limit.other_years is None:
        return [(every, limit.years)]
    return [(every * short_share, limit.years), (every * (1.0 - short_share), limit.other_years)]


def _own_parts(worlds: Worlds, flow: _Flow) -> list[tuple[Floats, Floats | float]]:
    """As the scenario has it: by alert, and by status where it has a shorter limit for some."""
    share = shorter_share(worlds.draws)
    parts: list[tuple[Floats, Floats | float]] = [
        (rate * (1.0 - share), kept_years(worlds.scenario, worlds.draws, f"retention.{name}"))
        for rate, name in ((flow.matched, "matched"), (flow.unmatched, "unmatched"))
    ]
    if "retention.shorter" in worlds.draws:
        shorter = kept_years(worlds.scenario, worlds.draws, "retention.shorter")
        parts.append(((flow.matched + flow.unmatched) * share, shorter))
    return parts
