"""What may be said of the differences between groups: ratios to one of them, and summaries over all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from baserate.estimates.metrics import METRICS
from baserate.reports import words
from baserate.reports.document import Column, Paragraph, Table
from baserate.reports.measure import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from baserate.estimates import Estimate
    from baserate.reports.document import Block

    Group = tuple[tuple[str, str], ...]

RATIO, SEEN = "ratio", "detectable_ratio"
COLUMNS = Column("ratio", numeric=True), Column("detectable", numeric=True)
SUMMARIES = {
    "max_min": "highest over lowest",
    "max_geometric_mean": "highest over the geometric mean",
    "gini": "Gini coefficient, corrected",
}
MOST_REASONS = 3
SAYS_NOTHING = 1e6  # ratio beyond which a bound is none


def metric_of(e: Estimate) -> str:
    """Name the metric whose difference this is."""
    return _kind(e)[0]


def blocks(rows: Sequence[Estimate], shown: Sequence[Estimate], found: Sequence[Estimate]) -> Iterator[Block]:
    """Compare each group that is shown with the reference, the one that is compared with none; then all of them."""
    ratios, written = _of_kind(found, RATIO), cells(found)
    reference = next(e for e in rows if e.group not in ratios)
    told = [ratios[e.group] for e in shown if e.group in ratios]
    if any(e.value is not None for e in told):
        title = f"Ratios to {reference.group_label}: {say.heading(reference)}"
        yield Table(title, (Column("group"), *COLUMNS), tuple((e.group_label, *written[e.group]) for e in told))
    if whys := tuple(dict.fromkeys(_why(e) for e in ratios.values() if e.undefined)):
        more = f"; and {len(whys) - MOST_REASONS:,} more" if len(whys) > MOST_REASONS else ""
        yield Paragraph(f"Ratios that cannot be told: {'; '.join(whys[:MOST_REASONS])}{more}.")
    yield _summaries(say.heading(reference), found)


def cells(found: Sequence[Estimate]) -> dict[Group, tuple[str, str]]:
    """Write each group's ratio and the one that could have been seen, of all groups but the reference."""
    seen = _of_kind(found, SEEN)
    return {
        group: (f"{_value(e)}{say.care(e)}", _detectable(seen[group])) for group, e in _of_kind(found, RATIO).items()
    }


def _summaries(title: str, found: Sequence[Estimate]) -> Block:
    over_all = [e for e in found if not e.group]
    if len(whys := {_why(e) for e in over_all}) == 1 and over_all[0].undefined:
        return Paragraph(f"Over all groups: cannot tell, {whys.pop()}.")
    columns = (Column("over all groups"), Column("value", numeric=True), Column("how, or why it cannot be told"))
    rows = tuple((SUMMARIES[_kind(e)[1]], _value(e), _why(e) or say.how(e)) for e in over_all)
    return Table(f"Differences: {title}", columns, rows)


def _of_kind(found: Sequence[Estimate], kind: str) -> dict[Group, Estimate]:
    return {e.group: e for e in found if e.group and _kind(e)[1] == kind}


def _kind(e: Estimate) -> tuple[str, str]:
    """Part the name of a difference into the metric and what was made of it."""
    metric = next(m for m in sorted(METRICS, key=len, reverse=True) if e.metric.startswith(f"{m}_"))
    return metric, e.metric.removeprefix(f"{metric}_")


def _detectable(e: Estimate) -> str:
    if e.value is None:
        return "cannot tell"
    return _end(e.value) if e.value > SAYS_NOTHING else words.count(e.value).middle


def _value(e: Estimate) -> str:
    if e.value is None:
        return "cannot tell"
    if e.low is None or e.high in (None, math.inf):
        return str(e)
    return f"{_end(e.value)} ({_end(e.low)} to {_end(e.high)})"


def _end(ratio: float | None) -> str:
    """Write a ratio, or a bound of one that may be so far out that it says nothing."""
    if ratio is None or ratio > SAYS_NOTHING:
        return "more than a million"
    if 0 < ratio < 1 / SAYS_NOTHING:
        return "less than a millionth"
    return f"{ratio:.4g}" if ratio == 0 or 1e-4 <= ratio < 1e4 else words.plain(float(f"{ratio:.4g}"))


def _why(e: Estimate) -> str:
    return (e.undefined or "").removeprefix("cannot tell: ")
