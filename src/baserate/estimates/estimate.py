"""Estimate: a rate with what it was counted from, its interval and its method, or *undefined* with the reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from baserate.notebook import Shown, table_html

SMALLEST_WRITTEN = 1e-12


def span(low: float, high: float, *, digits: int) -> str:
    """Write the two ends of an interval; one that is not bounded is not a number to write.

    Examples
    --------
    >>> span(0.5, 2.0, digits=4), span(0.5, inf, digits=4), span(-inf, 2.0, digits=4), span(1e-40, 0.1, digits=4)
    ('0.5 to 2', '0.5 or more', '2 or less', '<1e-12 to 0.1')
    >>> span(-inf, inf, digits=4)
    'not bounded'
    """
    if (low, high) == (-inf, inf):
        return "not bounded"
    one, two = (f"<{SMALLEST_WRITTEN:g}" if 0 < end < SMALLEST_WRITTEN else f"{end:.{digits}g}" for end in (low, high))
    if high == inf:
        return f"{one} or more"
    return f"{two} or less" if low == -inf else f"{one} to {two}"


#: End of the name of a method where the data are too few to tell how uncertain they are.
CAREFUL = "_careful"


@dataclass(frozen=True, slots=True)
class Interval(Shown):
    """Two ends of a confidence interval, and how it was made.

    Parameters
    ----------
    low, high
        The ends, in the unit of what is estimated; ``high`` may be infinite for a ratio, ``low`` for a threshold.
    level
        Nominal coverage, between 0 and 1.
    method
        Name of the method.
    """

    low: float
    high: float
    level: float
    method: str

    @property
    def careful(self) -> bool:
        """Whether the data were too few, or too uneven, to tell how uncertain they are; it is made wide for that."""
        return self.method.endswith(CAREFUL)


def named(method: str, *, careful: bool) -> str:
    """Name a method, so that its careful form shows."""
    return method + CAREFUL if careful else method


@dataclass(frozen=True, slots=True)
class AtThreshold(Shown):
    """A rate at one threshold, apart from what the threshold varies by.

    Parameters
    ----------
    interval
        The interval that takes the threshold as given.
    between
        The rate at both ends of where the threshold may be.
    """

    interval: Interval
    between: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a metric came to: a value with its interval, or the reason why there is none.

    Parameters
    ----------
    metric
        Name in :data:`baserate.estimates.metrics.METRICS`, or ``threshold``.
    value
        The estimate; ``None`` when undefined. Never 0, 1 or NaN in place of "unknown".
    low, high
        Ends of the interval; ``None`` when there is none.
    level
        Nominal coverage of the interval.
    n
        Trials in the denominator, failures included: comparisons or searches.
    n_events
        Trials counted by the rate.
    n_subjects
        Independent people behind the trials; ``None`` when the data do not name them.
    method
        How the interval was made.
    undefined
        Why there is no value; ``None`` where there is one.
    threshold
        Score at or above which a candidate is returned; ``None`` for no threshold.
    target
        Rate at which the threshold was set, such as ``("fmr", 0.001)``.
    rank
        Longest list position that counts; ``None`` for no limit.
    gallery_size
        Entries of the gallery, where the searches table tells one size.
    group
        Column and value of each grouping; empty for everybody.
    at_threshold
        Of a group's rate at a target rate, what its ratio is made from: the threshold moves the groups together.
    """

    metric: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    n: int = 0
    n_events: int | None = None
    n_subjects: int | None = None
    method: str | None = None
    undefined: str | None = None
    threshold: float | None = None
    target: tuple[str, float] | None = None
    rank: int | None = None
    gallery_size: int | None = None
    group: tuple[tuple[str, str], ...] = ()
    at_threshold: AtThreshold | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.undefined is None):
            msg = "an estimate has either a value or a reason why it is undefined"
            raise ValueError(msg)

    def __str__(self) -> str:
        if self.value is None:
            return f"undefined: {self.undefined}"
        if self.low is None or self.high is None:
            return f"{self.value:.4g}"
        return f"{self.value:.4g} ({span(self.low, self.high, digits=4)})"

    def without_value(self, why: str) -> Estimate:
        """Give the same with the reason why it is undefined in place of its value."""
        return replace(
            self, value=None, low=None, high=None, n_events=None, method=None, at_threshold=None, undefined=why
        )

    @property
    def operating_point(self) -> str:
        """Where it was measured: the target rate, the threshold, the rank."""
        parts = [f"at {self.target[0]} {self.target[1]:g}"] if self.target else []
        if self.threshold is not None and self.metric != "threshold":
            parts.append(f"T={self.threshold:.6g}")
        if self.metric.startswith(("fnir", "rank_miss")):
            parts.append(f"R={self.rank}" if self.rank else "whole list")
        return " ".join(parts)

    @property
    def group_label(self) -> str:
        """The group in words; ``all`` for everybody."""
        return ", ".join(f"{column}={value}" for column, value in self.group) or "all"

    @property
    def basis(self) -> str:
        """What it was counted from, and how its interval was made."""
        events = "" if self.n_events is None else f"{self.n_events:,} of "
        people = "" if self.n_subjects is None else f", {self.n_subjects:,} people"
        return f"{events}{self.n:,}{people}; {self.method}"

    def cells(self) -> tuple[str, ...]:
        """Lay it out in columns: metric, group, operating point, estimate, basis."""
        basis = "" if self.value is None else self.basis
        return self.metric, self.group_label, self.operating_point, str(self), basis

    def _repr_html_(self) -> str:
        return Estimates((self,))._repr_html_()


class Estimates(tuple[Estimate, ...]):
    """Several estimates, which show themselves as a table in a notebook."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        head = ("metric", "group", "operating point", "estimate", "basis")
        return table_html("Estimates", head, (estimate.cells() for estimate in self))
