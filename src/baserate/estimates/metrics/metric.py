"""What a metric is: which trials it is a share of, which of them count, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Metric:
    """A rate as an occurrence given a condition.

    Parameters
    ----------
    name
        Lower-case name, in JSON and on the command line.
    symbol
        The standard's symbol, in charts.
    title
        The rate in words.
    trials
        ``comparisons`` or ``searches``.
    mated
        Whether it is a share of the mated trials, or of the non-mated; ``None`` for both.
    event
        Which of them count, in words.
    per
        ``share`` (between 0 and 1) or ``count`` (0 or more per trial).
    reference
        Where it is defined.
    """

    name: str
    symbol: str
    title: str
    trials: Literal["comparisons", "searches"]
    mated: bool | None
    event: str
    per: Literal["share", "count"] = "share"
    reference: str = "ISO/IEC 19795-1:2021"
